import type { Invariant } from '@hypersync/testkit/consensus';
import { hashKey } from '@hypersync/consensus-kit';
import { Replica } from '../src/replica.ts';

/**
 * What Jolteon and HotStuff prove of the certified blocks, looked at from outside over all honest members: in a round at most
 * one block is certified; whatever is committed is the first of as many certified blocks as the rule asks for, each the
 * parent of the next, in consecutive rounds; and it is an ancestor of every QC of a later round, whoever holds it.
 */
export function certifiedHistory(): Invariant {
  return {
    name: 'one certified history',
    start() {
      const certified = new Map<number, string>();
      const parents = new Map<string, Link>();
      const tips = new Map<string, string>();
      let top: Link & { readonly key: string } = { round: 0, parent: '', key: '' };
      return (_nodes, { id, mechanism, status }) => {
        if (!(mechanism instanceof Replica)) return null;
        const seen = mechanism.observe();
        const { round, key } = seen.highQc;
        const known = certified.get(round);
        if (known !== undefined && known !== key) return `${id} has a second QC for round ${round}`;
        certified.set(round, key);
        for (const { block } of seen.blocks) parents.set(block.key, { round: block.round, parent: block.qc.key });
        const { committedRound, committedId, chainLength } = status?.detail ?? {};
        const tip = { round: Number(committedRound), key: String(committedId), parent: '' };
        if (tip.round > top.round) top = tip;
        if (round > top.round && leadsAside(key, top, parents)) {
          return `${id} has a QC of round ${round} beside the committed block of round ${top.round}`;
        }
        if (tips.get(id) === tip.key || seen.commitment === null) return null;
        tips.set(id, tip.key);
        const chain = Array.from({ length: Number(chainLength) }, (_, i) => tip.round + i);
        if (chain.every((wanted, i) => seen.commitment![i] === wanted)) return null;
        return `${id} committed round ${tip.round} by certified blocks of rounds ${seen.commitment.join(', ')}`;
      };
    },
  };
}

interface Link {
  readonly round: number;
  readonly parent: string;
}

/** Does the way down from this block miss `top`? False while blocks on it are unknown. */
function leadsAside(
  key: string,
  top: { readonly round: number; readonly key: string },
  parents: ReadonlyMap<string, Link>,
): boolean {
  let at = key;
  for (let block = parents.get(at); block !== undefined && block.round > top.round; block = parents.get(at)) {
    at = block.parent;
  }
  return at !== top.key && parents.has(at);
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
      const looked = new WeakSet<object>();
      const highest = new Map<string, number>();
      const records = new Map<string, { incarnation: number; voted: number; passed: number; gaveUp: number }>();
      return (_nodes, { id, incarnation, mechanism }) => {
        if (!(mechanism instanceof Replica) || !mechanism.isStarted) return null;
        const { votes, safety, gaveUp } = mechanism.observe();
        for (const signed of votes) {
          if (looked.has(signed)) continue;
          looked.add(signed);
          const { round } = signed.vote;
          const key = hashKey(signed.vote.id);
          const known = cast.get(`${id}/${round}`);
          if (known !== undefined && known !== key) return `${id} voted for two blocks in round ${round}`;
          cast.set(`${id}/${round}`, key);
          highest.set(id, Math.max(round, highest.get(id) ?? 0));
        }
        const now = { incarnation, voted: safety.lastVote?.round ?? 0, passed: safety.lastVotedRound, gaveUp };
        const before = records.get(id);
        records.set(id, now);
        if (now.passed < (highest.get(id) ?? 0)) return `${id} forgot that it had voted in round ${highest.get(id)}`;
        if (before?.incarnation !== incarnation || now.voted === before.voted) return null;
        const passed = Math.max(before.passed, before.gaveUp);
        return now.voted > passed ? null : `${id} voted in round ${now.voted}, past ${passed}`;
      };
    },
  };
}

/** Whom the log convicts at the end of the epoch is the same on all honest members, and nobody honest is among them. */
export function convictionsAgree(): Invariant {
  return {
    name: 'convictions are equal, and of nobody honest',
    start() {
      let first: { readonly id: string; readonly names: string } | null = null;
      return (nodes, { id, mechanism }) => {
        const convicted = mechanism instanceof Replica ? mechanism.convictedAtEnd : null;
        if (convicted === null) return null;
        const victim = nodes.find((node) => convicted.includes(node.id));
        if (victim !== undefined) return `${id} convicts ${victim.id}`;
        const names = convicted.toSorted().join(' ');
        first ??= { id, names };
        return first.names === names ? null : `${id} convicts "${names}", ${first.id} "${first.names}"`;
      };
    },
  };
}
