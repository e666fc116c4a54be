import { advanceFinality, deliver, finalityProof, tellSealed } from './finality.ts';
import type { SignedBlock } from './block.ts';
import { makeCheckpoint } from './attestation.ts';
import type { State } from './state.ts';
import { sendStatus } from './sync.ts';
import { advance, applyBlock } from './transition.ts';
import { BlockTree } from './tree.ts';

/** The first step of an incarnation: takes up what the image holds. */
export function restore(s: State): void {
  s.started = true;
  const { journal, image, incarnation } = s.setup;
  const stored = journal.restore(image);
  if (stored.guard !== null) s.guard.record = stored.guard;
  const blocks = new Map(stored.blocks.map((signed) => [signed.block.key, signed]));
  replayFinal(s, stored.finals, blocks);
  for (const signed of stored.blocks) regrow(s, signed);
  for (const node of s.tree.nodes) {
    s.fork.raise(node.state.justified, node.state.finalized, ({ key }) => s.tree.get(key)?.state.stakes ?? null);
  }
  advanceFinality(s);
  s.pool.prune(s.ledger);
  tellSealed(s);
  s.bootToken = s.fx.persist([journal.incarnation(incarnation)]);
  sendStatus(s);
}

/** The finalized chain from genesis: states again, and deliveries that the application has not durably seen. */
function replayFinal(s: State, finals: readonly string[], blocks: ReadonlyMap<string, SignedBlock>): void {
  let { state } = s.tree.root;
  let last: SignedBlock | null = null;
  for (const key of finals) {
    const signed = blocks.get(key);
    const next = signed === undefined ? 'missing' : applyBlock(state, signed.block, s.rules);
    if (signed === undefined || typeof next === 'string')
      throw new RangeError('proof-of-stake: the stored chain has a gap');
    state = next;
    last = signed;
    s.log.push(signed);
    s.logSlots.set(key, signed.block.slot);
  }
  if (last === null) return;
  s.tree = new BlockTree(state, last);
  const { slotsPerEpoch } = s.setup.config;
  const epoch = Math.ceil(state.slot / slotsPerEpoch);
  const checkpoint = makeCheckpoint(epoch, state.root);
  s.fork.justified = checkpoint;
  s.fork.finalized = checkpoint;
  s.fork.stakes = advance(state, epoch * slotsPerEpoch, s.rules).stakes;
  for (const [i, { block }] of s.log.entries()) {
    deliver(
      s,
      block,
      finalityProof(
        s,
        checkpoint,
        [],
        s.log.slice(i, i + 1).map((signed) => signed.block),
      ),
    );
  }
}

/** Blocks above the finalized one; their bundles were checked before they were stored. */
function regrow(s: State, signed: SignedBlock): void {
  const { block } = signed;
  const parent = s.tree.get(block.parentKey);
  if (parent === undefined || block.slot <= s.tree.root.slot || s.tree.get(block.key) !== undefined) return;
  const state = applyBlock(parent.state, block, s.rules);
  if (typeof state === 'string') return;
  s.tree.add(signed, state);
  for (const bundle of block.bundles) s.pool.add(bundle, s.ledger);
  for (const attestation of block.attestations) s.fork.attest(attestation);
}
