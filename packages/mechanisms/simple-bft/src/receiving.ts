import type { NodeId } from '@hypersync/interface';
import { bundleStatement, type Bundle, type Signed, type Verdict } from '@hypersync/consensus-kit';
import { onBlocks, onFetch, onStatus } from './catch-up.ts';
import { onCompaction } from './checkpointing.ts';
import { decodeMessage, type Message } from './messages.ts';
import { isProposalWanted, onProposal } from './proposing.ts';
import type { State } from './state.ts';
import { isCertified, isWithinReach, learn, recordVote } from './voting.ts';
import { certificateStatements, proposalStatement, voteStatement, type Certificate } from './vote.ts';

/** Bytes from a peer: decoded, sifted, and acted upon once every signature in them is known to be good. */
export function receive(s: State, from: NodeId, bytes: Uint8Array): void {
  const message = decodeMessage(bytes, s.setup.shape);
  if (message === null || !s.setup.table.has(from)) {
    s.malformed++;
    return;
  }
  const useful = sift(s, from, message);
  if (useful === null) return;
  const tag = s.inbox.enter(from, useful, bytes.length);
  if (tag === null) s.malformed++;
  else settle(s, s.authenticator.verifyGroup(s.fx, from, tag, statementsOf(s, from, useful)));
}

/** What is left of a message once everything known or out of reach is taken away; null for nothing. */
function sift(s: State, from: NodeId, message: Message): Message | null {
  switch (message.t) {
    case 'bundles': {
      const bundles = message.bundles.filter((bundle) => isBundleWanted(s, bundle));
      return bundles.length === 0 ? null : { ...message, bundles };
    }
    case 'proposal': {
      if (!isProposalWanted(s, message.block)) return null;
      return { ...message, certificates: unknown(s, message.certificates) };
    }
    case 'vote':
      return isWithinReach(s, message.vote.height) && !s.book.has(from, message.vote) ? message : null;
    case 'certificates': {
      const certificates = unknown(s, message.certificates);
      return certificates.length === 0 ? null : { ...message, certificates };
    }
    case 'blocks':
      return { ...message, certificates: unknown(s, message.certificates) };
    case 'compaction':
      return s.compaction.wants(message.message, s.ledger.index) ? message : null;
    case 'status':
    case 'fetch':
      return message;
  }
}

function isBundleWanted(s: State, bundle: Bundle): boolean {
  return !s.pool.has(bundle.key) && !s.ledger.isDecided(bundle);
}

function unknown(s: State, certificates: readonly Certificate[]): Certificate[] {
  return certificates.filter((certificate) => !isCertified(s, certificate));
}

function statementsOf(s: State, from: NodeId, message: Message): Signed[] {
  switch (message.t) {
    case 'bundles':
      return message.bundles.map(bundleSigned);
    case 'proposal': {
      const { block, signature, certificates } = message;
      const leader = s.leaderOf(block.height);
      const bundles = block.bundles.filter((bundle) => !s.pool.has(bundle.key)).map(bundleSigned);
      const proposal = { signer: leader, payload: proposalStatement(block.height, block.hash), signature };
      return [proposal, ...bundles, ...certificates.flatMap(certificateStatements)];
    }
    case 'vote':
      return [{ signer: from, payload: voteStatement(message.vote), signature: message.signature }];
    case 'certificates':
    case 'blocks':
      return message.certificates.flatMap(certificateStatements);
    case 'compaction':
      return s.compaction.statements(from, message.message);
    case 'status':
    case 'fetch':
      return [];
  }
}

function bundleSigned(bundle: Bundle): Signed {
  return { signer: bundle.origin, payload: bundleStatement(bundle.id), signature: bundle.signature };
}

/** The signatures of a message were checked. */
export function settle(s: State, verdict: Verdict | null): void {
  if (verdict === null || verdict.kind !== 'group') return;
  const waiting = s.inbox.leave(verdict.tag);
  if (waiting === null) return;
  if (verdict.valid) act(s, waiting.from, waiting.message);
  else s.malformed++;
}

function act(s: State, from: NodeId, message: Message): void {
  switch (message.t) {
    case 'bundles':
      for (const bundle of message.bundles) s.pool.add(bundle, s.ledger);
      return;
    case 'proposal':
      for (const certificate of message.certificates) learn(s, certificate);
      return onProposal(s, message);
    case 'vote':
      return recordVote(s, from, message.vote, message.signature);
    case 'certificates':
      for (const certificate of message.certificates) learn(s, certificate);
      return;
    case 'blocks':
      return onBlocks(s, message);
    case 'status':
      return onStatus(s, from, message);
    case 'fetch':
      return onFetch(s, from, message);
    case 'compaction':
      return onCompaction(s, from, message.message);
  }
}
