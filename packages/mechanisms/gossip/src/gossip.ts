import { EpochEnd, FrontierCut, Prng, SessionTable, StableOutput, StateWriter } from '@hypersync/consensus-kit';
import { encodeReceipt, positionFromReceipt, toRecord, type Vector } from '@hypersync/consensus-kit';
import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  Lane,
  MechanismInit,
  Micros,
  NodeId,
  Position,
  Status,
} from '@hypersync/interface';
import { readConfig, type GossipConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { HandedOver } from './handed-over.ts';
import * as image from './image.ts';
import { Membership } from './membership.ts';
import { Overlay } from './overlay.ts';
import { PushPull, type Digest } from './push-pull.ts';
import type { Rumour } from './rumour.ts';
import { RumourStore } from './rumour-store.ts';
import { encodeSealedState } from './sealed-state.ts';
import type { SwimView } from './swim-view.ts';
import { decodeMessage, encodeMessage, type Outgoing, type Purpose } from './wire.ts';

type G = 'convergent';
type Propose = Extract<Input<G>, { t: 'propose' }>;
type Read = Extract<Input<G>, { t: 'read' }>;
type Stop = Extract<Input<G>, { t: 'stop' }>;

const MICROS_PER_MS = 1_000;
const NOBODY: readonly number[] = [];

/** One member: rumours by a relay mesh (GossipSub v1.1) and push-pull (Demers et al. 1987), members by SWIM with Lifeguard. */
export class Gossip implements ConsensusMechanism<G> {
  readonly descriptor = DESCRIPTOR;
  readonly #init: MechanismInit;
  readonly #members: readonly NodeId[];
  readonly #indices: ReadonlyMap<NodeId, number>;
  readonly #self: number;
  readonly #peers: readonly number[];
  readonly #config: GossipConfig;
  #prng: Prng;
  #output: StableOutput<G>;
  #store: RumourStore;
  #overlay: Overlay;
  #membership: Membership;
  #handed: HandedOver;
  #sessions = new SessionTable();
  #end: EpochEnd<G>;
  #pushPull: PushPull;
  #nextRound: Micros;
  #fresh = true;
  #risen = false;
  #malformed = 0;
  #clockMoved = false;
  /** The position of a frontier, made once. */
  #place: { readonly vector: Vector; readonly position: Position<G> } | null = null;

  private constructor(init: MechanismInit) {
    this.#init = init;
    this.#members = init.members.map((member) => member.id);
    this.#indices = new Map(this.#members.map((id, i) => [id, i]));
    const count = this.#members.length;
    this.#self = this.#indices.get(init.self)!;
    this.#peers = this.#members.map((_, i) => i).filter((i) => i !== this.#self);
    this.#config = readConfig(init.config);
    this.#prng = new Prng(init.seed);
    this.#store = new RumourStore(this.#self, count, this.#config.history);
    this.#overlay = new Overlay(init.now, this.#peers, this.#config);
    this.#membership = new Membership(init.now, this.#self, count, this.#config);
    this.#membership.stagger(this.#prng);
    this.#handed = HandedOver.nothing(count);
    this.#end = new EpochEnd(init.epoch, this.#self, new FrontierCut(count));
    this.#pushPull = new PushPull(init.now, this.#self, this.#config);
    this.#nextRound = init.now;
    this.#output = new StableOutput(this.#here());
  }

  /** Continues from `durable`; throws when it belongs to another epoch or membership, or is damaged. */
  static create(init: MechanismInit, durable: DurableImage): Gossip {
    const node = new Gossip(init);
    const restored = image.readImage(durable, init.epoch, node.#members);
    if (restored === null) return node;
    node.#fresh = false;
    if (!node.#store.restore(restored.frontier, restored.rumours))
      throw new RangeError(`gossip: the durable image lacks rumours that it must hold.`);
    node.#handed = new HandedOver(restored.handed);
    node.#end = new EpochEnd(init.epoch, node.#self, restored.cut);
    node.#output = new StableOutput(node.#here());
    node.#sessions = restored.sessions;
    // A crash between disk and application may have swallowed a decision, so what is not surely handed over comes again.
    for (const rumour of node.#store.since(restored.handed)) node.#deliver(rumour);
    // What was said of the life before must not be taken for this one (memberlist#345).
    node.#membership.rise(restored.incarnation + 1);
    return node;
  }

  step(now: Micros, inputs: readonly Input<G>[]): Effects<G> {
    if (!this.#risen) this.#rise();
    for (const input of inputs) this.#handle(now, input);
    this.#settle(now);
    const effects = this.#output.take(this.#here());
    this.#handed.over(effects.deliver.length);
    return effects;
  }

  #rise(): void {
    this.#risen = true;
    if (this.#fresh) {
      this.#fresh = false;
      this.#output.put(image.META, image.encodeMeta(this.#init.epoch, this.#members));
      this.#writeClock();
    }
    this.#writeLife();
  }

  #writeLife(): void {
    this.#output.put(image.LIFE, image.encodeLife(this.#membership.view.ownIncarnation));
  }

  #writeClock(): void {
    this.#output.put(image.CLOCK, image.encodeClock(this.#store.frontier, this.#handed.vector));
  }

  #handle(now: Micros, input: Input<G>): void {
    switch (input.t) {
      case 'message':
        return this.#message(now, input.from, input.bytes);
      case 'propose':
        this.#output.open(input.ticket);
        return this.#propose(now, input);
      case 'read':
        this.#output.open(input.ticket);
        return this.#read(input);
      case 'stop':
        this.#output.open(input.ticket);
        return this.#stop(input);
      case 'durable':
        return this.#output.durable(input.token);
      case 'suspicion': {
        const member = this.#indices.get(input.node);
        if (member !== undefined) this.#membership.advise(member, input.phi);
        return;
      }
      case 'time':
      case 'clock':
      case 'compact':
      case 'signed':
      case 'verified':
      case 'transfer':
      case 'reconfigure': // nothing here depends on them, and the last two are for other capabilities
    }
  }

  // Publishing and reading

  #propose(now: Micros, { ticket, op, session, sequence }: Propose): void {
    if (op.kind !== 'publish') return this.#output.reject(ticket, 'unsupported');
    const earlier = this.#sessions.find(session, sequence);
    if (earlier === 'forgotten') return this.#output.resolve(ticket, { kind: 'unknown' });
    if (earlier !== 'new') {
      const position = positionFromReceipt(this.#init.epoch, this.#members, earlier);
      return this.#output.resolve(ticket, { kind: 'committed', position });
    }
    const refused = this.#end.frozen ? 'sealed' : this.#store.refusal(op.value.length, this.#config);
    if (refused !== null) return this.#output.reject(ticket, refused);
    const { value } = op;
    this.#take({ origin: this.#self, counter: this.ownCounter + 1, session, sequence, value }, NOBODY);
    this.#output.resolve(ticket, { kind: 'committed', position: this.#here() });
    this.#nextRound = Math.min(this.#nextRound, now);
  }

  /** Memory and disk together; the output holds everything else back until the disk has it. */
  #take(rumour: Rumour, holders: readonly number[]): void {
    this.#store.add(rumour);
    this.#output.put(image.rumourKey(rumour), image.encodeRumour(rumour));
    this.#clockMoved = true;
    const { session, sequence } = rumour;
    if (session !== 0) {
      const { record, evicted } = this.#sessions.note(session, sequence, encodeReceipt(this.#store.frontier, ''));
      this.#output.put(image.sessionKey(session), record);
      if (evicted !== null) this.#output.delete(image.sessionKey(evicted));
    }
    this.#deliver(rumour);
    this.#overlay.spread(rumour, holders, this.#membership.isAlive, this.#prng);
  }

  #deliver(rumour: Rumour): void {
    const { origin, session, sequence, value } = rumour;
    const proposer = this.#members[origin]!;
    this.#handed.enqueue(rumour);
    const certificate = new Uint8Array(0);
    this.#output.deliver({ position: this.#here(), proposer, session, sequence, key: '', value, certificate });
  }

  /** The latest rumours of the origin that the key names, or of all where it is empty. */
  #read({ ticket, level, key }: Read): void {
    if (!this.descriptor.reads.includes(level)) return this.#output.reject(ticket, 'unsupported');
    const origins = [...this.#members.keys()].filter((origin) => key === '' || this.#members[origin] === key);
    const values = origins.flatMap((origin) => this.#store.historyOf(origin)).map((rumour) => rumour.value);
    this.#output.resolve(ticket, { kind: 'values', position: this.#here(), values });
  }

  /** No root: rumours are a stream, not a state. */
  #here(): Position<G> {
    const vector = this.#store.frontier;
    if (this.#place?.vector !== vector) {
      const frontier = toRecord(this.#members, vector);
      this.#place = { vector, position: { class: 'convergent', epoch: this.#init.epoch, root: '', frontier } };
    }
    return this.#place.position;
  }

  // Messages

  #message(now: Micros, from: NodeId, bytes: Uint8Array): void {
    const sender = this.#indices.get(from) ?? -1;
    const message = decodeMessage(bytes, this.#init.epoch, this.#members.length);
    if (sender < 0 || sender === this.#self || message === null) {
      if (sender >= 0) this.#overlay.misbehaved(sender);
      this.#malformed++;
      return;
    }
    if (this.#membership.hear(now, message.claims)) this.#writeLife();
    const { purpose } = message;
    switch (purpose.type) {
      case 'gossip':
        return this.#gossip(now, sender, purpose);
      case 'digest':
        return this.#digest(sender, purpose);
      case 'ping':
      case 'ping-request':
      case 'ack':
      case 'nack': {
        const answer = this.#membership.handle(now, sender, purpose);
        return this.#sendAll(answer === null ? [] : [answer]);
      }
      case 'graft':
      case 'prune':
      case 'have':
      case 'want':
        this.#sendAll(this.#overlay.handle(now, sender, purpose, this.#store));
    }
  }

  #gossip(now: Micros, sender: number, { frontier, rumours, also, more }: Extract<Purpose, { type: 'gossip' }>): void {
    this.#store.acknowledge(sender, frontier);
    const before = this.#store.count;
    const holders = [sender, ...also];
    for (const rumour of rumours) {
      if (this.#store.has(rumour.origin, rumour.counter)) this.#overlay.seenAt(rumour, sender);
      else if (rumour.origin === this.#self) this.#forged(sender); // nobody else numbers this member's rumours
      // After the cut nobody has anything new; what claims otherwise is not of a correct member.
      else if (!this.#end.sealed && this.#store.accepts(rumour)) this.#take(rumour, holders);
    }
    // Only progress asks for more: a message that comes twice must not start a second exchange beside the first.
    if (more && this.#store.count > before) this.#sendDigest(sender, true);
    this.#pushPull.heard(now, sender, this.#store.hasHoles);
  }

  #forged(sender: number): void {
    this.#malformed++;
    this.#overlay.misbehaved(sender);
  }

  #digest(sender: number, digest: Digest): void {
    const { matrix, cut } = digest;
    for (const [k, row] of matrix.entries()) this.#store.acknowledge(k, row);
    if (cut.started && this.#end.learn(cut, this.ownCounter)) this.#writeCut();
    this.#sendAll(this.#pushPull.answer(sender, digest, this.#store, this.#end.cut));
  }

  #sendDigest(peer: number, answered: boolean): void {
    this.#sendAll([this.#pushPull.digest(peer, this.#store, this.#end.cut, answered)]);
  }

  #sendAll(outgoing: Iterable<Outgoing>): void {
    for (const { to, purpose, lane } of outgoing) this.#send(to, purpose, lane);
  }

  /** A digest carries all claims, everything else as many as fit beside it. */
  #send(peer: number, purpose: Purpose, lane: Lane = 'control'): void {
    const budget = this.#config.packetBytes;
    const all = purpose.type === 'digest';
    const claims = all ? this.#membership.view.claims : this.#membership.claimsFor(peer, budget / 2);
    this.#output.send(this.#members[peer]!, encodeMessage(this.#init.epoch, { claims, purpose }), lane);
  }

  // The end of the epoch

  /** Rumours that this member has published in this epoch, durably or about to be. */
  get ownCounter(): number {
    return this.#store.frontier[this.#self]!;
  }

  #stop({ ticket, sign }: Stop): void {
    if (!this.#end.stop(this.#output, ticket, sign, this.ownCounter)) return;
    this.#writeCut();
    for (const peer of this.#peers) this.#sendDigest(peer, false);
  }

  #writeCut(): void {
    this.#output.put(image.CUT, image.encodeCut(this.#end.cut));
  }

  // Time

  #settle(now: Micros): void {
    for (const rumour of this.#store.prune(this.#handed.vector)) this.#output.delete(image.rumourKey(rumour));
    this.#settleEnd();
    if (this.#peers.length > 0) {
      this.#sendAll(this.#membership.tick(now, this.#prng));
      this.#sendAll(this.#overlay.tick(now, this.#membership.isAlive, this.#store, this.#prng));
      if (this.#hasNews && now >= this.#nextRound) this.#round(now);
      this.#sendAll(this.#pushPull.tick(now, this.#peers, this.#store, this.#end, this.#membership, this.#prng));
    }
    if (this.#clockMoved) this.#writeClock();
    this.#clockMoved = false;
  }

  /** Who has sealed goes on purpose: peers that see it stop need not suspect it. */
  #settleEnd(): void {
    if (!this.#end.frozen) return;
    this.#end.settle(this.#output, this.#store.frontier, () => ({
      position: this.#here(),
      state: encodeSealedState(this.#members, this.#store),
    }));
    if (this.#end.sealed) this.#membership.leave();
  }

  get #hasNews(): boolean {
    return this.#overlay.queued > 0 || this.#membership.hasNews;
  }

  /** What waits for links goes to them; news of members goes to `fanout` others, if none of it has gone along. */
  #round(now: Micros): void {
    this.#nextRound = now + this.#config.gossipIntervalMs * MICROS_PER_MS;
    this.#sendAll(this.#overlay.push(this.#store));
    this.#sendAll(this.#membership.spread(this.#peers, this.#store.frontier, this.#prng));
  }

  nextDeadline(): Micros | null {
    if (this.#peers.length === 0) return null;
    const round = this.#hasNews ? this.#nextRound : Number.POSITIVE_INFINITY;
    return Math.min(this.#membership.deadline, this.#overlay.deadline, this.#pushPull.deadline, round);
  }

  /** Who is alive, for observers. */
  get view(): SwimView {
    return this.#membership.view;
  }

  status(): Status<G> {
    return {
      role: this.#end.sealed ? 'sealed' : this.#end.frozen ? 'frozen' : 'member',
      leader: null,
      term: 0,
      position: this.#output.position,
      ready: !this.#end.frozen,
      detail: {
        rumours: this.#store.frontier.reduce((sum, counter) => sum + counter, 0),
        kept: this.#store.count,
        keptBytes: this.#store.bytes,
        ...this.#overlay.detail,
        ...this.#membership.detail(this.#members),
        malformed: this.#malformed,
      },
    };
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter();
    const parts = [this.#output, this.#store, this.#overlay, this.#membership, this.#handed, this.#sessions, this.#end];
    for (const part of [...parts, this.#pushPull]) part.writeTo(state);
    state.data([this.#prng.state(), this.#nextRound, this.#fresh, this.#risen, this.#malformed]);
    return state.digest();
  }

  clone(): Gossip {
    const copy = new Gossip(this.#init);
    copy.#prng = this.#prng.clone();
    copy.#output = this.#output.clone();
    copy.#store = this.#store.clone();
    copy.#overlay = this.#overlay.clone();
    copy.#membership = this.#membership.clone(this.#config, this.#members.length);
    copy.#handed = this.#handed.clone();
    copy.#sessions = this.#sessions.clone();
    copy.#end = this.#end.clone();
    copy.#pushPull = this.#pushPull.clone();
    copy.#nextRound = this.#nextRound;
    copy.#fresh = this.#fresh;
    copy.#risen = this.#risen;
    copy.#malformed = this.#malformed;
    return copy;
  }
}
