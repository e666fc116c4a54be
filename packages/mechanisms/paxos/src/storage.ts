import type { DurableImage, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter, Sessions } from '@hypersync/consensus-kit';
import { NO_BALLOT, readBallot, writeBallot, type Ballot } from './ballot.ts';
import { readEntry, type Entry } from './entry.ts';
import { LOG_PREFIX, logKey, SequenceLog } from './log.ts';

/** Everything up to `index`, as it lies on disk and travels: see `SnapshotContent`. */
export interface Snapshot {
  readonly index: number;
  readonly payload: Uint8Array;
}

/** Which operations are known to have been decided by then, and the application's state. */
export interface SnapshotContent {
  readonly sessions: Sessions;
  readonly state: Uint8Array;
}

/** What an acceptor must not forget. */
export interface Acceptor {
  /** It takes part in no lower ballot any more. */
  readonly promise: Ballot;
  /** The ballot in which its log was accepted. */
  readonly accepted: Ballot;
  /** Entries up to here are decided. */
  readonly decided: number;
}

export interface Restored extends Acceptor {
  /** Incarnations so far. */
  readonly boot: number;
  readonly snapshot: Snapshot;
  readonly sessions: Sessions;
  readonly log: SequenceLog;
}

const NO_SNAPSHOT: Snapshot = { index: 0, payload: new Uint8Array(0) };
const NEW: Acceptor = { promise: NO_BALLOT, accepted: NO_BALLOT, decided: 0 };

export function putAcceptor(acceptor: Acceptor): StoreOp {
  const writer = new ByteWriter(160);
  writeBallot(writer, acceptor.promise);
  writeBallot(writer, acceptor.accepted);
  return { op: 'put', key: 'acceptor', value: writer.varint(acceptor.decided).finish() };
}

export function putNumber(key: 'boot' | 'base', value: number): StoreOp {
  return { op: 'put', key, value: new ByteWriter(8).varint(value).finish() };
}

export function putSnapshot(snapshot: Snapshot): StoreOp {
  const writer = new ByteWriter(snapshot.payload.length + 16).varint(snapshot.index).bytes(snapshot.payload);
  return { op: 'put', key: 'snapshot', value: writer.finish() };
}

export function encodePayload(sessions: Sessions, index: number, state: Uint8Array): Uint8Array {
  const writer = new ByteWriter(state.length + 64);
  sessions.write(writer, index);
  return writer.raw(state).finish();
}

/** Null for what no member has sent. */
export function decodePayload(payload: Uint8Array): SnapshotContent | null {
  const reader = new ByteReader(payload);
  const sessions = Sessions.read(reader);
  const state = reader.raw(reader.remaining);
  return reader.done() ? { sessions, state } : null;
}

/** Reads an image back. Throws RangeError for one that this mechanism cannot have written: going on could break a promise. */
export function restore(image: DurableImage): Restored {
  const acceptor = parse(image, 'acceptor', NEW, (reader) => ({
    promise: readBallot(reader),
    accepted: readBallot(reader),
    decided: reader.varint(),
  }));
  const boot = parse(image, 'boot', 0, (reader) => reader.varint());
  const base = parse(image, 'base', 0, (reader) => reader.varint());
  const snapshot = parse<Snapshot>(image, 'snapshot', NO_SNAPSHOT, (reader) => ({
    index: reader.varint(),
    payload: reader.raw(reader.varint()),
  }));
  const log = new SequenceLog(base, restoreEntries(image, base));
  const content = snapshot.index === 0 ? { sessions: new Sessions() } : decodePayload(snapshot.payload);
  const ordered = base <= snapshot.index && snapshot.index <= acceptor.decided && acceptor.decided <= log.length;
  if (content === null || !ordered)
    throw new RangeError('paxos: log, snapshot and decided index of the durable image contradict each other');
  return { ...acceptor, boot, snapshot, sessions: content.sessions, log };
}

function restoreEntries(image: DurableImage, base: number): Entry[] {
  const entries: Entry[] = [];
  for (const key of image.keys()) {
    if (!key.startsWith(LOG_PREFIX)) continue;
    const index = base + entries.length + 1;
    if (key !== logKey(index)) throw new RangeError(`paxos: the durable image has ${key} where entry ${index} must be`);
    entries.push(parse<Entry | null>(image, key, null, readEntry)!);
  }
  return entries;
}

function parse<T>(image: DurableImage, key: string, absent: T, read: (reader: ByteReader) => T): T {
  const bytes = image.get(key);
  if (bytes === undefined) return absent;
  const reader = new ByteReader(bytes);
  const value = read(reader);
  if (!reader.done()) throw new RangeError(`paxos: ${key} of the durable image is damaged`);
  return value;
}
