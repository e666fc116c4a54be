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
import { covers, equalVectors, joinVectors, meetVectors, toRecord, zeroVector } from '@hypersync/consensus-kit';
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
  Send,
  Status,
} from '@hypersync/interface';
import { admit } from './admission.ts';
import { readConfig, type CrdtConfig } from './config.ts';
import { authorOf, batchesOf, decodeDelta, encodeDelta, writeDelta, type Delta } from './delta.ts';
import { DeltaLog } from './delta-log.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { EarlyDeltas } from './early-deltas.ts';
import { damaged, readImage } from './image.ts';
import { ImageWriter } from './image-writer.ts';
import { decisionsOf, type Origin } from './decisions.ts';
import { readObject, valuesOf } from './objects.ts';
import { ReplicaState, type Change } from './replica-state.ts';
import { encodeSealedState } from './sealed-state.ts';
import { Transfers } from './transfer.ts';
import type { CrdtValue } from './value.ts';
import { decodeMessage, encodeMessage, type Message } from './wire.ts';

type G = 'convergent';
type Propose = Extract<Input<G>, { t: 'propose' }>;
type Read = Extract<Input<G>, { t: 'read' }>;
type Stop = Extract<Input<G>, { t: 'stop' }>;

const MICROS_PER_MS = 1_000;

/** One replica: algorithm 2 of Almeida, Shoker, Baquero 2018, with version vectors in place of sequence numbers. */
export class Crdt implements ConsensusMechanism<G> {
  readonly descriptor = DESCRIPTOR;
  readonly #init: MechanismInit;
  readonly #members: readonly NodeId[];
  readonly #self: number;
  readonly #config: CrdtConfig;
  #prng: Prng;
  #output: StableOutput<G>;
  #state: ReplicaState;
  #log: DeltaLog;
  #early: EarlyDeltas;
  #transfers: Transfers;
  #sessions = new SessionTable();
  #end: EpochEnd<G>;
  #timer: AntiEntropyTimer;
  /** Row k: what member k is known to have made durable. Row `self` is kept at the state's vector. */
  #matrix: Vector[];
  #wall: Micros = 0;
  /** Deltas of this step, told to all at its end; empty between steps. */
  readonly #outgoing: Uint8Array[] = [];
  #fresh = true;
  /** Messages that said nothing or what is not theirs to say; whole states and parts that were given. */
  #counts = { malformed: 0, forged: 0, wholes: 0, parts: 0 };

  private constructor(init: MechanismInit) {
    this.#init = init;
    this.#members = init.members.map((member) => member.id);
    const count = this.#members.length;
    this.#self = this.#members.indexOf(init.self);
    this.#config = readConfig(init.config);
    this.#prng = new Prng(init.seed);
    this.#state = new ReplicaState(count, 'journal');
    this.#log = new DeltaLog(zeroVector(count), this.#config.maxLogDots);
    this.#early = new EarlyDeltas(this.#config.maxEarlyDeltas);
    this.#transfers = new Transfers(this.#config.maxPartBytes, this.#config.maxTransferBytes);
    this.#end = new EpochEnd(init.epoch, this.#self, new FrontierCut(count));
    this.#timer = new AntiEntropyTimer(init.now, this.#config);
    this.#output = new StableOutput(this.#here());
    this.#matrix = Array.from({ length: count }, () => zeroVector(count));
  }

