import {
  type ComplianceOptions,
  neverDecreases,
  type NodeView,
  type SimulationOptions,
} from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import {
  boostEndsWithItsSlot,
  finalizedPrefixesAgree,
  honestAreNeverSlashable,
  weightsComeFromFinality,
} from './invariants.ts';

const config = { slotMs: 40, slotsPerEpoch: 4, heartbeatMs: 200, ticketTimeoutMs: 10_000 };
const workload = { timeout: 3_000_000 };

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  seeds: 6,
  restarts: 3,
  config,
  badConfigs: [
    { slotMs: 1 },
    { slotsPerEpoch: 1 },
    { proposerBoostPercent: 101 },
    { maxBlockBytes: 16_384 },
    { weighting: 'none' },
    { standby: 'N1' },
    { checkpointRoot: 'abc' },
    { exitDelayEpochs: 0 },
  ],
  workload,
  invariants: [honestAreNeverSlashable(), weightsComeFromFinality(), boostEndsWithItsSlot()],
  sometimes: [
    { name: 'two branches', seen: (node) => Number(node.status?.detail['branches']) > 1 },
    { name: 'finality stalls for three epochs', seen: (node) => Number(node.status?.detail['stalledEpochs']) >= 3 },
    { name: 'a vote taken away', seen: (node) => textOf(node, 'convicted') !== '' },
    { name: 'weights that differ', seen: (node) => new Set(weightsOf(node)).size > 1 },
    { name: 'a peer in quarantine', seen: (node) => textOf(node, 'quarantined') !== '' },
  ],
};

/** One run in which the last member asks to leave, and does, while the faults go on. Weights then also depend on when. */
export const leaving: Omit<SimulationOptions<'total-order'>, 'seed'> = {
  plugin,
  nodes: 6,
  duration: 3_000_000,
  config: { ...config, standby: 'n6', exitDelayEpochs: 2 },
  workload,
  invariants: [neverDecreases('finalizedSlot'), finalizedPrefixesAgree(), honestAreNeverSlashable()],
  sometimes: [{ name: 'left', seen: ({ status }) => status?.detail['validators'] === 5 }],
};

function textOf({ status }: NodeView, name: string): string {
  return String(status?.detail[name] ?? '');
}

function weightsOf(node: NodeView): string[] {
  return textOf(node, 'weights')
    .split(',')
    .map((entry) => entry.split(':')[1] ?? '')
    .filter((weight) => weight !== '0');
}
