import { describe, expect, it } from 'vitest';
import { Cluster, DELTA } from './cluster.ts';

describe('a healthy cluster', () => {
  it.each([1, 2, 3, 4, 7])('of %i decides in one order, and answers the ticket', (n) => {
    const cluster = new Cluster(n);
    const tickets = ['a', 'b', 'c'].map(
      (text, i) => [cluster.ids[i % n]!, cluster.propose(cluster.ids[i % n]!, text)] as const,
    );
    cluster.settle();
    cluster.advance(20 * DELTA);
    const order = cluster.values('n1');
    expect(order.toSorted()).toEqual(['a', 'b', 'c']);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(order);
    for (const [id, ticket] of tickets) expect(cluster.host(id).outcomes.get(ticket)?.kind).toBe('committed');
  });
});
