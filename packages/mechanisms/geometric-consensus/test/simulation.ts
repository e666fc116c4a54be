import { vectorSpace, type ComplianceOptions } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { mergeConfig } from '../src/config.ts';
import { broadcastAgrees, halves, sharesValues, staysInside } from './invariants.ts';

const EPSILON = 1;

/** How this mechanism is simulated: by the compliance suite, the long runs and the planted bugs alike. */
export const simulation: ComplianceOptions<'approximate'> = {
  plugin,
  config: {
    dimension: 2,
    epsilon: EPSILON,
    diameterBound: 64,
    maxRounds: 40,
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
    const { grid, epsilon, validity, maxRounds } = mergeConfig(config, nodes);
    return vectorSpace({
      dimension: grid.dimension,
      epsilon,
      validity,
      low: 4,
      high: 12,
      extreme: 31.5,
      // every value of every round is rounded to the grid, by half a unit in each coordinate
      tolerance: ((maxRounds + 1) * grid.spacing * Math.sqrt(grid.dimension)) / 2,
    });
  },
  invariants: [staysInside(), halves(), sharesValues(), broadcastAgrees()],
  sometimes: [
    { name: 'hull validity', seen: ({ status }) => status?.detail['validity'] === 'hull' },
    { name: 'box validity', seen: ({ status }) => status?.detail['validity'] === 'box' },
    { name: 'a second sweep', seen: ({ status }) => Number(status?.detail['round'] ?? 0) > 2 },
    { name: 'statements refused', seen: ({ status }) => Number(status?.detail['dropped'] ?? 0) > 0 },
  ],
};
