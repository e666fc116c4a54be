import { describe, expect, test } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { Cluster, type ClusterOptions } from '@hypersync/testkit/log-cluster';
import plugin from '../src/index.ts';
import { decodeMessage, encodeMessage } from '../src/messages.ts';

const FIVE = ['a', 'b', 'c', 'd', 'e'];
const append = (value: string) => ({ kind: 'append', value: new TextEncoder().encode(value) }) as const;
type RaftCluster = Cluster<'total-order'>;

/** a, b and c begin; d and e are there and wait. */
function start(options: ClusterOptions = {}): RaftCluster {
  return new Cluster(plugin, FIVE, { members: ['a', 'b', 'c'], ...options });
}

const statusOf = (cluster: RaftCluster, id: NodeId) => cluster.site(id).mechanism.status();
const votersOf = (cluster: RaftCluster, id: NodeId) => statusOf(cluster, id).detail['voters'];
const outgoingOf = (cluster: RaftCluster, id: NodeId) => statusOf(cluster, id).detail['outgoing'];
const isCommitted = (cluster: RaftCluster, id: NodeId, ticket: number) =>
  cluster.outcome(id, ticket)?.kind === 'committed';

function leaderOf(cluster: RaftCluster): NodeId | null {
  const leads = FIVE.filter((id) => cluster.site(id).alive && statusOf(cluster, id).role === 'leader');
  return leads.length === 1 ? leads[0]! : null;
}

function elect(cluster: RaftCluster): NodeId {
  cluster.until(() => leaderOf(cluster) !== null);
  cluster.run(100_000);
  return leaderOf(cluster)!;
}

function values(cluster: RaftCluster, id: NodeId): string[] {
  return cluster.site(id).decisions.map((decision) => new TextDecoder().decode(decision.value));
}

