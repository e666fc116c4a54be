import {
  ByteReader,
  ByteWriter,
  type Vector,
  covers,
  joinVectors,
  readVector,
  writeVector,
  zeroVector,
} from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import { toHex } from './hex.ts';
import { compareVersions, rowBytes, type Row } from './row.ts';
import { find, put, remove, rootHash, rowsOf, treeOf, type Tree } from './search-tree.ts';

/** What a join did to the tree, so that disk and listeners can follow. */
export interface Change {
  readonly written: readonly Row[];
  readonly erased: readonly string[];
}

/** Keys of collect rows: no client's key begins so. */
export const RESERVED = '\u0000';

/**
 * The set of one member: for each key the latest write among those that the vector counts. It is a function of the vector
 * alone, whatever way the writes came, so equal vectors mean equal roots.
 *
 * Tombstones are rows like any other until a collect row (see tombstones.ts) says that those up to its horizon are gone.
 */
export class KeyedSet {
  readonly #members: readonly NodeId[];
  #tree: Tree = null;
  #vector: Vector;
  #horizon: Vector;
  /** Highest counter seen (Lamport 1978). */
  #clock = 0;
  #tombstones = new Map<string, Row>();
  #size = 0;
  #bytes = 0;

  constructor(members: readonly NodeId[]) {
    this.#members = members;
    this.#vector = zeroVector(members.length);
    this.#horizon = zeroVector(members.length);
  }

  get tree(): Tree {
    return this.#tree;
  }

  get vector(): Vector {
    return this.#vector;
  }

  get clock(): number {
    return this.#clock;
  }

  /** Tombstones up to here are collected. */
  get horizon(): Vector {
    return this.#horizon;
  }

  /** Rows, tombstones among them. */
  get size(): number {
    return this.#size;
  }

  /** About what the rows take encoded. */
  get bytes(): number {
    return this.#bytes;
  }

  get tombstones(): Iterable<Row> {
    return this.#tombstones.values();
  }

  get tombstoneCount(): number {
    return this.#tombstones.size;
  }

  root(): string {
    return toHex(rootHash(this.#tree));
  }

  find(key: string): Row | undefined {
    return find(this.#tree, key);
  }

  /** A write of this member that has seen everything here. */
  next(self: number, key: string, kind: Row['kind'], value: Uint8Array): Row {
    const sequence = this.#vector[self]! + 1;
    return { key, counter: this.#clock + 1, author: this.#members[self]!, sequence, kind, value };
  }

  /** True when the row is the author's next: then taking it in alone keeps vector and rows in step. */
  isNext(row: Row): boolean {
    return row.sequence === this.#vector[this.#members.indexOf(row.author)]! + 1;
  }

  includes(row: Row): boolean {
    return row.sequence <= this.#vector[this.#members.indexOf(row.author)]!;
  }

  /** The join with a set that has `vector` and, of the rows that differ from here, `rows`. */
  join(rows: Iterable<Row>, vector: Vector): Change {
    const written = new Map<string, Row>();
    const erased = new Set<string>();
    const before = this.#horizon;
    for (const row of rows) {
      this.#clock = Math.max(this.#clock, row.counter);
      const current = find(this.#tree, row.key);
      if (current !== undefined && compareVersions(current, row) >= 0) continue;
      this.#replace(current, row);
      written.set(row.key, row);
      if (row.kind === 'collect') this.#horizon = joinVectors(this.#horizon, readHorizon(row, this.#members.length));
    }
    if (!covers(this.#vector, vector)) this.#vector = joinVectors(this.#vector, vector);
    // A horizon that moved concerns every tombstone, else only those that have just come.
    const candidates = covers(before, this.#horizon) ? written.values() : this.#tombstones.values();
    for (const row of Array.from(candidates)) {
      if (row.kind !== 'tombstone' || !this.#isCollected(row)) continue;
      this.#erase(row);
      written.delete(row.key);
      erased.add(row.key);
    }
    return { written: [...written.values()], erased: [...erased] };
  }

  #isCollected(row: Row): boolean {
    return row.sequence <= this.#horizon[this.#members.indexOf(row.author)]!;
  }

  #replace(current: Row | undefined, row: Row): void {
    this.#tree = put(this.#tree, row);
    if (row.kind === 'tombstone') this.#tombstones.set(row.key, row);
    else this.#tombstones.delete(row.key);
    this.#size += current === undefined ? 1 : 0;
    this.#bytes += rowBytes(row) - (current === undefined ? 0 : rowBytes(current));
  }

  #erase(row: Row): void {
    this.#tree = remove(this.#tree, row.key);
    this.#tombstones.delete(row.key);
    this.#size--;
    this.#bytes -= rowBytes(row);
  }

  /** From a durable image: rows as they were written, each key once, and none of them collected. */
  restore(rows: readonly Row[], vector: Vector, clock: number): void {
    this.#tree = treeOf(rows);
    this.#vector = vector;
    this.#clock = clock;
    for (const row of rows) {
      this.#clock = Math.max(this.#clock, row.counter);
      if (row.kind === 'tombstone') this.#tombstones.set(row.key, row);
      if (row.kind === 'collect') this.#horizon = joinVectors(this.#horizon, readHorizon(row, this.#members.length));
      this.#size++;
      this.#bytes += rowBytes(row);
    }
  }

  clone(): KeyedSet {
    const copy = new KeyedSet(this.#members);
    copy.#tree = this.#tree;
    copy.#vector = this.#vector;
    copy.#horizon = this.#horizon;
    copy.#clock = this.#clock;
    copy.#tombstones = new Map(this.#tombstones);
    copy.#size = this.#size;
    copy.#bytes = this.#bytes;
    return copy;
  }

  /** Rows in order of keys. */
  rows(): Iterable<Row> {
    return rowsOf(this.#tree);
  }
}

export function encodeHorizon(horizon: Vector): Uint8Array {
  const writer = new ByteWriter();
  writeVector(writer, horizon);
  return writer.finish();
}

/** A collect row of a correct member is readable; one that is not collects nothing. */
function readHorizon(row: Row, members: number): Vector {
  const reader = new ByteReader(row.value);
  const horizon = readVector(reader, members);
  return reader.done() ? horizon : zeroVector(members);
}
