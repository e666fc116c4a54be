import { ByteReader, ByteWriter, FrontierCut, type Vector, readVector, writeVector } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import type { Epoch } from '@hypersync/interface';
import { readRumour, writeRumour, type Rumour } from './rumour.ts';
import { MOST_SPANS, type Span } from './rumour-store.ts';
import { readClaim, writeClaim, type Claim } from './swim-view.ts';

const VERSION = 1;
const NAMES = ['gossip', 'digest', 'ping', 'ping-request', 'ack'] as const;
const MAX_RUMOURS = 65_536;

/**
 * What a message is for; every one also carries claims about members.
 *
 * - `gossip`: rumours, pushed or as the answer to a digest (`more`: come back for the rest), and the sender's frontier.
 * - `digest`: push-pull. Who has what, as far as the sender knows, what it has behind holes, who has frozen; `answered`: no digest is wanted back.
 * - `ping`, `ping-request`, `ack`: SWIM. `sequence` is the asker's own number; `about` is who is alive.
 */
export type Purpose =
  | { readonly type: 'gossip'; readonly frontier: Vector; readonly rumours: readonly Rumour[]; readonly more: boolean }
  | {
      readonly type: 'digest';
      readonly matrix: readonly Vector[];
      readonly beyond: readonly Span[];
      readonly cut: FrontierCut;
      readonly answered: boolean;
    }
  | { readonly type: 'ping'; readonly sequence: number }
  | { readonly type: 'ping-request'; readonly sequence: number; readonly target: number }
  | { readonly type: 'ack'; readonly sequence: number; readonly about: number };

export interface Message {
  readonly claims: readonly Claim[];
  readonly purpose: Purpose;
}

export function encodeMessage(epoch: Epoch, { claims, purpose }: Message): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).varint(epoch).u8(NAMES.indexOf(purpose.type));
  writer.list(claims, writeClaim);
  switch (purpose.type) {
    case 'gossip':
      writer.bool(purpose.more);
      writeVector(writer, purpose.frontier);
      writer.list(purpose.rumours, writeRumour);
      break;
    case 'digest':
      writer.bool(purpose.answered);
      for (const row of purpose.matrix) writeVector(writer, row);
      writer.list(purpose.beyond, (inner, { origin, from, to }) => inner.varint(origin).varint(from).varint(to));
      purpose.cut.writeTo(writer);
      break;
    case 'ping':
      writer.varint(purpose.sequence);
      break;
    case 'ping-request':
      writer.varint(purpose.sequence).varint(purpose.target);
      break;
    case 'ack':
      writer.varint(purpose.sequence).varint(purpose.about);
  }
  return writer.finish();
}

/** Null for anything that is not a message of this epoch and this cluster. */
export function decodeMessage(bytes: Uint8Array, epoch: Epoch, members: number): Message | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION || reader.varint() !== epoch || bytes.length > LIMITS.messageBytes) return null;
  const type = NAMES[reader.u8()];
  const claims = reader.list(members, () => readClaim(reader, members));
  if (type === undefined || !reader.ok) return null;
  const purpose = readPurpose(reader, type, members);
  return reader.done() ? { claims, purpose } : null;
}

function readPurpose(reader: ByteReader, type: Purpose['type'], members: number): Purpose {
  switch (type) {
    case 'gossip': {
      const more = reader.bool();
      const frontier = readVector(reader, members);
      return { type, more, frontier, rumours: reader.list(MAX_RUMOURS, () => readRumour(reader, members)) };
    }
    case 'digest': {
      const answered = reader.bool();
      const matrix: Vector[] = [];
      for (let i = 0; i < members && reader.ok; i++) matrix.push(readVector(reader, members));
      const beyond = reader.list(MOST_SPANS, () => readSpan(reader, members));
      return { type, answered, matrix, beyond, cut: FrontierCut.read(reader, members) };
    }
    case 'ping':
      return { type, sequence: reader.varint() };
    case 'ping-request':
      return { type, sequence: reader.varint(), target: reader.varint(members - 1) };
    case 'ack':
      return { type, sequence: reader.varint(), about: reader.varint(members - 1) };
  }
}

function readSpan(reader: ByteReader, members: number): Span {
  return { origin: reader.varint(members - 1), from: reader.varint(), to: reader.varint() };
}

/** Knows no cluster, so it tells only what stands before the vectors. */
export function describeMessage(bytes: Uint8Array): string {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  const epoch = reader.varint();
  const name = NAMES[reader.u8()];
  if (!reader.ok || version !== VERSION || name === undefined) return `not a gossip message (${bytes.length} bytes)`;
  return `${name} epoch=${epoch} claims=${reader.varint()} ${bytes.length}B`;
}
