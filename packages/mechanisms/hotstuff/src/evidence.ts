import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256 } from '@hypersync/consensus-kit';
import { readHeader } from './block.ts';
import { decodeStatement, MAX_SIGNATURE } from './certificate.ts';

/**
 * What no honest member does: propose or vote for two blocks in one round; or give up on a round claiming a highest QC
 * below that of a block it had voted for (the lie by which a fork could pass a view change).
 */
export type Offence = 'double-proposal' | 'double-vote' | 'forgotten-lock';

export interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

const NO_HEADER = new Uint8Array(0);
const MAX_HEADER = 256;

/**
 * The rule that one signer of both payloads has broken; null when an honest member may sign both. For a forgotten lock
 * the first is the vote, and `header` of the block voted for says which QC it had seen.
 */
export function offenceOf(first: Uint8Array, second: Uint8Array, header: Uint8Array = NO_HEADER): Offence | null {
  const a = decodeStatement(first);
  const b = decodeStatement(second);
  if (a === null || b === null || a.kind === 'timeout') return null;
  if (b.kind === 'timeout') {
    const voted = readHeader(new ByteReader(header));
    const isItsHeader = voted !== null && a.kind === 'vote' && hashKey(sha256(header)) === hashKey(a.id);
    return isItsHeader && a.round <= b.round && voted.parentRound > b.highRound ? 'forgotten-lock' : null;
  }
  if (a.kind !== b.kind || a.round !== b.round || hashKey(a.id) === hashKey(b.id)) return null;
  return a.kind === 'vote' ? 'double-vote' : 'double-proposal';
}

/** Proof for third parties: both payloads with their signatures, and the header where it is needed. */
export function makeEvidence(
  culprit: NodeId,
  first: SignedStatement,
  second: SignedStatement,
  header: Uint8Array = NO_HEADER,
): Misbehaviour | null {
  const kind = offenceOf(first.payload, second.payload, header);
  if (kind === null) return null;
  const writer = new ByteWriter(512);
  for (const { payload, signature } of [first, second]) writer.bytes(payload).bytes(signature);
  return { culprit, kind, provable: true, proof: writer.bytes(header).finish() };
}

/** The two statements of a proof, for whoever can check signatures; null when they do not contradict each other. */
export function readEvidence(proof: Uint8Array): readonly [SignedStatement, SignedStatement] | null {
  const reader = new ByteReader(proof);
  const one = (): SignedStatement => ({ payload: reader.bytes(64), signature: reader.bytes(MAX_SIGNATURE) });
  const pair = [one(), one()] as const;
  const header = reader.bytes(MAX_HEADER);
  return reader.done() && offenceOf(pair[0].payload, pair[1].payload, header) !== null ? pair : null;
}
