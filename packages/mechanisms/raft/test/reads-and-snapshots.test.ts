import { describe, expect, test } from 'vitest';
import type { NodeId, Outcome } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { decodeMessage, describeMessage, encodeMessage } from '../src/messages.ts';
import { Cluster, type ClusterOptions, type Letter } from '@hypersync/testkit/log-cluster';

const THREE = ['a', 'b', 'c'];
const append = (value: string) => ({ kind: 'append', value: new TextEncoder().encode(value) }) as const;

type RaftCluster = Cluster<'total-order'>;

function elected(options: ClusterOptions = {}): { cluster: RaftCluster; leader: NodeId; rest: [NodeId, NodeId] } {
  const cluster = new Cluster(plugin, THREE, options);
  const leader = electAmong(cluster, THREE);
  return { cluster, leader, rest: THREE.filter((id) => id !== leader) as [NodeId, NodeId] };
}

function electAmong(cluster: RaftCluster, ids: readonly NodeId[]): NodeId {
  const leads = (id: NodeId): boolean =>
    cluster.site(id).alive && cluster.site(id).mechanism.status().role === 'leader';
  cluster.until(() => ids.some(leads));
  cluster.run(50_000);
  return ids.find(leads)!;
}

function isType(type: string): (letter: Letter) => boolean {
  return ({ bytes }) => decodeMessage(1, bytes)?.type === type;
}

function indexOf(outcome: Outcome<'total-order'> | undefined): number | undefined {
  return outcome?.kind === 'committed' || outcome?.kind === 'values' ? outcome.position.index : undefined;
}

function values(cluster: RaftCluster, id: NodeId): string[] {
  return cluster.site(id).decisions.map((decision) => new TextDecoder().decode(decision.value));
}

function detail(cluster: RaftCluster, id: NodeId, key: string): number {
  return cluster.site(id).mechanism.status().detail[key] as number;
}

describe('linearizable reads (ReadIndex)', () => {
  test('a read sees every write that was acknowledged before, at the leader and at followers', () => {
    const { cluster, leader, rest } = elected();
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    const reads = [leader, ...rest].map((id) => ({ id, ticket: cluster.read(id) }));
    cluster.run(50_000);
    for (const { id, ticket } of reads) expect(indexOf(cluster.outcome(id, ticket))).toBe(1);
  });

  test('a leader that was replaced without knowing it answers no read', () => {
    const { cluster, leader, rest } = elected();
    cluster.partition([leader], rest);
    const next = electAmong(cluster, rest);
    const written = cluster.propose(next, append('newer'));
    cluster.run(50_000);
    expect(cluster.outcome(next, written)?.kind).toBe('committed');
    const stale = cluster.read(leader);
    cluster.run(1000);
    expect(cluster.outcome(leader, stale)).toBeUndefined();
    cluster.heal();
    cluster.run(3_000_000);
    expect(indexOf(cluster.outcome(leader, stale))).toBe(1);
  });

  test('answers to heartbeats of before the read do not confirm it (pause of the leader)', () => {
    const { cluster, leader, rest } = elected({ config: { electionTimeoutMs: 1000, heartbeatIntervalMs: 100 } });
    cluster.run(150_000); // heartbeats and their answers have been exchanged
    const held = cluster.log.filter((letter) => letter.to === leader && isType('heartbeat-reply')(letter));
    cluster.passes = () => false;
    const read = cluster.read(leader);
    for (const letter of held) cluster.deliver(letter);
    expect(held.length).toBeGreaterThan(1);
    expect(cluster.outcome(leader, read)).toBeUndefined();
    expect(rest).toHaveLength(2);
  });

  test('a new leader answers no read before an entry of its own term is committed', () => {
    const { cluster, leader, rest } = elected();
    // An entry is committed at the leader, but followers do not learn it.
    cluster.passes = (letter) => {
      const message = decodeMessage(1, letter.bytes);
      return message?.type !== 'commit' && message?.type !== 'heartbeat';
    };
    const written = cluster.propose(leader, append('x'));
    cluster.run(20_000);
    expect(cluster.outcome(leader, written)?.kind).toBe('committed');
    cluster.crash(leader);
    // The next leader cannot replicate its opening entry yet, but heartbeats do get through.
    cluster.passes = (letter) => !isType('append')(letter);
    const next = electAmong(cluster, rest);
    const read = cluster.read(next);
    cluster.run(300_000);
    expect(cluster.outcome(next, read)).toBeUndefined();
    cluster.heal();
    cluster.run(1_000_000);
    expect(indexOf(cluster.outcome(next, read))).toBe(1);
  });

  test('a follower answers once it has applied what the leader had committed', () => {
    const { cluster, leader, rest } = elected();
    const [behind, other] = rest;
    cluster.passes = ({ from, to, bytes }) => {
      const message = decodeMessage(1, bytes);
      return !(to === behind && from === leader && message?.type !== 'read-reply');
    };
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    const read = cluster.read(behind);
    cluster.run(50_000);
    expect(cluster.outcome(behind, read)).toBeUndefined();
    cluster.heal();
    cluster.run(1_000_000);
    expect(indexOf(cluster.outcome(behind, read))).toBe(1);
    expect(values(cluster, other)).toEqual(['x']);
  });

  test('an answer to a read of an earlier incarnation counts for nothing', () => {
    const { cluster, leader, rest } = elected();
    const [reader] = rest;
    cluster.passes = (letter) => !isType('read-reply')(letter);
    cluster.read(reader);
    cluster.run(50_000);
    const held = cluster.log.filter(isType('read-reply'));
    expect(held.length).toBeGreaterThan(0);
    cluster.crash(reader);
    cluster.propose(leader, append('newer'));
    cluster.run(50_000);
    cluster.start(reader);
    cluster.heal();
    cluster.run(1_000_000);
    expect(values(cluster, reader)).toEqual(['newer']);
    cluster.passes = () => false;
    const read = cluster.read(reader);
    for (const letter of held) cluster.deliver(letter);
    expect(cluster.outcome(reader, read)).toBeUndefined();
  });

  test('sequential and eventual reads are local and never wait', () => {
    const { cluster, leader } = elected();
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    cluster.passes = () => false;
    for (const level of ['sequential', 'eventual'] as const)
      expect(indexOf(cluster.outcome(leader, cluster.read(leader, '', level)))).toBe(1);
  });

  test('a read without a quorum is refused in time', () => {
    const { cluster, leader, rest } = elected({ config: { proposalTimeoutMs: 2000 } });
    cluster.partition([leader], rest);
    const read = cluster.read(leader);
    cluster.run(3_000_000);
    expect(cluster.outcome(leader, read)).toMatchObject({ kind: 'rejected', reason: 'no-quorum', retryable: true });
  });
});

