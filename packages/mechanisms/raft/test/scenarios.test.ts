import { describe, expect, test } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { Cluster } from './cluster.ts';

const THREE = ['a', 'b', 'c'];
const text = new TextEncoder();
const append = (value: string) => ({ kind: 'append', value: text.encode(value) }) as const;

function leaderOf(
  cluster: Cluster<'total-order'>,
  among: readonly NodeId[] = [...cluster.sites.keys()],
): NodeId | null {
  const leaders = among.filter((id) => cluster.site(id).alive && cluster.site(id).mechanism.status().role === 'leader');
  return leaders.length === 1 ? leaders[0]! : null;
}

function elect(cluster: Cluster<'total-order'>, among?: readonly NodeId[]): NodeId {
  cluster.until(() => leaderOf(cluster, among) !== null);
  return leaderOf(cluster, among)!;
}

function values(cluster: Cluster<'total-order'>, id: NodeId): string[] {
  return cluster.site(id).decisions.map((decision) => new TextDecoder().decode(decision.value));
}

describe('normal case', () => {
  test('one leader is elected, every node decides the same values in the same order', () => {
    const cluster = new Cluster(plugin, THREE);
    elect(cluster);
    const tickets = THREE.flatMap((id) =>
      [1, 2, 3].map((n) => ({ id, ticket: cluster.propose(id, append(`${id}${n}`)) })),
    );
    cluster.run(1_000_000);
    for (const { id, ticket } of tickets) expect(cluster.outcome(id, ticket)?.kind).toBe('committed');
    expect(values(cluster, 'a')).toHaveLength(9);
    expect(values(cluster, 'b')).toEqual(values(cluster, 'a'));
    expect(values(cluster, 'c')).toEqual(values(cluster, 'a'));
    expect(cluster.site('a').decisions.map((d) => d.position.index)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('a proposal made before there is a leader waits for one', () => {
    const cluster = new Cluster(plugin, THREE);
    const ticket = cluster.propose('b', append('early'));
    cluster.run(5_000_000);
    expect(cluster.outcome('b', ticket)).toMatchObject({ kind: 'committed', position: { index: 1 } });
  });
});
