import { describe, expect, it } from 'vitest';
import type { Effects, MechanismPlugin } from '@hypersync/interface';
import { costProblem } from '../src/compliance/cost.ts';
import { toySynod } from './fixtures/toy-synod.ts';

/** The toy, saying more than it must to each peer of whom there are `peers`. */
function wordy(
  more: (effects: Effects<'total-order'>, peers: number) => Effects<'total-order'>,
): MechanismPlugin<'total-order'> {
  const toy = toySynod();
  return {
    ...toy,
    descriptor: { ...toy.descriptor, cost: { normal: 'O(n)', worst: 'O(n^2)' } },
    create(init, image) {
      const inner = toy.create(init, image);
      return {
        descriptor: inner.descriptor,
        step: (now, inputs) => more(inner.step(now, inputs), init.members.length - 1),
        nextDeadline: () => inner.nextDeadline(),
        status: () => inner.status(),
        fingerprint: () => inner.fingerprint(),
        clone: () => inner.clone(),
      };
    },
  };
}

describe('declared cost', () => {
  it('is kept by the toy, which asks everybody twice and tells everybody', () => {
    expect(costProblem({ duration: 1_000_000, plugin: wordy((effects) => effects), costSlack: 3 }, 3)).toBeNull();
  });

  /** What the toy takes for garbage. */
  const noise = (length: number) => ({ to: 'all', bytes: new Uint8Array(length), lane: 'bulk' }) as const;

  it('is broken by more messages per decision than it says', () => {
    const plugin = wordy((effects, peers) => {
      const more = effects.deliver.flatMap(() => Array.from({ length: peers * peers }, () => noise(1)));
      return { ...effects, send: [...effects.send, ...more] };
    });
    expect(costProblem({ duration: 1_000_000, plugin }, 3)).toMatch(
      /messages per write with 3 nodes, .* with 7: more than O\(n\)/,
    );
  });

  it('is broken by messages that grow with n', () => {
    const plugin = wordy((effects, peers) => {
      const more = effects.deliver.map(() => noise(200 * peers));
      return { ...effects, send: [...effects.send, ...more] };
    });
    expect(costProblem({ duration: 1_000_000, plugin, costSlack: 3 }, 3)).toMatch(
      /bytes per write with 3 nodes, .* with 7: more than O\(n\)/,
    );
    expect(costProblem({ duration: 1_000_000, plugin, costSlack: 3, byteCost: 'O(n^3)' }, 3)).toBeNull();
  });
});
