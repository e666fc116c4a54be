import { describe, expect, it } from 'vitest';
import { makeBatch } from '../src/batch.ts';
import { Cluster, TIMEOUT } from './cluster.ts';

function decideMany(cluster: Cluster, count: number, from = 0): void {
  for (let i = 0; i < count; i++) cluster.decide('n1', `v${from + i}`);
}

/** Everything reaches everybody but n4. */
function withoutN4(cluster: Cluster): void {
  cluster.passes = ({ from, to }) => from !== 'n4' && to !== 'n4';
}

describe('checkpoints', () => {
  it('become stable every K numbers, and forget what lies below, on disk too', () => {
    const cluster = new Cluster();
    decideMany(cluster, 9);
    expect(cluster.detail('n3', 'stable')).toBe(8);
    const slots = [...cluster.host('n3').image.keys()].filter((key) => key.startsWith('slot/'));
    expect(slots).toEqual(['slot/00000000000009']);
  });

  it('hold the primary back: nobody goes beyond the high watermark while none is stable', () => {
    const cluster = new Cluster();
    cluster.passes = ({ message }) => message.t !== 'CHECKPOINT' && message.t !== 'META-DATA';
    decideMany(cluster, 20);
    expect(cluster.detail('n1', 'assigned')).toBe(12);
    expect(cluster.values('n1').length).toBe(12);
    cluster.passes = () => true;
    cluster.advance(3 * TIMEOUT);
    expect(cluster.values('n1').length).toBe(20);
  });

  it('take more than two thirds with the same digest', () => {
    const cluster = new Cluster();
    cluster.passes = ({ message }) => message.t !== 'CHECKPOINT';
    decideMany(cluster, 4);
    const number = 4;
    const lie = new Uint8Array(32).fill(6);
    for (const [from, digest] of [
      ['n2', lie],
      ['n3', lie],
    ] as const) {
      const signature = cluster.signStatement(from, { t: 'CHECKPOINT', number, digest });
      cluster.inject(from, 'n4', { t: 'CHECKPOINT', number, digest, signature });
    }
    cluster.settle();
    expect(cluster.detail('n4', 'stable')).toBe(0);
    const own = cluster.said('n2', 'CHECKPOINT')[0]!;
    const honest = { ...own, signature: cluster.signStatement('n1', own) };
    cluster.inject('n1', 'n4', honest);
    cluster.settle();
    expect(cluster.detail('n4', 'stable')).toBe(0); // n1 and n4 agree, n2 and n3 do not
    cluster.passes = () => true;
    cluster.advance(2_000_000);
    expect(cluster.detail('n3', 'stable')).toBe(4);
  });

  it('that certify another log than our own show that a third is faulty: this replica stops speaking', () => {
    const cluster = new Cluster();
    cluster.passes = ({ message }) => message.t !== 'CHECKPOINT' && message.t !== 'META-DATA';
    decideMany(cluster, 4);
    const digest = new Uint8Array(32).fill(6);
    const proof = cluster.certificate({ t: 'CHECKPOINT', number: 4, digest }, ['n2', 'n3', 'n4']);
    cluster.inject('n2', 'n1', { t: 'META-DATA', proof, first: 5, digests: [] });
    cluster.settle();
    expect(cluster.host('n1').mechanism.status()).toMatchObject({ ready: false, detail: { broken: true } });
    const before = cluster.said('n1', 'COMMIT').length;
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.advance(5 * TIMEOUT);
    expect(cluster.said('n1', 'COMMIT').length).toBe(before);
    expect(cluster.said('n1', 'VIEW-CHANGE')).toEqual([]);
    expect(cluster.host('n1').mechanism.nextDeadline()).toBeGreaterThan(cluster.now);
    expect(cluster.values('n2').length).toBe(5); // the others have replaced it
  });
});

