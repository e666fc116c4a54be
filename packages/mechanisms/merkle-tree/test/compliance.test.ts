import { mechanismCompliance, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';

mechanismCompliance({
  plugin,
  // Tombstones are collected while faults go on, not only after them.
  config: { collectIntervalMs: 200 },
  badConfigs: [{ collectIntervalMs: 1 }, { maxTransferBytes: 2_097_152 }],
  invariants: [ordered('tombstones', 'rows', 'writes'), neverDecreases('writes')],
});
