import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '../codec.ts';
import { sha256 } from '../sha256.ts';
import { hashList } from './hash-key.ts';
import { Ledger, type LedgerOptions } from './ledger.ts';

/**
 * The application's state after decision `index`, and the chain up to the last block boundary at or below it. A function
 * of the decided order, so that correct nodes that compact at the same index make the same bytes.
 */
export interface Snapshot {
  readonly index: number;
  /** Height or slot of the boundary block. */
  readonly place: number;
  /** The mechanism's own account of the chain at the boundary, canonical. */
  readonly chain: Uint8Array;
  /** As of the boundary. */
  readonly ledger: Ledger;
  /** The application's, as it was handed over. */
  readonly state: Uint8Array;
}

/** What members sign: the snapshot of this index has this size, and this root over the digests of its partitions. */
export interface SnapshotClaim {
  readonly index: number;
  readonly size: number;
  readonly digest: Uint8Array;
}

/** A snapshot with signatures of more than two thirds of the weight. */
export interface StableSnapshot extends SnapshotClaim {
  readonly place: number;
  readonly bytes: Uint8Array;
  /** Digests of its partitions. */
  readonly partitions: readonly Uint8Array[];
  readonly signatures: ReadonlyMap<NodeId, Uint8Array>;
}

export const MAX_SNAPSHOT = 1 << 30;
const MAX_SIGNATURE = 8192;
const CLAIM_TAG = 0x43;

export function claimStatement({ index, size, digest }: SnapshotClaim): Uint8Array {
  return new ByteWriter(64).u8(CLAIM_TAG).varint(index).varint(size).raw(digest).finish();
}

/** Snapshots travel, are verified, and are compared with what a laggard has in pieces of this size. */
export const PARTITION = 256 * 1024;
const PARTITIONS_TAG = 0x4d;

export function partitionsOf(bytes: Uint8Array): Uint8Array[] {
  const digests: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PARTITION) digests.push(sha256(bytes.subarray(at, at + PARTITION)));
  return digests;
}

/** The partition tree of Castro and Liskov (TOCS 2002, section 5.3) in two levels: whoever knows the root can check each piece. */
export function rootOf(partitions: readonly Uint8Array[]): Uint8Array {
  return hashList(PARTITIONS_TAG, partitions);
}

export function claimOf(index: number, bytes: Uint8Array, partitions = partitionsOf(bytes)): SnapshotClaim {
  return { index, size: bytes.length, digest: rootOf(partitions) };
}

export function encodeSnapshot({ index, place, chain, ledger, state }: Snapshot): Uint8Array {
  const writer = new ByteWriter(state.length + 4096).varint(index).varint(place);
  return writer.bytes(chain).bytes(ledger.encode()).bytes(state).finish();
}

export function decodeSnapshot(bytes: Uint8Array, options: LedgerOptions): Snapshot | null {
  const reader = new ByteReader(bytes);
  const [index, place] = [reader.varint(), reader.varint()];
  const chain = reader.bytes(MAX_SNAPSHOT);
  const ledger = Ledger.decode(reader.bytes(MAX_SNAPSHOT), options);
  const state = reader.bytes(MAX_SNAPSHOT);
  if (!reader.done() || ledger === null || ledger.index > index) return null;
  return { index, place, chain, ledger, state };
}

/** For the node's own disk. */
export function encodeStable({ bytes, signatures }: StableSnapshot): Uint8Array {
  const writer = new ByteWriter(bytes.length + 512).bytes(bytes);
  return writer.list([...signatures], (w, [signer, signature]) => void w.string(signer).bytes(signature)).finish();
}

/** From the node's own disk, hence trusted; null when damaged. */
export function decodeStable(
  encoded: Uint8Array,
  options: LedgerOptions,
): { readonly stable: StableSnapshot; readonly snapshot: Snapshot } | null {
  const reader = new ByteReader(encoded);
  const bytes = reader.bytes(MAX_SNAPSHOT);
  const signatures = new Map(reader.list(4096, (r) => [r.string(64), r.bytes(MAX_SIGNATURE)] as const));
  const snapshot = decodeSnapshot(bytes, options);
  if (!reader.done() || snapshot === null) return null;
  const partitions = partitionsOf(bytes);
  const claim = claimOf(snapshot.index, bytes, partitions);
  return { snapshot, stable: { ...claim, place: snapshot.place, bytes, partitions, signatures } };
}
