import { type ComplianceOptions, neverDecreases } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { tagsGrow } from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'register'> = {
  plugin,
  config: { retransmitMs: 20 },
  badConfigs: [{ readPercent: 50, writePercent: 50 }, { retransmitMs: 0 }, { maxPending: '7' }],
  invariants: [tagsGrow(), neverDecreases('ceiling', { acrossRestarts: false })],
};
