import { restoreStable, startAt } from './compacting.ts';
import { advanceFinality, deliver, keep, tellSealed } from './finality.ts';
import { encodeFinalityProof } from './finality-proof.ts';
import type { SignedBlock } from './block.ts';
import type { Restored } from './journal.ts';
import type { State } from './state.ts';
import { accuse } from './accountability.ts';
import { takeRequest } from './importing.ts';
import { sendStatus } from './sync.ts';
import { applyBlock } from './transition.ts';
import { anchor } from './weak-subjectivity.ts';

/** The first step of an incarnation: takes up what the image holds. */
export function restore(s: State): void {
  s.started = true;
  const { journal, image, incarnation } = s.setup;
  const stored = journal.restore(image);
  if (stored.protection !== null) s.protection.record = stored.protection;
  if (stored.checkpoint !== null) restoreStable(s, stored.checkpoint);
  replay(s, stored);
  anchor(s, stored.reached);
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

/** The finalized chain again: states, and deliveries that the application has not durably seen. */
function replay(s: State, { finals, blocks }: Restored): void {
  const known = new Map(blocks.map((signed) => [signed.block.key, signed]));
  let { state } = s.tree.root;
  const run: SignedBlock[] = [];
  for (const { key, link } of finals) {
    const signed = known.get(key);
    const next = signed === undefined ? 'missing' : applyBlock(state, signed.block, s.rules);
    if (signed === undefined || typeof next === 'string') throw corrupt();
    state = next;
    run.push(signed);
    recall(s, signed);
    if (link === null) continue;
    const path = run.splice(0);
    for (const [i, one] of path.entries()) {
      const above = path.slice(i).map(({ block }) => block);
      deliver(s, one.block, encodeFinalityProof(link, above, s.setup.table));
      keep(s, one);
    }
  }
  if (run.length > 0) throw corrupt();
  if (finals.length > 0) startAt(s, state);
}

function corrupt(): RangeError {
  return new RangeError('proof-of-stake: the stored chain has a gap');
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
  recall(s, signed);
  for (const request of block.requests) takeRequest(s, request);
}

/** What the members signed in a stored block, for comparison with what they sign from now on. */
function recall(s: State, { block, signature }: SignedBlock): void {
  accuse(s, block.proposer, s.watch.proposal(block.proposer, block.slot, block.root, signature));
  for (const vote of block.attestations) accuse(s, vote.validator, s.watch.attestation(vote));
  for (const { culprit, statements } of block.evidence) accuse(s, culprit, statements);
}
