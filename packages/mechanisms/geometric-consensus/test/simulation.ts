import { neverDecreases, vectorSpace, type ComplianceOptions } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { mergeConfig } from '../src/config.ts';
import { broadcastAgrees, halves, sharesValues, staysInside } from './invariants.ts';

const EPSILON = 1;

/** How this mechanism is simulated: by the compliance suite, the long runs and the planted bugs alike. */
export const simulation: ComplianceOptions<'approximate'> = {
  plugin,
  config: {
    dimension: 1,
    epsilon: EPSILON,
    diameterBound: 64,
    maxRounds: 16,
    retransmitMs: 20,
    heartbeatMs: 200,
    ticketTimeoutMs: 5000,
  },
  badConfigs: [
    { dimension: 6 },
    { dimension: 2.5 },
    { epsilon: 0 },
    { epsilon: Number.NaN },
    { validity: 'cone' },
    { dimension: 2, validity: 'hull' },
    { epsilon: 1e-6, maxRounds: 20 },
    { epsilon: 1e-9, diameterBound: 1e9 },
  ],
  space(config, nodes) {
    const { grid, epsilon, validity } = mergeConfig(config, nodes);
    return vectorSpace({
      dimension: grid.dimension,
      epsilon,
      validity,
      low: 4,
      high: 12,
      extreme: 31.5,
      tolerance: epsilon / 64,
    });
  },
  invariants: [
    neverDecreases('output', { acrossRestarts: true }),
    staysInside(),
    halves(),
    sharesValues(),
    broadcastAgrees(),
  ],
};
