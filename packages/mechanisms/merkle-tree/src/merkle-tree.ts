import { AntiEntropyTimer, EpochEnd, FrontierCut, Prng, SessionTable, StableOutput } from '@hypersync/consensus-kit';
import { encodeReceipt, positionFromReceipt, StateWriter, type Vector } from '@hypersync/consensus-kit';
import { covers, equalVectors, joinVectors, raised, zeroVector } from '@hypersync/consensus-kit';
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
import { sameBytes } from './hex.ts';
import { refusalOf } from './admission.ts';
import { readConfig, type MerkleTreeConfig } from './config.ts';
import { DESCRIPTOR } from './descriptor.ts';
import { EarlyRows } from './early-rows.ts';
import * as image from './image.ts';
import { encodeHorizon, KeyedSet, RESERVED } from './keyed-set.ts';
import { Place } from './place.ts';
import { certificateOf } from './proof.ts';
import { writeRow, type Row } from './row.ts';
import { encodeSealedState } from './sealed-state.ts';
import { rootHash, type Tree } from './search-tree.ts';
import { batches, StepNotes, type Origin } from './step-notes.ts';
import { TombstoneCollector } from './tombstones.ts';
import { TreeRepair } from './tree-repair.ts';
import { decodeMessage, encodeMessage, type Message } from './wire.ts';

type G = 'convergent';
type Propose = Extract<Input<G>, { t: 'propose' }>;
type Read = Extract<Input<G>, { t: 'read' }>;
type Stop = Extract<Input<G>, { t: 'stop' }>;
type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;

const MICROS_PER_MS = 1_000;
const NOTHING = new Uint8Array(0);
const NOBODY: Origin = { session: 0, sequence: 0 };
/** Beyond so many changes in one step their proofs would outweigh them. */
const MOST_PROOFS = 64;

/** One replica of the keyed set: writes go to everybody at once, what gets lost is found by comparing trees. */
export class MerkleTree implements ConsensusMechanism<G> {
  readonly descriptor = DESCRIPTOR;
  readonly #init: MechanismInit;
  readonly #members: readonly NodeId[];
  readonly #self: number;
  readonly #peers: readonly number[];
  readonly #config: MerkleTreeConfig;
  #prng: Prng;
  #output: StableOutput<G>;
  #set: KeyedSet;
  #early: EarlyRows;
  #collector: TombstoneCollector;
  #repair: TreeRepair;
  #sessions = new SessionTable();
  readonly #notes = new StepNotes();
  #end: EpochEnd<G>;
  #timer: AntiEntropyTimer;
  /** Row k: what member k is known to have made durable. Row `self` is kept at the set's vector. */
  #matrix: Vector[];
  #fresh = true;
  #malformed = 0;
  readonly #place: Place;

  private constructor(init: MechanismInit) {
    this.#init = init;
    this.#members = init.members.map((member) => member.id);
    const count = this.#members.length;
    this.#self = this.#members.indexOf(init.self);
    this.#place = new Place(init.epoch, this.#members);
    this.#peers = this.#members.map((_, i) => i).filter((i) => i !== this.#self);
    this.#config = readConfig(init.config);
    this.#prng = new Prng(init.seed);
    this.#set = new KeyedSet(this.#members);
    this.#early = new EarlyRows(this.#config.maxEarlyRows);
    const { maxPartBytes, maxTransferBytes, antiEntropyIntervalMs } = this.#config;
    this.#repair = new TreeRepair({ maxPartBytes, maxTransferBytes, patience: antiEntropyIntervalMs * MICROS_PER_MS });
    this.#collector = new TombstoneCollector(this.#config.collectIntervalMs * MICROS_PER_MS * (1 + this.#self));
    this.#end = new EpochEnd(init.epoch, this.#self, new FrontierCut(count));
    this.#timer = new AntiEntropyTimer(init.now, this.#config);
    this.#matrix = Array.from({ length: count }, () => zeroVector(count));
    this.#output = new StableOutput(this.#here());
  }

