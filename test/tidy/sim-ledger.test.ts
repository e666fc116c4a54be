import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unmet, type CampaignTotals } from '@hypersync/testkit/consensus';
import { ledgerOf, ledgerTable, readLedger, TABLE } from '../sim/ledger.ts';
import { simulatedMechanisms, simulationOfMechanism } from '../sim/simulations.ts';

describe('the ledger of seeds', () => {
  it('has a table that is in step', () => {
    expect(readFileSync(TABLE, 'utf8')).toBe(ledgerTable());
  });

  it.each(simulatedMechanisms().filter((id) => readLedger(id) !== null))(
    '%s had met all that is worth meeting',
    async (mechanism) => {
      const { faults, coverage, seeds } = readLedger(mechanism)!;
      const totals = { faults, coverage } as unknown as CampaignTotals;
      expect(unmet(await simulationOfMechanism(mechanism), totals)).toEqual([]);
      expect(seeds).toBeGreaterThanOrEqual(1000);
    },
  );

  it('says the same for the same hashes, and something else for others', () => {
    const totals = (hashes: string[]): CampaignTotals => ({
      seeds: hashes.length,
      events: 1,
      messages: 1,
      messageBytes: 1,
      decisions: 1,
      acknowledged: 1,
      faults: {},
      coverage: {},
      mixes: {},
      hashes,
      broken: null,
    });
    const hash = (...hashes: string[]): string => ledgerOf('x', 1, totals(hashes)).hash;
    expect(hash('a', 'b')).toBe(hash('a', 'b'));
    expect(hash('a', 'b')).not.toBe(hash('b', 'a'));
  });
});
