import { restoreStable } from './checkpointing.ts';
import type { Block } from './block.ts';
import { encodeFinalityProof } from './finality-proof.ts';
import { deliver, tellSealed } from './finalizing.ts';
import type { Restored } from './journal.ts';
import { sendStatus } from './pacing.ts';
import type { State } from './state.ts';
import { signStatement } from './voting.ts';
import { NO_HASH, proposalStatement, voteStatement, type Vote } from './vote.ts';

/** The first step of an incarnation: takes up what the image holds, and says again what it may not have said. */
export function restore(s: State): void {
  s.started = true;
  const { journal, image, incarnation } = s.setup;
  const stored = journal.restore(image);
  if (stored.checkpoint !== null) restoreStable(s, stored.checkpoint);
  replay(s, stored);
  for (const { height, ballot } of stored.ballots) {
    if (height > s.chain.tip.height) s.ballots.restore(height, ballot);
  }
  for (const block of stored.blocks) {
    s.chain.addBlock(block);
    if (s.ballots.at(block.height).notarized !== block.key) continue;
    for (const bundle of block.bundles) s.pool.add(bundle, s.ledger); // we have checked these signatures
  }
  for (const certificate of stored.certificates) s.chain.addCertificate(certificate);
  s.iteration = Math.max(s.chain.notarizedHeight + 1, ...s.ballots.heights);
  s.pool.prune(s.ledger);
  tellSealed(s);
  s.bootToken = s.fx.persist([journal.incarnation(incarnation)]);
  recast(s);
  sendStatus(s);
}

/** The finalized chain again: delivers what is not in the application's state. */
function replay(s: State, { blocks, finals }: Restored): void {
  const known = new Map(blocks.map((block) => [block.key, block]));
  const run: Block[] = [];
  for (const { key, finalization } of finals) {
    const block = known.get(key);
    const below = run.at(-1) ?? s.chain.tip;
    if (block === undefined || block.parentHeight !== below.height) throw corrupt();
    run.push(block);
    if (finalization === null) continue;
    for (const [i, one] of run.entries()) {
      deliver(s, one, encodeFinalityProof(run.slice(i), finalization, s.setup.table));
      s.chain.finalize(one, one === block ? finalization : null, s.ledger.index);
    }
    run.length = 0;
  }
  if (run.length > 0) throw corrupt();
}

function corrupt(): RangeError {
  return new RangeError('simple-bft: the stored chain has a gap');
}

/** Signs again what is on disk: the same statements, so nothing new is said. */
function recast(s: State): void {
  for (const height of s.ballots.heights) {
    const ballot = s.ballots.at(height);
    const block = s.chain.block(ballot.proposed);
    if (block !== undefined && height === s.iteration) signStatement(s, proposalStatement(height, block.hash), 0);
    const votes: Vote[] = [];
    const notarized = s.chain.block(ballot.notarized);
    if (notarized !== undefined) votes.push({ kind: 'notarize', height, hash: notarized.hash });
    if (ballot.dummy) votes.push({ kind: 'dummy', height, hash: NO_HASH });
    const finalized = s.chain.notarization(height);
    if (finalized?.key === ballot.finalized) votes.push({ kind: 'finalize', height, hash: finalized.hash });
    for (const vote of votes) signStatement(s, voteStatement(vote), 0);
  }
}
