import { expect, test } from 'vitest';
import { mechanismCompliance, runSimulation } from '@hypersync/testkit/consensus';
import { paper, simulation } from './simulation.ts';

mechanismCompliance(simulation);

test.each([1, 2])('keeps what the paper proves, against an equivocating member, seed %i', (seed) => {
  const report = runSimulation({ ...paper, seed });
  expect(report.violation?.message).toBeUndefined();
  expect(report.decisions).toBeGreaterThan(0);
});
