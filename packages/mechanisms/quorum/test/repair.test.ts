import { describe, expect, test } from 'vitest';
import plugin from '../src/index.ts';
import { decodeMessage } from '../src/messages.ts';
import { Quorum } from '../src/quorum.ts';
import { Cluster, type ClusterOptions, type Letter } from '@hypersync/testkit/log-cluster';

const THREE = ['a', 'b', 'c'];
const INTERVAL = 1_000_000;
const write = (key: string, value: string) => ({ kind: 'write', key, value: new TextEncoder().encode(value) }) as const;
const start = (options: ClusterOptions = {}): Cluster<'register'> => new Cluster(plugin, THREE, options);
const isType =
  (type: string) =>
  ({ bytes }: Letter): boolean =>
    decodeMessage(1, bytes)?.type === type;

function tagAt(cluster: Cluster<'register'>, id: string, key = 'x'): string {
  const { mechanism } = cluster.site(id);
  if (!(mechanism instanceof Quorum)) throw new TypeError('another mechanism');
  const tag = mechanism.tags().get(key);
  return tag === undefined ? 'none' : `${tag.ts}.${tag.writer}`;
}

const hintsAt = (cluster: Cluster<'register'>, id: string): number =>
  Number(cluster.site(id).mechanism.status().detail['hints']);

/** Everything that `c` does not hear is lost. */
function cutOff(cluster: Cluster<'register'>, id: string): void {
  cluster.passes = ({ from, to }) => from !== id && to !== id;
}

describe('hinted repair', () => {
  test('a member that missed writes is brought up to date when it is heard again, by who coordinated them', () => {
    const cluster = start();
    cutOff(cluster, 'c');
    for (let i = 0; i < 100; i++) cluster.propose('a', write(`k${i}`, 'v'));
    cluster.run(100_000);
    expect(hintsAt(cluster, 'a')).toBe(100);
    cluster.heal();
    cluster.run(6 * INTERVAL);
    for (let i = 0; i < 100; i++) expect(tagAt(cluster, 'c', `k${i}`)).toBe('1.a');
    expect(hintsAt(cluster, 'a')).toBe(0);
    const sent = cluster.log.length;
    cluster.run(10 * INTERVAL);
    expect(cluster.log.length).toBe(sent);
  });

  test('the newest is repaired, not each write that was missed', () => {
    const cluster = start();
    cutOff(cluster, 'c');
    for (let i = 0; i < 20; i++) {
      cluster.propose('a', write('x', `${i}`));
      cluster.run(20_000);
    }
    cluster.heal();
    cluster.log = [];
    cluster.run(3 * INTERVAL);
    expect(cluster.log.filter(isType('store'))).toHaveLength(1);
    expect(tagAt(cluster, 'c')).toBe('20.a');
  });

  test('a member that stays away costs one message an interval, however much it lacks', () => {
    const cluster = start();
    cutOff(cluster, 'c');
    for (let i = 0; i < 100; i++) cluster.propose('a', write(`k${i}`, 'v'));
    cluster.run(100_000);
    cluster.log = [];
    cluster.run(10 * INTERVAL);
    expect(cluster.log.filter(isType('store')).length).toBeLessThanOrEqual(10);
  });

  test('where everybody answers, nothing is left to repair', () => {
    const cluster = start();
    for (const id of THREE) cluster.propose(id, write('x', id));
    cluster.run(100_000);
    cluster.read('b', 'x');
    cluster.run(100_000);
    for (const id of THREE) expect(hintsAt(cluster, id)).toBe(0);
  });

  test('a read in one phase repairs who answered with less, itself too', () => {
    const five = ['a', 'b', 'c', 'd', 'e'];
    const cluster: Cluster<'register'> = new Cluster(plugin, five, { config: { writePercent: 60, maxHints: 0 } });
    const repairing: Cluster<'register'> = new Cluster(plugin, five, { config: { writePercent: 60 } });
    for (const one of [cluster, repairing]) {
      one.passes = ({ to }) => to !== 'd' && to !== 'e';
      one.propose('a', write('x', 'v'));
      one.run(50_000);
      expect(tagAt(one, 'd')).toBe('none');
      one.crash('a'); // and its hints with it
      one.start('a');
      one.heal();
      one.read('d', 'x');
      one.run(5 * INTERVAL);
      expect(tagAt(one, 'd')).toBe('1.a');
    }
    expect(tagAt(repairing, 'e')).toBe('1.a');
  });

  test('hints are bounded, and end with the epoch', () => {
    const cluster = start({ config: { maxHints: 10 } });
    cutOff(cluster, 'c');
    for (let i = 0; i < 30; i++) cluster.propose('a', write(`k${i}`, 'v'));
    cluster.run(100_000);
    expect(hintsAt(cluster, 'a')).toBe(10);
    cluster.stop('a');
    expect(hintsAt(cluster, 'a')).toBe(0);
  });

  test('a repair does not carry a tag whose reservation is not on disk', () => {
    const cluster = start();
    cutOff(cluster, 'c');
    cluster.passes = (letter) => letter.to !== 'c' && !(letter.to === 'b' && isType('store')(letter));
    cluster.propose('a', write('x', 'v')); // at a only
    cluster.run(20_000);
    cluster.crash('a');
    cluster.start('a'); // its next write takes a new reservation
    cutOff(cluster, 'c');
    cluster.read('a', 'x'); // writes back to b, and leaves a hint for c
    cluster.run(50_000);
    expect(hintsAt(cluster, 'a')).toBe(1);
    cluster.site('a').slowDisk = true;
    cluster.propose('a', write('x', 'w'));
    cluster.heal();
    cluster.run(3 * INTERVAL);
    expect(tagAt(cluster, 'a')).not.toBe('1.a');
    expect(tagAt(cluster, 'c')).toBe('none');
    cluster.sync('a');
    cluster.run(3 * INTERVAL);
    expect(tagAt(cluster, 'c')).toBe(tagAt(cluster, 'a'));
  });
});