  /** Continues from `durable`; throws when it belongs to another epoch or membership, or is damaged. */
  static create(init: MechanismInit, durable: DurableImage): Crdt {
    const node = new Crdt(init);
    const restored = readImage(durable, init.epoch, node.#members);
    if (restored === null) return node;
    node.#fresh = false;
    if (!node.#state.restore(restored.vector, restored.entries, restored.parts)) throw damaged('r/...');
    node.#matrix[node.#self] = restored.vector;
    node.#output = new StableOutput(node.#here());
    node.#log = new DeltaLog(restored.vector, node.#config.maxLogDots);
    node.#sessions = restored.sessions;
    node.#end = new EpochEnd(init.epoch, node.#self, restored.cut);
    return node;
  }

  step(now: Micros, inputs: readonly Input<G>[]): Effects<G> {
    if (this.#fresh) this.#disk.begin(this.#init.epoch, this.#members, this.#state.vector);
    this.#fresh = false;
    for (const input of inputs) this.#handle(now, input);
    this.#settle(now);
    for (const deltas of batchesOf(this.#outgoing.splice(0), this.#config.maxPartBytes)) {
      this.#send('all', { type: 'deltas', deltas });
    }
    return this.#output.take(this.#here());
  }

  #handle(now: Micros, input: Input<G>): void {
    switch (input.t) {
      case 'message':
        return this.#message(now, input.from, input.bytes);
      case 'propose':
        this.#output.open(input.ticket);
        return this.#propose(input);
      case 'read':
        this.#output.open(input.ticket);
        return this.#read(input);
      case 'stop':
        this.#output.open(input.ticket);
        return this.#stop(input);
      case 'durable':
        return this.#output.durable(input.token);
      case 'clock':
        this.#wall = Math.max(this.#wall, input.earliest);
        return;
      case 'time':
      case 'transfer': // for other capabilities
      case 'reconfigure':
      case 'suspicion':
      case 'compact':
      case 'signed':
      case 'verified': // nothing here depends on them
    }
  }

  // Mutations and reads

  #propose({ ticket, op, session, sequence }: Propose): void {
    if (op.kind !== 'mutate') return this.#output.reject(ticket, 'unsupported');
    const earlier = this.#sessions.find(session, sequence);
    if (earlier === 'forgotten') return this.#output.resolve(ticket, { kind: 'unknown' });
    if (earlier !== 'new') {
      const position = positionFromReceipt(this.#init.epoch, this.#members, earlier);
      return this.#output.resolve(ticket, { kind: 'committed', position });
    }
    if (this.#end.frozen) return this.#output.reject(ticket, 'sealed');
    const delta = admit(this.#state, op, { self: this.#self, wall: this.#wall, maxBytes: this.#config.maxStateBytes });
    if (typeof delta === 'string') return this.#output.reject(ticket, delta);
    this.#join(this.#state.join(delta)!, { proposer: this.#init.self, session, sequence });
    const position = this.#here();
    const receipt = encodeReceipt(this.#state.vector, position.root);
    if (session !== 0) this.#disk.session(this.#sessions, session, sequence, receipt);
    this.#output.resolve(ticket, { kind: 'committed', position });
    this.#outgoing.push(encodeDelta(delta));
  }

  #read({ ticket, level, key }: Read): void {
    if (!this.descriptor.reads.includes(level)) return this.#output.reject(ticket, 'unsupported');
    const values = readObject(this.#state, key);
    this.#output.resolve(ticket, { kind: 'values', position: this.#here(), values });
  }

  #here(): Position<G> {
    const frontier = toRecord(this.#members, this.#state.vector);
    return { class: 'convergent', epoch: this.#init.epoch, root: this.#state.root(), frontier };
  }

  get #disk(): ImageWriter {
    return new ImageWriter(this.#output);
  }

  /** Memory and disk together; the output holds everything else back until the disk has it. */
  #join(change: Change, origin: Origin): void {
    this.#matrix[this.#self] = this.#state.vector;
    this.#log.record(change, this.#state.vector);
    this.#disk.change(change, this.#state.vector);
    if (change.names.size === 0) return;
    for (const decision of decisionsOf(this.#state, change, origin, this.#here())) this.#output.deliver(decision);
  }

  // Messages

  #message(now: Micros, from: NodeId, bytes: Uint8Array): void {
    const sender = this.#members.indexOf(from);
    const message = decodeMessage(bytes, this.#init.epoch, this.#members.length);
    if (sender < 0 || sender === this.#self || message === null) {
      this.#counts.malformed++;
      return;
    }
    switch (message.type) {
      case 'deltas':
        for (const delta of message.deltas) this.#delta(now, sender, delta, 'own');
        return;
      case 'repair':
        return this.#delta(now, sender, message.delta, 'any');
      case 'digest':
        return this.#digest(now, sender, message);
      case 'want':
        return this.#sendPart(sender, this.#transfers.part(now, sender, message.id, message.index));
      case 'part': {
        const next = this.#transfers.receive(now, sender, message.part);
        if (typeof next === 'number') this.#sendTo(sender, { type: 'want', id: message.part.id, index: next });
        else if (next !== null) this.#delta(now, sender, next, 'any');
      }
    }
  }

  /** `own`: the sender says that these are its own mutations, so the dots must be its own, too. */
  #delta(now: Micros, sender: number, bytes: Uint8Array, whose: 'own' | 'any'): void {
    const delta = decodeDelta(bytes, this.#members.length);
    if (delta === null) {
      this.#counts.malformed++;
      return;
    }
    if (whose === 'own' && authorOf(delta) !== sender) {
      this.#counts.forged++;
      return;
    }
    this.#acknowledge(sender, delta.upTo);
    // After the cut nobody has anything new; what claims otherwise is not of a correct member.
    if (this.#end.sealed || covers(this.#state.vector, delta.upTo)) return;
    if (delta.upTo[this.#self]! > this.#state.vector[this.#self]!) {
      this.#counts.forged++; // claims an event of this member that it never made
      return;
    }
    if (this.#state.accepts(delta)) this.#joinFrom(sender, delta);
    else this.#early.hold(delta);
    for (let ready = this.#early.takeReady(this.#state); ready !== null; ready = this.#early.takeReady(this.#state)) {
      this.#joinFrom(sender, ready);
    }
    if (this.#early.count === 0) this.#timer.gapClosed();
    else this.#timer.gapSeen(now, sender);
  }

  #joinFrom(sender: number, delta: Delta): void {
    const change = this.#state.join(delta);
    if (change === null) this.#counts.malformed++;
    else this.#join(change, { proposer: this.#members[sender]!, session: 0, sequence: 0 });
  }

  #digest(now: Micros, sender: number, { matrix, cut, answered }: Extract<Message, { type: 'digest' }>): void {
    for (const [k, row] of matrix.entries()) this.#acknowledge(k, row);
    if (this.#end.learn(cut, this.#ownCounter)) this.#disk.cut(this.#end.cut);
    const theirs = matrix[sender]!;
    if (!covers(theirs, this.#state.vector)) this.#answer(now, sender, theirs);
    // Also who lacks nothing answers, if the asker does not know so: that is how logs become short.
    const isNews = !equalVectors(matrix[this.#self]!, this.#state.vector) || this.#end.cut.isAheadOf(cut);
    if (!answered && (isNews || !covers(this.#state.vector, theirs))) this.#ask(now, sender);
  }

  #answer(now: Micros, to: number, theirs: Vector): void {
    const { delta, whole } = this.#log.missing(this.#state, theirs);
    const bytes = encodeDelta(delta);
    if (whole) this.#counts.wholes++;
    if (bytes.length <= this.#config.maxPartBytes) this.#sendTo(to, { type: 'repair', delta: bytes }, 'bulk');
    else this.#sendPart(to, this.#transfers.begin(now, to, bytes));
  }

  #sendPart(to: number, part: ReturnType<Transfers['part']>): void {
    if (part === null) return;
    this.#counts.parts++;
    this.#sendTo(to, { type: 'part', part }, 'bulk');
  }

  #acknowledge(k: number, vector: Vector): void {
    if (k === this.#self || covers(this.#matrix[k]!, vector)) return;
    this.#matrix[k] = joinVectors(this.#matrix[k]!, vector);
    this.#log.prune(meetVectors(this.#matrix));
  }

  /** Only wants to be given something, so not while something large is coming in. */
  #ask(now: Micros, to: number): void {
    if (!this.#transfers.isReceiving(now)) this.#sendTo(to, this.#digestMessage(true));
  }

  #digestMessage(answered: boolean): Message {
    return { type: 'digest', matrix: this.#matrix, cut: this.#end.cut, answered };
  }

  #sendTo(member: number, message: Message, lane: Lane = 'control'): void {
    this.#send(this.#members[member]!, message, lane);
  }

  #send(to: Send['to'], message: Message, lane: Lane = 'control'): void {
    if (this.#members.length > 1) this.#output.send(to, encodeMessage(this.#init.epoch, message), lane);
  }

  // The end of the epoch

  get #ownCounter(): number {
    return this.#state.vector[this.#self]!;
  }

  #stop({ ticket, sign }: Stop): void {
    if (!this.#end.stop(this.#output, ticket, sign, this.#ownCounter)) return;
    this.#disk.cut(this.#end.cut);
    this.#send('all', this.#digestMessage(false));
  }

  // Time

  #settle(now: Micros): void {
    this.#end.settle(this.#output, this.#state.vector, () => ({
      position: this.#here(),
      state: encodeSealedState(this.#members, this.#state),
    }));
    this.#collectGarbage();
    const peers = this.#members.map((_, i) => i).filter((i) => i !== this.#self);
    if (peers.length === 0) return;
    const overdue = this.#transfers.overdue(now, this.#config.antiEntropyIntervalMs * MICROS_PER_MS);
    if (overdue !== null) this.#sendTo(overdue.from, { type: 'want', id: overdue.id, index: overdue.index });
    const asked = this.#timer.gapDue(now, this.#prng.pick(peers), this.#prng);
    if (asked !== null) this.#ask(now, asked);
    const isInformed = (k: number): boolean => equalVectors(this.#matrix[k]!, this.#state.vector);
    const lagging = this.#end.frozen && !this.#end.sealed ? peers : peers.filter((k) => !isInformed(k));
    if (this.#timer.digestDue(now, lagging.length > 0, this.#prng)) {
      const to = this.#prng.pick(lagging.length > 0 ? lagging : peers);
      this.#sendTo(to, this.#digestMessage(this.#transfers.isReceiving(now)));
    }
  }

  /** Deleted elements go when all have what was known of them; then the disk follows in what has changed in sequences. */
  #collectGarbage(): void {
    if (this.#state.hasGarbage) this.#state.collectGarbage(meetVectors(this.#matrix), this.#matrix.reduce(joinVectors));
    this.#disk.runs(this.#state);
  }

  nextDeadline(): Micros | null {
    if (this.#members.length === 1) return null;
    return Math.min(this.#timer.deadline, this.#transfers.deadline(this.#config.antiEntropyIntervalMs * MICROS_PER_MS));
  }

  /** What is in memory under a name, for observers: it may not be durable yet. */
  peek(name: string): readonly CrdtValue[] {
    return valuesOf(this.#state.node(name));
  }

  status(): Status<G> {
    return {
      role: this.#end.sealed ? 'sealed' : this.#end.frozen ? 'frozen' : 'replica',
      leader: null,
      term: 0,
      position: this.#output.position,
      ready: !this.#end.frozen,
      detail: {
        mutations: this.#state.vector.reduce((sum, counter) => sum + counter, 0),
        ...this.#state.figures(),
        logDots: this.#log.dots,
        early: this.#early.count,
        dropped: this.#early.dropped,
        ...this.#counts,
        uninformed: this.#matrix.filter((row) => !equalVectors(row, this.#state.vector)).length,
      },
    };
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter();
    writeDelta(state, this.#state.whole());
    for (const part of [
      this.#state,
      this.#output,
      this.#log,
      this.#early,
      this.#transfers,
      this.#sessions,
      this.#end,
      this.#timer,
    ]) {
      part.writeTo(state);
    }
    return state.data([this.#prng.state(), this.#matrix, this.#wall, this.#fresh, this.#counts]).digest();
  }

  clone(): Crdt {
    const copy = new Crdt(this.#init);
    copy.#prng = this.#prng.clone();
    copy.#output = this.#output.clone();
    copy.#state = this.#state.clone();
    copy.#log = this.#log.clone();
    copy.#early = this.#early.clone();
    copy.#transfers = this.#transfers.clone();
    copy.#sessions = this.#sessions.clone();
    copy.#end = this.#end.clone();
    copy.#timer = this.#timer.clone();
    copy.#matrix = [...this.#matrix];
    copy.#wall = this.#wall;
    copy.#fresh = this.#fresh;
    copy.#counts = { ...this.#counts };
    return copy;
  }
}
