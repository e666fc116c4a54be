import type { Epoch } from '@hypersync/interface';
import {
  ByteReader,
  ByteWriter,
  readBundle,
  readCompaction,
  writeBundle,
  writeCompaction,
  type Bundle,
  type BundleLimits,
  type CompactionMessage,
  type WeightTable,
} from '@hypersync/consensus-kit';
import { digestOfIds, MAX_REQUESTS, readBatch, writeBatch, type Batch } from './batch.ts';
import {
  MAX_SIGNATURE,
  readCertificate,
  writeCertificate,
  type Certificate,
  type Commit,
  type StableCheckpoint,
} from './statements.ts';
import {
  readNewView,
  readViewChange,
  writeNewView,
  writeViewChange,
  type NewView,
  type ViewChange,
} from './view-change.ts';

/** The sender's state in short; whoever is ahead sends what is lacking (TOCS 2002, section 5.2). */
export interface StatusReport {
  readonly t: 'STATUS';
  readonly view: number;
  /** False between VIEW-CHANGE and NEW-VIEW. */
  readonly active: boolean;
  readonly stable: number;
  readonly executed: number;
  /** Of the sender's log up to `executed`. */
  readonly chain: Uint8Array;
  /** Whose VIEW-CHANGE for `view` the sender has, by place in the member list. */
  readonly changes: readonly number[];
  /** For executed + 1, executed + 2, ...: what the sender has there, bits of `SLOT`. */
  readonly slots: Uint8Array;
}

export const SLOT = { prePrepared: 1, prepared: 2, committed: 4 } as const;

/** Everything that travels. Names are the paper's where the paper has one. */
export type Message =
  /** Operations that a replica accepted from its clients, in signed bundles. */
  | { readonly t: 'REQUEST'; readonly bundles: readonly Bundle[] }
  /** Names requests by their ids: each payload travels once, from its origin. `signature` is empty on channel authentication. */
  | {
      readonly t: 'PRE-PREPARE';
      readonly view: number;
      readonly number: number;
      readonly ids: readonly Uint8Array[];
      readonly digest: Uint8Array;
      readonly signature: Uint8Array;
    }
  | VoteMessage
  | { readonly t: 'CHECKPOINT'; readonly number: number; readonly digest: Uint8Array; readonly signature: Uint8Array }
  | { readonly t: 'VIEW-CHANGE'; readonly change: ViewChange }
  | { readonly t: 'NEW-VIEW'; readonly newView: NewView }
  | StatusReport
  /** Asks for batches by digest. */
  | { readonly t: 'FETCH'; readonly digests: readonly Uint8Array[] }
  /** A stable checkpoint, and the digests from number `first` on that lead to it or beyond: what a laggard must get. */
  | {
      readonly t: 'META-DATA';
      readonly proof: StableCheckpoint;
      readonly first: number;
      readonly digests: readonly Uint8Array[];
    }
  | { readonly t: 'DATA'; readonly batches: readonly Batch[] }
  /** To one whose log contradicts ours: what made us decide as we did. Both sides find the liars in it. */
  | {
      readonly t: 'ACCOUNT';
      readonly proofs: readonly StableCheckpoint[];
      readonly commits: readonly Certificate<Commit>[];
      readonly newViews: readonly NewView[];
    }
  /** The application's state: claims, offers and pieces. */
  | { readonly t: 'SNAPSHOT'; readonly message: CompactionMessage };

