import type { NodeId } from '@hypersync/interface';
import type { WeightTable } from '@hypersync/consensus-kit';
import { sameCheckpoint, type Attestation } from './attestation.ts';
import type { Block } from './block.ts';
import {
  isSupermajority,
  makeAnchor,
  STAKE_UNITS,
  TRAIL,
  type Anchor,
  type ChainState,
  type Milestone,
} from './chain-state.ts';
import { isRequestDue, isValidating, schedule } from './registry.ts';
import { committees, proposerAt, seedOf, type Stakes } from './schedule.ts';
import { cappedWeights, judge } from './standing.ts';

/** What the states of a chain are a function of, beside its blocks. */
export interface Rules {
  /** All members, validating or not, with their stakes. */
  readonly table: WeightTable;
  /** Root of the chain. */
  readonly genesis: Uint8Array;
  readonly slotsPerEpoch: number;
  readonly leakAfterEpochs: number;
  /** `capped`: by stake, reputation and uptime, capped; `stake`: by stake alone, as in the paper. */
  readonly weighting: 'capped' | 'stake';
  readonly activationDelayEpochs: number;
  readonly exitDelayEpochs: number;
  /** The last answer of `advance` per state: everybody asks for the head's state in the present slot. */
  readonly memo: WeakMap<ChainState, ChainState>;
}

export function epochOf(slot: number, slotsPerEpoch: number): number {
  return Math.max(0, Math.floor(slot / slotsPerEpoch));
}

/** Epochs without blocks leave no trace after this many: no vote can count any more and no bit is set. */
const MEMORY_EPOCHS = 4;

/** The state as it is at `slot` when no further block comes. */
export function advance(state: ChainState, slot: number, rules: Rules): ChainState {
  const target = epochOf(slot, rules.slotsPerEpoch);
  if (state.epoch >= target) return state;
  const known = rules.memo.get(state);
  if (known?.epoch === target) return known;
  const advanced = endEpochs(state, target, rules);
  rules.memo.set(state, advanced);
  return advanced;
}

function endEpochs(state: ChainState, target: number, rules: Rules): ChainState {
  let at = state;
  for (let i = 0; i < MEMORY_EPOCHS && at.epoch < target; i++) at = endEpoch(at, rules);
  if (at.epoch >= target) return at;
  const rested = makeAnchor(target - 1, at.root, at.slot, at.standing);
  const none = new Set<NodeId>();
  return endEpoch({ ...at, epoch: target - 1, current: rested, currentVotes: none, previousVotes: none }, rules);
}

/** Justification and finalization of Casper FFG, as far as the votes on chain carry it. */
export function justify(
  state: ChainState,
): Pick<ChainState, 'justified' | 'previousJustified' | 'finalized' | 'justifiedBits'> {
  const { epoch, current, previous, stakes } = state;
  const [b0, b1, b2] = state.justifiedBits;
  let justified = state.justified;
  const bits: [boolean, boolean, boolean, boolean] = [b0, b1, b2, state.justifiedBits[3]];
  if (previous.epoch < current.epoch && isSupermajority(stakes, state.previousVotes)) {
    bits[1] = true;
    if (previous.epoch > justified.epoch) justified = previous;
  }
  if (isSupermajority(stakes, state.currentVotes)) {
    bits[0] = true;
    if (current.epoch > justified.epoch) justified = current;
  }
  return {
    justified,
    previousJustified: state.justified,
    justifiedBits: bits,
    finalized: newlyFinalized(state, bits, epoch),
  };
}

/**
 * A justified checkpoint is final when the next epochs' checkpoints up to one that links back to it are justified too:
 * one link of length 1, or one of length 2 with the checkpoint in between justified (k = 1 and k = 2 in Gasper, 4.6).
 */
function newlyFinalized(state: ChainState, bits: readonly boolean[], epoch: number): Anchor {
  const { justified: source, previousJustified: older } = state;
  let best = state.finalized;
  const finalize = (anchor: Anchor): void => {
    if (anchor.epoch > best.epoch) best = anchor;
  };
  if (bits[1] && bits[2] && bits[3] && older.epoch + 3 === epoch) finalize(older);
  if (bits[1] && bits[2] && older.epoch + 2 === epoch) finalize(older);
  if (bits[0] && bits[1] && bits[2] && source.epoch + 2 === epoch) finalize(source);
  if (bits[0] && bits[1] && source.epoch + 1 === epoch) finalize(source);
  return best;
}

function milestone({ epoch, root, key, slot }: Anchor): Milestone {
  return { epoch, root, key, slot };
}

/** Closes the current epoch and opens the next. */
function endEpoch(state: ChainState, rules: Rules): ChainState {
  const decided = justify(state);
  const moved = decided.finalized.epoch > state.finalized.epoch;
  const stalled = moved ? 0 : state.stalled + (state.active ? 1 : 0);
  const leaked = leak(state, stalled, rules);
  const epoch = state.epoch + 1;
  const { finalized } = decided;
  const registry = state.active ? schedule(state.registry, finalized.slot, epoch, rules) : state.registry;
  // the votes of the epoch before are complete now; in an epoch next to one of rest not everybody had to vote
  const isJudged = state.active && state.previousActive;
  const standing = isJudged ? judge(state.standing, state.previousVotes, rules.table) : state.standing;
  const [b0, b1, b2] = decided.justifiedBits;
  return {
    ...state,
    ...decided,
    epoch,
    active: false,
    previousActive: state.active,
    justifiedBits: [false, b0, b1, b2],
    seed: seedOf(epoch, rules.genesis),
    previous: state.current,
    current: makeAnchor(epoch, state.root, state.slot, standing),
    previousVotes: state.currentVotes,
    currentVotes: new Set(),
    stalled,
    leaked,
    standing,
    registry,
    trail: moved ? [...state.trail, milestone(finalized)].slice(-TRAIL) : state.trail,
    stakes: stakesInForce({ slashed: state.slashed, leaked, registry, finalized, epoch }, rules),
  };
}

