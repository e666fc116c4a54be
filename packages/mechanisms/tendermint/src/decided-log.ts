import type { StateWriter } from '@hypersync/consensus-kit';
import type { Decided } from './messages.ts';

export interface LogEntry extends Decided {
  /** Index of the last decision in it or below it. */
  readonly endIndex: number;
}

/** The decided blocks since the checkpoint, one per height. */
export class DecidedLog {
  /** The height below the first entry. */
  #base: number;
  #entries: LogEntry[] = [];

  constructor(base: number) {
    this.#base = base;
  }

  get base(): number {
    return this.#base;
  }

  get size(): number {
    return this.#entries.length;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  at(height: number): LogEntry | undefined {
    return this.#entries[height - this.#base - 1];
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry);
  }

  /** Drops everything up to and with `height`. */
  trim(height: number): void {
    const count = Math.min(this.#entries.length, height - this.#base);
    if (count <= 0) return;
    this.#entries.splice(0, count);
    this.#base += count;
  }

  clone(): DecidedLog {
    const copy = new DecidedLog(this.#base);
    copy.#entries = [...this.#entries];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#base, this.#entries.map(({ block, commit }) => [block.id, commit.round])]);
  }
}
