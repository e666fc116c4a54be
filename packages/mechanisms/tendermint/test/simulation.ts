import type { Status } from '@hypersync/interface';
import { ordered, type ComplianceOptions } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { oneBlockOneVote } from './invariants.ts';

/**
 * How Tendermint is simulated; every runner of this room's simulations starts from this. The lock rule needs no invariant of its
 * own: who breaks it signs proof of it, and the judge refuses proof against an honest node.
 */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  duration: 2_000_000,
  config: {
    timeoutProposeMs: 60,
    timeoutProposeDeltaMs: 20,
    timeoutVoteMs: 30,
    timeoutVoteDeltaMs: 10,
    heartbeatMs: 200,
    validatorPeriod: 8,
  },
  badConfigs: [
    { timeoutProposeMs: 0 },
    { timeoutVoteDeltaMs: 0.5 },
    { timeoutMaxMs: 10 },
    { maxBlockBytes: 16_384 },
    { maxPending: '7' },
    { stopEndorsement: 'all' },
    { validatorPeriod: 1 },
  ],
  invariants: [ordered('lockedRound', 'validRound', 'round'), oneBlockOneVote()],
  sometimes: [
    { name: 'a lock that outlives its round', seen: ({ status }) => isAbove(status, 'round', 'lockedRound', 0) },
    { name: 'a valid value without a lock', seen: ({ status }) => isAbove(status, 'validRound', 'lockedRound', -1) },
    { name: 'a fifth round', seen: ({ status }) => Number(status?.detail['round']) >= 4 },
    { name: 'a vote taken away', seen: ({ status }) => status?.detail['convicted'] !== '' },
  ],
};

function isAbove(status: Status | null, above: string, below: string, least: number): boolean {
  const [high, low] = [Number(status?.detail[above]), Number(status?.detail[below])];
  return high > low && low >= least;
}
