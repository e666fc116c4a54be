import {
  ByteReader,
  ByteWriter,
  hashKey,
  sha256,
  type Bundle,
  type Signed,
  type WeightTable,
} from '@hypersync/consensus-kit';
import { readHeader, type Block } from './block.ts';
import { certificateStatements, readCertificate, writeCertificate, type Certificate } from './vote.ts';

/**
 * What convinces somebody who knows the members that a block is final, without having followed the chain: the bundle ids
 * that its header covers, the headers up to the block that was finalized itself, and that finalization.
 */
export interface FinalityProof {
  readonly bundleIds: readonly Uint8Array[];
  readonly headers: readonly Uint8Array[];
  readonly finalization: Certificate;
}

const MAX_BUNDLES = 1024;
const MAX_HEADERS = 4096;
const MAX_HEADER = 128;

/** For the first block of `path`, whose last is the one that `finalization` names. */
export function encodeFinalityProof(path: readonly Block[], finalization: Certificate, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(512);
  writer.list(path[0]?.bundles ?? [], (w, bundle: Bundle) => void w.raw(bundle.id));
  writer.list(path, (w, block) => void w.bytes(block.header));
  writeCertificate(writer, finalization, table);
  return writer.finish();
}

/**
 * Checks everything but signatures and returns the statements whose signatures are left to check; null when the proof
 * does not hold. The bundle ids returned are final, in this order, once all signatures are found good.
 */
export function readFinalityProof(
  bytes: Uint8Array,
  table: WeightTable,
): { readonly proof: FinalityProof; readonly statements: readonly Signed[] } | null {
  const reader = new ByteReader(bytes);
  const bundleIds = reader.list(MAX_BUNDLES, (r) => r.raw(32));
  const headers = reader.list(MAX_HEADERS, (r) => r.bytes(MAX_HEADER));
  const finalization = readCertificate(reader, table);
  if (!reader.done() || finalization.kind !== 'finalize' || !chainHolds(bundleIds, headers, finalization)) return null;
  return { proof: { bundleIds, headers, finalization }, statements: certificateStatements(finalization) };
}

function chainHolds(ids: readonly Uint8Array[], headers: readonly Uint8Array[], finalization: Certificate): boolean {
  const last = headers.at(-1);
  if (last === undefined || hashKey(sha256(last)) !== finalization.key) return false;
  for (const [i, header] of headers.entries()) {
    const read = readHeader(header);
    const above = headers[i + 1];
    if (read === null || (above !== undefined && readHeader(above)?.parentKey !== hashKey(sha256(header))))
      return false;
    if (i === 0 && !read.covers(ids)) return false;
  }
  return readHeader(last)?.height === finalization.height;
}
