import type { Invariant, NodeView } from '@hypersync/testkit/consensus';
import { Replica } from '../src/replica.ts';

type Check = (nodes: readonly NodeView[], changed: NodeView) => string | null;

/** Runs the check on the changed node only, if it is an honest member that is up. */
function ofReplica(check: (id: string, replica: Replica) => string | null): Check {
  return (_nodes, { id, mechanism }) => (mechanism instanceof Replica ? check(id, mechanism) : null);
}

/** Two honest members never commit different blocks at one height. */
export function committedPrefixesAgree(): Invariant {
  return {
    name: 'committed prefixes agree',
    start() {
      const committed = new Map<number, string>();
      return (_nodes, changed) => {
        const { committedHeight: height, committedId: id } = changed.status?.detail ?? {};
        if (typeof height !== 'number' || typeof id !== 'string') return null;
        const known = committed.get(height);
        if (known !== undefined && known !== id) return `${changed.id} committed another block at height ${height}`;
        committed.set(height, id);
        return null;
      };
    },
  };
}

/** In one round at most one block is ever certified. */
export function oneQcPerRound(): Invariant {
  return {
    name: 'one QC per round',
    start() {
      const certified = new Map<number, string>();
      return ofReplica((id, replica) => {
        const { round, key } = replica.observe().highQc;
        const known = certified.get(round);
        if (known !== undefined && known !== key) return `${id} has a second QC for round ${round}`;
        certified.set(round, key);
        return null;
      });
    },
  };
}

/**
 * No honest member ever has votes for two blocks in one round, restarts included; each new vote is in a higher round than
 * everything it voted for or gave up before; and a restart forgets none of it that may have left.
 */
export function votesStrictlyIncrease(): Invariant {
  return {
    name: 'votes strictly increase',
    start() {
      const cast = new Map<string, string>();
      const highest = new Map<string, number>();
      const records = new Map<string, { incarnation: number; voted: number; passed: number }>();
      return (_nodes, { id, incarnation, mechanism }) => {
        if (!(mechanism instanceof Replica) || !mechanism.isStarted) return null;
        const { votes, safety } = mechanism.observe();
        for (const { round, key } of votes) {
          const known = cast.get(`${id}/${round}`);
          if (known !== undefined && known !== key) return `${id} voted for two blocks in round ${round}`;
          cast.set(`${id}/${round}`, key);
          highest.set(id, Math.max(round, highest.get(id) ?? 0));
        }
        const now = { incarnation, voted: safety.lastVote?.round ?? 0, passed: safety.lastVotedRound };
        const before = records.get(id);
        records.set(id, now);
        if (now.passed < (highest.get(id) ?? 0)) return `${id} forgot that it had voted in round ${highest.get(id)}`;
        if (before?.incarnation !== incarnation || now.voted === before.voted) return null;
        return now.voted > before.passed ? null : `${id} voted in round ${now.voted}, past ${before.passed}`;
      };
    },
  };
}

/** Whatever anybody has committed is an ancestor of every QC of a later round, whoever holds it. */
export function qcsExtendCommitted(): Invariant {
  return {
    name: 'every later QC extends what is committed',
    start() {
      const parents = new Map<string, { round: number; parent: string }>();
      let top = { round: 0, key: '' };
      return (_nodes, { id, mechanism, status }) => {
        if (!(mechanism instanceof Replica)) return null;
        const { highQc, blocks } = mechanism.observe();
        for (const { round, key, parent } of blocks) parents.set(key, { round, parent });
        const { committedRound: round, committedId: key } = status?.detail ?? {};
        if (typeof round === 'number' && typeof key === 'string' && round > top.round) top = { round, key };
        if (highQc.round <= top.round) return null;
        let at = highQc.key;
        for (let block = parents.get(at); block !== undefined && block.round > top.round; block = parents.get(at)) {
          at = block.parent;
        }
        const reached = parents.get(at);
        const isKnown = reached !== undefined || at === top.key;
        return isKnown && at !== top.key
          ? `${id} has a QC of round ${highQc.round} beside the committed block of ${top.round}`
          : null;
      };
    },
  };
}
