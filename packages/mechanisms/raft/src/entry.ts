import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { LIMITS } from '@hypersync/base';
import { decodeConfiguration, MAX_ID } from './configuration.ts';

/**
 * `noop` opens a leader's term (section 8 of the paper: only entries of its own term can be committed by counting) and
 * renews its lease; `append` is a client's value and the only kind that becomes a decision; `config` says who decides from
 * here on; `stop` ends the epoch.
 */
export type EntryKind = 'noop' | 'append' | 'stop' | 'config';

const KINDS: readonly EntryKind[] = ['noop', 'append', 'stop', 'config'];

/** What is replicated. `proposer`, `boot` and `serial` name the proposal, so that its node finds its ticket again. */
export interface Entry {
  readonly term: number;
  readonly kind: EntryKind;
  readonly proposer: NodeId;
  /** Incarnation of the proposer, counted durably from 1. */
  readonly boot: number;
  readonly serial: number;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
  /** The true time of its making lies within [earliest, latest], microseconds since 1970; 0 where no clock is known. */
  readonly earliest: number;
  readonly latest: number;
  /** Its own encoding, once somebody needed it: it is sent to all others and written to disk. */
  encoded?: Uint8Array | undefined;
}

/** Who proposed it and what: all that the leader of the term does not add. */
export type EntryFields = Omit<Entry, 'term' | 'earliest' | 'latest' | 'encoded'>;

/** A stop sign's metadata plus its epoch; also bounds every value of an entry. */
export const MAX_VALUE = LIMITS.proposalBytes;
/** Far beyond any clock, and two of them still add up exactly. */
const MAX_TIME = 2 ** 52;
/** What an entry weighs beside its value, for limits on bytes. */
const OVERHEAD = 64;

export function sizeOfEntry(entry: Entry): number {
  return entry.value.length + OVERHEAD;
}

export function encodeEntry(entry: Entry): Uint8Array {
  if (entry.encoded !== undefined) return entry.encoded;
  const writer = new ByteWriter(sizeOfEntry(entry));
  encodeFields(writer, entry);
  return (entry.encoded = writer.finish());
}

export function writeEntry(writer: ByteWriter, entry: Entry): void {
  writer.raw(encodeEntry(entry));
}

function encodeFields(writer: ByteWriter, entry: Entry): void {
  writer.varint(entry.term).u8(KINDS.indexOf(entry.kind)).string(entry.proposer).varint(entry.boot);
  writer.varint(entry.serial).varint(entry.session).varint(entry.sequence).bytes(entry.value);
  writer.varint(entry.earliest).varint(entry.latest - entry.earliest);
}

export function readEntry(reader: ByteReader): Entry {
  const start = reader.offset;
  const entry: Entry = {
    term: reader.varint(),
    kind: readKind(reader),
    proposer: reader.string(MAX_ID),
    boot: reader.varint(),
    serial: reader.varint(),
    session: reader.varint(),
    sequence: reader.varint(),
    value: reader.bytes(MAX_VALUE),
    ...readStamp(reader),
    encoded: undefined,
  };
  if (entry.kind === 'config' && decodeConfiguration(entry.value) === null) reader.fail();
  if (entry.kind === 'stop' && decodeStopSign(entry.value) === null) reader.fail();
  // there is one encoding per value, so what was read is what is written to disk
  entry.encoded = reader.since(start);
  return entry;
}

function readStamp(reader: ByteReader): Pick<Entry, 'earliest' | 'latest'> {
  const earliest = reader.varint(MAX_TIME);
  return { earliest, latest: earliest + reader.varint(MAX_TIME) };
}

export function readKind(reader: ByteReader): EntryKind {
  const kind = KINDS[reader.u8()];
  if (kind === undefined) reader.fail();
  return kind ?? 'noop';
}

export function writeKind(writer: ByteWriter, kind: EntryKind): void {
  writer.u8(KINDS.indexOf(kind));
}

/** The value of a `stop` entry. */
export function encodeStopSign(nextEpoch: number, metadata: Uint8Array): Uint8Array {
  return new ByteWriter(metadata.length + 8).varint(nextEpoch).raw(metadata).finish();
}

/** Null when the bytes are no stop sign. */
export function decodeStopSign(
  value: Uint8Array,
): { readonly nextEpoch: number; readonly metadata: Uint8Array } | null {
  const reader = new ByteReader(value);
  const nextEpoch = reader.varint();
  const metadata = reader.raw(reader.remaining);
  return reader.done() ? { nextEpoch, metadata } : null;
}
