import { describe, expect, test } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { Cluster, type ClusterOptions } from '@hypersync/testkit/log-cluster';
import { ByteReader, ByteWriter, SESSION_WINDOW, Sessions } from '@hypersync/consensus-kit';
import plugin from '../src/index.ts';

const THREE = ['a', 'b', 'c'];
const append = (value: string) => ({ kind: 'append', value: new TextEncoder().encode(value) }) as const;
type RaftCluster = Cluster<'total-order'>;

const start = (options: ClusterOptions = {}): RaftCluster => new Cluster(plugin, THREE, options);
const statusOf = (cluster: RaftCluster, id: NodeId) => cluster.site(id).mechanism.status();
const commitOf = (cluster: RaftCluster, id: NodeId) => Number(statusOf(cluster, id).detail['commit']);

function leaderOf(cluster: RaftCluster, among = THREE): NodeId | null {
  const leads = among.filter((id) => cluster.site(id).alive && statusOf(cluster, id).role === 'leader');
  return leads.length === 1 ? leads[0]! : null;
}

function elect(cluster: RaftCluster, among = THREE): NodeId {
  cluster.until(() => leaderOf(cluster, among) !== null);
  const leader = leaderOf(cluster, among)!;
  cluster.run(100_000);
  return leader;
}

const values = (cluster: RaftCluster, id: NodeId): string[] =>
  cluster.site(id).decisions.map((decision) => new TextDecoder().decode(decision.value));

describe('handing over (thesis 3.10)', () => {
  test('the wanted node leads within a round trip or two, and no write is lost or refused', () => {
    const cluster = start();
    const leader = elect(cluster);
    const next = THREE.find((id) => id !== leader)!;
    const began = cluster.now;
    const ticket = cluster.transfer(leader, next);
    const write = cluster.propose(leader, append('in between'));
    cluster.until(() => leaderOf(cluster) === next);
    expect(cluster.now - began).toBeLessThan(20_000);
    cluster.run(500_000);
    expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
    expect(cluster.outcome(leader, write)?.kind).toBe('committed');
    expect(values(cluster, 'a')).toEqual(['in between']);
  });

  test('null hands over to the voter with the longest log', () => {
    const cluster = start();
    const leader = elect(cluster);
    const [behind, ahead] = THREE.filter((id) => id !== leader) as [NodeId, NodeId];
    cluster.passes = ({ to }) => to !== behind;
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    cluster.heal();
    cluster.transfer(leader, null);
    cluster.until(() => leaderOf(cluster) !== leader && leaderOf(cluster) !== null);
    expect(leaderOf(cluster)).toBe(ahead);
  });

  test('a successor that cannot be reached: the leader goes on, and says that it did not work', () => {
    const cluster = start();
    const leader = elect(cluster);
    const [next, other] = THREE.filter((id) => id !== leader) as [NodeId, NodeId];
    cluster.partition([leader, other]);
    const ticket = cluster.transfer(leader, next);
    const write = cluster.propose(leader, append('waits'));
    cluster.run(500_000);
    expect(cluster.outcome(leader, write)).toBeUndefined(); // it takes nothing while it is on its way out
    cluster.run(1_500_000);
    expect(cluster.outcome(leader, ticket)).toMatchObject({ kind: 'rejected', reason: 'no-quorum', retryable: true });
    expect(cluster.outcome(leader, write)?.kind).toBe('committed');
    expect(leaderOf(cluster, [leader, other])).toBe(leader);
  });

  test('a follower refuses and names the leader; a stranger cannot be wanted', () => {
    const cluster = start();
    const leader = elect(cluster);
    const follower = THREE.find((id) => id !== leader)!;
    const refused = cluster.transfer(follower, follower);
    expect(cluster.outcome(follower, refused)).toMatchObject({ reason: 'not-leader', hint: leader });
    const stranger = cluster.transfer(leader, 'z');
    expect(cluster.outcome(leader, stranger)).toMatchObject({ reason: 'invalid' });
    const self = cluster.transfer(leader, leader);
    expect(cluster.outcome(leader, self)?.kind).toBe('committed');
  });
});

