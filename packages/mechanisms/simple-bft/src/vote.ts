import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type Signed, type WeightTable } from '@hypersync/consensus-kit';

/**
 * `notarize`: I accept this block. `dummy`: I waited long enough for this height. `finalize`: I saw the block notarized
 * and never gave up on its height, and never will.
 */
export type VoteKind = 'notarize' | 'dummy' | 'finalize';

export interface Vote {
  readonly kind: VoteKind;
  readonly height: number;
  /** Of the block; empty for dummy. */
  readonly hash: Uint8Array;
}

/** Signatures of more than two thirds of the weight under one vote: convinces anybody who knows the members. */
export interface Certificate extends Vote {
  readonly key: string;
  readonly signatures: readonly { readonly signer: NodeId; readonly signature: Uint8Array }[];
}

const KINDS: readonly VoteKind[] = ['notarize', 'dummy', 'finalize'];
const VOTE_TAG = 0x56;
const PROPOSAL_TAG = 0x4c;
export const MAX_SIGNATURE = 8192;
export const NO_HASH = new Uint8Array(0);

export function writeVote(writer: ByteWriter, vote: Vote): void {
  writer.u8(KINDS.indexOf(vote.kind)).varint(vote.height);
  if (vote.kind !== 'dummy') writer.raw(vote.hash);
}

export function readVote(reader: ByteReader): Vote {
  const kind = KINDS[reader.u8()];
  if (kind === undefined) reader.fail();
  const height = reader.varint();
  if (height < 1) reader.fail();
  return { kind: kind ?? 'dummy', height, hash: kind === 'dummy' ? NO_HASH : reader.raw(32) };
}

/** What a voter signs. Domain and epoch are added by the authenticator. */
export function voteStatement(vote: Vote): Uint8Array {
  const writer = new ByteWriter(48).u8(VOTE_TAG);
  writeVote(writer, vote);
  return writer.finish();
}

/** What a leader signs: that this is its block for this height. */
export function proposalStatement(height: number, hash: Uint8Array): Uint8Array {
  return new ByteWriter(48).u8(PROPOSAL_TAG).varint(height).raw(hash).finish();
}

/** The inverse of the two functions above; null for any other payload. */
export function readStatement(
  payload: Uint8Array,
): (Vote & { readonly proposal: false }) | { readonly proposal: true; height: number; hash: Uint8Array } | null {
  const reader = new ByteReader(payload);
  const tag = reader.u8();
  if (tag === VOTE_TAG) {
    const vote = readVote(reader);
    return reader.done() ? { ...vote, proposal: false } : null;
  }
  if (tag !== PROPOSAL_TAG) return null;
  const statement = { proposal: true as const, height: reader.varint(), hash: reader.raw(32) };
  return reader.done() ? statement : null;
}

export function makeCertificate(vote: Vote, signatures: ReadonlyMap<NodeId, Uint8Array>): Certificate {
  const sorted = [...signatures].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    kind: vote.kind,
    height: vote.height,
    hash: vote.hash,
    key: hashKey(vote.hash),
    signatures: sorted.map(([signer, signature]) => ({ signer, signature })),
  };
}

export function certificateStatements(certificate: Certificate): Signed[] {
  const payload = voteStatement(certificate);
  return certificate.signatures.map(({ signer, signature }) => ({ signer, payload, signature }));
}

/** Signers by their place in the member list, strictly rising, so that nobody counts twice. */
export function writeCertificate(writer: ByteWriter, certificate: Certificate, table: WeightTable): void {
  writeVote(writer, certificate);
  writer.list(certificate.signatures, (w, { signer, signature }) => {
    w.varint(table.ids.indexOf(signer)).bytes(signature);
  });
}

/** Refuses unknown or repeated signers and too little weight; the signatures themselves are not checked here. */
export function readCertificate(reader: ByteReader, table: WeightTable): Certificate {
  const vote = readVote(reader);
  let last = -1;
  const signatures = new Map<NodeId, Uint8Array>();
  reader.list(table.size, (r) => {
    const place = r.varint();
    const signer = table.ids[place];
    if (signer === undefined || place <= last) return r.fail();
    last = place;
    signatures.set(signer, r.bytes(MAX_SIGNATURE));
  });
  if (!table.hasByzantineQuorum(signatures.keys())) reader.fail();
  return makeCertificate(vote, signatures);
}
