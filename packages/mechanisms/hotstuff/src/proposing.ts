import { evidenceFor, witnessProposals } from './accountability.ts';
import { makeBlock } from './block.ts';
import { commitBy } from './committing.ts';
import type { Message } from './messages.ts';
import { encodeMessage } from './messages.ts';
import { hasWork, selectPayload } from './payload.ts';
import { KEPT_ROUNDS, keepCertified, learnQc, learnTc } from './rounds.ts';
import type { Casting, State } from './state.ts';
import { castVote, consider, gate, hasPlace, sign } from './voting.ts';
import type { TimeoutCertificate, Vote } from './certificate.ts';
import { hashKey } from '@hypersync/consensus-kit';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

/** What lets this member propose in its round: undefined for nothing, null for the QC of the round before, or a TC. */
function justification(s: State): TimeoutCertificate | null | undefined {
  if (s.highQc.round === s.round - 1) return null;
  const tc = s.highTc;
  return tc?.round === s.round - 1 && s.highQc.round >= tc.highRound ? tc : undefined;
}

/**
 * Others have work, even if we have none: they gave up on a round (somebody honest among them), or certified blocks stand
 * on the tip that commit nothing. A leader that rested then would keep them from two rounds in a row.
 */
function isUnsettled(s: State): boolean {
  if (s.highQc.round < s.round - 1) return true;
  const way = s.highQc.round > s.tree.tip.round ? s.tree.pathTo(s.highQc) : 'conflict';
  return way !== 'conflict' && 'path' in way && way.path.length >= s.setup.config.chainLength;
}

/**
 * A leader with work proposes, once per round: what is undecided and not in its ancestors, or an empty block as long as
 * a payload below it is not committed. Its own vote is part of the same write, so that a restart cannot make it propose
 * again.
 */
export function propose(s: State): void {
  if (s.leaderOf(s.round) !== s.setup.self || s.isSilent || !(hasWork(s) || isUnsettled(s))) return;
  if (s.safety.record.lastVotedRound >= s.round || s.proposals.has(s.round)) return;
  const tc = justification(s);
  if (tc === undefined || s.highQc.round < s.tree.tip.round) return;
  const parent = s.highQc.key === s.tree.tip.key ? s.tree.tip : s.tree.get(s.highQc.key)?.block;
  if (parent === undefined) return;
  const bundles = selectPayload(s, parent.key);
  const block = makeBlock({
    round: s.round,
    height: parent.height + 1,
    author: s.setup.self,
    qc: s.highQc,
    bundleIds: bundles.map(({ id }) => id),
    evidence: evidenceFor(s, parent.key),
  });
  if (!hasPlace(s, block) || !s.safety.allows(block, tc)) return;
  s.proposals.set(block.round, { block, tc, signature: new Uint8Array(0) });
  const token = castVote(s, { block, bundles }, tc);
  sign(s, { kind: 'proposal', round: block.round, id: block.id }, token);
}

/** Our signature under our own proposal arrived. */
export function proposalSigned(
  s: State,
  { round, id }: Pick<Vote, 'round' | 'id'>,
  { signature, token }: Casting,
): void {
  const proposal = s.proposals.get(round);
  if (proposal?.block.key !== hashKey(id) || signature === null) return;
  const { block, tc } = proposal;
  s.proposals.set(round, { block, tc, signature });
  const bytes = encodeMessage({ t: 'proposal', block, signature, tc }, s.setup.table);
  s.fx.send('all', bytes, { after: gate(s, token) });
}

/** Is a proposal recent, and not the one we have? */
export function isProposalWanted(s: State, { round, key }: Of<'proposal'>['block']): boolean {
  return round > s.tree.tip.round && round >= s.round - KEPT_ROUNDS && s.proposals.get(round)?.block.key !== key;
}

/** A proposal whose signature and certificates are known to be good. */
export function onProposal(s: State, { block, tc, signature }: Of<'proposal'>): void {
  learnQc(s, block.qc);
  if (tc !== null) learnTc(s, tc);
  const { round, author } = block;
  const known = s.proposals.get(round);
  if (known !== undefined && known.block.key !== block.key) witnessProposals(s, known, { block, tc, signature });
  if (author !== s.leaderOf(round) || round < s.round - KEPT_ROUNDS) return;
  if (known === undefined || known.block.author !== author) s.proposals.set(round, { block, tc, signature });
  if (s.tree.isCertified(block)) {
    keepCertified(s, block);
    commitBy(s, s.highQc);
  }
  consider(s);
}
