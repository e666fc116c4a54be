import { ByteReader, ByteWriter, hashKey, sha256, type Signed, type WeightTable } from '@hypersync/consensus-kit';
import { decodeHeader, encodeHeader, MAX_BUNDLES, MAX_HEADER, payloadHash, type Header } from './block.ts';
import type { Decided } from './messages.ts';
import { certificateStatements, readCertificate, writeCertificate, type Certificate } from './vote.ts';

/** What convinces somebody who knows the members that operations were decided: a header, what it holds, and its commit. */
export interface DecisionProof {
  readonly header: Header;
  readonly bundleIds: readonly Uint8Array[];
  readonly commit: Certificate;
}

export function encodeDecisionProof({ block, commit }: Decided, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(512).bytes(encodeHeader(block.header));
  writer.list(block.bundles, (w, bundle) => void w.raw(bundle.id));
  writeCertificate(writer, commit, table);
  return writer.finish();
}

/**
 * Checks everything but signatures and the weight of the signers, which depends on the validators of that height; returns
 * the statements left to check. `table` holds all members of the epoch. Null when the proof does not hold.
 */
export function readDecisionProof(
  bytes: Uint8Array,
  table: WeightTable,
): { readonly proof: DecisionProof; readonly statements: readonly Signed[] } | null {
  const reader = new ByteReader(bytes);
  const encoded = reader.bytes(MAX_HEADER);
  const bundleIds = reader.list(MAX_BUNDLES, (r) => r.raw(32));
  const commit = readCertificate(reader, table);
  const header = decodeHeader(encoded);
  if (!reader.done() || header === null || commit.type !== 'precommit') return null;
  const fits =
    commit.key === hashKey(sha256(encoded)) &&
    commit.height === header.height &&
    hashKey(payloadHash(bundleIds)) === hashKey(header.payloadHash);
  return fits ? { proof: { header, bundleIds, commit }, statements: certificateStatements(commit) } : null;
}
