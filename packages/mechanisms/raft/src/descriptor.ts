import { INTERFACE_VERSION, type Descriptor } from '@hypersync/interface';

export const descriptor: Descriptor<'total-order'> = {
  id: 'raft',
  version: '1.0.0',
  interfaceVersion: INTERFACE_VERSION,
  guarantee: 'total-order',
  operations: ['append'],
  reads: ['linearizable', 'lease', 'sequential', 'eventual'],
  faults: {
    model: 'crash',
    safety: { numerator: 1, denominator: 1 },
    liveness: { numerator: 1, denominator: 2 },
    minNodes: 3,
  },
  timing: 'partially-synchronous',
  finality: 'immediate',
  authentication: 'channel',
  cost: { normal: 'O(n)', worst: 'O(n)' },
  capabilities: {
    leader: true,
    transfer: true,
    leases: true,
    learners: true,
    weights: false,
    evidence: false,
    membership: 'joint',
    snapshot: 'log',
    stop: 'stop-sign',
  },
};
