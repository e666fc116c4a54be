import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KillRig } from './real.ts';
import { makeScenarios, type Scenario } from './scenarios.ts';

const NAMES = ['install', 'upgrade', 'rollback', 'gc'] as const;
const rig = new KillRig();
let scenarios: readonly Scenario[];

beforeAll(async () => {
  scenarios = await makeScenarios(rig.box, 'basic', ['gossip', 'crdt']);
  await rig.open();
});
afterAll(() => rig.close());

// The budget is the runner's; this limit only ends a run that hangs, also on a machine with other work.
it.each(NAMES)('%s, a process killed by SIGKILL at every change of the disk', { timeout: 400_000 }, async (name) => {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const tally = await rig.killEverywhere(scenario, availableParallelism());
  console.log(`crash matrix, SIGKILL: ${name}: ${tally.points} kill points, ${tally.old} old, ${tally.new} new`);
  expect(tally.points).toBeGreaterThan(10);
  expect(tally.old + tally.new).toBe(tally.points);
});