export interface VoteMessage {
  readonly t: 'PREPARE' | 'COMMIT';
  readonly view: number;
  readonly number: number;
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

export function isVote(message: { readonly t: string }): message is VoteMessage {
  return message.t === 'PREPARE' || message.t === 'COMMIT';
}

export interface Shape {
  readonly epoch: Epoch;
  readonly table: WeightTable;
  readonly limits: BundleLimits;
  readonly maxBatchBytes: number;
  readonly window: number;
}

/** By tag, the first byte of a message. */
export const MESSAGE_NAMES = [
  'REQUEST',
  'PRE-PREPARE',
  'PREPARE',
  'COMMIT',
  'CHECKPOINT',
  'VIEW-CHANGE',
  'NEW-VIEW',
  'STATUS',
  'FETCH',
  'META-DATA',
  'DATA',
  'SNAPSHOT',
  'ACCOUNT',
] as const satisfies readonly Message['t'][];

export const MAX_FETCH = 1024;
/** Digests in one META-DATA. */
export const MAX_DIGESTS = 16_384;
const MAX_BUNDLES = 1024;
/** What one ACCOUNT holds, at most. */
export const ACCOUNT = { proofs: 16, commits: 64, newViews: 4 } as const;

/** The epoch stands in every message: one of another epoch is worth nothing, whatever authenticates it. */
export function encodeMessage(message: Message, { epoch, table }: Shape): Uint8Array {
  const writer = new ByteWriter(128).u8(MESSAGE_NAMES.indexOf(message.t)).varint(epoch);
  switch (message.t) {
    case 'REQUEST':
      writer.list(message.bundles, writeBundle);
      break;
    case 'PRE-PREPARE':
      writer
        .varint(message.view)
        .varint(message.number)
        .list(message.ids, (w, id) => w.raw(id));
      writer.bytes(message.signature);
      break;
    case 'PREPARE':
    case 'COMMIT':
      writer.varint(message.view).varint(message.number).raw(message.digest).bytes(message.signature);
      break;
    case 'CHECKPOINT':
      writer.varint(message.number).raw(message.digest).bytes(message.signature);
      break;
    case 'VIEW-CHANGE':
      writeViewChange(writer, message.change, table);
      break;
    case 'NEW-VIEW':
      writeNewView(writer, message.newView, table);
      break;
    case 'STATUS':
      writer.varint(message.view).bool(message.active).varint(message.stable).varint(message.executed);
      writer.raw(message.chain);
      writer.list(message.changes, (w, place) => w.varint(place)).bytes(message.slots);
      break;
    case 'FETCH':
      writer.list(message.digests, (w, digest) => w.raw(digest));
      break;
    case 'META-DATA':
      writeCertificate(writer, message.proof, table);
      writer.varint(message.first).list(message.digests, (w, digest) => w.raw(digest));
      break;
    case 'DATA':
      writer.list(message.batches, writeBatch);
      break;
    case 'SNAPSHOT':
      writeCompaction(writer, message.message);
      break;
    case 'ACCOUNT':
      writer.list(message.proofs, (w, proof) => writeCertificate(w, proof, table));
      writer.list(message.commits, (w, commit) => writeCertificate(w, commit, table));
      writer.list(message.newViews, (w, newView) => writeNewView(w, newView, table));
      break;
  }
  return writer.finish();
}

/** `epoch` for a message of another epoch, `malformed` for anything that is not one message within the limits. */
export function decodeMessage(bytes: Uint8Array, shape: Shape): Message | 'epoch' | 'malformed' {
  const reader = new ByteReader(bytes);
  const name = MESSAGE_NAMES[reader.u8()];
  const epoch = reader.varint();
  if (name === undefined || !reader.ok) return 'malformed';
  if (epoch !== shape.epoch) return 'epoch';
  const message = readBody(reader, name, shape);
  return reader.done() ? message : 'malformed';
}

function readBody(reader: ByteReader, t: Message['t'], shape: Shape): Message {
  const { table, limits, window } = shape;
  switch (t) {
    case 'REQUEST':
      return { t, bundles: reader.list(MAX_BUNDLES, (r) => readBundle(r, limits)) };
    case 'PRE-PREPARE': {
      const [view, number] = [reader.varint(), reader.varint()];
      const ids = reader.list(MAX_REQUESTS, (r) => r.raw(32));
      return {
        t,
        view,
        number,
        ids,
        digest: reader.ok ? digestOfIds(ids) : new Uint8Array(32),
        signature: signature(reader),
      };
    }
    case 'PREPARE':
    case 'COMMIT':
      return {
        t,
        view: reader.varint(),
        number: reader.varint(),
        digest: reader.raw(32),
        signature: signature(reader),
      };
    case 'CHECKPOINT':
      return { t, number: reader.varint(), digest: reader.raw(32), signature: signature(reader) };
    case 'VIEW-CHANGE':
      return { t, change: readViewChange(reader, table, window) };
    case 'NEW-VIEW':
      return { t, newView: readNewView(reader, table, window) };
    case 'STATUS':
      return readStatus(reader, shape);
    case 'FETCH':
      return { t, digests: reader.list(MAX_FETCH, (r) => r.raw(32)) };
    case 'META-DATA': {
      const proof = readCertificate(reader, 'CHECKPOINT', table);
      return { t, proof, first: reader.varint(), digests: reader.list(MAX_DIGESTS, (r) => r.raw(32)) };
    }
    case 'DATA':
      return { t, batches: reader.list(MAX_FETCH, (r) => readBatch(r, limits, shape.maxBatchBytes)) };
    case 'SNAPSHOT':
      return { t, message: readCompaction(reader, table) };
    case 'ACCOUNT':
      return {
        t,
        proofs: reader.list(ACCOUNT.proofs, (r) => readCertificate(r, 'CHECKPOINT', table)),
        commits: reader.list(ACCOUNT.commits, (r) => readCertificate(r, 'COMMIT', table)),
        newViews: reader.list(ACCOUNT.newViews, (r) => readNewView(r, table, window)),
      };
  }
}

function signature(reader: ByteReader): Uint8Array {
  return reader.bytes(MAX_SIGNATURE);
}

function readStatus(reader: ByteReader, { table, window }: Shape): StatusReport {
  const [view, active] = [reader.varint(), reader.bool()];
  const [stable, executed, chain] = [reader.varint(), reader.varint(), reader.raw(32)];
  const changes = reader.list(table.size, (r) => r.varint(table.size - 1));
  return { t: 'STATUS', view, active, stable, executed, chain, changes, slots: reader.bytes(window) };
}
