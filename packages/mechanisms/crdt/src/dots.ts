import { type ByteReader, type ByteWriter, type Vector } from '@hypersync/consensus-kit';

/** An event: the counter-th of a member. A mutation takes one, an insertion into a sequence one per element. */
export interface Dot {
  readonly author: number;
  readonly counter: number;
}

/** Dots of one author, from `counter` on. */
export interface DotRange extends Dot {
  readonly length: number;
}

export function includesDot(vector: Vector, dot: Dot): boolean {
  return dot.counter <= vector[dot.author]!;
}

export function compareDots(a: Dot, b: Dot): number {
  return a.author - b.author || a.counter - b.counter;
}

/** The last dot of a range. */
export function lastOf({ author, counter, length }: DotRange): Dot {
  return { author, counter: counter + length - 1 };
}

/** The same dots in order, in as few ranges as possible; null when one occurs twice. */
export function normalised(ranges: readonly DotRange[]): DotRange[] | null {
  const merged: DotRange[] = [];
  for (const range of ranges.toSorted(compareDots)) {
    const last = merged.at(-1);
    const end = last === undefined || last.author !== range.author ? 0 : last.counter + last.length;
    if (range.counter < end) return null;
    if (range.counter === end && last !== undefined) {
      merged[merged.length - 1] = { ...last, length: last.length + range.length };
    } else merged.push(range);
  }
  return merged;
}

/** Of the dots of `author` in [from, to], those that no range of `covered` (normalised) has. */
export function* gaps(covered: readonly DotRange[], author: number, from: number, to: number): Generator<DotRange> {
  let next = from;
  for (const range of covered) {
    if (range.author !== author || range.counter + range.length <= next) continue;
    if (range.counter > to) break;
    if (range.counter > next) yield { author, counter: next, length: range.counter - next };
    next = range.counter + range.length;
  }
  if (next <= to) yield { author, counter: next, length: to - next + 1 };
}

export function writeDot(writer: ByteWriter, dot: Dot): void {
  writer.varint(dot.author).varint(dot.counter);
}

/** Counters begin at 1. */
export function readDot(reader: ByteReader, members: number): Dot {
  const dot = { author: reader.varint(members - 1), counter: reader.varint() };
  if (dot.counter === 0) reader.fail();
  return dot;
}

export function writeRange(writer: ByteWriter, range: DotRange): void {
  writeDot(writer, range);
  writer.varint(range.length);
}

export function readRange(reader: ByteReader, members: number): DotRange {
  const { author, counter } = readDot(reader, members);
  const length = reader.varint();
  if (length === 0 || !Number.isSafeInteger(counter + length)) reader.fail();
  return { author, counter, length };
}

/** A vector of which most entries may be zero: one member of many writes little. */
export function writeSparse(writer: ByteWriter, vector: Vector): void {
  let count = 0;
  for (const counter of vector) if (counter > 0) count++;
  writer.varint(count);
  let next = 0;
  for (let i = 0; i < vector.length; i++) {
    if (vector[i] === 0) continue;
    writer.varint(i - next).varint(vector[i]!);
    next = i + 1;
  }
}

export function readSparse(reader: ByteReader, members: number): Vector {
  const vector: number[] = [];
  for (let count = reader.varint(members); count > 0 && reader.ok; count--) {
    const gap = reader.varint(members);
    const counter = reader.varint();
    if (counter === 0 || vector.length + gap >= members) reader.fail();
    for (let i = 0; i < gap && reader.ok; i++) vector.push(0);
    vector.push(counter);
  }
  while (vector.length < members) vector.push(0);
  return vector;
}
