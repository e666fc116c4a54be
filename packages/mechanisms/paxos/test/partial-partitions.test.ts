import { describe, expect, test } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import type { Ballot } from '../src/ballot.ts';
import plugin from '../src/index.ts';
import { decodeMessage, encodeMessage } from '../src/messages.ts';
import { Paxos } from '../src/paxos.ts';
import { Cluster } from '@hypersync/testkit/log-cluster';

const FIVE = ['a', 'b', 'c', 'd', 'e'];
const ROUND = 500_000;
const append = (value: string) => ({ kind: 'append', value: new TextEncoder().encode(value) }) as const;

function leaderOf(cluster: Cluster<'total-order'>): NodeId | null {
  const ready = [...cluster.sites.values()].filter(
    ({ alive, mechanism }) => alive && mechanism.status().role === 'leader' && mechanism.status().ready,
  );
  return ready.length === 1 ? ready[0]!.id : null;
}

function elected(ids: readonly NodeId[]): { cluster: Cluster<'total-order'>; leader: NodeId } {
  const cluster = new Cluster(plugin, ids);
  cluster.until(() => leaderOf(cluster) !== null);
  const leader = leaderOf(cluster)!;
  const ticket = cluster.propose(leader, append('before'));
  cluster.run(200_000);
  expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
  return { cluster, leader };
}

/** Only these pairs can talk, both ways. */
function links(cluster: Cluster<'total-order'>, pairs: readonly (readonly [NodeId, NodeId])[]): void {
  cluster.passes = ({ from, to }) => pairs.some(([a, b]) => (a === from && b === to) || (a === to && b === from));
}

function ballotAt(cluster: Cluster<'total-order'>, id: NodeId): Ballot {
  const { mechanism } = cluster.site(id);
  if (!(mechanism instanceof Paxos)) throw new TypeError('another mechanism');
  return mechanism.acceptor().promise;
}

/** Proposes at `id` and expects it to be decided within four election timeouts from now: the bound of the paper (section 5.2). */
function expectProgress(cluster: Cluster<'total-order'>, id: NodeId): void {
  const ticket = cluster.propose(id, append(`progress at ${cluster.now}`));
  cluster.run(4 * ROUND);
  expect(cluster.outcome(id, ticket)?.kind).toBe('committed');
}

/** The links break at any moment of a round of election. */
const MOMENTS = [0, 0.1, 0.3, 0.5, 0.7, 0.9].map((part) => part * ROUND);
const others = (leader: NodeId, ids: readonly NodeId[]): NodeId[] => ids.filter((id) => id !== leader);

