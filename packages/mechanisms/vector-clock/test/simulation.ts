import type { ComplianceOptions, NodeView } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { bufferIsBounded, nothingIsPrunedBeforeStable } from './invariants.ts';

const detail = (node: NodeView, key: string): number => Number(node.status?.detail[key] ?? 0);

/** A causal buffer so small that it overflows when a member comes back. */
const config = { maxPendingEvents: 16 };

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'causal'> = {
  plugin,
  config,
  badConfigs: [{ antiEntropyIntervalMs: 0 }, { maxSiblings: 1.5 }, { repairDelayMs: '40' }],
  invariants: [nothingIsPrunedBeforeStable(), bufferIsBounded(config.maxPendingEvents)],
  sometimes: [
    { name: 'event before its cause', seen: (node) => detail(node, 'pending') > 0 },
    { name: 'full causal buffer', seen: (node) => detail(node, 'dropped') > 0 },
    { name: 'request that waits for its session', seen: (node) => detail(node, 'waiting') > 0 },
    { name: 'everything stable', seen: (node) => detail(node, 'stable') > 0 && detail(node, 'unstable') === 0 },
  ],
};
