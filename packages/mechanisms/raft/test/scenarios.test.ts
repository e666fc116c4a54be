import { describe, expect, test } from 'vitest';
import type { NodeId, Outcome } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { Raft } from '../src/raft.ts';
import { Cluster, type ClusterOptions, type Letter } from '@hypersync/testkit/log-cluster';

const THREE = ['a', 'b', 'c'];
const FIVE = ['a', 'b', 'c', 'd', 'e'];
const append = (value: string) => ({ kind: 'append', value: new TextEncoder().encode(value) }) as const;

type RaftCluster = Cluster<'total-order'>;

function start(ids: readonly NodeId[] = THREE, options: ClusterOptions = {}): RaftCluster {
  return new Cluster(plugin, ids, options);
}

function leaderOf(cluster: RaftCluster, among: readonly NodeId[] = [...cluster.sites.keys()]): NodeId | null {
  const leaders = among.filter((id) => cluster.site(id).alive && cluster.site(id).mechanism.status().role === 'leader');
  return leaders.length === 1 ? leaders[0]! : null;
}

function elect(cluster: RaftCluster, among?: readonly NodeId[]): NodeId {
  cluster.until(() => leaderOf(cluster, among) !== null);
  const leader = leaderOf(cluster, among)!;
  cluster.run(50_000);
  return leader;
}

function followers(cluster: RaftCluster, leader: NodeId): NodeId[] {
  return [...cluster.sites.keys()].filter((id) => id !== leader);
}

function values(cluster: RaftCluster, id: NodeId): string[] {
  return cluster.site(id).decisions.map((decision) => new TextDecoder().decode(decision.value));
}

function isType(type: string): (letter: Letter) => boolean {
  return ({ bytes }) => decodeMessage(1, bytes)?.type === type;
}

function raftAt(cluster: RaftCluster, id: NodeId): Raft {
  const { mechanism } = cluster.site(id);
  if (!(mechanism instanceof Raft)) throw new TypeError('another mechanism');
  return mechanism;
}

function indexOf(outcome: Outcome<'total-order'> | undefined): number | undefined {
  return outcome?.kind === 'committed' || outcome?.kind === 'values' ? outcome.position.index : undefined;
}

describe('normal case', () => {
  test('one leader is elected, every node decides the same values in the same order', () => {
    const cluster = start();
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
    const cluster = start();
    const ticket = cluster.propose('b', append('early'));
    cluster.run(5_000_000);
    expect(cluster.outcome('b', ticket)).toMatchObject({ kind: 'committed', position: { index: 1 } });
  });

  test('appends are pipelined: a second batch does not wait for the answer to the first', () => {
    const cluster = start(THREE, { latency: 10_000 });
    const leader = elect(cluster);
    cluster.log = [];
    cluster.propose(leader, append('one'));
    cluster.propose(leader, append('two'));
    const follower = followers(cluster, leader)[0]!;
    const sent = cluster.log.filter((letter) => letter.to === follower && isType('append')(letter));
    expect(sent).toHaveLength(2);
    cluster.run(100_000);
    expect(values(cluster, follower)).toEqual(['one', 'two']);
  });

  test('many entries for a follower that lags travel in batches of bounded bytes', () => {
    const cluster = start(THREE, { config: { maxAppendBytes: 2048 } });
    const leader = elect(cluster);
    const behind = followers(cluster, leader)[0]!;
    cluster.passes = ({ to }) => to !== behind;
    for (let i = 0; i < 40; i++) cluster.propose(leader, append(`${i}`.padStart(200, '.')));
    cluster.run(300_000);
    cluster.log = [];
    cluster.heal();
    cluster.run(2_000_000);
    expect(values(cluster, behind)).toHaveLength(40);
    const batches = cluster.log.filter((letter) => letter.to === behind && isType('append')(letter));
    expect(batches.length).toBeGreaterThan(4);
    for (const { bytes } of batches) expect(bytes.length).toBeLessThan(3000);
  });

  test('an overfull log without a quorum is answered overloaded, not grown', () => {
    const cluster = start(THREE, { config: { maxUncommittedBytes: 4096 } });
    const leader = elect(cluster);
    cluster.passes = () => false;
    const tickets = Array.from({ length: 30 }, () => cluster.propose(leader, append('x'.repeat(400))));
    const refused = tickets.filter((ticket) => cluster.outcome(leader, ticket) !== undefined);
    expect(refused.length).toBeGreaterThan(15);
    expect(cluster.outcome(leader, refused[0]!)).toMatchObject({ reason: 'overloaded', retryable: true });
  });
});