describe('leases in the log (LeaseGuard)', () => {
  const LEASE = { config: { leaseMs: 500 }, clockError: 5000 };
  const reads = (cluster: RaftCluster) => cluster.log.filter(({ text }) => text.includes('heartbeat epoch')).length;

  test('a leader that has just committed answers without asking anybody', () => {
    const cluster = start(LEASE);
    const leader = elect(cluster);
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    cluster.log = [];
    const ticket = cluster.read(leader, '', 'lease');
    expect(cluster.outcome(leader, ticket)).toMatchObject({ kind: 'values', position: { index: 1 } });
    expect(reads(cluster)).toBe(0);
  });

  test('a run-out lease is renewed by an entry of no value; that read goes the long way', () => {
    const cluster = start(LEASE);
    const leader = elect(cluster);
    cluster.run(2_000_000);
    const before = commitOf(cluster, leader);
    const first = cluster.read(leader, '', 'lease');
    expect(cluster.outcome(leader, first)).toBeUndefined();
    cluster.run(50_000);
    expect(cluster.outcome(leader, first)?.kind).toBe('values');
    expect(commitOf(cluster, leader)).toBe(before + 1);
    const second = cluster.read(leader, '', 'lease');
    expect(cluster.outcome(leader, second)?.kind).toBe('values');
  });

  test('a follower asks the leader, who answers under its lease', () => {
    const cluster = start(LEASE);
    const leader = elect(cluster);
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    cluster.log = [];
    const follower = THREE.find((id) => id !== leader)!;
    const ticket = cluster.read(follower, '', 'lease');
    cluster.run(4_000);
    expect(cluster.outcome(follower, ticket)).toMatchObject({ kind: 'values', position: { index: 1 } });
    expect(reads(cluster)).toBe(0);
  });

  test('a new leader commits nothing before the old lease has run out, though it has a majority', () => {
    const cluster = start({ config: { leaseMs: 5000 }, clockError: 5000 });
    const old = elect(cluster);
    cluster.propose(old, append('x'));
    cluster.run(50_000);
    const made = cluster.now;
    cluster.partition(
      [old],
      THREE.filter((id) => id !== old),
    );
    const rest = THREE.filter((id) => id !== old);
    cluster.until(() => leaderOf(cluster, rest) !== null);
    const next = leaderOf(cluster, rest)!;
    const write = cluster.propose(next, append('y'));
    while (cluster.now < made + 4_900_000) {
      expect(cluster.outcome(next, write)).toBeUndefined();
      cluster.run(50_000);
    }
    cluster.until(() => cluster.outcome(next, write)?.kind === 'committed', 400_000);
  });

  test('a new leader reads under the lease of the old one while nothing that it found is in doubt', () => {
    const cluster = start({ config: { leaseMs: 20_000 }, clockError: 5000 });
    const old = elect(cluster);
    cluster.propose(old, append('x'));
    cluster.run(300_000); // everybody knows that it is committed
    cluster.crash(old);
    const rest = THREE.filter((id) => id !== old);
    cluster.until(() => leaderOf(cluster, rest) !== null);
    const next = leaderOf(cluster, rest)!;
    expect(commitOf(cluster, next)).toBeLessThan(Number(statusOf(cluster, next).detail['lastIndex']));
    const ticket = cluster.read(next, '', 'lease');
    expect(cluster.outcome(next, ticket)).toMatchObject({ kind: 'values', position: { index: 1 } });
  });

  test('with something in doubt (the limbo region) it does not', () => {
    const cluster = start({ config: { leaseMs: 20_000 }, clockError: 5000 });
    const old = elect(cluster);
    cluster.run(300_000);
    cluster.passes = ({ text }) => !text.includes('append-reply');
    cluster.propose(old, append('in doubt')); // everybody has it, nobody knows whether it is committed
    cluster.run(50_000);
    cluster.heal();
    cluster.crash(old);
    const rest = THREE.filter((id) => id !== old);
    cluster.until(() => leaderOf(cluster, rest) !== null);
    const next = leaderOf(cluster, rest)!;
    const ticket = cluster.read(next, '', 'lease');
    cluster.run(1_000_000);
    expect(cluster.outcome(next, ticket)).toBeUndefined();
  });

  test('a handed-over leadership inherits no wait', () => {
    const cluster = start({ config: { leaseMs: 20_000 }, clockError: 5000 });
    const leader = elect(cluster);
    const next = THREE.find((id) => id !== leader)!;
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    cluster.transfer(leader, next);
    cluster.until(() => leaderOf(cluster) === next);
    const write = cluster.propose(next, append('y'));
    cluster.run(50_000);
    expect(cluster.outcome(next, write)?.kind).toBe('committed');
  });

  test('without a clock there is no lease: reads go the long way, a new leader waits by its own timer', () => {
    const cluster = start({ config: { leaseMs: 3000 } });
    const old = elect(cluster);
    const read = cluster.read(old, '', 'lease');
    expect(cluster.outcome(old, read)).toBeUndefined();
    cluster.run(50_000);
    expect(cluster.outcome(old, read)?.kind).toBe('values');
    cluster.crash(old);
    const rest = THREE.filter((id) => id !== old);
    cluster.until(() => leaderOf(cluster, rest) !== null);
    const led = cluster.now;
    const next = leaderOf(cluster, rest)!;
    const write = cluster.propose(next, append('y'));
    cluster.until(() => cluster.outcome(next, write)?.kind === 'committed');
    expect(cluster.now - led).toBeGreaterThan(3_000_000);
    expect(cluster.now - led).toBeLessThan(3_600_000);
  });
});

