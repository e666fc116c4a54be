import {
  BorderWriter,
  decodeInputs,
  encodeEffects,
  noEffects,
  type Effects,
  type Input,
  type Outcome,
  type StepReply,
} from '@hypersync/interface';
import { HyperSyncError } from '@hypersync/base';
import { describe, expect, it } from 'vitest';
import type { KeyRing } from '../src/key-ring.ts';
import { MemoryDisk } from '../src/memory-disk.ts';
import { NodeDriver } from '../src/node-driver.ts';
import type { Realm } from '../src/plugin-worker.ts';
import type { Time } from '../src/time.ts';

type Answer = Partial<Effects> & { deadline?: number | null };

/** A mechanism that answers what the test says, and a world that writes down what happens, in order. */
function stage(answers: (inputs: readonly Input[]) => Answer, options: { tellsTime?: boolean; keys?: KeyRing } = {}) {
  const log: string[] = [];
  const batches: { now: number; inputs: readonly Input[] }[] = [];
  const wakes: { at: number; callback: () => void; cancelled: boolean }[] = [];
  let now = 1000;
  let waiting: (() => void)[] = [];
  const time: Time = {
    monotonic: () => now,
    wall: () => ({ at: 5_000_000, uncertainty: 7 }),
    wake(at, callback) {
      const wake = { at, callback, cancelled: false };
      wakes.push(wake);
      return () => void (wake.cancelled = true);
    },
  };
  const realm: Realm = {
    call: async (operation, request) => {
      if (operation === 'create') return reply({});
      const batch = decodeInputs(request.slice());
      batches.push(batch);
      return reply(answers(batch.inputs));
    },
    release: async () => {},
  };
  const disk = new MemoryDisk();
  const driver = new NodeDriver({
    realm,
    disk,
    time,
    tellsTime: options.tellsTime ?? false,
    init: { self: 'a', members: [], epoch: 1, seed: 1, now, config: {}, applied: 0 },
    keys: options.keys ?? { sign: async () => Uint8Array.of(9), verify: async () => true },
    port: {
      send: (to, bytes) => void log.push(`send ${to} ${bytes[0]}`),
      deliver: (decision) => void log.push(`deliver ${decision.value[0]}`),
      install: ({ index }) => void log.push(`install ${index}`),
      evidence: ({ kind }) => void log.push(`evidence ${kind}`),
      sealed: () => void log.push('sealed'),
      status: () => {},
      stepped: () => {
        const all = waiting;
        waiting = [];
        for (const wake of all) wake();
      },
      failed: (error) => void log.push(`failed ${error.code}`),
    },
  });
  return {
    driver,
    disk,
    log,
    batches,
    wakes,
    at: (next: number) => void (now = next),
    step: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
}

function reply({ deadline = null, ...effects }: Answer): Uint8Array {
  const writer = new BorderWriter(1 << 20);
  const whole: StepReply = { deadline, status: null, effects: { ...noEffects(), ...effects } };
  encodeEffects(writer, whole);
  return writer.written().slice();
}

const put = (token: number, sync: boolean, key = 'k') => ({
  token,
  sync,
  writes: [{ op: 'put' as const, key, value: Uint8Array.of(token) }],
});
const send = (mark: number, after?: number) => ({
  to: 'b',
  lane: 'bulk' as const,
  bytes: Uint8Array.of(mark),
  ...(after === undefined ? {} : { after }),
});
const decision = (mark: number) => ({
  position: { class: 'total-order' as const, epoch: 1, index: mark },
  proposer: 'a',
  session: 0,
  sequence: 0,
  key: '',
  value: Uint8Array.of(mark),
  certificate: new Uint8Array(),
});
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the duties of a driver, in order', () => {
  it('sends what is free, installs, delivers, then resolves; what waits for the disk goes last', async () => {
    const world = stage((inputs) =>
      inputs.some((input) => input.t === 'propose')
        ? {
            persist: [put(1, true)],
            send: [send(1, 1), send(2), send(3, 1)],
            install: { index: 4, state: new Uint8Array() },
            deliver: [decision(5), decision(6)],
            resolve: [{ ticket: 1, outcome: { kind: 'unknown' } }],
            evidence: [{ culprit: 'b', kind: 'fork', provable: false, proof: new Uint8Array() }],
          }
        : {},
    );
    await world.driver.start();
    const outcome = world.driver.propose({ kind: 'append', value: Uint8Array.of(1) }, 1, 1);
    void outcome.then((value: Outcome) => world.log.push(`resolved ${value.kind}`));
    await world.step();
    await outcome;
    expect(world.log).toEqual(['send b 2', 'install 4', 'deliver 5', 'deliver 6', 'evidence fork', 'resolved unknown']);
    await world.step();
    expect(world.log.slice(-2)).toEqual(['send b 1', 'send b 3']);
    expect(world.batches.at(-1)?.inputs).toEqual([{ t: 'durable', token: 1 }]);
  });

  it('a message waits until its own token is durable, however the batches before it were flushed', async () => {
    let steps = 0;
    const world = stage(() => {
      steps++;
      if (steps === 1) return { persist: [put(1, true), put(2, false)], send: [send(1, 1), send(2, 2)] };
      if (steps === 3) return { persist: [put(3, true)] };
      return {};
    });
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    expect(world.log).toEqual([]);
    await world.step();
    expect(world.log).toEqual(['send b 1']);
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    await world.step();
    expect(world.log).toEqual(['send b 1', 'send b 2']);
  });

  it('a message for a token that is durable already leaves at once', async () => {
    let steps = 0;
    const world = stage(() => (++steps === 1 ? { persist: [put(1, true)] } : { send: [send(7, 1)] }));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    await world.step();
    expect(world.log).toEqual(['send b 7']);
  });

  it('a message for a token that nothing was persisted under stops the node', async () => {
    const world = stage(() => ({ send: [send(1, 9)] }));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await turn();
    expect(world.log).toEqual(['failed HS-2009']);
  });

  it('what was not flushed is lost with the node, and its messages never leave', async () => {
    const world = stage(() => ({ persist: [put(1, true, 'lost')], send: [send(1, 1)] }));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    world.driver.stop(new HyperSyncError('HS-2020', 'crash'));
    world.disk.crash();
    await turn();
    await turn();
    expect(world.log).toEqual([]);
    expect(world.disk.image().size).toBe(0);
  });
});

