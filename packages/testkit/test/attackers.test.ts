import { describe, expect, it } from 'vitest';
import type { CryptoRequest, Effects, MechanismInit } from '@hypersync/interface';
import { noEffects } from '@hypersync/interface';
import { ATTACKERS, runSimulation, simulate, type AttackerName } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

const NAMES = Object.keys(ATTACKERS) as AttackerName[];

/** The toy tolerates crashes only. Attackers that lie must be able to break it, or they would prove nothing elsewhere. */
describe('lying attackers have teeth', () => {
  it.each([
    ['equivocating', 10],
    ['mutating', 20],
    ['amnesiac', 60],
    ['double-voting', 10],
    ['forking', 60],
  ] as const)('%s breaks a crash-tolerant protocol within %i seeds', (name, seeds) => {
    let broken = false;
    for (let seed = 1; seed <= seeds && !broken; seed++)
      broken = runSimulation({ plugin: toySynod(), nodes: 3, seed, attackers: [ATTACKERS[name]] }).violation !== null;
    expect(broken).toBe(true);
  });
});

describe('attackers that only withhold, delay, repeat or babble', () => {
  it.each([
    'silent',
    'delaying',
    'selective',
    'replaying',
    'garbage',
    'withholding',
    'future-round',
    'increasing-view',
    'oversized',
  ] as const)('%s: a crash-tolerant protocol stays correct', (name) => {
    for (let seed = 1; seed <= 4; seed++)
      simulate({ plugin: toySynod(), nodes: 4, seed, duration: 2_000_000, attackers: [ATTACKERS[name]] });
  });
});

it.each(NAMES)('%s differs from an honest node in what it does', (name) => {
  const base = { plugin: toySynod(), nodes: 4, seed: 1, faults: 'none', duration: 700_000 } as const;
  const attacked = runSimulation({ ...base, attackers: [ATTACKERS[name]] });
  expect(attacked.hash).not.toBe(runSimulation(base).hash);
});

it('a run with an attacker is deterministic too', () => {
  const run = (name: AttackerName) =>
    runSimulation({ plugin: toySynod(), nodes: 4, seed: 9, attackers: [ATTACKERS[name]], duration: 500_000 }).hash;
  for (const name of NAMES) expect(run(name), name).toBe(run(name));
});

const init: MechanismInit = {
  self: 'n1',
  members: ['n1', 'n2', 'n3'].map((id) => ({ id, weight: 1 })),
  epoch: 1,
  seed: 4,
  now: 0,
  config: {},
  applied: 0,
};

/** An honest part that asks for one signature per step and says nothing else. */
function signing() {
  const honest = toySynod();
  const message = Uint8Array.from({ length: 40 }, (_, i) => i);
  let token = 0;
  const step = (): Effects<'total-order'> => ({
    ...noEffects<'total-order'>(),
    crypto: [{ token: ++token, op: 'sign', message }],
  });
  return {
    message,
    plugin: {
      ...honest,
      create: (...args: Parameters<typeof honest.create>) =>
        Object.assign(Object.create(honest.create(...args)) as ReturnType<typeof honest.create>, {
          step,
          nextDeadline: () => null,
        }),
    },
  };
}

it('mutating asks for good signatures under its lies', () => {
  const { plugin, message } = signing();
  const node = ATTACKERS.mutating.wrap(plugin).create(init, new Map());
  const asked = Array.from({ length: 200 }, (_, i) => node.step(i, [{ t: 'time' }]).crypto[0] as CryptoRequest);
  const lies = asked.filter((request) => String(request.message) !== String(message));
  expect(lies.length).toBeGreaterThan(15);
  expect(lies.every((request) => request.message.length === message.length)).toBe(true);
});

it('twins tell their halves apart: no peer hears both within one split', () => {
  const node = ATTACKERS.equivocating.wrap(toySynod()).create(init, new Map());
  const first = node.step(30_000, [{ t: 'time' }]);
  const heard = new Map<string, number>();
  for (const { to } of first.send) heard.set(to, (heard.get(to) ?? 0) + 1);
  expect([...heard.keys()].every((to) => to === 'n2' || to === 'n3')).toBe(true);
  const tokens = first.persist.map((batch) => batch.token);
  expect(tokens).toEqual([1, 2]);
  expect(
    first.persist.map((batch) => batch.writes.map((write) => ('key' in write ? write.key.slice(0, 2) : ''))),
  ).toEqual([['0/'], ['1/']]);
});