describe('partial partitions in which Raft, VR and Multi-Paxos stop (figure 1 of the Omni-Paxos paper)', () => {
  test.each(MOMENTS)('quorum loss: everybody reaches one hub only, the leader among them (%i us)', (moment) => {
    for (const place of [0, 1, 2, 3]) {
      const { cluster, leader } = elected(FIVE);
      const hub = others(leader, FIVE)[place]!;
      cluster.run(moment);
      links(
        cluster,
        others(hub, FIVE).map((id) => [id, hub] as const),
      );
      expectProgress(cluster, hub);
      expect(leaderOf(cluster)).toBe(hub);
      for (const id of FIVE) expectProgress(cluster, id);
    }
  });

  test.each(MOMENTS)('constrained election: the only quorum-connected node has an outdated log (%i us)', (moment) => {
    for (const place of [0, 1, 2, 3]) {
      const { cluster, leader } = elected(FIVE);
      const hub = others(leader, FIVE)[place]!;
      // The hub misses entries that the others decide.
      cluster.passes = ({ from, to }) => from !== hub && to !== hub;
      const missed = ['m1', 'm2', 'm3'].map((value) => cluster.propose(leader, append(value)));
      cluster.run(100_000);
      for (const ticket of missed) expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
      cluster.heal();
      cluster.passes = ({ from, to, bytes }) =>
        (from !== hub && to !== hub) || decodeMessage(1, bytes)?.type.startsWith('heartbeat') === true;
      cluster.run(moment);
      // The leader is cut off from all; the others reach the hub only.
      links(
        cluster,
        others(hub, others(leader, FIVE)).map((id) => [id, hub] as const),
      );
      expectProgress(cluster, hub);
      expect(leaderOf(cluster)).toBe(hub);
      const values = cluster.site(hub).decisions.map(({ value }) => new TextDecoder().decode(value));
      expect(values.slice(0, 4)).toEqual(['before', 'm1', 'm2', 'm3']);
    }
  });

  test.each(MOMENTS)('chained: progress, and no livelock of leaders that outbid each other (%i us)', (moment) => {
    for (const place of [0, 1]) {
      const { cluster, leader } = elected(['a', 'b', 'c']);
      const middle = others(leader, ['a', 'b', 'c'])[place]!;
      const far = others(leader, ['a', 'b', 'c'])[1 - place]!;
      cluster.run(moment);
      links(cluster, [
        [leader, middle],
        [middle, far],
      ]);
      expectProgress(cluster, middle);
      const settled = ballotAt(cluster, middle);
      cluster.run(20 * ROUND);
      expect(ballotAt(cluster, middle)).toEqual(settled);
      expectProgress(cluster, middle);
      cluster.heal();
      cluster.run(4 * ROUND);
      for (const id of ['a', 'b', 'c']) expectProgress(cluster, id);
    }
  });

  test('a leader that is cut off from everybody is replaced within four rounds', () => {
    const { cluster, leader } = elected(FIVE);
    cluster.passes = ({ from, to }) => from !== leader && to !== leader;
    expectProgress(
      cluster,
      FIVE.find((id) => id !== leader)!,
    );
  });

  test('heartbeats that get lost once are repeated within the round, and depose nobody', () => {
    const { cluster, leader } = elected(['a', 'b', 'c']);
    const before = ballotAt(cluster, leader);
    const one = ['a', 'b', 'c'].find((id) => id !== leader)!;
    const seen = new Set<string>();
    cluster.passes = ({ from, to, bytes }) => {
      const message = decodeMessage(1, bytes);
      if (![from, to].every((id) => id === leader || id === one)) return true;
      if (message?.type !== 'heartbeat' && message?.type !== 'heartbeat-reply') return true;
      const name = `${from}-${to}-${message.type}-${message.round}`;
      const again = seen.has(name);
      seen.add(name);
      return again;
    };
    cluster.run(10 * ROUND);
    expect(ballotAt(cluster, leader)).toEqual(before);
    expectProgress(cluster, leader);
  });

  test('nobody leads without a quorum', () => {
    const { cluster } = elected(FIVE);
    cluster.partition(['a', 'b'], ['c'], ['d', 'e']);
    cluster.run(2 * ROUND);
    const ticket = cluster.propose('a', append('lost'));
    cluster.run(10 * ROUND);
    expect(cluster.outcome('a', ticket)?.kind).not.toBe('committed');
    cluster.heal();
    cluster.run(4 * ROUND);
    expectProgress(cluster, 'a');
  });

  test('a leader that promised a ballot whose leader is gone takes its place again', () => {
    const { cluster, leader } = elected(FIVE);
    const gone = FIVE.find((id) => id !== leader)!;
    const { n } = ballotAt(cluster, leader);
    cluster.crash(gone);
    // Its prepare comes late: it is gone, and everybody, the leader too, has promised it.
    const bytes = encodeMessage(1, { type: 'prepare', ballot: { n: n + 3, pid: gone } });
    for (const id of FIVE) if (id !== gone) cluster.deliver({ from: gone, to: id, bytes, text: '' });
    expect(leaderOf(cluster)).toBeNull();
    expectProgress(cluster, leader);
    expect(ballotAt(cluster, leader)).toEqual({ n: n + 4, pid: leader });
  });

  test('an acceptor that promised a ballot whose leader is gone is taken in again', () => {
    const { cluster, leader } = elected(FIVE);
    const [gone, stuck] = FIVE.filter((id) => id !== leader) as [NodeId, NodeId];
    const { n } = ballotAt(cluster, leader);
    cluster.crash(gone);
    const bytes = encodeMessage(1, { type: 'prepare', ballot: { n: n + 3, pid: gone } });
    cluster.deliver({ from: gone, to: stuck, bytes, text: '' }); // its last message: nobody else had it
    expect(ballotAt(cluster, stuck)).toEqual({ n: n + 3, pid: gone });
    cluster.run(4 * ROUND);
    expectProgress(cluster, stuck);
    expect(leaderOf(cluster)).toBe(leader);
    expect(ballotAt(cluster, stuck)).toEqual({ n: n + 4, pid: leader });
  });
});
