import {
  ByteReader,
  ByteWriter,
  readBundle,
  writeBundle,
  type Bundle,
  type BundleLimits,
  type WeightTable,
} from '@hypersync/consensus-kit';
import { readBlock, writeBlock, type Block } from './block.ts';
import {
  MAX_SIGNATURE,
  readCertificate,
  readVote,
  writeCertificate,
  writeVote,
  type Certificate,
  type Vote,
} from './vote.ts';

/** What travels between replicas. Everything but `status` and requests carries signatures of its own. */
export type Message =
  | { readonly t: 'bundles'; readonly bundles: readonly Bundle[] }
  | {
      readonly t: 'proposal';
      readonly block: Block;
      readonly signature: Uint8Array;
      /** What notarizes the parent, and the dummies between parent and block. */
      readonly certificates: readonly Certificate[];
    }
  | { readonly t: 'vote'; readonly vote: Vote; readonly signature: Uint8Array }
  | { readonly t: 'certificates'; readonly certificates: readonly Certificate[] }
  /** `lacking`: this node would lead but misses certificates below its iteration. */
  | { readonly t: 'status'; readonly iteration: number; readonly finalized: number; readonly lacking: boolean }
  /** Wants what was finalized above `finalized`, at least the block `hash` at `height`. */
  | { readonly t: 'fetch'; readonly finalized: number; readonly height: number; readonly hash: Uint8Array }
  | { readonly t: 'blocks'; readonly blocks: readonly Block[]; readonly certificates: readonly Certificate[] }
  /** This node's application state up to decision `index` has this digest. */
  | {
      readonly t: 'checkpoint';
      readonly index: number;
      /** Of the snapshot, bytes. */
      readonly size: number;
      readonly digest: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly t: 'fetch-snapshot'; readonly index: number; readonly offset: number }
  | {
      readonly t: 'snapshot';
      readonly index: number;
      readonly size: number;
      readonly digest: Uint8Array;
      readonly signatures: readonly { readonly place: number; readonly signature: Uint8Array }[];
      readonly offset: number;
      readonly bytes: Uint8Array;
    };

export interface Shape {
  readonly table: WeightTable;
  readonly limits: BundleLimits;
}

/** Certificates in one message. */
export const MAX_CERTIFICATES = 64;
export const MAX_BLOCKS = 1024;
export const MAX_SNAPSHOT = 1 << 30;
export const SNAPSHOT_CHUNK = 256 * 1024;

/** By tag, the first byte of a message. */
export const MESSAGE_NAMES = [
  'bundles',
  'proposal',
  'vote',
  'certificates',
  'status',
  'fetch',
  'blocks',
  'checkpoint',
  'fetch-snapshot',
  'snapshot',
] as const;

export function encodeMessage(message: Message, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(256).u8(MESSAGE_NAMES.indexOf(message.t));
  const certificates = (list: readonly Certificate[]) => writer.list(list, (w, c) => writeCertificate(w, c, table));
  switch (message.t) {
    case 'bundles':
      writer.list(message.bundles, writeBundle);
      break;
    case 'proposal':
      writeBlock(writer, message.block);
      writer.bytes(message.signature);
      certificates(message.certificates);
      break;
    case 'vote':
      writeVote(writer, message.vote);
      writer.bytes(message.signature);
      break;
    case 'certificates':
      certificates(message.certificates);
      break;
    case 'status':
      writer.varint(message.iteration).varint(message.finalized).bool(message.lacking);
      break;
    case 'fetch':
      writer.varint(message.finalized).varint(message.height).raw(message.hash);
      break;
    case 'blocks':
      writer.list(message.blocks, writeBlock);
      certificates(message.certificates);
      break;
    case 'checkpoint':
      writer.varint(message.index).varint(message.size).raw(message.digest).bytes(message.signature);
      break;
    case 'fetch-snapshot':
      writer.varint(message.index).varint(message.offset);
      break;
    case 'snapshot':
      writer.varint(message.index).varint(message.size).raw(message.digest);
      writer.list(message.signatures, (w, { place, signature }) => void w.varint(place).bytes(signature));
      writer.varint(message.offset).bytes(message.bytes);
      break;
  }
  return writer.finish();
}

/** Null for anything but one well-formed message within the limits. */
export function decodeMessage(bytes: Uint8Array, shape: Shape): Message | null {
  const reader = new ByteReader(bytes);
  const tag = MESSAGE_NAMES[reader.u8()];
  if (tag === undefined) return null;
  const message = readBody(reader, tag, shape);
  return reader.done() ? message : null;
}

function readBody(reader: ByteReader, t: (typeof MESSAGE_NAMES)[number], { table, limits }: Shape): Message {
  const certificates = (): Certificate[] => reader.list(MAX_CERTIFICATES, (r) => readCertificate(r, table));
  switch (t) {
    case 'bundles':
      return { t, bundles: reader.list(MAX_BLOCKS, (r) => readBundle(r, limits)) };
    case 'proposal':
      return {
        t,
        block: readBlock(reader, limits),
        signature: reader.bytes(MAX_SIGNATURE),
        certificates: certificates(),
      };
    case 'vote':
      return { t, vote: readVote(reader), signature: reader.bytes(MAX_SIGNATURE) };
    case 'certificates':
      return { t, certificates: certificates() };
    case 'status':
      return { t, iteration: reader.varint(), finalized: reader.varint(), lacking: reader.bool() };
    case 'fetch':
      return { t, finalized: reader.varint(), height: reader.varint(), hash: reader.raw(32) };
    case 'blocks':
      return { t, blocks: reader.list(MAX_BLOCKS, (r) => readBlock(r, limits)), certificates: certificates() };
    case 'checkpoint':
      return {
        t,
        index: reader.varint(),
        size: reader.varint(MAX_SNAPSHOT),
        digest: reader.raw(32),
        signature: reader.bytes(MAX_SIGNATURE),
      };
    case 'fetch-snapshot':
      return { t, index: reader.varint(), offset: reader.varint() };
    case 'snapshot':
      return readSnapshot(reader, table);
  }
}

function readSnapshot(reader: ByteReader, table: WeightTable): Message {
  const index = reader.varint();
  const size = reader.varint(MAX_SNAPSHOT);
  const digest = reader.raw(32);
  let last = -1;
  const signatures = reader.list(table.size, (r) => {
    const place = r.varint(table.size - 1);
    if (place <= last) r.fail();
    last = place;
    return { place, signature: r.bytes(MAX_SIGNATURE) };
  });
  const offset = reader.varint();
  return { t: 'snapshot', index, size, digest, signatures, offset, bytes: reader.bytes(SNAPSHOT_CHUNK) };
}