describe('tickets', () => {
  it('an answer to a ticket that was never given, or a second answer, stops the node', async () => {
    const world = stage((inputs) => ({
      resolve: inputs.flatMap((input) =>
        input.t === 'read' ? [1, 2].map(() => ({ ticket: input.ticket, outcome: { kind: 'unknown' as const } })) : [],
      ),
    }));
    await world.driver.start();
    await expect(world.driver.read('sequential', 'k')).resolves.toEqual({ kind: 'unknown' });
    await turn();
    expect(world.log).toEqual(['failed HS-2009']);
  });

  it('open tickets end as unknown when the node stops', async () => {
    const world = stage(() => ({}));
    await world.driver.start();
    const outcome = world.driver.read('sequential', 'k');
    await world.step();
    world.driver.stop(new HyperSyncError('HS-2020', 'stopped'));
    await expect(outcome).resolves.toEqual({ kind: 'unknown' });
    await expect(world.driver.read('sequential', 'k')).resolves.toMatchObject({ kind: 'rejected', retryable: true });
  });
});

describe('time', () => {
  it('wakes the mechanism at its deadline, not before, and only for the latest one', async () => {
    let steps = 0;
    const world = stage(() => ({ deadline: [2000, 3000, null][steps++] ?? null }));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    expect(world.wakes.map(({ at, cancelled }) => [at, cancelled])).toEqual([
      [2000, true],
      [3000, false],
    ]);
    world.at(3000);
    world.wakes[1]?.callback();
    await world.step();
    expect(world.batches.at(-1)).toEqual({ now: 3000, inputs: [{ t: 'time' }] });
  });

  it('ends a mechanism that wants a time that has come, again and again', async () => {
    const world = stage(() => ({ deadline: 1000 }));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    for (let woken = 0; world.driver.ended === null && woken < 2000; woken++) {
      world.wakes.at(-1)?.callback();
      await turn();
    }
    expect(world.log).toEqual(['failed HS-2009']);
    expect(world.wakes.length).toBe(1000);
  });

  it('bears a mechanism that is in a hurry for a while', async () => {
    let steps = 0;
    const world = stage(() => ({ deadline: steps++ % 1000 === 999 ? 2000 : 1000 }));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    for (let woken = 0; woken < 2500; woken++) {
      world.wakes.at(-1)?.callback();
      await turn();
    }
    expect(world.log).toEqual([]);
  });

  it('never goes back for the mechanism', async () => {
    const world = stage(() => ({}));
    await world.driver.start();
    for (const now of [5000, 4000, 6000]) {
      world.at(now);
      world.driver.receive('b', Uint8Array.of(0), 'bulk');
      await world.step();
    }
    expect(world.batches.map((batch) => batch.now)).toEqual([5000, 5000, 6000]);
  });

  it('mechanisms with slots are told the true time with every batch', async () => {
    const world = stage(() => ({}), { tellsTime: true });
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    expect(world.batches[0]?.inputs[0]).toEqual({ t: 'clock', earliest: 4_999_993, latest: 5_000_007 });
  });
});