  /** Continues from `durable`; throws when it belongs to another epoch or membership, or is damaged. */
  static create(init: MechanismInit, durable: DurableImage): MerkleTree {
    const node = new MerkleTree(init);
    const restored = image.readImage(durable, init.epoch, node.#members);
    if (restored === null) return node;
    node.#fresh = false;
    node.#set.restore(restored.rows, restored.vector, restored.clock);
    node.#matrix[node.#self] = restored.vector;
    node.#sessions = restored.sessions;
    node.#end = new EpochEnd(init.epoch, node.#self, restored.cut);
    node.#output = new StableOutput(node.#here());
    return node;
  }

  step(now: Micros, inputs: readonly Input<G>[]): Effects<G> {
    if (this.#fresh) this.#writeMeta();
    for (const input of inputs) this.#handle(now, input);
    this.#settle(now);
    this.#tell();
    return this.#output.take(this.#here());
  }

  #writeMeta(): void {
    this.#fresh = false;
    this.#output.put(image.META, image.encodeMeta(this.#init.epoch, this.#members));
    this.#output.put(image.CLOCK, image.encodeClock(this.#set));
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

  #propose({ ticket, op, session, sequence }: Propose): void {
    if (op.kind !== 'put' && op.kind !== 'delete') return this.#output.reject(ticket, 'unsupported');
    if (this.#notes.hasWritten({ session, sequence })) return this.#notes.wrote({ ticket, session, sequence });
    const earlier = this.#sessions.find(session, sequence);
    if (earlier === 'forgotten') return this.#output.resolve(ticket, { kind: 'unknown' });
    if (earlier !== 'new') {
      const position = positionFromReceipt(this.#init.epoch, this.#members, earlier);
      return this.#output.resolve(ticket, { kind: 'committed', position });
    }
    const refused = refusalOf(op, this.#end.frozen, this.#set.bytes <= this.#config.maxStateBytes);
    if (refused !== null) return this.#output.reject(ticket, refused);
    const kind = op.kind === 'put' ? 'value' : 'tombstone';
    const value = op.kind === 'put' ? op.value : NOTHING;
    this.#write(this.#set.next(this.#self, op.key, kind, value), { session, sequence });
    this.#notes.wrote({ ticket, session, sequence });
  }

  #write(row: Row, origin: Origin): void {
    this.#take([row], raised(this.#set.vector, this.#self, row.sequence), origin);
    this.#notes.spread(row);
  }

  #read({ ticket, level, key }: Read): void {
    if (!this.descriptor.reads.includes(level)) return this.#output.reject(ticket, 'unsupported');
    const row = this.#set.find(key);
    const values = row?.kind === 'value' ? [row.value] : [];
    this.#output.resolve(ticket, { kind: 'values', position: this.#here(), values });
  }

  #here(): Position<G> {
    return this.#place.of(this.#set);
  }

  /** Memory and disk together; the output holds everything else back until the disk has it. */
  #take(rows: Iterable<Row>, vector: Vector, origin: Origin = NOBODY): void {
    const change = this.#set.join(rows, vector);
    this.#matrix[this.#self] = this.#set.vector;
    for (const row of change.written) this.#output.put(image.rowKey(row.key), image.encodeRow(row));
    for (const key of change.erased) this.#output.delete(image.rowKey(key));
    this.#output.put(image.CLOCK, image.encodeClock(this.#set));
    for (const row of change.written) if (row.kind !== 'collect') this.#notes.changed(row, origin);
  }

