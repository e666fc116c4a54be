import type { Epoch, Member, NodeId } from '@hypersync/interface';
import {
  ByteWriter,
  hashKey,
  hashList,
  readBundle,
  sha256,
  writeBundle,
  type Bundle,
  type BundleLimits,
  type ByteReader,
  type WeightTable,
} from '@hypersync/consensus-kit';
import { makeQc, readQc, writeQc, type QuorumCertificate } from './certificate.ts';

/**
 * A block of one round. It extends the block that its QC certifies (the paper's `justify`), and names its payload by the
 * ids of bundles: these travel by themselves, as soon as a node has them, and not with the block.
 */
export interface Block {
  readonly round: number;
  /** Blocks below it, genesis included. */
  readonly height: number;
  readonly author: NodeId;
  /** Certifies the parent. */
  readonly qc: QuorumCertificate;
  readonly bundleIds: readonly Uint8Array[];
  /** The same as keys. */
  readonly bundleKeys: readonly string[];
  /** Proofs of misbehaviour, each of two signed statements: once committed, their culprits lead no more. */
  readonly evidence: readonly Uint8Array[];
  /** Everything that `id` covers: of the QC only what it certifies, since many sets of votes can do that. */
  readonly header: Uint8Array;
  readonly id: Uint8Array;
  readonly key: string;
}

/** A block with its payload at hand, in the order of `bundleIds`. */
export interface FullBlock {
  readonly block: Block;
  readonly bundles: readonly Bundle[];
}

/** Where a chain stands. */
export interface Tip {
  readonly round: number;
  readonly height: number;
  readonly id: Uint8Array;
  readonly key: string;
}

/** What readers of blocks must know. */
export interface Shape {
  readonly table: WeightTable;
  readonly genesis: Tip;
  readonly limits: BundleLimits;
}

const PAYLOAD_TAG = 0x50;
const EVIDENCE_TAG = 0x45;
/** Pieces of evidence in a block, and the size of one: two statements with signatures of any scheme in use. */
export const MAX_EVIDENCE = 4;
const MAX_EVIDENCE_BYTES = 17 * 1024;
/** Bundles in a block; each holds up to `MAX_OPERATIONS`. */
export const MAX_BUNDLES = 1024;

export interface BlockParts {
  readonly round: number;
  readonly height: number;
  readonly author: NodeId;
  readonly qc: QuorumCertificate;
  readonly bundleIds: readonly Uint8Array[];
  readonly evidence: readonly Uint8Array[];
}

export function makeBlock(parts: BlockParts): Block {
  const { round, height, author, qc, bundleIds, evidence } = parts;
  const header = new ByteWriter(160).varint(round).varint(height).string(author).varint(qc.round).raw(qc.id);
  header.raw(hashList(PAYLOAD_TAG, bundleIds)).raw(hashList(EVIDENCE_TAG, evidence.map(sha256)));
  const bytes = header.finish();
  const id = sha256(bytes);
  const bundleKeys = bundleIds.map(hashKey);
  return { round, height, author, qc, bundleIds, bundleKeys, evidence, header: bytes, id, key: hashKey(id) };
}

/** What a header says, for proofs; null when it is none. */
export function readHeader(reader: ByteReader): {
  readonly round: number;
  readonly parentKey: string;
  readonly covers: (bundleIds: readonly Uint8Array[]) => boolean;
} | null {
  const round = reader.varint();
  reader.varint(); // height
  reader.string(64); // author
  reader.varint(); // round of the parent
  const parentKey = hashKey(reader.raw(32));
  const payload = hashKey(reader.raw(32));
  reader.raw(32); // evidence
  if (!reader.done()) return null;
  return { round, parentKey, covers: (ids) => hashKey(hashList(PAYLOAD_TAG, ids)) === payload };
}

/** The block before all blocks: it binds the chain to this epoch, these members and this commit rule. */
export function genesisTip(epoch: Epoch, members: readonly Member[], chainLength: number): Tip {
  const writer = new ByteWriter(256).string('hotstuff-genesis').varint(epoch).varint(chainLength);
  writer.list(members, (w, { id, weight }) => void w.string(id).varint(weight));
  const id = sha256(writer.finish());
  return { round: 0, height: 0, id, key: hashKey(id) };
}

export function genesisQc(genesis: Tip): QuorumCertificate {
  return makeQc({ round: 0, id: genesis.id, parentRound: 0, lockRound: 0 }, new Map());
}

export function tipOf({ round, height, id, key }: Block): Tip {
  return { round, height, id, key };
}

export function payloadBytes(bundles: readonly Bundle[]): number {
  return bundles.reduce((sum, bundle) => sum + bundle.size, 0);
}

export function writeBlock(writer: ByteWriter, block: Block, table: WeightTable): void {
  writer.varint(block.round).varint(block.height).varint(table.ids.indexOf(block.author));
  writeQc(writer, block.qc, table);
  writer.list(block.bundleIds, (w, id) => void w.raw(id)).list(block.evidence, (w, proof) => void w.bytes(proof));
}

/** Bounded; the id is computed, never taken from the wire. Signatures are not checked here. */
export function readBlock(reader: ByteReader, { table, genesis }: Shape): Block {
  const [round, height, place] = [reader.varint(), reader.varint(), reader.varint()];
  const qc = readQc(reader, table, genesis.id);
  const bundleIds = reader.list(MAX_BUNDLES, (r) => r.raw(32));
  const evidence = reader.list(MAX_EVIDENCE, (r) => r.bytes(MAX_EVIDENCE_BYTES));
  const author = table.ids[place];
  if (author === undefined || round <= qc.round || height < 1) reader.fail();
  const parts = { round, height, author: author ?? '', qc, bundleIds, evidence };
  const block = makeBlock(reader.ok ? parts : { ...parts, qc: genesisQc(genesis), bundleIds: [] });
  if (new Set(block.bundleKeys).size < bundleIds.length) reader.fail();
  return block;
}

export function writeFullBlock(writer: ByteWriter, { block, bundles }: FullBlock, table: WeightTable): void {
  writeBlock(writer, block, table);
  writer.list(bundles, writeBundle);
}

/** The bundles must be those that the block names. */
export function readFullBlock(reader: ByteReader, shape: Shape): FullBlock {
  const block = readBlock(reader, shape);
  const bundles = reader.list(MAX_BUNDLES, (r) => readBundle(r, shape.limits));
  const named = block.bundleKeys;
  if (bundles.length !== named.length || bundles.some(({ key }, i) => key !== named[i])) reader.fail();
  return { block, bundles };
}
