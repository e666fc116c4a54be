import { afterAll, describe, expect, it } from 'vitest';
import { FAULT_KINDS, runCampaign } from '@hypersync/testkit/consensus';
import { campaign } from './campaign.ts';
import { simulatedMechanisms, simulationOfMechanism } from './simulations.ts';

/** Not the seeds of the compliance suites. */
const FROM = 1_000_000;
/** Signatures and more nodes make Byzantine runs the dearer ones. */
const SEEDS = { crash: 50, byzantine: 16 } as const;
const SEEDS_TWICE = 2;

const rows: string[] = [];
const struck = new Set<string>();

describe('a slice of the long search, in processes of its own', () => {
  it.each(simulatedMechanisms())(
    '%s keeps its promises, and its traces are the same in two processes',
    async (mechanism) => {
      const simulation = await simulationOfMechanism(mechanism);
      const seeds = SEEDS[simulation.plugin.descriptor.faults.model];
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

  it('met every kind of fault', () => {
    expect(FAULT_KINDS.filter((kind) => !struck.has(kind))).toEqual([]);
  });

  afterAll(() => {
    const head = ['seeds', 'events', 'decisions', 'faults'].map((one) => one.padStart(11)).join('');
    process.stdout.write(`\n${'mechanism'.padEnd(24)}${head}\n${rows.join('\n')}\n`);
  });
});
