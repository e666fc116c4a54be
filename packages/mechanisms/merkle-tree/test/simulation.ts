import { type ComplianceOptions, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'convergent'> = {
  plugin,
  // Tombstones are collected while faults go on, not only after them.
  config: { collectIntervalMs: 200 },
  badConfigs: [{ collectIntervalMs: 1 }, { maxTransferBytes: 2_097_152 }],
  invariants: [ordered('tombstones', 'rows', 'writes'), neverDecreases('writes')],
};
