import { ByteReader, ByteWriter, FrontierCut, type Vector, equalVectors, zeroVector } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import type { Epoch, Lane } from '@hypersync/interface';
import { readRumour, writeRumour, type Rumour } from './rumour.ts';
import { MOST_SPANS, type Span } from './rumour-store.ts';
import { readClaim, writeClaim, type Claim } from './swim-view.ts';

const VERSION = 1;
const NAMES = ['gossip', 'digest', 'ping', 'ping-request', 'ack', 'nack', 'graft', 'prune', 'have', 'want'] as const;
const MAX_RUMOURS = 65_536;
/** A day, in milliseconds. */
const MAX_BACKOFF = 86_400_000;

/**
 * What a message is for; every one also carries claims about members.
 *
 * - `gossip`: rumours, pushed or as the answer to a digest (`more`: come back for the rest), the sender's frontier, and to whom
 *   `also` the same rumours go at this moment.
 * - `digest`: push-pull. Who has what, as far as the sender knows, what it has behind holes, who has frozen; `answered`: no digest is wanted back.
 * - `ping`, `ping-request`, `ack`: SWIM. `sequence` is the asker's own number; `about` is who is alive; `fallback`: sent once
 *   more, on the other lane, and to be answered there. `nack`: the sender is there, `about` has not answered it (Lifeguard).
 * - `graft`, `prune`: a link of the mesh goes up, or down for at least `backoffMs`. `have`, `want`: what there is, what is lacking.
 */
export type Purpose =
  | {
      readonly type: 'gossip';
      readonly frontier: Vector;
      readonly rumours: readonly Rumour[];
      readonly also: readonly number[];
      readonly more: boolean;
    }
  | {
      readonly type: 'digest';
      readonly matrix: readonly Vector[];
      readonly beyond: readonly Span[];
      readonly cut: FrontierCut;
      readonly answered: boolean;
    }
  | { readonly type: 'ping'; readonly sequence: number; readonly fallback: boolean }
  | { readonly type: 'ping-request'; readonly sequence: number; readonly target: number }
  | { readonly type: 'ack' | 'nack'; readonly sequence: number; readonly about: number }
  | { readonly type: 'graft' }
  | { readonly type: 'prune'; readonly backoffMs: number }
  | { readonly type: 'have' | 'want'; readonly spans: readonly Span[] };

/** `lane` is `control` where it is left out. */
export interface Outgoing {
  readonly to: number;
  readonly purpose: Purpose;
  readonly lane?: Lane;
}

export interface Message {
  readonly claims: readonly Claim[];
  readonly purpose: Purpose;
}

export function encodeMessage(epoch: Epoch, { claims, purpose }: Message): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).varint(epoch).u8(NAMES.indexOf(purpose.type));
  writer.list(claims, writeClaim);
  switch (purpose.type) {
    case 'gossip':
      writer.bool(purpose.more).list(purpose.also, (inner, member) => inner.varint(member));
      writeSparse(writer, purpose.frontier);
      writer.list(purpose.rumours, writeRumour);
      break;
    case 'digest':
      writer.bool(purpose.answered);
      writeMatrix(writer, purpose.matrix);
      writer.list(purpose.beyond, writeSpan);
      purpose.cut.writeTo(writer);
      break;
    case 'ping':
      writer.varint(purpose.sequence).bool(purpose.fallback);
      break;
    case 'ping-request':
      writer.varint(purpose.sequence).varint(purpose.target);
      break;
    case 'ack':
    case 'nack':
      writer.varint(purpose.sequence).varint(purpose.about);
      break;
    case 'prune':
      writer.varint(purpose.backoffMs);
      break;
    case 'have':
    case 'want':
      writer.list(purpose.spans, writeSpan);
      break;
    case 'graft': // says it all
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
      const also = reader.list(members, () => reader.varint(members - 1));
      const frontier = readSparse(reader, members);
      return { type, more, also, frontier, rumours: reader.list(MAX_RUMOURS, () => readRumour(reader, members)) };
    }
    case 'digest': {
      const answered = reader.bool();
      const matrix = readMatrix(reader, members);
      const beyond = reader.list(MOST_SPANS, () => readSpan(reader, members));
      return { type, answered, matrix, beyond, cut: FrontierCut.read(reader, members) };
    }
    case 'ping':
      return { type, sequence: reader.varint(), fallback: reader.bool() };
    case 'ping-request':
      return { type, sequence: reader.varint(), target: reader.varint(members - 1) };
    case 'ack':
    case 'nack':
      return { type, sequence: reader.varint(), about: reader.varint(members - 1) };
    case 'graft':
      return { type };
    case 'prune':
      return { type, backoffMs: reader.varint(MAX_BACKOFF) };
    case 'have':
    case 'want':
      return { type, spans: reader.list(MOST_SPANS, () => readSpan(reader, members)) };
  }
}

/** In a large cluster few members publish: entries that are not zero, each by its distance from the one before. */
function writeSparse(writer: ByteWriter, vector: Vector): void {
  let entries = 0;
  for (const counter of vector) if (counter > 0) entries++;
  writer.varint(entries);
  let next = 0;
  for (let i = 0; i < vector.length; i++) {
    if (vector[i] === 0) continue;
    writer.varint(i - next).varint(vector[i]!);
    next = i + 1;
  }
}

function readSparse(reader: ByteReader, members: number): Vector {
  const entries = reader.varint(members);
  const vector = zeroVector(members) as number[];
  let next = 0;
  for (let i = 0; i < entries && reader.ok; i++) {
    const at = next + reader.varint(members);
    const counter = reader.varint();
    if (at >= members || counter === 0) reader.fail();
    else vector[at] = counter;
    next = at + 1;
  }
  return vector;
}

/** Most members stand at one of few points, so each point is written once; members of whom nothing is known are left out. */
function writeMatrix(writer: ByteWriter, matrix: readonly Vector[]): void {
  const points = new Map<Vector, number>();
  const rows: { readonly member: number; readonly point: number }[] = [];
  let last: Vector | null = null;
  for (const [member, row] of matrix.entries()) {
    const same: Vector = last !== null && equalVectors(last, row) ? last : row;
    last = same;
    const known = points.get(same);
    if (known === undefined && same.every((counter) => counter === 0)) continue;
    const point = known ?? points.size;
    points.set(same, point);
    rows.push({ member, point });
  }
  writer.list([...points.keys()], writeSparse);
  writer.list(rows, (inner, { member, point }) => inner.varint(member).varint(point));
}

function readMatrix(reader: ByteReader, members: number): readonly Vector[] {
  const points = reader.list(members, () => readSparse(reader, members));
  const nothing = zeroVector(members);
  const matrix = nothing.map(() => nothing);
  const rows = reader.varint(members);
  let next = 0;
  for (let i = 0; i < rows && reader.ok; i++) {
    const member = reader.varint(members - 1);
    const point = points[reader.varint(members - 1)];
    if (member < next || point === undefined) reader.fail();
    else matrix[member] = point;
    next = member + 1;
  }
  return matrix;
}

function writeSpan(writer: ByteWriter, { origin, from, to }: Span): void {
  writer.varint(origin).varint(from).varint(to);
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
