import { INTERFACE_VERSION, type Descriptor } from '@hypersync/interface';

export const descriptor: Descriptor<'total-order'> = {
  id: 'paxos',
  version: '1.0.0',
  interfaceVersion: INTERFACE_VERSION,
  guarantee: 'total-order',
  operations: ['append'],
  reads: ['linearizable', 'sequential', 'eventual'],
  faults: {
    model: 'crash',
    safety: { numerator: 1, denominator: 1 },
    liveness: { numerator: 1, denominator: 2 },
    minNodes: 3,
  },
  timing: 'partially-synchronous',
  finality: 'immediate',
  authentication: 'channel',
  cost: { normal: 'O(n)', worst: 'O(n^2)' },
  capabilities: {
    leader: true,
    leases: false,
    learners: false,
    weights: false,
    evidence: false,
    membership: 'none',
    snapshot: 'log',
    stop: 'stop-sign',
  },
};
