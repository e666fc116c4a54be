import type { NodeId, StopSign } from '@hypersync/interface';
import { LIMITS } from '@hypersync/base';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

/** `append` is a client's value; `stop` is the stop-sign, which ends the epoch and is the last entry of its log. */
export type EntryKind = 'append' | 'stop';

const KINDS: readonly EntryKind[] = ['append', 'stop'];

/** What is agreed upon. `proposer`, `boot` and `serial` name the proposal, so that its node finds its ticket again. */
export interface Entry {
  readonly kind: EntryKind;
  readonly proposer: NodeId;
  /** Incarnation of the proposer, counted durably from 1. */
  readonly boot: number;
  readonly serial: number;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
}

/** What the retries of one client operation have in common. Session 0 has no retries. */
export type OperationName = Pick<Entry, 'session' | 'sequence'>;

export function nameOf({ session, sequence }: OperationName): string {
  return `${session}/${sequence}`;
}

export const MAX_VALUE = LIMITS.proposalBytes;
export const MAX_ID = 64;
/** What an entry weighs beside its value, for limits on bytes. */
const OVERHEAD = 48;

export function sizeOfEntry(entry: Entry): number {
  return entry.value.length + OVERHEAD;
}

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writer.u8(KINDS.indexOf(entry.kind)).string(entry.proposer).varint(entry.boot);
  writer.varint(entry.serial).varint(entry.session).varint(entry.sequence).bytes(entry.value);
}

export function readEntry(reader: ByteReader): Entry {
  const kind = KINDS[reader.u8()];
  if (kind === undefined) reader.fail();
  const entry = {
    kind: kind ?? 'append',
    proposer: reader.string(MAX_ID),
    boot: reader.varint(),
    serial: reader.varint(),
    session: reader.varint(),
    sequence: reader.varint(),
    value: reader.bytes(MAX_VALUE),
  };
  if (entry.kind === 'stop' && decodeStopSign(entry.value) === null) reader.fail();
  return entry;
}

/** The value of a `stop` entry. */
export function encodeStopSign(sign: StopSign): Uint8Array {
  return new ByteWriter(sign.metadata.length + 8).varint(sign.nextEpoch).raw(sign.metadata).finish();
}

/** Null when the bytes are no stop-sign. */
export function decodeStopSign(value: Uint8Array): StopSign | null {
  const reader = new ByteReader(value);
  const nextEpoch = reader.varint();
  const metadata = reader.raw(reader.remaining);
  return reader.done() ? { nextEpoch, metadata } : null;
}
