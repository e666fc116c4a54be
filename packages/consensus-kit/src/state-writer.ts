import { ByteWriter } from './codec.ts';

/** Plain data with one canonical form. Maps, sets and objects are unordered; arrays are ordered. */
export type PlainData =
  | null
  | undefined
  | boolean
  | number
  | string
  | Uint8Array
  | readonly PlainData[]
  | ReadonlyMap<string | number, PlainData>
  | ReadonlySet<string | number>
  | { readonly [key: string]: PlainData };

/** Writes a mechanism's state for `fingerprint()`: equal states give equal bytes, in whatever order maps and sets were filled. */
export class StateWriter extends ByteWriter {
  /** Any plain data, tagged by type. The state of a small mechanism is one call. */
  data(value: PlainData): this {
    if (value === undefined) return this.u8(0);
    if (value === null) return this.u8(6);
    if (typeof value === 'boolean') return this.u8(value ? 2 : 1);
    if (typeof value === 'string') return this.u8(5).string(value);
    if (typeof value === 'number') {
      const whole = Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
      return whole ? this.u8(3).varint(value) : this.u8(4).f64(value);
    }
    return this.#structure(value);
  }

  #structure(value: Exclude<PlainData, null | undefined | boolean | number | string>): this {
    if (value instanceof Uint8Array) return this.u8(7).bytes(value);
    if (Array.isArray(value))
      return this.u8(8).list(value as readonly PlainData[], (writer, item) => writer.data(item));
    if (value instanceof Map)
      return this.u8(9).map(value as Map<string | number, PlainData>, (writer, item) => writer.data(item));
    if (value instanceof Set) return this.u8(10).set(value as Set<string | number>);
    return this.u8(11).map(new Map(Object.entries(value as Record<string, PlainData>)), (writer, item) =>
      writer.data(item),
    );
  }

  /** Entries in the order of their keys. */
  map<K extends string | number, V>(entries: ReadonlyMap<K, V>, write: (writer: this, value: V) => void): this {
    return this.list([...entries.keys()].sort(compareKeys), (writer, key) => {
      writer.data(key);
      write(writer, entries.get(key)!);
    });
  }

  set(members: ReadonlySet<string | number>): this {
    return this.list([...members].sort(compareKeys), (writer, member) => void writer.data(member));
  }

  /** SHA-256 of what was written, and the end of this writer. */
  digest(): Uint8Array {
    return this.hash();
  }
}

/** Numbers before strings; a locale has no say. */
function compareKeys(a: string | number, b: string | number): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
