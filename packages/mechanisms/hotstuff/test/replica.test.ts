import { describe, expect, it } from 'vitest';
import { readCommitProof } from '../src/commit-proof.ts';
import { encodeMessage } from '../src/messages.ts';
import { Cluster, TIMEOUT } from './cluster.ts';
import { decideOne, leaderOf, LONG, sentOf, votesOf } from './forging.ts';

const chainLengths = [2, 3] as const;

describe.each(chainLengths)('a healthy cluster, %i-chain', (chainLength) => {
  it.each([1, 2, 3, 4, 7])('of %i decides in one order, and answers the tickets', (n) => {
    const cluster = new Cluster(n, { chainLength });
    const tickets = ['a', 'b', 'c'].map((text, i) => {
      const id = cluster.ids[i % n]!;
      return [id, cluster.propose(id, text)] as const;
    });
    cluster.settle();
    cluster.advance(LONG);
    const order = cluster.values('n1');
    expect(order.toSorted()).toEqual(['a', 'b', 'c']);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(order);
    for (const [id, ticket] of tickets) expect(cluster.host(id).outcomes.get(ticket)?.kind).toBe('committed');
  });

  it('decides without any timer, in as many blocks as the commit rule takes', () => {
    const cluster = new Cluster(4, { chainLength });
    decideOne(cluster);
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x']);
    expect(sentOf(cluster.sent, 'timeout')).toEqual([]);
    const rounds = new Set(sentOf(cluster.sent, 'proposal').map(({ message }) => message.block.round));
    expect([...rounds]).toEqual(Array.from({ length: chainLength }, (_, i) => i + 1));
  });

  it.each([4, 7, 16])('sends a number of messages per decision that is linear in n = %i', (n) => {
    const cluster = new Cluster(n, { chainLength });
    cluster.sent.length = 0;
    decideOne(cluster);
    // the batch, then proposal and votes of each round, and the QC that commits
    expect(cluster.sent.length).toBeLessThanOrEqual((2 + 2 * chainLength) * (n - 1));
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(['x']);
  });

  it('gives each decision a certificate that a third party can check', () => {
    const cluster = new Cluster(4, { chainLength });
    decideOne(cluster);
    const [decision] = cluster.host('n2').delivered;
    const known = { table: cluster.shape.table, chainLength } as const;
    const read = readCommitProof(decision!.certificate, known)!;
    for (const { signer, payload, signature } of read.statements) {
      expect(signature).toEqual(cluster.sign(signer, payload));
    }
    expect(known.table.hasByzantineQuorum(read.statements.map(({ signer }) => signer))).toBe(true);
    expect(read.proof.bundleIds).toEqual(cluster.stored('n2')[0]!.block.bundleIds);
    const damaged = decision!.certificate.slice();
    damaged[2]! ^= 1;
    expect(readCommitProof(damaged, known)).toBeNull();
    expect(readCommitProof(decision!.certificate, { ...known, chainLength: chainLength === 2 ? 3 : 2 })).toEqual(
      chainLength === 2 ? null : expect.anything(),
    );
  });
});

describe('weights', () => {
  it('two heavy members decide without the light ones, and nobody without them', () => {
    const cluster = new Cluster({ a: 4, b: 4, c: 1, d: 1 });
    cluster.passes = ({ from, to }) => !['c', 'd'].includes(from) && !['c', 'd'].includes(to);
    cluster.propose('a', 'x');
    cluster.settle();
    cluster.advance(3 * LONG);
    expect(cluster.values('b')).toEqual(['x']);
    expect(cluster.values('c')).toEqual([]);
  });

  it('exactly two thirds of the weight stand still', () => {
    const cluster = new Cluster({ a: 2, b: 2, c: 1, d: 1 });
    cluster.crash('c');
    cluster.crash('d');
    cluster.propose('a', 'x');
    cluster.settle();
    cluster.advance(5 * LONG);
    expect(cluster.values('a')).toEqual([]);
    expect(cluster.detail('a', 'round')).toBe(1);
  });
});

describe('rest', () => {
  it('makes no blocks and sends only a few heartbeats per member while there is nothing to agree on', () => {
    const cluster = new Cluster(7);
    decideOne(cluster);
    cluster.advance(LONG);
    const round = cluster.detail('n1', 'round');
    cluster.sent.length = 0;
    cluster.advance(1_000_000); // ten heartbeats
    expect(cluster.detail('n1', 'round')).toBe(round);
    expect(cluster.detail('n1', 'resting')).toBe(true);
    expect(new Set(cluster.sent.map(({ message }) => message.t))).toEqual(new Set(['status']));
    expect(cluster.sent.length).toBeLessThanOrEqual(11 * 2 * 7);
  });
});

describe('batches', () => {
  it('travel apart from the blocks, which only name them', () => {
    const cluster = new Cluster(4);
    const text = 'y'.repeat(5000);
    decideOne(cluster, text);
    const first = sentOf(cluster.sent, 'proposal')[0]!.message;
    expect(first.block.bundleIds.map((id) => id.length)).toEqual([32]);
    expect(encodeMessage(first, cluster.shape.table).length).toBeLessThan(300);
    const batches = sentOf(cluster.sent, 'batch');
    expect(batches.length).toBe(3);
    expect(cluster.values('n3')).toEqual([text]);
  });

  it('nobody votes for a block before it holds what the block names; who lacks it asks the author', () => {
    const cluster = new Cluster(4);
    const author = leaderOf(cluster, 1);
    const late = leaderOf(cluster, 3);
    cluster.crash(leaderOf(cluster, 4)); // so that the vote of the late one is needed
    cluster.passes = ({ to, message }) => !(message.t === 'batch' && to === late && cluster.now < 1_001_000);
    cluster.propose(author, 'x');
    cluster.settle();
    expect(votesOf(cluster.sent, late)).toEqual([]);
    expect(cluster.values(author)).toEqual([]);
    cluster.advance(TIMEOUT / 4);
    expect(sentOf(cluster.sent, 'want').map(({ from, to }) => [from, to])).toEqual([[late, author]]);
    expect(cluster.values(late)).toEqual(['x']);
  });
});

