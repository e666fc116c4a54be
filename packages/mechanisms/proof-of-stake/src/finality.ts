import { ByteWriter } from '@hypersync/consensus-kit';
import { sameCheckpoint, writeAttestation, type Attestation, type Checkpoint } from './attestation.ts';
import type { Block } from './block.ts';
import { isSupermajority } from './chain-state.ts';
import type { State } from './state.ts';
import type { TreeNode } from './tree.ts';

/** Delivers what the finalized checkpoint covers, and drops the branches that lost. */
export function advanceFinality(s: State): void {
  const checkpoint = s.fork.finalized;
  const node = s.tree.get(checkpoint.key);
  if (node === undefined || node === s.tree.root) return;
  const votes = finalizingVotes(s, checkpoint);
  const path = s.tree.pathTo(node.key).flatMap(({ signed }) => (signed === null ? [] : [signed]));
  const blocks = path.map(({ block }) => block);
  for (const [i, signed] of path.entries()) {
    s.log.push(signed);
    s.logSlots.set(signed.block.key, signed.block.slot);
    deliver(s, signed.block, finalityProof(s, checkpoint, votes, blocks.slice(i)));
  }
  const lost = s.tree.prune(node.key).flatMap(({ signed }) => (signed === null ? [] : [signed.block]));
  s.fx.persist(s.setup.journal.finalized(blocks, lost), false);
  s.pool.prune(s.ledger);
  tellSealed(s);
}

/** Hands the operations of a finalized block to the application, each once, and answers our clients. */
export function deliver(s: State, block: Block, certificate: Uint8Array): void {
  for (const bundle of block.bundles) {
    const results = s.ledger.apply(bundle);
    for (const { operation, index, result } of results) {
      if (result !== 'delivered' || index <= s.setup.applied) continue;
      s.fx.deliver({
        position: { class: 'total-order', epoch: s.setup.epoch, index },
        proposer: bundle.origin,
        session: operation.session,
        sequence: operation.sequence,
        key: '',
        value: operation.value,
        certificate,
      });
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

/** The supermajority link from the checkpoint: the votes that made it final, as they stand on chain. */
function finalizingVotes(s: State, checkpoint: Checkpoint): Attestation[] {
  for (const node of s.tree.nodes) {
    const says = node.unrealized.finalized;
    if (!sameCheckpoint(says, checkpoint) && !sameCheckpoint(node.state.finalized, checkpoint)) continue;
    const link = linkFrom(s, checkpoint, node);
    if (link !== null) return link;
  }
  return [];
}

function linkFrom(s: State, checkpoint: Checkpoint, tip: TreeNode): Attestation[] | null {
  const byTarget = new Map<string, Attestation[]>();
  for (const { signed } of s.tree.pathTo(tip.key)) {
    for (const attestation of signed?.block.attestations ?? []) {
      const { source, target } = attestation.data;
      if (!sameCheckpoint(source, checkpoint) || target.epoch > checkpoint.epoch + 2) continue;
      const key = `${target.epoch}/${target.key}`;
      byTarget.set(key, [...(byTarget.get(key) ?? []), attestation]);
    }
  }
  for (const votes of byTarget.values()) {
    if (
      isSupermajority(
        tip.state.stakes,
        votes.map(({ validator }) => validator),
      )
    )
      return votes;
  }
  return null;
}

/**
 * What convinces somebody who knows the members that the first block of `path` is final: the bundle ids that its header
 * covers, the headers up to the checkpoint, and the votes of a supermajority that link from the checkpoint onwards.
 */
export function finalityProof(
  s: State,
  checkpoint: Checkpoint,
  votes: readonly Attestation[],
  path: readonly Block[],
): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.list(path[0]?.bundles ?? [], (w, bundle) => void w.raw(bundle.id));
  writer.list(path, (w, block) => void w.bytes(block.header));
  writer.varint(checkpoint.epoch).raw(checkpoint.root);
  writer.list(votes, (w, vote) => writeAttestation(w, vote, s.setup.table));
  return writer.finish();
}