/**
 * The inactivity leak in a simple form: while finality stalls for more than `leakAfterEpochs` active epochs, whoever did
 * not vote for the epoch's checkpoint loses a sixteenth of its stake per epoch; whoever votes gets a sixteenth back.
 */
function leak(state: ChainState, stalled: number, { leakAfterEpochs, table }: Rules): ReadonlyMap<NodeId, number> {
  if (leakAfterEpochs === 0 || !state.active) return state.leaked;
  const leaking = stalled > leakAfterEpochs;
  const next = new Map<NodeId, number>();
  for (const id of table.ids) {
    const before = state.leaked.get(id) ?? 0;
    const absent = !state.currentVotes.has(id) && !state.previousVotes.has(id);
    const after = absent ? before + (leaking ? 1 : 0) : before - 1;
    if (after > 0) next.set(id, Math.min(STAKE_UNITS, after));
  }
  return next;
}

/**
 * Stake read from the finalized state: standing as of the finalized checkpoint, evidence and exits once the blocks that
 * hold them are final. Who has left is not in the map; who is convicted has none.
 */
export function stakesInForce(
  {
    slashed,
    leaked,
    registry,
    finalized,
    epoch,
  }: Pick<ChainState, 'slashed' | 'leaked' | 'registry' | 'finalized' | 'epoch'>,
  rules: Rules,
): Stakes {
  const isConvicted = (id: NodeId): boolean => (slashed.get(id) ?? Infinity) <= finalized.slot;
  const present = rules.table.members.filter(({ id }) => isValidating(registry, id, epoch));
  const eligible = present.filter(({ id }) => !isConvicted(id));
  const capped = rules.weighting === 'capped' ? cappedWeights(finalized.standing, eligible) : null;
  return new Map(
    present.map(({ id, weight }) => {
      const whole = isConvicted(id) ? 0 : (capped?.get(id) ?? weight);
      return [id, whole * (STAKE_UNITS - (leaked.get(id) ?? 0))] as const;
    }),
  );
}

/** Whom the chain has convicted: evidence in a block that was final when the epoch began. */
export function convictedIn({ slashed, finalized }: ChainState): NodeId[] {
  return [...slashed].flatMap(([id, at]) => (at <= finalized.slot ? [id] : [])).sort();
}

/** Who may propose at `slot`; `state` has been advanced to it. */
export function proposerOf(state: ChainState, slot: number, { slotsPerEpoch }: Rules): NodeId {
  return proposerAt(state.seed, slot % slotsPerEpoch, state.stakes);
}

/** In which slot of the state's epoch a member attests. */
export function attestingSlot(state: ChainState, id: NodeId, { slotsPerEpoch }: Rules): number {
  const place = committees(state.seed, slotsPerEpoch, state.stakes).get(id) ?? 0;
  return state.epoch * slotsPerEpoch + place;
}

/** May the attestation stand in a block at `slot` on this branch, and count? */
export function isIncludable(state: ChainState, { data, validator }: Attestation, slot: number, rules: Rules): boolean {
  const { target, source } = data;
  const isCurrent = target.epoch === state.epoch;
  if (!isCurrent && target.epoch !== state.epoch - 1) return false;
  if (data.slot >= slot || epochOf(data.slot, rules.slotsPerEpoch) !== target.epoch) return false;
  const votes = isCurrent ? state.currentVotes : state.previousVotes;
  if (votes.has(validator) || !rules.table.has(validator)) return false;
  if (!isValidating(state.registry, validator, target.epoch)) return false;
  const expectedTarget = isCurrent ? state.current : state.previous;
  const expectedSource = isCurrent ? state.justified : state.previousJustified;
  return sameCheckpoint(target, expectedTarget) && sameCheckpoint(source, expectedSource);
}

/** The state after the block, or why it has none. Signatures are checked elsewhere. */
export function applyBlock(parent: ChainState, block: Block, rules: Rules): ChainState | string {
  if (block.slot <= parent.slot) return 'slot does not rise';
  if (block.parentKey !== parent.key) return 'wrong parent';
  const state = advance(parent, block.slot, rules);
  if (proposerOf(state, block.slot, rules) !== block.proposer) return 'not its turn';
  const currentVotes = new Set(state.currentVotes);
  const previousVotes = new Set(state.previousVotes);
  for (const attestation of block.attestations) {
    const soFar = { ...state, currentVotes, previousVotes };
    if (!isIncludable(soFar, attestation, block.slot, rules)) return 'attestation does not count here';
    (attestation.data.target.epoch === state.epoch ? currentVotes : previousVotes).add(attestation.validator);
  }
  const slashed = new Map(state.slashed);
  for (const { culprit } of block.evidence) {
    if (slashed.has(culprit) || !rules.table.has(culprit)) return 'evidence against nobody or once more';
    slashed.set(culprit, block.slot);
  }
  const registry = new Map(state.registry);
  for (const request of block.requests) {
    if (!isRequestDue({ ...state, registry, slashed }, request, rules)) return 'a request that is not due';
    registry.set(request.validator, { sequence: request.sequence, slot: block.slot, due: null });
  }
  const opensEpoch = block.slot % rules.slotsPerEpoch === 0;
  return {
    ...state,
    slot: block.slot,
    root: block.root,
    key: block.key,
    active: true,
    current: opensEpoch ? makeAnchor(state.epoch, block.root, block.slot, state.standing) : state.current,
    currentVotes,
    previousVotes,
    slashed,
    registry,
  };
}
