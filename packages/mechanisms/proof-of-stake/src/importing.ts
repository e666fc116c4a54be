import type { NodeId } from '@hypersync/interface';
import type { Attestation, Checkpoint } from './attestation.ts';
import type { SignedBlock } from './block.ts';
import { accuse } from './accountability.ts';
import { advanceFinality } from './finality.ts';
import type { Request } from './registry.ts';
import type { Stakes } from './schedule.ts';
import type { State } from './state.ts';
import { want } from './sync.ts';
import { advance, applyBlock } from './transition.ts';
import { conflictsWithTrusted } from './weak-subjectivity.ts';
import type { TreeNode } from './tree.ts';

/** Different blocks of one proposer for one slot that gossip may bring; more only come as part of a chain we ask for. */
const MAX_VERSIONS = 2;
/** Older blocks come only as part of a chain we ask for, epochs. */
const GOSSIP_EPOCHS = 2;
/** Unfinalized blocks, and bytes of them, beyond which stale branches go and only the chain itself may grow. */
const MAX_TREE = 4096;
const MAX_TREE_BYTES = 64 * 1024 * 1024;

/** A block whose signatures are good. False when it found no place. */
export function importBlock(s: State, signed: SignedBlock, from: NodeId, isGossip: boolean): boolean {
  const { block, signature } = signed;
  accuse(s, block.proposer, s.watch.proposal(block.proposer, block.slot, block.root, signature));
  if (s.tree.get(block.key) !== undefined || block.slot <= s.tree.root.slot) return true;
  const parent = s.tree.get(block.parentKey);
  if (parent === undefined) {
    want(s, block.parentRoot, from);
    return false;
  }
  if (isGossip && !isFitForGossip(s, signed)) return false;
  if (conflictsWithTrusted(s, parent, block.slot)) {
    s.malformed++;
    return false;
  }
  if (!hasRoom(s, parent)) return false;
  const state = applyBlock(parent.state, block, s.rules);
  if (typeof state === 'string') {
    s.malformed++;
    return false;
  }
  const node = s.tree.add(signed, state);
  s.fx.persist([s.setup.journal.block(signed)], false);
  for (const bundle of block.bundles) s.pool.add(bundle, s.ledger);
  for (const { culprit, statements } of block.evidence) {
    accuse(s, culprit, statements);
    s.fork.discount(culprit);
  }
  for (const attestation of block.attestations) takeAttestation(s, attestation);
  for (const request of block.requests) takeRequest(s, request);
  if (isTimely(s, block.slot)) s.fork.boosted ??= block.key;
  raiseCheckpoints(s, node);
  s.wanted.delete(block.key);
  return true;
}

function isFitForGossip(s: State, { block }: SignedBlock): boolean {
  if (block.slot < s.slot - GOSSIP_EPOCHS * s.setup.config.slotsPerEpoch) return false;
  return s.tree.countAt(block.slot, block.proposer) < MAX_VERSIONS;
}

/** A member may propose for every slot in which it was its turn, also long ago: that must not fill our memory. */
function hasRoom(s: State, parent: TreeNode): boolean {
  const isFull = (): boolean => s.tree.size >= MAX_TREE || s.tree.bytes >= MAX_TREE_BYTES;
  if (!isFull()) return true;
  const head = s.fork.head(s.tree, s.slot);
  const lost = s.tree.evict(head.key, s.slot - GOSSIP_EPOCHS * s.setup.config.slotsPerEpoch);
  s.fx.persist(s.setup.journal.forgotten(lost), false);
  return s.tree.get(parent.key) !== undefined && (!isFull() || s.tree.isAncestor(head.key, parent.key));
}

/** In its own slot, before the first third is over. */
function isTimely(s: State, slot: number): boolean {
  return slot === s.slot && s.now < s.clock.timeOf(slot, 1);
}

/**
 * What a block proves about checkpoints. What it says for the end of its epoch counts once that epoch is over, as in the
 * Ethereum specification; finality counts at once, since votes on chain can only grow.
 */
export function raiseCheckpoints(s: State, node: TreeNode): void {
  const raise = (justified: Checkpoint, finalized: Checkpoint): void =>
    s.fork.raise(justified, finalized, (checkpoint) => stakesAt(s, checkpoint));
  raise(node.state.justified, node.state.finalized);
  const { justified, finalized } = node.unrealized;
  const isOver = s.epochAt(node.slot) < s.epochAt(s.slot);
  if (isOver || finalized.epoch > s.fork.finalized.epoch) raise(justified, finalized);
  advanceFinality(s);
}

function stakesAt(s: State, checkpoint: Checkpoint): Stakes | null {
  const node = s.tree.get(checkpoint.key);
  if (node === undefined) return null;
  return advance(node.state, checkpoint.epoch * s.setup.config.slotsPerEpoch, s.rules).stakes;
}

/** A verified attestation, alone or out of a block. */
export function takeAttestation(s: State, attestation: Attestation): void {
  accuse(s, attestation.validator, s.watch.attestation(attestation));
  const { target, slot } = attestation.data;
  const epoch = s.epochAt(s.slot);
  if (target.epoch + 1 >= epoch && target.epoch <= epoch + 1) s.attestations.add(attestation);
  if (slot < s.slot) s.fork.attest(attestation);
  else if (s.waitingVotes.length < 4 * s.setup.table.size) s.waitingVotes.push(attestation);
}

/** A verified request of a member: it is not over before it has got its date. */
export function takeRequest(s: State, request: Request): void {
  const known = s.requests.get(request.validator);
  if (request.sequence > (known?.sequence ?? 0) && s.wantsRequest(request)) s.requests.set(request.validator, request);
}
