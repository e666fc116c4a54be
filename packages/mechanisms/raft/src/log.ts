import type { StoreOp, Token } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import { decodeConfiguration, writeConfiguration, type Configuration } from './configuration.ts';
import { encodeEntry, sizeOfEntry, writeEntry, type Entry } from './entry.ts';

/** A place in the log: everything up to and with `index`. */
export interface LogPoint {
  readonly index: number;
  readonly term: number;
}

export const ORIGIN: LogPoint = { index: 0, term: 0 };

const KEY_END = 'log0'; // '0' follows '/'
export const LOG_PREFIX = 'log/';

const DIGITS = 14;
const LAST_TWO = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));
/** Keys are made one after the other: all but the last two digits of the newest. */
let [high, start] = [-1, ''];

export function logKey(index: number): string {
  const above = Math.floor(index / 256);
  if (above !== high) [high, start] = [above, LOG_PREFIX + above.toString(16).padStart(DIGITS - 2, '0')];
  return start + LAST_TWO[index % 256]!;
}

/**
 * The replicated log in memory, and what of it is on disk: which entries still have to be written, which are written,
 * and up to where they are durable. Index 1 is the first entry; everything up to `base` has been compacted away.
 */
export class RaftLog {
  #base: LogPoint;
  #entries: Entry[];
  /** The configuration as of `base` (its index may be earlier), then every one in the log: the last holds, committed or not. */
  #configurations: { readonly index: number; readonly configuration: Configuration }[];
  /** Up to here the entries are part of some persist effect. */
  #written: number;
  /** On disk there may be entries from here on that are no longer ours; 0 for none. */
  #eraseFrom = 0;
  /** Everything on disk up to here is to be deleted; 0 for nothing. */
  #dropTo = 0;
  #durable: number;
  readonly #flights: { readonly token: Token; index: number }[] = [];

  constructor(base: LogPoint, configuration: Configuration, entries: readonly Entry[]) {
    this.#base = base;
    this.#configurations = [{ index: base.index, configuration }];
    this.#entries = [];
    this.#written = base.index;
    this.#durable = base.index;
    this.append(entries);
    this.#written = this.lastIndex;
    this.#durable = this.lastIndex;
  }

  get base(): LogPoint {
    return this.#base;
  }

  get lastIndex(): number {
    return this.#base.index + this.#entries.length;
  }

  get lastTerm(): number {
    return this.#entries.at(-1)?.term ?? this.#base.term;
  }

  /** Servers use the latest configuration in their log, whether it is committed or not (section 6). */
  get configuration(): Configuration {
    return this.#configurations.at(-1)!.configuration;
  }

  /** Index of the entry that `configuration` comes from. */
  get configurationIndex(): number {
    return this.#configurations.at(-1)!.index;
  }

  /** The configuration as of `index`, which is not before `base`. */
  configurationAt(index: number): Configuration {
    return this.#configurations.findLast((one, i) => i === 0 || one.index <= index)!.configuration;
  }

  /** Entries up to here survive a crash. */
  get durableIndex(): number {
    return this.#durable;
  }

  at(index: number): Entry | undefined {
    return this.#entries[index - this.#base.index - 1];
  }

  /** Undefined where this log has no entry (any more). */
  termAt(index: number): number | undefined {
    return index === this.#base.index ? this.#base.term : this.at(index)?.term;
  }

  append(entries: readonly Entry[]): void {
    for (const entry of entries) {
      this.#entries.push(entry);
      if (entry.kind !== 'config') continue;
      this.#configurations.push({ index: this.lastIndex, configuration: decodeConfiguration(entry.value)! });
    }
  }

  /** Forgets `index` and all after it: a leader's log says otherwise. */
  truncateFrom(index: number): void {
    this.#entries.length = index - this.#base.index - 1;
    while (this.configurationIndex >= index) this.#configurations.pop();
    if (index <= this.#written) {
      this.#eraseFrom = this.#eraseFrom === 0 ? index : Math.min(this.#eraseFrom, index);
      this.#written = index - 1;
    }
    // What is durable later under these tokens is no longer this log (openraft cecb5de8).
    this.#durable = Math.min(this.#durable, index - 1);
    for (const flight of this.#flights) flight.index = Math.min(flight.index, index - 1);
  }

  /** Entries from `from` on, at least one if there is one, no more than `maxBytes` beyond it. */
  slice(from: number, maxBytes: number): readonly Entry[] {
    const start = from - this.#base.index - 1;
    let bytes = 0;
    let end = start;
    while (end < this.#entries.length) {
      bytes += sizeOfEntry(this.#entries[end]!);
      if (bytes > maxBytes && end > start) break;
      end++;
    }
    return this.#entries.slice(start, end);
  }

  /** The largest index not after `index` whose term is not after `term`: where two logs may agree (thesis 3.5, etcd). */
  lastNotAfter(index: number, term: number): number {
    let i = Math.min(index, this.lastIndex);
    while (i > this.#base.index && this.termAt(i)! > term) i--;
    return i;
  }

  /** Drops entries up to and with `index`, but keeps the last of them up to `retainedBytes`. */
  compact(index: number, retainedBytes: number): void {
    let keepFrom = index + 1;
    let bytes = 0;
    while (keepFrom - 1 > this.#base.index) {
      bytes += sizeOfEntry(this.at(keepFrom - 1)!);
      if (bytes > retainedBytes) break;
      keepFrom--;
    }
    const base = { index: keepFrom - 1, term: this.termAt(keepFrom - 1)! };
    const configuration = this.configurationAt(base.index);
    const later = this.#configurations.filter((one) => one.index > base.index);
    this.#configurations = [{ index: base.index, configuration }, ...later];
    this.#entries = this.#entries.slice(base.index - this.#base.index);
    this.#base = base;
    this.#dropTo = base.index;
    this.#written = Math.max(this.#written, base.index);
  }

  /** Starts anew behind a snapshot. */
  reset(base: LogPoint, configuration: Configuration): void {
    this.#base = base;
    this.#entries = [];
    this.#configurations = [{ index: base.index, configuration }];
    this.#written = base.index;
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
    for (let index = this.#written + 1; index <= this.lastIndex; index++) {
      writes.push({ op: 'put', key: logKey(index), value: encodeEntry(this.at(index)!) });
    }
    this.#written = this.lastIndex;
  }

  /** Everything taken so far is durable once `token` is. */
  inFlight(token: Token): void {
    this.#flights.push({ token, index: this.#written });
  }

  durable(token: Token): void {
    while (this.#flights.length > 0 && this.#flights[0]!.token <= token) {
      this.#durable = Math.max(this.#durable, this.#flights.shift()!.index);
    }
  }

  clone(): RaftLog {
    const copy = new RaftLog(this.#base, this.#configurations[0]!.configuration, []);
    copy.#configurations = this.#configurations.slice();
    copy.#entries = this.#entries.slice();
    copy.#written = this.#written;
    copy.#eraseFrom = this.#eraseFrom;
    copy.#dropTo = this.#dropTo;
    copy.#durable = this.#durable;
    for (const flight of this.#flights) copy.#flights.push({ ...flight });
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([{ ...this.#base }, this.#written, this.#eraseFrom, this.#dropTo, this.#durable]);
    state.list(this.#configurations, (writer, one) => {
      writer.varint(one.index);
      writeConfiguration(writer, one.configuration);
    });
    state.list(this.#entries, writeEntry);
    state.list(this.#flights, (writer, flight) => void writer.varint(flight.token).varint(flight.index));
  }
}
