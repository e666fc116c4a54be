import type { NodeId } from '@hypersync/interface';
import { noteProof } from './accusing.ts';
import { encodeDecisionProof } from './decision-proof.ts';
import { Instance } from './instance.ts';
import type { Decided } from './messages.ts';
import { remember } from './past-heights.ts';
import { readEvidence } from './evidence.ts';
import type { State } from './state.ts';

/** Lines 51 to 53: the block follows our tip, and its commit was checked. */
export function decide(s: State, decided: Decided): void {
  const { instance: i, chain } = s;
  const { block } = decided;
  const lost = [...i.stored].filter((key) => key !== block.key);
  const writes = i.stored.has(block.key) ? [] : [s.setup.journal.block(block)];
  writes.push(...s.setup.journal.decided(decided, lost));
  for (const proof of block.evidence) noteProof(s, proof);
  deliver(s, decided);
  s.fx.persist(writes, false);
  s.log.push({ ...decided, endIndex: s.ledger.index });
  remember(s, i.votes);
  s.guard.heard(i.proposer(i.round));
  moveTo(s, chain.apply(block));
  s.restUntil = s.now + s.setup.config.timeoutCommitMs * 1000;
  s.pool.prune(s.ledger);
  tellSealed(s);
}

/** The next height begins, on top of `chain`. */
export function moveTo(s: State, chain: State['chain']): void {
  s.chain = chain;
  s.instance = new Instance(chain);
  s.fetch = null;
  for (const { member } of chain.verdicts) if (!chain.validators.has(member)) convict(s, member);
  for (const [culprit, proof] of s.evidence) if (!chain.isNews(proof)) s.evidence.delete(culprit);
}

/** Hands the operations of a decided block to the application, each once, and answers our clients. */
export function deliver(s: State, decided: Decided): void {
  const { block } = decided;
  let certificate: Uint8Array | null = null;
  for (const bundle of block.bundles) {
    const results = s.ledger.apply(bundle);
    for (const { operation, index, result } of results) {
      if (result !== 'delivered' || index <= s.floor) continue;
      certificate ??= encodeDecisionProof(decided, s.setup.table);
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
  for (const { member } of s.chain.verdicts) convict(s, member); // the end of the epoch is a boundary, too
  const position = { class: 'total-order' as const, epoch: s.setup.epoch, index: s.ledger.index };
  const state = s.guard.convictions.length === 0 ? new Uint8Array(0) : s.guard.encodeDecided();
  s.fx.seal({ sign, position, state });
  s.desk.sealed(s.fx);
}

/** The chain takes this member's vote away, by evidence in a block: the guard is told, with the proof while we have it. */
function convict(s: State, member: NodeId): void {
  const { offence, height } = s.chain.verdicts.find((verdict) => verdict.member === member)!;
  const proofs = s.log.at(height)?.block.evidence ?? [];
  const proof = proofs.find((one) => readEvidence(one)?.culprit === member) ?? new Uint8Array(0);
  s.guard.convict(s.now, { member, offence, epoch: s.setup.epoch, index: height }, proof);
}
