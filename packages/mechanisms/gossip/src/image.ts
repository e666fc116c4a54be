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
import { readRumour, writeRumour, type Rumour } from './rumour.ts';

/*
 * The durable image:
 *   meta                 format, epoch, names of the members
 *   clock                frontier, and what the application has been given
 *   life                 this member's incarnation
 *   cut                  who has frozen
 *   r/<origin>/<number>  rumours
 *   s/<session>          what was published for the session
 */
const FORMAT = 1;
export const META = 'meta';
export const CLOCK = 'clock';
export const LIFE = 'life';
export const CUT = 'cut';

export const rumourKey = (rumour: Rumour): string => `r/${rumour.origin}/${rumour.counter}`;
export const sessionKey = (session: number): string => `s/${session}`;

export interface Restored {
  readonly frontier: Vector;
  readonly handed: Vector;
  readonly incarnation: number;
  readonly rumours: readonly Rumour[];
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

export function encodeClock(frontier: Vector, handed: Vector): Uint8Array {
  const writer = new ByteWriter();
  writeVector(writer, frontier);
  writeVector(writer, handed);
  return writer.finish();
}

export function encodeLife(incarnation: number): Uint8Array {
  return new ByteWriter().varint(incarnation).finish();
}

export function encodeRumour(rumour: Rumour): Uint8Array {
  const writer = new ByteWriter(64 + rumour.value.length);
  writeRumour(writer, rumour);
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
      `gossip: the durable image was written for another epoch, other members or another format than epoch ${epoch} of ${members.join(', ')}.`,
    );
  }
  const [frontier, handed] = readRecord(image, CLOCK, (reader) => [
    readVector(reader, members.length),
    readVector(reader, members.length),
  ]) as [Vector, Vector];
  const incarnation = readRecord(image, LIFE, (reader) => reader.varint());
  const cut = image.has(CUT)
    ? readRecord(image, CUT, (reader) => FrontierCut.read(reader, members.length))
    : new FrontierCut(members.length);
  const rumours: Rumour[] = [];
  const sessions = new SessionTable();
  for (const [key, bytes] of image) {
    if (key.startsWith('r/')) rumours.push(readRecord(image, key, (reader) => readRumour(reader, members.length)));
    else if (key.startsWith('s/') && !sessions.restore(Number(key.slice(2)), bytes)) throw damaged(key);
  }
  return { frontier, handed, incarnation, rumours, sessions, cut };
}

function readRecord<T>(image: DurableImage, key: string, read: (reader: ByteReader) => T): T {
  const reader = new ByteReader(image.get(key) ?? new Uint8Array(0));
  const value = read(reader);
  if (reader.done()) return value;
  throw damaged(key);
}

function damaged(key: string): RangeError {
  return new RangeError(`gossip: record ${key} of the durable image is missing or damaged.`);
}
