import type { HeightVotes } from './height-votes.ts';
import type { State } from './state.ts';

/** Heights whose votes are kept after their decision: somebody may still contradict itself there. */
export const EVIDENCE_DEPTH = 16;

/** The votes of a height that is decided now: kept for a while, for what they may prove. */
export function remember(s: State, votes: HeightVotes): void {
  s.past.set(votes.height, votes);
  for (const height of s.past.keys()) if (height <= votes.height - EVIDENCE_DEPTH) s.past.delete(height);
}
