import type { StateWriter } from '@hypersync/consensus-kit';
import type { KeyedSet } from './keyed-set.ts';
import { rowBytes, writeRow, type Row } from './row.ts';

/** Bytes of early rows, all together. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Rows whose author's earlier rows have not arrived: kept for a while, because reordering is more frequent than loss. */
export class EarlyRows {
  readonly #max: number;
  #rows: readonly Row[] = [];
  #dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#rows.length;
  }

  /** Rows that found no room; they come again by repair. */
  get dropped(): number {
    return this.#dropped;
  }

  hold(row: Row): void {
    if (this.#rows.some((held) => held.author === row.author && held.sequence === row.sequence)) return;
    const bytes = this.#rows.reduce((sum, held) => sum + rowBytes(held), rowBytes(row));
    if (this.#rows.length >= this.#max || bytes > MAX_BYTES) this.#dropped++;
    else this.#rows = [...this.#rows, row];
  }

  /** Takes out a row that is its author's next; forgets those that the set includes by now. */
  takeNext(set: KeyedSet): Row | null {
    this.#rows = this.#rows.filter((row) => !set.includes(row));
    const next = this.#rows.find((row) => set.isNext(row)) ?? null;
    if (next !== null) this.#rows = this.#rows.filter((row) => row !== next);
    return next;
  }

  clone(): EarlyRows {
    const copy = new EarlyRows(this.#max);
    copy.#rows = this.#rows;
    copy.#dropped = this.#dropped;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.varint(this.#dropped).list(this.#rows, writeRow);
  }
}
