import { describe, expect, it } from 'vitest';
import { runSimulation, simulate, type SimulationOptions, type ViolationKind } from '../src/consensus.ts';
import { capture } from '../src/compliance/captured.ts';
import {
  cloneProblem,
  garbageProblem,
  observerProblem,
  strayCompletionProblem,
} from '../src/compliance/state-checks.ts';
import { BUGS, toySynod, type Bug } from './fixtures/toy-synod.ts';

/** Which promise each planted bug breaks, and in how many seeds it must be seen at the latest. */
const CAUGHT: Partial<
  Record<Bug, { kinds: readonly ViolationKind[]; within: number; run?: Partial<SimulationOptions> }>
> = {
  'votes-not-persisted': {
    kinds: ['agreement', 'linearizability', 'durability'],
    within: 40,
    run: { faults: { 'power-cut': 8, 'slow-disk': 6 } },
  },
  'reply-before-durable': {
    kinds: ['agreement', 'linearizability', 'durability'],
    within: 40,
    run: { faults: { 'power-cut': 8, 'slow-disk': 6 } },
  },
  'commit-without-quorum': { kinds: ['agreement'], within: 10 },
  'ignores-accepted-value': { kinds: ['agreement', 'linearizability'], within: 10 },
  'accepts-below-promise': { kinds: ['agreement'], within: 5 },
  'acknowledges-early': { kinds: ['agreement', 'durability'], within: 2 },
  'delivers-twice': { kinds: ['order'], within: 2 },
  'delivers-with-gap': { kinds: ['order'], within: 5 },
  'forgets-outcome': { kinds: ['liveness'], within: 10 },
  'answers-twice': { kinds: ['ticket'], within: 2 },
  'rejects-but-proposes': { kinds: ['ticket'], within: 5 },
  'redelivers-applied': { kinds: ['order'], within: 10 },
  'stale-reads': { kinds: ['linearizability'], within: 10 },
  'reads-the-clock': { kinds: ['contract'], within: 1 },
  'draws-randomness': { kinds: ['contract'], within: 1 },
  'deadline-in-the-past': { kinds: ['contract'], within: 1 },
  'never-retries': { kinds: ['liveness'], within: 2 },
  'invents-values': { kinds: ['agreement', 'validity'], within: 5 },
  'reuses-tokens': { kinds: ['contract'], within: 1 },
};

function firstViolation(bug: Bug, within: number, run: Partial<SimulationOptions> = {}) {
  for (let seed = 1; seed <= within; seed++) {
    const options = { plugin: toySynod(bug), nodes: 3, seed, duration: 4_000_000, ...run };
    const { violation } = runSimulation(options as SimulationOptions<'total-order'>);
    if (violation !== null) return violation;
  }
  return null;
}

describe('every planted bug is caught by a run or by a look at its state', () => {
  it.each(Object.entries(CAUGHT))('%s', (bug, { kinds, within, run }) => {
    const violation = firstViolation(bug as Bug, within, run);
    expect(violation?.kind, violation?.message ?? `not seen in ${within} seeds`).toBeOneOf([...kinds]);
  });

  it('throws-on-garbage', () => {
    const plugin = toySynod('throws-on-garbage');
    expect(garbageProblem(plugin, capture({ plugin }, 3, 11))).toMatch(/step threw/);
  });

  it('shares-state-in-clones', () => {
    expect(cloneProblem(capture({ plugin: toySynod('shares-state-in-clones') }, 3, 11))).toMatch(/clone/);
  });

  it('leaves no bug out', () => {
    const seen = [...Object.keys(CAUGHT), 'throws-on-garbage', 'shares-state-in-clones'];
    expect(seen.toSorted()).toEqual([...BUGS].toSorted());
  });
});

describe('the correct toy', () => {
  it('is silent on the same seeds and plans', () => {
    for (let seed = 1; seed <= 40; seed++) {
      simulate({ plugin: toySynod(), nodes: 3, seed, duration: 4_000_000, faults: { 'power-cut': 8, 'slow-disk': 6 } });
      simulate({ plugin: toySynod(), nodes: 3, seed, duration: 4_000_000 });
    }
  });

  it('passes every look at its state', () => {
    const plugin = toySynod();
    const captured = capture({ plugin }, 3, 11);
    const problems = [
      cloneProblem(captured),
      observerProblem(captured),
      garbageProblem(plugin, captured),
      strayCompletionProblem(captured),
    ];
    expect(problems).toEqual([null, null, null, null]);
  });
});
