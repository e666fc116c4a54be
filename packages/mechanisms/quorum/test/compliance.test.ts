import { mechanismCompliance, neverDecreases } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { tagsGrow } from './invariants.ts';

mechanismCompliance({
  plugin,
  config: { retransmitMs: 20 },
  badConfigs: [{ readPercent: 50, writePercent: 50 }, { retransmitMs: 0 }, { maxPending: '7' }],
  invariants: [tagsGrow(), neverDecreases('ceiling', { acrossRestarts: false })],
});
