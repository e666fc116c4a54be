import { restoreStable } from './checkpointing.ts';
import { deliver, finalityProof, tellSealed } from './finalizing.ts';
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
  const blocks = new Map(stored.blocks.map((block) => [block.key, block]));
  for (const { key, finalization } of stored.finals) {
    const block = blocks.get(key);
    if (block === undefined || block.parentHeight !== s.chain.tip.height) {
      throw new RangeError('simple-bft: the stored chain has a gap');
    }
    s.chain.finalize(block, finalization);
  }
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
  replay(s);
  s.bootToken = s.fx.persist([journal.incarnation(incarnation)]);
  recast(s);
  sendStatus(s);
}

/** Delivers what is finalized and not in the application's state. */
function replay(s: State): void {
  const { log } = s.chain;
  let from = 0;
  for (let i = 0; i < log.length; i++) {
    const { finalization } = log[i]!;
    if (finalization === null) continue;
    for (let k = from; k <= i; k++) {
      const path = log.slice(k, i + 1).map(({ block }) => block);
      deliver(s, log[k]!.block, finalityProof(s, path, finalization));
    }
    from = i + 1;
  }
  if (from < log.length && s.ledger.sealed === null) throw new RangeError('simple-bft: the stored chain ends unproven');
  s.pool.prune(s.ledger);
  tellSealed(s);
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
