import { afterAll, describe, expect, it } from 'vitest';
import type { MechanismPlugin } from '@hypersync/interface';
import { explore, FAULT_KINDS, runCampaign } from '@hypersync/testkit/consensus';
import { campaign } from './campaign.ts';
import { simulatedMechanisms, simulationOfMechanism } from './simulations.ts';

/** Not the seeds of the compliance suites. */
const FROM = 1_000_000;
/** Signatures and more nodes make Byzantine runs the dearer ones, geometry the dearest. */
const SEEDS = { crash: 40, byzantine: 10, approximate: 4 } as const;
const SEEDS_TWICE = 2;

const rows: string[] = [];
const struck = new Set<string>();

describe('a slice of the long search, in processes of its own', () => {
  it.each(simulatedMechanisms())(
    '%s keeps its promises, and its traces are the same in two processes',
    async (mechanism) => {
      const simulation = await simulationOfMechanism(mechanism);
      const { guarantee, faults: bounds } = simulation.plugin.descriptor;
      const seeds = SEEDS[guarantee === 'approximate' ? guarantee : bounds.model];
      const totals = await campaign({ mechanism, from: FROM, seeds, jobs: 2 });
      const { broken, events, decisions, faults } = totals;
      expect(broken, `replay: npm run sim -- --mechanism ${mechanism} --from ${broken?.seed} --seeds 1`).toBeNull();
      expect(totals.hashes).toHaveLength(seeds);
      expect(new Set(totals.hashes).size).toBe(seeds);
      expect(runCampaign(simulation, FROM, SEEDS_TWICE).hashes).toEqual(totals.hashes.slice(0, SEEDS_TWICE));
      const strikes = Object.values(faults).reduce((sum, count) => sum + count, 0);
      for (const [kind, count] of Object.entries(faults)) if (count > 0) struck.add(kind);
      const numbers = [seeds, events, decisions, strikes].map((one) => one.toLocaleString('en').padStart(11));
      rows.push(`${mechanism.padEnd(24)}${numbers.join('')}`);
    },
  );

  it('every order of the messages of one time-out, in the smallest cluster, is safe where the class is total order', async () => {
    for (const mechanism of simulatedMechanisms()) {
      const { plugin, config = {}, invariants = [] } = await simulationOfMechanism(mechanism);
      const { guarantee, faults } = plugin.descriptor;
      if (guarantee !== 'total-order') continue;
      const nodes = Math.max(faults.minNodes, faults.model === 'byzantine' ? 4 : 3);
      const budget = { proposals: 0, timeouts: 1 };
      const world = { nodes, config, invariants, budget, order: 'links', maxStates: 1000 } as const;
      const { states, violation } = explore({ ...world, plugin: plugin as MechanismPlugin<'total-order'> });
      expect(violation, `${mechanism}: ${violation?.path.join('; ')}`).toBeNull();
      expect(states, mechanism).toBeGreaterThan(10);
    }
  });

  it('met every kind of fault', () => {
    expect(FAULT_KINDS.filter((kind) => !struck.has(kind))).toEqual([]);
  });

  afterAll(() => {
    const head = ['seeds', 'events', 'decisions', 'faults'].map((one) => one.padStart(11)).join('');
    process.stdout.write(`\n${'mechanism'.padEnd(24)}${head}\n${rows.join('\n')}\n`);
  });
});
