import { type ComplianceOptions, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'causal'> = {
  plugin,
  badConfigs: [{ antiEntropyIntervalMs: 0 }, { maxSiblings: 1.5 }, { repairDelayMs: '40' }],
  invariants: [
    ordered('stable', 'handed', 'delivered'),
    ordered('keys', 'delivered'),
    neverDecreases('stable'),
    neverDecreases('delivered'),
  ],
};
