import type { StoreOp } from '@hypersync/interface';
import { ByteWriter, type Bundle } from '@hypersync/consensus-kit';
import type { Block } from './block.ts';
import type { State } from './state.ts';
import { EVIDENCE_DEPTH } from './voting.ts';
import { writeCertificate, type Certificate } from './vote.ts';

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
    const lost = s.chain.finalize(block, own);
    writes.push(...s.setup.journal.finalized(block, own, lost));
    deliver(s, block, finalityProof(s, way.path.slice(i), finalization));
  }
  s.fx.persist(writes, false);
  s.ballots.forgetUpTo(s.chain.tip.height);
  s.book.forgetUpTo(s.chain.tip.height - EVIDENCE_DEPTH);
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

/**
 * What convinces somebody who knows the members that the first block of `path` is final: the bundle ids that its header
 * covers, the headers up to the block that was finalized itself, and that finalization.
 */
export function finalityProof(s: State, path: readonly Block[], finalization: Certificate): Uint8Array {
  const writer = new ByteWriter(512);
  writer.list(path[0]?.bundles ?? [], (w, bundle: Bundle) => void w.raw(bundle.id));
  writer.list(path, (w, block) => void w.bytes(block.header));
  writeCertificate(writer, finalization, s.setup.table);
  return writer.finish();
}
