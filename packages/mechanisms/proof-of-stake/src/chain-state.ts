import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type WeightTable } from '@hypersync/consensus-kit';
import { makeCheckpoint, type Checkpoint } from './attestation.ts';
import type { Registry, RegistryEntry } from './registry.ts';
import { seedOf, type Stakes } from './schedule.ts';
import { genesisStanding, readStanding, writeStanding, type Standing } from './standing.ts';
import { stakesInForce, type Rules } from './transition.ts';

/** Stake units per unit of weight; a leak takes them one by one. */
export const STAKE_UNITS = 16;

/** A checkpoint of this branch, with the slot of its block and what the branch up to there says about the members. */
export interface Anchor extends Checkpoint {
  readonly slot: number;
  readonly standing: Standing;
}

/** A checkpoint that became final on this branch. */
export interface Milestone extends Checkpoint {
  readonly slot: number;
}

/** Milestones remembered; a trusted checkpoint that a snapshot is to be held against must be among them. */
export const TRAIL = 32;

/** What one branch of the chain says after one of its blocks, brought forward to some epoch. Immutable. */
export interface ChainState {
  /** Of the newest block. */
  readonly slot: number;
  readonly root: Uint8Array;
  readonly key: string;
  readonly epoch: number;
  /** True when the current epoch has a block on this branch; epochs of rest do not count as absence. */
  readonly active: boolean;
  readonly previousActive: boolean;
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
  /** Who voted how well, up to the last epoch that is judged. Weighs only once it is final. */
  readonly standing: Standing;
  /** Exits and activations. */
  readonly registry: Registry;
  /** The last finalized checkpoints, oldest first. */
  readonly trail: readonly Milestone[];
}

export function makeAnchor(epoch: number, root: Uint8Array, slot: number, standing: Standing): Anchor {
  return { ...makeCheckpoint(epoch, root), slot, standing };
}

export function genesisState(rules: Rules): ChainState {
  const root = rules.genesis;
  const standing = genesisStanding(rules.table);
  const genesis = makeAnchor(0, root, -1, standing);
  const [slashed, leaked, registry] = [new Map<NodeId, number>(), new Map<NodeId, number>(), new Map()];
  return {
    slot: -1,
    root,
    key: genesis.key,
    epoch: 0,
    active: false,
    previousActive: false,
    seed: seedOf(0, root),
    current: genesis,
    previous: genesis,
    currentVotes: new Set(),
    previousVotes: new Set(),
    justified: genesis,
    previousJustified: genesis,
    finalized: genesis,
    justifiedBits: [false, false, false, false],
    slashed,
    stakes: stakesInForce({ slashed, leaked, registry, finalized: genesis, epoch: 0 }, rules),
    stalled: 0,
    leaked,
    standing,
    registry,
    trail: [],
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
export function encodeChainState(state: ChainState, table: WeightTable): Uint8Array {
  const writer = new ByteWriter(1024);
  writer
    .varint(state.slot + 1)
    .raw(state.root)
    .varint(state.epoch)
    .bool(state.active)
    .bool(state.previousActive)
    .raw(state.seed);
  const { current, previous, justified, previousJustified, finalized } = state;
  for (const anchor of [current, previous, justified, previousJustified, finalized]) {
    writeMilestone(writer, anchor);
    writeStanding(writer, anchor.standing, table);
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
  writeStanding(writer, state.standing, table);
  const entries = [...state.registry].sort(([a], [b]) => (a < b ? -1 : 1));
  writer.list(entries, (w, [id, { sequence, slot: at, due }]) => {
    w.string(id).varint(sequence).varint(at);
    w.varint(due === null ? 0 : due + 1);
  });
  return writer.list(state.trail, writeMilestone).finish();
}

function writeMilestone(writer: ByteWriter, { epoch, root, slot }: Milestone): void {
  writer
    .varint(epoch)
    .raw(root)
    .varint(slot + 1);
}

function readMilestone(reader: ByteReader): Milestone {
  return { ...makeCheckpoint(reader.varint(), reader.raw(32)), slot: reader.varint() - 1 };
}

/** The inverse, bounded by the members; null for anything else. */
export function decodeChainState(bytes: Uint8Array, table: WeightTable): ChainState | null {
  const reader = new ByteReader(bytes);
  const slot = reader.varint() - 1;
  const root = reader.raw(32);
  const epoch = reader.varint();
  const [active, previousActive] = [reader.bool(), reader.bool()];
  const seed = reader.raw(32);
  const anchor = (): Anchor => ({ ...readMilestone(reader), standing: readStanding(reader, table) });
  const [current, previous, justified] = [anchor(), anchor(), anchor()];
  const [previousJustified, finalized] = [anchor(), anchor()];
  const stalled = reader.varint();
  const justifiedBits = [reader.bool(), reader.bool(), reader.bool(), reader.bool()] as const;
  const votes = (): Set<NodeId> => new Set(reader.list(table.size, (r) => memberId(r, table)));
  const [currentVotes, previousVotes] = [votes(), votes()];
  const map = (): [NodeId, number][] => reader.list(table.size, (r) => [memberId(r, table), r.varint()]);
  const slashed = new Map(map().map(([id, value]) => [id, value - 1] as const));
  const [stakes, leaked] = [new Map(map()), new Map(map())];
  const standing = readStanding(reader, table);
  const registry = new Map(reader.list(table.size, (r) => [memberId(r, table), readEntry(r)] as const));
  const trail = reader.list(TRAIL, readMilestone);
  if (!reader.done()) return null;
  return {
    slot,
    root,
    key: hashKey(root),
    epoch,
    active,
    previousActive,
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
    standing,
    registry,
    trail,
  };
}

function readEntry(reader: ByteReader): RegistryEntry {
  const [sequence, slot, due] = [reader.varint(), reader.varint(), reader.varint()];
  return { sequence, slot, due: due === 0 ? null : due - 1 };
}

function memberId(reader: ByteReader, table: WeightTable): NodeId {
  const id = reader.string(64);
  if (!table.has(id)) reader.fail();
  return id;
}
