import type { StoreOp } from '@hypersync/interface';
import { culpritOf, decideEvidence } from './accountability.ts';
import type { Block, FullBlock } from './block.ts';
import type { Committed } from './block-tree.ts';
import type { QuorumCertificate } from './certificate.ts';
import { encodeCommitProof, proofsOf } from './commit-proof.ts';
import { breakOff, partingOf } from './forensics.ts';
import type { LeaderSchedule } from './leaders.ts';
import type { State } from './state.ts';

/** Commits what this QC commits, as far as the blocks are at hand. */
export function commitBy(s: State, qc: QuorumCertificate): void {
  if (s.isSilent || qc.round <= s.tree.tip.round) return;
  const found = s.tree.committedBy(qc, s.setup.config.chainLength);
  if (found === 'conflict') breakOff(s, partingOf(s, qc));
  else if (found !== null) commit(s, found);
}

function commit(s: State, committed: Committed): void {
  const { journal } = s.setup;
  const writes: StoreOp[] = [];
  for (const [i, certificate] of certificatesOf(s, committed).entries()) {
    const full = committed.path[i]!;
    const isOpen = s.ledger.sealed === null; // what stands above the end of the epoch decides nothing
    deliver(s, full, certificate);
    writes.push(...journal.forget(enter(s, full, isOpen)));
  }
  writes.push(journal.committedBy(committed.qc));
  s.fx.persist(writes, false);
  s.failures = 0;
  s.commitment = { above: committed.above, qc: committed.qc };
  s.pool.prune(s.ledger);
  tellSealed(s);
}

/** Moves tip, log and leader schedule over a block. Returns the blocks that lost. */
function enter(s: State, full: FullBlock, isOpen: boolean): FullBlock[] {
  advance(s.schedule, full.block);
  if (isOpen) for (const proof of full.block.evidence) decideEvidence(s, full.block.author, proof);
  return s.tree.commit(full, s.ledger.index);
}

/** What a committed block means for leaders: success for its author, and the end for those it holds proof against. */
export function advance(schedule: LeaderSchedule, { round, author, evidence }: Block): void {
  schedule.committed(round, author);
  for (const proof of evidence) {
    const culprit = culpritOf(proof);
    if (culprit !== null) schedule.convict(culprit);
  }
}

/** For each block of the path, what proves to a third party that it is committed. */
function certificatesOf(s: State, committed: Committed): Uint8Array[] {
  const { table, config } = s.setup;
  return proofsOf(committed, config.chainLength).map((proof) => encodeCommitProof(proof, table));
}

/** Hands the operations of a committed block to the application, each once, and answers our clients. */
function deliver(s: State, { bundles }: FullBlock, certificate: Uint8Array): void {
  for (const bundle of bundles) {
    const results = s.ledger.apply(bundle);
    for (const { operation, index, result } of results) {
      if (result !== 'delivered' || index <= s.floor) continue;
      s.fx.deliver({
        position: { class: 'total-order', epoch: s.setup.epoch, index },
        proposer: bundle.origin,
        session: operation.session,
        sequence: operation.sequence,
        key: '',
        value: operation.value,
        certificate,
      });
      s.delivered = true;
    }
    s.desk.applied(s.fx, bundle, results);
  }
}

/**
 * Once per incarnation: this epoch is over. Whom decided evidence convicts has no vote in the next one; so nobody says so
 * before all of that evidence is checked, which takes as long as the driver takes to verify.
 */
export function tellSealed(s: State): void {
  const sign = s.ledger.sealed;
  if (sign === null || s.sealedTold) return;
  s.desk.sealed(s.fx);
  if (!s.guard.mayEndEpoch) return;
  s.sealedTold = true;
  const convictions = s.guard.endEpoch(s.now);
  const position = { class: 'total-order' as const, epoch: s.setup.epoch, index: s.ledger.index };
  s.fx.seal({ sign, position, state: convictions.length === 0 ? new Uint8Array(0) : s.guard.encodeDecided() });
}
