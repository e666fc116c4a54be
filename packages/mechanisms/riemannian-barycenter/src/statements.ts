import {
  ByteReader,
  ByteWriter,
  decodeBroadcast,
  encodeBroadcast,
  FIRST_FREE_TAG,
  type BroadcastStatement,
} from '@hypersync/consensus-kit';
import type { Bit, BinaryStatement } from './binary-consensus.ts';

const ESTIMATE = FIRST_FREE_TAG;
const COORDINATE = FIRST_FREE_TAG + 1;
const AUX = FIRST_FREE_TAG + 2;
const DONE = FIRST_FREE_TAG + 3;
const STEP = FIRST_FREE_TAG + 4;

/** Sets of bits, by their encoding. */
const BIT_SETS: readonly (readonly Bit[])[] = [[0], [1], [0, 1]];

export type Statement =
  /** A step of the reliable broadcast of a member's reading. */
  | { readonly kind: 'broadcast'; readonly statement: BroadcastStatement }
  /** About the question whether a member's reading is among those that count. */
  | { readonly kind: 'binary'; readonly member: number; readonly statement: BinaryStatement }
  /** The speaker's output: the coordinates as big-endian doubles. */
  | { readonly kind: 'done'; readonly output: Uint8Array }
  /** Plain iteration: the speaker's point after so many steps. */
  | { readonly kind: 'step'; readonly step: number; readonly point: Uint8Array };

export function encodeStatement(statement: Statement): Uint8Array {
  switch (statement.kind) {
    case 'broadcast':
      return encodeBroadcast(statement.statement);
    case 'binary':
      return encodeBinary(statement.member, statement.statement);
    case 'done':
      return new ByteWriter(statement.output.length + 1).u8(DONE).raw(statement.output).finish();
    case 'step':
      return new ByteWriter(statement.point.length + 8).u8(STEP).varint(statement.step).raw(statement.point).finish();
  }
}

function encodeBinary(member: number, statement: BinaryStatement): Uint8Array {
  const writer = new ByteWriter(8);
  writer.u8(statement.kind === 'estimate' ? ESTIMATE : statement.kind === 'coordinate' ? COORDINATE : AUX);
  writer.varint(member).varint(statement.round);
  const bits = statement.kind === 'aux' ? statement.bits : [statement.bit];
  return writer.u8(bits.length === 2 ? 2 : bits[0]!).finish();
}

/** Null for anything else; `pointBytes` is the size of a point of the manifold. */
export function decodeStatement(bytes: Uint8Array, pointBytes: number): Statement | null {
  const reader = new ByteReader(bytes);
  const tag = reader.u8();
  if (tag < FIRST_FREE_TAG) {
    const statement = decodeBroadcast(bytes, pointBytes);
    return statement === null ? null : { kind: 'broadcast', statement };
  }
  if (tag === DONE) {
    const output = reader.raw(pointBytes);
    return reader.done() ? { kind: 'done', output } : null;
  }
  if (tag === STEP) {
    const step = reader.varint();
    const point = reader.raw(pointBytes);
    return reader.done() ? { kind: 'step', step, point } : null;
  }
  const [member, round] = [reader.varint(), reader.varint()];
  const bits = BIT_SETS[reader.u8()];
  if (!reader.done() || bits === undefined || tag > AUX) return null;
  if (tag === AUX) return { kind: 'binary', member, statement: { kind: 'aux', round, bits } };
  if (bits.length !== 1) return null;
  const kind = tag === ESTIMATE ? 'estimate' : 'coordinate';
  return { kind: 'binary', member, statement: { kind, round, bit: bits[0]! } };
}

/** Of one statement. */
export function maxStatement(pointBytes: number): number {
  return pointBytes + 16;
}
