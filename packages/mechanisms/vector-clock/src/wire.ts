import { ByteReader, ByteWriter, FrontierCut, type Vector, readVector, writeVector } from '@hypersync/consensus-kit';
import type { Epoch } from '@hypersync/interface';
import { readEvent, writeEvent, type CausalEvent } from './event.ts';

const VERSION = 1;
const EVENTS = 1;
const DIGEST = 2;
const MAX_EVENTS = 65_536;

/**
 * `events`: puts, causes first; `more` asks the receiver to come back for the rest.
 * `digest`: who has what, as far as the sender knows (its own row is durable), and who has frozen. With `answered` the
 * sender only wants to be given what it lacks; without, both sides repair each other.
 */
export type Message =
  | { readonly type: 'events'; readonly events: readonly CausalEvent[]; readonly more: boolean }
  | {
      readonly type: 'digest';
      readonly matrix: readonly Vector[];
      readonly cut: FrontierCut;
      readonly answered: boolean;
    };

export function encodeMessage(epoch: Epoch, message: Message): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).varint(epoch);
  if (message.type === 'events') {
    return writer.u8(EVENTS).bool(message.more).list(message.events, writeEvent).finish();
  }
  writer.u8(DIGEST).bool(message.answered);
  for (const row of message.matrix) writeVector(writer, row);
  message.cut.writeTo(writer);
  return writer.finish();
}

/** Null for anything that is not a message of this epoch and this cluster. */
export function decodeMessage(bytes: Uint8Array, epoch: Epoch, members: number): Message | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION || reader.varint() !== epoch) return null;
  const message = readBody(reader, members);
  return reader.done() ? message : null;
}

function readBody(reader: ByteReader, members: number): Message {
  const type = reader.u8();
  const flag = reader.bool();
  if (type === EVENTS) {
    return { type: 'events', more: flag, events: reader.list(MAX_EVENTS, () => readEvent(reader, members)) };
  }
  if (type !== DIGEST) reader.fail();
  const matrix: Vector[] = [];
  for (let i = 0; i < members && reader.ok; i++) matrix.push(readVector(reader, members));
  return { type: 'digest', answered: flag, matrix, cut: FrontierCut.read(reader, members) };
}

/** Knows no cluster, so it tells only what stands before the vectors. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const epoch = reader.varint();
  const type = reader.u8();
  const flag = reader.bool();
  if (!reader.ok || version !== VERSION) return `not a vector-clock message (${bytes.length} bytes)`;
  if (type === DIGEST) return `digest epoch=${epoch}${flag ? ' answered' : ''} ${bytes.length}B`;
  if (type !== EVENTS) return `unknown type ${type} epoch=${epoch}`;
  return `events epoch=${epoch} count=${reader.varint()}${flag ? ' more' : ''} ${bytes.length}B`;
}