describe('joining and leaving', () => {
  test('a node that is not let in yet is silent', () => {
    const cluster = start();
    cluster.partition(['d', 'e'], ['a', 'b', 'c']);
    cluster.run(10_000_000);
    expect(cluster.log.filter(({ from }) => from === 'd' || from === 'e')).toEqual([]);
    expect(cluster.site('d').mechanism.nextDeadline()).toBeNull();
  });

  test('newcomers get the whole log first, then vote; everybody learns whom to connect to', () => {
    const cluster = start();
    const leader = elect(cluster);
    cluster.propose(leader, append('before'));
    cluster.run(100_000);
    const ticket = cluster.reconfigure(leader, FIVE);
    cluster.until(() => isCommitted(cluster, leader, ticket));
    cluster.run(500_000);
    for (const id of FIVE) {
      expect(votersOf(cluster, id)).toBe('a b c d e');
      expect(cluster.site(id).membership?.voters.map((member) => member.id)).toEqual(FIVE);
      expect(values(cluster, id)).toEqual(['before']);
    }
    // Two of the old three are not enough any more; three of five are.
    cluster.partition(
      [leader, 'd', 'e'],
      ['a', 'b', 'c'].filter((id) => id !== leader),
    );
    const more = cluster.propose(leader, append('with the newcomers'));
    cluster.run(1_000_000);
    expect(isCommitted(cluster, leader, more)).toBe(true);
  });

  test('while newcomers cannot be reached, the old cluster goes on, and the change is given up', () => {
    const cluster = start({ config: { proposalTimeoutMs: 2000 } });
    const leader = elect(cluster);
    cluster.partition(['a', 'b', 'c']);
    const ticket = cluster.reconfigure(leader, ['a', 'b', 'c', 'd', 'e']);
    const write = cluster.propose(leader, append('meanwhile'));
    cluster.run(1_000_000);
    expect(isCommitted(cluster, leader, write)).toBe(true);
    cluster.run(2_000_000);
    expect(cluster.outcome(leader, ticket)).toEqual({ kind: 'unknown' });
    expect(votersOf(cluster, leader)).toBe('a b c');
    expect(statusOf(cluster, leader).detail['learners']).toBe('');
    const again = cluster.reconfigure(leader, ['a', 'b']);
    cluster.run(1_000_000);
    expect(isCommitted(cluster, leader, again)).toBe(true);
  });

  test('learners are given everything and counted nowhere', () => {
    const cluster = start();
    const leader = elect(cluster);
    const ticket = cluster.reconfigure(leader, ['a', 'b', 'c'], ['d']);
    cluster.until(() => isCommitted(cluster, leader, ticket));
    cluster.propose(leader, append('x'));
    cluster.run(200_000);
    expect(values(cluster, 'd')).toEqual(['x']);
    const others = ['a', 'b', 'c'].filter((id) => id !== leader);
    cluster.partition([leader, 'd'], others); // one voter and a learner are no majority of three
    const lost = cluster.propose(leader, append('y'));
    cluster.run(3_000_000);
    expect(cluster.outcome(leader, lost)?.kind).not.toBe('committed');
    expect(statusOf(cluster, 'd').role).toBe('follower');
    expect(cluster.log.filter(({ from, text }) => from === 'd' && text.includes('raft vote epoch'))).toEqual([]);
  });

  test('who is removed falls silent and cannot disturb', () => {
    const cluster = start();
    const leader = elect(cluster);
    const gone = ['a', 'b', 'c'].find((id) => id !== leader)!;
    const rest = ['a', 'b', 'c'].filter((id) => id !== gone);
    const ticket = cluster.reconfigure(leader, rest);
    cluster.until(() => isCommitted(cluster, leader, ticket));
    cluster.run(1_000_000);
    const { term } = statusOf(cluster, leader);
    cluster.log = [];
    cluster.run(5_000_000);
    expect(cluster.log.filter(({ from }) => from === gone)).toEqual([]);
    expect(statusOf(cluster, leader)).toMatchObject({ role: 'leader', term });
  });

  test('a leader that removes itself commits that, hands over and goes', () => {
    const cluster = start();
    const leader = elect(cluster);
    const rest = ['a', 'b', 'c'].filter((id) => id !== leader);
    const ticket = cluster.reconfigure(leader, rest);
    cluster.until(() => isCommitted(cluster, leader, ticket));
    const started = cluster.now;
    cluster.until(() => rest.some((id) => statusOf(cluster, id).role === 'leader'));
    expect(cluster.now - started).toBeLessThan(1_000_000); // an election timeout is at least that: it was handed over
    cluster.run(2_000_000);
    expect(rest).toContain(leaderOf(cluster));
    const after = cluster.propose(rest[0]!, append('after'));
    cluster.run(500_000);
    expect(isCommitted(cluster, rest[0]!, after)).toBe(true);
  });

  test('any node takes the wish and forwards it', () => {
    const cluster = start();
    const leader = elect(cluster);
    const follower = ['a', 'b', 'c'].find((id) => id !== leader)!;
    const ticket = cluster.reconfigure(follower, ['a', 'b', 'c', 'd']);
    cluster.run(1_000_000);
    expect(isCommitted(cluster, follower, ticket)).toBe(true);
    expect(votersOf(cluster, 'd')).toBe('a b c d');
  });
});

