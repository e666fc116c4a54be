import { describe, expect, it } from 'vitest';
import { attacker, ATTACKERS, simulate, type Attacker } from '@hypersync/testkit/consensus';
import type { Op } from '@hypersync/interface';
import { simulation } from './simulation.ts';

/** An honest member but for its readings: it puts in one after the other, whatever its clients say. */
function lying(name: string, reading: (n: number, dimension: number) => number[]): Attacker {
  return attacker(name, ({ init }) => {
    let next = init.now + 5000;
    let wishes = 0;
    const dimension = Number(init.config['dimension']);
    return {
      inputs(inputs, now) {
        if (now < next) return inputs;
        next = now + 15_000;
        const op = { kind: 'input', value: reading(wishes, dimension) } as Op as never;
        const ticket = 2 ** 40 + wishes++;
        return [...inputs, { t: 'propose', ticket, op, session: 0, sequence: 0 }];
      },
      nextDeadline: () => next,
    };
  });
}

const EXTREME = 31.9;
const LIARS = {
  'at one extreme': lying('extremal', (_n, d) => Array.from({ length: d }, () => EXTREME)),
  'at all extremes in turn': lying('jumping', (n, d) =>
    Array.from({ length: d }, (_, i) => ((n >> i) & 1 ? EXTREME : -EXTREME)),
  ),
  'drifting away little by little': lying('drifting', (n, d) =>
    Array.from({ length: d }, () => Math.min(EXTREME, 12 + n / 8)),
  ),
  'without a number': lying('not a number', (n, d) =>
    Array.from({ length: d }, () => [Number.NaN, Infinity, -Infinity, 2 * EXTREME][n % 4]!),
  ),
  'telling two stories': ATTACKERS.equivocating,
  'changing bits of what it says': ATTACKERS.mutating,
} as const;

const CLUSTERS = [
  { nodes: 4, config: { dimension: 1 } },
  { nodes: 4, config: { dimension: 3, validity: 'box' } },
  { nodes: 5, config: { dimension: 2, validity: 'hull', maxRounds: 32 } },
  { nodes: 6, config: { dimension: 3, validity: 'hull', maxRounds: 48 } },
] as const;

describe.each(Object.entries(LIARS))('a member %s', (_name, liar) => {
  it.each(CLUSTERS)('moves nobody out of the honest readings: $nodes members, $config', ({ nodes, config }) => {
    const report = simulate({
      plugin: simulation.plugin,
      config: { ...simulation.config, ...config },
      space: simulation.space!,
      invariants: simulation.invariants!,
      nodes,
      seed: 5,
      attackers: [liar],
      duration: 400_000,
      faults: { loss: 0.02 },
    });
    expect(report.decisions).toBeGreaterThan(3);
  });
});
