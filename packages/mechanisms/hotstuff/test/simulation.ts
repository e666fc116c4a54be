import type { ComplianceOptions, NodeView } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { certifiedHistory, convictionsAgree, votesStrictlyIncrease } from './invariants.ts';

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  seeds: 12,
  duration: 2_000_000,
  config: { baseTimeoutMs: 50, maxTimeoutMs: 2000, heartbeatMs: 200 },
  badConfigs: [
    { chainLength: 1 },
    { chainLength: 4 },
    { baseTimeoutMs: 0 },
    { baseTimeoutMs: 100, maxTimeoutMs: 50 },
    { maxBlockBytes: 16_384 },
    { maxPending: '7' },
    { stopEndorsement: 'all' },
  ],
  invariants: [certifiedHistory(), votesStrictlyIncrease(), convictionsAgree()],
  sometimes: [
    { name: 'a round entered by a TC', seen: (node) => numberOf(node, 'round') > numberOf(node, 'highQcRound') + 1 },
    { name: 'certified blocks that commit nothing', seen: (node) => numberOf(node, 'openBlocks') > 4 },
    { name: 'a leader left out', seen: ({ status }) => (status?.detail['skippedLeaders'] ?? '') !== '' },
    { name: 'proof against a member', seen: (node) => numberOf(node, 'proven') > 0 },
    { name: 'a conviction at the end of the epoch', seen: ({ status }) => (status?.detail['convicted'] ?? '') !== '' },
    { name: 'a peer in quarantine', seen: (node) => numberOf(node, 'quarantined') > 0 },
  ],
};

function numberOf({ status }: NodeView, name: string): number {
  return Number(status?.detail[name] ?? 0);
}

/** The same with the three-chain commit rule of HotStuff itself. */
export const threeChain: ComplianceOptions<'total-order'> = {
  ...simulation,
  seeds: 4,
  restarts: 2,
  byzantine: ['equivocating', 'forking', 'withholding', 'mutating'],
  config: { ...simulation.config, chainLength: 3 },
};
