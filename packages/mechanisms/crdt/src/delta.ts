import { ByteReader, ByteWriter, type Vector, covers, readVector, writeVector } from '@hypersync/consensus-kit';
import { includesDot, readDot, readEntry, writeDot, writeEntry, type Dot, type Entry } from './entry.ts';

/**
 * What turns a state that includes `base` into one that includes `upTo`:
 *
 * - `entries`: the live entries beyond `base`.
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
  readonly kept: readonly Dot[];
  readonly removed: readonly Dot[];
}

const MAX_ITEMS = 0xffff_ffff;

export function writeDelta(writer: ByteWriter, { since, base, upTo, entries, kept, removed }: Delta): void {
  for (const vector of [since, base, upTo]) writeVector(writer, vector);
  writer.list(entries, writeEntry).list(kept, writeDot).list(removed, writeDot);
}

export function encodeDelta(delta: Delta): Uint8Array {
  const writer = new ByteWriter(256);
  writeDelta(writer, delta);
  return writer.finish();
}

/** Null on anything that no correct replica writes. */
export function decodeDelta(bytes: Uint8Array, members: number): Delta | null {
  const reader = new ByteReader(bytes);
  const since = readVector(reader, members);
  const base = readVector(reader, members);
  const upTo = readVector(reader, members);
  const entries = reader.list(MAX_ITEMS, () => readEntry(reader, members));
  const kept = reader.list(MAX_ITEMS, () => readDot(reader, members));
  const removed = reader.list(MAX_ITEMS, () => readDot(reader, members));
  if (!reader.done() || !covers(upTo, base) || !covers(base, since)) return null;
  const wellPlaced =
    entries.every((entry) => includesDot(upTo, entry) && !includesDot(base, entry)) &&
    kept.every((dot) => includesDot(base, dot) && !includesDot(since, dot)) &&
    removed.every((dot) => dot.counter > 0 && includesDot(since, dot));
  return wellPlaced ? { since, base, upTo, entries, kept, removed } : null;
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
