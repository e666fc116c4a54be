import { ByteReader, ByteWriter, type Vector, covers } from '@hypersync/consensus-kit';
import {
  compareDots,
  includesDot,
  lastOf,
  normalised,
  readRange,
  readSparse,
  writeRange,
  writeSparse,
  type Dot,
  type DotRange,
} from './dots.ts';
import { readEntry, writeEntry, type Entry } from './entry.ts';
import { isSequence, readPlace, TEXT, writePlace } from './place.ts';
import type { SequencePart } from './sequence/placement.ts';
import { readRuns, writeRuns } from './sequence/run.ts';

/**
 * What turns a state that includes `base` into one that includes `upTo`:
 *
 * - `entries`: the live entries beyond `base`.
 * - `parts`: the elements of sequences beyond `base`, the deleted ones too as long as something may hang on them.
 * - `kept`: the dots in (`since`, `base`] that live. The receiver has seen them, so their payload need not travel; one that
 *   is not listed died.
 * - `removed`: the dots within `since` that died after `since`.
 *
 * A delta right after one mutation has `since` = `base`. A whole state has `since` zero: then `kept` speaks for every dot.
 * Causal delta-merging condition (Almeida, Shoker, Baquero 2018, definition 5): only a state that includes `base` may
 * take the delta in.
 */
export interface Delta {
  readonly since: Vector;
  readonly base: Vector;
  readonly upTo: Vector;
  readonly entries: readonly Entry[];
  readonly parts: readonly SequencePart[];
  readonly kept: readonly DotRange[];
  readonly removed: readonly DotRange[];
}

const MAX_ITEMS = 0xffff_ffff;

/** Of an interval; and right after mutations of one member, of which little has to be told. */
const INTERVAL = 0;
const FRESH = 1;

/** The one member whose dots the delta brings right after its base; null for any other delta. */
export function authorOf({ since, base, upTo }: Delta): number | null {
  let author: number | null = null;
  for (let i = 0; i < base.length; i++) {
    if (since[i] !== base[i] || upTo[i]! < base[i]!) return null;
    if (upTo[i] === base[i]) continue;
    if (author !== null) return null;
    author = i;
  }
  return author;
}

export function writeDelta(writer: ByteWriter, delta: Delta): void {
  const { since, base, upTo, entries, parts, kept, removed } = delta;
  const author = authorOf(delta);
  if (author !== null) {
    writer.u8(FRESH);
    writeSparse(writer, base);
    writer.varint(author).varint(upTo[author]! - base[author]!);
  } else {
    writer.u8(INTERVAL);
    for (const vector of [since, base, upTo]) writeSparse(writer, vector);
  }
  writer.list(entries, writeEntry).list(parts, writePart).list(kept, writeRange).list(removed, writeRange);
}

function writePart(writer: ByteWriter, { place, runs }: SequencePart): void {
  writePlace(writer, place);
  writeRuns(writer, runs);
}

export function encodeDelta(delta: Delta): Uint8Array {
  const writer = new ByteWriter(256);
  writeDelta(writer, delta);
  return writer.finish();
}

/** Null on anything that no correct replica writes. */
export function decodeDelta(bytes: Uint8Array, members: number): Delta | null {
  const reader = new ByteReader(bytes);
  const delta = readDelta(reader, members);
  return reader.done() && isSound(delta) ? delta : null;
}

function readDelta(reader: ByteReader, members: number): Delta {
  const kind = reader.u8();
  if (kind > FRESH) reader.fail();
  const since = readSparse(reader, members);
  const base = kind === FRESH ? since : readSparse(reader, members);
  const upTo = kind === FRESH ? raisedBy(reader, base) : readSparse(reader, members);
  const entries = reader.list(MAX_ITEMS, () => readEntry(reader, members));
  const parts = reader.list(MAX_ITEMS, () => readPart(reader, members));
  const kept = reader.list(MAX_ITEMS, () => readRange(reader, members));
  const removed = reader.list(MAX_ITEMS, () => readRange(reader, members));
  const delta = { since, base, upTo, entries, parts, kept, removed };
  if (kind === INTERVAL && authorOf(delta) !== null) reader.fail(); // one encoding per delta
  return delta;
}

function raisedBy(reader: ByteReader, base: Vector): Vector {
  const upTo = [...base];
  const author = reader.varint(base.length - 1);
  const raise = reader.varint();
  upTo[author] = base[author]! + raise;
  if (raise === 0 || !Number.isSafeInteger(upTo[author])) reader.fail();
  return upTo;
}

function readPart(reader: ByteReader, members: number): SequencePart {
  const place = readPlace(reader);
  if (!isSequence(place.type)) reader.fail();
  const runs = readRuns(reader, members, place.type === TEXT);
  return { place, runs };
}

/** Every dot where it belongs, none twice, in the one order. */
function isSound(delta: Delta): boolean {
  const { since, base, upTo, entries, parts, kept, removed } = delta;
  if (!covers(upTo, base) || !covers(base, since)) return false;
  const brought = dotsOf(delta);
  const isNew = (range: DotRange): boolean => includesDot(upTo, lastOf(range)) && !includesDot(base, range);
  const wellPlaced =
    brought.every(isNew) &&
    kept.every((range) => includesDot(base, lastOf(range)) && !includesDot(since, range)) &&
    removed.every((range) => includesDot(since, lastOf(range)));
  if (!wellPlaced || parts.some(({ runs }) => runs.length === 0)) return false;
  if (entries.length + parts.length + kept.length + removed.length <= 1 && brought.length <= 1) return true;
  return normalised(brought) !== null && isAscending(entries) && isNormal(kept) && isNormal(removed);
}

function isAscending(dots: readonly Dot[]): boolean {
  return dots.every((dot, i) => i === 0 || compareDots(dots[i - 1]!, dot) < 0);
}

/** As `normalised` gives them. */
function isNormal(ranges: readonly DotRange[]): boolean {
  const apart = (a: DotRange, b: DotRange): boolean =>
    a.author === b.author ? a.counter + a.length < b.counter : a.author < b.author;
  return ranges.every((range, i) => i === 0 || apart(ranges[i - 1]!, range));
}

/** The dots that the delta brings anew, in ranges. */
export function dotsOf({ entries, parts }: Delta): DotRange[] {
  const ranges: DotRange[] = entries.map(rangeOfDot);
  for (const { runs } of parts) {
    for (const { author, start, length } of runs) ranges.push({ author, counter: start, length });
  }
  return ranges;
}

export function rangeOfDot({ author, counter }: Dot): DotRange {
  return { author, counter, length: 1 };
}

/** Groups of encoded deltas of at most `budget` bytes, or of one where that is larger. */
export function* batchesOf(deltas: readonly Uint8Array[], budget: number): Generator<readonly Uint8Array[]> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const delta of deltas) {
    if (batch.length > 0 && bytes + delta.length > budget) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(delta);
    bytes += delta.length;
  }
  if (batch.length > 0) yield batch;
}
