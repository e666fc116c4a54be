import type { DurableImage, NodeId, StoreOp } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { MAX_ID, readEntry, type Entry } from './entry.ts';
import { LOG_PREFIX, logKey, ORIGIN, RaftLog, type LogPoint } from './log.ts';

/** Term and vote must be on disk before anybody hears of them (figure 2 of the paper). */
export interface HardState {
  readonly term: number;
  readonly votedFor: NodeId | null;
}

export interface Snapshot {
  readonly point: LogPoint;
  readonly state: Uint8Array;
}

export interface Restored {
  readonly hard: HardState;
  /** Incarnations so far. */
  readonly boot: number;
  readonly snapshot: Snapshot;
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

export function putBase(base: LogPoint): StoreOp {
  const writer = new ByteWriter(32);
  writePoint(writer, base);
  return { op: 'put', key: 'base', value: writer.finish() };
}

export function putSnapshot(snapshot: Snapshot): StoreOp {
  const writer = new ByteWriter(snapshot.state.length + 40);
  writePoint(writer, snapshot.point);
  return { op: 'put', key: 'snapshot', value: writer.bytes(snapshot.state).finish() };
}

function writePoint(writer: ByteWriter, point: LogPoint): void {
  writer.varint(point.index).varint(point.term).varint(point.decision);
}

function readPoint(reader: ByteReader): LogPoint {
  return { index: reader.varint(), term: reader.varint(), decision: reader.varint() };
}

/**
 * Reads an image back. Throws RangeError for one that this mechanism cannot have written (a torn or foreign image): going
 * on from it could forget a vote.
 */
export function restore(image: DurableImage): Restored {
  const hard = parse(image, 'hard', { term: 0, votedFor: null }, (reader): HardState => {
    const term = reader.varint();
    const votedFor = reader.string(MAX_ID);
    return { term, votedFor: votedFor === '' ? null : votedFor };
  });
  const boot = parse(image, 'boot', 0, (reader) => reader.varint());
  const snapshot = parse(image, 'snapshot', { point: ORIGIN, state: EMPTY }, (reader): Snapshot => ({
    point: readPoint(reader),
    state: reader.raw(reader.varint()),
  }));
  const base = parse(image, 'base', ORIGIN, readPoint);
  const log = new RaftLog(base, restoreEntries(image, base));
  if (log.lastTerm > hard.term || snapshot.point.index > log.lastIndex || base.index > snapshot.point.index)
    throw new RangeError('raft: log, snapshot and term of the durable image contradict each other');
  return { hard, boot, snapshot, log };
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
