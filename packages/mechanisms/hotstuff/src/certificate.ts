import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type Signed, type WeightTable } from '@hypersync/consensus-kit';

/** "I accept this block in this round, and hold it with all its ancestors." */
export interface Vote {
  readonly round: number;
  /** Id of the block. */
  readonly id: Uint8Array;
  /** Round of the QC that the block carries: whoever signs this has seen that QC, and may not forget it. */
  readonly parentRound: number;
  /**
   * Three-chain: the voter accepts no block on a QC below this round from now on. What it signs here it cannot forget without
   * leaving proof (the view in the votes of "HotStuff-view"; Sheng et al., CCS 2021). 0 in two-chain, where time-outs say it.
   */
  readonly lockRound: number;
}

/** QC: votes of more than two thirds of the weight for one block. The genesis block's has no votes. */
export interface QuorumCertificate extends Vote {
  readonly key: string;
  readonly signatures: readonly { readonly signer: NodeId; readonly signature: Uint8Array }[];
}

/** One member's part of a timeout certificate: it gave up on the round, and its highest QC is of `highRound`. */
export interface TimeoutShare {
  readonly signer: NodeId;
  readonly highRound: number;
  readonly signature: Uint8Array;
}

/** TC: more than two thirds of the weight gave up on the round; none of them knew a QC above `highRound`. */
export interface TimeoutCertificate {
  readonly round: number;
  readonly shares: readonly TimeoutShare[];
  /** The highest of all shares. */
  readonly highRound: number;
}

export type Statement =
  | ({ readonly kind: 'vote' } & Vote)
  | { readonly kind: 'proposal'; readonly round: number; readonly id: Uint8Array }
  | { readonly kind: 'timeout'; readonly round: number; readonly highRound: number };

export const MAX_SIGNATURE = 8192;
const VOTE_TAG = 0x56;
const PROPOSAL_TAG = 0x50;
const TIMEOUT_TAG = 0x54;

/** What is signed. Domain and epoch are added by the authenticator. */
export function encodeStatement(statement: Statement): Uint8Array {
  const writer = new ByteWriter(48);
  if (statement.kind === 'timeout') {
    return writer.u8(TIMEOUT_TAG).varint(statement.round).varint(statement.highRound).finish();
  }
  if (statement.kind === 'proposal') {
    return writer.u8(PROPOSAL_TAG).varint(statement.round).raw(statement.id).finish();
  }
  writeVote(writer.u8(VOTE_TAG), statement);
  return writer.finish();
}

export function writeVote(writer: ByteWriter, { round, id, parentRound, lockRound }: Vote): void {
  writer.varint(round).varint(parentRound).varint(lockRound).raw(id);
}

export function readVote(reader: ByteReader): Vote {
  const [round, parentRound, lockRound] = [reader.varint(), reader.varint(), reader.varint()];
  if (parentRound > round || (parentRound === round && round > 0)) reader.fail();
  if (lockRound > parentRound || (lockRound === parentRound && parentRound > 0)) reader.fail();
  return { round, parentRound, lockRound, id: reader.raw(32) };
}

export function isSameVote(a: Vote, b: Vote): boolean {
  const isSamePlace = a.round === b.round && a.parentRound === b.parentRound && a.lockRound === b.lockRound;
  return isSamePlace && isSameId(a.id, b.id);
}

export function isSameId(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The inverse; null for any other payload. */
export function decodeStatement(payload: Uint8Array): Statement | null {
  const reader = new ByteReader(payload);
  const tag = reader.u8();
  let statement: Statement | null = null;
  if (tag === VOTE_TAG) statement = { kind: 'vote', ...readVote(reader) };
  else if (tag === TIMEOUT_TAG) {
    statement = { kind: 'timeout', round: reader.varint(), highRound: reader.varint() };
  } else if (tag === PROPOSAL_TAG) statement = { kind: 'proposal', round: reader.varint(), id: reader.raw(32) };
  return reader.done() ? statement : null;
}

export function makeQc(vote: Vote, signatures: ReadonlyMap<NodeId, Uint8Array>): QuorumCertificate {
  const sorted = [...signatures].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    round: vote.round,
    id: vote.id,
    parentRound: vote.parentRound,
    lockRound: vote.lockRound,
    key: hashKey(vote.id),
    signatures: sorted.map(([signer, signature]) => ({ signer, signature })),
  };
}

export function makeTc(round: number, shares: readonly TimeoutShare[]): TimeoutCertificate {
  const sorted = shares.toSorted((a, b) => (a.signer < b.signer ? -1 : 1));
  return { round, shares: sorted, highRound: Math.max(0, ...shares.map((share) => share.highRound)) };
}

export function qcStatements(qc: QuorumCertificate): Signed[] {
  const payload = encodeStatement({ kind: 'vote', ...qc });
  return qc.signatures.map(({ signer, signature }) => ({ signer, payload, signature }));
}

export function tcStatements({ round, shares }: TimeoutCertificate): Signed[] {
  return shares.map(({ signer, highRound, signature }) => ({
    signer,
    payload: encodeStatement({ kind: 'timeout', round, highRound }),
    signature,
  }));
}

/** Signers by their place in the member list, strictly rising, so that nobody counts twice. */
export function writeQc(writer: ByteWriter, qc: QuorumCertificate, table: WeightTable): void {
  writeVote(writer, qc);
  writer.list(qc.signatures, (w, { signer, signature }) => {
    w.varint(table.ids.indexOf(signer)).bytes(signature);
  });
}

/**
 * Refuses unknown or repeated signers and too little weight; signatures are not checked here. Round 0 is the genesis
 * block's: it has this id and no votes.
 */
export function readQc(reader: ByteReader, table: WeightTable, genesis: Uint8Array): QuorumCertificate {
  const vote = readVote(reader);
  const signatures = new Map<NodeId, Uint8Array>();
  readSigners(reader, table, (signer) => signatures.set(signer, reader.bytes(MAX_SIGNATURE)));
  if (vote.round === 0) {
    if (signatures.size > 0 || hashKey(vote.id) !== hashKey(genesis)) reader.fail();
  } else if (!table.hasByzantineQuorum(signatures.keys())) reader.fail();
  return makeQc(vote, signatures);
}

export function writeTc(writer: ByteWriter, { round, shares }: TimeoutCertificate, table: WeightTable): void {
  writer.varint(round).list(shares, (w, { signer, highRound, signature }) => {
    w.varint(table.ids.indexOf(signer)).varint(highRound).bytes(signature);
  });
}

/** As `readQc`; a share that claims a QC of the round it gave up on, or of a later one, is refused. */
export function readTc(reader: ByteReader, table: WeightTable): TimeoutCertificate {
  const round = reader.varint();
  const shares: TimeoutShare[] = [];
  readSigners(reader, table, (signer) => {
    const highRound = reader.varint();
    if (highRound >= round) reader.fail();
    shares.push({ signer, highRound, signature: reader.bytes(MAX_SIGNATURE) });
  });
  if (!table.hasByzantineQuorum(shares.map(({ signer }) => signer))) reader.fail();
  return makeTc(round, reader.ok ? shares : []);
}

function readSigners(reader: ByteReader, table: WeightTable, readOne: (signer: NodeId) => void): void {
  let last = -1;
  reader.list(table.size, (r) => {
    const place = r.varint();
    const signer = table.ids[place];
    if (signer === undefined || place <= last) return r.fail();
    last = place;
    readOne(signer);
  });
}
