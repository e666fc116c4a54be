import type { DurableImage, NodeId, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter, Sessions } from '@hypersync/consensus-kit';
import { MAX_ID, readConfiguration, writeConfiguration, type Configuration } from './configuration.ts';
import { readEntry, type Entry } from './entry.ts';
import { LOG_PREFIX, logKey, ORIGIN, RaftLog, type LogPoint } from './log.ts';

/** Term and vote must be on disk before anybody hears of them (figure 2 of the paper). */
export interface HardState {
  readonly term: number;
  readonly votedFor: NodeId | null;
}

/** Everything up to a place of the log, and how many decisions that was. `payload` is what travels and lies on disk. */
export interface Snapshot {
  readonly point: LogPoint;
  readonly decision: number;
  readonly payload: Uint8Array;
}

/** What a snapshot's payload holds: who decided, which retries are known, and the application's state. */
export interface SnapshotContent {
  readonly configuration: Configuration;
  readonly sessions: Sessions;
  readonly state: Uint8Array;
}

export interface Restored {
  readonly hard: HardState;
  /** Incarnations so far. */
  readonly boot: number;
  readonly snapshot: Snapshot;
  readonly content: SnapshotContent;
  readonly log: RaftLog;
}

const EMPTY = new Uint8Array(0);

export function putHard(hard: HardState): StoreOp {
  const writer = new ByteWriter(80).varint(hard.term).string(hard.votedFor ?? '');
  return { op: 'put', key: 'hard', value: writer.finish() };
}

export function putBoot(boot: number): StoreOp {
  return { op: 'put', key: 'boot', value: new ByteWriter(8).varint(boot).finish() };
}

export function putBase(base: LogPoint, configuration: Configuration): StoreOp {
  const writer = new ByteWriter(64);
  writePoint(writer, base);
  writeConfiguration(writer, configuration);
  return { op: 'put', key: 'base', value: writer.finish() };
}

export function putSnapshot(snapshot: Snapshot): StoreOp {
  const writer = new ByteWriter(snapshot.payload.length + 40);
  writePoint(writer, snapshot.point);
  return { op: 'put', key: 'snapshot', value: writer.varint(snapshot.decision).bytes(snapshot.payload).finish() };
}

export function encodePayload(configuration: Configuration, sessions: Sessions, decision: number, state: Uint8Array) {
  const writer = new ByteWriter(state.length + 128);
  writeConfiguration(writer, configuration);
  sessions.write(writer, decision);
  return writer.raw(state).finish();
}

/** Null for what no leader has sent. */
export function decodePayload(payload: Uint8Array): SnapshotContent | null {
  const reader = new ByteReader(payload);
  const configuration = readConfiguration(reader);
  const sessions = Sessions.read(reader);
  const state = reader.raw(reader.remaining);
  return reader.done() ? { configuration, sessions, state } : null;
}

function writePoint(writer: ByteWriter, point: LogPoint): void {
  writer.varint(point.index).varint(point.term);
}

function readPoint(reader: ByteReader): LogPoint {
  return { index: reader.varint(), term: reader.varint() };
}

/**
 * Reads an image back; `initial` is who decided when the epoch began. Throws RangeError for an image that this mechanism
 * cannot have written (a torn or foreign one): going on from it could forget a vote.
 */
export function restore(image: DurableImage, initial: Configuration): Restored {
  const hard = parse(image, 'hard', { term: 0, votedFor: null }, (reader): HardState => {
    const term = reader.varint();
    const votedFor = reader.string(MAX_ID);
    return { term, votedFor: votedFor === '' ? null : votedFor };
  });
  const boot = parse(image, 'boot', 0, (reader) => reader.varint());
  const nothing: Snapshot = { point: ORIGIN, decision: 0, payload: EMPTY };
  const snapshot = parse(image, 'snapshot', nothing, (reader): Snapshot => {
    const point = readPoint(reader);
    const decision = reader.varint();
    return { point, decision, payload: reader.raw(reader.varint()) };
  });
  const content =
    snapshot === nothing
      ? { configuration: initial, sessions: new Sessions(), state: EMPTY }
      : decodePayload(snapshot.payload);
  const base = parse(image, 'base', { point: ORIGIN, configuration: initial }, (reader) => ({
    point: readPoint(reader),
    configuration: readConfiguration(reader),
  }));
  const log = new RaftLog(base.point, base.configuration, restoreEntries(image, base.point));
  const { index } = snapshot.point;
  if (content === null || log.lastTerm > hard.term || index > log.lastIndex || base.point.index > index)
    throw new RangeError('raft: log, snapshot and term of the durable image contradict each other');
  return { hard, boot, snapshot, content, log };
}

function restoreEntries(image: DurableImage, base: LogPoint): Entry[] {
  const entries: Entry[] = [];
  for (const key of image.keys()) {
    if (!key.startsWith(LOG_PREFIX)) continue;
    const index = base.index + entries.length + 1;
    if (key !== logKey(index)) throw new RangeError(`raft: the durable image has ${key} where entry ${index} must be`);
    entries.push(parse<Entry | null>(image, key, null, readEntry)!);
  }
  return entries;
}

function parse<T>(image: DurableImage, key: string, absent: T, read: (reader: ByteReader) => T): T {
  const bytes = image.get(key);
  if (bytes === undefined) return absent;
  const reader = new ByteReader(bytes);
  const value = read(reader);
  if (!reader.done()) throw new RangeError(`raft: ${key} of the durable image is damaged`);
  return value;
}