describe('a replica that lags behind', () => {
  it('gets votes again while they suffice', () => {
    const cluster = new Cluster();
    withoutN4(cluster);
    decideMany(cluster, 3);
    cluster.passes = () => true;
    cluster.advance(1_500_000);
    expect(cluster.values('n4')).toEqual(['v0', 'v1', 'v2']);
    expect(cluster.detail('n4', 'stable')).toBe(0);
  });

  it('gets the batches below a stable checkpoint by their certified digests', () => {
    const cluster = new Cluster();
    withoutN4(cluster);
    decideMany(cluster, 10);
    expect(cluster.detail('n4', 'executed')).toBe(0);
    cluster.passes = () => true;
    cluster.advance(1_500_000);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
    expect(cluster.host('n4').installed).toBe(0);
    expect(cluster.detail('n4', 'stable')).toBe(8);
  });

  it('is not led astray: digests that do not lead to the checkpoint, and bodies that are not of their digest, are worth nothing', () => {
    const cluster = new Cluster();
    withoutN4(cluster);
    decideMany(cluster, 10);
    cluster.passes = ({ from }) => from === 'n4';
    const certified = cluster.said('n1', 'CHECKPOINT').find(({ number }) => number === 8)!;
    const proof = cluster.certificate({ t: 'CHECKPOINT', number: 8, digest: certified.digest }, ['n1', 'n2', 'n3']);
    const digests = Array.from({ length: 8 }, (_, i) => new Uint8Array(32).fill(i + 1));
    cluster.inject('n2', 'n4', { t: 'META-DATA', proof, first: 1, digests });
    const batch = makeBatch([cluster.request('n2', 1, 'false')]);
    cluster.inject('n2', 'n4', { t: 'DATA', batches: [batch] });
    cluster.settle();
    cluster.advance(50_000);
    expect(cluster.said('n4', 'FETCH')).toEqual([]);
    expect(cluster.values('n4')).toEqual([]);
    cluster.passes = () => true;
    cluster.advance(1_500_000);
    expect(cluster.values('n4')).toEqual(cluster.values('n1'));
  });

  it('installs a snapshot where the batches are forgotten, and goes on from there', () => {
    const cluster = new Cluster();
    withoutN4(cluster);
    decideMany(cluster, 12);
    cluster.compact(12);
    expect(cluster.detail('n1', 'snapshotIndex')).toBe(12);
    expect(cluster.detail('n1', 'logBatches')).toBe(0);
    cluster.passes = () => true;
    cluster.advance(1_500_000);
    expect(cluster.host('n4').installed).toBe(12);
    cluster.decide('n4', 'after');
    expect(cluster.values('n4')).toEqual(['after']);
    expect(cluster.host('n4').delivered[0]!.position.index).toBe(13);
  });

  it('gets batches instead of a snapshot for as long as checkpointRetention keeps them', () => {
    const cluster = new Cluster(4, { checkpointRetention: 3 });
    withoutN4(cluster);
    decideMany(cluster, 12);
    cluster.compact(12);
    expect(cluster.detail('n1', 'logBatches')).toBe(12);
    cluster.passes = () => true;
    cluster.advance(1_500_000);
    expect(cluster.host('n4').installed).toBe(0);
    expect(cluster.values('n4').length).toBe(12);
    decideMany(cluster, 12, 12);
    cluster.compact(20);
    expect(cluster.detail('n1', 'logBatches')).toBe(16); // 8 up to the end, 3 intervals of 4 below 20, less what is not stable yet
  });

  it('asks others when the one that it asks does not answer', () => {
    const cluster = new Cluster();
    withoutN4(cluster);
    decideMany(cluster, 10);
    cluster.passes = ({ from, message }) => !(from === 'n1' && message.t === 'DATA');
    cluster.advance(1_500_000);
    expect(cluster.values('n4').length).toBe(10);
  });

  it.each([
    ['others have committed it', () => true],
    ['it is needed to prepare', (t: string) => t !== 'COMMIT'],
  ])('without a request that its origin gave to others only, fetches the batch when %s', (_when, passes) => {
    const cluster = new Cluster();
    cluster.passes = ({ to, message }) => to !== 'n3' || (message.t !== 'REQUEST' && passes(message.t));
    cluster.propose('n2', 'x');
    cluster.settle();
    cluster.advance(40_000);
    expect(cluster.said('n3', 'FETCH').length).toBeGreaterThan(0);
    expect(cluster.said('n3', 'PREPARE').length).toBeGreaterThan(0);
    expect(cluster.detail('n3', 'view')).toBe(0);
  });
});
