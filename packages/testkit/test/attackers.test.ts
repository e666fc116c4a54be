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
  ] as const)('%s breaks a crash-tolerant protocol within %i seeds', (name, seeds) => {
    let broken = false;
    for (let seed = 1; seed <= seeds && !broken; seed++)
      broken = runSimulation({ plugin: toySynod(), nodes: 3, seed, attackers: [ATTACKERS[name]] }).violation !== null;
    expect(broken).toBe(true);
  });
});

describe('attackers that only withhold, delay, repeat or babble', () => {
  it.each(['silent', 'delaying', 'selective', 'replaying', 'garbage'] as const)(
    '%s: a crash-tolerant protocol stays correct',
    (name) => {
      for (let seed = 1; seed <= 6; seed++)
        simulate({ plugin: toySynod(), nodes: 4, seed, attackers: [ATTACKERS[name]] });
    },
  );
});

it.each(NAMES)('%s differs from an honest node in what it does', (name) => {
  const base = { plugin: toySynod(), nodes: 4, seed: 1, faults: 'none', duration: 2_000_000 } as const;
  const attacked = runSimulation({ ...base, attackers: [ATTACKERS[name]] });
  expect(attacked.hash).not.toBe(runSimulation(base).hash);
});

it('a run with an attacker is deterministic too', () => {
  const run = (name: AttackerName) =>
    runSimulation({ plugin: toySynod(), nodes: 4, seed: 9, attackers: [ATTACKERS[name]], duration: 1_500_000 }).hash;
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
