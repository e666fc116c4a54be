import { INTERFACE_VERSION, type Descriptor } from '@hypersync/interface';

export const DESCRIPTOR: Descriptor<'causal'> = {
  id: 'vector-clock',
  version: '1.0.0',
  interfaceVersion: INTERFACE_VERSION,
  guarantee: 'causal',
  operations: ['put'],
  reads: ['causal', 'eventual'],
  // Any number of crashed or separated members leaves the rest safe and available.
  faults: {
    model: 'crash',
    safety: { numerator: 1, denominator: 1 },
    liveness: { numerator: 1, denominator: 1 },
    minNodes: 2,
  },
  timing: 'asynchronous',
  finality: 'stable-cut',
  authentication: 'channel',
  cost: { normal: 'O(n)', worst: 'O(n^2)' },
  capabilities: {
    leader: false,
    leases: false,
    learners: false,
    weights: false,
    evidence: false,
    membership: 'epoch',
    snapshot: 'state',
    stop: 'frontier',
  },
};
