import { INTERFACE_VERSION, type Descriptor } from '@hypersync/interface';

export const descriptor: Descriptor<'register'> = {
  id: 'quorum',
  version: '1.0.0',
  interfaceVersion: INTERFACE_VERSION,
  guarantee: 'register',
  operations: ['write'],
  reads: ['linearizable', 'eventual'],
  faults: {
    model: 'crash',
    safety: { numerator: 1, denominator: 1 },
    liveness: { numerator: 1, denominator: 2 },
    minNodes: 3,
  },
  timing: 'asynchronous',
  finality: 'immediate',
  authentication: 'channel',
  cost: { normal: 'O(n)', worst: 'O(n)' },
  capabilities: {
    leader: false,
    leases: false,
    learners: false,
    weights: true,
    evidence: false,
    membership: 'none',
    snapshot: 'state',
    stop: 'frontier',
  },
};
