import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

/** One member's signature of a message. */
export interface PartialSignature {
  readonly signer: NodeId;
  readonly signature: Uint8Array;
}

/** The signatures of enough members under one message. ML-DSA cannot be aggregated further: it is a list. */
export interface AggregatedSignature {
  readonly messageHash: Uint8Array;
  /** Digest of members, weights, keys and thresholds: which committee this is to be held against. */
  readonly committee: Uint8Array;
  /** In the order of the signers' ids. */
  readonly partials: readonly PartialSignature[];
  readonly weight: number;
  readonly totalWeight: number;
}

const VERSION = 1;
export const MAX_HASH = 64;
export const COMMITTEE_BYTES = 32;

/** One bit per member in place of names; no lengths where all signatures have one length. */
export function encodeAggregated(aggregated: AggregatedSignature, ids: readonly NodeId[]): Uint8Array {
  const { messageHash, committee, partials } = aggregated;
  const bitmap = new Uint8Array(Math.ceil(ids.length / 8));
  const place = new Map(ids.map((id, i) => [id, i]));
  const writer = new ByteWriter(128).u8(VERSION).raw(committee).bytes(messageHash);
  for (const { signer } of partials) {
    const i = place.get(signer);
    if (i === undefined) throw new RangeError(`${signer} is not of this committee`);
    bitmap[i >> 3]! |= 1 << (i & 7);
  }
  writer.raw(bitmap);
  for (const { signature } of partials) writer.raw(signature);
  return writer.finish();
}

/** Null for anything but one encoding; reads no further than `ids.length` signatures of `signatureBytes` each. */
export function decodeAggregated(
  bytes: Uint8Array,
  ids: readonly NodeId[],
  signatureBytes: number,
): Omit<AggregatedSignature, 'weight' | 'totalWeight'> | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION) reader.fail();
  const committee = reader.raw(COMMITTEE_BYTES);
  const messageHash = reader.bytes(MAX_HASH);
  const bitmap = reader.raw(Math.ceil(ids.length / 8));
  const signers = ids.filter((_, i) => ((bitmap[i >> 3] ?? 0) & (1 << (i & 7))) !== 0);
  const beyond = bitmap.length * 8 - ids.length;
  if (beyond > 0 && (bitmap.at(-1) ?? 0) >> (8 - beyond) !== 0) return null;
  const partials: PartialSignature[] = [];
  for (const signer of signers) {
    if (!reader.ok) return null;
    partials.push({ signer, signature: reader.raw(signatureBytes) });
  }
  return reader.done() ? { messageHash, committee, partials } : null;
}
