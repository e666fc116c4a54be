import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { Replica } from '../src/replica.ts';
import { choiceOf, NIL_KEY, type Vote } from '../src/vote.ts';

/** Agreement: two honest nodes never decide different blocks at one height. */
export function decidedBlocksAgree(): Invariant {
  return {
    name: 'decided blocks agree',
    start() {
      const decided = new Map<number, string>();
      return (_nodes, changed) => {
        const { decidedHeight: height, decidedId: id } = changed.status?.detail ?? {};
        if (typeof height !== 'number' || typeof id !== 'string') return null;
        const known = decided.get(height);
        if (known !== undefined && known !== id) return `${changed.id} decided another block at height ${height}`;
        decided.set(height, id);
        return null;
      };
    },
  };
}

function votesOf(node: NodeView): readonly Vote[] {
  return node.mechanism instanceof Replica ? node.mechanism.ownVotes() : [];
}

/** No honest node says two things in one step of one round, restarts included. */
export function oneVotePerStep(): Invariant {
  return {
    name: 'one vote per height, round and step',
    start() {
      const said = new Map<string, string>();
      return (_nodes, changed) => {
        for (const vote of votesOf(changed)) {
          const place = `${changed.id} ${vote.type} ${vote.height}/${vote.round}`;
          const choice = choiceOf(vote);
          const before = said.get(place);
          if (before !== undefined && before !== choice) return `${place} for ${before} and for ${choice}`;
          said.set(place, choice);
        }
        return null;
      };
    },
  };
}

/** Whoever precommitted a value prevotes another one only with a proof of lock from that round or later, restarts included. */
export function lockRule(): Invariant {
  return {
    name: 'no other value without a newer proof of lock',
    start() {
      const locks = new Map<string, Vote[]>();
      return (_nodes, changed) => {
        for (const vote of votesOf(changed)) {
          if (choiceOf(vote) === NIL_KEY) continue;
          const place = `${changed.id}/${vote.height}`;
          const known = locks.get(place) ?? [];
          if (vote.type === 'precommit' && !known.some(({ round }) => round === vote.round))
            locks.set(place, [...known, vote]);
          if (vote.type !== 'prevote') continue;
          const forgot = known.find(
            (lock) =>
              lock.round < vote.round &&
              lock.round > vote.polRound &&
              choiceOf(lock) !== choiceOf({ ...vote, type: 'precommit' }),
          );
          if (forgot !== undefined)
            return `${changed.id} locked in round ${forgot.round} and prevoted another value in round ${vote.round} on ${vote.polRound}`;
        }
        return null;
      };
    },
  };
}
