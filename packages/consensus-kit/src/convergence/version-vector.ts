import type { ByteReader, ByteWriter } from '../codec.ts';
import type { NodeId, VersionVector } from '@hypersync/interface';

/**
 * A version vector inside one epoch (Parker et al. 1983): entry i counts the events of member i, in the order of the
 * sorted member list. Vectors are values: every function returns a new one.
 */
export type Vector = readonly number[];

export function zeroVector(members: number): Vector {
  const zeros: number[] = [];
  for (let i = 0; i < members; i++) zeros.push(0); // half the time of Array.from
  return zeros;
}

// Loops instead of callbacks: these run several times in every step of every mechanism that keeps vectors.

/** True when `a` includes everything that `b` includes. */
export function covers(a: Vector, b: Vector): boolean {
  for (let i = 0; i < a.length; i++) if (!(a[i]! >= b[i]!)) return false;
  return true;
}

export function equalVectors(a: Vector, b: Vector): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The least vector that covers both. */
export function joinVectors(a: Vector, b: Vector): Vector {
  const joined: number[] = [];
  for (let i = 0; i < a.length; i++) joined.push(Math.max(a[i]!, b[i]!));
  return joined;
}

/** What all rows include: their entry-wise minimum. */
export function meetVectors(rows: readonly Vector[]): Vector {
  return rows.reduce((least, row) => least.map((counter, i) => Math.min(counter, row[i]!)));
}

/** `vector` with entry `index` set to at least `counter`. */
export function raised(vector: Vector, index: number, counter: number): Vector {
  const copy = vector.slice();
  const old = vector[index];
  if (old !== undefined && old < counter) copy[index] = counter;
  return copy;
}

/** The form of the contract: by name, in order of the names, without zeros. */
export function toRecord(members: readonly NodeId[], vector: Vector): VersionVector {
  const entries: (readonly [NodeId, number])[] = [];
  for (let i = 0; i < members.length; i++) if (vector[i]! > 0) entries.push([members[i]!, vector[i]!]);
  return Object.fromEntries(entries);
}

/** Null when the record names a stranger or holds anything but counters. */
export function fromRecord(members: readonly NodeId[], record: VersionVector): Vector | null {
  const vector = members.map(() => 0);
  for (const [id, counter] of Object.entries(record)) {
    const index = members.indexOf(id);
    if (index < 0 || !Number.isSafeInteger(counter) || counter < 0) return null;
    vector[index] = counter;
  }
  return vector;
}

export function writeVector(writer: ByteWriter, vector: Vector): void {
  for (const counter of vector) writer.varint(counter);
}

export function readVector(reader: ByteReader, members: number): Vector {
  const vector: number[] = [];
  for (let i = 0; i < members; i++) vector.push(reader.varint());
  return vector;
}
