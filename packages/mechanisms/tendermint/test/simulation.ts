import type { Status } from '@hypersync/interface';
import { type ComplianceOptions, type NodeView } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { Replica } from '../src/replica.ts';
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
  invariants: [oneBlockOneVote()],
  sometimes: [
    { name: 'a lock that outlives its round', seen: ({ status }) => isAbove(status, 'round', 'lockedRound', 0) },
    { name: 'a valid value without a lock', seen: ({ status }) => isAbove(status, 'validRound', 'lockedRound', -1) },
    { name: 'a fifth round', seen: ({ status }) => Number(status?.detail['round']) >= 4 },
    { name: 'a block decided after round 0', seen: (node) => (observed(node)?.decidedRound ?? 0) > 0 },
    { name: 'a value proposed again with its proof of lock', seen: (node) => observed(node)?.isReproposed === true },
    { name: 'a round left because a third was further', seen: (node) => (observed(node)?.skips ?? 0) > 0 },
    { name: 'evidence of equivocation', seen: (node) => isCharged(node, 'double-vote') },
    { name: 'evidence of amnesia', seen: (node) => isCharged(node, 'amnesia') },
    { name: 'a restart with a lock', seen: restartsLocked() },
    {
      name: 'a vote taken away',
      seen: ({ status }) => Number(status?.detail['validators']) < Number(status?.detail['members']),
    },
  ],
};

function observed({ mechanism }: NodeView) {
  return mechanism instanceof Replica ? mechanism.observe() : null;
}

function isCharged(node: NodeView, offence: string): boolean {
  const charges = observed(node)?.charges;
  return charges !== undefined && charges.size > 0 && [...charges].some((charge) => charge.endsWith(offence));
}

/** A node that is locked as soon as it is back. */
function restartsLocked(): (node: NodeView) => boolean {
  const looked = new WeakSet<object>();
  return ({ incarnation, mechanism, status }) => {
    if (mechanism === null || status?.ready !== true || looked.has(mechanism)) return false; // not before its first step
    looked.add(mechanism);
    return incarnation > 1 && Number(status.detail['lockedRound']) >= 0;
  };
}

function isAbove(status: Status | null, above: string, below: string, least: number): boolean {
  const [high, low] = [Number(status?.detail[above]), Number(status?.detail[below])];
  return high > low && low >= least;
}
