import { type ComplianceOptions, neverDecreases, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { decidedSurvives, noOperationTwice, nothingAfterStop, oneLogPerBallot, promiseMonotone } from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  config: {
    electionTimeoutMs: 100,
    heartbeatIntervalMs: 25,
    retainedBytes: 512,
    snapshotChunkBytes: 100,
    maxAcceptBytes: 1024,
  },
  badConfigs: [{ readQuorum: 1, writeQuorum: 2 }, { writeQuorum: 4 }, { heartbeatIntervalMs: '30' }],
  invariants: [
    promiseMonotone(),
    oneLogPerBallot(),
    decidedSurvives(),
    nothingAfterStop(),
    noOperationTwice(),
    neverDecreases('term'),
    neverDecreases('decided'),
    ordered('base', 'snapshotIndex', 'delivered', 'decided', 'length'),
  ],
};
