import type { RejectReason } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { MAX_VALUE, readEntry, readKind, writeEntry, writeKind, type Entry, type EntryKind } from './entry.ts';

/** Every message carries the sender's term; the transport vouches for the sender. */
export type Message =
  | {
      readonly type: 'vote';
      readonly pre: boolean;
      /** The leader of the term before wants this candidate. */
      readonly transfer: boolean;
      readonly term: number;
      readonly lastIndex: number;
      readonly lastTerm: number;
    }
  | { readonly type: 'vote-reply'; readonly pre: boolean; readonly term: number; readonly granted: boolean }
  | AppendMessage
  | AppendReply
  | { readonly type: 'heartbeat'; readonly term: number; readonly commit: number; readonly round: number }
  /** Tells that entries are committed; wants no answer. */
  | { readonly type: 'commit'; readonly term: number; readonly commit: number }
  | { readonly type: 'heartbeat-reply'; readonly term: number; readonly round: number }
  | SnapshotChunk
  | { readonly type: 'snapshot-reply'; readonly term: number; readonly index: number; readonly received: number }
  | ForwardMessage
  | {
      readonly type: 'forward-reply';
      readonly term: number;
      readonly boot: number;
      readonly serial: number;
      readonly reason: RejectReason | null;
    }
  | {
      readonly type: 'read';
      readonly term: number;
      readonly boot: number;
      readonly id: number;
      readonly lease: boolean;
    }
  /** Stand for election at once (thesis 3.10). `released`: the sender has given up the lease of its term. */
  | { readonly type: 'timeout-now'; readonly term: number; readonly released: boolean }
  | {
      readonly type: 'read-reply';
      readonly term: number;
      readonly boot: number;
      readonly id: number;
      readonly index: number | null;
    };

export interface AppendMessage {
  readonly type: 'append';
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly commit: number;
  readonly entries: readonly Entry[];
}

/** With `ok`, the logs match up to `index`. Without, `index` was refused and `hint` is where they may agree. */
export interface AppendReply {
  readonly type: 'append-reply';
  readonly term: number;
  readonly ok: boolean;
  readonly index: number;
  readonly hint: number;
  readonly hintTerm: number;
}

