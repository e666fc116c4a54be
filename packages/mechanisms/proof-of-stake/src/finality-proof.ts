import { ByteReader, ByteWriter, hashKey, sha256, type Signed, type WeightTable } from '@hypersync/consensus-kit';
import {
  attestationSigned,
  makeCheckpoint,
  readAttestation,
  sameCheckpoint,
  writeAttestation,
  type Attestation,
  type Checkpoint,
} from './attestation.ts';
import { readHeader, type Block } from './block.ts';

/** A supermajority link of Casper FFG from a checkpoint onwards: it makes the checkpoint final. */
export interface Link {
  readonly checkpoint: Checkpoint;
  /** Attestations with the checkpoint as source and one target, not more than two epochs later. */
  readonly votes: readonly Attestation[];
}

const MAX_BUNDLES = 1024;
const MAX_HEADERS = 4096;
const MAX_HEADER = 256;

export function writeLink(writer: ByteWriter, { checkpoint, votes }: Link, table: WeightTable): void {
  writer.varint(checkpoint.epoch).raw(checkpoint.root);
  writer.list(votes, (w, vote) => writeAttestation(w, vote, table));
}

export function readLink(reader: ByteReader, table: WeightTable): Link {
  const [epoch, root] = [reader.varint(), reader.raw(32)];
  return { checkpoint: makeCheckpoint(epoch, root), votes: reader.list(table.size, (r) => readAttestation(r, table)) };
}

/**
 * What convinces somebody who knows the members that the first block of `path` is final: the bundle ids that its header
 * covers, the headers up to the checkpoint, and the link that made the checkpoint final.
 */
export function encodeFinalityProof(link: Link, path: readonly Block[], table: WeightTable): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.list(path[0]?.bundles ?? [], (w, bundle) => void w.raw(bundle.id));
  writer.list(path, (w, block) => void w.bytes(block.header));
  writeLink(writer, link, table);
  return writer.finish();
}

/**
 * Checks everything but signatures and returns the statements whose signatures are left to check; null when the proof
 * does not hold. Stakes are taken as at the start (`table`): after slashing or a leak the proof needs the chain.
 */
export function readFinalityProof(
  bytes: Uint8Array,
  table: WeightTable,
): { readonly bundleIds: readonly Uint8Array[]; readonly link: Link; readonly statements: readonly Signed[] } | null {
  const reader = new ByteReader(bytes);
  const bundleIds = reader.list(MAX_BUNDLES, (r) => r.raw(32));
  const headers = reader.list(MAX_HEADERS, (r) => r.bytes(MAX_HEADER));
  const link = readLink(reader, table);
  if (!reader.done() || !linkHolds(link, table) || !chainHolds(bundleIds, headers, link.checkpoint)) return null;
  return { bundleIds, link, statements: link.votes.map(attestationSigned) };
}

function linkHolds({ checkpoint, votes }: Link, table: WeightTable): boolean {
  const target = votes[0]?.data.target;
  if (target === undefined || target.epoch <= checkpoint.epoch || target.epoch > checkpoint.epoch + 2) return false;
  const agree = votes.every(
    ({ data }) => sameCheckpoint(data.source, checkpoint) && sameCheckpoint(data.target, target),
  );
  return agree && table.hasByzantineQuorum(votes.map(({ validator }) => validator));
}

function chainHolds(ids: readonly Uint8Array[], headers: readonly Uint8Array[], { key }: Checkpoint): boolean {
  const last = headers.at(-1);
  if (last === undefined || hashKey(sha256(last)) !== key) return false;
  for (const [i, header] of headers.entries()) {
    const read = readHeader(header);
    const above = headers[i + 1];
    if (read === null || (above !== undefined && readHeader(above)?.parentKey !== hashKey(sha256(header))))
      return false;
    if (i === 0 && !read.covers(ids)) return false;
  }
  return true;
}
