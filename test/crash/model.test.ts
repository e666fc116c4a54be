import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS, hitEveryOperation, KILLS, POWER_CUTS, type Fault } from './model.ts';
import { makeScenarios, type Scenario } from './scenarios.ts';

/** What a failed self-test adds is the way back; the way there has met every fault as `upgrade`. */
const MATRIX: readonly (readonly [Scenario['name'], readonly Fault[]])[] = [
  ...(['install', 'upgrade', 'rollback', 'gc'] as const).map(
    (name) => [name, [...KILLS, ...POWER_CUTS, ...ERRORS]] as const,
  ),
  ['failing upgrade', [{ kind: 'kill' }, { kind: 'EIO' }]],
];

let scenarios: readonly Scenario[];
let box: string;

beforeAll(async () => {
  box = mkdtempSync(join(tmpdir(), 'hs crash model '));
  scenarios = await makeScenarios(box, 'basic', ['gossip', 'crdt']);
});

const words = ({ kind, lasting, power }: Fault): string =>
  `${kind}${lasting === undefined ? '' : ' for good'}${power === undefined ? '' : `, losing ${power} of what was not synced`}`;

afterAll(() => rmSync(box, { recursive: true, force: true }));

describe.each(MATRIX)('%s', (name, faults) => {
  it.each(faults.map((fault) => [words(fault), fault] as const))('%s', { timeout: 400_000 }, async (what, fault) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`no scenario ${name}`);
    const tally = await hitEveryOperation(scenario, fault);
    console.log(
      `crash matrix, in memory: ${name}, ${what}: ${tally.points} points, ${tally.old} old, ${tally.new} new`,
    );
    expect(tally.points).toBeGreaterThan(0);
    expect(tally.old + tally.new).toBe(tally.points);
  });
});
