import { afterEach, describe, expect, it } from 'vitest';
import { toUtf8 } from '@hypersync/base';
import type { Cluster, ClusterEvent } from '../src/cluster.ts';
import type { Lagged } from '../src/event-stream.ts';
import { startCluster, type ClusterOptions } from '../src/start-cluster.ts';
import { handMadeHost, SEQUENCER } from './hand-made.ts';
import { sequencerSource } from './sequencer.ts';

const running: Cluster[] = [];

async function start(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const host = options.host ?? (await handMadeHost());
  const cluster = await startCluster({ mechanism: 'sequencer', nodes: 3, workers: 'shared', ...options, host });
  running.push(cluster);
  return cluster;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((cluster) => cluster.stop({ drainMs: 0 })));
});

const texts = (values: readonly Uint8Array[]): string[] => values.map((value) => new TextDecoder().decode(value));
const settled = (cluster: Cluster, count: number): Promise<boolean> =>
  cluster.until(() => cluster.nodes.every((node) => cluster.state(node).applied >= count), 5000);

describe('a cluster of confined nodes', () => {
  it('decides the same values in the same order on every node, whoever they enter at', async () => {
    const cluster = await start({ workers: 'per-node' });
    await Promise.all(['n1', 'n2', 'n3', 'n1', 'n2'].map((node, i) => cluster.propose(`v${i}`, { node })));
    expect(await settled(cluster, 5)).toBe(true);
    const [first, ...others] = cluster.nodes.map((node) => texts(cluster.state(node).recent));
    expect([...(first ?? [])].sort()).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
    for (const other of others) expect(other).toEqual(first);
  });

  it('keeps keys, and reads them once the node has applied what the read must see', async () => {
    const cluster = await start();
    await cluster.propose({ key: 'color', value: 'red' });
    await cluster.propose({ key: 'color', value: 'blue' });
    expect(texts((await cluster.read('color', { node: 'n1' })).values)).toEqual(['blue']);
    await settled(cluster, 2);
    expect(texts((await cluster.read('color', { node: 'n3' })).values)).toEqual(['blue']);
    expect((await cluster.read('shape')).values).toEqual([]);
  });

  it('tells decisions of every node, and leaders, to whoever listens', async () => {
    const cluster = await start();
    const seen: (ClusterEvent | Lagged)[] = [];
    const events = cluster.events();
    await cluster.propose('one');
    await settled(cluster, 1);
    await cluster.stop();
    for await (const event of events) seen.push(event);
    const decided = seen.flatMap((event) => (event.type === 'decision' ? [event.node] : []));
    expect(decided.sort()).toEqual(['n1', 'n2', 'n3']);
    expect((await cluster.status()).leader).toBe('n1');
  });

  it('reports every node', async () => {
    const cluster = await start();
    await cluster.propose('one');
    await settled(cluster, 1);
    const report = await cluster.status();
    expect(report).toMatchObject({ mechanism: 'sequencer', guarantee: 'total-order', leader: 'n1' });
    expect(report.nodes.map(({ node, applied, status }) => [node, applied, status?.role])).toEqual([
      ['n1', 1, 'leader'],
      ['n2', 1, 'follower'],
      ['n3', 1, 'follower'],
    ]);
  });

  it('wakes mechanisms at their deadlines', async () => {
    const cluster = await start({ nodes: 1, config: { tickMs: 5 } });
    const timers = async (): Promise<number> => Number((await cluster.status()).nodes[0]?.status?.detail['timers']);
    for (let i = 0; i < 200 && (await timers()) < 3; i++) await cluster.until(() => false, 5);
    expect(await timers()).toBe(3);
  });

  it('gives the mechanism a snapshot now and then, so that it may forget its log', async () => {
    const cluster = await start({ nodes: 1 });
    const values = Array.from({ length: 5000 }, (_, i) => String(i));
    await Promise.all(values.map((value) => cluster.propose(value)));
    const [node] = (await cluster.status()).nodes;
    expect(node?.status?.detail['compacted']).toBe(4096);
    expect(node?.applied).toBe(5000);
  });

  it('a node that is restarted finds what was durable, and no decision twice', async () => {
    const cluster = await start();
    for (const value of ['a', 'b', 'c']) await cluster.propose(value);
    await cluster.restart('n1');
    const [leader] = (await cluster.status()).nodes;
    expect(leader?.status?.detail['kept']).toBe(3);
    await cluster.propose('d');
    expect(await settled(cluster, 4)).toBe(true);
    expect(texts(cluster.state('n1').recent)).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('answers', () => {
  it('a rejection is an error that says why', async () => {
    const cluster = await start();
    await expect(cluster.propose('!no')).rejects.toMatchObject({ code: 'HS-2018', details: { reason: 'invalid' } });
  });

  it('silence is an error when the time is over, and the cluster goes on', async () => {
    const cluster = await start();
    await expect(cluster.propose('?', { timeoutMs: 50 })).rejects.toMatchObject({ code: 'HS-2017', exitCode: 83 });
    await expect(cluster.propose('x')).resolves.toMatchObject({ attempts: 1 });
  });

  it.each([
    ['an operation of another class', { kind: 'write', key: 'k', value: toUtf8('x') } as const, 'HS-2019'],
    ['a vector', [1, 2], 'HS-2019'],
    ['a megabyte and more', 'x'.repeat(1024 * 1024 + 1), 'HS-1008'],
    ['a key that is no text', { key: '\ud800', value: 'x' }, 'HS-2019'],
  ])('%s is refused before it is proposed', async (_, proposal, code) => {
    const cluster = await start({ nodes: 1 });
    await expect(cluster.propose(proposal)).rejects.toMatchObject({ code });
  });

  it('a read level that the mechanism lacks is refused, and it says which it has', async () => {
    const cluster = await start({ nodes: 1 });
    await expect(cluster.read('k', { level: 'linearizable' })).rejects.toMatchObject({
      code: 'HS-2019',
      hint: 'It has: sequential.',
    });
  });

  it('after stop everything is refused, and listening ends', async () => {
    const cluster = await start({ nodes: 1 });
    const open = cluster.propose('?', { timeoutMs: 5000 });
    await Promise.all([cluster.stop({ drainMs: 10 }), expect(open).rejects.toMatchObject({ code: 'HS-2021' })]);
    await expect(cluster.propose('x')).rejects.toMatchObject({ code: 'HS-2021' });
    await expect(cluster.restart('n1')).rejects.toMatchObject({ code: 'HS-2021' });
  });
});

describe('faults of a plugin', () => {
  const crashing = {
    ...SEQUENCER,
    source: sequencerSource((text) =>
      text.replace(
        "case 'propose':",
        "case 'propose': if (input.op.value[0] === 35) throw new Error('on purpose'); if (input.op.value[0] === 126) for (;;);",
      ),
    ),
  };

  it('end that node; the others go on, and it can be restarted', async () => {
    const cluster = await start({
      host: await handMadeHost([crashing]),
      workers: 'per-node',
      limits: { stepTimeoutMs: 1000 },
    });
    const events = cluster.events();
    await expect(cluster.propose('#', { node: 'n2', timeoutMs: 3000 })).rejects.toMatchObject({ code: 'HS-2020' });
    const failed = await nextOf(events, 'node-failed');
    expect(failed).toMatchObject({ node: 'n2', error: { code: 'HS-2009' } });
    await expect(cluster.propose('x', { node: 'n3' })).resolves.toMatchObject({ node: 'n3' });
    const [, report] = (await cluster.status()).nodes;
    expect(report).toMatchObject({ node: 'n2', status: null, error: { code: 'HS-2009' } });
    await cluster.restart('n2');
    expect((await cluster.status()).nodes[1]?.error).toBeNull();
  });

  it('a node that loops is ended alone when it has a worker of its own', async () => {
    const cluster = await start({
      host: await handMadeHost([crashing]),
      workers: 'per-node',
      limits: { stepTimeoutMs: 1000 },
    });
    await expect(cluster.propose('~', { node: 'n3', timeoutMs: 5000 })).rejects.toMatchObject({ code: 'HS-2020' });
    await expect(cluster.propose('x', { node: 'n2' })).resolves.toMatchObject({ node: 'n2' });
  });

  it('a decision out of order stops the node before the application sees it', async () => {
    const skipping = sequencerSource((text) =>
      text.replace(
        'this.deliver(index, value, out);\n          if',
        'this.deliver(index + 1, value, out);\n          if',
      ),
    );
    const cluster = await start({ host: await handMadeHost([{ ...SEQUENCER, source: skipping }]), nodes: 1 });
    await expect(cluster.propose('x', { timeoutMs: 2000 })).rejects.toMatchObject({ code: 'HS-2020' });
    expect(cluster.state('n1').applied).toBe(0);
  });
});

describe('forming', () => {
  it('a configuration that the plugin refuses names its keys', async () => {
    await expect(start({ config: { tickMs: 1, bogus: 2 } })).rejects.toMatchObject({
      code: 'HS-2015',
      message: expect.stringMatching(/bogus: allowed is tickMs only \(3 nodes/),
    });
  });

  it.each([
    ['a function in the configuration', { config: { tickMs: () => 1 } }, 'HS-2015'],
    ['a name twice', { nodes: ['a', 'a'] }, 'HS-1007'],
    ['a name that is none', { nodes: ['A B'] }, 'HS-1007'],
    ['a weight that is none', { nodes: ['a'], weights: { a: 0.5 } }, 'HS-1007'],
    ['a mechanism that is not installed', { mechanism: 'raft' }, 'HS-2012'],
  ])('%s is refused', async (_, options, code) => {
    await expect(start(options as Partial<ClusterOptions>)).rejects.toMatchObject({ code });
  });
});

async function nextOf(
  events: AsyncIterableIterator<ClusterEvent | Lagged>,
  type: string,
): Promise<ClusterEvent | Lagged> {
  for await (const event of events) if (event.type === type) return event;
  throw new Error(`no ${type}`);
}
