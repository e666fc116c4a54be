import type { NodeId } from '@hypersync/interface';
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
import {
  MAX_EVIDENCE,
  MAX_EVIDENCE_BYTES,
  readBlock,
  readOutline,
  writeBlock,
  writeOutline,
  type Block,
  type Outline,
} from './block.ts';
import {
  MAX_ROUND,
  MAX_SIGNATURE,
  readCertificate,
  readVote,
  writeCertificate,
  writeVote,
  type Certificate,
  type Vote,
} from './vote.ts';

export interface SignedVote {
  readonly voter: NodeId;
  readonly vote: Vote;
  readonly signature: Uint8Array;
}

/** A decided block and what decided it. */
export interface Decided {
  readonly block: Block;
  readonly commit: Certificate;
}

/** What travels between replicas. Everything but `status` and `fetch` carries signatures of its own. */
export type Message =
  | { readonly t: 'bundles'; readonly bundles: readonly Bundle[] }
  | {
      readonly t: 'proposal';
      readonly round: number;
      /** The paper's validRound; -1 for a value that was never locked. */
      readonly polRound: number;
      readonly outline: Outline;
      readonly signature: Uint8Array;
      /** The 2f+1 prevotes of `polRound` (line 28); null when that is -1. */
      readonly pol: Certificate | null;
    }
  | { readonly t: 'votes'; readonly votes: readonly SignedVote[] }
  | { readonly t: 'certificates'; readonly certificates: readonly Certificate[] }
  /** `height` was decided last, with this block; in `round` of the next one the sender has these votes. */
  | {
      readonly t: 'status';
      readonly height: number;
      readonly id: Uint8Array;
      readonly round: number;
      readonly prevotes: ReadonlySet<NodeId>;
      readonly precommits: ReadonlySet<NodeId>;
      /** Sent to one peer, which shall answer. */
      readonly asks: boolean;
    }
  /** Wants a block that is proposed or certified at a height. */
  | { readonly t: 'fetch'; readonly height: number; readonly id: Uint8Array }
  | { readonly t: 'block'; readonly block: Block }
  /** Decided blocks in a row, lowest first. */
  | { readonly t: 'decided'; readonly blocks: readonly Decided[] }
  | { readonly t: 'evidence'; readonly proofs: readonly Uint8Array[] }
  | { readonly t: 'compaction'; readonly message: CompactionMessage };

export interface Shape {
  readonly table: WeightTable;
  readonly limits: BundleLimits;
}

const MAX_BUNDLES = 1024;
export const MAX_VOTES = 512;
export const MAX_CERTIFICATES = 64;
export const MAX_DECIDED = 1024;

/** By tag, the first byte of a message. */
export const MESSAGE_NAMES = [
  'bundles',
  'proposal',
  'votes',
  'certificates',
  'status',
  'fetch',
  'block',
  'decided',
  'evidence',
  'compaction',
] as const;

export function encodeMessage(message: Message, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(256).u8(MESSAGE_NAMES.indexOf(message.t));
  switch (message.t) {
    case 'bundles':
      writer.list(message.bundles, writeBundle);
      break;
    case 'proposal':
      writer.varint(message.round).varint(message.polRound + 1);
      writeOutline(writer, message.outline);
      writer.bytes(message.signature).bool(message.pol !== null);
      if (message.pol !== null) writeCertificate(writer, message.pol, table);
      break;
    case 'votes':
      writer.list(message.votes, (w, { voter, vote, signature }) => {
        w.varint(table.ids.indexOf(voter));
        writeVote(w, vote);
        w.bytes(signature);
      });
      break;
    case 'certificates':
      writer.list(message.certificates, (w, certificate) => writeCertificate(w, certificate, table));
      break;
    case 'status':
      writer.varint(message.height).raw(message.id).varint(message.round);
      for (const set of [message.prevotes, message.precommits]) writer.raw(bitmapOf(set, table));
      writer.bool(message.asks);
      break;
    case 'fetch':
      writer.varint(message.height).raw(message.id);
      break;
    case 'block':
      writeBlock(writer, message.block);
      break;
    case 'decided':
      writer.list(message.blocks, (w, { block, commit }) => {
        writeBlock(w, block);
        writeCertificate(w, commit, table);
      });
      break;
    case 'evidence':
      writer.list(message.proofs, (w, proof) => void w.bytes(proof));
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
  switch (t) {
    case 'bundles':
      return { t, bundles: reader.list(MAX_BUNDLES, (r) => readBundle(r, limits)) };
    case 'proposal':
      return readProposal(reader, table);
    case 'votes':
      return { t, votes: reader.list(MAX_VOTES, (r) => readSignedVote(r, table)) };
    case 'certificates':
      return { t, certificates: reader.list(MAX_CERTIFICATES, (r) => readCertificate(r, table)) };
    case 'status':
      return {
        t,
        height: reader.varint(),
        id: reader.raw(32),
        round: reader.varint(MAX_ROUND),
        prevotes: readBitmap(reader, table),
        precommits: readBitmap(reader, table),
        asks: reader.bool(),
      };
    case 'fetch':
      return { t, height: reader.varint(), id: reader.raw(32) };
    case 'block':
      return { t, block: readBlock(reader, limits) };
    case 'decided':
      return {
        t,
        blocks: reader.list(MAX_DECIDED, (r) => ({ block: readBlock(r, limits), commit: readCertificate(r, table) })),
      };
    case 'evidence':
      return { t, proofs: reader.list(MAX_EVIDENCE, (r) => r.bytes(MAX_EVIDENCE_BYTES)) };
    case 'compaction':
      return { t, message: readCompaction(reader, table) };
  }
}

function readProposal(reader: ByteReader, table: WeightTable): Message {
  const round = reader.varint(MAX_ROUND);
  const polRound = reader.varint(round) - 1;
  const outline = readOutline(reader);
  const signature = reader.bytes(MAX_SIGNATURE);
  const pol = reader.bool() ? readCertificate(reader, table) : null;
  if ((pol !== null) !== polRound >= 0) reader.fail();
  return { t: 'proposal', round, polRound, outline, signature, pol };
}

function readSignedVote(reader: ByteReader, table: WeightTable): SignedVote {
  const voter = table.ids[reader.varint(table.size - 1)] ?? '';
  return { voter, vote: readVote(reader), signature: reader.bytes(MAX_SIGNATURE) };
}

/** One bit per member, in the order of the list. */
function bitmapOf(ids: ReadonlySet<NodeId>, table: WeightTable): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(table.size / 8));
  table.ids.forEach((id, place) => {
    if (ids.has(id)) bytes[place >> 3]! |= 1 << (place & 7);
  });
  return bytes;
}

function readBitmap(reader: ByteReader, table: WeightTable): ReadonlySet<NodeId> {
  const bytes = reader.raw(Math.ceil(table.size / 8));
  if ((bytes.at(-1) ?? 0) >> (((table.size - 1) & 7) + 1) !== 0) reader.fail();
  return new Set(table.ids.filter((_, place) => (bytes[place >> 3]! & (1 << (place & 7))) !== 0));
}
