import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type WeightTable } from '@hypersync/consensus-kit';
import { makeCheckpoint, type Checkpoint } from './attestation.ts';
import { seedOf, type Stakes } from './schedule.ts';

/** Stake units per unit of weight; a leak takes them one by one. */
export const STAKE_UNITS = 16;

/** A checkpoint of this branch, with the slot of its block. */
export interface Anchor extends Checkpoint {
  readonly slot: number;
}

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
  readonly current: Anchor;
  readonly previous: Anchor;
  /** Who has a vote on chain for the current (previous) checkpoint with the right source. */
  readonly currentVotes: ReadonlySet<NodeId>;
  readonly previousVotes: ReadonlySet<NodeId>;
  readonly justified: Anchor;
  readonly previousJustified: Anchor;
  readonly finalized: Anchor;
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

export function makeAnchor(epoch: number, root: Uint8Array, slot: number): Anchor {
  return { ...makeCheckpoint(epoch, root), slot };
}

export function genesisState(root: Uint8Array, table: WeightTable): ChainState {
  const genesis = makeAnchor(0, root, -1);
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

const byId = <V>([a]: readonly [NodeId, V], [b]: readonly [NodeId, V]): number => (a < b ? -1 : 1);

/** Canonical: equal states give equal bytes, so that a digest of them can be certified. */
export function encodeChainState(state: ChainState): Uint8Array {
  const writer = new ByteWriter(1024);
  writer
    .varint(state.slot + 1)
    .raw(state.root)
    .varint(state.epoch)
    .bool(state.active)
    .raw(state.seed);
  const { current, previous, justified, previousJustified, finalized } = state;
  for (const { epoch, root, slot } of [current, previous, justified, previousJustified, finalized]) {
    writer
      .varint(epoch)
      .raw(root)
      .varint(slot + 1);
  }
  writer.varint(state.stalled);
  for (const bit of state.justifiedBits) writer.bool(bit);
  for (const votes of [state.currentVotes, state.previousVotes]) {
    writer.list([...votes].sort(), (w, id) => void w.string(id));
  }
  const slots = [...state.slashed].map(([id, slot]) => [id, slot + 1] as const);
  for (const map of [slots, [...state.stakes], [...state.leaked]]) {
    writer.list(map.toSorted(byId), (w, [id, value]) => void w.string(id).varint(value));
  }
  return writer.finish();
}

/** The inverse, bounded by the members; null for anything else. */
export function decodeChainState(bytes: Uint8Array, table: WeightTable): ChainState | null {
  const reader = new ByteReader(bytes);
  const slot = reader.varint() - 1;
  const root = reader.raw(32);
  const epoch = reader.varint();
  const active = reader.bool();
  const seed = reader.raw(32);
  const anchor = (): Anchor => makeAnchor(reader.varint(), reader.raw(32), reader.varint() - 1);
  const [current, previous, justified] = [anchor(), anchor(), anchor()];
  const [previousJustified, finalized] = [anchor(), anchor()];
  const stalled = reader.varint();
  const justifiedBits = [reader.bool(), reader.bool(), reader.bool(), reader.bool()] as const;
  const votes = (): Set<NodeId> => new Set(reader.list(table.size, (r) => memberId(r, table)));
  const [currentVotes, previousVotes] = [votes(), votes()];
  const map = (): [NodeId, number][] => reader.list(table.size, (r) => [memberId(r, table), r.varint()]);
  const slashed = new Map(map().map(([id, value]) => [id, value - 1] as const));
  const [stakes, leaked] = [new Map(map()), new Map(map())];
  if (!reader.done()) return null;
  return {
    slot,
    root,
    key: hashKey(root),
    epoch,
    active,
    seed,
    current,
    previous,
    currentVotes,
    previousVotes,
    justified,
    previousJustified,
    finalized,
    justifiedBits,
    slashed,
    stakes,
    stalled,
    leaked,
  };
}

function memberId(reader: ByteReader, table: WeightTable): NodeId {
  const id = reader.string(64);
  if (!table.has(id)) reader.fail();
  return id;
}
