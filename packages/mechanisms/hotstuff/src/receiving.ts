import type { NodeId } from '@hypersync/interface';
import { bundleStatement, type Bundle, type Signed, type Verdict } from '@hypersync/consensus-kit';
import { answerInquiry, evidenceStatements } from './accountability.ts';
import { encodeStatement, isSameId, qcStatements, tcStatements, type QuorumCertificate } from './certificate.ts';
import { onBlocks, onFetch, onWant } from './catch-up.ts';
import { isCompactionWanted, onCompaction } from './checkpointing.ts';
import { newIn, onTestimony } from './forensics.ts';
import { decodeMessage, type Message, type SignedVote } from './messages.ts';
import { onStatus, onSync, onTimeout } from './pacemaker.ts';
import { isBundleWanted, takeBundle } from './payload.ts';
import { isProposalWanted, onProposal } from './proposing.ts';
import { isNews } from './rounds.ts';
import { isJustified } from './safety.ts';
import type { State } from './state.ts';
import { consider, isWithinReach, recordVote } from './voting.ts';

/** Bytes from a peer: decoded, sifted, and acted upon once every signature in them is known to be good. */
export function receive(s: State, from: NodeId, bytes: Uint8Array): void {
  const message = s.setup.table.has(from) ? decodeMessage(bytes, s.setup.shape) : null;
  if (message === null) return void drop(s, from);
  const useful = sift(s, from, message);
  if (useful === null) return;
  const tag = s.inbox.enter(from, useful, bytes.length);
  if (tag === null) return s.guard.suspect(s.now, from, 'flood');
  const verdict = s.authenticator.verifyGroup(s.fx, from, tag, statementsOf(s, from, useful));
  if (verdict?.kind !== 'group' || verdict.valid) return settle(s, verdict);
  s.inbox.leave(tag); // too much of this peer is being checked already
  s.guard.suspect(s.now, from, 'flood');
}

/** What is left of a message once everything known or out of reach is taken away; null for nothing. */
function sift(s: State, from: NodeId, message: Message): Message | null {
  switch (message.t) {
    case 'batch': {
      const bundles = message.bundles.filter((bundle) => isBundleWanted(s, bundle));
      return bundles.length === 0 ? null : { ...message, bundles };
    }
    case 'proposal': {
      const { block, tc } = message;
      if (!isProposalWanted(s, block)) return isNews(s, block.qc) ? { t: 'sync', highQc: block.qc, tc: null } : null;
      if (!isJustified(block, tc) || evidenceStatements(s, block.evidence) === null) return drop(s, from);
      return block.round === block.qc.round + 1 ? { ...message, tc: null } : message;
    }
    case 'vote':
      return isWithinReach(s, message.vote.round) && !s.ballots.has(from, message.vote) ? message : null;
    case 'timeout':
      return message;
    case 'sync': {
      const tc = message.tc !== null && message.tc.round >= s.round ? message.tc : null;
      const saysNothing = tc === null && message.highQc.round === s.highQc.round && !isNews(s, message.highQc);
      return saysNothing ? null : { ...message, tc };
    }
    case 'compaction':
      return isCompactionWanted(s, message.message) ? message : null;
    case 'testimony':
      return newIn(s, message);
    case 'blocks':
    case 'status':
    case 'fetch':
    case 'want':
      return message;
  }
}

/** An honest peer sends nothing that is wrong in itself. */
function drop(s: State, from: NodeId): null {
  s.malformed++;
  s.guard.suspect(s.now, from, 'malformed');
  return null;
}

function statementsOf(s: State, from: NodeId, message: Message): Signed[] {
  const newQc = (qc: QuorumCertificate | null): Signed[] => (qc !== null && isNews(s, qc) ? qcStatements(qc) : []);
  switch (message.t) {
    case 'batch':
      return message.bundles.map(bundleSigned);
    case 'proposal': {
      const { block, signature, tc } = message;
      const payload = encodeStatement({ kind: 'proposal', round: block.round, id: block.id });
      const justification = tc === null ? [] : tcStatements(tc);
      const evidence = evidenceStatements(s, block.evidence) ?? [];
      return [{ signer: block.author, payload, signature }, ...votesIn(s, block.qc), ...justification, ...evidence];
    }
    case 'vote':
      return [voteSigned(from, message)];
    case 'timeout': {
      const { round, highQc, signature, vote } = message;
      const payload = encodeStatement({ kind: 'timeout', round, highRound: highQc.round });
      const votes = vote === null ? [] : [voteSigned(from, vote)];
      return [{ signer: from, payload, signature }, ...votes, ...newQc(highQc)];
    }
    case 'sync':
      return [...newQc(message.highQc), ...(message.tc === null ? [] : tcStatements(message.tc))];
    case 'blocks': {
      const offered = message.blocks.filter(({ block }) => block.round > s.tree.tip.round);
      return [...newQc(message.qc), ...offered.flatMap(({ block }) => votesIn(s, block.qc))];
    }
    case 'compaction':
      return s.compaction.statements(from, message.message);
    case 'testimony':
      return [...message.qcs.flatMap(qcStatements), ...message.tcs.flatMap(tcStatements)];
    case 'status':
    case 'fetch':
    case 'want':
      return [];
  }
}

/**
 * The votes in the QC of a block that may be kept: an id does not cover them, so also where the QC is no news; we shall show
 * them to others, and convict by them.
 */
function votesIn(s: State, qc: QuorumCertificate): Signed[] {
  const known = s.recentQcs.get(qc.round);
  const isSame =
    known?.key === qc.key &&
    known.signatures.length === qc.signatures.length &&
    known.signatures.every(({ signer, signature }, i) => {
      const other = qc.signatures[i]!;
      return signer === other.signer && isSameId(signature, other.signature);
    });
  return isSame ? [] : qcStatements(qc);
}

function voteSigned(signer: NodeId, { vote, signature }: SignedVote): Signed {
  return { signer, payload: encodeStatement({ kind: 'vote', ...vote }), signature };
}

function bundleSigned(bundle: Bundle): Signed {
  return { signer: bundle.origin, payload: bundleStatement(bundle.id), signature: bundle.signature };
}

/** The signatures of a message were checked. */
export function settle(s: State, verdict: Verdict | null): void {
  if (verdict === null || verdict.kind !== 'group') return;
  const waiting = s.inbox.leave(verdict.tag);
  if (waiting === null) return;
  const { from, message } = waiting;
  if (message.t === 'inquiry') answerInquiry(s, message.id, verdict.valid);
  else if (verdict.valid) act(s, from, message);
  else s.guard.suspect(s.now, from, 'bad-signature');
}

function act(s: State, from: NodeId, message: Message): void {
  switch (message.t) {
    case 'batch':
      for (const bundle of message.bundles) takeBundle(s, bundle);
      return consider(s);
    case 'proposal':
      return onProposal(s, message);
    case 'vote':
      return recordVote(s, from, message);
    case 'timeout':
      return onTimeout(s, from, message);
    case 'sync':
      return onSync(s, from, message);
    case 'status':
      return onStatus(s, from, message);
    case 'fetch':
      return onFetch(s, from, message);
    case 'blocks':
      return onBlocks(s, message);
    case 'want':
      return onWant(s, from, message);
    case 'compaction':
      return onCompaction(s, from, message.message);
    case 'testimony':
      return onTestimony(s, message);
  }
}
