import { sameCheckpoint, type Attestation, type Checkpoint } from './attestation.ts';
import type { Block, SignedBlock } from './block.ts';
import { isSupermajority } from './chain-state.ts';
import { encodeFinalityProof } from './finality-proof.ts';
import type { State } from './state.ts';
import type { TreeNode } from './tree.ts';
import { mayFinalize, noteFinal } from './weak-subjectivity.ts';

/** Delivers what the finalized checkpoint covers, and drops the branches that lost. */
export function advanceFinality(s: State): void {
  const checkpoint = s.fork.finalized;
  const node = s.tree.get(checkpoint.key);
  if (node === undefined || node === s.tree.root || !mayFinalize(s, node)) return;
  const votes = finalizingVotes(s, checkpoint);
  const path = s.tree.pathTo(node.key).flatMap(({ signed }) => (signed === null ? [] : [signed]));
  const blocks = path.map(({ block }) => block);
  for (const [i, signed] of path.entries()) {
    deliver(s, signed.block, encodeFinalityProof({ checkpoint, votes }, blocks.slice(i), s.setup.table));
    keep(s, signed);
  }
  noteFinal(s, node);
  const lost = s.tree.prune(node.key).flatMap(({ signed }) => (signed === null ? [] : [signed.block]));
  s.fx.persist(s.setup.journal.finalized(blocks, lost, { checkpoint, votes }), false);
  s.pool.prune(s.ledger);
  s.pruneRequests();
  tellSealed(s);
}

/** A delivered block goes into the log. */
export function keep(s: State, signed: SignedBlock): void {
  s.log.push({ signed, endIndex: s.ledger.index });
  s.logKeys.add(signed.block.key);
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
