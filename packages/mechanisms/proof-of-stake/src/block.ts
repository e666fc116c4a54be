import type { Epoch, Member, NodeId } from '@hypersync/interface';
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
  type WeightTable,
} from '@hypersync/consensus-kit';
import { readAttestation, writeAttestation, type Attestation } from './attestation.ts';
import { readEvidence, writeEvidence, type Evidence } from './offences.ts';
import { MAX_REQUESTS, readRequest, writeRequest, type Request } from './registry.ts';

export interface Shape {
  readonly table: WeightTable;
  readonly limits: BundleLimits;
}

export interface Block {
  readonly slot: number;
  readonly proposer: NodeId;
  readonly parentRoot: Uint8Array;
  readonly bundles: readonly Bundle[];
  readonly attestations: readonly Attestation[];
  readonly evidence: readonly Evidence[];
  /** Exits and activations. */
  readonly requests: readonly Request[];
  /** Everything that `root` covers; bundles, votes, evidence and requests by their hashes. */
  readonly header: Uint8Array;
  readonly root: Uint8Array;
  readonly key: string;
  readonly parentKey: string;
  readonly size: number;
}

export interface SignedBlock {
  readonly block: Block;
  readonly signature: Uint8Array;
}

type Body = Pick<Block, 'slot' | 'proposer' | 'parentRoot' | 'bundles' | 'attestations' | 'evidence' | 'requests'>;

const PAYLOAD_TAG = 0x50;
/** Bundles in a block; each holds up to `MAX_OPERATIONS`. */
export const MAX_BUNDLES = 1024;
export const MAX_EVIDENCE = 16;

/** Attestations in one block: those of two epochs. */
export function maxAttestations(table: WeightTable): number {
  return 2 * table.size;
}

export function makeBlock(body: Body, table: WeightTable): Block {
  const votes = new ByteWriter(256);
  votes.list(body.attestations, (w, attestation) => writeAttestation(w, attestation, table));
  votes.list(body.evidence, writeEvidence);
  votes.list(body.requests, writeRequest);
  const votesBytes = votes.finish();
  const payload = hashList(
    PAYLOAD_TAG,
    body.bundles.map(({ id }) => id),
  );
  const header = new ByteWriter(160)
    .varint(body.slot)
    .string(body.proposer)
    .raw(body.parentRoot)
    .raw(payload)
    .raw(sha256(votesBytes))
    .finish();
  const root = sha256(header);
  return {
    ...body,
    header,
    root,
    key: hashKey(root),
    parentKey: hashKey(body.parentRoot),
    size: body.bundles.reduce((sum, bundle) => sum + bundle.size, header.length + votesBytes.length),
  };
}

/** What a header says; null when it is none. */
export function readHeader(bytes: Uint8Array): {
  readonly slot: number;
  readonly parentKey: string;
  readonly covers: (bundleIds: readonly Uint8Array[]) => boolean;
} | null {
  const reader = new ByteReader(bytes);
  const slot = reader.varint();
  reader.string(64);
  const parentKey = hashKey(reader.raw(32));
  const payload = hashKey(reader.raw(32));
  reader.raw(32);
  if (!reader.done()) return null;
  return { slot, parentKey, covers: (ids) => hashKey(hashList(PAYLOAD_TAG, ids)) === payload };
}

/** The root of the chain: binds it to this epoch and to exactly these members and stakes. */
export function genesisRoot(epoch: Epoch, members: readonly Member[]): Uint8Array {
  const writer = new ByteWriter(256).string('gasper-genesis').varint(epoch);
  writer.list(members, (w, { id, weight }) => void w.string(id).varint(weight));
  return sha256(writer.finish());
}

export function writeSignedBlock(writer: ByteWriter, { block, signature }: SignedBlock, table: WeightTable): void {
  writer.varint(block.slot).string(block.proposer).raw(block.parentRoot).list(block.bundles, writeBundle);
  writer.list(block.attestations, (w, attestation) => writeAttestation(w, attestation, table));
  writer.list(block.evidence, writeEvidence).list(block.requests, writeRequest).bytes(signature);
}

/** Bounded; hashes are computed, never taken from the wire; signatures are not checked here. */
export function readSignedBlock(reader: ByteReader, { table, limits }: Shape): SignedBlock {
  const slot = reader.varint();
  const proposer = reader.string(64);
  const parent = reader.raw(32);
  const bundles = reader.list(MAX_BUNDLES, (r) => readBundle(r, limits));
  const attestations = reader.list(maxAttestations(table), (r) => readAttestation(r, table));
  const evidence = reader.list(MAX_EVIDENCE, (r) => readEvidence(r)).filter((item) => item !== null);
  const requests = reader.list(MAX_REQUESTS, (r) => readRequest(r, table));
  const signature = reader.bytes(8192);
  if (!table.has(proposer)) reader.fail();
  const parentRoot = reader.ok ? parent : new Uint8Array(32);
  const attested = reader.ok ? attestations : [];
  return {
    block: makeBlock({ slot, proposer, parentRoot, bundles, attestations: attested, evidence, requests }, table),
    signature,
  };
}