describe('joint consensus', () => {
  const isJointSent = ({ bytes }: { bytes: Uint8Array }) => {
    const message = decodeMessage(1, bytes);
    return message?.type === 'append' && message.entries.some((entry) => entry.kind === 'config');
  };

  /** The leader has written the joint configuration and nobody has it yet. */
  function joint(): { cluster: RaftCluster; leader: NodeId; ticket: number } {
    const cluster = start();
    const leader = elect(cluster);
    const learn = cluster.reconfigure(leader, ['a', 'b', 'c'], ['d', 'e']);
    cluster.until(() => isCommitted(cluster, leader, learn));
    cluster.run(500_000);
    cluster.passes = (letter) => !isJointSent(letter);
    const ticket = cluster.reconfigure(leader, [leader, 'd', 'e']);
    cluster.until(() => outgoingOf(cluster, leader) === 'a b c');
    return { cluster, leader, ticket };
  }

  test('nothing is committed by a majority of one side alone', () => {
    for (const side of ['old', 'new'] as const) {
      const { cluster, leader } = joint();
      const before = Number(statusOf(cluster, leader).detail['commit']);
      const other = ['a', 'b', 'c'].filter((id) => id !== leader);
      cluster.partition([leader, ...(side === 'old' ? other : ['d', 'e'])]);
      const write = cluster.propose(leader, append('one side'));
      cluster.run(900_000);
      expect(Number(statusOf(cluster, leader).detail['commit'])).toBe(before);
      expect(cluster.outcome(leader, write)).toBeUndefined();
    }
  });

  test('nobody is elected by a majority of one side alone', () => {
    const { cluster, leader } = joint();
    cluster.heal();
    cluster.until(() => outgoingOf(cluster, 'd') === 'a b c');
    cluster.crash(leader);
    cluster.partition(['d', 'e']); // two of {leader, d, e}, none of {a, b, c}
    cluster.run(10_000_000);
    expect(['d', 'e'].map((id) => statusOf(cluster, id).role)).not.toContain('leader');
  });

  test('a new leader finishes a change whose joint half it finds, and the wish is answered', () => {
    const { cluster, leader, ticket } = joint();
    cluster.heal();
    cluster.until(() => ['a', 'b', 'c', 'd', 'e'].every((id) => outgoingOf(cluster, id) === 'a b c'), 2_000_000);
    cluster.partition(
      FIVE.filter((id) => id !== leader),
      [leader],
    );
    cluster.until(() => FIVE.some((id) => id !== leader && statusOf(cluster, id).role === 'leader'));
    cluster.run(1_000_000);
    cluster.heal();
    cluster.run(3_000_000);
    for (const id of [leader, 'd', 'e']) expect(votersOf(cluster, id)).toBe([leader, 'd', 'e'].sort().join(' '));
    expect(outgoingOf(cluster, 'd')).toBe('');
    expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
  });

  test('a joint configuration that is overwritten is gone again', () => {
    const { cluster, leader } = joint();
    expect(votersOf(cluster, leader)).toBe([leader, 'd', 'e'].sort().join(' '));
    cluster.partition(
      ['a', 'b', 'c'].filter((id) => id !== leader),
      [leader, 'd', 'e'],
    );
    cluster.until(() => ['a', 'b', 'c'].some((id) => id !== leader && statusOf(cluster, id).role === 'leader'));
    cluster.run(500_000);
    cluster.heal();
    cluster.run(1_500_000);
    // The wish was not lost with it: its node asked the new leader, and that one did it.
    expect(outgoingOf(cluster, leader)).toBe('');
    cluster.run(3_000_000);
    expect(votersOf(cluster, 'd')).toBe([leader, 'd', 'e'].sort().join(' '));
  });

  test('who has its removal only in its own log stands: the others may need it (thesis 4.2.2)', () => {
    const cluster = start();
    const leader = elect(cluster);
    const others = ['a', 'b', 'c'].filter((id) => id !== leader);
    const alone = cluster.reconfigure(leader, [leader], others);
    cluster.until(() => isCommitted(cluster, leader, alone));
    cluster.run(500_000);
    // From {leader} to the other two: the leader has the last entry of the change, they only the joint one.
    cluster.reconfigure(leader, others);
    cluster.until(() => others.every((id) => outgoingOf(cluster, id) === leader));
    cluster.passes = (letter) => !isJointSent(letter);
    cluster.until(() => outgoingOf(cluster, leader) === '');
    cluster.crash(leader);
    cluster.heal();
    cluster.start(leader);
    cluster.until(() => others.some((id) => statusOf(cluster, id).role === 'leader'));
    cluster.run(500_000);
    for (const id of others) expect(votersOf(cluster, id)).toBe(others.join(' '));
  });

  test('one change at a time: a second is told to come again', () => {
    const { cluster, leader } = joint();
    const second = cluster.reconfigure(leader, ['a', 'b', 'c', 'd']);
    cluster.run(10_000);
    expect(cluster.outcome(leader, second)).toMatchObject({ kind: 'rejected', reason: 'overloaded', retryable: true });
  });

  test('no change before an entry of the own term is committed (raft-dev 2015)', () => {
    const cluster = start();
    const first = elect(cluster);
    const ticket = cluster.reconfigure(first, ['a', 'b', 'c'], ['d']);
    cluster.until(() => isCommitted(cluster, first, ticket));
    cluster.crash(first);
    const rest = ['a', 'b', 'c'].filter((id) => id !== first);
    cluster.until(() => rest.some((id) => statusOf(cluster, id).role === 'leader'));
    const leader = rest.find((id) => statusOf(cluster, id).role === 'leader')!;
    const atOnce = Number(statusOf(cluster, leader).detail['lastIndex']);
    cluster.passes = () => false; // its first entry is not committed
    cluster.reconfigure(leader, rest);
    cluster.run(200_000);
    expect(Number(statusOf(cluster, leader).detail['lastIndex'])).toBe(atOnce);
    expect(votersOf(cluster, leader)).toBe('a b c');
  });
});

