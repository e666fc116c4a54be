import { witnessTimeout, witnessVote } from './accountability.ts';
import { EVIDENCE_DEPTH } from './ballot-box.ts';
import type { Block } from './block.ts';
import type { QuorumCertificate, TimeoutCertificate } from './certificate.ts';
import { commitBy } from './committing.ts';
import { breakOff, compareQcs, compareWithShown } from './forensics.ts';
import { fill, pruneFetched } from './payload.ts';
import type { State } from './state.ts';

/** Proposals are kept for so many rounds below ours, and in case a QC names them late. */
export const KEPT_ROUNDS = 8;

/** QCs remembered to be compared with what others show. */
const REMEMBERED_QCS = 512;

/** Would this QC tell us anything? */
export function isNews(s: State, qc: QuorumCertificate): boolean {
  return (qc.round > s.tree.tip.round && !s.tree.isCertified(qc)) || rivalOf(s, qc) !== null;
}

/** The QC that we know of another block in its round. */
function rivalOf(s: State, { round, key }: QuorumCertificate): QuorumCertificate | null {
  const known = s.recentQcs.get(round);
  return known === undefined || known.key === key ? null : known;
}

function remember(s: State, qc: QuorumCertificate): void {
  s.recentQcs.set(qc.round, qc);
  if (s.recentQcs.size <= REMEMBERED_QCS) return;
  for (const oldest of s.recentQcs.keys()) {
    s.recentQcs.delete(oldest);
    return;
  }
}

/** Takes a QC whose signatures are known to be good. */
export function learnQc(s: State, qc: QuorumCertificate): void {
  if (!isNews(s, qc)) return;
  const rival = rivalOf(s, qc);
  if (rival !== null) {
    compareQcs(s, rival, qc);
    return breakOff(s, qc.round);
  }
  compareWithShown(s, qc);
  remember(s, qc);
  s.tree.certify(qc);
  if (qc.round >= s.round - EVIDENCE_DEPTH) {
    const { round, id, parentRound, lockRound } = qc;
    for (const { signer, signature } of qc.signatures) {
      if (!s.ballots.has(signer, qc))
        witnessVote(s, signer, { vote: { round, id, parentRound, lockRound }, signature });
    }
  }
  if (qc.round > s.highQc.round) s.highQc = qc;
  const proposal = s.proposals.get(qc.round);
  if (proposal?.block.key === qc.key) keepCertified(s, proposal.block);
  if (qc.round >= s.round) enterRound(s, qc.round + 1);
  commitBy(s, qc);
}

/** A certified block enters the tree once its payload is here. */
export function keepCertified(s: State, block: Block): void {
  const full = fill(s, block);
  if (full !== null && s.tree.add(full)) s.fx.persist([s.setup.journal.block(full)], false);
}

/**
 * Takes a TC whose signatures are known to be good. One that claims QCs that nobody has shown us would let nobody
 * propose after it, so it moves us on only once we hold a QC as high.
 */
export function learnTc(s: State, tc: TimeoutCertificate): void {
  if (tc.round < s.round || tc.highRound > s.highQc.round) return;
  for (const share of tc.shares) witnessTimeout(s, { ...share, round: tc.round });
  s.highTc = tc;
  s.failures++;
  enterRound(s, tc.round + 1);
}

function enterRound(s: State, round: number): void {
  s.round = round;
  s.roundSince = s.now;
  s.repeats = 0;
  s.repeatAt = null;
  s.nudged = false;
  s.ballots.forgetBelow(round - EVIDENCE_DEPTH);
  for (const known of s.proposals.keys()) if (known < round - KEPT_ROUNDS) s.proposals.delete(known);
  if (s.fetched.size > 0) pruneFetched(s);
}
