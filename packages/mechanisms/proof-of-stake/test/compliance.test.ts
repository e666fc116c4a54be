import { expect, test } from 'vitest';
import { mechanismCompliance, runSimulation } from '@hypersync/testkit/consensus';
import { leaving, simulation } from './simulation.ts';

mechanismCompliance(simulation);

test.each([1, 2])('keeps its promises while a member leaves, seed %i', (seed) => {
  const report = runSimulation({ ...leaving, seed });
  expect(report.violation?.message).toBeUndefined();
  expect(report.coverage['left']).toBe(1);
});
