import type { RejectReason } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readBallot, writeBallot, type Ballot } from './ballot.ts';
import { decodeStopSign, MAX_VALUE, readEntry, writeEntry, type Entry, type EntryKind } from './entry.ts';

/** Messages of Sequence Paxos carry the ballot that they belong to. */
export type Message = ElectionMessage | BallotMessage;

export type ElectionMessage =
  | { readonly type: 'heartbeat'; readonly round: number }
  | { readonly type: 'heartbeat-reply'; readonly round: number; readonly ballot: Ballot; readonly connected: boolean };

export type BallotMessage =
  | { readonly type: 'prepare'; readonly ballot: Ballot }
  | PromiseMessage
  | SyncMessage
  | AcceptMessage
  | AcceptedMessage
  | DecideMessage
  | NackMessage
  | FetchMessage
  | { readonly type: 'fetched'; readonly ballot: Ballot; readonly from: number; readonly entries: readonly Entry[] }
  | SnapshotPart
  | ForwardMessage
  | {
      readonly type: 'forward-reply';
      readonly ballot: Ballot;
      readonly boot: number;
      readonly serial: number;
      readonly reason: RejectReason | null;
    }
  | { readonly type: 'confirm'; readonly ballot: Ballot; readonly round: number }
  | { readonly type: 'confirmed'; readonly ballot: Ballot; readonly round: number }
  | { readonly type: 'read'; readonly ballot: Ballot; readonly boot: number; readonly id: number }
  | {
      readonly type: 'read-reply';
      readonly ballot: Ballot;
      readonly boot: number;
      readonly id: number;
      readonly index: number | null;
    };

/** The sender's log: accepted in `accepted`, so long, decided so far. */
export interface PromiseMessage {
  readonly type: 'promise';
  readonly ballot: Ballot;
  readonly accepted: Ballot;
  readonly length: number;
  readonly decided: number;
}

/** Replace everything after `from` by the leader's entries up to `to`, all at once; the first of them are here. */
export interface SyncMessage {
  readonly type: 'sync';
  readonly ballot: Ballot;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly Entry[];
}

/** Entries that follow the first `from` ones of this ballot's log. */
export interface AcceptMessage {
  readonly type: 'accept';
  readonly ballot: Ballot;
  readonly from: number;
  readonly decided: number;
  readonly entries: readonly Entry[];
}

/** The sender holds, on disk, the first `length` entries of this ballot's log. `gap`: it lacks what comes before a batch. */
export interface AcceptedMessage {
  readonly type: 'accepted';
  readonly ballot: Ballot;
  readonly length: number;
  readonly gap: boolean;
}

/** Entries up to `decided` are decided. `opened`: a write quorum has accepted the first `initial` entries in this ballot. */
export interface DecideMessage {
  readonly type: 'decide';
  readonly ballot: Ballot;
  readonly decided: number;
  readonly initial: number;
  readonly opened: boolean;
}

/** The sender has promised `promised`. `raise`: it regards the receiver as leader and asks it for a higher ballot. */
export interface NackMessage {
  readonly type: 'nack';
  readonly ballot: Ballot;
  readonly promised: Ballot;
  readonly raise: boolean;
}

/** Asks for entries after `from` up to `to`; `snapshot` and `offset` say how far a snapshot has come. */
export interface FetchMessage {
  readonly type: 'fetch';
  readonly ballot: Ballot;
  readonly from: number;
  readonly to: number;
  readonly snapshot: number;
  readonly offset: number;
}

