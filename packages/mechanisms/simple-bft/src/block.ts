import type { Epoch, Member } from '@hypersync/interface';
import {
  ByteReader,
  ByteWriter,
  hashKey,
  hashList,
  readBundle,
  sha256,
  writeBundle,
  type Bundle,
  type BundleLimits,
} from '@hypersync/consensus-kit';

/**
 * A block of height h (Chan, Pass 2023, section 2). The paper's chain holds a dummy block at every height in between;
 * here the parent is named by height and hash, and every height between parent and block must be notarized as dummy.
 */
export interface Block {
  readonly height: number;
  readonly parentHeight: number;
  readonly parentHash: Uint8Array;
  readonly bundles: readonly Bundle[];
  /** Everything that `hash` covers; names the bundles by their ids. */
  readonly header: Uint8Array;
  readonly hash: Uint8Array;
  readonly key: string;
  readonly size: number;
}

/** Where a chain stands: a height and the hash of the block there. */
export interface Tip {
  readonly height: number;
  readonly hash: Uint8Array;
  readonly key: string;
}

const PAYLOAD_TAG = 0x50;
/** Bundles in a block; each holds up to `MAX_OPERATIONS`. */
export const MAX_BUNDLES = 1024;

export function makeBlock(height: number, parent: Pick<Tip, 'height' | 'hash'>, bundles: readonly Bundle[]): Block {
  const payload = hashList(
    PAYLOAD_TAG,
    bundles.map(({ id }) => id),
  );
  const header = new ByteWriter(80).varint(height).varint(parent.height).raw(parent.hash).raw(payload).finish();
  const hash = sha256(header);
  return {
    height,
    parentHeight: parent.height,
    parentHash: parent.hash,
    bundles,
    header,
    hash,
    key: hashKey(hash),
    size: bundles.reduce((sum, bundle) => sum + bundle.size, header.length),
  };
}

/** What a header says; null when it is none. */
export function readHeader(bytes: Uint8Array): {
  readonly height: number;
  readonly parentKey: string;
  readonly covers: (bundleIds: readonly Uint8Array[]) => boolean;
} | null {
  const reader = new ByteReader(bytes);
  const height = reader.varint();
  reader.varint();
  const parentKey = hashKey(reader.raw(32));
  const payload = hashKey(reader.raw(32));
  if (!reader.done()) return null;
  return { height, parentKey, covers: (ids) => hashKey(hashList(PAYLOAD_TAG, ids)) === payload };
}

/** The block before all blocks: it binds the chain to this epoch and to exactly these members. */
export function genesisTip(epoch: Epoch, members: readonly Member[]): Tip {
  const writer = new ByteWriter(256).string('simplex-genesis').varint(epoch);
  writer.list(members, (w, { id, weight }) => void w.string(id).varint(weight));
  const hash = sha256(writer.finish());
  return { height: 0, hash, key: hashKey(hash) };
}

export function tipOf(block: Block): Tip {
  return { height: block.height, hash: block.hash, key: block.key };
}

export function writeBlock(writer: ByteWriter, block: Block): void {
  writer.varint(block.height).varint(block.parentHeight).raw(block.parentHash).list(block.bundles, writeBundle);
}

/** Bounded; hashes are computed, never taken from the wire. */
export function readBlock(reader: ByteReader, limits: BundleLimits): Block {
  const height = reader.varint();
  const parentHeight = reader.varint();
  const hash = reader.raw(32);
  const bundles = reader.list(MAX_BUNDLES, (r) => readBundle(r, limits));
  if (parentHeight >= height) reader.fail();
  return makeBlock(height, { height: parentHeight, hash: reader.ok ? hash : new Uint8Array(32) }, bundles);
}
