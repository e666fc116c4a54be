import { hashKey } from '@hypersync/consensus-kit';
import type { QuorumCertificate } from './certificate.ts';
import { restoreStable } from './checkpointing.ts';
import { commitBy, tellSealed } from './committing.ts';
import type { State } from './state.ts';
import { sign } from './voting.ts';

/** The first step of an incarnation: takes up what the disk holds, and says again what it may not have said. */
export function restore(s: State): void {
  const { stored } = s;
  if (stored === null) return;
  s.stored = null;
  const { journal, incarnation } = s.setup;
  if (stored.checkpoint !== null) restoreStable(s, stored.checkpoint);
  if (stored.safety !== null) s.safety.restore(stored.safety);
  // the QC of the last commit may be above the last one that a vote rested on
  for (const qc of [stored.highQc, stored.committedBy]) if (qc !== null && qc.round > s.highQc.round) s.highQc = qc;
  s.highTc = stored.highTc;
  s.saved = { qc: stored.highQc?.round ?? 0, tc: s.highTc?.round ?? 0 };
  for (const tc of stored.justifications) s.justifications.set(tc.round, tc);
  for (const full of stored.blocks) s.tree.add(full);
  for (const { block } of stored.blocks) if (block.qc.round > 0) s.recentQcs.set(block.qc.round, block.qc);
  for (const qc of [stored.committedBy, s.highQc]) {
    if (qc === null) continue;
    if (qc === stored.committedBy && hasGap(s, qc)) throw new RangeError('hotstuff: the stored chain has a gap');
    s.tree.certify(qc);
    s.recentQcs.set(qc.round, qc);
    commitBy(s, qc);
  }
  s.round = Math.max(s.highQc.round, s.highTc?.round ?? 0, s.tree.tip.round) + 1;
  keepVote(s);
  s.pool.prune(s.ledger);
  tellSealed(s);
  s.bootToken = s.fx.persist([journal.incarnation(incarnation)]);
}

function hasGap(s: State, qc: QuorumCertificate): boolean {
  if (qc.round <= s.tree.tip.round) return false;
  const way = s.tree.pathTo(qc);
  return way === 'conflict' || 'missing' in way;
}

/** Signs the last vote again where it may still be needed: the same statement, so nothing new is said. */
function keepVote(s: State): void {
  const { lastVote } = s.safety.record;
  if (lastVote === null || lastVote.round <= s.highQc.round) return;
  const full = s.tree.get(hashKey(lastVote.id));
  if (full === undefined) return;
  for (const bundle of full.bundles) s.pool.add(bundle, s.ledger); // we have checked these signatures
  sign(s, { kind: 'vote', ...lastVote }, 0);
}
