import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { Replica } from '../src/replica.ts';
import { choiceOf, type Vote } from '../src/vote.ts';

function votesOf(node: NodeView): readonly Vote[] {
  return node.mechanism instanceof Replica ? node.mechanism.ownVotes() : [];
}

/**
 * Agreement and no equivocation, restarts included: one block is decided at a height, by whomever, and no correct node
 * says two things in one step of one round.
 */
export function oneBlockOneVote(): Invariant {
  return {
    name: 'one block per height, one vote per step',
    start() {
      const settled = new Map<string, string>();
      const differs = (place: string, choice: string): string | null => {
        const before = settled.get(place);
        settled.set(place, before ?? choice);
        return before === undefined || before === choice ? null : `${place}: ${before} and ${choice}`;
      };
      return (_nodes, changed) => {
        const { decidedHeight, decidedId } = changed.status?.detail ?? {};
        if (typeof decidedId === 'string') {
          const problem = differs(`height ${decidedHeight}`, decidedId);
          if (problem !== null) return `${changed.id} decided, ${problem}`;
        }
        for (const vote of votesOf(changed)) {
          const problem = differs(`${changed.id}, ${vote.type} ${vote.height}/${vote.round}`, choiceOf(vote));
          if (problem !== null) return problem;
        }
        return null;
      };
    },
  };
}
