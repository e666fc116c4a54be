import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { readCommitProof } from '../src/commit-proof.ts';
import { encodeMessage } from '../src/messages.ts';
import { Cluster, TIMEOUT } from './cluster.ts';
import { leaderOf, LONG, sentOf, votesOf } from './forging.ts';

const chainLengths = [2, 3] as const;

/** One operation through a node that leads, and everything that follows from it at once. */
function decideOne(cluster: Cluster, text = 'x'): NodeId {
  const id = leaderOf(cluster, Number(cluster.detail('n1', 'round')));
  cluster.propose(id, text);
  cluster.settle();
  return id;
}

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

describe('persistence', () => {
  it('no vote, proposal or time-out leaves, and none counts, before it is durable', () => {
    const cluster = new Cluster(4);
    const slow = leaderOf(cluster, 1);
    const other = cluster.ids.find((id) => id !== slow)!;
    cluster.advance(TIMEOUT); // the incarnation is on disk
    cluster.flushes = (id) => id !== slow;
    cluster.sent.length = 0;
    cluster.propose(other, 'x');
    cluster.settle();
    cluster.advance(TIMEOUT - 1);
    expect(cluster.sent.filter(({ from, message }) => from === slow && message.t !== 'status')).toEqual([]);
    cluster.advance(LONG);
    const said = cluster.sent.filter(({ from }) => from === slow).map(({ message }) => message.t);
    expect(said.filter((t) => ['vote', 'proposal', 'timeout'].includes(t))).toEqual([]);
    expect(cluster.values(other)).toEqual(['x']);

    const alone = new Cluster(1);
    alone.flushes = () => false;
    alone.propose('n1', 'x');
    alone.settle();
    alone.advance(LONG);
    expect(alone.values('n1')).toEqual([]);
    alone.flushes = () => true;
    for (let i = 0; i < 10; i++) {
      alone.flush('n1');
      alone.settle();
      alone.advance(TIMEOUT);
    }
    expect(alone.values('n1')).toEqual(['x']);
  });

  it('a restarted member neither votes nor proposes again in a round that it has voted in or given up', () => {
    const cluster = new Cluster(4);
    const leader = leaderOf(cluster, 1);
    cluster.passes = ({ message }) => message.t !== 'proposal';
    cluster.propose(leader, 'x');
    cluster.settle();
    expect(cluster.detail(leader, 'lastVotedRound')).toBe(1);
    cluster.crash(leader);
    cluster.restart(leader);
    cluster.passes = () => true;
    cluster.sent.length = 0;
    cluster.propose(leader, 'y');
    cluster.settle();
    expect(cluster.detail(leader, 'round')).toBe(1);
    expect(cluster.detail(leader, 'lastVotedRound')).toBe(1);
    expect(sentOf(cluster.sent, 'proposal')).toEqual([]);
    cluster.advance(LONG);
    expect(cluster.values(leader)).toContain('y');
    expect(cluster.host('n1').evidence.concat(cluster.host('n2').evidence)).toEqual([]);
  });

  it('the lock survives: a time-out after a restart names the QC that the last vote rested on', () => {
    const cluster = new Cluster(4);
    decideOne(cluster);
    const highest = cluster.detail('n1', 'highQcRound');
    for (const id of cluster.ids) cluster.crash(id);
    for (const id of cluster.ids) cluster.restart(id);
    cluster.settle();
    for (const id of cluster.ids)
      expect(Number(cluster.detail(id, 'highQcRound'))).toBeGreaterThanOrEqual(Number(highest) - 1);
    for (const id of cluster.ids) cluster.propose(id, `after ${id}`);
    cluster.settle();
    cluster.advance(LONG);
    for (const id of cluster.ids) expect(cluster.values(id).length).toBe(5);
  });

  it('refuses a damaged image', () => {
    const cluster = new Cluster(4);
    decideOne(cluster);
    for (const key of [
      'safety',
      'high-qc',
      cluster
        .host('n1')
        .image.keys()
        .find((k) => k.startsWith('block/'))!,
    ]) {
      const { image } = cluster.host('n1');
      const kept = image.get(key)!;
      image.set(key, kept.subarray(1));
      expect(() => cluster.restart('n1'), key).toThrow(RangeError);
      image.set(key, kept);
    }
    cluster.restart('n1');
    cluster.settle();
    expect(cluster.detail('n1', 'committedRound')).toBeGreaterThan(0);
  });
});

