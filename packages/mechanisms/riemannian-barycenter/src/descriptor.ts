import type { Descriptor } from '@hypersync/interface';

export const DESCRIPTOR: Descriptor<'approximate'> = {
  id: 'riemannian-barycenter',
  version: '1.0.0',
  interfaceVersion: '1.1.0',
  guarantee: 'approximate',
  operations: ['input'],
  reads: ['eventual'],
  // Mode `agree`. Mode `iterate` withstands crashes that end, and no lies at all.
  faults: {
    model: 'byzantine',
    safety: { numerator: 1, denominator: 3 },
    liveness: { numerator: 1, denominator: 3 },
    minNodes: 4,
  },
  timing: 'partially-synchronous',
  finality: 'epsilon',
  validity: ['ball'],
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
