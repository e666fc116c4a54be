import type { Vector } from '@hypersync/consensus-kit';
import { AntiEntropyTimer, EpochEnd, FrontierCut } from '@hypersync/consensus-kit';
import { Prng, SessionTable, StableOutput, StateWriter } from '@hypersync/consensus-kit';
import { covers, equalVectors, fromRecord, joinVectors, raised, toRecord, zeroVector } from '@hypersync/consensus-kit';
import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  MechanismInit,
  Micros,
  NodeId,
  Position,
  Send,
  Status,
} from '@hypersync/interface';
import { contextOf, refusalOf } from './admission.ts';
import { CausalBroadcast } from './causal-broadcast.ts';
import { readConfig, type VectorClockConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { DottedStore, encodeSiblings } from './dotted-store.ts';
import { batchesOf, type CausalEvent } from './event.ts';
import * as image from './image.ts';
import { Place } from './place.ts';
import { encodeReceipt, positionFromReceipt } from './receipt.ts';
import { finalState } from './sealed-state.ts';
import { WaitingRequests, type Propose, type Read } from './waiting-requests.ts';
import { decodeMessage, encodeMessage, type Message } from './wire.ts';

type Stop = Extract<Input<'causal'>, { t: 'stop' }>;

const MICROS_PER_MS = 1_000;

/** One member of the causal store: turns inputs into calls of broadcast and store, and their results into effects. */
export class VectorClock implements ConsensusMechanism<'causal'> {
  readonly descriptor = DESCRIPTOR;
  readonly #init: MechanismInit;
  readonly #members: readonly NodeId[];
  readonly #self: number;
  readonly #peers: readonly number[];
  readonly #config: VectorClockConfig;
  #prng: Prng;
  #output: StableOutput<'causal'>;
  #broadcast: CausalBroadcast;
  #store = new DottedStore();
  #sessions = new SessionTable();
  #end: EpochEnd<'causal'>;
  #waiting = new WaitingRequests();
  /** Events of this step, told to all at its end; empty between steps. */
  readonly #outgoing: CausalEvent[] = [];
  /** Decisions that the application has been given, this incarnation or surely an earlier one. */
  #handed: Vector;
  #fresh = true;
  #timer: AntiEntropyTimer;
  #malformed = 0;
  readonly #place: Place;

  private constructor(init: MechanismInit) {
    this.#init = init;
    this.#members = init.members.map((member) => member.id);
    this.#self = this.#members.indexOf(init.self);
    this.#peers = this.#members.map((_, i) => i).filter((i) => i !== this.#self);
    this.#place = new Place(init.epoch, this.#members, this.#self);
    this.#config = readConfig(init.config);
    this.#prng = new Prng(init.seed);
    this.#broadcast = new CausalBroadcast(this.#self, this.#members.length, this.#config);
    this.#handed = zeroVector(this.#members.length);
    this.#end = new EpochEnd(init.epoch, this.#self, new FrontierCut(this.#members.length));
    this.#timer = new AntiEntropyTimer(init.now, this.#config);
    this.#output = new StableOutput(this.#here());
  }

  /** Continues from `durable`; throws when it belongs to another epoch or membership, or is damaged. */
  static create(init: MechanismInit, durable: DurableImage): VectorClock {
    const node = new VectorClock(init);
    const restored = image.readImage(durable, init.epoch, node.#members);
    if (restored === null) return node;
    node.#fresh = false;
    node.#broadcast.restore(restored.delivered, restored.stable, restored.events);
    node.#output = new StableOutput(node.#here());
    node.#handed = restored.handed;
    // A crash between disk and application may have swallowed a decision, so what is not surely handed over comes again.
    for (const event of node.#broadcast.since(restored.handed)) node.#deliver(event);
    for (const [key, siblings] of restored.siblings) node.#store.restore(key, siblings);
    node.#sessions = restored.sessions;
    node.#end = new EpochEnd(init.epoch, node.#self, restored.cut);
    return node;
  }

  step(now: Micros, inputs: readonly Input<'causal'>[]): Effects<'causal'> {
    if (this.#fresh) this.#writeMeta();
    for (const input of inputs) this.#handle(now, input);
    this.#settle(now);
    for (const events of batchesOf(this.#outgoing.splice(0), this.#config.maxBatchBytes)) {
      this.#send('all', { type: 'events', events, more: false });
    }
    const effects = this.#output.take(this.#here());
    for (const { position, proposer } of effects.deliver) {
      this.#handed = raised(this.#handed, this.#members.indexOf(proposer), position.dot.counter);
    }
    return effects;
  }

  #writeMeta(): void {
    this.#fresh = false;
    this.#output.put(image.META, image.encodeMeta(this.#init.epoch, this.#members));
    this.#writeClock();
  }

  #writeClock(): void {
    const { delivered, stable } = this.#broadcast;
    this.#output.put(image.CLOCK, image.encodeClock(delivered, stable, this.#handed));
  }

  #handle(now: Micros, input: Input<'causal'>): void {
    switch (input.t) {
      case 'message':
        return this.#message(now, input.from, input.bytes);
      case 'propose':
        this.#output.open(input.ticket);
        return this.#propose(now, input);
      case 'read':
        this.#output.open(input.ticket);
        return this.#read(now, input);
      case 'stop':
        this.#output.open(input.ticket);
        return this.#stop(input);
      case 'durable':
        return this.#output.durable(input.token);
      case 'time': // the others are for other capabilities
      case 'transfer':
      case 'reconfigure':
      case 'suspicion':
      case 'clock':
      case 'compact':
      case 'signed':
      case 'verified':
    }
  }

  // Puts

  #propose(now: Micros, propose: Propose): void {
    if (this.#isAnswered(propose)) return;
    const { ticket, op, after } = propose;
    const refused = refusalOf(op, after, this.#members, this.#end.frozen);
    if (refused !== null) return this.#output.reject(ticket, refused);
    const context = contextOf(this.#members, op);
    const seen = after === undefined ? null : fromRecord(this.#members, after);
    const needs = context === null || seen === null ? (context ?? seen) : joinVectors(context, seen);
    if (needs === null || covers(this.#broadcast.delivered, needs)) return this.#put(propose, context);
    this.#wait(now, propose, needs);
  }

  #wait(now: Micros, request: Propose | Read, needs: Vector): void {
    const deadline = now + this.#config.contextWaitMs * MICROS_PER_MS;
    if (!this.#waiting.add({ request, needs, deadline })) this.#output.reject(request.ticket, 'overloaded');
  }

  /** A retry gets the answer of the first time. */
  #isAnswered({ ticket, session, sequence }: Propose): boolean {
    const earlier = this.#sessions.find(session, sequence);
    if (earlier === 'new') return false;
    if (earlier === 'forgotten') this.#output.resolve(ticket, { kind: 'unknown' });
    else {
      const position = positionFromReceipt(this.#init.epoch, this.#members, earlier);
      this.#output.resolve(ticket, { kind: 'committed', position });
    }
    return true;
  }

  #put({ ticket, op, session, sequence }: Propose, seen: Vector | null): void {
    const past = this.#broadcast.delivered;
    const context = seen ?? past;
    const backlog = this.#broadcast.ownUnstable;
    if (
      backlog.events >= this.#config.maxUnstableEvents ||
      backlog.bytes + op.value.length > this.#config.maxUnstableBytes ||
      this.#store.survivors(op.key, context) >= this.#config.maxSiblings
    ) {
      return this.#output.reject(ticket, 'overloaded');
    }
    const { key, value } = op;
    const event = { author: this.#self, counter: past[this.#self]! + 1, past, context, session, sequence, key, value };
    for (const delivered of this.#broadcast.receive(event)) this.#apply(delivered);
    this.#output.resolve(ticket, { kind: 'committed', position: this.#positionOf(event) });
    this.#outgoing.push(event);
  }

  /** Memory and disk together; the output holds everything else back until the disk has it. */
  #apply(event: CausalEvent): void {
    const siblings = this.#store.apply(event);
    this.#output.put(image.siblingsKey(event.key), encodeSiblings(siblings));
    this.#output.put(image.eventKey(event.author, event.counter), image.encodeEvent(event));
    this.#writeClock();
    if (event.session !== 0) {
      const { session, sequence } = event;
      const { record, evicted } = this.#sessions.note(session, sequence, encodeReceipt(event));
      this.#output.put(image.sessionKey(session), record);
      if (evicted !== null) this.#output.delete(image.sessionKey(evicted));
    }
    this.#deliver(event);
  }

  #deliver(event: CausalEvent): void {
    const { session, sequence, key, value } = event;
    const proposer = this.#members[event.author]!;
    const position = this.#positionOf(event);
    this.#output.deliver({ position, proposer, session, sequence, key, value, certificate: new Uint8Array(0) });
  }

  #positionOf(event: CausalEvent): Position<'causal'> {
    const dot = { node: this.#members[event.author]!, counter: event.counter };
    return { class: 'causal', epoch: this.#init.epoch, dot, context: toRecord(this.#members, event.past) };
  }

  // Reads

  #read(now: Micros, read: Read): void {
    const { ticket, level, after } = read;
    if (!this.descriptor.reads.includes(level)) return this.#output.reject(ticket, 'unsupported');
    const needs = after === undefined ? null : fromRecord(this.#members, after);
    if (after !== undefined && needs === null) return this.#output.reject(ticket, 'invalid');
    if (needs === null || covers(this.#broadcast.delivered, needs)) return this.#show(read);
    this.#wait(now, read, needs);
  }

  #show({ ticket, key }: Read): void {
    const values = this.#store.read(key).map((sibling) => sibling.value);
    this.#output.resolve(ticket, { kind: 'values', position: this.#here(), values });
  }

  /** Everything delivered here: as a context it covers every sibling that the read returned. */
  #here(): Position<'causal'> {
    return this.#place.of(this.#broadcast.delivered);
  }

  // Messages

  #message(now: Micros, from: NodeId, bytes: Uint8Array): void {
    const sender = this.#members.indexOf(from);
    const message = decodeMessage(bytes, this.#init.epoch, this.#members.length);
    if (sender < 0 || sender === this.#self || message === null) {
      this.#malformed++;
      return;
    }
    if (message.type === 'events') this.#events(now, sender, message.events, message.more);
    else this.#digest(sender, message.matrix, message.cut, message.answered);
  }

  #events(now: Micros, sender: number, events: readonly CausalEvent[], more: boolean): void {
    const before = this.#broadcast.delivered;
    for (const event of events) {
      // After the cut nobody has anything new; what claims otherwise is not of a correct member.
      if (this.#end.sealed || event.author === this.#self) continue;
      for (const delivered of this.#broadcast.receive(event)) this.#apply(delivered);
    }
    // Only progress asks for more: a message that comes twice must not start a second exchange beside the first.
    if (more && this.#broadcast.delivered !== before) this.#sendDigest(sender, true);
    if (this.#broadcast.pendingCount === 0) this.#timer.gapClosed();
    else this.#timer.gapSeen(now, sender);
  }

  #digest(sender: number, matrix: readonly Vector[], cut: FrontierCut, answered: boolean): void {
    for (const [k, row] of matrix.entries()) this.#broadcast.acknowledge(k, row);
    if (this.#end.learn(cut, this.#broadcast.delivered[this.#self]!)) this.#writeCut();
    const theirs = matrix[sender]!;
    const { events, complete } = this.#broadcast.missing(theirs, this.#config.maxBatchBytes);
    if (events.length > 0) this.#send(this.#members[sender]!, { type: 'events', events, more: !complete }, 'bulk');
    // Also who lacks nothing answers, if the asker does not know so: that is how events become stable.
    const isNews = !equalVectors(matrix[this.#self]!, this.#broadcast.delivered) || this.#end.cut.isAheadOf(cut);
    if (!answered && (isNews || !covers(this.#broadcast.delivered, theirs))) this.#sendDigest(sender, true);
  }

  #send(to: Send['to'], message: Message, lane: 'control' | 'bulk' = 'control'): void {
    if (this.#members.length > 1) this.#output.send(to, encodeMessage(this.#init.epoch, message), lane);
  }

  #sendDigest(to: number | 'all', answered: boolean): void {
    const matrix = this.#broadcast.matrix;
    this.#send(to === 'all' ? 'all' : this.#members[to]!, { type: 'digest', matrix, cut: this.#end.cut, answered });
  }

  // The end of the epoch

  #stop({ ticket, sign }: Stop): void {
    if (!this.#end.stop(this.#output, ticket, sign, this.#broadcast.delivered[this.#self]!)) return;
    this.#writeCut();
    this.#sendDigest('all', false);
  }

  #writeCut(): void {
    for (const { request } of this.#waiting.takePuts()) this.#output.reject(request.ticket, 'sealed');
    this.#output.put(image.CUT, image.encodeCut(this.#end.cut));
  }

  // Time

  #settle(now: Micros): void {
    this.#resume(now);
    this.#prune();
    this.#end.settle(this.#output, this.#broadcast.delivered, (cut) =>
      finalState(this.#init.epoch, this.#members, cut, this.#store),
    );
    if (this.#members.length === 1) return;
    const asked = this.#timer.gapDue(now, this.#prng.pick(this.#peers), this.#prng);
    if (asked !== null) this.#sendDigest(asked, true);
    const lagging = this.#laggards();
    if (this.#timer.digestDue(now, lagging.length > 0, this.#prng)) {
      this.#sendDigest(this.#prng.pick(lagging.length > 0 ? lagging : this.#peers), false);
    }
  }

  /** A put may make another request possible, so until nothing moves any more. */
  #resume(now: Micros): void {
    for (;;) {
      const ready = this.#waiting.takeReady(this.#broadcast.delivered);
      if (ready.length === 0) break;
      for (const { request } of ready) {
        if (request.t === 'read') this.#show(request);
        else if (!this.#isAnswered(request)) this.#put(request, contextOf(this.#members, request.op));
      }
    }
    for (const { request } of this.#waiting.takeLate(now)) this.#output.reject(request.ticket, 'overloaded');
  }

  #prune(): void {
    const pruned = this.#broadcast.prune(this.#handed);
    if (pruned === null) return;
    for (const [author, before] of pruned.before.entries()) {
      const after = pruned.after[author]!;
      if (after > before) this.#output.deleteRange(image.eventKey(author, 0), image.eventKey(author, after + 1));
    }
    this.#writeClock();
  }

  /** Members not known to have what this node has; while an epoch ends, all. */
  #laggards(): readonly number[] {
    if (this.#end.frozen && !this.#end.sealed) return this.#peers;
    const { matrix, delivered } = this.#broadcast;
    return this.#peers.filter((k) => !equalVectors(matrix[k]!, delivered));
  }

  nextDeadline(): Micros | null {
    const others = this.#members.length > 1 ? this.#timer.deadline : Number.POSITIVE_INFINITY;
    const next = Math.min(others, this.#waiting.deadline);
    return next === Number.POSITIVE_INFINITY ? null : next;
  }

  status(): Status<'causal'> {
    const { pendingCount, unstableCount, droppedCount, delivered, stable } = this.#broadcast;
    return {
      role: this.#end.sealed ? 'sealed' : this.#end.frozen ? 'frozen' : 'replica',
      leader: null,
      term: 0,
      position: this.#output.position,
      ready: !this.#end.frozen,
      detail: {
        delivered: delivered.reduce((sum, counter) => sum + counter, 0),
        stable: stable.reduce((sum, counter) => sum + counter, 0),
        handed: this.#handed.reduce((sum, counter) => sum + counter, 0),
        unstable: unstableCount,
        pending: pendingCount,
        dropped: droppedCount,
        waiting: this.#waiting.count,
        keys: this.#store.size,
        malformed: this.#malformed,
      },
    };
  }

  /** For observers: what this node has, and what it takes everybody to have. */
  get vectors(): { readonly delivered: Vector; readonly stable: Vector } {
    return this.#broadcast;
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter();
    const parts = [this.#output, this.#broadcast, this.#store, this.#sessions, this.#end, this.#timer];
    for (const part of parts) part.writeTo(state);
    state.data([this.#prng.state(), this.#handed, this.#fresh, this.#malformed]);
    this.#waiting.writeTo(state);
    return state.digest();
  }

  clone(): VectorClock {
    const copy = new VectorClock(this.#init);
    copy.#prng = this.#prng.clone();
    copy.#output = this.#output.clone();
    copy.#broadcast = this.#broadcast.clone();
    copy.#store = this.#store.clone();
    copy.#sessions = this.#sessions.clone();
    copy.#end = this.#end.clone();
    copy.#waiting = this.#waiting.clone();
    copy.#timer = this.#timer.clone();
    [copy.#handed, copy.#fresh, copy.#malformed] = [this.#handed, this.#fresh, this.#malformed];
    return copy;
  }
}
