import { decodeStatement, isSameId, isSameVote, type Statement } from './certificate.ts';

/**
 * What no honest member signs both: two proposals or two votes in one round; or a vote, and in the same or a later round
 * a time-out that claims a highest QC below the one that the block voted for carries (the lie by which a fork could pass
 * a view change). Symmetric; needs nothing but the two payloads. Epoch and members are part of what is signed.
 */
export type Offence = 'double-proposal' | 'double-vote' | 'forgotten-lock';

export function offenceOf(first: Uint8Array, second: Uint8Array): Offence | null {
  const [a, b] = [decodeStatement(first), decodeStatement(second)];
  if (a === null || b === null) return null;
  if (a.kind === 'proposal' && b.kind === 'proposal') {
    return a.round === b.round && !isSameId(a.id, b.id) ? 'double-proposal' : null;
  }
  if (a.kind === 'vote' && b.kind === 'vote') {
    return a.round === b.round && !isSameVote(a, b) ? 'double-vote' : null;
  }
  return forgets(a, b) || forgets(b, a) ? 'forgotten-lock' : null;
}

function forgets(vote: Statement, timeout: Statement): boolean {
  if (vote.kind !== 'vote' || timeout.kind !== 'timeout') return false;
  return vote.round <= timeout.round && vote.parentRound > timeout.highRound;
}
