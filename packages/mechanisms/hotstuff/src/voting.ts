import type { NodeId, Token } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { witnessVote } from './accountability.ts';
import { EVIDENCE_DEPTH, VOTE_HORIZON } from './ballot-box.ts';
import type { Block, FullBlock } from './block.ts';
import { encodeStatement, type Statement, type TimeoutCertificate, type Vote } from './certificate.ts';
import { keepJustification } from './forensics.ts';
import { encodeMessage, type SignedVote } from './messages.ts';
import { fill, hasWork, isWithinSize } from './payload.ts';
import { learnQc } from './rounds.ts';
import { voteFor } from './safety.ts';
import type { Casting, State } from './state.ts';

/** Asks for our signature; the statement leaves and counts once it is signed and `token` is durable. */
export function sign(s: State, statement: Statement, token: Token): void {
  const payload = encodeStatement(statement);
  s.casting.set(hashKey(payload), { statement, token, signature: null });
  s.authenticator.sign(s.fx, payload);
}

/** Our signature under one of our statements; null when it is none of these. */
export function takeSignature(s: State, { payload, signature }: Signed): Casting | null {
  const casting = s.casting.get(hashKey(payload));
  if (casting === undefined) return null;
  casting.signature = signature;
  return casting;
}

/** What a message must wait for. */
export function gate(s: State, token: Token): Token | undefined {
  return token > s.durable ? token : undefined;
}

/** Does the block continue a chain that we hold down to the committed tip, in the right height? */
export function hasPlace(s: State, block: Block): boolean {
  const { tip } = s.tree;
  if (block.qc.round < tip.round) return false;
  const way = s.tree.pathTo(block.qc);
  if (way === 'conflict' || 'missing' in way) return false;
  const parent = way.path.at(-1)?.block;
  return (
    block.height === (parent ?? tip).height + 1 && (parent === undefined || block.qc.parentRound === parent.qc.round)
  );
}

/** Votes for the proposal of this round, if the safety rules allow it and everything it names is here. */
export function consider(s: State): void {
  const proposal = s.proposals.get(s.round);
  if (proposal === undefined || s.isSilent) return;
  const { block, tc } = proposal;
  if (!s.safety.allows(block, tc) || block.author !== s.leaderOf(block.round)) return;
  const full = fill(s, block);
  if (full !== null && hasPlace(s, block) && isWithinSize(s, full.bundles)) castVote(s, full, tc);
}

/** Writes down the vote and the block with its payload, and asks for the signature. Returns what to wait for. */
export function castVote(s: State, full: FullBlock, tc: TimeoutCertificate | null): Token {
  const { journal, config } = s.setup;
  const record = s.safety.vote(full.block, tc);
  s.tree.add(full);
  const writes = [journal.safety(record), journal.block(full), ...s.unsavedCertificates()];
  if (tc !== null && config.chainLength === 2) {
    keepJustification(s, tc);
    writes.push(journal.justification(tc));
  }
  const token = s.fx.persist(writes);
  sign(s, { kind: 'vote', ...voteFor(full.block, config.chainLength) }, token);
  return token;
}

/** A vote goes to the leader of the next round, who makes a QC of it. */
export function sendVote(s: State, vote: Vote, { signature, token }: Casting): void {
  const collector = s.leaderOf(vote.round + 1);
  if (collector === s.setup.self || signature === null) return;
  const bytes = encodeMessage({ t: 'vote', vote, signature }, s.setup.table);
  s.fx.send(collector, bytes, { after: gate(s, token) });
}

export function isWithinReach(s: State, round: number): boolean {
  return round >= s.round - EVIDENCE_DEPTH && round <= s.round + VOTE_HORIZON;
}

/** Counts one verified vote. Whoever completes a QC goes on by it; only the next leader tells the others. */
export function recordVote(s: State, voter: NodeId, signed: SignedVote): void {
  const { vote } = signed;
  if (!isWithinReach(s, vote.round)) return;
  witnessVote(s, voter, signed);
  if (vote.round <= s.tree.tip.round || s.tree.isCertified({ round: vote.round, key: hashKey(vote.id) })) return;
  const qc = s.ballots.certificate(vote);
  if (qc === null) return;
  learnQc(s, qc);
  // with nothing left to propose, no block would carry this QC to those for whom it decides something
  if (s.leaderOf(vote.round + 1) === s.setup.self && !hasWork(s)) tellQc(s);
}

function tellQc(s: State): void {
  s.fx.send('all', encodeMessage({ t: 'sync', highQc: s.highQc, tc: null }, s.setup.table));
}
