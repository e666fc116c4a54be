import { HyperSyncError, toUtf8 } from '@hypersync/base';
import { describe, expect, it } from 'vitest';
import { EventStream } from '../src/event-stream.ts';
import { SessionPool } from '../src/session-pool.ts';
import { startCluster } from '../src/start-cluster.ts';
import { encodePut, OrderedKeyValue } from '../src/state-machine.ts';
import { handMadeHost, SEQUENCER } from './hand-made.ts';
import { sequencerSource } from './sequencer.ts';

const words = (values: readonly Uint8Array[]): string[] => values.map((value) => new TextDecoder().decode(value));

function filled(count: number): OrderedKeyValue {
  const state = new OrderedKeyValue();
  for (let i = 1; i <= count; i++)
    state.apply(i, i % 2 === 0 ? toUtf8(`v${i}`) : encodePut(`k${i % 10}`, toUtf8(`v${i}`)));
  return state;
}

describe('the built-in state', () => {
  it('is the same after a snapshot, and equal states have equal snapshots', () => {
    const state = filled(1000);
    const copy = new OrderedKeyValue();
    copy.restore(1000, state.snapshot());
    expect(copy.applied).toBe(1000);
    expect(words(copy.read('k9'))).toEqual(['v999']);
    expect(copy.snapshot()).toEqual(state.snapshot());
  });

  it('keeps every key however old, and a bounded number of values', () => {
    const state = new OrderedKeyValue();
    state.apply(1, encodePut('old', toUtf8('x')));
    for (let i = 2; i < 3000; i++) state.apply(i, toUtf8(String(i)));
    expect(words(state.read('old'))).toEqual(['x']);
    expect(state.recent.length).toBeLessThanOrEqual(512);
    expect(words(state.recent.slice(-1))).toEqual(['2999']);
  });

  it('refuses foreign bytes and keeps what it had', () => {
    const state = filled(4);
    expect(() => state.restore(9, Uint8Array.of(200, 1, 2))).toThrow(RangeError);
    expect(state.applied).toBe(4);
  });
});

describe('a snapshot that the mechanism installs', () => {
  const snapshot = `Uint8Array.of(${filled(10).snapshot().join()})`;
  const start = async (install: string) => {
    const source = sequencerSource((text) =>
      text.replace(
        "case 'propose':",
        `case 'propose': if (input.op.value[0] === 94) { out.install = ${install}; this.index = 10;
          return void out.resolve.push({ ticket: input.ticket, outcome: { kind: 'committed', position: this.position() } }); }`,
      ),
    );
    const host = await handMadeHost([{ ...SEQUENCER, source }]);
    return startCluster({ host, mechanism: 'sequencer', nodes: 1, workers: 'shared' });
  };

  it('replaces the state, and decisions go on after it', async () => {
    const cluster = await start(`{ index: 10, state: ${snapshot} }`);
    await cluster.propose('^');
    await cluster.propose('next');
    const { applied, recent } = cluster.state('n1');
    expect([applied, ...words(recent.slice(-2))]).toEqual([11, 'v10', 'next']);
    await cluster.stop();
  });

  it.each([
    ['goes back', `{ index: 1, state: ${snapshot} }`],
    ['is none of ours', '{ index: 10, state: Uint8Array.of(1) }'],
  ])('one that %s stops the node', async (_, install) => {
    const cluster = await start(install);
    await cluster.propose('first');
    await expect(cluster.propose('^', { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'HS-2020' });
    expect(cluster.fault('n1')).toMatchObject({ code: 'HS-2009' });
    expect(cluster.state('n1').applied).toBe(1);
    await cluster.stop();
  });
});

describe('events', () => {
  it('a reader that falls behind is told how many it lost; others lose nothing', async () => {
    const stream = new EventStream<number>(10);
    const [slow, fast] = [stream.subscribe(), stream.subscribe()];
    const taken: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      stream.push(i);
      taken.push((await fast.next()).value);
    }
    expect(taken).toEqual(Array.from({ length: 12 }, (_, i) => i));
    stream.close();
    const rest: unknown[] = [];
    for await (const event of slow) rest.push(event);
    expect(rest).toEqual([{ type: 'lagged', lost: 5 }, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('wakes a reader that waits, and ends it when the stream ends', async () => {
    const stream = new EventStream<number>(10);
    const reader = stream.subscribe();
    const [first, second] = [reader.next(), reader.next()];
    stream.push(1);
    stream.close();
    expect([await first, await second]).toEqual([
      { done: false, value: 1 },
      { done: true, value: undefined },
    ]);
  });
});

describe('sessions', () => {
  it('carry one proposal at a time, in rising sequences, and are used again only after an answer', async () => {
    const pool = new SessionPool();
    const used: string[] = [];
    const note = (wait: Promise<void>) =>
      pool.use(async (session, sequence) => {
        used.push(`${session}.${sequence}`);
        await wait;
      });
    let release: () => void = () => {};
    const slow = note(new Promise((resolve) => (release = resolve)));
    await note(Promise.resolve());
    await note(Promise.resolve());
    release();
    await slow;
    const failed = pool.use(async (session, sequence) => {
      used.push(`${session}.${sequence}`);
      throw new Error('no answer');
    });
    await expect(failed).rejects.toThrow('no answer');
    const rejected = pool.use(async (session, sequence) => {
      used.push(`${session}.${sequence}`);
      throw new HyperSyncError('HS-2018', 'rejected');
    });
    await expect(rejected).rejects.toThrow('rejected');
    await note(Promise.resolve());
    expect(used).toEqual(['1.1', '2.1', '2.2', '1.2', '2.3', '2.4']);
  });
});
