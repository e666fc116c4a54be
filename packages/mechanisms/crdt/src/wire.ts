import { ByteReader, ByteWriter, FrontierCut, type Vector, readVector, writeVector } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import type { Epoch } from '@hypersync/interface';
import type { Part } from './transfer.ts';

const VERSION = 1;
const DELTAS = 1;
const DIGEST = 2;
const PART = 3;
const WANT = 4;
const REPAIR = 5;
const MAX_DELTAS = 65_536;

/**
 * `deltas`: encoded deltas of the sender's own mutations, in order, that fit one message. `repair`: a delta that answers a digest,
 * with anybody's mutations. `digest`: which vectors the sender knows (its own is durable), and who
 * has frozen; with `answered` it only wants to be given what it lacks. `part`, `want`: a larger delta, piece by piece.
 */
export type Message =
  | { readonly type: 'deltas'; readonly deltas: readonly Uint8Array[] }
  | { readonly type: 'repair'; readonly delta: Uint8Array }
  | {
      readonly type: 'digest';
      readonly matrix: readonly Vector[];
      readonly cut: FrontierCut;
      readonly answered: boolean;
    }
  | { readonly type: 'part'; readonly part: Part }
  | { readonly type: 'want'; readonly id: number; readonly index: number };

export function encodeMessage(epoch: Epoch, message: Message): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).varint(epoch);
  switch (message.type) {
    case 'deltas':
      return writer
        .u8(DELTAS)
        .list(message.deltas, (inner, delta) => inner.bytes(delta))
        .finish();
    case 'repair':
      return writer.u8(REPAIR).bytes(message.delta).finish();
    case 'digest':
      writer.u8(DIGEST).bool(message.answered);
      for (const row of message.matrix) writeVector(writer, row);
      message.cut.writeTo(writer);
      return writer.finish();
    case 'part': {
      const { id, index, count, bytes } = message.part;
      return writer.u8(PART).varint(id).varint(index).varint(count).bytes(bytes).finish();
    }
    case 'want':
      return writer.u8(WANT).varint(message.id).varint(message.index).finish();
  }
}

/** Null for anything that is not a message of this epoch and this cluster. A delta's own bytes are judged later. */
export function decodeMessage(bytes: Uint8Array, epoch: Epoch, members: number): Message | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION || reader.varint() !== epoch) return null;
  const message = readBody(reader, members);
  return reader.done() ? message : null;
}

function readBody(reader: ByteReader, members: number): Message | null {
  switch (reader.u8()) {
    case DELTAS:
      return { type: 'deltas', deltas: reader.list(MAX_DELTAS, () => reader.bytes(LIMITS.messageBytes)) };
    case REPAIR:
      return { type: 'repair', delta: reader.bytes(LIMITS.messageBytes) };
    case DIGEST: {
      const answered = reader.bool();
      const matrix: Vector[] = [];
      for (let i = 0; i < members && reader.ok; i++) matrix.push(readVector(reader, members));
      return { type: 'digest', answered, matrix, cut: FrontierCut.read(reader, members) };
    }
    case PART: {
      const [id, index, count] = [reader.varint(), reader.varint(), reader.varint()];
      return { type: 'part', part: { id, index, count, bytes: reader.bytes(LIMITS.messageBytes) } };
    }
    case WANT:
      return { type: 'want', id: reader.varint(), index: reader.varint() };
    default:
      return null;
  }
}

/** Knows no cluster, so it tells only what stands before the vectors. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const epoch = reader.varint();
  const type = reader.u8();
  if (!reader.ok || version !== VERSION) return `not a crdt message (${bytes.length} bytes)`;
  const size = `epoch=${epoch} ${bytes.length}B`;
  if (type === DELTAS) return `deltas ${size} count=${reader.varint()}`;
  if (type === DIGEST) return `digest ${size}${reader.bool() ? ' answered' : ''}`;
  if (type === REPAIR) return `repair ${size}`;
  if (type !== PART && type !== WANT) return `unknown type ${type} ${size}`;
  return `${type === PART ? 'part' : 'want'} ${size} transfer=${reader.varint()} index=${reader.varint()}`;
}
