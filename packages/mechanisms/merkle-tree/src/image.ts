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
import { sameBytes } from './hex.ts';
import type { KeyedSet } from './keyed-set.ts';
import { readRow, writeRow, type Row } from './row.ts';

/*
 * The durable image:
 *   meta         format, epoch, names of the members
 *   clock        the version vector and the Lamport clock
 *   cut          who has frozen
 *   k/<key>      rows
 *   s/<session>  what was applied for the session
 */
const FORMAT = 1;
export const META = 'meta';
export const CLOCK = 'clock';
export const CUT = 'cut';

export const rowKey = (key: string): string => `k/${key}`;
export const sessionKey = (session: number): string => `s/${session}`;

export interface Restored {
  readonly vector: Vector;
  readonly clock: number;
  readonly rows: readonly Row[];
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

export function encodeClock(set: KeyedSet): Uint8Array {
  const writer = new ByteWriter();
  writeVector(writer, set.vector);
  return writer.varint(set.clock).finish();
}

export function encodeRow(row: Row): Uint8Array {
  const writer = new ByteWriter(64 + row.value.length);
  writeRow(writer, row);
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
  if (meta === undefined || !sameBytes(meta, expected)) {
    throw new RangeError(
      `merkle-tree: the durable image was written for another epoch, other members or another format than epoch ${epoch} of ${members.join(', ')}.`,
    );
  }
  const { vector, clock } = readRecord(image, CLOCK, (reader) => ({
    vector: readVector(reader, members.length),
    clock: reader.varint(),
  }));
  const cut = image.has(CUT)
    ? readRecord(image, CUT, (reader) => FrontierCut.read(reader, members.length))
    : new FrontierCut(members.length);
  const rows: Row[] = [];
  const sessions = new SessionTable();
  for (const [key, bytes] of image) {
    if (key.startsWith('k/')) {
      const row = readRecord(image, key, readRow);
      if (key !== rowKey(row.key)) throw damaged(key);
      rows.push(row);
    } else if (key.startsWith('s/') && !sessions.restore(Number(key.slice(2)), bytes)) throw damaged(key);
  }
  return { vector, clock, rows, sessions, cut };
}

function readRecord<T>(image: DurableImage, key: string, read: (reader: ByteReader) => T): T {
  const reader = new ByteReader(image.get(key) ?? new Uint8Array(0));
  const value = read(reader);
  if (reader.done()) return value;
  throw damaged(key);
}

function damaged(key: string): RangeError {
  return new RangeError(`merkle-tree: record ${key} of the durable image is missing or damaged.`);
}
