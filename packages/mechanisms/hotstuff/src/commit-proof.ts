import { ByteReader, ByteWriter, hashKey, sha256, type Signed, type WeightTable } from '@hypersync/consensus-kit';
import { readHeader, type FullBlock } from './block.ts';
import { endsCommitChain, type Committed } from './block-tree.ts';
import { qcStatements, readQc, writeQc, type QuorumCertificate } from './certificate.ts';
import { isCommitChain, type ChainLength } from './safety.ts';

/**
 * What convinces somebody who knows the members that a block is committed, without having followed the chain: the ids of
 * its bundles, the headers from it up to the last block of the commit chain, and the QC of that one. A QC on the top is
 * enough: whoever voted for the top had checked the QCs below.
 */
export interface CommitProof {
  readonly bundleIds: readonly Uint8Array[];
  /** Oldest first; the last `chainLength` are of consecutive rounds. */
  readonly headers: readonly Uint8Array[];
  readonly qc: QuorumCertificate;
}

const MAX_BUNDLES = 1024;
const MAX_HEADERS = 4096;
const MAX_HEADER = 256;

/** The shortest proof of each block of the path. */
export function proofsOf({ path, above, qc }: Committed, chainLength: ChainLength): CommitProof[] {
  const chain: readonly FullBlock[] = [...path, ...above];
  const proofs: CommitProof[] = [];
  let top = chain.length - 1;
  for (let i = path.length - 1; i >= 0; i--) {
    // the lowest commit chain that starts at or above this block
    for (let t = i + chainLength - 1; t < top; t++) if (endsCommitChain(chain, t, chainLength)) top = t;
    const headers = chain.slice(i, top + 1).map(({ block }) => block.header);
    proofs.push({ bundleIds: path[i]!.block.bundleIds, headers, qc: chain[top + 1]?.block.qc ?? qc });
  }
  return proofs.reverse();
}

export function encodeCommitProof({ bundleIds, headers, qc }: CommitProof, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(512);
  writer.list(bundleIds, (w, id) => void w.raw(id)).list(headers, (w, header) => void w.bytes(header));
  writeQc(writer, qc, table);
  return writer.finish();
}

/**
 * Checks everything but signatures and returns the statements whose signatures are left to check; null when the proof
 * does not hold. The bundle ids are committed, in this order, once all signatures are found good.
 */
export function readCommitProof(
  bytes: Uint8Array,
  { table, chainLength }: { readonly table: WeightTable; readonly chainLength: ChainLength },
): { readonly proof: CommitProof; readonly statements: readonly Signed[] } | null {
  const reader = new ByteReader(bytes);
  const bundleIds = reader.list(MAX_BUNDLES, (r) => r.raw(32));
  const headers = reader.list(MAX_HEADERS, (r) => r.bytes(MAX_HEADER));
  const qc = readQc(reader, table, new Uint8Array(32));
  const proof = { bundleIds, headers, qc };
  if (!reader.done() || !holds(proof, chainLength)) return null;
  return { proof, statements: qcStatements(qc) };
}

function holds({ bundleIds, headers, qc }: CommitProof, chainLength: ChainLength): boolean {
  const chain = headers.map((header) => readHeader(new ByteReader(header)));
  const last = headers.at(-1);
  if (last === undefined || hashKey(sha256(last)) !== qc.key || chain.at(-1)?.round !== qc.round) return false;
  if (chain[0]?.covers(bundleIds) !== true) return false;
  for (let i = 1; i < chain.length; i++) {
    if (chain[i]?.parentKey !== hashKey(sha256(headers[i - 1]!))) return false;
  }
  const rounds = chain.slice(-chainLength).map((header) => header!.round);
  return isCommitChain(rounds.reverse(), chainLength);
}
