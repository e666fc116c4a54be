import type { Ticket } from '@hypersync/interface';
import { rowBytes, type Row } from './row.ts';

/** Where an operation came from; session 0 is none. */
export interface Origin {
  readonly session: number;
  readonly sequence: number;
}

export interface OwnWrite extends Origin {
  readonly ticket: Ticket;
}

/**
 * What happens within one step, to be told at its end with one position: computing a root is what a write costs most, so a
 * batch pays for it once. Empty between steps.
 */
export class StepNotes {
  #changes: { readonly row: Row; readonly origin: Origin }[] = [];
  #writes: OwnWrite[] = [];
  #rows: Row[] = [];

  get isEmpty(): boolean {
    return this.#changes.length + this.#writes.length + this.#rows.length === 0;
  }

  changed(row: Row, origin: Origin): void {
    this.#changes.push({ row, origin });
  }

  /** A client's write, to be answered. */
  wrote(write: OwnWrite): void {
    this.#writes.push(write);
  }

  /** A row of this member, to be sent to all. */
  spread(row: Row): void {
    this.#rows.push(row);
  }

  /** True when this step has written it already. */
  hasWritten({ session, sequence }: Origin): boolean {
    return session !== 0 && this.#writes.some((write) => write.session === session && write.sequence === sequence);
  }

  take(): { changes: readonly { row: Row; origin: Origin }[]; writes: readonly OwnWrite[]; rows: readonly Row[] } {
    const taken = { changes: this.#changes, writes: this.#writes, rows: this.#rows };
    this.#changes = [];
    this.#writes = [];
    this.#rows = [];
    return taken;
  }
}

/** Groups of at most `budget` bytes, or of one row where that is larger. */
export function* batches(rows: readonly Row[], budget: number): Generator<readonly Row[]> {
  let batch: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && bytes + rowBytes(row) > budget) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += rowBytes(row);
  }
  if (batch.length > 0) yield batch;
}
