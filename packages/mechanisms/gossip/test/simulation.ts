import { type ComplianceOptions, ordered } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import {
  crashesAreDetected,
  incarnationsAreOnesOwn,
  knowledgeNeverGoesBack,
  linksAreBounded,
  promisesAreLacking,
} from './invariants.ts';

const config = {
  // Probes fast enough that members are suspected, declared dead and come back within a run.
  probeIntervalMs: 100,
  probeTimeoutMs: 30,
  suspicionMultiplier: 1,
  suspicionStretch: 4,
  // A mesh that leaves somebody out even of five, so that links are refused and advertisements matter.
  meshLow: 1,
  meshDegree: 2,
  meshHigh: 3,
  lazyDegree: 1,
  heartbeatMs: 100,
  pruneBackoffMs: 500,
};

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'convergent'> = {
  plugin,
  config,
  badConfigs: [{ fanout: 0 }, { probeIntervalMs: 500, probeTimeoutMs: 300 }, { meshLow: 7 }],
  invariants: [
    knowledgeNeverGoesBack(),
    incarnationsAreOnesOwn(),
    crashesAreDetected(config),
    linksAreBounded(config.meshHigh),
    promisesAreLacking(),
    ordered('refuted', 'incarnation'),
  ],
  sometimes: [
    { name: 'suspect', seen: (node) => Number(node.status?.detail['suspect']) > 0 },
    { name: 'dead', seen: (node) => Number(node.status?.detail['dead']) > 0 },
    { name: 'refuted', seen: (node) => Number(node.status?.detail['refuted']) > 0 },
    { name: 'left', seen: (node) => Number(node.status?.detail['left']) > 0 },
    { name: 'promised', seen: (node) => Number(node.status?.detail['promised']) > 0 },
    { name: 'largest self-doubt', seen: (node) => Number(node.status?.detail['doubt']) === 8 },
  ],
};