describe('batches', () => {
  it('what arrives during a step goes together, control messages first', async () => {
    const world = stage(() => ({}));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(1), 'bulk');
    world.driver.receive('b', Uint8Array.of(2), 'bulk');
    world.driver.receive('c', Uint8Array.of(3), 'control');
    await world.step();
    await world.step();
    const marks = world.batches.map(({ inputs }) =>
      inputs.map((input) => (input.t === 'message' ? input.bytes[0] : 0)),
    );
    expect(marks).toEqual([[1], [3, 2]]);
  });

  it('a batch is bounded; the rest follows', async () => {
    const world = stage(() => ({}));
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    for (let i = 0; i < 5; i++) world.driver.receive('b', new Uint8Array(600_000), 'bulk');
    for (let i = 0; i < 4; i++) await world.step();
    expect(world.batches.map(({ inputs }) => inputs.length)).toEqual([1, 2, 2, 1]);
  });

  it('messages beyond the inbox are dropped and counted', async () => {
    const world = stage(() => ({}));
    for (let i = 0; i < 18; i++) world.driver.receive('b', new Uint8Array(4 * 1024 * 1024), 'bulk');
    expect(world.driver.dropped).toBe(2);
    await world.driver.start();
    for (let i = 0; i < 100; i++) await turn();
    expect(world.batches.flatMap(({ inputs }) => inputs)).toHaveLength(16);
  });
});

describe('crypto', () => {
  it('is answered by token, in whatever order it ends', async () => {
    let release: (valid: boolean) => void = () => {};
    const keys: KeyRing = {
      sign: async (_, message) => Uint8Array.of(message[0] ?? 0, 1),
      verify: () => new Promise((resolve) => (release = resolve)),
    };
    const empty = new Uint8Array();
    let steps = 0;
    const world = stage(
      () =>
        ++steps === 1
          ? {
              crypto: [
                { op: 'verify', token: 1, signer: 'b', message: empty, signature: empty },
                { op: 'sign', token: 2, message: Uint8Array.of(5) },
              ],
            }
          : {},
      { keys },
    );
    await world.driver.start();
    world.driver.receive('b', Uint8Array.of(0), 'bulk');
    await world.step();
    await world.step();
    expect(world.batches.at(-1)?.inputs).toEqual([{ t: 'signed', token: 2, signature: Uint8Array.of(5, 1) }]);
    release(false);
    await world.step();
    expect(world.batches.at(-1)?.inputs).toEqual([{ t: 'verified', token: 1, valid: false }]);
  });
});

describe('the disk', () => {
  it('keeps a prefix that ends with a synced batch, applies ranges, and refuses tokens that do not grow', () => {
    const disk = new MemoryDisk();
    disk.write(put(1, false, 'a'));
    disk.write(put(2, true, 'b'));
    disk.write(put(3, false, 'c'));
    expect(disk.image().size).toBe(0);
    expect(disk.flush()).toEqual([2]);
    expect([...disk.image().keys()]).toEqual(['a', 'b']);
    expect(disk.durable).toBe(2);
    expect(() => disk.write(put(3, true))).toThrow(RangeError);
    disk.crash();
    expect([...disk.image().keys()]).toEqual(['a', 'b']);
    disk.write({ token: 1, sync: true, writes: [{ op: 'delete-range', from: 'a', to: 'b' }] });
    disk.flush();
    expect([...disk.image().keys()]).toEqual(['b']);
  });
});