describe('a member that was away', () => {
  it('fetches the blocks it missed, and answers with the same history', () => {
    const cluster = new Cluster(4);
    cluster.crash('n4');
    for (let i = 0; i < 12; i++) {
      cluster.propose('n1', `v${i}`);
      cluster.settle();
      cluster.advance(3 * TIMEOUT);
    }
    cluster.restart('n4');
    cluster.sent.length = 0;
    cluster.advance(LONG);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
    expect(cluster.values('n4').length).toBe(12);
    expect(sentOf(cluster.sent, 'fetch').length).toBeLessThan(4);
  });

  it('installs a snapshot where the blocks are forgotten, and takes part again', () => {
    const cluster = new Cluster(4);
    cluster.crash('n4');
    for (let i = 0; i < 6; i++) {
      cluster.propose('n1', `v${i}`);
      cluster.settle();
      cluster.advance(3 * TIMEOUT);
    }
    for (const id of ['n1', 'n2', 'n3']) cluster.input(id, { t: 'compact', index: 5, state: new Uint8Array([7]) });
    cluster.settle();
    expect(cluster.detail('n1', 'checkpointIndex')).toBe(5);
    cluster.restart('n4');
    cluster.advance(LONG);
    expect(cluster.host('n4').installed).toBe(5);
    expect(cluster.values('n4')).toEqual(['v5']);
    cluster.crash('n1');
    cluster.propose('n4', 'w');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.values('n2')).toContain('w');
    cluster.crash('n4');
    cluster.restart('n4', 7);
    cluster.advance(LONG);
    expect(cluster.detail('n4', 'checkpointIndex')).toBe(5);
  });

  it('learns what the others committed by a QC that the chain above does not carry', () => {
    const cluster = new Cluster(4);
    const author = leaderOf(cluster, 1);
    const away = leaderOf(cluster, 2);
    // the QC that commits round 1 is told to all but one
    cluster.passes = ({ to, message }) => !(message.t === 'sync' && to === author);
    cluster.propose(author, 'x');
    cluster.settle();
    expect(cluster.values(away)).toEqual(['x']);
    expect(cluster.values(author)).toEqual([]);
    cluster.passes = () => true;
    cluster.advance(LONG);
    expect(cluster.values(author)).toEqual(['x']);
  });
});

describe('the end of an epoch', () => {
  it('is decided once, everywhere; what comes later is refused', () => {
    const cluster = new Cluster(4);
    decideOne(cluster);
    const stop = cluster.stop('n2');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host('n2').outcomes.get(stop)?.kind).toBe('committed');
    for (const id of cluster.ids) {
      expect(cluster.host(id).sealed).toMatchObject({ sign: { nextEpoch: 2 }, position: { index: 1 } });
    }
    const late = cluster.propose('n1', 'late');
    cluster.settle();
    expect(cluster.host('n1').outcomes.get(late)).toMatchObject({ kind: 'rejected', reason: 'sealed' });
    cluster.sent.length = 0;
    cluster.advance(LONG);
    expect(new Set(cluster.sent.map(({ message }) => message.t))).toEqual(new Set(['status']));
  });

  it('needs more than a third of the weight where it is configured so', () => {
    const cluster = new Cluster(4, { stopEndorsement: 'third' });
    cluster.stop('n2');
    cluster.settle();
    cluster.advance(LONG);
    expect(cluster.host('n1').sealed).toBeNull();
    cluster.stop('n3');
    cluster.settle();
    cluster.advance(LONG);
    for (const id of cluster.ids) expect(cluster.host(id).sealed).not.toBeNull();
  });
});
