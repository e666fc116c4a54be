import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type Signed, type WeightTable } from '@hypersync/consensus-kit';

/** The paper's PREVOTE and PRECOMMIT. */
export type VoteType = 'prevote' | 'precommit';

export interface Vote {
  readonly type: VoteType;
  readonly height: number;
  readonly round: number;
  /** The paper's id(v), the hash of a block's header; empty for nil. */
  readonly id: Uint8Array;
  /**
   * Prevotes name the proposal's validRound (POLRound), -1 for none: so two signed messages are enough to show that
   * somebody forgot a lock (accountability by justification; Sheng et al. 2021). -1 in precommits and in votes for nil.
   */
  readonly polRound: number;
}

/** The paper's PROPOSAL without the value. */
export interface ProposalHead {
  readonly height: number;
  readonly round: number;
  readonly id: Uint8Array;
  readonly polRound: number;
}

/**
 * Equal votes of more than two thirds of the weight: a proof of lock (POL) of prevotes, or a commit of precommits. Convinces
 * anybody who knows the validators of that height. Prevotes must agree in their polRound too, so that a correct one among
 * them has seen the proof that they all name.
 */
export interface Certificate extends Vote {
  /** `keyOf(id)`. */
  readonly key: string;
  /** In the order of the member list. */
  readonly votes: readonly { readonly signer: NodeId; readonly signature: Uint8Array }[];
}

/** A payload that somebody signed, decoded. */
export type Statement =
  | { readonly kind: 'vote'; readonly vote: Vote }
  | { readonly kind: 'proposal'; readonly head: ProposalHead };

const VOTE_TAG = 0x76;
const PROPOSAL_TAG = 0x70;
const TYPES: readonly VoteType[] = ['prevote', 'precommit'];
export const MAX_SIGNATURE = 8192;
/** The largest payload that is signed here, bytes. */
export const MAX_STATEMENT = 96;
export const NIL = new Uint8Array(0);
export const NIL_KEY = '';
/** Above every round that timeouts let a cluster reach within a century. */
export const MAX_ROUND = 2 ** 32;

export function writeVote(writer: ByteWriter, { type, height, round, id, polRound }: Vote): void {
  writer.u8(TYPES.indexOf(type)).varint(height).varint(round).bytes(id);
  if (type === 'prevote') writer.varint(polRound + 1);
}

export function readVote(reader: ByteReader): Vote {
  const type = TYPES[reader.u8()];
  if (type === undefined) reader.fail();
  const { height, round } = readPlace(reader);
  const id = readId(reader);
  const polRound = type === 'prevote' ? reader.varint(round) - 1 : -1;
  if (id.length === 0 && polRound !== -1) reader.fail();
  return { type: type ?? 'prevote', height, round, id, polRound };
}

function readPlace(reader: ByteReader): { height: number; round: number } {
  const place = { height: reader.varint(), round: reader.varint(MAX_ROUND) };
  if (place.height < 1) reader.fail();
  return place;
}

/** Of a block, or nil. */
function readId(reader: ByteReader): Uint8Array {
  const id = reader.bytes(32);
  if (id.length !== 0 && id.length !== 32) reader.fail();
  return id;
}

/** What a voter signs. Domain and epoch are added by the authenticator. */
export function voteStatement(vote: Vote): Uint8Array {
  const writer = new ByteWriter(64).u8(VOTE_TAG);
  writeVote(writer, vote);
  return writer.finish();
}

export function writeHead(writer: ByteWriter, { height, round, id, polRound }: ProposalHead): void {
  writer
    .varint(height)
    .varint(round)
    .varint(polRound + 1)
    .raw(id);
}

export function readHead(reader: ByteReader): ProposalHead {
  const { height, round } = readPlace(reader);
  const polRound = reader.varint(round) - 1;
  return { height, round, polRound, id: reader.raw(32) };
}

/** What a proposer signs. */
export function proposalStatement(head: ProposalHead): Uint8Array {
  const writer = new ByteWriter(64).u8(PROPOSAL_TAG);
  writeHead(writer, head);
  return writer.finish();
}

/** The inverse of the two statements; null for any other payload. */
export function readStatement(payload: Uint8Array): Statement | null {
  const reader = new ByteReader(payload);
  const tag = reader.u8();
  if (tag === VOTE_TAG) {
    const vote = readVote(reader);
    return reader.done() ? { kind: 'vote', vote } : null;
  }
  if (tag !== PROPOSAL_TAG) return null;
  const head = readHead(reader);
  return reader.done() ? { kind: 'proposal', head } : null;
}

export function keyOf(id: Uint8Array): string {
  return id.length === 0 ? NIL_KEY : hashKey(id);
}

/** What a vote counts for: votes with the same choice add up. */
export function choiceOf({ type, id, polRound }: Vote): string {
  if (id.length === 0) return NIL_KEY;
  return type === 'prevote' ? `${hashKey(id)}/${polRound}` : hashKey(id);
}

export function makeCertificate(vote: Vote, signatures: ReadonlyMap<NodeId, Uint8Array>): Certificate {
  const { type, height, round, id, polRound } = vote;
  const sorted = [...signatures].sort(([a], [b]) => (a < b ? -1 : 1));
  const votes = sorted.map(([signer, signature]) => ({ signer, signature }));
  return { type, height, round, id, polRound, key: keyOf(id), votes };
}

export function certificateStatements(certificate: Certificate): Signed[] {
  const payload = voteStatement(certificate);
  return certificate.votes.map(({ signer, signature }) => ({ signer, payload, signature }));
}

export function signersOf({ votes }: Certificate): NodeId[] {
  return votes.map(({ signer }) => signer);
}

/** Signers by their place in the list of all members, strictly rising, so that nobody counts twice. */
export function writeCertificate(writer: ByteWriter, certificate: Certificate, table: WeightTable): void {
  writeVote(writer, certificate);
  writer.list(certificate.votes, (w, { signer, signature }) => {
    w.varint(table.ids.indexOf(signer)).bytes(signature);
  });
}

/** Refuses unknown and repeated signers. Neither signatures nor weight are checked here: weights depend on the height. */
export function readCertificate(reader: ByteReader, table: WeightTable): Certificate {
  const vote = readVote(reader);
  let last = -1;
  const votes = reader.list(table.size, (r) => {
    const place = r.varint(table.size - 1);
    if (place <= last) r.fail();
    last = place;
    return { signer: table.ids[place] ?? '', signature: r.bytes(MAX_SIGNATURE) };
  });
  return { ...vote, key: keyOf(vote.id), votes };
}