describe('snapshots', () => {
  const config = { retainedBytes: 0, snapshotChunkBytes: 100 };
  const state = new Uint8Array(950).map((_, i) => i);

  function compacted(): { cluster: RaftCluster; leader: NodeId; behind: NodeId; other: NodeId } {
    const { cluster, leader, rest } = elected({ config });
    const [behind, other] = rest;
    cluster.passes = ({ from, to }) => from !== behind && to !== behind;
    for (let i = 1; i <= 10; i++) cluster.propose(leader, append(`v${i}`));
    cluster.run(100_000);
    for (const id of [leader, other]) cluster.step(id, [{ t: 'compact', index: 8, state }]);
    return { cluster, leader, behind, other };
  }

  test('a follower whose entries are gone gets the state in chunks, then the rest one by one', () => {
    const { cluster, leader, behind } = compacted();
    expect(detail(cluster, leader, 'baseIndex')).toBeGreaterThan(8);
    cluster.log = [];
    cluster.heal();
    cluster.run(3_000_000);
    expect(cluster.log.filter((letter) => letter.to === behind && isType('snapshot')(letter)).length).toBeGreaterThan(
      9,
    );
    expect(cluster.site(behind).installed).toEqual([{ index: 8, state }]);
    expect(values(cluster, behind)).toEqual(['v9', 'v10']);
    expect(cluster.site(behind).decisions.map(({ position }) => position.index)).toEqual([9, 10]);
  });

  test('chunks that are lost, doubled or late do not spoil it', () => {
    const { cluster, behind } = compacted();
    let n = 0;
    cluster.passes = (letter) => !isType('snapshot')(letter) || n++ % 3 !== 0;
    cluster.run(500_000);
    const chunksSoFar = () => cluster.log.filter((letter) => letter.to === behind && isType('snapshot')(letter));
    for (const chunk of chunksSoFar().slice(0, 3)) cluster.deliver(chunk);
    cluster.run(10_000_000);
    const chunks = chunksSoFar();
    expect(cluster.site(behind).installed).toEqual([{ index: 8, state }]);
    cluster.step(behind, [{ t: 'compact', index: 10, state }]);
    const before = [detail(cluster, behind, 'commit'), detail(cluster, behind, 'lastIndex')];
    for (const chunk of chunks) cluster.deliver(chunk); // old ones, over a newer log
    expect([detail(cluster, behind, 'commit'), detail(cluster, behind, 'lastIndex')]).toEqual(before);
    expect(cluster.site(behind).installed).toHaveLength(1);
    expect(values(cluster, behind)).toEqual(['v9', 'v10']);
  });

  test('a restarted node goes on from its snapshot, also when the application had less', () => {
    const { cluster, leader, other } = compacted();
    cluster.heal();
    cluster.crash(other);
    cluster.site(other).applied = 3;
    cluster.site(other).decisions = [];
    cluster.start(other);
    cluster.run(3_000_000);
    expect(cluster.site(other).installed).toEqual([{ index: 8, state }]);
    expect(cluster.site(other).decisions.map(({ position }) => position.index)).toEqual([9, 10]);
    expect(cluster.outcome(leader, cluster.propose(leader, append('more')))).toBeUndefined();
    cluster.run(100_000);
    expect(values(cluster, other)).toEqual(['v9', 'v10', 'more']);
  });

  test('decisions that the application has applied are not delivered again after a restart', () => {
    const { cluster, leader, rest } = elected();
    for (let i = 1; i <= 4; i++) cluster.propose(leader, append(`v${i}`));
    cluster.run(100_000);
    const [one] = rest;
    cluster.crash(one);
    cluster.site(one).decisions = [];
    cluster.site(one).applied = 3;
    cluster.start(one);
    cluster.run(2_000_000);
    expect(values(cluster, one)).toEqual(['v4']);
  });

  test('entries kept behind the snapshot serve a follower that is slightly behind', () => {
    const { cluster, leader, rest } = elected({ config: { retainedBytes: 4096 } });
    const [behind] = rest;
    cluster.passes = ({ from, to }) => from !== behind && to !== behind;
    for (let i = 1; i <= 5; i++) cluster.propose(leader, append(`v${i}`));
    cluster.run(100_000);
    cluster.step(leader, [{ t: 'compact', index: 5, state }]);
    cluster.heal();
    cluster.run(2_000_000);
    expect(cluster.site(behind).installed).toEqual([]);
    expect(values(cluster, behind)).toHaveLength(5);
  });
});

