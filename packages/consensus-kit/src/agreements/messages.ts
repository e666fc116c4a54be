import { ByteReader, ByteWriter } from '../codec.ts';

/** Agreements that one status may speak of. */
export const MAX_REPORTS = 16;
/** Statements in one message. */
const MAX_BATCH = 8192;
/** Bytes of statements in one message. */
export const BATCH_BYTES = 49_152;

/** How far one agreement has come: how much its sender has said in it, and heard from each member. */
export interface AgreementReport {
  readonly round: number;
  readonly said: number;
  readonly heard: readonly number[];
}

export type SeriesMessage =
  /** What the sender said in agreement `round`, from its statement number `first` (counted from 0) on. */
  | { readonly kind: 'say'; readonly round: number; readonly first: number; readonly statements: readonly Uint8Array[] }
  /** Where the sender stands: what it lacks is sent again. Agreements below `oldest` it has forgotten. */
  | {
      readonly kind: 'status';
      readonly last: number;
      readonly oldest: number;
      readonly frozen: boolean;
      readonly resting: boolean;
      readonly reports: readonly AgreementReport[];
    };

export function encodeSeriesMessage(message: SeriesMessage): Uint8Array {
  const writer = new ByteWriter(256);
  if (message.kind === 'say') {
    writer.u8(1).varint(message.round).varint(message.first);
    return writer.list(message.statements, (w, statement) => w.bytes(statement)).finish();
  }
  writer.u8(2).varint(message.last).varint(message.oldest).bool(message.frozen).bool(message.resting);
  writer.list(message.reports, (w, { round, said, heard }) => {
    w.varint(round)
      .varint(said)
      .list(heard, (one, count) => one.varint(count));
  });
  return writer.finish();
}

/** Null for anything but one message from a cluster of `members`, within the limits. */
export function decodeSeriesMessage(
  bytes: Uint8Array,
  members: number,
  maxStatement: (round: number) => number,
): SeriesMessage | null {
  const reader = new ByteReader(bytes);
  const kind = reader.u8();
  if (kind === 1) {
    const [round, first] = [reader.varint(), reader.varint()];
    const statements = reader.list(MAX_BATCH, (r) => r.bytes(maxStatement(round)));
    return reader.done() ? { kind: 'say', round, first, statements } : null;
  }
  if (kind !== 2) return null;
  const [last, oldest] = [reader.varint(), reader.varint()];
  const [frozen, resting] = [reader.bool(), reader.bool()];
  const reports = reader.list(MAX_REPORTS, (r) => {
    const [round, said] = [r.varint(), r.varint()];
    const heard = r.list(members, (one) => one.varint());
    if (heard.length !== members) r.fail();
    return { round, said, heard };
  });
  return reader.done() ? { kind: 'status', last, oldest, frozen, resting, reports } : null;
}
