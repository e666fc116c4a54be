import type { Descriptor } from '@hypersync/interface';

export const DESCRIPTOR: Descriptor<'approximate'> = {
  id: 'geometric-consensus',
  version: '1.0.0',
  interfaceVersion: '1.1.0',
  guarantee: 'approximate',
  operations: ['input'],
  reads: ['eventual'],
  // Of box validity, and of hull validity on the line: n > 3f. Hull validity in dimension d: n > (d + 2) f; see `faultsOf`.
  faults: {
    model: 'byzantine',
    safety: { numerator: 1, denominator: 3 },
    liveness: { numerator: 1, denominator: 3 },
    minNodes: 4,
  },
  timing: 'asynchronous',
  finality: 'epsilon',
  validity: ['hull', 'box'],
  authentication: 'channel',
  cost: { normal: 'O(n^3)', worst: 'O(n^3)' },
  capabilities: {
    leader: false,
    leases: false,
    learners: false,
    weights: false,
    evidence: false,
    membership: 'none',
    snapshot: 'state',
    stop: 'frontier',
  },
};
