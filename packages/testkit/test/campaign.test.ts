import { describe, expect, it } from 'vitest';
import type { MechanismPlugin } from '@hypersync/interface';
import {
  addTotals,
  campaignRun,
  runCampaign,
  sizeWithFaulty,
  unmet,
  type CampaignTotals,
  type ComplianceOptions,
} from '../src/consensus.ts';
import { toySynod } from './fixtures/toy-synod.ts';

const options: ComplianceOptions<'total-order'> = { plugin: toySynod(), duration: 1_000_000 };

function withFaults(numerator: number, denominator: number, minNodes: number): MechanismPlugin<'total-order'> {
  const plugin = toySynod();
  const bound = { numerator, denominator };
  const faults = { model: 'byzantine', safety: bound, liveness: bound, minNodes } as const;
  return { ...plugin, descriptor: { ...plugin.descriptor, faults } };
}

describe('what a seed stands for', () => {
  const runs = Array.from({ length: 200 }, (_, i) => campaignRun(options, i + 1));

  it('is drawn from the seed alone', () => {
    const plain = (seed: number) => JSON.stringify(campaignRun(options, seed));
    expect(plain(7)).toBe(plain(7));
  });

  it('takes in every size and mix, and no attackers where none are declared', () => {
    expect(new Set(runs.map(({ options: { nodes } }) => nodes))).toEqual(new Set([3, 5]));
    expect(new Set(runs.map(({ mix }) => mix))).toEqual(new Set(['swarm', 'bad network', 'restarts', 'no faults']));
    expect(runs.filter(({ options: run }) => run.attackers !== undefined)).toEqual([]);
  });

  it('keeps attackers within the declared bound', () => {
    const byzantine = { ...options, plugin: withFaults(1, 3, 4) };
    const attacked = runs.map((_, i) => campaignRun(byzantine, i + 1)).filter(({ options: run }) => run.attackers);
    expect(attacked.length).toBeGreaterThan(50);
    for (const { options: run, mix } of attacked) {
      expect(run.nodes).toBe(3 * run.attackers!.length + 1);
      expect(mix).toContain(run.attackers![0]!.name);
    }
  });

  it.each([
    [1, 3, 4, 1, 4],
    [1, 3, 4, 2, 7],
    [1, 5, 4, 1, 6],
    [1, 3, 9, 1, 9],
  ])('needs, below %i of %i and with at least %i nodes, for %i faulty ones %i in all', (n, d, least, f, size) => {
    expect(sizeWithFaulty({ plugin: withFaults(n, d, least) }, f)).toBe(size);
  });
});

describe('a campaign', () => {
  it('adds up to the same in one part or in several', () => {
    const parts = [runCampaign(options, 1, 2), runCampaign(options, 3, 1), runCampaign(options, 4, 2)];
    const whole = runCampaign(options, 1, 5);
    expect(parts.reduce((sum, part) => addTotals(sum, part))).toEqual(whole);
    expect(whole.hashes).toHaveLength(5);
    expect(whole.events).toBeGreaterThan(5000);
  });

  it('ends at the first broken promise, and names it', () => {
    const totals = runCampaign({ ...options, plugin: toySynod('delivers-twice') }, 1, 20);
    expect(totals.broken).toMatchObject({ seed: totals.seeds, violation: { check: 'order' } });
    expect(totals.seeds).toBeLessThan(20);
  });
});

describe('coverage', () => {
  it('counts the runs that met a situation, and names what was never met', () => {
    const sometimes = [
      { name: 'a second round', seen: (node: { status: { term: number } | null }) => (node.status?.term ?? 0) > 1 },
      { name: 'a blue moon', seen: () => false },
    ];
    const totals = runCampaign({ ...options, sometimes }, 1, 4);
    expect(totals.coverage).toMatchObject({ 'a second round': 4, 'a blue moon': 0, 'term change': 4 });
    expect(unmet({ ...options, sometimes }, totals)).toContain('a blue moon');
    expect(unmet({ ...options, sometimes }, totals)).not.toContain('a second round');
  });

  it('wants what the capabilities promise, and every kind of fault', () => {
    const none: CampaignTotals = { ...runCampaign(options, 1, 1), faults: {}, coverage: {} };
    const { descriptor } = options.plugin;
    const capabilities = { ...descriptor.capabilities, leader: true, snapshot: 'log', stop: 'stop-sign' } as const;
    const plugin = { ...options.plugin, descriptor: { ...descriptor, capabilities } };
    const missing = unmet({ ...options, plugin }, none);
    expect(missing).toEqual(
      expect.arrayContaining(['loss', 'power-cut', 'lost-writes', 'leader change', 'snapshot install', 'seal']),
    );
    const all = Object.fromEntries(missing.map((name) => [name, 1]));
    expect(unmet({ ...options, plugin }, { ...none, faults: all, coverage: all })).toEqual([]);
  });
});
