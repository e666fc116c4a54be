import { type ComplianceOptions, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { finalizedPrefixesAgree, noFinalizeAndSkip } from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  seeds: 16,
  duration: 2_000_000,
  config: { deltaMs: 20, heartbeatMs: 200 },
  badConfigs: [{ deltaMs: 0 }, { deltaMs: 1.5 }, { maxBlockBytes: 16_384 }, { maxPending: '7' }],
  invariants: [
    neverDecreases('iteration'),
    neverDecreases('finalizedHeight'),
    ordered('finalizedHeight', 'notarizedHeight'),
    finalizedPrefixesAgree(),
    noFinalizeAndSkip(),
  ],
};
