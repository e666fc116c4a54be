import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, hitEveryOperation, KILLS, POWER_CUTS, type Fault } from './model.ts';
import { makeScenarios, type Scenario } from './scenarios.ts';

const NAMES = ['install', 'upgrade', 'rollback', 'gc'] as const;
let scenarios: readonly Scenario[];
let box: string;

beforeAll(async () => {
  box = mkdtempSync(join(tmpdir(), 'hs crash model '));
  scenarios = await makeScenarios(box, 'basic', ['gossip', 'crdt']);
});

const words = ({ kind, lasting, power }: Fault): string =>
  `${kind}${lasting === undefined ? '' : ' for good'}${power === undefined ? '' : `, losing ${power} of what was not synced`}`;

afterAll(() => rmSync(box, { recursive: true, force: true }));

describe.each(NAMES)('%s', (name) => {
  it.each([...KILLS, ...POWER_CUTS, ...ERRORS].map((fault) => [words(fault), fault] as const))(
    '%s',
    async (what, fault) => {
      const scenario = scenarios.find((one) => one.name === name);
      if (scenario === undefined) throw new Error(`no scenario ${name}`);
      const tally = await hitEveryOperation(scenario, fault);
      console.log(
        `crash matrix, in memory: ${name}, ${what}: ${tally.points} points, ${tally.old} old, ${tally.new} new`,
      );
      expect(tally.points).toBeGreaterThan(0);
      expect(tally.old + tally.new).toBe(tally.points);
    },
  );
});
