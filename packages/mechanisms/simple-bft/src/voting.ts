import type { NodeId, StoreOp } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { finalizeChain } from './finalizing.ts';
import { encodeMessage } from './messages.ts';
import { PROPOSAL_HORIZON } from './proposing.ts';
import type { State } from './state.ts';
import { VOTE_HORIZON } from './vote-book.ts';
import { NO_HASH, readStatement, voteStatement, type Certificate, type Vote } from './vote.ts';

/** Votes this far below the finalized tip are still read, for the evidence in them. */
export const EVIDENCE_DEPTH = 16;

/** Signs a vote, once its ballot is on its way to the disk; it leaves and counts when both are done. */
export function cast(s: State, vote: Vote, writes: readonly StoreOp[] = []): void {
  if (s.broken || s.ledger.sealed !== null) return;
  const ballot = s.ballots.mark(vote);
  const token = s.fx.persist([s.setup.journal.ballot(vote.height, ballot), ...writes]);
  signStatement(s, voteStatement(vote), token);
}

export function signStatement(s: State, payload: Uint8Array, token: number): void {
  s.casting.set(hashKey(payload), { payload, token, signature: null });
  s.authenticator.sign(s.fx, payload);
}

/** Our signature arrived: the vote leaves, gated on its ballot. */
export function voteSigned(s: State, statement: Signed): void {
  const vote = readStatement(statement.payload);
  const casting = s.casting.get(hashKey(statement.payload));
  if (vote === null || vote.proposal || casting === undefined) return;
  casting.signature = statement.signature;
  const { table } = s.setup.shape;
  const bytes = encodeMessage({ t: 'vote', vote, signature: statement.signature }, table);
  s.fx.send('all', bytes, { after: casting.token > s.durable ? casting.token : undefined });
  countOwnVotes(s);
}

/** Our own votes count only once they are durable, or a certificate could carry what a crash makes us forget. */
export function countOwnVotes(s: State): void {
  for (const [key, { payload, token, signature }] of s.casting) {
    const vote = readStatement(payload);
    if (signature === null || token > s.durable || vote === null || vote.proposal) continue;
    s.casting.delete(key);
    recordVote(s, s.setup.self, vote, signature);
  }
}

export function isWithinReach(s: State, height: number): boolean {
  return height > s.chain.tip.height - EVIDENCE_DEPTH && height <= s.iteration + VOTE_HORIZON;
}

/** Counts one verified vote. */
export function recordVote(s: State, voter: NodeId, vote: Vote, signature: Uint8Array): void {
  if (!isWithinReach(s, vote.height)) return;
  const misbehaviour = s.book.add(voter, vote, signature);
  if (misbehaviour !== null) s.fx.evidence(misbehaviour);
  if (isCertified(s, vote)) return;
  const certificate = s.book.certificate(vote);
  if (certificate !== null) learn(s, certificate);
}

/** True when a certificate for this vote would tell us nothing new. */
export function isCertified(s: State, vote: Vote): boolean {
  if (vote.height <= s.chain.tip.height) return true;
  if (vote.kind === 'notarize') return s.chain.notarization(vote.height)?.key === hashKey(vote.hash);
  if (vote.kind === 'dummy') return s.chain.dummy(vote.height) !== null;
  return s.chain.finalization !== null && s.chain.finalization.height >= vote.height;
}

/** Takes a certificate whose signatures are known to be good. */
export function learn(s: State, certificate: Certificate): void {
  if (isCertified(s, certificate)) return;
  if (certificate.kind === 'finalize') s.chain.finalization = certificate;
  else if (s.chain.addCertificate(certificate)) s.fx.persist([s.setup.journal.certificate(certificate)], false);
  else s.broken = true; // two blocks notarized at one height
  for (const { signer, signature } of certificate.signatures) {
    if (!s.book.has(signer, certificate)) recordVote(s, signer, certificate, signature);
  }
  if (certificate.kind === 'notarize') onNotarized(s, certificate);
  if (certificate.height >= s.iteration) enter(s, certificate);
  if (s.chain.finalization !== null) finalizeChain(s);
}

/** A block is notarized: we vote to finalize it unless we gave up on its height. */
function onNotarized(s: State, certificate: Certificate): void {
  const { height, hash, key } = certificate;
  const proposal = s.proposals.get(height);
  if (proposal?.block.key === key && s.chain.block(key) === undefined) {
    s.chain.addBlock(proposal.block);
    s.fx.persist([s.setup.journal.block(proposal.block)], false);
  }
  const vote: Vote = { kind: 'finalize', height, hash };
  if (s.ballots.allows(vote)) cast(s, vote);
}

/** The height is notarized: on to the next iteration, and everybody shall see why. */
function enter(s: State, certificate: Certificate): void {
  s.iteration = certificate.height + 1;
  s.workSince = null;
  s.nudged = false;
  for (const height of s.proposals.keys()) if (height < s.iteration - PROPOSAL_HORIZON) s.proposals.delete(height);
  s.fx.send('all', encodeMessage({ t: 'certificates', certificates: [certificate] }, s.setup.table));
}

/** Gives up on the current height. */
export function skip(s: State): void {
  const vote: Vote = { kind: 'dummy', height: s.iteration, hash: NO_HASH };
  if (s.ballots.allows(vote)) cast(s, vote);
}

/** Says again what may have been lost: our votes for this iteration and those above the tip that may finalize something. */
export function resendVotes(s: State): void {
  const { table, self } = s.setup;
  const first = Math.max(s.chain.tip.height + 1, s.iteration - 4);
  for (let height = first; height <= s.iteration; height++) {
    for (const { vote, signature } of s.book.votesOf(self, height)) {
      if (height === s.iteration || vote.kind === 'finalize') {
        s.fx.send('all', encodeMessage({ t: 'vote', vote, signature }, table));
      }
    }
  }
}