describe('elections', () => {
  test('a node that comes back from isolation does not depose the leader (pre-vote)', () => {
    const cluster = start();
    const leader = elect(cluster);
    const away = followers(cluster, leader)[0]!;
    const term = cluster.site(leader).mechanism.status().term;
    cluster.partition(
      THREE.filter((id) => id !== away),
      [away],
    );
    cluster.run(20_000_000);
    expect(cluster.site(away).mechanism.status().term).toBe(term); // it asked, and never raised its term
    cluster.heal();
    cluster.run(3_000_000);
    expect(leaderOf(cluster)).toBe(leader);
    expect(cluster.site(away).mechanism.status().term).toBe(term);
  });

  test('who hears a leader votes for nobody, also when asked in a higher term', () => {
    const cluster = start();
    const leader = elect(cluster);
    const [voter, candidate] = followers(cluster, leader) as [NodeId, NodeId];
    const { term } = cluster.site(leader).mechanism.status();
    const vote = { type: 'vote', pre: false, transfer: false, term: term + 5, lastIndex: 99, lastTerm: term } as const;
    cluster.deliver({ from: candidate, to: voter, bytes: encodeMessage(1, vote), text: '' });
    expect(cluster.site(voter).mechanism.status().term).toBe(term);
    expect(leaderOf(cluster)).toBe(leader);
  });

  test('a leader that no longer reaches a quorum steps down (check-quorum)', () => {
    const cluster = start();
    const leader = elect(cluster);
    cluster.partition([leader], followers(cluster, leader));
    cluster.run(2_500_000);
    expect(cluster.site(leader).mechanism.status()).toMatchObject({ role: 'follower', leader: null, ready: false });
    elect(cluster, followers(cluster, leader));
  });

  test('a vote is remembered over a crash: no second one in the same term', () => {
    const cluster = start();
    cluster.passes = () => false;
    const ask = (from: NodeId) => ({
      from,
      to: 'c',
      bytes: encodeMessage(1, { type: 'vote', pre: false, transfer: false, term: 7, lastIndex: 0, lastTerm: 0 }),
      text: '',
    });
    const granted = () =>
      cluster.log.flatMap(({ to, bytes }) => {
        const message = decodeMessage(1, bytes);
        return message?.type === 'vote-reply' && message.granted && !message.pre ? [to] : [];
      });
    cluster.deliver(ask('a'));
    expect(granted()).toEqual(['a']);
    cluster.crash('c');
    cluster.start('c');
    cluster.deliver(ask('b'));
    expect(granted()).toEqual(['a']);
    cluster.deliver(ask('a'));
    expect(granted()).toEqual(['a', 'a']); // the same vote again is no second vote
  });

  test('also a vote in a term that was known before is remembered', () => {
    const cluster = start();
    cluster.passes = () => false;
    const tell = (from: NodeId, message: Message) =>
      cluster.deliver({ from, to: 'c', bytes: encodeMessage(1, message), text: '' });
    tell('b', { type: 'vote-reply', pre: true, term: 7, granted: false }); // c learns of term 7, without voting
    tell('a', { type: 'vote', pre: false, transfer: false, term: 7, lastIndex: 0, lastTerm: 0 });
    cluster.crash('c');
    cluster.start('c');
    cluster.log = [];
    tell('b', { type: 'vote', pre: false, transfer: false, term: 7, lastIndex: 0, lastTerm: 0 });
    expect(cluster.log.map(({ bytes }) => decodeMessage(1, bytes))).toMatchObject([
      { type: 'vote-reply', granted: false },
    ]);
  });

  test('a candidate asks for votes, and counts its own, only once its term is on disk', () => {
    const cluster = start();
    cluster.run(1000);
    for (const id of THREE) cluster.site(id).slowDisk = true;
    cluster.until(() => THREE.some((id) => cluster.site(id).mechanism.status().role === 'candidate'));
    const candidate = THREE.find((id) => cluster.site(id).mechanism.status().role === 'candidate')!;
    const votes = () =>
      cluster.log.filter(({ bytes }) => {
        const message = decodeMessage(1, bytes);
        return message?.type === 'vote' && !message.pre;
      });
    expect(votes()).toHaveLength(0);
    cluster.sync(candidate);
    expect(votes()).toHaveLength(2);

    const alone = start(['a']);
    alone.crash('a');
    alone.site('a').slowDisk = true;
    alone.start('a');
    alone.until(() => alone.site('a').mechanism.status().role === 'candidate');
    const [boot] = alone.site('a').buffered;
    alone.step('a', [{ t: 'durable', token: boot!.token }]);
    expect(alone.site('a').mechanism.status().role).toBe('candidate');
    alone.sync('a');
    expect(alone.site('a').mechanism.status().role).toBe('leader');
  });

  test('no vote for a log that is behind, whatever the candidate was promised before', () => {
    const cluster = start();
    const leader = elect(cluster);
    const [voter, candidate] = followers(cluster, leader) as [NodeId, NodeId];
    cluster.propose(leader, append('x'));
    cluster.run(100_000);
    const { lastIndex, lastTerm } = raftAt(cluster, voter).status().detail as { lastIndex: number; lastTerm: number };
    cluster.passes = () => false;
    cluster.crash(leader);
    cluster.run(1_500_000); // nobody is heard any more
    const ask = (term: number, last: number, ofTerm: number) => {
      cluster.log = [];
      const message = { type: 'vote', pre: false, transfer: false, term, lastIndex: last, lastTerm: ofTerm } as const;
      cluster.deliver({ from: candidate, to: voter, bytes: encodeMessage(1, message), text: '' });
      const reply = cluster.log.map(({ bytes }) => decodeMessage(1, bytes)).find((m) => m?.type === 'vote-reply');
      return reply?.type === 'vote-reply' && reply.granted;
    };
    expect(ask(20, lastIndex - 1, lastTerm)).toBe(false);
    expect(ask(21, lastIndex + 5, lastTerm - 1)).toBe(false);
    expect(ask(22, lastIndex, lastTerm)).toBe(true);
  });

  test('a vote does not leave before it is on disk', () => {
    const cluster = start();
    cluster.passes = () => false;
    cluster.site('c').slowDisk = true;
    cluster.log = [];
    const bytes = encodeMessage(1, { type: 'vote', pre: false, transfer: false, term: 7, lastIndex: 0, lastTerm: 0 });
    cluster.deliver({ from: 'a', to: 'c', bytes, text: '' });
    expect(cluster.log.filter(isType('vote-reply'))).toHaveLength(0);
    cluster.sync('c');
    expect(cluster.log.filter(isType('vote-reply'))).toHaveLength(1);
  });

  test('a candidate whose log is behind is refused (section 5.4.1)', () => {
    const cluster = start();
    const leader = elect(cluster);
    const [behind, current] = followers(cluster, leader) as [NodeId, NodeId];
    cluster.passes = ({ from, to }) => from !== behind && to !== behind;
    cluster.propose(leader, append('x'));
    cluster.run(200_000);
    cluster.crash(leader);
    cluster.heal();
    expect(elect(cluster, [behind, current])).toBe(current);
    cluster.run(500_000);
    expect(values(cluster, behind)).toEqual(['x']);
  });
});

