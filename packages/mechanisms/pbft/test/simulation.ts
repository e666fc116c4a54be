import { type ComplianceOptions, neverDecreases } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import {
  convictionsAgree,
  newViewHoldsCommitted,
  nobodyHonestQuarantined,
  onePreparedPerPlace,
  stableCheckpointsAgree,
} from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  seeds: 16,
  duration: 2_000_000,
  config: {
    viewChangeTimeoutMs: 80,
    retransmitMs: 20,
    heartbeatMs: 200,
    checkpointInterval: 8,
    watermarkWindow: 24,
    targetLatencyMs: 10,
  },
  badConfigs: [
    { viewChangeTimeoutMs: 0 },
    { checkpointInterval: 1.5 },
    { watermarkWindow: 100 },
    { maxBatchBytes: 16_384 },
    { maxPending: '7' },
    { authentication: 'mac' },
  ],
  sometimes: [
    { name: 'view begun with prepared requests', seen: ({ status }) => Number(status?.detail['newViewRequests']) > 0 },
    { name: 'two views failed in a row', seen: ({ status }) => Number(status?.detail['failedViews']) > 1 },
    { name: 'state transfer', seen: ({ status }) => status?.detail['transferring'] === true },
    { name: 'stable checkpoint', seen: ({ status }) => Number(status?.detail['stable']) > 0 },
    { name: 'snapshot in place of the log', seen: ({ status }) => Number(status?.detail['snapshotIndex']) > 0 },
    { name: 'conviction at the end of an epoch', seen: ({ status }) => Number(status?.detail['convicted']) > 0 },
    { name: 'larger batches', seen: ({ status }) => Number(status?.detail['batchSize']) > 1 },
    { name: 'quarantine', seen: ({ status }) => Number(status?.detail['quarantined']) > 0 },
  ],
  invariants: [
    neverDecreases('view'),
    neverDecreases('stable'),
    onePreparedPerPlace(),
    stableCheckpointsAgree(),
    newViewHoldsCommitted(),
    nobodyHonestQuarantined(),
    convictionsAgree(),
  ],
};
