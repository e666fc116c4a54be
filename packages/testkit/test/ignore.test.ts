import { describe, expect, it } from 'vitest';
import { runSimulation, VIOLATION_KINDS, type Invariant, type SimulationOptions } from '../src/consensus.ts';
import { BUGS, toySynod, type Bug } from './fixtures/toy-synod.ts';

/** Bugs that no run shows; `judges-prove` catches them by a look at the state. */
const UNSEEN_IN_RUNS: readonly Bug[] = ['throws-on-garbage', 'shares-state-in-clones'];
/** Traps have no switch: what a clock of one's own answers would have to be made up. */
const TRAPPED: readonly Bug[] = ['reads-the-clock', 'draws-randomness'];

function caught(bug: Bug): SimulationOptions<'total-order'> & { seed: number } {
  for (let seed = 1; seed <= 60; seed++) {
    const faults = bug.startsWith('votes') || bug.startsWith('reply') ? { 'power-cut': 8, 'slow-disk': 6 } : 'swarm';
    const options = { plugin: toySynod(bug), nodes: 3, seed, duration: 2_000_000, maxEvents: 200_000, faults } as const;
    if (runSimulation(options).violation !== null) return options;
  }
  throw new Error(`${bug} was not seen`);
}

describe('a check that is switched off', () => {
  it.each(BUGS.filter((bug) => !UNSEEN_IN_RUNS.includes(bug) && !TRAPPED.includes(bug)))(
    'finds nothing, and the run goes on: %s',
    (bug) => {
      const options = caught(bug);
      const { check } = runSimulation(options).violation!;
      expect(runSimulation({ ...options, ignore: [check] }).violation?.check).not.toBe(check);
      const report = runSimulation({ ...options, ignore: VIOLATION_KINDS });
      expect(report.violation).toBeNull();
      expect(report.events).toBeGreaterThan(1000);
    },
  );

  it('may be one invariant by its name, and the others stay', () => {
    const never = (name: string): Invariant => ({ name, start: () => () => 'no' });
    const options = { plugin: toySynod(), nodes: 3, seed: 1, invariants: [never('first'), never('second')] };
    expect(runSimulation(options).violation).toMatchObject({ check: 'invariant: first', message: 'first: no' });
    expect(runSimulation({ ...options, ignore: ['invariant: first'] }).violation?.check).toBe('invariant: second');
    const both = ['invariant: first', 'invariant: second'];
    expect(runSimulation({ ...options, ignore: both }).violation).toBeNull();
  });

  it('stays off for that run only', () => {
    const options = caught('delivers-twice');
    runSimulation({ ...options, ignore: VIOLATION_KINDS });
    expect(runSimulation(options).violation?.check).toBe('order');
  });
});
