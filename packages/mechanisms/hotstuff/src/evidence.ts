import { decodeStatement, isSameId, isSameVote, type Statement } from './certificate.ts';

/**
 * What no honest member signs both: two proposals or two votes in one round; or a vote, and in the same or a later round
 * a time-out that claims a highest QC below the one that the block voted for carries (the lie by which a fork could pass
 * a view change); or a vote, and in a later round another one below the lock that the first one set. Symmetric; needs
 * nothing but the two payloads. Epoch and members are part of what is signed.
 */
export type Offence = 'double-proposal' | 'double-vote' | 'forgotten-lock';

export function offenceOf(first: Uint8Array, second: Uint8Array): Offence | null {
  const [a, b] = [decodeStatement(first), decodeStatement(second)];
  if (a === null || b === null) return null;
  if (a.kind === 'proposal' && b.kind === 'proposal') {
    return a.round === b.round && !isSameId(a.id, b.id) ? 'double-proposal' : null;
  }
  if (a.kind === 'vote' && b.kind === 'vote' && a.round === b.round) return isSameVote(a, b) ? null : 'double-vote';
  return forgets(a, b) || forgets(b, a) ? 'forgotten-lock' : null;
}

function forgets(vote: Statement, later: Statement): boolean {
  if (vote.kind !== 'vote' || later.kind === 'proposal') return false;
  if (later.kind === 'timeout') return vote.round <= later.round && vote.parentRound > later.highRound;
  return vote.round < later.round && vote.lockRound > later.parentRound;
}