  /** Everybody who waits for what this step did, with one position. */
  #tell(): void {
    if (this.#notes.isEmpty) return;
    const { changes, writes, rows } = this.#notes.take();
    const position = this.#here();
    for (const { row, origin } of changes) {
      const { author: proposer, key, value } = row;
      const certificate = changes.length <= MOST_PROOFS ? certificateOf(this.#set.tree, row) : NOTHING;
      this.#output.deliver({ position, proposer, ...origin, key, value, certificate });
    }
    const receipt = encodeReceipt(this.#set.vector, position.root);
    for (const { ticket, session, sequence } of writes) {
      if (session !== 0) this.#note(session, sequence, receipt);
      this.#output.resolve(ticket, { kind: 'committed', position });
    }
    for (const batch of batches(rows, this.#config.maxPartBytes)) this.#send('all', { type: 'write', rows: batch });
  }

  #note(session: number, sequence: number, receipt: Uint8Array): void {
    const { record, evicted } = this.#sessions.note(session, sequence, receipt);
    this.#output.put(image.sessionKey(session), record);
    if (evicted !== null) this.#output.delete(image.sessionKey(evicted));
  }

  #message(now: Micros, from: NodeId, bytes: Uint8Array): void {
    const sender = this.#members.indexOf(from);
    const message = decodeMessage(bytes, this.#init.epoch, this.#members);
    if (sender < 0 || sender === this.#self || message === null) {
      this.#malformed++;
      return;
    }
    switch (message.type) {
      case 'write':
        return this.#written(now, sender, message.rows);
      case 'digest':
        return this.#digest(now, sender, message);
      case 'ask':
        return this.#sendTo(sender, this.#repair.answer(sender, message), 'bulk');
      case 'answer':
        return this.#answered(now, sender, message);
      case 'gone':
        return this.#repair.gone(sender, message.root);
    }
  }

  #written(now: Micros, sender: number, rows: readonly Row[]): void {
    const author = this.#members[sender];
    for (const row of rows) {
      if (row.author !== author) {
        this.#malformed++; // only an author spreads its rows; others repair
        continue;
      }
      this.#acknowledge(sender, raised(zeroVector(this.#members.length), sender, row.sequence));
      // After the cut nobody has anything new; what claims otherwise is not of a correct member.
      if (!this.#end.sealed && !this.#set.includes(row)) this.#takeNext(row);
    }
    if (this.#early.count === 0) this.#timer.gapClosed();
    else this.#timer.gapSeen(now, sender);
  }

  /** The row if it is its author's next, and what has waited for it; else it has to wait itself. */
  #takeNext(row: Row): void {
    if (!this.#set.isNext(row)) return this.#early.hold(row);
    for (let next: Row | null = row; next !== null; next = this.#early.takeNext(this.#set)) {
      this.#take([next], raised(this.#set.vector, this.#members.indexOf(next.author), next.sequence));
    }
  }

  #digest(now: Micros, sender: number, { matrix, root, cut, answered }: MessageOf<'digest'>): void {
    for (const [k, row] of matrix.entries()) this.#acknowledge(k, row);
    if (this.#end.learn(cut, this.#ownCounter)) this.#writeCut();
    const theirs = matrix[sender]!;
    const { vector } = this.#set;
    if (!covers(vector, theirs)) this.#catchUp(now, sender, root, theirs);
    // Also who lacks nothing answers, if the asker does not know so: that is how tombstones become collectable.
    const isNews = !equalVectors(matrix[this.#self]!, this.#set.vector) || this.#end.cut.isAheadOf(cut);
    if (!answered && (isNews || !covers(theirs, vector))) this.#sendDigest(sender, true);
  }

  /** Equal roots: the same set, so their vector counts here too. Else their tree is read where it differs. */
  #catchUp(now: Micros, peer: number, root: Uint8Array, vector: Vector): void {
    if (this.#end.sealed || vector[this.#self]! > this.#ownCounter) return;
    if (sameBytes(root, rootHash(this.#set.tree))) return this.#take([], vector);
    const ask = this.#repair.begin(now, peer, root, vector);
    if (ask !== null) this.#sendTo(peer, ask);
  }

  #answered(now: Micros, sender: number, message: MessageOf<'answer'>): void {
    const progress = this.#repair.answered(now, sender, this.#set, message);
    if (progress?.kind === 'ask') this.#sendTo(sender, progress.message);
    else if (progress?.kind === 'done') this.#take(progress.rows, progress.vector);
    else if (progress?.kind === 'failed') this.#malformed++;
  }

  #acknowledge(k: number, vector: Vector): void {
    if (k !== this.#self) this.#matrix[k] = joinVectors(this.#matrix[k]!, vector);
  }

  #sendDigest(to: number | 'all', answered: boolean): void {
    for (const peer of to === 'all' ? this.#peers : [to]) this.#repair.offer(peer, this.#set.tree);
    const root = rootHash(this.#set.tree);
    const digest = { type: 'digest', matrix: this.#matrix, root, cut: this.#end.cut, answered } as const;
    this.#send(to === 'all' ? 'all' : this.#members[to]!, digest);
  }

  #sendTo(member: number, message: Message, lane: Lane = 'control'): void {
    this.#send(this.#members[member]!, message, lane);
  }

  #send(to: Send['to'], message: Message, lane: Lane = 'control'): void {
    if (this.#members.length > 1) this.#output.send(to, encodeMessage(this.#init.epoch, message), lane);
  }

  get #ownCounter(): number {
    return this.#set.vector[this.#self]!;
  }

  #stop({ ticket, sign }: Stop): void {
    if (!this.#end.stop(this.#output, ticket, sign, this.#ownCounter)) return;
    this.#writeCut();
    this.#sendDigest('all', false);
  }

  #writeCut(): void {
    this.#output.put(image.CUT, image.encodeCut(this.#end.cut));
  }

  #settle(now: Micros): void {
    this.#collect(now);
    this.#end.settle(this.#output, this.#set.vector, () => ({
      position: this.#here(),
      state: encodeSealedState(this.#members, this.#set),
    }));
    const peers = this.#peers;
    if (peers.length === 0) return;
    const overdue = this.#repair.overdue(now);
    if (overdue !== null) this.#sendTo(overdue.peer, overdue.message);
    const asked = this.#timer.gapDue(now, this.#prng.pick(peers), this.#prng);
    if (asked !== null) this.#sendDigest(asked, false);
    const isInformed = (k: number): boolean => equalVectors(this.#matrix[k]!, this.#set.vector);
    const lagging = this.#end.frozen && !this.#end.sealed ? peers : peers.filter((k) => !isInformed(k));
    if (this.#timer.digestDue(now, lagging.length > 0, this.#prng)) {
      this.#sendDigest(this.#prng.pick(lagging.length > 0 ? lagging : peers), false);
    }
  }

  #collect(now: Micros): void {
    if (this.#end.frozen) return;
    const horizon = this.#collector.settle(now, this.#set, this.#members, this.#matrix);
    if (horizon === null) return;
    this.#write(this.#set.next(this.#self, RESERVED + this.#init.self, 'collect', encodeHorizon(horizon)), NOBODY);
  }

  nextDeadline(): Micros | null {
    const collect = this.#end.frozen ? Number.POSITIVE_INFINITY : this.#collector.deadline;
    const others = this.#members.length > 1 ? this.#timer.deadline : Number.POSITIVE_INFINITY;
    const next = Math.min(collect, others, this.#repair.deadline);
    return next === Number.POSITIVE_INFINITY ? null : next;
  }

  status(): Status<G> {
    return {
      role: this.#end.sealed ? 'sealed' : this.#end.frozen ? 'frozen' : 'replica',
      leader: null,
      term: 0,
      position: this.#output.position,
      ready: !this.#end.frozen,
      detail: {
        clock: this.#set.clock,
        writes: this.#set.vector.reduce((sum, counter) => sum + counter, 0),
        rows: this.#set.size,
        tombstones: this.#set.tombstoneCount,
        stateBytes: this.#set.bytes,
        /** Of the top page; each level below it is one more round of a repair. */
        level: this.#set.tree?.level ?? 0,
        collected: this.#set.horizon.reduce((sum, counter) => sum + counter, 0),
        repairs: this.#repair.finished,
        early: this.#early.count,
        dropped: this.#early.dropped,
        repairing: this.#repair.active,
        malformed: this.#malformed,
      },
    };
  }

  /** For observers; pages never change. */
  get tree(): Tree {
    return this.#set.tree;
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter().list([...this.#set.rows()], writeRow);
    state.data([this.#set.vector, this.#set.clock, this.#set.horizon, this.#prng.state(), this.#matrix, this.#fresh]);
    const parts = [this.#output, this.#early, this.#collector, this.#repair, this.#sessions, this.#end, this.#timer];
    for (const part of parts) part.writeTo(state);
    return state.varint(this.#malformed).digest();
  }

  clone(): MerkleTree {
    const copy = new MerkleTree(this.#init);
    copy.#prng = this.#prng.clone();
    copy.#output = this.#output.clone();
    copy.#set = this.#set.clone();
    copy.#early = this.#early.clone();
    copy.#collector = this.#collector.clone();
    copy.#repair = this.#repair.clone();
    copy.#sessions = this.#sessions.clone();
    copy.#end = this.#end.clone();
    copy.#timer = this.#timer.clone();
    copy.#matrix = [...this.#matrix];
    [copy.#fresh, copy.#malformed] = [this.#fresh, this.#malformed];
    return copy;
  }
}
