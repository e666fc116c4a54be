import { ATTACKERS, type ComplianceOptions, type NodeView, type SimulationOptions } from '@hypersync/testkit/consensus';
import plugin from '../src/index.ts';
import { finalizedPrefixesAgree, noFinalizeAndSkip, oneNotarizedBlockPerHeight } from './invariants.ts';

const deltaMs = 20;

/** How this mechanism is simulated: by the compliance suite, the long runs, the planted bugs and the explorer alike. */
export const simulation: ComplianceOptions<'total-order'> = {
  plugin,
  seeds: 16,
  duration: 2_000_000,
  config: { deltaMs, heartbeatMs: 200 },
  badConfigs: [{ deltaMs: 0 }, { deltaMs: 1.5 }, { maxBlockBytes: 16_384 }, { maxPending: '7' }],
  invariants: [noFinalizeAndSkip()],
  sometimes: [
    { name: 'a height given up on', seen: (node) => numberOf(node, 'dummies') > 0 },
    { name: 'a block that waits for a finalization above it', seen: (node) => numberOf(node, 'openBlocks') > 2 },
    { name: 'more patience', seen: (node) => numberOf(node, 'patience') > 3 * deltaMs * 1000 },
  ],
};

/**
 * One run against a member that equivocates, held to all that the paper proves. In the long searches the judges see these two
 * broken as soon as they matter: no planted bug needs them.
 */
export const paper: Omit<SimulationOptions<'total-order'>, 'seed'> = {
  plugin,
  nodes: 5,
  duration: 1_000_000,
  config: { deltaMs, heartbeatMs: 200 },
  attackers: [ATTACKERS.equivocating],
  invariants: [noFinalizeAndSkip(), finalizedPrefixesAgree(), oneNotarizedBlockPerHeight()],
};

function numberOf({ status }: NodeView, name: string): number {
  return Number(status?.detail[name] ?? 0);
}
