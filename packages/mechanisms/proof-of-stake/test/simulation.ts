import { type ComplianceOptions, neverDecreases } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { finalizedPrefixesAgree, honestAreNeverSlashable } from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  seeds: 16,
  config: { slotMs: 40, slotsPerEpoch: 4, heartbeatMs: 200, ticketTimeoutMs: 10_000 },
  badConfigs: [{ slotMs: 1 }, { slotsPerEpoch: 1 }, { proposerBoostPercent: 101 }, { maxBlockBytes: 16_384 }],
  workload: { timeout: 3_000_000 },
  invariants: [
    neverDecreases('finalizedSlot'),
    neverDecreases('finalizedEpoch'),
    finalizedPrefixesAgree(),
    honestAreNeverSlashable(),
  ],
};
