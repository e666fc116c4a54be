import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { Cluster, TIMEOUT } from './cluster.ts';

/**
 * The schedule that breaks Fast-HotStuff's first commit rule (two certified blocks, whatever their rounds): eleven views
 * with these leaders, each with one partition, as the scenario of the relab implementation tells it. There a leader alone
 * collects votes; here time-outs carry them too, so that in view 4 one member must miss the proposal for the QC to stay
 * hidden.
 */
const ELEVEN_VIEWS: readonly (readonly [leader: number, together: readonly number[]])[] = [
  [1, [1, 2, 3, 4]],
  [1, [1, 2, 3, 4]],
  [1, [1, 2, 3, 4]],
  [1, [1, 2, 3, 4]], // only n2, who collects, gets the QC of block 4
  [2, [1, 3, 4]],
  [1, [1, 3, 4]], // a rival of block 4, and only n3 gets its QC
  [3, [1, 2, 4]],
  [2, [1, 2, 4]], // a block on block 4, and only n2 gets its QC: certified parent and child, with a gap between
  [2, [1, 3, 4]],
  [3, [1, 3, 4]], // the rival wins
  [3, [1, 3, 4]],
];

function scripted(chainLength: 2 | 3): Cluster {
  const leader = (round: number): NodeId => `n${ELEVEN_VIEWS[round - 1]?.[0] ?? (round % 4) + 1}`;
  const cluster = new Cluster(4, { chainLength }, leader);
  // the partition of a view holds for everybody from the moment that somebody enters it
  cluster.passes = ({ from, to, message }) => {
    if (message.t === 'proposal' && message.block.round === 4 && to === 'n4') return false;
    const view = Math.max(...cluster.ids.map((id) => Number(cluster.detail(id, 'round'))));
    const together = ELEVEN_VIEWS[view - 1]?.[1];
    const inside = (id: NodeId): boolean => together?.includes(Number(id.slice(1))) ?? true;
    return inside(from) === inside(to);
  };
  return cluster;
}

describe.each([2, 3] as const)('the forking schedule of Fast-HotStuff, %i-chain', (chainLength) => {
  it('reaches the trap, and leaves all members with one history', () => {
    const cluster = scripted(chainLength);
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      cluster.propose(`n${(i % 4) + 1}`, `v${i}`);
      cluster.settle();
      cluster.advance(2 * TIMEOUT);
      seen.add(`QC ${cluster.detail('n2', 'highQcRound')}, committed ${cluster.detail('n2', 'committedRound')}`);
    }
    cluster.advance(20 * TIMEOUT);
    expect(seen).toContain(`QC 8, committed ${5 - chainLength}`);
    const rounds = cluster.stored('n1').map(({ block }) => block.round);
    expect(rounds).toContain(6);
    expect(rounds).not.toContain(4);
    const orders = cluster.ids.map((id) => cluster.values(id));
    expect(orders[0]!.length).toBe(40);
    for (const order of orders) expect(order).toEqual(orders[0]);
  });
});
