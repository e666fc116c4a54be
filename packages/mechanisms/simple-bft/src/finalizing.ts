import type { StoreOp } from '@hypersync/interface';
import type { Block } from './block.ts';
import { encodeFinalityProof } from './finality-proof.ts';
import type { State } from './state.ts';
import { EVIDENCE_DEPTH } from './voting.ts';

/** Finalizes as far as the highest finalization and the blocks at hand allow. */
export function finalizeChain(s: State): void {
  const { finalization } = s.chain;
  if (finalization === null || s.ledger.sealed !== null) return;
  const way = s.chain.pathTo(finalization);
  if (way === 'conflict') {
    s.broken = true;
    return;
  }
  if ('missing' in way) return;
  const writes: StoreOp[] = [];
  for (const [i, block] of way.path.entries()) {
    const own = block.key === finalization.key ? finalization : null;
    deliver(s, block, encodeFinalityProof(way.path.slice(i), finalization, s.setup.table));
    const lost = s.chain.finalize(block, own, s.ledger.index);
    writes.push(...s.setup.journal.finalized(block, own, lost));
  }
  s.fx.persist(writes, false);
  s.ballots.forgetUpTo(s.chain.tip.height);
  s.book.forgetUpTo(s.chain.tip.height - EVIDENCE_DEPTH);
  for (const height of s.accused) if (height <= s.chain.tip.height) s.accused.delete(height);
  s.pool.prune(s.ledger);
  tellSealed(s);
}

/** Hands the operations of a finalized block to the application, each once, and answers our clients. */
export function deliver(s: State, block: Block, certificate: Uint8Array): void {
  for (const bundle of block.bundles) {
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

/** Once per incarnation: this epoch is over. */
export function tellSealed(s: State): void {
  const sign = s.ledger.sealed;
  if (sign === null || s.sealedTold) return;
  s.sealedTold = true;
  const position = { class: 'total-order' as const, epoch: s.setup.epoch, index: s.ledger.index };
  s.fx.seal({ sign, position, state: new Uint8Array(0) });
  s.desk.sealed(s.fx);
}
