import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import { Cluster, EPOCH } from './cluster.ts';

const FINAL = 5 * EPOCH;

function run(cluster: Cluster, id: NodeId, ...texts: string[]): void {
  for (const text of texts) cluster.propose(id, text);
  cluster.settle();
  cluster.advance(FINAL);
}

function checkpointOf(cluster: Cluster, id: NodeId): Record<string, unknown> {
  return {
    checkpointEpoch: cluster.detail(id, 'finalizedEpoch'),
    checkpointRoot: cluster.detail(id, 'finalizedRoot'),
  };
}

/** What the keys of members that have left can always make: another past, with everybody's signatures. */
function anotherPast(): Cluster {
  const cluster = new Cluster(4);
  run(cluster, 'n2', 'forged 1');
  run(cluster, 'n3', 'forged 2');
  return cluster;
}

function truePast(): Cluster {
  const cluster = new Cluster(4);
  run(cluster, 'n1', 'a');
  run(cluster, 'n1', 'b');
  return cluster;
}

function join(cluster: Cluster, id: NodeId, config: Record<string, unknown>): void {
  cluster.wipe(id);
  cluster.overrides.set(id, config);
  cluster.restart(id, 0);
  cluster.settle();
  cluster.advance(8 * EPOCH);
}

describe('a node that joins', () => {
  it('takes a forged past for the true one, unless it is told a checkpoint; then nothing of it becomes final', () => {
    const forged = anotherPast();
    join(forged, 'n4', {});
    expect(forged.values('n4').length).toBe(2);
    join(forged, 'n4', checkpointOf(truePast(), 'n1'));
    expect(forged.values('n4')).toEqual([]);
    expect(forged.detail('n4', 'checkpoint')).toBe('awaited');
    expect(forged.host('n4').mechanism.status().ready).toBe(false);
  });

  it('follows the chain that leads through its checkpoint, and remembers that it did', () => {
    const cluster = truePast();
    const checkpoint = checkpointOf(cluster, 'n1');
    run(cluster, 'n1', 'c');
    join(cluster, 'n4', checkpoint);
    expect(cluster.values('n4')).toEqual(['a', 'b', 'c']);
    expect(cluster.detail('n4', 'checkpoint')).toBe('reached');
    cluster.crash('n4');
    cluster.restart('n4');
    cluster.settle();
    expect(cluster.detail('n4', 'checkpoint')).toBe('reached');
  });

  it('does not even build a tree on a branch with another block in the place of its checkpoint', () => {
    const forged = anotherPast();
    run(forged, 'n2', 'forged 3', 'forged 4');
    const checkpoint = checkpointOf(truePast(), 'n1');
    join(forged, 'n4', checkpoint);
    expect(Number(forged.detail('n1', 'headSlot'))).toBeGreaterThan(4 * Number(checkpoint['checkpointEpoch']));
    expect(Number(forged.detail('n4', 'headSlot'))).toBeLessThanOrEqual(4 * Number(checkpoint['checkpointEpoch']));
    expect(forged.values('n4')).toEqual([]);
  });

  it('signs nothing before it knows that it is on the right chain', () => {
    const forged = anotherPast();
    join(forged, 'n4', checkpointOf(truePast(), 'n1'));
    forged.sent.length = 0;
    run(forged, 'n1', 'more');
    const signed = forged.sent.filter(({ from, message }) => from === 'n4' && message.t !== 'status');
    expect(signed.filter(({ message }) => message.t === 'attestations' || message.t === 'block')).toEqual([]);
  });

  it('takes a snapshot that remembers the checkpoint, and no other', () => {
    const cluster = truePast();
    const checkpoint = checkpointOf(cluster, 'n1');
    run(cluster, 'n1', 'c');
    for (const id of cluster.ids) cluster.input(id, { t: 'compact', index: 3, state: new Uint8Array([3]) });
    cluster.settle();
    join(cluster, 'n4', { ...checkpoint, checkpointRoot: '00'.repeat(32) });
    expect(cluster.host('n4').installed).toBe(0);
    join(cluster, 'n4', checkpoint);
    expect(cluster.host('n4').installed).toBe(3);
    expect(cluster.detail('n4', 'checkpoint')).toBe('reached');
  });
});

describe('a node that comes back', () => {
  it('does not start on a chain that its operator says is the wrong one', () => {
    const forged = anotherPast();
    run(forged, 'n2', 'forged 3');
    forged.crash('n4');
    forged.overrides.set('n4', checkpointOf(truePast(), 'n1'));
    expect(() => {
      forged.restart('n4');
      forged.settle();
    }).toThrow(/not known to contain the configured checkpoint/);
  });

  it('after longer than the period takes no finality, until it is told a newer checkpoint', () => {
    const cluster = truePast();
    cluster.crash('n4');
    cluster.advance(40 * EPOCH);
    run(cluster, 'n1', 'c');
    const fresh = checkpointOf(cluster, 'n1');
    cluster.overrides.set('n4', { weakSubjectivityEpochs: 20 });
    cluster.restart('n4');
    cluster.settle();
    cluster.advance(8 * EPOCH);
    expect(cluster.detail('n4', 'checkpoint')).toBe('stale');
    expect(cluster.values('n4')).toEqual(['a', 'b']);
    cluster.crash('n4');
    cluster.overrides.set('n4', { weakSubjectivityEpochs: 20, ...fresh });
    cluster.restart('n4');
    cluster.settle();
    cluster.advance(8 * EPOCH);
    expect(cluster.values('n4')).toEqual(['a', 'b', 'c']);
  });
});
