import type { NodeId } from '@hypersync/interface';
import type { Signed, Verdict } from '@hypersync/consensus-kit';
import { decodeEvidence, encodeEvidence, signedStatements } from '@hypersync/governance';
import type { GivenUp } from './ballot-box.ts';
import { MAX_EVIDENCE } from './block.ts';
import { encodeStatement, type QuorumCertificate, type Statement } from './certificate.ts';
import { offenceOf } from './evidence.ts';
import { encodeMessage, type SignedVote } from './messages.ts';
import type { Proposal, State } from './state.ts';

/**
 * Compares what members sign with what they signed before. A contradiction is proof, which the guard keeps, reports and
 * hands to the next block; what is merely suspicious it only holds against the peer here.
 */
export function witnessVote(s: State, voter: NodeId, signed: SignedVote): void {
  const earlier = s.ballots.vote(voter, signed);
  if (earlier !== null) accuse(s, voter, voteOf(earlier), voteOf(signed));
  const given = s.ballots.timeoutOf(voter);
  if (given !== null && forgets(signed, given)) accuse(s, voter, voteOf(signed), timeoutOf(given));
}

/** Two blocks certified in one round: more than a third of the weight voted for both. */
export function witnessQcs(s: State, one: QuorumCertificate, other: QuorumCertificate): void {
  for (const { signer, signature } of one.signatures) {
    const again = other.signatures.find((vote) => vote.signer === signer);
    if (again === undefined) continue;
    accuse(s, signer, voteOf({ vote: one, signature }), voteOf({ vote: other, signature: again.signature }));
  }
}

/** QCs shown to the others when this member finds that more than a third has lied. */
const SHOWN_QCS = 8;

/**
 * Two histories are certified: this member stops signing. It shows the others what certified its own, so that whoever
 * followed the other one can compare, and name those who voted for both.
 */
export function breakOff(s: State): void {
  if (s.broken) return;
  s.broken = true;
  const own = [...s.recentQcs.values()].filter(({ round }) => round <= (s.commitment?.qc.round ?? 0));
  for (const highQc of own.slice(-SHOWN_QCS)) {
    s.fx.send('all', encodeMessage({ t: 'sync', highQc, tc: null }, s.setup.table));
  }
}

export function witnessTimeout(s: State, given: GivenUp): void {
  s.ballots.timeout(given);
  for (const vote of s.ballots.votesOf(given.signer)) {
    if (forgets(vote, given)) accuse(s, given.signer, voteOf(vote), timeoutOf(given));
  }
}

export function witnessProposals(s: State, first: Proposal, second: Proposal): void {
  if (first.block.author === second.block.author) {
    accuse(s, first.block.author, proposalOf(first), proposalOf(second));
  }
}

function forgets({ vote }: SignedVote, { round, highRound }: GivenUp): boolean {
  return vote.round <= round && vote.parentRound > highRound;
}

/** Largest payload of a statement that members sign, bytes. */
export const MAX_PAYLOAD = 64;

/** Whom a piece of evidence is about; null when it proves nothing. Signatures are not looked at. */
export function culpritOf(proof: Uint8Array): NodeId | null {
  return decodeEvidence(proof, offenceOf, MAX_PAYLOAD)?.culprit ?? null;
}

/** What must be verified before a block with this evidence is voted for; null when a piece proves nothing. */
export function evidenceStatements(s: State, evidence: readonly Uint8Array[]): Signed[] | null {
  const found: Signed[] = [];
  for (const proof of evidence) {
    const decoded = decodeEvidence(proof, offenceOf, MAX_PAYLOAD);
    if (decoded === null || !s.setup.table.has(decoded.culprit)) return null;
    found.push(...signedStatements(decoded));
  }
  return found;
}

/** Evidence for a block on this parent: one piece for each culprit that the chain does not convict yet. */
export function evidenceFor(s: State, parentKey: string): Uint8Array[] {
  const known = new Set(s.tree.evidenceBelow(parentKey).map(culpritOf));
  const found: Uint8Array[] = [];
  for (const evidence of s.guard.provenEvidence()) {
    const { culprit } = evidence;
    if (known.has(culprit) || s.schedule.isConvicted(culprit) || found.length === MAX_EVIDENCE) continue;
    known.add(culprit);
    found.push(encodeEvidence(evidence));
  }
  return found;
}

/** Evidence that was committed: whoever has not seen it checks it too, so that every driver hears of it. */
export function inquire(s: State, author: NodeId, proof: Uint8Array): void {
  const inquiry = s.guard.accuse(s.now, author, proof);
  if (inquiry === null) return;
  const tag = s.inbox.enter(author, { t: 'inquiry', id: inquiry.id }, proof.length);
  if (tag === null) s.guard.answer(s.now, inquiry.id, false);
  else answer(s, s.authenticator.verifyGroup(s.fx, author, tag, inquiry.statements));
}

function answer(s: State, verdict: Verdict | null): void {
  if (verdict?.kind !== 'group') return;
  const waiting = s.inbox.leave(verdict.tag);
  if (waiting?.message.t === 'inquiry') s.guard.answer(s.now, waiting.message.id, verdict.valid);
}

interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

function accuse(s: State, culprit: NodeId, first: SignedStatement, second: SignedStatement): void {
  if (culprit !== s.setup.self) s.guard.contradiction(s.now, culprit, first, second);
}

function signed(statement: Statement, signature: Uint8Array): SignedStatement {
  return { payload: encodeStatement(statement), signature };
}

function voteOf({ vote, signature }: SignedVote): SignedStatement {
  return signed({ kind: 'vote', ...vote }, signature);
}

function timeoutOf({ round, highRound, signature }: GivenUp): SignedStatement {
  return signed({ kind: 'timeout', round, highRound }, signature);
}

function proposalOf({ block, signature }: Proposal): SignedStatement {
  return signed({ kind: 'proposal', round: block.round, id: block.id }, signature);
}