describe('sessions (thesis 6.3)', () => {
  const propose = (cluster: RaftCluster, id: NodeId, ticket: number, session: number, sequence: number) =>
    cluster.step(id, [{ t: 'propose', ticket, op: append(`${session}/${sequence}`), session, sequence }]);

  test('a retry through another node gets the place of the first, and is decided once', () => {
    const cluster = start();
    elect(cluster);
    propose(cluster, 'a', 1001, 7, 1);
    propose(cluster, 'b', 1002, 7, 1);
    propose(cluster, 'c', 1003, 7, 2);
    cluster.run(500_000);
    const index = (id: NodeId, ticket: number) => {
      const outcome = cluster.outcome(id, ticket);
      return outcome?.kind === 'committed' ? outcome.position.index : null;
    };
    expect(index('a', 1001)).toBe(index('b', 1002));
    expect(values(cluster, 'a').sort()).toEqual(['7/1', '7/2']);
    expect(values(cluster, 'b')).toEqual(values(cluster, 'c'));
  });

  test('operations without a session are never taken for each other', () => {
    const cluster = start();
    elect(cluster);
    propose(cluster, 'a', 1001, 0, 1);
    propose(cluster, 'a', 1002, 0, 1);
    cluster.run(500_000);
    expect(values(cluster, 'a')).toHaveLength(2);
  });

  test('what is known survives snapshots and restarts', () => {
    const cluster = start({ config: { retainedBytes: 0 } });
    elect(cluster);
    propose(cluster, 'a', 1001, 7, 1);
    cluster.run(500_000);
    for (const id of THREE) cluster.step(id, [{ t: 'compact', index: 1, state: new Uint8Array([1]) }]);
    for (const id of THREE) {
      cluster.crash(id);
      cluster.start(id);
    }
    elect(cluster);
    propose(cluster, 'b', 1002, 7, 1);
    cluster.run(500_000);
    expect(cluster.outcome('b', 1002)).toMatchObject({ kind: 'committed', position: { index: 1 } });
    for (const id of THREE) expect(statusOf(cluster, id).position).toMatchObject({ index: 1 });
  });

  test('memory is bounded by decisions: what is out of the window is a new operation, everywhere alike', () => {
    const sessions = new Sessions();
    sessions.remember(1, 1, 1);
    expect(sessions.find(1, 1, SESSION_WINDOW)).toBe(1);
    expect(sessions.find(1, 1, SESSION_WINDOW + 1)).toBe(0);
    for (let i = 2; i <= 2 * SESSION_WINDOW; i++) sessions.remember(1, i, i);
    sessions.forgetBefore(2 * SESSION_WINDOW);
    const writer = new ByteWriter(1024);
    sessions.write(writer, 2 * SESSION_WINDOW);
    const copy = Sessions.read(new ByteReader(writer.finish()));
    expect(copy.find(1, SESSION_WINDOW, 2 * SESSION_WINDOW)).toBe(0);
    expect(copy.find(1, SESSION_WINDOW + 1, 2 * SESSION_WINDOW)).toBe(SESSION_WINDOW + 1);
  });
});
