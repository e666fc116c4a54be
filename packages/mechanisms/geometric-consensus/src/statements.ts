import {
  ByteReader,
  ByteWriter,
  decodeBroadcast,
  encodeBroadcast,
  FIRST_FREE_TAG,
  type BroadcastStatement,
} from '@hypersync/consensus-kit';
import type { Grid, GridPoint } from './grid.ts';

const REPORT = FIRST_FREE_TAG;
const DONE = FIRST_FREE_TAG + 1;

/** A member's value in a round; with `final` also in all later ones. */
export interface RoundValue {
  readonly point: GridPoint;
  readonly final: boolean;
}

export type Statement =
  /** A step of the reliable broadcast of a round's value. */
  | { readonly kind: 'broadcast'; readonly statement: BroadcastStatement }
  /** Whose values of the round the speaker has, as a set of bits: it is a witness for whoever has those too. */
  | { readonly kind: 'report'; readonly round: number; readonly members: number }
  /** The speaker's output. */
  | { readonly kind: 'done'; readonly point: GridPoint };

export function encodeStatement(grid: Grid, statement: Statement): Uint8Array {
  if (statement.kind === 'broadcast') return encodeBroadcast(statement.statement);
  if (statement.kind === 'report')
    return new ByteWriter(8).u8(REPORT).varint(statement.round).varint(statement.members).finish();
  const writer = new ByteWriter(64).u8(DONE);
  grid.write(writer, statement.point);
  return writer.finish();
}

/** Null for anything else. */
export function decodeStatement(grid: Grid, bytes: Uint8Array): Statement | null {
  const reader = new ByteReader(bytes);
  const tag = reader.u8();
  if (tag === REPORT) {
    const [round, members] = [reader.varint(), reader.varint()];
    return reader.done() ? { kind: 'report', round, members } : null;
  }
  if (tag === DONE) {
    const point = grid.read(reader);
    return reader.done() ? { kind: 'done', point } : null;
  }
  const statement = decodeBroadcast(bytes, maxPayload(grid));
  return statement === null ? null : { kind: 'broadcast', statement };
}

/** Eight bytes hold any coordinate. */
function maxPayload(grid: Grid): number {
  return 1 + 8 * grid.dimension;
}

export function maxStatement(grid: Grid): number {
  return maxPayload(grid) + 16;
}

export function encodeValue(grid: Grid, { point, final }: RoundValue): Uint8Array {
  const writer = new ByteWriter(64).bool(final);
  grid.write(writer, point);
  return writer.finish();
}

export function decodeValue(grid: Grid, bytes: Uint8Array): RoundValue | null {
  const reader = new ByteReader(bytes);
  const final = reader.bool();
  const point = grid.read(reader);
  return reader.done() ? { point, final } : null;
}
