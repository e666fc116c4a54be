import { type ComplianceOptions, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { figureThree } from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  config: {
    electionTimeoutMs: 150,
    heartbeatIntervalMs: 30,
    leaseMs: 100,
    retainedBytes: 512,
    snapshotChunkBytes: 100,
    maxAppendBytes: 1024,
  },
  badConfigs: [
    { electionTimeoutMs: 400, heartbeatIntervalMs: 100 },
    { heartbeatIntervalMs: '30' },
    { maxInflightAppends: 0 },
  ],
  invariants: [
    figureThree(),
    ordered('baseIndex', 'snapshotIndex', 'delivered', 'commit', 'lastIndex'),
    ordered('durableIndex', 'lastIndex'),
  ],
  sometimes: [
    { name: 'joint configuration', seen: (node) => node.status?.detail['outgoing'] !== '' },
    { name: 'learner', seen: (node) => node.status?.detail['learners'] !== '' },
  ],
};
