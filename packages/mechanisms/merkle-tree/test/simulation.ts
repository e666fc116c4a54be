import type { ComplianceOptions, NodeView } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { nothingComesBack, proofsAreSound, rootIsThatOfTheSet } from './invariants.ts';

const detail = (node: NodeView, key: string): number => Number(node.status?.detail[key] ?? 0);

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'convergent'> = {
  plugin,
  // Tombstones are collected while faults go on, not only after them.
  config: { collectIntervalMs: 200 },
  badConfigs: [{ collectIntervalMs: 1 }, { maxTransferBytes: 2_097_152 }],
  // Enough keys for a tree of several pages, few enough for writes to meet.
  workload: { keys: 24 },
  invariants: [rootIsThatOfTheSet(), nothingComesBack(), proofsAreSound()],
  sometimes: [
    { name: 'tree of several pages', seen: (node) => detail(node, 'level') > 0 },
    { name: 'tree read to the end', seen: (node) => detail(node, 'repairs') > 0 },
    { name: 'row that came early', seen: (node) => detail(node, 'early') > 0 },
    { name: 'tombstones collected', seen: (node) => detail(node, 'collected') > 0 },
  ],
};
