import type { Vector } from '@hypersync/consensus-kit';
import { AntiEntropyTimer, EpochEnd, FrontierCut } from '@hypersync/consensus-kit';
import {
  encodeReceipt,
  positionFromReceipt,
  Prng,
  SessionTable,
  StableOutput,
  StateWriter,
} from '@hypersync/consensus-kit';
import { covers, equalVectors, toRecord } from '@hypersync/consensus-kit';
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
  RejectReason,
  Status,
} from '@hypersync/interface';
import { readConfig, type GossipConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { HandedOver } from './handed-over.ts';
import * as image from './image.ts';
import { Membership } from './membership.ts';
import { Overlay } from './overlay.ts';
import { VALUE_BYTES, type Rumour } from './rumour.ts';
import { RumourStore, type Span } from './rumour-store.ts';
import { encodeSealedState } from './sealed-state.ts';
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
  /** On their way to the application, in this order. */
  #handing: Rumour[] = [];
  #sessions = new SessionTable();
  #end: EpochEnd<G>;
  #timer: AntiEntropyTimer;
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
    this.#handed = HandedOver.nothing(count);
    this.#end = new EpochEnd(init.epoch, this.#self, new FrontierCut(count));
    this.#timer = new AntiEntropyTimer(init.now, this.#config);
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
    for (const { origin, counter } of this.#handing.splice(0, effects.deliver.length))
      this.#handed.add(origin, counter);
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
      case 'verified': // nothing here depends on them
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
    const refused = this.#refusal(op.value);
    if (refused !== null) return this.#output.reject(ticket, refused);
    const { value } = op;
    this.#take({ origin: this.#self, counter: this.#ownCounter + 1, session, sequence, value }, NOBODY);
    this.#output.resolve(ticket, { kind: 'committed', position: this.#here() });
    this.#nextRound = Math.min(this.#nextRound, now);
  }

  #refusal(value: Uint8Array): RejectReason | null {
    if (this.#end.frozen) return 'sealed';
    if (value.length > VALUE_BYTES) return 'too-large';
    const { rumours, bytes } = this.#store.ownUnstable;
    const { maxUnstableRumours, maxUnstableBytes } = this.#config;
    return rumours >= maxUnstableRumours || bytes + value.length > maxUnstableBytes ? 'overloaded' : null;
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
    this.#handing.push(rumour);
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
    if (!this.#store.hasHoles) this.#timer.gapClosed();
    else this.#timer.gapSeen(now, sender);
  }

  #forged(sender: number): void {
    this.#malformed++;
    this.#overlay.misbehaved(sender);
  }

  #digest(sender: number, { matrix, beyond, cut, answered }: Extract<Purpose, { type: 'digest' }>): void {
    for (const [k, row] of matrix.entries()) this.#store.acknowledge(k, row);
    if (cut.started && this.#end.learn(cut, this.#ownCounter)) this.#writeCut();
    const theirs = matrix[sender]!;
    const { frontier } = this.#store;
    this.#pushMissing(sender, theirs, beyond);
    const isNews = !equalVectors(matrix[this.#self]!, frontier) || this.#end.cut.isAheadOf(cut);
    if (!answered && (isNews || !covers(frontier, theirs))) this.#sendDigest(sender, true);
  }

  #pushMissing(peer: number, theirs: Vector, beyond: readonly Span[]): void {
    const { rumours, complete } = this.#store.missing(theirs, beyond, this.#config.maxBatchBytes);
    const { frontier } = this.#store;
    const purpose = { type: 'gossip', frontier, rumours, also: NOBODY, more: !complete } as const;
    if (rumours.length > 0) this.#send(peer, purpose, 'bulk');
  }

  #sendDigest(peer: number, answered: boolean): void {
    const { matrix, beyond } = this.#store;
    this.#send(peer, { type: 'digest', matrix, beyond, cut: this.#end.cut, answered });
  }

  #sendAll(outgoing: readonly Outgoing[]): void {
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

  get #ownCounter(): number {
    return this.#store.frontier[this.#self]!;
  }

  #stop({ ticket, sign }: Stop): void {
    if (!this.#end.stop(this.#output, ticket, sign, this.#ownCounter)) return;
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
      this.#repair(now);
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

  /** Push-pull: what is evidently missing is asked for, and notes are compared with members that may lack something. */
  #repair(now: Micros): void {
    if (now >= this.#timer.deadline) {
      const asked = this.#timer.gapDue(now, this.#prng.pick(this.#peers), this.#prng);
      if (asked !== null) this.#sendDigest(asked, true);
    }
    const ending = this.#end.frozen && !this.#end.sealed;
    const mayLack = (k: number): boolean => ending || !this.#store.isInformed(k);
    if (!this.#timer.digestDue(now, this.#peers.some(mayLack), this.#prng)) return;
    const lagging = this.#peers.filter(mayLack);
    this.#sendDigest(this.#membership.partner(lagging.length > 0 ? lagging : this.#peers, this.#prng), false);
  }

  get #hasNews(): boolean {
    return this.#overlay.queued > 0 || this.#membership.hasNews;
  }

  /** What waits for links goes to them; news of members goes to `fanout` others, if none of it has gone along. */
  #round(now: Micros): void {
    this.#nextRound = now + this.#config.gossipIntervalMs * MICROS_PER_MS;
    this.#sendAll(this.#overlay.push(this.#store));
    if (!this.#membership.hasNews) return;
    const { view } = this.#membership;
    const reachable = this.#peers.filter(
      (peer) => view.healthOf(peer) === 'alive' || view.healthOf(peer) === 'suspect',
    );
    const { frontier } = this.#store;
    for (const peer of this.#prng.sample(reachable, this.#config.fanout)) {
      if (!this.#membership.hasNews) return;
      this.#send(peer, { type: 'gossip', frontier, rumours: [], also: NOBODY, more: false });
    }
  }

  nextDeadline(): Micros | null {
    if (this.#peers.length === 0) return null;
    const round = this.#hasNews ? this.#nextRound : Number.POSITIVE_INFINITY;
    return Math.min(this.#membership.deadline, this.#overlay.deadline, this.#timer.deadline, round);
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
    for (const part of [...parts, this.#timer]) part.writeTo(state);
    const handing = this.#handing.map(({ origin, counter }) => [origin, counter]);
    state.data([this.#prng.state(), this.#nextRound, this.#fresh, this.#risen, this.#malformed, handing]);
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
    copy.#handing = [...this.#handing];
    copy.#sessions = this.#sessions.clone();
    copy.#end = this.#end.clone();
    copy.#timer = this.#timer.clone();
    copy.#nextRound = this.#nextRound;
    copy.#fresh = this.#fresh;
    copy.#risen = this.#risen;
    copy.#malformed = this.#malformed;
    return copy;
  }
}
