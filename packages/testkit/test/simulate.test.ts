import { describe, expect, it } from 'vitest';
import { HyperSyncError } from '@hypersync/base';
import {
  FAULT_KINDS,
  runSimulation,
  simulate,
  type FaultKind,
  type FaultPlan,
  type Invariant,
  type SimulationOptions,
} from '../src/consensus.ts';
import { swarmPlan } from '../src/simulator/faults.ts';
import { shrink } from '../src/simulator/shrink.ts';
import { toySynod } from './fixtures/toy-synod.ts';

function failure(run: () => unknown): HyperSyncError {
  try {
    run();
  } catch (error) {
    if (error instanceof HyperSyncError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

describe('faults', () => {
  const strength = (kind: FaultKind) => (['loss', 'duplicate', 'reorder', 'delay'].includes(kind) ? 0.02 : 2);

  it.each(FAULT_KINDS)('%s happens when planned, and only then', (kind) => {
    const report = simulate({
      plugin: toySynod(),
      nodes: 4,
      seed: 5,
      duration: 2_000_000,
      faults: { [kind]: strength(kind) },
    });
    for (const other of FAULT_KINDS) expect(report.faults[other] > 0, other).toBe(other === kind);
  });

  it('taking one kind away leaves the strikes of the others as they were', () => {
    const strikes = (plan: object) =>
      runSimulation({ plugin: toySynod(), nodes: 4, seed: 8, duration: 2_000_000, faults: plan }).faults;
    expect(strikes({ crash: 3, pause: 2 }).pause).toBe(strikes({ pause: 2 }).pause);
  });

  it('a planned fault that never happens rejects the run', () => {
    const quiet = { plugin: toySynod(), nodes: 1, seed: 1, faults: { 'partition-symmetric': 1 } };
    const error = failure(() => simulate(quiet));
    expect([error.code, error.message]).toEqual([
      'HS-2103',
      expect.stringContaining('partition-symmetric never happened'),
    ]);
  });

  it('crashes lose unflushed writes, and the toy survives that', () => {
    let lost = 0;
    for (let seed = 1; seed <= 5; seed++)
      lost += simulate({ plugin: toySynod(), nodes: 3, seed, faults: { 'power-cut': 8, 'slow-disk': 4 } }).faults[
        'lost-writes'
      ];
    expect(lost).toBeGreaterThan(3);
  });
});

describe('options that cannot be run', () => {
  it.each([
    ['neither nodes nor members', {}],
    ['both', { nodes: 3, members: [{ id: 'a', weight: 1 }] }],
    ['more attackers than honest nodes leave', { nodes: 1, attackers: [{ name: 'x', wrap: (p: never) => p }] }],
    ['a configuration that the plugin refuses', { nodes: 3, config: { colour: 'red' } }],
  ])('%s', (_, options) => {
    expect(failure(() => simulate({ plugin: toySynod(), seed: 1, ...options })).code).toBe('HS-2104');
  });
});

describe('a violation', () => {
  /** The first seed that shows the planted bug. */
  function findBroken(seed = 1): SimulationOptions<'total-order'> & { seed: number } {
    const options = { plugin: toySynod('commit-without-quorum'), nodes: 3, seed };
    return runSimulation(options).violation === null ? findBroken(seed + 1) : options;
  }
  const broken = findBroken();

  it('is told with its seed, the faults it needs, the last events and the command to replay it', () => {
    const story = failure(() => simulate({ ...broken, replay: (seed) => `replay --seed ${seed}` })).message;
    expect(story).toMatch(new RegExp(`^toy-synod broke agreement with seed ${broken.seed} at`));
    expect(story).toMatch(/faults needed: .*; 3 nodes/);
    expect(story).toMatch(/n\d gets from n\d: (Prepare|Accept|Promise|Decided|Hello)/);
    expect(story).toMatch(/n\d delivers \d+ at index \d+/);
    expect(story).toContain(`replay: replay --seed ${broken.seed}`);
  });

  it('shrinks to fewer faults that still show it', () => {
    const { violation } = runSimulation(broken);
    const shrunk = shrink(broken, violation!);
    expect(Object.keys(shrunk.faults as FaultPlan).length).toBeLessThan(Object.keys(swarmPlan(broken.seed)).length);
    expect(runSimulation(shrunk).violation?.check).toBe(violation!.check);
  });

  it('shrinks to fewer strikes, nodes, clients and operations, in a bounded number of runs', () => {
    let runs = 0;
    const toy = toySynod('delivers-twice');
    const plugin: typeof toy = {
      ...toy,
      create(init, image) {
        if (init.self === 'n1' && init.now >= 0 && image.size === 0) runs++;
        return toy.create(init, image);
      },
    };
    const options = { plugin, nodes: 5, seed: 1, faults: { crash: 8, loss: 0.1 }, workload: { clients: 4 } } as const;
    const { violation } = runSimulation(options);
    const shrunk = shrink(options, violation!);
    expect(shrunk).toMatchObject({ nodes: 3, faults: {}, workload: { clients: 1, keys: 1 } });
    expect(shrunk.workload!.maxOperations).toBeLessThanOrEqual(8);
    expect(shrunk.duration).toBeLessThan(1_000_000);
    expect(runSimulation(shrunk).violation?.check).toBe('order');
    expect(runs).toBeLessThan(100);
  });

  it('of an own invariant is reported with its name', () => {
    const never: Invariant = {
      name: 'rounds stay small',
      start: () => (_nodes, changed) =>
        (changed.status?.term ?? 0) > 3 ? `${changed.id} is in round ${changed.status!.term}` : null,
    };
    const { violation } = runSimulation({ plugin: toySynod(), nodes: 3, seed: 1, invariants: [never] });
    expect(violation).toMatchObject({
      kind: 'invariant',
      message: expect.stringMatching(/^rounds stay small: n\d is in round 4$/),
    });
  });
});
