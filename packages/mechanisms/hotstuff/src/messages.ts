import {
  ByteReader,
  ByteWriter,
  readBundle,
  readCompaction,
  writeBundle,
  writeCompaction,
  type Bundle,
  type CompactionMessage,
  type WeightTable,
} from '@hypersync/consensus-kit';
import {
  MAX_BUNDLES,
  readBlock,
  readFullBlock,
  writeBlock,
  writeFullBlock,
  type Block,
  type FullBlock,
  type Shape,
} from './block.ts';
import {
  MAX_SIGNATURE,
  readQc,
  readTc,
  readVote,
  writeQc,
  writeTc,
  writeVote,
  type QuorumCertificate,
  type TimeoutCertificate,
  type Vote,
} from './certificate.ts';

export interface SignedVote {
  readonly vote: Vote;
  readonly signature: Uint8Array;
}

/** What travels between members. Everything but status and requests carries signatures of its own. */
export type Message =
  /** Payload, on its way apart from the blocks that will name it. */
  | { readonly t: 'batch'; readonly bundles: readonly Bundle[] }
  | {
      readonly t: 'proposal';
      readonly block: Block;
      readonly signature: Uint8Array;
      /** What the leader entered the round by, if it was a TC. */
      readonly tc: TimeoutCertificate | null;
    }
  /** To the next leader. */
  | { readonly t: 'vote'; readonly vote: Vote; readonly signature: Uint8Array }
  | {
      readonly t: 'timeout';
      readonly round: number;
      /** The sender's highest; its round is what is signed beside the round given up. */
      readonly highQc: QuorumCertificate;
      readonly signature: Uint8Array;
      /** The sender's vote in this round, so that a round is not lost because the next leader is dead. */
      readonly vote: SignedVote | null;
    }
  /** The paper's SyncInfo: what brings another member into the sender's round. */
  | { readonly t: 'sync'; readonly highQc: QuorumCertificate; readonly tc: TimeoutCertificate | null }
  | { readonly t: 'status'; readonly round: number; readonly highRound: number; readonly height: number }
  /** Wants the chain above `height` up to the block `id`. */
  | { readonly t: 'fetch'; readonly height: number; readonly id: Uint8Array }
  /** A stretch of the chain, oldest first, and the QC of its last block. */
  | { readonly t: 'blocks'; readonly blocks: readonly FullBlock[]; readonly qc: QuorumCertificate | null }
  /** Wants bundles that a block names. */
  | { readonly t: 'want'; readonly ids: readonly Uint8Array[] }
  | { readonly t: 'compaction'; readonly message: CompactionMessage }
  /** After a fork: what certified the sender's history, to be compared with the receiver's. */
  | {
      readonly t: 'testimony';
      readonly qcs: readonly QuorumCertificate[];
      readonly tcs: readonly TimeoutCertificate[];
    };

export const MAX_BLOCKS = 1024;
/** Certificates of either kind in one testimony. */
export const MAX_SHOWN = 1024;

/** By tag, the first byte of a message. */
export const MESSAGE_NAMES = [
  'batch',
  'proposal',
  'vote',
  'timeout',
  'sync',
  'status',
  'fetch',
  'blocks',
  'want',
  'compaction',
  'testimony',
] as const satisfies readonly Message['t'][];

export function encodeMessage(message: Message, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(256).u8(MESSAGE_NAMES.indexOf(message.t));
  switch (message.t) {
    case 'batch':
      return writer.list(message.bundles, writeBundle).finish();
    case 'proposal':
      writeBlock(writer, message.block, table);
      writeOptional(writer.bytes(message.signature), message.tc, (tc) => writeTc(writer, tc, table));
      return writer.finish();
    case 'vote':
      writeVote(writer, message.vote);
      return writer.bytes(message.signature).finish();
    case 'timeout':
      writeQc(writer.varint(message.round), message.highQc, table);
      writeOptional(writer.bytes(message.signature), message.vote, ({ vote, signature }) => {
        writeVote(writer, vote);
        writer.bytes(signature);
      });
      return writer.finish();
    case 'sync':
      writeQc(writer, message.highQc, table);
      writeOptional(writer, message.tc, (tc) => writeTc(writer, tc, table));
      return writer.finish();
    case 'status':
      return writer.varint(message.round).varint(message.highRound).varint(message.height).finish();
    case 'fetch':
      return writer.varint(message.height).raw(message.id).finish();
    case 'blocks':
      writer.list(message.blocks, (w, full) => writeFullBlock(w, full, table));
      writeOptional(writer, message.qc, (qc) => writeQc(writer, qc, table));
      return writer.finish();
    case 'want':
      return writer.list(message.ids, (w, id) => void w.raw(id)).finish();
    case 'compaction':
      writeCompaction(writer, message.message);
      return writer.finish();
    case 'testimony':
      writer.list(message.qcs, (w, qc) => writeQc(w, qc, table));
      return writer.list(message.tcs, (w, tc) => writeTc(w, tc, table)).finish();
  }
}

function writeOptional<T>(writer: ByteWriter, value: T | null, write: (value: T) => void): void {
  writer.bool(value !== null);
  if (value !== null) write(value);
}

/** Null for anything but one well-formed message within the limits. */
export function decodeMessage(bytes: Uint8Array, shape: Shape): Message | null {
  const reader = new ByteReader(bytes);
  const tag = MESSAGE_NAMES[reader.u8()];
  if (tag === undefined) return null;
  const message = readBody(reader, tag, shape);
  return reader.done() ? message : null;
}

function readBody(reader: ByteReader, t: Message['t'], shape: Shape): Message {
  const { table, genesis, limits } = shape;
  const qc = (): QuorumCertificate => readQc(reader, table, genesis.id);
  const optional = <T>(read: () => T): T | null => (reader.bool() ? read() : null);
  switch (t) {
    case 'batch':
      return { t, bundles: reader.list(MAX_BUNDLES, (r) => readBundle(r, limits)) };
    case 'proposal': {
      const block = readBlock(reader, shape);
      const signature = reader.bytes(MAX_SIGNATURE);
      return { t, block, signature, tc: optional(() => readTc(reader, table)) };
    }
    case 'vote':
      return { t, vote: readVote(reader), signature: reader.bytes(MAX_SIGNATURE) };
    case 'timeout':
      return readTimeout(reader, qc);
    case 'sync':
      return { t, highQc: qc(), tc: optional(() => readTc(reader, table)) };
    case 'status':
      return { t, round: reader.varint(), highRound: reader.varint(), height: reader.varint() };
    case 'fetch':
      return { t, height: reader.varint(), id: reader.raw(32) };
    case 'blocks':
      return { t, blocks: reader.list(MAX_BLOCKS, (r) => readFullBlock(r, shape)), qc: optional(qc) };
    case 'want':
      return { t, ids: reader.list(MAX_BUNDLES, (r) => r.raw(32)) };
    case 'compaction':
      return { t, message: readCompaction(reader, table) };
    case 'testimony':
      return { t, qcs: reader.list(MAX_SHOWN, qc), tcs: reader.list(MAX_SHOWN, (r) => readTc(r, table)) };
  }
}

function readTimeout(reader: ByteReader, qc: () => QuorumCertificate): Message {
  const round = reader.varint();
  const highQc = qc();
  if (highQc.round >= round) reader.fail();
  const signature = reader.bytes(MAX_SIGNATURE);
  const voted = reader.bool();
  const vote = voted ? { vote: readVote(reader), signature: reader.bytes(MAX_SIGNATURE) } : null;
  if (vote !== null && vote.vote.round !== round) reader.fail();
  return { t: 'timeout', round, highQc, signature, vote };
}
