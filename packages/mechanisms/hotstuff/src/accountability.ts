import type { NodeId } from '@hypersync/interface';
import type { Signed } from '@hypersync/consensus-kit';
import { ByzantineGuard, decodeEvidence, encodeEvidence, signedStatements, type Inquiry } from '@hypersync/governance';
import type { GivenUp } from './ballot-box.ts';
import { MAX_EVIDENCE } from './block.ts';
import { encodeStatement, type Statement, type Vote } from './certificate.ts';
import { tellSealed } from './committing.ts';
import { offenceOf } from './evidence.ts';
import type { SignedVote } from './messages.ts';
import { settle } from './receiving.ts';
import type { Proposal, Setup, State } from './state.ts';

/** What an open question takes in the inbox; the log bounds how many there are. */
const INQUIRY_BYTES = 64;

/**
 * Compares what members sign with what they signed before. A contradiction is proof, which the guard keeps, reports and
 * hands to the next block; what is merely suspicious it only holds against the peer here.
 */
export function witnessVote(s: State, voter: NodeId, signed: SignedVote): void {
  const earlier = s.ballots.vote(voter, signed);
  if (earlier !== null) accuse(s, voter, voteOf(earlier), voteOf(signed));
  const given = s.ballots.timeoutOf(voter);
  if (given !== null && forgets(signed, given)) accuse(s, voter, voteOf(signed), timeoutOf(given));
  if (s.setup.config.chainLength === 2) return;
  for (const other of s.ballots.votesOf(voter)) {
    if (unlocks(other.vote, signed.vote) || unlocks(signed.vote, other.vote)) {
      accuse(s, voter, voteOf(other), voteOf(signed));
    }
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

function unlocks(vote: Vote, later: Vote): boolean {
  return vote.round < later.round && vote.lockRound > later.parentRound;
}

/** Is more than a third of the weight proven guilty? Then nothing is promised any more. */
export function isOverwhelmed(s: State): boolean {
  return s.setup.table.hasOneThird(s.guard.provenEvidence().map(({ culprit }) => culprit));
}

/** Largest payload of a statement that members sign, bytes. */
export const MAX_PAYLOAD = 64;

export function makeGuard({ self, table, epoch }: Pick<Setup, 'self' | 'table' | 'epoch'>): ByzantineGuard {
  return new ByzantineGuard({ self, members: table, epoch, conflict: offenceOf, maxPayload: MAX_PAYLOAD });
}

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

/**
 * Evidence that a block holds is an accusation that the log decides: the guard convicts whom it names at the end of the
 * epoch, once this member has checked the signatures, too.
 */
export function decideEvidence(s: State, author: NodeId, proof: Uint8Array): void {
  const inquiry = s.guard.decide(s.now, s.ledger.index, author, proof);
  if (inquiry !== null) ask(s, inquiry);
}

/** After a snapshot took the place of the log: what was decided there is checked here, too. */
export function askOpen(s: State): void {
  for (const inquiry of s.guard.openInquiries()) ask(s, inquiry);
}

/** Our own question, so that nobody's flood keeps it from being asked. */
function ask(s: State, { id, statements }: Inquiry): void {
  const tag = s.inbox.enter(s.setup.self, { t: 'inquiry', id }, INQUIRY_BYTES);
  if (tag === null) throw new RangeError('hotstuff: more decided evidence than blocks can hold');
  settle(s, s.authenticator.verifyGroup(s.fx, s.setup.self, tag, statements));
}

export function answerInquiry(s: State, id: number, valid: boolean): void {
  s.guard.answer(s.now, id, valid);
  tellSealed(s);
}

interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Two verified statements of one member, in any order: proof, if they contradict each other. */
export function accuse(s: State, culprit: NodeId, first: SignedStatement, second: SignedStatement): void {
  if (culprit !== s.setup.self) s.guard.contradiction(s.now, culprit, first, second);
}

function signed(statement: Statement, signature: Uint8Array): SignedStatement {
  return { payload: encodeStatement(statement), signature };
}

export function voteOf({ vote, signature }: SignedVote): SignedStatement {
  return signed({ kind: 'vote', ...vote }, signature);
}

export function timeoutOf({ round, highRound, signature }: GivenUp): SignedStatement {
  return signed({ kind: 'timeout', round, highRound }, signature);
}

function proposalOf({ block, signature }: Proposal): SignedStatement {
  return signed({ kind: 'proposal', round: block.round, id: block.id }, signature);
}
