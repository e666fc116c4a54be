import type { NodeId } from '@hypersync/interface';
import type { WeightTable } from '@hypersync/consensus-kit';

export interface Vote {
  readonly nodeId: NodeId;
  readonly choice: 'yes' | 'no' | 'abstain';
}

export interface VoteResult {
  /** Parts per million of all weight, as are the next three. */
  readonly yes: number;
  readonly no: number;
  readonly abstain: number;
  readonly total: number;
  /** `accepted` and `rejected` are final, whatever votes still come. */
  readonly outcome: 'accepted' | 'rejected' | 'open';
  /** Voted two ways; neither vote counts. In the order of their ids. */
  readonly equivocators: readonly NodeId[];
  /** Votes of those who have none. */
  readonly strangers: number;
}

/** Accepted by strictly more than two thirds of all weight (not of the votes cast). Each member counts once. O(v). */
export function tallyVotes(table: WeightTable, votes: Iterable<Vote>): VoteResult {
  const choices = new Map<NodeId, Vote['choice'] | 'both'>();
  let strangers = 0;
  for (const { nodeId, choice } of votes) {
    if (!table.has(nodeId)) {
      strangers++;
      continue;
    }
    const earlier = choices.get(nodeId);
    choices.set(nodeId, earlier === undefined || earlier === choice ? choice : 'both');
  }
  const sums = { yes: 0, no: 0, abstain: 0, both: 0 };
  const equivocators: NodeId[] = [];
  for (const [nodeId, choice] of choices) {
    sums[choice] += table.weightOf(nodeId);
    if (choice === 'both') equivocators.push(nodeId);
  }
  const reachable = table.total - sums.no - sums.abstain - sums.both;
  const outcome = table.isByzantineQuorum(sums.yes)
    ? 'accepted'
    : table.isByzantineQuorum(reachable)
      ? 'open'
      : 'rejected';
  const { yes, no, abstain } = sums;
  return { yes, no, abstain, total: table.total, outcome, equivocators: equivocators.sort(), strangers };
}
