import { type ComplianceOptions, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'convergent'> = {
  plugin,
  // Probes fast enough that members are suspected, declared dead and come back within a run.
  config: { probeIntervalMs: 200, probeTimeoutMs: 50 },
  badConfigs: [{ fanout: 0 }, { probeIntervalMs: 500, probeTimeoutMs: 300 }],
  invariants: [neverDecreases('incarnation'), neverDecreases('rumours'), ordered('hot', 'kept')],
};
