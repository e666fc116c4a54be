import type { StoreOp, Token } from '@hypersync/interface';
import { ByteWriter, type StateWriter } from '@hypersync/consensus-kit';
import { sizeOfEntry, writeEntry, type Entry } from './entry.ts';

const KEY_END = 'log0'; // '0' follows '/'
export const LOG_PREFIX = 'log/';

export function logKey(index: number): string {
  return LOG_PREFIX + index.toString(16).padStart(14, '0');
}

/**
 * The accepted sequence in memory, and what of it is on disk. Index 1 is the first entry; everything up to `base` has been
 * trimmed. In which ballot it was accepted is one fact about the whole sequence, kept beside it.
 */
export class SequenceLog {
  #base: number;
  #entries: Entry[];
  /** Up to here the entries are part of some persist effect. */
  #written: number;
  /** On disk there may be entries from here on that are no longer ours; 0 for none. */
  #eraseFrom = 0;
  /** Everything on disk up to here is to be deleted; 0 for nothing. */
  #dropTo = 0;
  #durable: number;
  readonly #flights: { readonly token: Token; index: number }[] = [];

  constructor(base: number, entries: readonly Entry[]) {
    this.#base = base;
    this.#entries = entries.slice();
    this.#written = this.length;
    this.#durable = this.length;
  }

  get base(): number {
    return this.#base;
  }

  /** Number of entries ever, trimmed ones included: the index of the last. */
  get length(): number {
    return this.#base + this.#entries.length;
  }

  /** Entries up to here survive a crash. */
  get durableLength(): number {
    return this.#durable;
  }

  at(index: number): Entry | undefined {
    return this.#entries[index - this.#base - 1];
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) this.#entries.push(entry);
  }

  /** Keeps the first `length` entries: a higher ballot's log goes on differently. */
  truncate(length: number): void {
    if (length >= this.length) return;
    this.#entries.length = length - this.#base;
    if (length < this.#written) {
      this.#eraseFrom = this.#eraseFrom === 0 ? length + 1 : Math.min(this.#eraseFrom, length + 1);
      this.#written = length;
    }
    // What becomes durable under earlier tokens is no longer this sequence.
    this.#durable = Math.min(this.#durable, length);
    for (const flight of this.#flights) flight.index = Math.min(flight.index, length);
  }

  /** Entries after `from` up to `to`, at least one if there is one, no more than `maxBytes` beyond it. */
  slice(from: number, to: number, maxBytes: number): readonly Entry[] {
    const start = from - this.#base;
    const limit = Math.min(to - this.#base, this.#entries.length);
    let bytes = 0;
    let end = start;
    while (end < limit) {
      bytes += sizeOfEntry(this.#entries[end]!);
      if (bytes > maxBytes && end > start) break;
      end++;
    }
    return this.#entries.slice(start, end);
  }

  /** Drops entries up to `index`, but keeps the last of them up to `retainedBytes`. */
  trim(index: number, retainedBytes: number): void {
    let base = index;
    let bytes = 0;
    while (base > this.#base) {
      bytes += sizeOfEntry(this.at(base)!);
      if (bytes > retainedBytes) break;
      base--;
    }
    this.#entries = this.#entries.slice(base - this.#base);
    this.#base = base;
    this.#dropTo = base;
    this.#written = Math.max(this.#written, base);
  }

  /** Starts anew behind a snapshot. */
  reset(base: number): void {
    this.#base = base;
    this.#entries = [];
    this.#written = base;
    this.#eraseFrom = 1;
    this.#dropTo = 0;
    this.#durable = 0;
    this.#flights.length = 0;
  }

  /** The writes that bring the disk up to date. `inFlight` names the persist effect that holds them. */
  takeWrites(writes: StoreOp[]): void {
    if (this.#eraseFrom > 0) writes.push({ op: 'delete-range', from: logKey(this.#eraseFrom), to: KEY_END });
    if (this.#dropTo > 0) writes.push({ op: 'delete-range', from: LOG_PREFIX, to: logKey(this.#dropTo + 1) });
    this.#eraseFrom = 0;
    this.#dropTo = 0;
    for (let index = this.#written + 1; index <= this.length; index++) {
      const entry = this.at(index)!;
      const writer = new ByteWriter(sizeOfEntry(entry));
      writeEntry(writer, entry);
      writes.push({ op: 'put', key: logKey(index), value: writer.finish() });
    }
    this.#written = this.length;
  }

  /** Everything taken so far is durable once `token` is. */
  inFlight(token: Token): void {
    this.#flights.push({ token, index: this.#written });
  }

  durable(token: Token): void {
    while (this.#flights.length > 0 && this.#flights[0]!.token <= token)
      this.#durable = Math.max(this.#durable, this.#flights.shift()!.index);
  }

  clone(): SequenceLog {
    const copy = new SequenceLog(this.#base, this.#entries);
    copy.#written = this.#written;
    copy.#eraseFrom = this.#eraseFrom;
    copy.#dropTo = this.#dropTo;
    copy.#durable = this.#durable;
    for (const flight of this.#flights) copy.#flights.push({ ...flight });
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#base, this.#written, this.#eraseFrom, this.#dropTo, this.#durable]);
    state.list(this.#entries, writeEntry);
    state.list(this.#flights, (writer, flight) => void writer.varint(flight.token).varint(flight.index));
  }
}
