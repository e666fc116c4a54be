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
import { decodeSiblings, type Sibling } from './dotted-store.ts';
import { readEvent, writeEvent, type CausalEvent } from './event.ts';

/*
 * The durable image:
 *   meta              format, epoch, names of the members
 *   clock             vectors: delivered, stable, handed to the application
 *   cut               who has frozen
 *   e/<author>/<nr>   events that some member may lack
 *   k/<key>           siblings
 *   s/<session>       what was applied for the session
 */
const FORMAT = 1;
export const META = 'meta';
export const CLOCK = 'clock';
export const CUT = 'cut';

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

export const eventKey = (author: number, counter: number): string => `e/${pad(author, 3)}/${pad(counter, 16)}`;
export const siblingsKey = (key: string): string => `k/${key}`;
export const sessionKey = (session: number): string => `s/${session}`;

export interface Restored {
  readonly delivered: Vector;
  readonly stable: Vector;
  readonly handed: Vector;
  readonly events: readonly CausalEvent[];
  readonly siblings: readonly (readonly [string, readonly Sibling[]])[];
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

export function encodeClock(delivered: Vector, stable: Vector, handed: Vector): Uint8Array {
  const writer = new ByteWriter();
  for (const vector of [delivered, stable, handed]) writeVector(writer, vector);
  return writer.finish();
}

export function encodeEvent(event: CausalEvent): Uint8Array {
  const writer = new ByteWriter(eventRoom(event));
  writeEvent(writer, event);
  return writer.finish();
}

const eventRoom = (event: CausalEvent): number => 64 + event.value.length;

export function encodeCut(cut: FrontierCut): Uint8Array {
  const writer = new ByteWriter();
  cut.writeTo(writer);
  return writer.finish();
}

/** Null for an empty image. Throws when it is not what this mechanism wrote for this epoch and these members. */
export function readImage(image: DurableImage, epoch: Epoch, members: readonly NodeId[]): Restored | null {
  if (image.size === 0) return null;
  const meta = image.get(META);
  if (meta === undefined || !sameBytes(meta, encodeMeta(epoch, members))) {
    throw new RangeError(
      `vector-clock: the durable image was written for another epoch, other members or another format than epoch ${epoch} of ${members.join(', ')}.`,
    );
  }
  const clock = new ByteReader(require(image, CLOCK));
  const delivered = readVector(clock, members.length);
  const stable = readVector(clock, members.length);
  const handed = readVector(clock, members.length);
  if (!clock.done()) throw damaged(CLOCK);
  const events: CausalEvent[] = [];
  const siblings: (readonly [string, readonly Sibling[]])[] = [];
  const sessions = new SessionTable();
  for (const [key, bytes] of image) {
    if (key.startsWith('e/')) events.push(decodeEvent(key, bytes, members.length));
    else if (key.startsWith('k/')) siblings.push([key.slice(2), decodeSiblings(bytes, members.length) ?? fail(key)]);
    else if (key.startsWith('s/') && !sessions.restore(Number(key.slice(2)), bytes)) throw damaged(key);
  }
  return { delivered, stable, handed, events, siblings, sessions, cut: readCut(image, members.length) };
}

function decodeEvent(key: string, bytes: Uint8Array, members: number): CausalEvent {
  const reader = new ByteReader(bytes);
  const event = readEvent(reader, members);
  if (!reader.done() || key !== eventKey(event.author, event.counter)) throw damaged(key);
  return event;
}

function readCut(image: DurableImage, members: number): FrontierCut {
  const bytes = image.get(CUT);
  if (bytes === undefined) return new FrontierCut(members);
  const reader = new ByteReader(bytes);
  const cut = FrontierCut.read(reader, members);
  if (!reader.done()) throw damaged(CUT);
  return cut;
}

function require(image: DurableImage, key: string): Uint8Array {
  return image.get(key) ?? fail(key);
}

function fail(key: string): never {
  throw damaged(key);
}

function damaged(key: string): RangeError {
  return new RangeError(`vector-clock: record ${key} of the durable image is missing or damaged.`);
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