export interface SnapshotPart {
  readonly type: 'snapshot';
  readonly ballot: Ballot;
  readonly index: number;
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface ForwardMessage {
  readonly type: 'forward';
  readonly ballot: Ballot;
  readonly kind: EntryKind;
  readonly boot: number;
  readonly serial: number;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
}

const TYPES = [
  'heartbeat',
  'heartbeat-reply',
  'prepare',
  'promise',
  'sync',
  'accept',
  'accepted',
  'decide',
  'nack',
  'fetch',
  'fetched',
  'snapshot',
  'forward',
  'forward-reply',
  'confirm',
  'confirmed',
  'read',
  'read-reply',
] as const satisfies readonly Message['type'][];

const REASONS: readonly (RejectReason | null)[] = [null, 'overloaded', 'sealed'];
const VERSION = 1;
const MAX_ENTRIES = 65_536;
/** Indices from peers stay far below 2^53, so that counting on from them is exact. */
const MAX_COUNT = 2 ** 48;

export function encodeMessage(epoch: number, m: Message): Uint8Array {
  const w = new ByteWriter(128).u8(VERSION).varint(epoch).u8(TYPES.indexOf(m.type));
  if (m.type === 'heartbeat' || m.type === 'heartbeat-reply') writeElection(w, m);
  else {
    writeBallot(w, m.ballot);
    writeBody(w, m);
  }
  return w.finish();
}

function writeElection(w: ByteWriter, m: ElectionMessage): void {
  w.varint(m.round);
  if (m.type === 'heartbeat-reply') {
    writeBallot(w, m.ballot);
    w.bool(m.connected);
  }
}

function writeBody(w: ByteWriter, m: BallotMessage): void {
  switch (m.type) {
    case 'prepare':
      return;
    case 'promise':
      writeBallot(w, m.accepted);
      w.varint(m.length).varint(m.decided);
      return;
    case 'sync':
      w.varint(m.from).varint(m.to).list(m.entries, writeEntry);
      return;
    case 'accept':
      w.varint(m.from).varint(m.decided).list(m.entries, writeEntry);
      return;
    case 'accepted':
      w.varint(m.length).bool(m.gap);
      return;
    case 'decide':
      w.varint(m.decided).varint(m.initial).bool(m.opened);
      return;
    case 'nack':
      writeBallot(w, m.promised);
      w.bool(m.raise);
      return;
    case 'fetch':
      w.varint(m.from).varint(m.to).varint(m.snapshot).varint(m.offset);
      return;
    case 'fetched':
      w.varint(m.from).list(m.entries, writeEntry);
      return;
    case 'snapshot':
      w.varint(m.index).varint(m.total).varint(m.offset).bytes(m.bytes);
      return;
    case 'forward':
    case 'forward-reply':
    case 'confirm':
    case 'confirmed':
    case 'read':
    case 'read-reply':
      writeClientBody(w, m);
      return;
  }
}

type ClientMessage = Extract<
  BallotMessage,
  { type: 'forward' | 'forward-reply' | 'confirm' | 'confirmed' | 'read' | 'read-reply' }
>;

function writeClientBody(w: ByteWriter, m: ClientMessage): void {
  switch (m.type) {
    case 'forward':
      w.bool(m.kind === 'stop')
        .varint(m.boot)
        .varint(m.serial);
      w.varint(m.session).varint(m.sequence).bytes(m.value);
      return;
    case 'forward-reply':
      w.varint(m.boot).varint(m.serial).u8(REASONS.indexOf(m.reason));
      return;
    case 'confirm':
    case 'confirmed':
      w.varint(m.round);
      return;
    case 'read':
      w.varint(m.boot).varint(m.id);
      return;
    case 'read-reply':
      w.varint(m.boot)
        .varint(m.id)
        .bool(m.index !== null);
      if (m.index !== null) w.varint(m.index);
      return;
  }
}

/** Null for anything but exactly one message of this epoch. Bounded by the bytes given; never throws. */
export function decodeMessage(epoch: number, bytes: Uint8Array): Message | null {
  const r = new ByteReader(bytes);
  if (r.u8() !== VERSION || r.varint() !== epoch) return null;
  const type = TYPES[r.u8()];
  if (type === undefined) return null;
  const message = readMessage(r, type);
  return r.done() ? message : null;
}

function readMessage(r: ByteReader, type: Message['type']): Message {
  if (type === 'heartbeat') return { type, round: r.varint() };
  if (type === 'heartbeat-reply') return { type, round: r.varint(), ballot: readBallot(r), connected: r.bool() };
  return readBody(r, type, readBallot(r));
}

function readBody(r: ByteReader, type: BallotMessage['type'], ballot: Ballot): Message {
  const count = (): number => r.varint(MAX_COUNT);
  switch (type) {
    case 'prepare':
      return { type, ballot };
    case 'promise':
      return { type, ballot, accepted: readBallot(r), length: count(), decided: count() };
    case 'sync':
      return { type, ballot, from: count(), to: count(), entries: r.list(MAX_ENTRIES, readEntry) };
    case 'accept':
      return { type, ballot, from: count(), decided: count(), entries: r.list(MAX_ENTRIES, readEntry) };
    case 'accepted':
      return { type, ballot, length: count(), gap: r.bool() };
    case 'decide':
      return { type, ballot, decided: count(), initial: count(), opened: r.bool() };
    case 'nack':
      return { type, ballot, promised: readBallot(r), raise: r.bool() };
    case 'fetch':
      return { type, ballot, from: count(), to: count(), snapshot: count(), offset: count() };
    case 'fetched':
      return { type, ballot, from: count(), entries: r.list(MAX_ENTRIES, readEntry) };
    case 'snapshot':
      return readSnapshotPart(r, ballot);
    case 'forward':
      return readForward(r, ballot);
    case 'forward-reply':
      return { type, ballot, boot: r.varint(), serial: r.varint(), reason: readReason(r) };
    case 'confirm':
    case 'confirmed':
      return { type, ballot, round: r.varint() };
    case 'read':
      return { type, ballot, boot: r.varint(), id: r.varint() };
    case 'read-reply':
      return { type, ballot, boot: r.varint(), id: r.varint(), index: r.bool() ? r.varint() : null };
  }
}

function readSnapshotPart(r: ByteReader, ballot: Ballot): SnapshotPart {
  const part = {
    type: 'snapshot',
    ballot,
    index: r.varint(MAX_COUNT),
    total: r.varint(MAX_COUNT),
    offset: r.varint(MAX_COUNT),
    bytes: r.bytes(4 * MAX_VALUE),
  } as const;
  if (part.offset + part.bytes.length > part.total || part.index === 0) r.fail();
  return part;
}

function readForward(r: ByteReader, ballot: Ballot): ForwardMessage {
  const message = {
    type: 'forward',
    ballot,
    kind: r.bool() ? 'stop' : 'append',
    boot: r.varint(),
    serial: r.varint(),
    session: r.varint(),
    sequence: r.varint(),
    value: r.bytes(MAX_VALUE),
  } as const;
  if (message.kind === 'stop' && decodeStopSign(message.value) === null) r.fail();
  return message;
}

function readReason(r: ByteReader): RejectReason | null {
  const reason = REASONS[r.u8()];
  if (reason === undefined) r.fail();
  return reason ?? null;
}

/** One line for people; also for garbage and for other epochs. */
export function describeMessage(bytes: Uint8Array): string {
  const r = new ByteReader(bytes);
  r.u8();
  const epoch = r.varint();
  const m = r.ok ? decodeMessage(epoch, bytes) : null;
  if (m === null) return `paxos: ${bytes.length} bytes that are no message`;
  const facts = Object.entries(m)
    .filter(([key]) => key !== 'type')
    .map(([key, value]) => `${key}=${describeValue(value)}`);
  return `paxos ${m.type} epoch=${epoch} ${facts.join(' ')}`;
}

function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length}B`;
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value === 'object' && value !== null && 'pid' in value) {
    const { n, pid } = value as Ballot;
    return `${n}.${pid}`;
  }
  return String(value);
}
