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

/** What one sequence number orders: requests (bundles of client operations), or nothing. */
export interface Batch {
  readonly bundles: readonly Bundle[];
  /** Covers the ids of the requests, and so their contents. */
  readonly digest: Uint8Array;
  readonly key: string;
  readonly size: number;
}

const BATCH_TAG = 0x50;
/** Requests in one batch, at most. */
export const MAX_REQUESTS = 1024;

/** Stands for the null request, which executes as a no-op (Castro, Liskov 1999, section 4.4). */
export const NULL_DIGEST = new Uint8Array(32);
export const NULL_KEY = hashKey(NULL_DIGEST);
export const NULL_BATCH: Batch = { bundles: [], digest: NULL_DIGEST, key: NULL_KEY, size: 0 };

export function digestOfIds(ids: readonly Uint8Array[]): Uint8Array {
  return ids.length === 0 ? NULL_DIGEST : hashList(BATCH_TAG, ids);
}

export function makeBatch(bundles: readonly Bundle[]): Batch {
  if (bundles.length === 0) return NULL_BATCH;
  const digest = digestOfIds(bundles.map(({ id }) => id));
  return { bundles, digest, key: hashKey(digest), size: bundles.reduce((sum, { size }) => sum + size, 0) };
}

export function writeBatch(writer: ByteWriter, batch: Batch): void {
  writer.list(batch.bundles, writeBundle);
}

/** Bounded; the digest is computed, never taken from the wire. */
export function readBatch(reader: ByteReader, limits: BundleLimits, maxBytes: number): Batch {
  let room = maxBytes;
  const bundles = reader.list(MAX_REQUESTS, (r) => {
    const bundle = readBundle(r, limits);
    room -= bundle.size;
    if (room < 0) r.fail();
    return bundle;
  });
  return makeBatch(bundles);
}

/** The log up to a sequence number in 32 bytes: what checkpoints certify. */
export function extendChain(chain: Uint8Array, digest: Uint8Array): Uint8Array {
  return sha256(new ByteWriter(64).raw(chain).raw(digest).finish());
}