export interface SnapshotChunk {
  readonly type: 'snapshot';
  readonly term: number;
  readonly index: number;
  readonly indexTerm: number;
  readonly decision: number;
  readonly total: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface ForwardMessage {
  readonly type: 'forward';
  readonly term: number;
  readonly kind: Exclude<EntryKind, 'noop'>;
  readonly boot: number;
  readonly serial: number;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
}

const TYPES = [
  'vote',
  'vote-reply',
  'append',
  'append-reply',
  'heartbeat',
  'heartbeat-reply',
  'commit',
  'snapshot',
  'snapshot-reply',
  'forward',
  'forward-reply',
  'read',
  'read-reply',
  'timeout-now',
] as const satisfies readonly Message['type'][];

const REASONS: readonly (RejectReason | null)[] = [null, 'overloaded', 'sealed'];
const MAX_ENTRIES = 65_536;
/** Terms and indices from peers stay far below 2^53, so that counting on from them is exact. */
const MAX_COUNT = 2 ** 48;

/** Version of the encoding and epoch come first, so that a message of another epoch has no effect. */
const VERSION = 1;

export function encodeMessage(epoch: number, m: Message): Uint8Array {
  const w = new ByteWriter(128).u8(VERSION).varint(epoch).u8(TYPES.indexOf(m.type)).varint(m.term);
  writeBody(w, m);
  return w.finish();
}

function writeBody(w: ByteWriter, m: Message): void {
  switch (m.type) {
    case 'vote':
      w.bool(m.pre).bool(m.transfer).varint(m.lastIndex).varint(m.lastTerm);
      return;
    case 'vote-reply':
      w.bool(m.pre).bool(m.granted);
      return;
    case 'append':
      w.varint(m.prevIndex).varint(m.prevTerm).varint(m.commit).list(m.entries, writeEntry);
      return;
    case 'append-reply':
      w.bool(m.ok).varint(m.index).varint(m.hint).varint(m.hintTerm);
      return;
    case 'heartbeat':
      w.varint(m.commit).varint(m.round);
      return;
    case 'heartbeat-reply':
      w.varint(m.round);
      return;
    case 'commit':
      w.varint(m.commit);
      return;
    case 'snapshot':
      w.varint(m.index).varint(m.indexTerm).varint(m.decision).varint(m.total).varint(m.offset).bytes(m.bytes);
      return;
    case 'snapshot-reply':
      w.varint(m.index).varint(m.received);
      return;
    case 'forward':
      writeKind(w, m.kind);
      w.varint(m.boot).varint(m.serial).varint(m.session).varint(m.sequence).bytes(m.value);
      return;
    case 'forward-reply':
      w.varint(m.boot).varint(m.serial).u8(REASONS.indexOf(m.reason));
      return;
    case 'timeout-now':
      w.bool(m.released);
      return;
    case 'read':
      w.varint(m.boot).varint(m.id).bool(m.lease);
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
  const message = readBody(r, type, r.varint(MAX_COUNT));
  return r.done() ? message : null;
}

function readBody(r: ByteReader, type: Message['type'], term: number): Message {
  switch (type) {
    case 'vote':
      return { type, term, pre: r.bool(), transfer: r.bool(), lastIndex: r.varint(), lastTerm: r.varint() };
    case 'vote-reply':
      return { type, term, pre: r.bool(), granted: r.bool() };
    case 'append':
      return readAppend(r, term);
    case 'append-reply':
      return { type, term, ok: r.bool(), index: r.varint(), hint: r.varint(), hintTerm: r.varint() };
    case 'heartbeat':
      return { type, term, commit: r.varint(), round: r.varint() };
    case 'heartbeat-reply':
      return { type, term, round: r.varint() };
    case 'commit':
      return { type, term, commit: r.varint() };
    case 'snapshot':
      return readChunk(r, term);
    case 'snapshot-reply':
      return { type, term, index: r.varint(), received: r.varint() };
    case 'forward':
      return readForward(r, term);
    case 'forward-reply':
      return { type, term, boot: r.varint(), serial: r.varint(), reason: readReason(r) };
    case 'read':
      return { type, term, boot: r.varint(), id: r.varint(), lease: r.bool() };
    case 'timeout-now':
      return { type, term, released: r.bool() };
    case 'read-reply':
      return { type, term, boot: r.varint(), id: r.varint(), index: r.bool() ? r.varint() : null };
  }
}

/** Terms never fall along a log, and none is above its leader's: what says otherwise was not sent by a Raft leader. */
function readAppend(r: ByteReader, term: number): AppendMessage {
  const prevIndex = r.varint();
  const prevTerm = r.varint();
  const commit = r.varint();
  const entries = r.list(MAX_ENTRIES, readEntry);
  let before = prevTerm;
  for (const entry of entries) {
    if (entry.term < before || entry.term > term) r.fail();
    before = entry.term;
  }
  if (prevTerm > term || prevIndex > MAX_COUNT) r.fail();
  return { type: 'append', term, prevIndex, prevTerm, commit, entries };
}

function readChunk(r: ByteReader, term: number): SnapshotChunk {
  const chunk = {
    type: 'snapshot',
    term,
    index: r.varint(MAX_COUNT),
    indexTerm: r.varint(term),
    decision: r.varint(MAX_COUNT),
    total: r.varint(),
    offset: r.varint(),
    bytes: r.bytes(4 * MAX_VALUE),
  } as const;
  if (chunk.offset + chunk.bytes.length > chunk.total || chunk.index === 0) r.fail();
  return chunk;
}

function readForward(r: ByteReader, term: number): ForwardMessage {
  const kind = readKind(r);
  if (kind === 'noop') r.fail();
  return {
    type: 'forward',
    term,
    kind: kind === 'noop' ? 'append' : kind,
    boot: r.varint(),
    serial: r.varint(),
    session: r.varint(),
    sequence: r.varint(),
    value: r.bytes(MAX_VALUE),
  };
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
  if (m === null) return `raft: ${bytes.length} bytes that are no message`;
  const facts = Object.entries(m)
    .filter(([key]) => key !== 'type')
    .map(([key, value]) => `${key}=${describeValue(value)}`);
  return `raft ${m.type} epoch=${epoch} ${facts.join(' ')}`;
}

function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length}B`;
  if (Array.isArray(value)) return `[${(value as Entry[]).map((entry) => `${entry.kind}@${entry.term}`).join(',')}]`;
  return String(value);
}
