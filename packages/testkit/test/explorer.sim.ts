import { expect, it } from 'vitest';
import { explore } from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

it('a small world of the correct toy, completely', () => {
  const report = explore({ plugin: toySynod(), nodes: 3, proposers: [0, 1], budget: { proposals: 1, timeouts: 0 } });
  expect(report).toMatchObject({ complete: true, violation: null });
  expect(report.states).toBeGreaterThan(5000);
});

it.each(['ignores-accepted-value', 'accepts-below-promise'] as const)('needs an exact order: %s', (bug) => {
  const report = explore({ plugin: toySynod(bug), nodes: 3, proposers: [0, 1], budget: { proposals: 2, timeouts: 0 } });
  expect(report.violation?.kind).toBe('agreement');
});

it('links that keep their order make the same world smaller, and hide no bug that needs no overtaking', () => {
  const world = { nodes: 3, proposers: [0, 1], budget: { proposals: 1, timeouts: 0 } };
  const [any, links] = (['any', 'links'] as const).map((order) => explore({ ...world, plugin: toySynod(), order }));
  expect(links).toMatchObject({ complete: true, violation: null });
  expect(links!.states).toBeLessThan(any!.states);
  const broken = explore({
    ...world,
    plugin: toySynod('commit-without-quorum'),
    budget: { proposals: 2, timeouts: 0 },
    order: 'links',
  });
  expect(broken.violation?.kind).toBe('agreement');
});