describe('the stop sign', () => {
  test('seals every node once, after the same last decision; nothing is decided after it', () => {
    const { cluster, leader, rest } = elected();
    cluster.propose(leader, append('last'));
    const stop = cluster.stop(rest[0]);
    cluster.run(500_000);
    expect(indexOf(cluster.outcome(rest[0], stop))).toBe(1);
    for (const id of THREE)
      expect(cluster.site(id).sealed).toMatchObject({ sign: { nextEpoch: 2 }, position: { index: 1 } });
    for (const id of THREE) {
      expect(cluster.outcome(id, cluster.propose(id, append('late')))).toMatchObject({
        reason: 'sealed',
        retryable: true,
      });
      expect(cluster.outcome(id, cluster.read(id))).toMatchObject({ reason: 'sealed' });
    }
    cluster.run(1_000_000);
    expect(values(cluster, leader)).toEqual(['last']);
  });

  test('a leader takes no value behind a stop sign that is not committed yet', () => {
    const { cluster, leader } = elected();
    cluster.passes = () => false;
    cluster.stop(leader);
    expect(cluster.outcome(leader, cluster.propose(leader, append('late')))).toMatchObject({ reason: 'sealed' });
  });

  test('nor does a new leader that took the stop sign over', () => {
    const { cluster, leader, rest } = elected();
    cluster.passes = (letter) => !isType('append-reply')(letter);
    cluster.stop(leader);
    cluster.run(50_000);
    cluster.crash(leader);
    const next = electAmong(cluster, rest);
    expect(cluster.outcome(next, cluster.propose(next, append('late')))).toMatchObject({ reason: 'sealed' });
    cluster.heal();
    cluster.run(1_000_000);
    for (const id of rest) expect(cluster.site(id).sealed).toMatchObject({ position: { index: 0 } });
  });

  test('a read of a node that does not know of the end is refused by the leader, which does', () => {
    const { cluster, leader, rest } = elected();
    const [behind] = rest;
    const tells = ['commit', 'heartbeat', 'append'];
    cluster.passes = ({ to, bytes }) => to !== behind || !tells.includes(decodeMessage(1, bytes)?.type ?? '');
    cluster.stop(leader);
    cluster.run(50_000);
    expect([cluster.site(leader).sealed !== null, cluster.site(behind).sealed]).toEqual([true, null]);
    const read = cluster.read(behind);
    cluster.run(50_000);
    expect(cluster.outcome(behind, read)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
  });

  test('a stop sign that never reached a quorum gives way like any entry, and its epoch goes on', () => {
    const { cluster, leader, rest } = elected({ config: { proposalTimeoutMs: 1000 } });
    cluster.partition([leader], rest);
    const stop = cluster.stop(leader);
    const next = electAmong(cluster, rest);
    const ticket = cluster.propose(next, append('goes on'));
    cluster.run(2_000_000);
    expect(indexOf(cluster.outcome(next, ticket))).toBe(1);
    expect(cluster.outcome(leader, stop)).toEqual({ kind: 'unknown' });
    cluster.heal();
    cluster.run(3_000_000);
    expect(cluster.site(leader).sealed).toBeNull();
    expect(values(cluster, leader)).toEqual(['goes on']);
  });

  test('a node that was away seals when it comes back', () => {
    const { cluster, leader, rest } = elected();
    cluster.crash(rest[0]);
    cluster.stop(leader);
    cluster.run(500_000);
    cluster.start(rest[0]);
    cluster.run(3_000_000);
    expect(cluster.site(rest[0]).sealed?.sign.nextEpoch).toBe(2);
  });

  test('the second of two stops is refused, an epoch that does not grow is invalid', () => {
    const { cluster, leader } = elected();
    cluster.stop(leader);
    expect(cluster.outcome(leader, cluster.stop(leader, 3))).toMatchObject({ reason: 'sealed' });
    expect(cluster.outcome(leader, cluster.stop(leader, 1))).toMatchObject({ reason: 'invalid' });
  });
});

describe('the wire and the disk', () => {
  test('a message of another epoch has no effect', () => {
    const { cluster, leader, rest } = elected();
    const before = cluster.site(leader).mechanism.status().term;
    const bytes = encodeMessage(2, { type: 'append-reply', term: 99, ok: false, index: 0, hint: 0, hintTerm: 0 });
    cluster.deliver({ from: rest[0], to: leader, bytes, text: '' });
    expect(cluster.site(leader).mechanism.status().term).toBe(before);
    expect(detail(cluster, leader, 'dropped')).toBe(1);
  });

  test('terms that fall along a log, or exceed their leader, are no message', () => {
    const entry = {
      kind: 'noop',
      proposer: '',
      boot: 0,
      serial: 0,
      session: 0,
      sequence: 0,
      value: new Uint8Array(0),
      earliest: 0,
      latest: 0,
    } as const;
    const message = (terms: number[]) =>
      encodeMessage(1, {
        type: 'append',
        term: 3,
        prevIndex: 0,
        prevTerm: 0,
        commit: 0,
        entries: terms.map((term) => ({ ...entry, term })),
      });
    expect(decodeMessage(1, message([1, 2, 3]))).not.toBeNull();
    expect(decodeMessage(1, message([2, 1]))).toBeNull();
    expect(decodeMessage(1, message([4]))).toBeNull();
  });

  test('messages are described in one line, garbage too', () => {
    const bytes = encodeMessage(1, { type: 'vote', pre: true, transfer: false, term: 4, lastIndex: 2, lastTerm: 3 });
    expect(describeMessage(bytes)).toBe('raft vote epoch=1 term=4 pre=true transfer=false lastIndex=2 lastTerm=3');
    expect(describeMessage(new Uint8Array([9, 9, 9]))).toContain('no message');
  });

  test('a damaged image is refused, not guessed at', () => {
    const { cluster, leader } = elected();
    cluster.propose(leader, append('x'));
    cluster.run(50_000);
    const { disk } = cluster.site(leader);
    const init = {
      self: 'a',
      members: THREE.map((id) => ({ id, weight: 1 })),
      epoch: 1,
      seed: 1,
      now: 0,
      config: {},
      applied: 0,
    };
    expect(() => plugin.create(init, new Map([...disk].filter(([key]) => key !== 'hard')))).toThrow(/contradict/);
    const first = [...disk.keys()].filter((key) => key.startsWith('log/')).sort()[0]!;
    expect(() => plugin.create(init, new Map([...disk].filter(([key]) => key !== first)))).toThrow(/must be/);
    expect(() => plugin.create(init, new Map([...disk, ['hard', new Uint8Array([1])]]))).toThrow(/damaged/);
  });
});

test.each([
  [{ electionTimeoutMs: 400, heartbeatIntervalMs: 100 }, 'electionTimeoutMs'],
  [{ heartbeatIntervalMs: 0 }, 'heartbeatIntervalMs'],
  [{ maxPending: '9' }, 'maxPending'],
  [{ colour: 'red' }, 'colour'],
])('configuration %j is refused, naming %s', (config, key) => {
  const problems = plugin.validateConfig(config, 3);
  expect(problems.map((problem) => problem.key)).toEqual([key]);
  expect(problems[0]!.reason).not.toBe('');
});
