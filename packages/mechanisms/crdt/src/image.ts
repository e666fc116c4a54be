import {
  ByteReader,
  ByteWriter,
  FrontierCut,
  type Vector,
  readVector,
  writeVector,
  SessionTable,
} from '@hypersync/consensus-kit';
import type { DurableImage, Epoch, NodeId } from '@hypersync/interface';
import type { Dot } from './dots.ts';
import { readEntry, writeEntry, type Entry } from './entry.ts';
import { isSequence, readPlace, TEXT, writePlace } from './place.ts';
import type { SequencePart } from './sequence/placement.ts';
import { readRuns, writeRuns, type Run, type RunRecord } from './sequence/run.ts';

/*
 * The durable image:
 *   meta                  format, epoch, names of the members
 *   clock                 the version vector
 *   cut                   who has frozen
 *   d/<author>/<counter>  live entries
 *   r/<author>/<counter>  runs of sequences, by their first dot
 *   s/<session>           what was applied for the session
 */
const FORMAT = 2;
export const META = 'meta';
export const CLOCK = 'clock';
export const CUT = 'cut';

export const entryKey = (dot: Dot): string => `d/${dot.author}/${dot.counter}`;
export const runKey = ({ author, counter }: Dot): string => `r/${author}/${counter}`;
export const sessionKey = (session: number): string => `s/${session}`;

export interface Restored {
  readonly vector: Vector;
  readonly entries: readonly Entry[];
  /** One run each, as it was written. */
  readonly parts: readonly SequencePart[];
  readonly sessions: SessionTable;
  readonly cut: FrontierCut;
}

export function encodeMeta(epoch: Epoch, members: readonly NodeId[]): Uint8Array {
  return new ByteWriter()
    .u8(FORMAT)
    .varint(epoch)
    .list(members, (writer, id) => writer.string(id))
    .finish();
}

export function encodeClock(vector: Vector): Uint8Array {
  const writer = new ByteWriter();
  writeVector(writer, vector);
  return writer.finish();
}

export function encodeEntry(entry: Entry): Uint8Array {
  const writer = new ByteWriter(64 + entry.payload.length);
  writeEntry(writer, entry);
  return writer.finish();
}

export function encodeRun(run: Run): Uint8Array {
  const writer = new ByteWriter(64);
  writePlace(writer, run.sequence.place);
  writeRuns(writer, [run.record()]);
  return writer.finish();
}

export function encodeCut(cut: FrontierCut): Uint8Array {
  const writer = new ByteWriter();
  cut.writeTo(writer);
  return writer.finish();
}

/** Null for an empty image. Throws when it is not what this mechanism wrote for this epoch and these members. */
export function readImage(image: DurableImage, epoch: Epoch, members: readonly NodeId[]): Restored | null {
  if (image.size === 0) return null;
  const expected = encodeMeta(epoch, members);
  const meta = image.get(META);
  if (meta?.length !== expected.length || !meta.every((byte, i) => byte === expected[i])) {
    throw new RangeError(
      `crdt: the durable image was written for another epoch, other members or another format than epoch ${epoch} of ${members.join(', ')}.`,
    );
  }
  const vector = readRecord(image, CLOCK, (reader) => readVector(reader, members.length));
  const cut = image.has(CUT)
    ? readRecord(image, CUT, (reader) => FrontierCut.read(reader, members.length))
    : new FrontierCut(members.length);
  const entries: Entry[] = [];
  const runs = new Map<string, { place: SequencePart['place']; runs: RunRecord[] }>();
  const sessions = new SessionTable();
  for (const [key, bytes] of image) {
    if (key.startsWith('d/')) entries.push(readRecord(image, key, (reader) => readEntry(reader, members.length)));
    else if (key.startsWith('r/'))
      addRun(
        runs,
        readRecord(image, key, (reader) => readOneRun(reader, members.length)),
      );
    else if (key.startsWith('s/') && !sessions.restore(Number(key.slice(2)), bytes)) throw damaged(key);
  }
  return { vector, entries, parts: [...runs.values()], sessions, cut };
}

function readOneRun(reader: ByteReader, members: number): SequencePart {
  const place = readPlace(reader);
  if (!isSequence(place.type)) reader.fail();
  return { place, runs: readRuns(reader, members, place.type === TEXT) };
}

function addRun(
  all: Map<string, { place: SequencePart['place']; runs: RunRecord[] }>,
  { place, runs }: SequencePart,
): void {
  const name = JSON.stringify([place.type, place.name, ...place.path]);
  const known = all.get(name);
  if (known === undefined) all.set(name, { place, runs: [...runs] });
  else known.runs.push(...runs);
}

function readRecord<T>(image: DurableImage, key: string, read: (reader: ByteReader) => T): T {
  const reader = new ByteReader(image.get(key) ?? new Uint8Array(0));
  const value = read(reader);
  if (reader.done()) return value;
  throw damaged(key);
}

export function damaged(key: string): RangeError {
  return new RangeError(`crdt: record ${key} of the durable image is missing or damaged.`);
}
