import { describe, expect, test } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { decodeMessage } from '../src/messages.ts';
import { Paxos } from '../src/paxos.ts';
import { Cluster, type ClusterOptions, type Letter } from '@hypersync/testkit/log-cluster';

const THREE = ['a', 'b', 'c'];
type PaxosCluster = Cluster<'total-order'>;

function elected(options: ClusterOptions = {}): { cluster: PaxosCluster; leader: NodeId; rest: [NodeId, NodeId] } {
  const cluster: PaxosCluster = new Cluster(plugin, THREE, options);
  cluster.until(() => leaderOf(cluster) !== null);
  const leader = leaderOf(cluster)!;
  return { cluster, leader, rest: THREE.filter((id) => id !== leader) as [NodeId, NodeId] };
}

function leaderOf(cluster: PaxosCluster): NodeId | null {
  for (const { id, alive, mechanism } of cluster.sites.values())
    if (alive && mechanism.status().role === 'leader' && mechanism.status().ready) return id;
  return null;
}

function propose(cluster: PaxosCluster, id: NodeId, ticket: number, session: number, sequence: number): void {
  const op = { kind: 'append', value: new TextEncoder().encode(`${session}/${sequence}`) } as const;
  cluster.step(id, [{ t: 'propose', ticket, op, session, sequence }]);
}

function index(cluster: PaxosCluster, id: NodeId, ticket: number): number | string | undefined {
  const outcome = cluster.outcome(id, ticket);
  return outcome?.kind === 'committed' ? outcome.position.index : outcome?.kind;
}

function values(cluster: PaxosCluster, id: NodeId): string[] {
  return cluster.site(id).decisions.map(({ value }) => new TextDecoder().decode(value));
}

function lengthAt(cluster: PaxosCluster, id: NodeId): number {
  const { mechanism } = cluster.site(id);
  return mechanism instanceof Paxos ? mechanism.acceptor().length : -1;
}

const isType =
  (type: string) =>
  ({ bytes }: Letter): boolean =>
    decodeMessage(1, bytes)?.type === type;

describe('sessions: a retry is the operation that it repeats', () => {
  test('through any node it gets the place of the first, and no log holds it twice', () => {
    const { cluster } = elected();
    propose(cluster, 'a', 1001, 7, 1);
    propose(cluster, 'b', 1002, 7, 1);
    propose(cluster, 'c', 1003, 7, 2);
    propose(cluster, 'c', 1004, 7, 1);
    cluster.run(500_000);
    const first = index(cluster, 'a', 1001);
    expect(first).toBeTypeOf('number');
    expect([index(cluster, 'b', 1002), index(cluster, 'c', 1004)]).toEqual([first, first]);
    expect(values(cluster, 'a').toSorted()).toEqual(['7/1', '7/2']);
    for (const id of THREE) expect([lengthAt(cluster, id), values(cluster, id)]).toEqual([2, values(cluster, 'a')]);
  });

  test('what is decided already is answered at once, from the own memory', () => {
    const { cluster, leader, rest } = elected();
    propose(cluster, leader, 1001, 7, 1);
    cluster.run(300_000);
    cluster.passes = () => false;
    propose(cluster, rest[0], 1002, 7, 1);
    expect(index(cluster, rest[0], 1002)).toBe(1);
  });

  test('operations without a session are never taken for each other', () => {
    const { cluster } = elected();
    propose(cluster, 'a', 1001, 0, 1);
    propose(cluster, 'a', 1002, 0, 1);
    cluster.run(500_000);
    expect(values(cluster, 'a')).toHaveLength(2);
  });

  test('a new leader knows what it took over, decided or not', () => {
    const { cluster, leader, rest } = elected();
    // Accepted by all, but the leader never learns it, so nothing is decided.
    cluster.passes = (letter) => !isType('accepted')(letter);
    propose(cluster, leader, 1001, 7, 1);
    cluster.run(50_000);
    expect(lengthAt(cluster, rest[0])).toBe(1);
    cluster.crash(leader);
    const leads = (id: NodeId): boolean => cluster.site(id).mechanism.status().detail['phase'] === 'accept';
    cluster.until(() => rest.some(leads));
    const next = rest.find(leads)!;
    propose(cluster, next, 1002, 7, 1);
    cluster.heal();
    cluster.run(1_000_000);
    expect(index(cluster, next, 1002)).toBe(1);
    expect([lengthAt(cluster, next), values(cluster, next)]).toEqual([1, ['7/1']]);
  });

  test('a try that the leader took for a retry is handed on when the first try is lost with that leader', () => {
    const { cluster, leader, rest } = elected();
    // The first try stays in the leader's own log; the retry of a follower is answered with it.
    cluster.passes = (letter) => !isType('accept')(letter);
    propose(cluster, leader, 1001, 7, 1);
    propose(cluster, rest[0], 1002, 7, 1);
    cluster.run(30_000);
    expect(lengthAt(cluster, leader)).toBe(1);
    cluster.crash(leader);
    cluster.heal();
    cluster.run(3_000_000);
    expect(index(cluster, rest[0], 1002)).toBe(1);
    cluster.start(leader);
    cluster.run(3_000_000);
    for (const id of THREE) expect(values(cluster, id)).toEqual(['7/1']);
  });

  test('what is known survives snapshots and restarts', () => {
    const { cluster } = elected({ config: { retainedBytes: 0 } });
    propose(cluster, 'a', 1001, 7, 1);
    cluster.run(500_000);
    for (const id of THREE) cluster.step(id, [{ t: 'compact', index: 1, state: new Uint8Array([1]) }]);
    for (const id of THREE) {
      cluster.crash(id);
      cluster.start(id);
    }
    propose(cluster, 'b', 1002, 7, 1);
    expect(index(cluster, 'b', 1002)).toBe(1);
    cluster.run(3_000_000);
    for (const id of THREE) expect(lengthAt(cluster, id)).toBe(1);
  });

  test('a snapshot that covers a try answers it, where a session says which it is', () => {
    const { cluster, leader, rest } = elected({ config: { retainedBytes: 0 } });
    const [behind, other] = rest;
    // The leader gets its forwards and answers; nothing else reaches it.
    cluster.passes = (letter) => letter.to !== behind || isType('forward-reply')(letter);
    propose(cluster, behind, 1001, 7, 1);
    propose(cluster, behind, 1002, 0, 1);
    cluster.run(100_000);
    expect(values(cluster, leader)).toHaveLength(2);
    for (const id of [leader, other]) cluster.step(id, [{ t: 'compact', index: 2, state: new Uint8Array([1]) }]);
    cluster.heal();
    cluster.run(3_000_000);
    expect(cluster.site(behind).installed).toEqual([{ index: 2, state: new Uint8Array([1]) }]);
    expect([index(cluster, behind, 1001), index(cluster, behind, 1002)]).toEqual([1, 'unknown']);
  });
});
