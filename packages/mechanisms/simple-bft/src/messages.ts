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
  /** `complete`: up to there the sender has a certificate for every height above `finalized`. */
  | { readonly t: 'status'; readonly iteration: number; readonly finalized: number; readonly complete: number }
  /** Wants what was finalized above `finalized`, at least the block `hash` at `height`. */
  | { readonly t: 'fetch'; readonly finalized: number; readonly height: number; readonly hash: Uint8Array }
  | { readonly t: 'blocks'; readonly blocks: readonly Block[]; readonly certificates: readonly Certificate[] }
  | { readonly t: 'compaction'; readonly message: CompactionMessage };

export interface Shape {
  readonly table: WeightTable;
  readonly limits: BundleLimits;
}

/** Certificates in one message. */
export const MAX_CERTIFICATES = 64;
export const MAX_BLOCKS = 1024;

/** By tag, the first byte of a message. */
export const MESSAGE_NAMES = [
  'bundles',
  'proposal',
  'vote',
  'certificates',
  'status',
  'fetch',
  'blocks',
  'compaction',
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
      writer.varint(message.iteration).varint(message.finalized).varint(message.complete);
      break;
    case 'fetch':
      writer.varint(message.finalized).varint(message.height).raw(message.hash);
      break;
    case 'blocks':
      writer.list(message.blocks, writeBlock);
      certificates(message.certificates);
      break;
    case 'compaction':
      writeCompaction(writer, message.message);
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
      return { t, iteration: reader.varint(), finalized: reader.varint(), complete: reader.varint() };
    case 'fetch':
      return { t, finalized: reader.varint(), height: reader.varint(), hash: reader.raw(32) };
    case 'blocks':
      return { t, blocks: reader.list(MAX_BLOCKS, (r) => readBlock(r, limits)), certificates: certificates() };
    case 'compaction':
      return { t, message: readCompaction(reader, table) };
  }
}
