import type { ComplianceOptions } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { tagsGrow } from './invariants.ts';

const NOTHING = { proposals: 0, timeouts: 0, crashes: 0, losses: 0 } as const;

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'register'> = {
  plugin,
  config: { retransmitMs: 20, repairIntervalMs: 200 },
  badConfigs: [{ readPercent: 50, writePercent: 50 }, { retransmitMs: 0 }, { maxPending: '7' }, { faultyStores: 2 }],
  invariants: [tagsGrow()],
  sometimes: [
    { name: 'member that lacks several keys', seen: ({ status }) => Number(status?.detail['hints'] ?? 0) >= 3 },
    { name: 'waiting for a quorum', seen: ({ status }) => Number(status?.detail['pending'] ?? 0) > 3 },
  ],
  // Two writers at once; a write and reads around it; a lost message; a coordinator that crashes between its phases.
  worlds: [
    { order: 'links', nodes: 3, proposers: [0, 1], budget: { ...NOTHING, proposals: 2 } },
    { order: 'links', nodes: 3, proposers: [0, 2], budget: { ...NOTHING, proposals: 1, reads: 1 } },
    { order: 'links', nodes: 3, proposers: [0, 1], budget: { ...NOTHING, proposals: 1, reads: 1, losses: 1 } },
    { order: 'links', nodes: 3, proposers: [0], budget: { ...NOTHING, proposals: 1, timeouts: 1, crashes: 1 } },
  ],
};
