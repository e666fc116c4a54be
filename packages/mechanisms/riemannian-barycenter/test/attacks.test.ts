import { describe, expect, it } from 'vitest';
import { attacker, ATTACKERS, simulate, type Attacker } from '@hypersync/testkit/consensus';
import type { Op } from '@hypersync/interface';
import { simulation } from './simulation.ts';
import { referenceOf } from './spaces.ts';

/** An honest member but for its readings: it puts in one after the other, at the edge of the ball or creeping towards it. */
function lying(name: string, size: (n: number) => number): Attacker {
  return attacker(name, ({ init }) => {
    let next = init.now + 5000;
    let wishes = 0;
    const reference = referenceOf(String(init.config['manifold']), Number(init.config['dimension']));
    return {
      inputs(inputs, now) {
        if (now < next) return inputs;
        next = now + 15_000;
        const radius = Number(init.config['ballRadius'] ?? 0.7) * 0.999 * size(wishes);
        const velocity = Array.from({ length: reference.dimension }, (_, i) => (i === 0 ? -radius : 0));
        const op = { kind: 'input', value: reference.fromTangent(velocity) } as Op as never;
        return [...inputs, { t: 'propose', ticket: 2 ** 40 + wishes++, op, session: 0, sequence: 0 }];
      },
      nextDeadline: () => next,
    };
  });
}

const LIARS: Readonly<Record<string, Attacker>> = {
  extremal: lying('extremal', () => 1),
  jumping: lying('jumping', (n) => (n % 2 === 0 ? 1 : -1)),
  drifting: lying('drifting', (n) => Math.min(1, n / 40) * 2 - 1),
  equivocating: ATTACKERS.equivocating,
};

describe.each(Object.entries(LIARS))('a member that is %s', (_name, liar) => {
  it.each([
    ['euclidean', 2, 4],
    ['sphere', 2, 4],
    ['rotations', 3, 4],
    ['spd', 2, 4],
    ['hyperbolic', 2, 7],
  ])('does not lead the median away on %s %d, %d members', (manifold, dimension, nodes) => {
    const report = simulate({
      plugin: simulation.plugin,
      config: { ...simulation.config, manifold, dimension },
      space: simulation.space!,
      invariants: simulation.invariants!,
      nodes,
      seed: 11,
      attackers: nodes === 7 ? [liar, liar] : [liar],
      duration: 300_000,
      faults: { loss: 0.02 },
    });
    expect(report.decisions).toBeGreaterThan(2);
  });
});
