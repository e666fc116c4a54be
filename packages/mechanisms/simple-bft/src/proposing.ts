import type { NodeId, Token } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { makeBlock, MAX_BUNDLES, type Block } from './block.ts';
import { makeEvidence } from './evidence.ts';
import { encodeMessage, MAX_CERTIFICATES } from './messages.ts';
import type { Proposal, State } from './state.ts';
import { cast, signStatement } from './voting.ts';
import { proposalStatement, readStatement, type Vote } from './vote.ts';

/** Proposals are kept for so many heights around the iteration: one per height, since every height has one leader. */
export const PROPOSAL_HORIZON = 8;

/** True when this node leads the current iteration and has not proposed in it. */
export function mayPropose(s: State): boolean {
  if (s.leaderOf(s.iteration) !== s.setup.self || s.broken || s.ledger.sealed !== null) return false;
  return s.ballots.at(s.iteration).proposed === '' && s.chain.parentFor(s.iteration) !== null;
}

/** What fits into a block. */
export function blockRoom(s: State): { bytes: number; count: number } {
  return { bytes: s.setup.config.maxBlockBytes - 128, count: MAX_BUNDLES };
}

/** Proposes what is undecided and not below the parent already; without `evenEmpty` only if there is something. */
export function propose(s: State, evenEmpty: boolean): void {
  const parent = s.chain.parentFor(s.iteration);
  if (parent === null) return;
  const bundles = s.pool.select(blockRoom(s), s.chain.bundlesBelow(parent), s.iteration);
  if (bundles.length === 0 && !evenEmpty) return;
  const block = makeBlock(s.iteration, parent, bundles);
  const ballot = s.ballots.markProposed(block.height, block.key);
  const { journal } = s.setup;
  const token = s.fx.persist([journal.ballot(block.height, ballot), journal.block(block)]);
  s.chain.addBlock(block);
  signStatement(s, proposalStatement(block.height, block.hash), token);
}

/** Our signature under our own proposal arrived. */
export function proposalSigned(s: State, statement: Signed): void {
  const proposal = readStatement(statement.payload);
  const casting = s.casting.get(hashKey(statement.payload));
  if (proposal === null || !proposal.proposal || casting === undefined) return;
  s.casting.delete(hashKey(statement.payload));
  const block = s.chain.block(hashKey(proposal.hash));
  if (block === undefined) return; // decided otherwise meanwhile
  const made = { block, signature: statement.signature };
  sendProposal(s, made, casting.token);
  if (!s.proposals.has(block.height)) s.proposals.set(block.height, made);
  consider(s);
}

export function sendProposal(s: State, { block, signature }: Proposal, token: Token, to: NodeId = 'all'): void {
  const parent = { height: block.parentHeight, hash: block.parentHash, key: hashKey(block.parentHash) };
  const certificates = s.chain.certificatesBetween(parent, block.height).slice(-MAX_CERTIFICATES);
  const bytes = encodeMessage({ t: 'proposal', block, signature, certificates }, s.setup.table);
  if (to === s.setup.self) return;
  s.fx.send(to, bytes, { lane: 'bulk', after: token > s.durable ? token : undefined });
}

/** A proposal whose signature, bundles and certificates are known to be good. */
export function onProposal(s: State, { block, signature }: Proposal): void {
  for (const bundle of block.bundles) s.pool.add(bundle, s.ledger);
  const known = s.proposals.get(block.height);
  if (known !== undefined && known.block.key !== block.key) {
    const statements = [known, { block, signature }].map((proposal) => ({
      payload: proposalStatement(block.height, proposal.block.hash),
      signature: proposal.signature,
    }));
    const misbehaviour = makeEvidence(s.leaderOf(block.height), statements[0]!, statements[1]!);
    if (misbehaviour !== null && !s.accused.has(block.height)) s.fx.evidence(misbehaviour);
    s.accused.add(block.height);
  }
  if (known === undefined) s.proposals.set(block.height, { block, signature });
  if (s.chain.notarization(block.height)?.key === block.key) keepNotarized(s, block);
  consider(s);
}

/** A block that was notarized before we had it. */
export function keepNotarized(s: State, block: Block): void {
  if (s.chain.block(block.key) !== undefined) return;
  s.chain.addBlock(block);
  s.fx.persist([s.setup.journal.block(block)], false);
}

export function isProposalWanted(s: State, block: Block): boolean {
  const { height, key, size } = block;
  if (height <= s.chain.tip.height || height > s.iteration + PROPOSAL_HORIZON) return false;
  if (size > s.setup.config.maxBlockBytes) return false;
  return s.proposals.get(height)?.block.key !== key;
}

/** Votes for the first proposal of this iteration's leader, if its place in the chain is proven. */
export function consider(s: State): void {
  const proposal = s.proposals.get(s.iteration);
  if (proposal === undefined) return;
  const { block } = proposal;
  const vote: Vote = { kind: 'notarize', height: block.height, hash: block.hash };
  if (s.broken || s.ledger.sealed !== null || !s.ballots.allows(vote)) return;
  if (s.chain.judgePlace(block) !== 'valid') return;
  s.chain.addBlock(block);
  cast(s, vote, [s.setup.journal.block(block)]);
}