it('twins that do not hide are heard by all', () => {
  const node = ATTACKERS['double-voting'].wrap(toySynod()).create(init, new Map());
  const first = node.step(30_000, [{ t: 'time' }]);
  const said = (to: string) => first.send.filter((send) => send.to === to).length;
  expect([said('n2'), said('n3')]).toEqual([4, 4]);
});

/** A node that says its time, or how many steps it has taken, whenever it is asked. */
function saying(what: 'time' | 'steps') {
  const honest = toySynod();
  const make = (steps: number): ReturnType<typeof honest.create> => {
    let taken = steps;
    return Object.assign(Object.create(honest.create(init, new Map())) as ReturnType<typeof honest.create>, {
      step: (now: number): Effects<'total-order'> => ({
        ...noEffects<'total-order'>(),
        persist: [{ token: ++taken, writes: [], sync: true }],
        send: [{ to: 'n2', bytes: Buffer.from(String(what === 'time' ? now : taken)), lane: 'control' }],
      }),
      clone: () => make(taken),
      nextDeadline: () => 1000,
    });
  };
  return { ...honest, create: () => make(0) };
}

function numbersSaid(name: AttackerName, what: 'time' | 'steps', every: number): number[] {
  const node = ATTACKERS[name].wrap(saying(what)).create(init, new Map());
  return Array.from({ length: 200 }, (_, i) =>
    node.step(i * every, [{ t: 'time' }]).send.map(({ bytes }) => Number(Buffer.from(bytes).toString())),
  ).flat();
}

it('forking goes back to an earlier state, and its tokens go on', () => {
  const said = numbersSaid('forking', 'steps', 10_000);
  expect(said.some((steps, i) => i > 0 && steps <= said[i - 1]!)).toBe(true);
  const node = ATTACKERS.forking.wrap(saying('steps')).create(init, new Map());
  const tokens = Array.from({ length: 200 }, (_, i) => node.step(i * 10_000, [{ t: 'time' }]).persist[0]!.token);
  expect(tokens.every((token, i) => i === 0 || token > tokens[i - 1]!)).toBe(true);
});

it('future-round and increasing-view live ahead of the true time, and never go back', () => {
  for (const name of ['future-round', 'increasing-view'] as const) {
    const said = numbersSaid(name, 'time', 10_000);
    expect(said.every((time, i) => time >= i * 10_000 && (i === 0 || time >= said[i - 1]!))).toBe(true);
    expect(said.at(-1)! - 1_990_000).toBeGreaterThan(2_000_000);
  }
  const fast = ATTACKERS['increasing-view'].wrap(saying('time')).create(init, new Map());
  expect(fast.nextDeadline()).toBeLessThan(400);
});

it('withholding has spells in which nobody, or one friend only, hears anything', () => {
  const plugin = { ...saying('steps') };
  const node = ATTACKERS.withholding.wrap(plugin).create(init, new Map());
  const counts = Array.from({ length: 300 }, (_, i) => node.step(i * 10_000, [{ t: 'time' }]).send.length);
  expect(counts).toContain(0);
  expect(Math.max(...counts)).toBeGreaterThan(5);
});

it('oversized says what is too long, or claims to be', () => {
  const node = ATTACKERS.oversized.wrap(saying('steps')).create(init, new Map());
  const said = Array.from({ length: 400 }, (_, i) => node.step(i * 10_000, [{ t: 'time' }]).send).flat();
  expect(said.some(({ bytes }) => bytes.length === 1 << 20)).toBe(true);
  expect(said.some(({ bytes }) => bytes.length > 1000 && bytes.length < 200_000)).toBe(true);
  expect(said.some(({ bytes }) => Buffer.from(bytes).includes(Buffer.from('ffffffffffff7f', 'hex')))).toBe(true);
});
