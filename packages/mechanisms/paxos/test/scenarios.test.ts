import { describe, expect, test } from 'vitest';
import type { NodeId, Outcome, StoreOp } from '@hypersync/interface';
import { ByteWriter } from '@hypersync/consensus-kit';
import type { Ballot } from '../src/ballot.ts';
import { writeEntry, type Entry } from '../src/entry.ts';
import plugin from '../src/index.ts';
import { logKey, SequenceLog } from '../src/log.ts';
import { decodeMessage, describeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { Paxos } from '../src/paxos.ts';
import { putAcceptor, restore } from '../src/storage.ts';
import { Cluster, type ClusterOptions, type Letter } from '@hypersync/testkit/log-cluster';

const THREE = ['a', 'b', 'c'];
const FIVE = ['a', 'b', 'c', 'd', 'e'];
const utf8 = new TextEncoder();
const append = (value: string) => ({ kind: 'append', value: utf8.encode(value) }) as const;

type PaxosCluster = Cluster<'total-order'>;

function leaderOf(cluster: PaxosCluster): NodeId | null {
  for (const { id, alive, mechanism } of cluster.sites.values())
    if (alive && mechanism.status().role === 'leader' && mechanism.status().ready) return id;
  return null;
}

function elect(cluster: PaxosCluster): NodeId {
  cluster.until(() => leaderOf(cluster) !== null);
  return leaderOf(cluster)!;
}

function elected(
  ids: readonly NodeId[] = THREE,
  options: ClusterOptions = {},
): { cluster: PaxosCluster; leader: NodeId; rest: NodeId[] } {
  const cluster = new Cluster(plugin, ids, options);
  const leader = elect(cluster);
  return { cluster, leader, rest: ids.filter((id) => id !== leader) };
}

function paxosAt(cluster: PaxosCluster, id: NodeId): Paxos {
  const { mechanism } = cluster.site(id);
  if (!(mechanism instanceof Paxos)) throw new TypeError('another mechanism');
  return mechanism;
}

function values(cluster: PaxosCluster, id: NodeId): string[] {
  return cluster.site(id).decisions.map(({ value }) => new TextDecoder().decode(value));
}

function isType(type: string): (letter: Letter) => boolean {
  return ({ bytes }) => decodeMessage(1, bytes)?.type === type;
}

function indexOf(outcome: Outcome<'total-order'> | undefined): number | undefined {
  return outcome?.kind === 'committed' || outcome?.kind === 'values' ? outcome.position.index : undefined;
}

function tell(cluster: PaxosCluster, from: NodeId, to: NodeId, message: Message): void {
  cluster.deliver({ from, to, bytes: encodeMessage(1, message), text: '' });
}

function entryOf(value: string): Entry {
  return { kind: 'append', proposer: 'z', boot: 1, serial: 1, session: 0, sequence: 0, value: utf8.encode(value) };
}

/** Puts an accepted log on a disk that a node will start from. */
function imageOf(promise: Ballot, accepted: Ballot, log: readonly string[], decided = 0): Map<string, Uint8Array> {
  const acceptor = putAcceptor({ promise, accepted, decided });
  const image = new Map<string, Uint8Array>();
  if (acceptor.op === 'put') image.set(acceptor.key, acceptor.value);
  for (const [i, value] of log.entries()) {
    const writer = new ByteWriter();
    writeEntry(writer, entryOf(value));
    image.set(logKey(i + 1), writer.finish());
  }
  return image;
}

function restart(cluster: PaxosCluster, images: Readonly<Record<NodeId, Map<string, Uint8Array>>>): void {
  for (const id of cluster.sites.keys()) cluster.crash(id);
  for (const [id, image] of Object.entries(images)) cluster.site(id).disk = image;
  for (const id of cluster.sites.keys()) cluster.start(id);
}

describe('normal case', () => {
  test('every node decides the same values, without an entry that nobody proposed', () => {
    const { cluster } = elected();
    const tickets = THREE.flatMap((id) => ['1', '2'].map((n) => ({ id, ticket: cluster.propose(id, append(id + n)) })));
    cluster.run(1_000_000);
    for (const { id, ticket } of tickets) expect(cluster.outcome(id, ticket)?.kind).toBe('committed');
    expect(cluster.site('a').decisions.map(({ position }) => position.index)).toEqual([1, 2, 3, 4, 5, 6]);
    for (const id of THREE) {
      expect(values(cluster, id)).toEqual(values(cluster, 'a'));
      expect(paxosAt(cluster, id).acceptor().length).toBe(6);
    }
  });

  test('a lost batch is noticed and repaired, once', () => {
    const { cluster, leader, rest } = elected();
    let lost = 0;
    cluster.passes = (letter) => !(letter.to === rest[0] && isType('accept')(letter) && lost++ === 0);
    for (const value of ['1', '2', '3', '4']) cluster.propose(leader, append(value));
    cluster.run(80_000); // less than a tick: the gap itself was reported
    expect(lost).toBeGreaterThan(0);
    expect(values(cluster, rest[0]!)).toEqual(['1', '2', '3', '4']);
  });

  test('with a write quorum of two of five, two nodes decide; then four are needed for a new leader', () => {
    const config = { writeQuorum: 2 };
    const { cluster, leader, rest } = elected(FIVE, { config });
    for (const id of rest.slice(1)) cluster.crash(id);
    const ticket = cluster.propose(leader, append('two'));
    cluster.run(100_000);
    expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
    cluster.crash(leader);
    for (const id of rest.slice(1, 3)) cluster.start(id);
    cluster.run(5_000_000);
    expect(leaderOf(cluster)).toBeNull();
    cluster.start(rest[3]!);
    elect(cluster);
    cluster.run(1_000_000);
    for (const id of rest) expect(values(cluster, id)).toEqual(['two']);
  });
});

describe('what a new leader takes over', () => {
  test('the log of the highest ballot, not the longest one', () => {
    const cluster = new Cluster(plugin, THREE);
    const low = { n: 1, pid: 'b' };
    const high = { n: 2, pid: 'a' }; // so that a leads again, in a higher ballot
    restart(cluster, { a: imageOf(high, low, ['p', 'q', 'r']), b: imageOf(high, high, ['x', 'y']) });
    expect(elect(cluster)).toBe('a');
    cluster.run(500_000);
    for (const id of THREE) expect(paxosAt(cluster, id).acceptor().length).toBe(2);
    for (const id of THREE) expect(values(cluster, id)).toEqual(['x', 'y']);
  });

  test('within one ballot the longest', () => {
    const cluster = new Cluster(plugin, THREE);
    const ballot = { n: 2, pid: 'b' };
    restart(cluster, { a: imageOf(ballot, ballot, ['x', 'y', 'z']), b: imageOf(ballot, ballot, ['x']) });
    elect(cluster);
    cluster.run(500_000);
    for (const id of THREE) expect(values(cluster, id)).toEqual(['x', 'y', 'z']);
  });

  test('a log that is fetched in parts is accepted whole or not at all', () => {
    const { cluster, leader, rest } = elected(THREE, { config: { maxAcceptBytes: 1024 } });
    const [behind] = rest as [NodeId];
    cluster.passes = ({ from, to }) => from !== behind && to !== behind;
    for (let i = 0; i < 30; i++) cluster.propose(leader, append(`${i}`.padStart(200, '.')));
    cluster.run(300_000);
    // It comes back, and of its log only the first parts arrive.
    let parts = 0;
    cluster.passes = (letter) => !isType('fetched')(letter) || parts++ < 2;
    cluster.crash(leader);
    cluster.run(2_000_000);
    const promised = paxosAt(cluster, behind).acceptor();
    expect(parts).toBeGreaterThan(2);
    expect([promised.length, promised.accepted.n < promised.promise.n]).toEqual([0, true]);
    cluster.heal();
    cluster.run(3_000_000);
    expect(values(cluster, behind)).toHaveLength(30);
  });

  test('a source that goes down during the fetch is done without, if others have promised', () => {
    const cluster = new Cluster(plugin, THREE, { config: { maxAcceptBytes: 1024 } });
    const high = { n: 2, pid: 'a' };
    const long = Array.from({ length: 20 }, (_, i) => `${i}`.padStart(200, '.'));
    restart(cluster, { a: imageOf(high, { n: 1, pid: 'b' }, ['p']), b: imageOf(high, high, long) });
    cluster.passes = (letter) => !isType('fetched')(letter);
    cluster.run(700_000);
    expect(paxosAt(cluster, 'a').status().detail['phase']).toBe('prepare');
    expect(cluster.log.filter((letter) => letter.from === 'a' && isType('fetch')(letter)).length).toBeGreaterThan(0);
    cluster.crash('b');
    cluster.heal();
    cluster.run(3_000_000);
    expect(leaderOf(cluster)).toBe('a');
    cluster.run(500_000);
    for (const id of ['a', 'c']) expect(values(cluster, id)).toEqual(['p']);
  });

  test('it says so only when a write quorum has accepted it: until then an earlier ballot may still win', () => {
    const { cluster, leader } = elected(FIVE);
    cluster.propose(leader, append('x'));
    cluster.run(100_000);
    cluster.crash(leader);
    let first: NodeId | null = null;
    const isAccepted = isType('accepted');
    cluster.passes = (letter) => {
      if (!isAccepted(letter)) return true;
      first ??= letter.from;
      return letter.from === first;
    };
    cluster.log = [];
    cluster.run(4_000_000);
    const claims = () =>
      cluster.log.flatMap(({ bytes }) => {
        const message = decodeMessage(1, bytes);
        return message?.type === 'decide' ? [message.opened] : [];
      });
    expect(new Set(claims())).toEqual(new Set([false]));
    cluster.heal();
    cluster.run(1_000_000);
    expect(claims()).toContain(true);
  });

  test('only then is a proposal of an earlier ballot handed on', () => {
    const { cluster, leader, rest } = elected();
    const [other] = rest as [NodeId];
    const { n } = paxosAt(cluster, leader).acceptor().promise;
    cluster.passes = () => false;
    cluster.propose(leader, append('in doubt'));
    const ballot = { n: n + 1, pid: other };
    const forwards = () => cluster.log.filter(isType('forward')).length;
    tell(cluster, other, leader, { type: 'prepare', ballot });
    tell(cluster, other, leader, { type: 'sync', ballot, from: 0, to: 0, entries: [] });
    tell(cluster, other, leader, { type: 'decide', ballot, decided: 0, initial: 0, opened: false });
    expect(forwards()).toBe(0);
    tell(cluster, other, leader, { type: 'decide', ballot, decided: 0, initial: 0, opened: true });
    expect(forwards()).toBe(1);
  });

  test('a log in step that is given more by way of a transfer loses nothing that came in meanwhile', () => {
    const { cluster, leader, rest } = elected(THREE, { config: { retainedBytes: 0 } });
    const [acceptor] = rest as [NodeId];
    cluster.propose(leader, append('one'));
    cluster.run(100_000);
    cluster.passes = () => false;
    const ballot = paxosAt(cluster, leader).acceptor().promise;
    const more = ['two', 'three', 'four'].map(entryOf);
    tell(cluster, leader, acceptor, { type: 'sync', ballot, from: 1, to: 4, entries: [] });
    tell(cluster, leader, acceptor, { type: 'accept', ballot, from: 1, decided: 4, entries: more });
    cluster.step(acceptor, [{ t: 'compact', index: 3, state: new Uint8Array(3) }]);
    tell(cluster, leader, acceptor, { type: 'fetched', ballot, from: 1, entries: more });
    expect(paxosAt(cluster, acceptor).acceptor()).toMatchObject({ length: 4, decided: 4 });
    expect(values(cluster, acceptor)).toEqual(['one', 'two', 'three', 'four']);
  });

  test('a proposal of a leader that was replaced is decided once, or handed to the new leader', () => {
    const { cluster, leader, rest } = elected();
    cluster.partition([leader], rest);
    const lost = cluster.propose(leader, append('lost'));
    cluster.run(3_000_000);
    const next = rest.find((id) => cluster.site(id).mechanism.status().role === 'leader')!;
    cluster.propose(next, append('kept'));
    cluster.run(100_000);
    cluster.heal();
    cluster.run(3_000_000);
    expect(values(cluster, leader)).toEqual(['kept', 'lost']);
    expect(indexOf(cluster.outcome(leader, lost))).toBe(2);
  });
});

describe('what an acceptor holds to', () => {
  const high = { n: 9, pid: 'b' };

  test('nothing is accepted below the promise', () => {
    const { cluster, leader, rest } = elected();
    const [acceptor] = rest as [NodeId];
    const other = rest[1]!;
    const { promise } = paxosAt(cluster, acceptor).acceptor();
    cluster.passes = () => false;
    tell(cluster, other, acceptor, { type: 'prepare', ballot: { n: 9, pid: other } });
    tell(cluster, leader, acceptor, {
      type: 'accept',
      ballot: promise,
      from: 0,
      decided: 1,
      entries: [entryOf('old')],
    });
    expect(paxosAt(cluster, acceptor).acceptor()).toMatchObject({ length: 0, decided: 0 });
    expect(cluster.log.filter((letter) => letter.from === acceptor && isType('nack')(letter))).toHaveLength(1);
  });

  test('a promise survives a crash, and does not leave before it is on disk', () => {
    const cluster = new Cluster(plugin, THREE);
    cluster.passes = () => false;
    cluster.site('c').slowDisk = true;
    tell(cluster, 'b', 'c', { type: 'prepare', ballot: high });
    expect(cluster.log.filter(isType('promise'))).toHaveLength(0);
    cluster.sync('c');
    expect(cluster.log.filter(isType('promise'))).toHaveLength(1);
    cluster.crash('c');
    cluster.start('c');
    cluster.log = [];
    tell(cluster, 'a', 'c', { type: 'prepare', ballot: { n: 9, pid: 'a' } });
    expect(cluster.log.filter(isType('promise'))).toHaveLength(0);
    expect(paxosAt(cluster, 'c').acceptor().promise).toEqual(high);
  });

  test('a decided index counts only for a log accepted in its ballot', () => {
    const cluster = new Cluster(plugin, THREE);
    restart(cluster, { c: imageOf({ n: 1, pid: 'a' }, { n: 1, pid: 'a' }, ['mine', 'own']) });
    cluster.passes = () => false;
    tell(cluster, 'b', 'c', { type: 'prepare', ballot: high });
    tell(cluster, 'b', 'c', { type: 'decide', ballot: high, decided: 2, initial: 2, opened: true });
    expect(values(cluster, 'c')).toEqual([]);
    tell(cluster, 'b', 'c', { type: 'sync', ballot: high, from: 0, to: 1, entries: [entryOf('theirs')] });
    tell(cluster, 'b', 'c', { type: 'decide', ballot: high, decided: 1, initial: 1, opened: true });
    expect(values(cluster, 'c')).toEqual(['theirs']);
  });

  test('a node that led never leads in the same ballot again after a crash', () => {
    const { cluster, leader } = elected();
    const before = paxosAt(cluster, leader).acceptor().promise;
    expect(before.pid).toBe(leader);
    cluster.crash(leader);
    cluster.start(leader);
    cluster.log = [];
    cluster.run(4_000_000);
    for (const letter of cluster.log) {
      const message = decodeMessage(1, letter.bytes);
      if (message?.type === 'prepare' && letter.from === leader) expect(message.ballot.n).toBeGreaterThan(before.n);
    }
    expect(leaderOf(cluster)).not.toBeNull();
  });

  test('the ballot in which a log was taken over is on disk with it', () => {
    const { cluster } = elected();
    for (const id of THREE)
      expect(restore(cluster.site(id).disk).accepted).toEqual(paxosAt(cluster, id).acceptor().accepted);
  });

  test.each([0, 1])('an entry counts only once it is on disk, also the own one (%i)', (order) => {
    const { cluster, leader, rest } = elected();
    cluster.run(100_000);
    for (const id of THREE) cluster.site(id).slowDisk = true;
    const ticket = cluster.propose(leader, append('x'));
    cluster.run(30_000);
    const disks = order === 0 ? [leader, rest[0]!] : [rest[0]!, leader];
    cluster.sync(disks[0]!);
    cluster.run(30_000);
    expect(cluster.outcome(leader, ticket)).toBeUndefined();
    cluster.sync(disks[1]!);
    cluster.run(30_000);
    expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
  });

  test('a log that was cut while its write was under way does not count that write', () => {
    const log = new SequenceLog(0, []);
    log.append(['a', 'b', 'c'].map(entryOf));
    log.takeWrites([]);
    log.inFlight(1);
    log.truncate(1);
    log.append([entryOf('d')]);
    log.durable(1);
    expect(log.durableLength).toBe(1);
    const writes: StoreOp[] = [];
    log.takeWrites(writes);
    log.inFlight(2);
    log.durable(2);
    expect(log.durableLength).toBe(2);
    expect(writes.map(({ op }) => op)).toEqual(['delete-range', 'put']);
  });
});

describe('clients', () => {
  test('a repeated forward is decided once, a lost one is sent again', () => {
    const { cluster, leader, rest } = elected();
    cluster.log = [];
    let losses = 1;
    cluster.passes = (letter) => !(isType('forward')(letter) && losses-- > 0);
    const ticket = cluster.propose(rest[0]!, append('once'));
    cluster.run(1_000_000);
    const forward = cluster.log.find(isType('forward'))!;
    for (let i = 0; i < 3; i++) cluster.deliver(forward);
    cluster.run(1_000_000);
    expect(values(cluster, leader)).toEqual(['once']);
    expect(indexOf(cluster.outcome(rest[0]!, ticket))).toBe(1);
  });

  test('a linearizable read sees what was acknowledged before, everywhere', () => {
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
    cluster.run(3_000_000);
    const next = rest.find((id) => cluster.site(id).mechanism.status().role === 'leader')!;
    const written = cluster.propose(next, append('newer'));
    cluster.run(50_000);
    expect(cluster.outcome(next, written)?.kind).toBe('committed');
    const stale = cluster.read(leader);
    cluster.run(50_000);
    expect(cluster.outcome(leader, stale)).toBeUndefined();
    cluster.heal();
    cluster.run(3_000_000);
    expect(indexOf(cluster.outcome(leader, stale))).toBe(1);
  });

  test('a new leader answers no read before what it took over is decided', () => {
    const { cluster, leader, rest } = elected();
    // Decided and acknowledged at the leader, accepted by the others, who do not know that it is decided.
    cluster.passes = (letter) => !isType('decide')(letter);
    const ticket = cluster.propose(leader, append('x'));
    cluster.run(20_000);
    expect(cluster.outcome(leader, ticket)?.kind).toBe('committed');
    cluster.crash(leader);
    cluster.passes = (letter) => !isType('accepted')(letter);
    const leads = (id: NodeId): boolean => cluster.site(id).mechanism.status().detail['phase'] === 'accept';
    cluster.until(() => rest.some(leads));
    const next = rest.find(leads)!;
    const read = cluster.read(next);
    cluster.run(300_000);
    expect(cluster.outcome(next, read)).toBeUndefined();
    cluster.heal();
    cluster.run(1_000_000);
    expect(indexOf(cluster.outcome(next, read))).toBe(1);
  });

  test('the end of waiting is honest', () => {
    const { cluster, leader } = elected(THREE, { config: { proposalTimeoutMs: 1000 } });
    cluster.passes = () => false;
    const [write, read] = [cluster.propose(leader, append('perhaps')), cluster.read(leader)];
    cluster.run(5_000_000);
    expect(cluster.outcome(leader, write)).toEqual({ kind: 'unknown' });
    expect(cluster.outcome(leader, read)).toMatchObject({ kind: 'rejected', reason: 'no-quorum' });
  });
});

describe('snapshots and the stop-sign', () => {
  const state = new Uint8Array(950).map((_, i) => i);
  const config = { retainedBytes: 0, snapshotChunkBytes: 100 };

  test('a follower whose entries are trimmed gets the state in chunks, then the rest', () => {
    const { cluster, leader, rest } = elected(THREE, { config });
    const [behind, other] = rest as [NodeId, NodeId];
    cluster.passes = ({ from, to }) => from !== behind && to !== behind;
    for (let i = 1; i <= 10; i++) cluster.propose(leader, append(`v${i}`));
    cluster.run(100_000);
    for (const id of [leader, other]) cluster.step(id, [{ t: 'compact', index: 8, state }]);
    let n = 0;
    cluster.passes = (letter) => !isType('snapshot')(letter) || n++ % 4 !== 0;
    cluster.run(6_000_000);
    expect(n).toBeGreaterThan(9);
    expect(cluster.site(behind).installed).toEqual([{ index: 8, state }]);
    expect(values(cluster, behind)).toEqual(['v9', 'v10']);
  });

  test('a leader that lacks what others have trimmed fetches the state itself', () => {
    const { cluster, leader, rest } = elected(THREE, { config });
    const [other, behind] = rest as [NodeId, NodeId]; // of two new ballots with the same number, the later name wins
    cluster.passes = ({ from, to }) => from !== behind && to !== behind;
    for (let i = 1; i <= 10; i++) cluster.propose(leader, append(`v${i}`));
    cluster.run(100_000);
    for (const id of [leader, other]) cluster.step(id, [{ t: 'compact', index: 8, state }]);
    cluster.crash(leader);
    cluster.heal();
    cluster.log = [];
    cluster.run(5_000_000);
    expect(leaderOf(cluster)).toBe(behind);
    expect(cluster.log.some((letter) => letter.from === other && isType('snapshot')(letter))).toBe(true);
    expect(cluster.site(behind).installed).toEqual([{ index: 8, state }]);
    expect(values(cluster, behind)).toEqual(['v9', 'v10']);
  });

  test('a restarted node goes on from its disk, without delivering twice', () => {
    const { cluster, leader, rest } = elected(THREE, { config });
    for (let i = 1; i <= 6; i++) cluster.propose(leader, append(`v${i}`));
    cluster.run(300_000);
    const [one] = rest as [NodeId];
    cluster.step(one, [{ t: 'compact', index: 4, state }]);
    cluster.crash(one);
    cluster.site(one).decisions = [];
    cluster.site(one).applied = 5;
    cluster.start(one);
    cluster.run(3_000_000);
    expect(cluster.site(one).installed).toEqual([]);
    expect(values(cluster, one)).toEqual(['v6']);
  });

  test('seals every node once after the same last decision, and nothing is decided after it', () => {
    const { cluster, leader, rest } = elected();
    cluster.propose(leader, append('last'));
    const stop = cluster.stop(rest[0]!);
    cluster.run(500_000);
    expect(indexOf(cluster.outcome(rest[0]!, stop))).toBe(1);
    for (const id of THREE) {
      expect(cluster.site(id).sealed).toMatchObject({ sign: { nextEpoch: 2 }, position: { index: 1 } });
      expect(cluster.outcome(id, cluster.propose(id, append('late')))).toMatchObject({ reason: 'sealed' });
      expect(cluster.outcome(id, cluster.read(id))).toMatchObject({ reason: 'sealed' });
    }
    cluster.run(500_000);
    expect(paxosAt(cluster, leader).acceptor().length).toBe(2);
  });

  test('a leader takes no value behind a stop-sign that is not decided yet, also one that it took over', () => {
    const { cluster, leader, rest } = elected();
    cluster.passes = (letter) => !isType('accepted')(letter);
    cluster.stop(leader);
    cluster.run(50_000);
    expect(cluster.outcome(leader, cluster.propose(leader, append('late')))).toMatchObject({ reason: 'sealed' });
    cluster.crash(leader);
    const leads = (id: NodeId): boolean => cluster.site(id).mechanism.status().detail['phase'] === 'accept';
    cluster.until(() => rest.some(leads));
    const next = rest.find(leads)!;
    expect(cluster.site(next).sealed).toBeNull();
    expect(cluster.outcome(next, cluster.propose(next, append('later')))).toMatchObject({ reason: 'sealed' });
    cluster.heal();
    cluster.run(1_000_000);
    for (const id of rest) expect(cluster.site(id).sealed).toMatchObject({ position: { index: 0 } });
    for (const id of rest) expect([paxosAt(cluster, id).acceptor().length, values(cluster, id)]).toEqual([1, []]);
  });
});

describe('the wire, the disk, the configuration', () => {
  test('a message of another epoch or with a foreign ballot has no effect', () => {
    const { cluster, leader, rest } = elected();
    const before = paxosAt(cluster, leader).acceptor().promise;
    const bytes = encodeMessage(2, { type: 'prepare', ballot: { n: 99, pid: rest[0]! } });
    cluster.deliver({ from: rest[0]!, to: leader, bytes, text: '' });
    tell(cluster, rest[0]!, leader, { type: 'prepare', ballot: { n: 99, pid: rest[1]! } });
    expect(paxosAt(cluster, leader).acceptor().promise).toEqual(before);
  });

  test('messages are described in one line, garbage too', () => {
    const bytes = encodeMessage(1, {
      type: 'nack',
      ballot: { n: 1, pid: 'a' },
      promised: { n: 2, pid: 'b' },
      raise: false,
    });
    expect(describeMessage(bytes)).toBe('paxos nack epoch=1 ballot=1.a promised=2.b raise=false');
    expect(describeMessage(new Uint8Array([1]))).toContain('no message');
  });

  test('a damaged image is refused', () => {
    const init = {
      self: 'a',
      members: THREE.map((id) => ({ id, weight: 1 })),
      epoch: 1,
      seed: 1,
      now: 0,
      config: {},
      applied: 0,
    };
    const ballot = { n: 1, pid: 'a' };
    expect(() => plugin.create(init, imageOf(ballot, ballot, ['x'], 2))).toThrow(/contradict/);
    const holed = imageOf(ballot, ballot, ['x', 'y']);
    holed.delete(logKey(1));
    expect(() => plugin.create(init, holed)).toThrow(/must be/);
  });

  test.each([
    [{ readQuorum: 2, writeQuorum: 3 }, 5, 'readQuorum'],
    [{ writeQuorum: 6 }, 5, 'writeQuorum'],
    [{ electionTimeoutMs: 100, heartbeatIntervalMs: 50 }, 3, 'electionTimeoutMs'],
    [{ maxPending: 0 }, 3, 'maxPending'],
    [{ quorum: 2 }, 3, 'quorum'],
  ])('configuration %j of %i nodes is refused, naming %s', (config, nodes, key) => {
    expect(plugin.validateConfig(config, nodes).map((problem) => problem.key)).toContain(key);
  });

  test('one quorum given, the other is the smallest that meets it', () => {
    expect(plugin.validateConfig({ writeQuorum: 2 }, 5)).toEqual([]);
    for (const nodes of [1, 2, 3, 24]) expect(plugin.validateConfig({}, nodes)).toEqual([]);
  });
});
