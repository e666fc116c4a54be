import { describe, expect, it } from 'vitest';
import { explore, type ExploreOptions, type Invariant, type NodeView } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

/** The way to the first state in which the rule does not hold. */
function wayTo(
  budget: NonNullable<ExploreOptions['budget']>,
  broken: (node: NodeView, all: readonly NodeView[]) => boolean,
): readonly string[] {
  const rule: Invariant = {
    name: 'not yet',
    start: () => (nodes, changed) => (broken(changed, nodes) ? changed.id : null),
  };
  const report = explore({ plugin: toySynod(), nodes: 3, proposers: [0], budget, invariants: [rule] });
  expect(report.violation?.kind).toBe('invariant');
  return report.violation!.path;
}

describe('the explorer', () => {
  it('finds a planted bug by a shortest way', () => {
    const plugin = toySynod('commit-without-quorum');
    const { violation } = explore({ plugin, nodes: 3, proposers: [0, 1], budget: { proposals: 2, timeouts: 0 } });
    expect(violation?.kind).toBe('agreement');
    expect(violation!.path[0]).toBe('start');
    expect(violation!.path.filter((action) => action.startsWith('a client proposes'))).toHaveLength(2);
    expect(violation!.path.length).toBeLessThan(12);
  });

  it('holds states to rules of the mechanism', () => {
    const way = wayTo({ timeouts: 0 }, (node) => node.status?.detail['pending'] !== 0);
    expect(way).toEqual(['start', 'a client proposes to n1']);
  });

  it('branches on crashes, losses and time-outs as far as the budget goes', () => {
    expect(wayTo({ crashes: 1, timeouts: 0 }, (node) => node.incarnation > 1)).toEqual(['start', 'n1 crashes']);
    expect(wayTo({ timeouts: 1, proposals: 0 }, (node) => node.mechanism!.nextDeadline()! > 30_000)).toHaveLength(2);
    const lossless = explore({ plugin: toySynod(), nodes: 2, proposers: [0], budget: { timeouts: 0 } });
    const lossy = explore({ plugin: toySynod(), nodes: 2, proposers: [0], budget: { timeouts: 0, losses: 1 } });
    expect([lossless.complete, lossy.complete]).toEqual([true, true]);
    expect(lossy.states).toBeGreaterThan(lossless.states);
  });

  it('searches worlds whose heartbeats arrive at once, until a node is muted', () => {
    const heard = (atOnce: string[], mutes: number) =>
      explore({ plugin: toySynod(), nodes: 2, proposers: [0], atOnce, budget: { timeouts: 0, mutes } });
    const [branching, prompt] = [heard([], 0), heard(['Prepare'], 0)];
    expect([branching.complete, prompt.complete]).toEqual([true, true]);
    expect(prompt.states).toBeLessThan(branching.states);
    expect(heard(['Prepare'], 1).states).toBeGreaterThan(prompt.states);
  });

  it('fires the timers of the named nodes only', () => {
    const all = explore({ plugin: toySynod(), nodes: 3, budget: { proposals: 0, timeouts: 1 } });
    const one = explore({ plugin: toySynod(), nodes: 3, timers: [1], budget: { proposals: 0, timeouts: 1 } });
    expect([all.complete, one.complete]).toEqual([true, true]);
    expect((all.states - 1) / 3).toBe(one.states - 1);
  });

  it('lets nothing become durable by itself while a crash may still come', () => {
    const decided = (node: NodeView, all: readonly NodeView[]) =>
      node.status?.position != null && all.every(({ incarnation }) => incarnation === 1);
    expect(
      wayTo({ timeouts: 0, crashes: 1 }, decided).filter((action) => action.endsWith('flushes')).length,
    ).toBeGreaterThan(1);
    expect(wayTo({ timeouts: 0 }, decided).some((action) => action.endsWith('flushes'))).toBe(false);
  });

  it('stops at its limit and says that it has not seen everything', () => {
    const report = explore({ plugin: toySynod(), nodes: 3, maxStates: 100 });
    expect(report).toMatchObject({ states: 100, complete: false, violation: null });
  });
});
