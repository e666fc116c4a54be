import type { ComplianceOptions } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { acceptorRules, decidedSurvives, noOperationTwice } from './invariants.ts';

/** Heartbeats find their way at once, until a node is muted; nothing is sent twice for want of an answer. */
const HEALTHY = {
  order: 'links',
  atOnce: ['heartbeat', 'heartbeat-reply'],
  config: { heartbeatIntervalMs: 1000 },
} as const;
const NOTHING = { proposals: 0, timeouts: 0, crashes: 0, losses: 0 } as const;

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  config: {
    electionTimeoutMs: 100,
    heartbeatIntervalMs: 25,
    retainedBytes: 512,
    snapshotChunkBytes: 100,
    maxAcceptBytes: 1024,
  },
  sometimes: [
    {
      name: 'leader fetches the log it takes over',
      seen: ({ status }) => status?.detail['phase'] === 'prepare' && status.detail['pulling'] === true,
    },
    {
      name: 'acceptor fetches the log of a new ballot',
      seen: ({ status }) => status?.detail['phase'] === 'follow' && status.detail['pulling'] === true,
    },
    { name: 'ballot leader without a quorum', seen: ({ status }) => status?.detail['connected'] === false },
  ],
  // n3 leads first, for its name is the highest of equal ballots; n2 outbids it once it is not heard any more.
  worlds: [
    { ...HEALTHY, nodes: 3, timers: [2], proposers: [2], budget: { ...NOTHING, proposals: 2, timeouts: 2 } },
    { ...HEALTHY, nodes: 3, timers: [2], proposers: [1], budget: { ...NOTHING, proposals: 1, timeouts: 2 } },
    { ...HEALTHY, nodes: 3, timers: [2], proposers: [2], budget: { ...NOTHING, proposals: 1, timeouts: 2, stops: 1 } },
    { ...HEALTHY, nodes: 3, timers: [2], proposers: [2], budget: { ...NOTHING, proposals: 1, timeouts: 2, reads: 1 } },
    { ...HEALTHY, nodes: 3, timers: [2], proposers: [2], budget: { ...NOTHING, proposals: 1, timeouts: 3, losses: 1 } },
    { ...HEALTHY, nodes: 3, timers: [1, 2], budget: { ...NOTHING, timeouts: 5, mutes: 1 } },
  ],
  badConfigs: [{ readQuorum: 1, writeQuorum: 2 }, { writeQuorum: 4 }, { heartbeatIntervalMs: '30' }],
  invariants: [acceptorRules(), decidedSurvives(), noOperationTwice()],
};
