import type { ChainState } from './chain-state.ts';
import type { Config } from './config.ts';
import type { State } from './state.ts';
import type { TreeNode } from './tree.ts';

/**
 * Weak subjectivity: members that left can sign another past at no cost, and nothing in such a past looks wrong to a node
 * that was not there. So a node that joins or comes back after long is told one finalized checkpoint by its operator, and
 * takes no finality that does not lead through it.
 */
export interface TrustedCheckpoint {
  readonly epoch: number;
  /** Hex of the block's root. */
  readonly key: string;
  /** The epoch's first slot: the block is the last one at or before it. */
  readonly slot: number;
}

/** `none` configured; `awaited`: nothing becomes final before it is seen; `reached`; `stale`: older than the period. */
export type Anchoring = 'none' | 'awaited' | 'reached' | 'stale';

export function trustedCheckpoint({
  checkpointEpoch,
  checkpointRoot,
  slotsPerEpoch,
}: Config): TrustedCheckpoint | null {
  if (checkpointRoot === '') return null;
  return { epoch: checkpointEpoch, key: checkpointRoot, slot: checkpointEpoch * slotsPerEpoch };
}

/** A block on a branch that has another block in the checkpoint's place. */
export function conflictsWithTrusted(s: State, parent: TreeNode, slot: number): boolean {
  const { trusted } = s.setup;
  if (trusted === null || s.anchoring !== 'awaited' || slot <= trusted.slot) return false;
  return s.tree.ancestorAt(parent.key, trusted.slot)?.key !== trusted.key;
}

/** May this block become final here? Below the checkpoint only what is known to lead to it. */
export function mayFinalize(s: State, node: TreeNode): boolean {
  const { trusted } = s.setup;
  if (s.anchoring === 'stale') return false;
  if (trusted === null || s.anchoring === 'reached') return true;
  if (node.slot > trusted.slot) return s.tree.ancestorAt(node.key, trusted.slot)?.key === trusted.key;
  return s.tree.isAncestor(node.key, trusted.key);
}

/** The block has become final, and `mayFinalize` was asked. */
export function noteFinal(s: State, node: TreeNode): void {
  const { trusted, journal } = s.setup;
  if (trusted === null || s.anchoring !== 'awaited') return;
  if (node.slot <= trusted.slot && node.key !== trusted.key) return;
  s.anchoring = 'reached';
  s.fx.persist([journal.reached(trusted)], false);
}

/** May a snapshot with this state take the place of what we have? */
export function mayInstall(s: State, state: ChainState): boolean {
  const { trusted } = s.setup;
  if (s.anchoring === 'stale') return false;
  if (trusted === null || s.anchoring === 'reached' || state.slot < trusted.slot) return true;
  return leadsThrough(s, state);
}

/** The state is behind the checkpoint and remembers it as one of its own. */
function leadsThrough(s: State, state: ChainState): boolean {
  const { trusted } = s.setup;
  if (trusted === null) return false;
  if (state.slot <= trusted.slot) return state.key === trusted.key;
  return state.trail.some(
    ({ key, slot, epoch }) => key === trusted.key && slot <= trusted.slot && trusted.epoch <= epoch,
  );
}

/** A snapshot was installed, and `mayInstall` was asked. */
export function noteInstalled(s: State, state: ChainState): void {
  if (s.anchoring !== 'awaited' || !leadsThrough(s, state)) return;
  s.anchoring = 'reached';
  s.fx.persist([s.setup.journal.reached(s.setup.trusted!)], false);
}

/**
 * At the start, when our own finalized chain stands again. Throws RangeError when that chain is another one than the
 * operator says: such a node must not go on, and a person must find out why.
 */
export function anchor(s: State, reachedBefore: string | null): void {
  const { trusted } = s.setup;
  if (trusted === null) return;
  const own = s.log.findLast(({ signed }) => signed.block.slot <= trusted.slot);
  const tip = s.tree.root;
  const below =
    own === undefined ? (s.base.state.slot <= trusted.slot ? s.base.state.key : null) : own.signed.block.key;
  if (reachedBefore === trusted.key || below === trusted.key || leadsThrough(s, tip.state)) s.anchoring = 'reached';
  else if (tip.slot > trusted.slot) {
    throw new RangeError(
      `proof-of-stake: the stored chain is not known to contain the configured checkpoint ${trusted.key} of epoch ${trusted.epoch}`,
    );
  } else s.anchoring = 'awaited';
}

/** The first slot that this incarnation knows: is what it trusts recent enough for the present? */
export function checkAge(s: State, epoch: number): void {
  const { trusted, config } = s.setup;
  if (config.weakSubjectivityEpochs === 0) return;
  const newest = Math.max(trusted?.epoch ?? 0, s.fork.finalized.epoch);
  if (epoch - newest > config.weakSubjectivityEpochs) s.anchoring = 'stale';
}

export function isRoot(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
