import { describe, expect, it } from 'vitest';
import { Cluster, TIMEOUT } from './cluster.ts';
import { decideOne, leaderOf, LONG, sentOf } from './forging.ts';

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

  it('everybody forgets the log by a few messages each, though a collector is dead and one member is late', () => {
    const cluster = new Cluster(7);
    for (let i = 0; i < 6; i++) {
      cluster.propose('n1', `v${i}`);
      cluster.settle();
      cluster.advance(3 * TIMEOUT);
    }
    cluster.crash('n6'); // of index 5, a collector
    cluster.sent.length = 0;
    const alive = cluster.ids.filter((id) => id !== 'n6');
    for (const id of alive.slice(1)) cluster.input(id, { t: 'compact', index: 5, state: new Uint8Array([7]) });
    cluster.settle();
    cluster.input('n1', { t: 'compact', index: 5, state: new Uint8Array([7]) });
    cluster.settle();
    for (const id of alive) expect(cluster.detail(id, 'checkpointIndex'), id).toBe(5);
    expect(cluster.host('n1').installed).toBe(0);
    expect(sentOf(cluster.sent, 'compaction').length).toBeLessThanOrEqual(2 * 3 * 6);
    for (const id of alive) expect(Number(cluster.detail(id, 'logBlocks'))).toBeLessThan(6);
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
