import { describe, expect, it } from 'vitest';
import { Cluster, TIMEOUT } from './cluster.ts';

describe('a restart', () => {
  it('goes on from the disk: the log, the view, the claims', () => {
    const cluster = new Cluster();
    for (let i = 0; i < 6; i++) cluster.decide('n2', `v${i}`);
    cluster.crash('n3');
    cluster.restart('n3', 2);
    cluster.settle();
    expect(cluster.values('n3').slice(6)).toEqual(['v2', 'v3', 'v4', 'v5']); // what the application had not kept
    expect(cluster.detail('n3', 'stable')).toBe(4);
    cluster.decide('n3', 'after');
    expect(cluster.values('n3').at(-1)).toBe('after');
  });

  it('of all replicas at once loses nothing that was acknowledged', () => {
    const cluster = new Cluster();
    for (let i = 0; i < 6; i++) cluster.decide('n2', `v${i}`);
    for (const id of cluster.ids) cluster.crash(id);
    for (const id of cluster.ids) cluster.restart(id, 0);
    cluster.settle();
    cluster.advance(TIMEOUT);
    const expected = ['v0', 'v1', 'v2', 'v3', 'v4', 'v5'];
    for (const id of cluster.ids) expect(cluster.values(id).slice(6)).toEqual(expected);
    expect(cluster.decide('n4', 'x')?.kind).toBe('committed');
  });

  it('of the primary repeats what it said, and assigns no number twice', () => {
    const cluster = new Cluster();
    cluster.passes = ({ message }) => message.t !== 'PREPARE';
    cluster.propose('n1', 'x');
    cluster.settle();
    const first = cluster.said('n1', 'PRE-PREPARE')[0]!;
    cluster.crash('n1');
    cluster.passes = () => true;
    cluster.restart('n1');
    cluster.settle();
    cluster.propose('n1', 'y');
    cluster.settle();
    cluster.advance(TIMEOUT / 2);
    const digests = cluster.said('n1', 'PRE-PREPARE').filter(({ number }) => number === 1);
    for (const { digest } of digests) expect(Buffer.compare(digest, first.digest)).toBe(0);
    expect(cluster.values('n1')).toEqual(['x', 'y']);
    expect(cluster.detail('n1', 'view')).toBe(0);
  });

  it('what was not flushed was never said', () => {
    const cluster = new Cluster();
    cluster.flushes = (id) => id !== 'n2';
    cluster.propose('n1', 'x');
    cluster.settle();
    cluster.crash('n2');
    expect([...cluster.said('n2', 'PREPARE'), ...cluster.said('n2', 'COMMIT')]).toEqual([]);
    cluster.flushes = () => true;
    cluster.restart('n2');
    cluster.settle();
    cluster.advance(1_200_000);
    expect(cluster.values('n2')).toEqual(['x']);
  });

  it('in the middle of a view change goes on with it', () => {
    const cluster = new Cluster();
    cluster.decide('n1', 'x');
    cluster.crash('n1');
    cluster.passes = ({ message }) => message.t !== 'VIEW-CHANGE' && message.t !== 'NEW-VIEW';
    cluster.propose('n3', 'y');
    cluster.advance(TIMEOUT + 10_000);
    expect(cluster.detail('n2', 'active')).toBe(false);
    for (const id of ['n2', 'n3']) cluster.crash(id);
    for (const id of ['n2', 'n3']) cluster.restart(id);
    cluster.settle();
    expect(cluster.detail('n2', 'view')).toBe(1);
    expect(cluster.detail('n2', 'active')).toBe(false);
    cluster.passes = () => true;
    cluster.propose('n4', 'z');
    cluster.until(() => cluster.values('n4').includes('z'));
    expect(cluster.detail('n4', 'view')).toBe(1);
  });

  it('of the new primary repeats its NEW-VIEW instead of making another', () => {
    const cluster = new Cluster();
    cluster.crash('n1');
    cluster.passes = ({ message }) => message.t !== 'NEW-VIEW';
    cluster.propose('n3', 'x');
    cluster.advance(TIMEOUT + 10_000);
    expect(cluster.detail('n2', 'active')).toBe(true);
    cluster.crash('n2');
    cluster.restart('n2');
    cluster.settle();
    cluster.passes = () => true;
    cluster.until(() => cluster.values('n3').length === 1);
    const views = cluster.said('n2', 'NEW-VIEW').map(({ newView }) => Buffer.from(newView.digest).toString('hex'));
    expect(new Set(views).size).toBe(1);
    expect(cluster.detail('n3', 'view')).toBe(1);
  });

  it('refuses a damaged image instead of guessing', () => {
    const cluster = new Cluster();
    cluster.decide('n1', 'x');
    cluster.crash('n2');
    const { image } = cluster.host('n2');
    const key = [...image.keys()].find((name) => name.startsWith('slot/'))!;
    image.set(key, image.get(key)!.slice(1));
    cluster.restart('n2');
    expect(() => cluster.settle()).toThrow(/slot.*damaged/);
  });
});