describe('bounded memory', () => {
  test('beyond maxKeys new keys are refused, for certain; known ones go on', () => {
    const cluster = start({ config: { maxKeys: 3 } });
    const tickets = ['p', 'q', 'r'].map((key) => cluster.propose('a', write(key, 'v')));
    cluster.run(50_000);
    for (const ticket of tickets) expect(cluster.outcome('a', ticket)?.kind).toBe('committed');
    const [late, known] = [cluster.propose('b', write('s', 'v')), cluster.propose('b', write('p', 'w'))];
    cluster.run(50_000);
    expect(cluster.outcome('b', late)).toMatchObject({ kind: 'rejected', reason: 'overloaded' });
    expect(cluster.outcome('b', known)?.kind).toBe('committed');
    for (const id of THREE) expect(tagAt(cluster, id, 's')).toBe('none');
  });

  test('the room of those who are asked counts, also where the own replica has been away', () => {
    const cluster = start({ config: { maxKeys: 2 } });
    cutOff(cluster, 'c');
    for (const key of ['p', 'q']) cluster.propose('a', write(key, 'v'));
    cluster.run(50_000);
    cluster.heal();
    const late = cluster.propose('c', write('r', 'v'));
    cluster.run(50_000);
    expect(cluster.outcome('c', late)).toMatchObject({ reason: 'overloaded' });
  });

  test('beyond maxBytes values may shrink, not grow', () => {
    const cluster = start({ config: { maxBytes: 1024 } });
    const put = (value: string): number => cluster.propose('a', write('x', value));
    const fits = put('v'.repeat(800));
    cluster.run(50_000);
    const [grows, shrinks] = [put('v'.repeat(1000)), put('v'.repeat(700))];
    cluster.run(50_000);
    expect(cluster.outcome('a', fits)?.kind).toBe('committed');
    expect(cluster.outcome('a', grows)).toMatchObject({ reason: 'overloaded' });
    expect(cluster.outcome('a', shrinks)?.kind).toBe('committed');
    const again = put('v'.repeat(800));
    cluster.run(50_000);
    expect(cluster.outcome('a', again)?.kind).toBe('committed');
  });

  test('what is held is counted the same after a restart', () => {
    const cluster = start();
    for (const [key, value] of [
      ['p', 'one'],
      ['q', 'two'],
      ['p', 'three'],
    ] as const) {
      cluster.propose('a', write(key, value));
      cluster.run(50_000);
    }
    const bytes = cluster.site('b').mechanism.status().detail['bytes'];
    cluster.crash('b');
    cluster.start('b');
    expect(bytes).toBe(2 * 129 + 8);
    expect(cluster.site('b').mechanism.status().detail['bytes']).toBe(bytes);
  });
});
