import { mechanismCompliance, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';

mechanismCompliance({
  plugin,
  badConfigs: [{ antiEntropyIntervalMs: 0 }, { maxSiblings: 1.5 }, { repairDelayMs: '40' }],
  invariants: [
    ordered('stable', 'handed', 'delivered'),
    ordered('keys', 'delivered'),
    neverDecreases('stable'),
    neverDecreases('delivered'),
  ],
});
