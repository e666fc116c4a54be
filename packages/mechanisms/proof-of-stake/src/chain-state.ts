import type { NodeId } from '@hypersync/interface';
import type { WeightTable } from '@hypersync/consensus-kit';
import { makeCheckpoint, type Checkpoint } from './attestation.ts';
import { seedOf, type Stakes } from './schedule.ts';

/** Stake units per unit of weight; a leak takes them one by one. */
export const STAKE_UNITS = 16;

/** What one branch of the chain says after one of its blocks, brought forward to some epoch. Immutable. */
export interface ChainState {
  /** Of the newest block. */
  readonly slot: number;
  readonly root: Uint8Array;
  readonly key: string;
  readonly epoch: number;
  /** True when the current epoch has a block on this branch; epochs of rest do not count as absence. */
  readonly active: boolean;
  readonly seed: Uint8Array;
  /** Checkpoints of the current and the previous epoch. */
  readonly current: Checkpoint;
  readonly previous: Checkpoint;
  /** Who has a vote on chain for the current (previous) checkpoint with the right source. */
  readonly currentVotes: ReadonlySet<NodeId>;
  readonly previousVotes: ReadonlySet<NodeId>;
  readonly justified: Checkpoint;
  readonly previousJustified: Checkpoint;
  readonly finalized: Checkpoint;
  readonly finalizedSlot: number;
  /** Was the checkpoint of this epoch, the last, the one before, ... justified? Newest first, four of them. */
  readonly justifiedBits: readonly [boolean, boolean, boolean, boolean];
  /** Slot in which evidence against a validator came on chain. */
  readonly slashed: ReadonlyMap<NodeId, number>;
  /** In force during this epoch: from what was finalized when it began. */
  readonly stakes: Stakes;
  /** Active epochs in a row without progress of finality. */
  readonly stalled: number;
  /** Leaked stake units per weight, 0 to `STAKE_UNITS`. */
  readonly leaked: ReadonlyMap<NodeId, number>;
}

export function genesisState(root: Uint8Array, table: WeightTable): ChainState {
  const genesis = makeCheckpoint(0, root);
  return {
    slot: -1,
    root,
    key: genesis.key,
    epoch: 0,
    active: false,
    seed: seedOf(0, root),
    current: genesis,
    previous: genesis,
    currentVotes: new Set(),
    previousVotes: new Set(),
    justified: genesis,
    previousJustified: genesis,
    finalized: genesis,
    finalizedSlot: -1,
    justifiedBits: [false, false, false, false],
    slashed: new Map(),
    stakes: new Map(table.members.map(({ id, weight }) => [id, weight * STAKE_UNITS])),
    stalled: 0,
    leaked: new Map(),
  };
}

export function totalStake(stakes: Stakes): number {
  let total = 0;
  for (const stake of stakes.values()) total += stake;
  return total;
}

export function stakeOf(stakes: Stakes, ids: Iterable<NodeId>): number {
  let sum = 0;
  for (const id of ids) sum += stakes.get(id) ?? 0;
  return sum;
}

/** Strictly more than two thirds of the stake in force. Sums stay below 2^44, so the products are exact. */
export function isSupermajority(stakes: Stakes, ids: Iterable<NodeId>): boolean {
  return 3 * stakeOf(stakes, ids) > 2 * totalStake(stakes);
}