describe('restarts, snapshots and nonsense', () => {
  test('the members survive restarts and snapshots', () => {
    const cluster = start({ config: { retainedBytes: 0 } });
    const leader = elect(cluster);
    const ticket = cluster.reconfigure(leader, ['a', 'b', 'c', 'd']);
    cluster.until(() => isCommitted(cluster, leader, ticket));
    cluster.propose(leader, append('x'));
    cluster.run(200_000);
    for (const id of ['a', 'b', 'c', 'd']) cluster.step(id, [{ t: 'compact', index: 1, state: new Uint8Array([42]) }]);
    cluster.run(100_000);
    for (const id of ['a', 'b', 'c', 'd']) {
      cluster.crash(id);
      cluster.start(id);
      expect(votersOf(cluster, id)).toBe('a b c d');
    }
    const again = elect(cluster);
    const join = cluster.reconfigure(again, FIVE); // e gets the snapshot, and the members with it
    cluster.until(() => isCommitted(cluster, again, join));
    cluster.run(500_000);
    expect(cluster.site('e').installed).toEqual([{ index: 1, state: new Uint8Array([42]) }]);
    expect(votersOf(cluster, 'e')).toBe('a b c d e');
  });

  test.each([
    ['nobody', [], []],
    ['a name twice', ['a', 'a'], []],
    ['a voter that is a learner too', ['a', 'b'], ['b']],
    ['a name that is too long', ['a', 'x'.repeat(65)], []],
  ])('%s is no membership', (_, voters, learners) => {
    const cluster = start();
    const ticket = cluster.reconfigure('a', voters, learners);
    expect(cluster.outcome('a', ticket)).toMatchObject({ kind: 'rejected', reason: 'invalid' });
  });

  test('a forwarded configuration that is joint or no configuration is dropped', () => {
    const cluster = start();
    const leader = elect(cluster);
    const before = Number(statusOf(cluster, leader).detail['dropped']);
    const { term } = statusOf(cluster, leader);
    const from = ['a', 'b', 'c'].find((id) => id !== leader)!;
    const forward = { type: 'forward', term, kind: 'config', boot: 1, serial: 77, session: 0, sequence: 0 } as const;
    const bytes = encodeMessage(1, { ...forward, value: new Uint8Array([1, 2, 3]) });
    cluster.deliver({ from, to: leader, bytes, text: '' });
    expect(Number(statusOf(cluster, leader).detail['dropped'])).toBe(before + 1);
  });
});
