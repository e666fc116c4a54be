import type { Descriptor } from '@hypersync/interface';

export const DESCRIPTOR: Descriptor<'total-order'> = {
  id: 'tendermint',
  version: '1.0.0',
  interfaceVersion: '1.1.0',
  guarantee: 'total-order',
  operations: ['append'],
  reads: ['linearizable', 'sequential'],
  faults: {
    model: 'byzantine',
    safety: { numerator: 1, denominator: 3 },
    liveness: { numerator: 1, denominator: 3 },
    minNodes: 4,
  },
  timing: 'partially-synchronous',
  finality: 'immediate',
  authentication: 'signed',
  cost: { normal: 'O(n^2)', worst: 'O(n^2)' },
  capabilities: {
    leader: true,
    leases: false,
    clock: true,
    learners: false,
    weights: true,
    evidence: true,
    membership: 'none',
    snapshot: 'log',
    stop: 'stop-sign',
  },
};