describe('commitment', () => {
  test('figure 8: an entry of an older term is not committed by counting replicas', () => {
    const cluster = start(FIVE);
    const s1 = elect(cluster);
    const [s2, s3] = followers(cluster, s1) as [NodeId, NodeId];
    // (a) s1 gets an entry of its term to s2 only.
    cluster.partition([s1, s2]);
    cluster.propose(s1, append('old'));
    cluster.run(50_000);
    const index = raftAt(cluster, s1).status().detail['lastIndex'] as number;
    const oldTerm = cluster.site(s1).mechanism.status().term;
    expect(raftAt(cluster, s2).termAt(index)).toBe(oldTerm);
    // (c) s2 leads a later term; its own entry reaches nobody, the older one reaches a majority.
    cluster.crash(s1);
    const isOwnTerm = ({ bytes }: Letter): boolean => {
      const message = decodeMessage(1, bytes);
      return message?.type === 'append' && message.entries.some((entry) => entry.term > oldTerm);
    };
    cluster.passes = (letter) => !isOwnTerm(letter) && !(isType('vote')(letter) && letter.from !== s2);
    cluster.until(() => cluster.site(s2).mechanism.status().role === 'leader');
    const newTerm = cluster.site(s2).mechanism.status().term;
    const leader = raftAt(cluster, s2);
    for (const id of [s3, ...followers(cluster, s1).slice(2)]) {
      // What s2 would send, without its own entry.
      const entry = {
        term: oldTerm,
        kind: 'append',
        proposer: s1,
        boot: 1,
        serial: 1,
        session: 1,
        sequence: 1,
        value: new TextEncoder().encode('old'),
        earliest: 0,
        latest: 0,
      } as const;
      const message = {
        type: 'append',
        term: newTerm,
        prevIndex: index - 1,
        prevTerm: leader.termAt(index - 1)!,
        commit: index - 1,
        entries: [entry],
      } as const;
      cluster.deliver({ from: s2, to: id, bytes: encodeMessage(1, message), text: '' });
    }
    cluster.run(50_000);
    expect(raftAt(cluster, s3).termAt(index)).toBe(oldTerm); // on a majority now
    expect(leader.status().detail['commit']).toBeLessThan(index);
    expect(values(cluster, s2)).toEqual([]);
    // With an entry of its own term on top, both are committed.
    cluster.heal();
    cluster.run(1_000_000);
    expect(values(cluster, s2)).toEqual(['old']);
  });

  test('an uncommitted entry of a deposed leader gives way', () => {
    const cluster = start();
    const old = elect(cluster);
    const rest = followers(cluster, old);
    cluster.partition([old], rest);
    const lost = cluster.propose(old, append('lost'));
    cluster.run(100_000);
    const next = elect(cluster, rest);
    const kept = cluster.propose(next, append('kept'));
    cluster.run(500_000);
    expect(cluster.outcome(next, kept)?.kind).toBe('committed');
    cluster.heal();
    cluster.run(3_000_000);
    // The deposed leader knows for certain that its entry is gone, and asks the new leader: nothing is lost or doubled.
    expect(values(cluster, old)).toEqual(['kept', 'lost']);
    expect(indexOf(cluster.outcome(old, lost))).toBe(2);
    for (const id of rest) expect(values(cluster, id)).toEqual(['kept', 'lost']);
  });

  test('a commit index says nothing about entries beyond those that were just matched', () => {
    const cluster = start();
    cluster.passes = () => false;
    const noop = {
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
    const tell = (from: NodeId, term: number, prevIndex: number, terms: readonly number[]) => {
      const entries = terms.map((of) => ({ ...noop, term: of }));
      const message = { type: 'append', term, prevIndex, prevTerm: prevIndex, commit: 3, entries } as const;
      cluster.deliver({ from, to: 'c', bytes: encodeMessage(1, { ...message, commit: term === 1 ? 0 : 3 }), text: '' });
    };
    tell('a', 1, 0, [1, 1, 1]);
    tell('b', 2, 0, [1]); // of b's three entries the first; c's second and third are not b's
    expect(raftAt(cluster, 'c').status().detail['commit']).toBe(1);
    tell('b', 2, 1, [2, 2]);
    expect(raftAt(cluster, 'c').status().detail).toMatchObject({ commit: 3, lastTerm: 2 });
  });

  test('an entry counts only once it is on disk, at the leader too', () => {
    const cluster = start();
    const leader = elect(cluster);
    const [f1, f2] = followers(cluster, leader) as [NodeId, NodeId];
    for (const id of THREE) cluster.site(id).slowDisk = true;
    const ticket = cluster.propose(leader, append('x'));
    cluster.run(50_000);
    expect(cluster.outcome(leader, ticket)).toBeUndefined();
    cluster.sync(f1);
    cluster.run(20_000);
    expect(cluster.outcome(leader, ticket)).toBeUndefined(); // one disk of three
    cluster.sync(f2);
    cluster.run(20_000);
    expect(cluster.outcome(leader, ticket)?.kind).toBe('committed'); // without the leader's own
  });

  test('a log that was truncated while its write was under way does not count that write', () => {
    const cluster = start();
    const old = elect(cluster);
    const [f1, f2] = followers(cluster, old) as [NodeId, NodeId];
    cluster.partition([old], [f1, f2]);
    cluster.site(old).slowDisk = true;
    for (const value of ['x', 'y', 'z']) cluster.propose(old, append(value));
    elect(cluster, [f1, f2]);
    cluster.run(500_000);
    cluster.heal();
    cluster.run(500_000);
    const { durableIndex, lastIndex } = raftAt(cluster, old).status().detail as {
      durableIndex: number;
      lastIndex: number;
    };
    expect(durableIndex).toBeLessThanOrEqual(lastIndex);
    const before = durableIndex;
    // Only the first batches become durable: they hold the entries that were given up.
    const { buffered } = cluster.site(old);
    const first = buffered[0]!;
    cluster.step(old, [{ t: 'durable', token: first.token }]);
    expect(raftAt(cluster, old).status().detail['durableIndex']).toBe(before);
  });
});

describe('clients', () => {
  test('a forwarded proposal that the network repeats is decided once', () => {
    const cluster = start();
    const leader = elect(cluster);
    const follower = followers(cluster, leader)[0]!;
    cluster.log = [];
    const ticket = cluster.propose(follower, append('once'));
    const forwards = cluster.log.filter(isType('forward'));
    expect(forwards).toHaveLength(1);
    cluster.run(100_000);
    for (let i = 0; i < 3; i++) cluster.deliver(forwards[0]!);
    cluster.run(1_000_000);
    expect(values(cluster, leader)).toEqual(['once']);
    expect(indexOf(cluster.outcome(follower, ticket))).toBe(1);
  });

  test('a forwarded proposal that the network loses is sent again', () => {
    const cluster = start();
    const leader = elect(cluster);
    const follower = followers(cluster, leader)[0]!;
    let losses = 2;
    cluster.passes = (letter) => !(isType('forward')(letter) && losses-- > 0);
    const ticket = cluster.propose(follower, append('again'));
    cluster.run(2_000_000);
    expect(indexOf(cluster.outcome(follower, ticket))).toBe(1);
    expect(values(cluster, leader)).toEqual(['again']);
  });

  test('a forward for an earlier term finds no leader, and is not answered with a refusal that nobody could believe', () => {
    const cluster = start();
    const leader = elect(cluster);
    const follower = followers(cluster, leader)[0]!;
    cluster.log = [];
    cluster.passes = (letter) => !isType('forward')(letter);
    const ticket = cluster.propose(follower, append('held'));
    const held = cluster.log.find(isType('forward'))!;
    const rest = followers(cluster, leader);
    const other = rest[1]!;
    cluster.passes = ({ from, to, bytes }) =>
      rest.includes(from) && rest.includes(to) && !(from === follower && decodeMessage(1, bytes)?.type === 'vote');
    expect(elect(cluster, rest)).toBe(other);
    cluster.run(1_000_000);
    expect(indexOf(cluster.outcome(follower, ticket))).toBe(1); // asked the new leader
    cluster.heal();
    cluster.deliver(held);
    cluster.deliver({ ...held, to: other }); // as if the old leader led again
    cluster.run(1_000_000);
    expect(values(cluster, follower)).toEqual(['held']);
  });

  test('a leader takes only what was meant for its term', () => {
    const cluster = start();
    const leader = elect(cluster);
    const follower = followers(cluster, leader)[0]!;
    const { term } = cluster.site(leader).mechanism.status();
    const length = () => raftAt(cluster, leader).status().detail['lastIndex'] as number;
    const before = length();
    const fields = { kind: 'append', boot: 1, session: 1, sequence: 1, value: new Uint8Array(1) } as const;
    const tell = (of: number, serial: number) => {
      const bytes = encodeMessage(1, { type: 'forward', term: of, serial, ...fields });
      cluster.deliver({ from: follower, to: leader, bytes, text: '' });
    };
    tell(term - 1, 50);
    expect(length()).toBe(before);
    tell(term, 51);
    expect(length()).toBe(before + 1);
  });

  test('a proposal that a snapshot may have swallowed is unknown, and not proposed again', () => {
    const cluster = start(THREE, { config: { retainedBytes: 0 } });
    const leader = elect(cluster);
    const [away, other] = followers(cluster, leader) as [NodeId, NodeId];
    cluster.passes = (letter) => letter.to !== away; // it speaks, and hears nothing
    const ticket = cluster.propose(away, append('swallowed'));
    cluster.run(100_000);
    expect(values(cluster, other)).toEqual(['swallowed']);
    for (const id of [leader, other]) cluster.step(id, [{ t: 'compact', index: 1, state: new Uint8Array(5) }]);
    cluster.crash(leader);
    cluster.partition([other, away]);
    cluster.run(10_000_000);
    expect(cluster.site(away).installed).toHaveLength(1);
    expect(cluster.outcome(away, ticket)).toEqual({ kind: 'unknown' });
    expect(values(cluster, other)).toEqual(['swallowed']);
  });

  test('without any leader a proposal ends as refused for certain, with one that may have it as unknown', () => {
    const cluster = start(THREE, { config: { proposalTimeoutMs: 3000 } });
    const early = cluster.propose('a', append('nobody'));
    cluster.passes = () => false;
    cluster.run(4_000_000);
    expect(cluster.outcome('a', early)).toMatchObject({ kind: 'rejected', reason: 'no-quorum', retryable: true });
    cluster.heal();
    const leader = elect(cluster);
    cluster.passes = () => false;
    const late = cluster.propose(leader, append('perhaps'));
    cluster.run(4_000_000);
    expect(cluster.outcome(leader, late)).toEqual({ kind: 'unknown' });
  });

  test('what is too large or malformed is refused at once', () => {
    const cluster = start();
    const huge = cluster.propose('a', { kind: 'append', value: new Uint8Array(1024 * 1024 + 1) });
    expect(cluster.outcome('a', huge)).toMatchObject({ reason: 'too-large', retryable: false });
    cluster.step('a', [
      { t: 'propose', ticket: 900, op: append('x'), session: -1, sequence: 0 },
      { t: 'read', ticket: 901, level: 'causal', key: '' },
    ]);
    expect(cluster.outcome('a', 900)).toMatchObject({ reason: 'invalid' });
    expect(cluster.outcome('a', 901)).toMatchObject({ reason: 'unsupported' });
  });
});
