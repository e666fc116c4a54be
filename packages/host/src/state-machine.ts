import { concatBytes } from '@hypersync/base';
import { BorderReader, BorderWriter } from '@hypersync/interface';

/** What a total-order mechanism drives: the same decisions in the same order give the same state on every node. */
export interface StateMachine {
  apply(index: number, value: Uint8Array): void;
  /** Index of the last decision applied, 0 at first. */
  readonly applied: number;
  /** At most one value per key; empty where there is none. */
  read(key: string): readonly Uint8Array[];
  snapshot(): Uint8Array;
  /** Replaces the state; `index` is the decision that it includes last. Throws RangeError on foreign bytes. */
  restore(index: number, snapshot: Uint8Array): void;
}

/** Marks a value that sets a key: a byte that starts no UTF-8 text. */
const PUT = 0xff;
/** Kept in order for readers; the state of the map is complete however long ago its keys were set. */
const RECENT = 256;

/** A value that, once decided, sets `key` in the built-in state. Any other value is only listed. */
export function encodePut(key: string, value: Uint8Array): Uint8Array {
  const writer = new BorderWriter(value.length + key.length * 4 + 64);
  writer.text(key);
  return concatBytes([Uint8Array.of(PUT), writer.written(), value]);
}

/** The built-in application: the decided values in order (the last 256 of them), and a map from keys to values. */
export class OrderedKeyValue implements StateMachine {
  #applied = 0;
  #recent: Uint8Array[] = [];
  #map = new Map<string, Uint8Array>();

  get applied(): number {
    return this.#applied;
  }

  /** The latest decided values, oldest first. */
  get recent(): readonly Uint8Array[] {
    return this.#recent;
  }

  apply(index: number, value: Uint8Array): void {
    this.#applied = index;
    const kept = value.slice();
    this.#recent.push(kept);
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT);
    const put = decodePut(kept);
    if (put !== null) this.#map.set(put.key, put.value);
  }

  read(key: string): readonly Uint8Array[] {
    const value = this.#map.get(key);
    return value === undefined ? [] : [value];
  }

  snapshot(): Uint8Array {
    const writer = new BorderWriter(Number.MAX_SAFE_INTEGER);
    writer.list(this.#recent.slice(-RECENT), (value) => writer.bytes(value));
    // In key order, so that equal states have equal snapshots.
    writer.list(
      [...this.#map].sort(([a], [b]) => (a < b ? -1 : 1)),
      ([key, value]) => {
        writer.text(key);
        writer.bytes(value);
      },
    );
    return writer.written().slice();
  }

  restore(index: number, snapshot: Uint8Array): void {
    const reader = new BorderReader(snapshot, true);
    const recent = reader.list(() => reader.bytes());
    const map = new Map(reader.list(() => [reader.text(), reader.bytes()] as const));
    reader.end();
    this.#applied = index;
    this.#recent = recent;
    this.#map = map;
  }
}

/** Null for a value that `encodePut` did not make; one may begin with that byte by chance. */
export function decodePut(value: Uint8Array): { key: string; value: Uint8Array } | null {
  if (value[0] !== PUT) return null;
  try {
    const reader = new BorderReader(value.subarray(1), false);
    const key = reader.text();
    const rest = reader.rest();
    return { key, value: rest };
  } catch {
    return null;
  }
}
