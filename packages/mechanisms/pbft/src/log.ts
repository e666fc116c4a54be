import type { StateWriter } from '@hypersync/consensus-kit';
import type { Batch } from './batch.ts';
import type { Certificate, Commit, StableCheckpoint } from './statements.ts';

/** An executed batch. */
export interface LogEntry {
  readonly number: number;
  readonly batch: Batch;
  /** Of the log up to and with this number. */
  readonly chain: Uint8Array;
  /** Index of the last decision in it or before it. */
  readonly endIndex: number;
  /** What decided it; null where a checkpoint did, or where nothing is signed. */
  readonly commit: Certificate<Commit> | null;
}

/** Proofs of checkpoints kept although the log below them is forgotten: for disputes. */
const KEPT_PROOFS = 16;

/** Executed batches without gaps, kept for laggards, and the proofs of the stable checkpoints among them. */
export class ExecutedLog {
  #entries: LogEntry[] = [];
  #proofs: StableCheckpoint[] = [];
  /** Number and chain before the first entry. */
  #floor: { readonly number: number; readonly chain: Uint8Array };

  constructor(number: number, chain: Uint8Array) {
    this.#floor = { number, chain };
  }

  /** Of stable checkpoints, oldest first: all above the floor, and some below. */
  get proofs(): readonly StableCheckpoint[] {
    return this.#proofs;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** The number before the first entry: a replica that has executed less cannot be served from here. */
  get floor(): number {
    return this.#floor.number;
  }

  /** The last number executed. */
  get executed(): number {
    return this.#floor.number + this.#entries.length;
  }

  get chain(): Uint8Array {
    return this.#entries.at(-1)?.chain ?? this.#floor.chain;
  }

  at(number: number): LogEntry | undefined {
    return this.#entries[number - this.#floor.number - 1];
  }

  chainAt(number: number): Uint8Array | undefined {
    return number === this.#floor.number ? this.#floor.chain : this.at(number)?.chain;
  }

  append(entry: LogEntry): void {
    if (entry.number !== this.executed + 1) throw new RangeError(`number ${entry.number} after ${this.executed}`);
    this.#entries.push(entry);
  }

  /** Oldest first. */
  addProof(proof: StableCheckpoint): void {
    this.#proofs.push(proof);
  }

  /** The furthest stable checkpoint above `number`, but not further than `reach` from it. */
  proofAbove(number: number, reach: number): StableCheckpoint | null {
    const open = this.#proofs.filter(({ statement }) => statement.number > number);
    return open.findLast(({ statement }) => statement.number <= number + reach && this.at(statement.number)) ?? null;
  }

  /** Forgets everything up to and with `number`; returns what is gone. */
  trim(number: number): readonly LogEntry[] {
    const chain = this.chainAt(number);
    if (number <= this.#floor.number || chain === undefined) return [];
    const gone = this.#entries.splice(0, number - this.#floor.number);
    this.#floor = { number, chain };
    const dispensable = this.#proofs.length - KEPT_PROOFS;
    this.#proofs = this.#proofs.filter(({ statement }, i) => statement.number > number || i >= dispensable);
    return gone;
  }

  /** A snapshot takes the place of all. */
  reset(number: number, chain: Uint8Array): readonly LogEntry[] {
    const gone = this.#entries;
    this.#entries = [];
    this.#floor = { number, chain };
    return gone;
  }

  clone(): ExecutedLog {
    const copy = new ExecutedLog(this.#floor.number, this.#floor.chain);
    copy.#entries = [...this.#entries];
    copy.#proofs = [...this.#proofs];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#floor.number, this.executed, this.chain, this.#proofs.map(({ key }) => key)]);
  }
}
