import { WeightTable } from '@hypersync/consensus-kit';
import type { Attestation, AttestationData } from '../src/attestation.ts';
import { genesisRoot, makeBlock, type Block } from '../src/block.ts';
import { genesisState, type ChainState } from '../src/chain-state.ts';
import type { Evidence } from '../src/offences.ts';
import type { Request } from '../src/registry.ts';
import { advance, applyBlock, proposerOf, type Rules } from '../src/transition.ts';

export const SLOTS = 4;
export const signature = new Uint8Array([1]);

export function world(weights: Record<string, number> | number, leakAfterEpochs = 0, change: Partial<Rules> = {}) {
  const entries =
    typeof weights === 'number'
      ? Array.from({ length: weights }, (_, i) => [`n${i + 1}`, 1] as const)
      : Object.entries(weights);
  const members = entries.map(([id, weight]) => ({ id, weight }));
  const table = new WeightTable(members);
  const rules: Rules = {
    table,
    genesis: genesisRoot(1, members),
    slotsPerEpoch: SLOTS,
    leakAfterEpochs,
    weighting: 'stake',
    activationDelayEpochs: 2,
    exitDelayEpochs: 3,
    memo: new WeakMap(),
    ...change,
  };
  const genesis = genesisState(rules);
  return { table, rules, genesis, ids: table.ids };
}
export type World = ReturnType<typeof world>;

export function vote(state: ChainState, validator: string, change: Partial<AttestationData> = {}): Attestation {
  const data = {
    slot: state.epoch * SLOTS,
    head: state.root,
    source: state.justified,
    target: state.current,
    ...change,
  };
  return { data, validator, signature };
}

export function blockOn(
  w: World,
  parent: ChainState,
  slot: number,
  body: { attestations?: Attestation[]; evidence?: Evidence[]; requests?: Request[]; proposer?: string } = {},
): Block {
  const state = advance(parent, slot, w.rules);
  const { attestations = [], evidence = [], requests = [], proposer = proposerOf(state, slot, w.rules) } = body;
  const content = { bundles: [], attestations, evidence, requests };
  return makeBlock({ slot, proposer, parentRoot: parent.root, ...content }, w.table);
}

export function extend(
  w: World,
  parent: ChainState,
  slot: number,
  body: Parameters<typeof blockOn>[3] = {},
): ChainState {
  const next = applyBlock(parent, blockOn(w, parent, slot, body), w.rules);
  if (typeof next === 'string') throw new Error(next);
  return next;
}

/** One epoch: a block in its first slot, and one in its last that carries the voters' votes for the first. */
export function epochWith(
  w: World,
  parent: ChainState,
  epoch: number,
  voters: readonly string[],
  evidence: Evidence[] = [],
): ChainState {
  const first = extend(w, parent, epoch * SLOTS, { evidence });
  return extend(w, first, epoch * SLOTS + SLOTS - 1, { attestations: voters.map((id) => vote(first, id)) });
}

export const at = (w: World, state: ChainState, epoch: number): ChainState => advance(state, epoch * SLOTS, w.rules);
