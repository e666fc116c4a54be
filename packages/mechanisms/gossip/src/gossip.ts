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
import { logOfSize, readConfig, type GossipConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { HandedOver } from './handed-over.ts';
import { HotRumours } from './hot-rumours.ts';
import * as image from './image.ts';
import { Membership } from './membership.ts';
import { VALUE_BYTES, type Rumour } from './rumour.ts';
import { RumourStore, type Span } from './rumour-store.ts';
import { encodeSealedState } from './sealed-state.ts';
import { decodeMessage, encodeMessage, type Purpose } from './wire.ts';

type G = 'convergent';
type Propose = Extract<Input<G>, { t: 'propose' }>;
type Read = Extract<Input<G>, { t: 'read' }>;
type Stop = Extract<Input<G>, { t: 'stop' }>;

const MICROS_PER_MS = 1_000;

/** One member: rumours by mongering and push-pull (Demers et al. 1987), members by SWIM. */
export class Gossip implements ConsensusMechanism<G> {
  readonly descriptor = DESCRIPTOR;
  readonly #init: MechanismInit;
  readonly #members: readonly NodeId[];
  readonly #self: number;
  readonly #peers: readonly number[];
  readonly #config: GossipConfig;
  #prng: Prng;
  #output: StableOutput<G>;
  #store: RumourStore;
  #hot: HotRumours;
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

  private constructor(init: MechanismInit) {
    this.#init = init;
    this.#members = init.members.map((member) => member.id);
    const count = this.#members.length;
    this.#self = this.#members.indexOf(init.self);
    this.#peers = this.#members.map((_, i) => i).filter((i) => i !== this.#self);
    this.#config = readConfig(init.config);
    this.#prng = new Prng(init.seed);
    this.#store = new RumourStore(this.#self, count, this.#config.history);
    this.#hot = new HotRumours(this.#config.retransmitMultiplier * logOfSize(count));
    this.#membership = new Membership(init.now, this.#self, count, this.#config);
    this.#handed = HandedOver.nothing(count);
    this.#end = new EpochEnd(init.epoch, this.#self, new FrontierCut(count));
    this.#timer = new AntiEntropyTimer(init.now, this.#config);
    this.#nextRound = init.now;
    this.#output = new StableOutput(this.#here());
    this.#membership.rise(1);
  }

  /** Continues from `durable`; throws when it belongs to another epoch or membership, or is damaged. */
  static create(init: MechanismInit, durable: DurableImage): Gossip {
    const node = new Gossip(init);
    const restored = image.readImage(durable, init.epoch, node.#members);
    if (restored === null) return node;
    node.#fresh = false;
    node.#store.restore(restored.frontier, restored.rumours);
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
        const member = this.#members.indexOf(input.node);
        if (member >= 0) this.#membership.advise(member, input.phi);
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
    this.#take({ origin: this.#self, counter: this.#ownCounter + 1, session, sequence, value }, []);
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
    this.#writeClock();
    const { session, sequence } = rumour;
    if (session !== 0) {
      const { record, evicted } = this.#sessions.note(session, sequence, encodeReceipt(this.#store.frontier, ''));
      this.#output.put(image.sessionKey(session), record);
      if (evicted !== null) this.#output.delete(image.sessionKey(evicted));
    }
    this.#deliver(rumour);
    this.#hot.heat(rumour, holders);
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
    const frontier = toRecord(this.#members, this.#store.frontier);
    return { class: 'convergent', epoch: this.#init.epoch, root: '', frontier };
  }

  // Messages

  #message(now: Micros, from: NodeId, bytes: Uint8Array): void {
    const sender = this.#members.indexOf(from);
    const message = decodeMessage(bytes, this.#init.epoch, this.#members.length);
    if (sender < 0 || sender === this.#self || message === null) {
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
      case 'ack': {
        const answer = this.#membership.handle(sender, purpose);
        if (answer !== null) this.#send(answer.to, answer.purpose);
      }
    }
  }

  #gossip(now: Micros, sender: number, { frontier, rumours, more }: Extract<Purpose, { type: 'gossip' }>): void {
    this.#store.acknowledge(sender, frontier);
    const before = this.#store.count;
    for (const rumour of rumours) {
      if (this.#store.has(rumour.origin, rumour.counter)) this.#hot.seenAt(rumour, sender);
      else if (rumour.origin === this.#self) this.#malformed++; // nobody else numbers this member's rumours
      // After the cut nobody has anything new; what claims otherwise is not of a correct member.
      else if (!this.#end.sealed && this.#store.accepts(rumour)) this.#take(rumour, [sender]);
    }
    // Only progress asks for more: a message that comes twice must not start a second exchange beside the first.
    if (more && this.#store.count > before) this.#sendDigest(sender, true);
    if (!this.#store.hasHoles) this.#timer.gapClosed();
    else this.#timer.gapSeen(now, sender);
  }

  #digest(sender: number, { matrix, beyond, cut, answered }: Extract<Purpose, { type: 'digest' }>): void {
    for (const [k, row] of matrix.entries()) this.#store.acknowledge(k, row);
    if (this.#end.learn(cut, this.#ownCounter)) this.#writeCut();
    const theirs = matrix[sender]!;
    const { frontier } = this.#store;
    this.#pushMissing(sender, theirs, beyond);
    const isNews = !equalVectors(matrix[this.#self]!, frontier) || this.#end.cut.isAheadOf(cut);
    if (!answered && (isNews || !covers(frontier, theirs))) this.#sendDigest(sender, true);
  }

  #pushMissing(peer: number, theirs: Vector, beyond: readonly Span[]): void {
    const { rumours, complete } = this.#store.missing(theirs, beyond, this.#config.maxBatchBytes);
    const { frontier } = this.#store;
    if (rumours.length > 0) this.#send(peer, { type: 'gossip', frontier, rumours, more: !complete }, 'bulk');
  }

  #sendDigest(peer: number, answered: boolean): void {
    const { matrix, beyond } = this.#store;
    this.#send(peer, { type: 'digest', matrix, beyond, cut: this.#end.cut, answered });
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
    for (const rumour of this.#store.prune(this.#handed.vector)) {
      this.#output.delete(image.rumourKey(rumour));
      this.#hot.forget(rumour);
    }
    this.#end.settle(this.#output, this.#store.frontier, () => ({
      position: this.#here(),
      state: encodeSealedState(this.#members, this.#store),
    }));
    if (this.#peers.length === 0) return;
    for (const { to, purpose } of this.#membership.tick(now, this.#prng)) this.#send(to, purpose);
    if (this.#hasNews && now >= this.#nextRound) this.#round(now);
    const asked = this.#timer.gapDue(now, this.#prng.pick(this.#peers), this.#prng);
    if (asked !== null) this.#sendDigest(asked, true);
    const { matrix, frontier } = this.#store;
    const isInformed = (k: number): boolean => equalVectors(matrix[k]!, frontier);
    const ending = this.#end.frozen && !this.#end.sealed;
    const lagging = ending ? this.#peers : this.#peers.filter((k) => !isInformed(k));
    if (this.#timer.digestDue(now, lagging.length > 0, this.#prng)) {
      this.#sendDigest(this.#membership.partner(lagging.length > 0 ? lagging : this.#peers, this.#prng), false);
    }
  }

  get #hasNews(): boolean {
    return this.#hot.size > 0 || this.#membership.hasNews;
  }

  /** One round of mongering: `fanout` members, each given what it is not known to have. */
  #round(now: Micros): void {
    this.#nextRound = now + this.#config.gossipIntervalMs * MICROS_PER_MS;
    const stable = this.#store.stable;
    this.#hot.cool(({ origin, counter }) => counter <= stable[origin]!);
    const reachable = this.#peers.filter((peer) => this.#membership.view.healthOf(peer) !== 'dead');
    for (const peer of this.#prng.sample(reachable, this.#config.fanout)) {
      const known = this.#store.matrix[peer]!;
      const isKnown = ({ origin, counter }: Rumour): boolean => counter <= known[origin]!;
      const rumours = this.#hot.take(peer, isKnown, this.#config.packetBytes / 2);
      if (rumours.length === 0 && !this.#membership.hasNews) continue;
      this.#send(peer, { type: 'gossip', frontier: this.#store.frontier, rumours, more: false });
    }
  }

  nextDeadline(): Micros | null {
    if (this.#peers.length === 0) return null;
    const round = this.#hasNews ? this.#nextRound : Number.POSITIVE_INFINITY;
    return Math.min(this.#membership.deadline, this.#timer.deadline, round);
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
        hot: this.#hot.size,
        ...this.#membership.detail(this.#members),
        malformed: this.#malformed,
      },
    };
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter();
    const parts = [this.#output, this.#store, this.#hot, this.#membership, this.#handed, this.#sessions, this.#end];
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
    copy.#hot = this.#hot.clone();
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
