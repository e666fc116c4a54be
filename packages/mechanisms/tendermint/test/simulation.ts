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
};