describe.each(chainLengths)('a dead leader, %i-chain', (chainLength) => {
  it('is passed over by a TC after the time-out, not before; the block before it is not lost', () => {
    const cluster = new Cluster(4, { chainLength });
    const dead = leaderOf(cluster, 2);
    cluster.crash(dead);
    const author = leaderOf(cluster, 1);
    cluster.propose(author, 'x');
    cluster.settle();
    cluster.advance(TIMEOUT - 1);
    expect(cluster.detail(author, 'round')).toBe(1);
    cluster.advance(1);
    // round 1: its votes went to the dead leader of round 2, but time-outs carry them too
    expect(cluster.detail(author, 'round')).toBe(2);
    expect(cluster.detail(author, 'highQcRound')).toBe(1);
    cluster.advance(TIMEOUT);
    expect(cluster.detail(author, 'round')).toBeGreaterThan(2);
    cluster.advance(LONG);
    expect(cluster.values(author)).toEqual(['x']);
    expect(cluster.stored(author).map(({ block }) => block.round)).toContain(1);
  });

  it('a block after a TC shows it, and extends the highest QC of its signers', () => {
    const cluster = new Cluster(4, { chainLength });
    cluster.crash(leaderOf(cluster, 2));
    cluster.propose(leaderOf(cluster, 1), 'x');
    cluster.settle();
    cluster.advance(LONG);
    const block = sentOf(cluster.sent, 'proposal').find(({ message }) => message.block.round === 3)!.message;
    expect(block.tc).toMatchObject({ round: 2, highRound: 1 });
    expect(block.block.qc.round).toBe(1);
  });

  it('a view change costs at most a constant number of messages per pair of members', () => {
    const cluster = new Cluster(10, { chainLength });
    cluster.crash(leaderOf(cluster, 1));
    cluster.sent.length = 0;
    cluster.propose(leaderOf(cluster, 2), 'x');
    cluster.settle();
    cluster.advance(LONG / 2);
    expect(cluster.values(leaderOf(cluster, 2))).toEqual(['x']);
    expect(sentOf(cluster.sent, 'timeout').length).toBeGreaterThan(50);
    expect(cluster.sent.length).toBeLessThanOrEqual(4 * 10 * 10);
  });

  it('is left out after a few failures, by everybody alike, and tried again later', () => {
    const cluster = new Cluster(4, { chainLength });
    const dead = 'n3';
    cluster.crash(dead);
    const alive = cluster.ids.filter((id) => id !== dead);
    const costs: number[] = [];
    const skipped: unknown[] = [];
    for (let i = 0; i < 30; i++) {
      cluster.sent.length = 0;
      cluster.propose(alive[i % 3]!, `v${i}`);
      cluster.settle();
      cluster.advance(4 * TIMEOUT);
      costs.push(sentOf(cluster.sent, 'timeout').length);
      const views = new Set(alive.map((id) => cluster.detail(id, 'skippedLeaders')));
      expect(views.size).toBe(1);
      skipped.push(...views);
    }
    expect(cluster.values('n1').length).toBe(30);
    expect(costs.slice(0, 5).some((cost) => cost > 0)).toBe(true);
    expect(costs.slice(-10).filter((cost) => cost > 0).length).toBeLessThan(4);
    expect(new Set(skipped)).toEqual(new Set(['', dead]));
    expect(skipped.slice(-10).filter((out) => out === dead).length).toBeGreaterThan(5);
    cluster.restart(dead);
    cluster.advance(LONG);
    for (let i = 0; i < 60; i++) {
      cluster.propose(alive[i % 3]!, `w${i}`);
      cluster.settle();
      cluster.advance(TIMEOUT);
    }
    expect(cluster.detail('n1', 'skippedLeaders')).toBe('');
    for (const id of cluster.ids) expect(cluster.values(id)).toEqual(cluster.values('n1'));
  });
});

describe('work that only some know of', () => {
  it('reaches the leader from its origin half-way through the round', () => {
    const cluster = new Cluster(4);
    const leader = leaderOf(cluster, 1);
    const asked = cluster.ids.find((id) => id !== leader)!;
    cluster.passes = ({ message }) => !(message.t === 'batch' && cluster.now === 1_000_000);
    cluster.propose(asked, 'x');
    cluster.settle();
    cluster.advance(TIMEOUT / 2 - 1);
    expect(sentOf(cluster.sent, 'proposal')).toEqual([]);
    cluster.advance(TIMEOUT / 4, 1000);
    expect(cluster.values(asked)).toEqual(['x']);
    expect(sentOf(cluster.sent, 'timeout')).toEqual([]);
  });

  it('reaches everybody when the leader is dead, though alone the origin cannot end the round', () => {
    const cluster = new Cluster(4);
    const dead = leaderOf(cluster, 1);
    cluster.crash(dead);
    const asked = cluster.ids.find((id) => id !== dead)!;
    cluster.passes = ({ message }) => !(message.t === 'batch' && cluster.now === 1_000_000);
    cluster.propose(asked, 'x');
    cluster.settle();
    cluster.advance(2 * TIMEOUT - 1);
    expect(cluster.detail(asked, 'round')).toBe(1);
    cluster.advance(LONG);
    expect(cluster.values(asked)).toEqual(['x']);
  });
});
