import type { NodeId } from '@hypersync/interface';
import { bundleStatement, type Bundle, type Signed, type Verdict } from '@hypersync/consensus-kit';
import type { Suspicion } from '@hypersync/governance';
import { isWanted, noteProof } from './accusing.ts';
import type { Block } from './block.ts';
import { bytesSame } from './bytes-same.ts';
import { recordVote } from './casting.ts';
import { onCertificate, onDecided, onFetch, onStatus } from './catch-up.ts';
import { onCompaction } from './checkpointing.ts';
import { readEvidence } from './evidence.ts';
import { decodeMessage, type Message } from './messages.ts';
import { onProposal } from './judging.ts';
import type { State } from './state.ts';
import { timeoutVote } from './timeouts.ts';
import { certificateStatements, proposalStatement, voteStatement, type Certificate } from './vote.ts';

/** Proposals are taken from so many rounds behind the current one to so many ahead: each round has one proposer. */
const PROPOSALS_BEHIND = 2;
const PROPOSALS_AHEAD = 8;

/** The guard's word on a message: now, after all others of this step, or not at all. */
export function admit(s: State, from: NodeId, bytes: Uint8Array): void {
  const admission = s.guard.admit(s.now, from);
  if (admission === 'process') receive(s, from, bytes);
  else if (admission === 'defer') s.deferred.push({ from, bytes });
  else s.dropped++;
}

/** Bytes from a peer: decoded, sifted, and acted upon once every signature in them is known to be good. */
export function receive(s: State, from: NodeId, bytes: Uint8Array): void {
  const message = decodeMessage(bytes, s.setup.shape);
  if (message === null) return refuse(s, from, 'malformed');
  if (isEarly(s, from, message, bytes)) return;
  const useful = sift(s, message);
  if (useful === null) return;
  const tag = s.inbox.enter(from, useful, bytes.length);
  if (tag === null) return refuse(s, from, 'flood');
  const verdict = s.authenticator.verifyGroup(s.fx, from, tag, statementsOf(s, from, useful));
  if (verdict?.kind === 'group' && !verdict.valid) {
    s.inbox.leave(tag); // not asked at all: too much of this peer is being verified
    return refuse(s, from, 'flood');
  }
  settle(s, verdict);
}

function refuse(s: State, from: NodeId, why: Suspicion): void {
  s.dropped++;
  s.guard.suspect(s.now, from, why);
}

/** Messages for later heights wait for them; whoever sends them may have more to show. */
function isEarly(s: State, from: NodeId, message: Message, bytes: Uint8Array): boolean {
  const height = heightOf(message);
  if (height === null || height <= s.instance.height) return false;
  s.early.keep(from, height, bytes, s.instance.height);
  s.lag ??= { height: s.instance.height, from, at: s.now + timeoutVote(s.setup.config, 0) };
  return true;
}

function heightOf(message: Message): number | null {
  if (message.t === 'proposal') return message.outline.header.height;
  if (message.t === 'votes') return message.votes[0]?.vote.height ?? null;
  return message.t === 'certificates' ? (message.certificates[0]?.height ?? null) : null;
}

/** What is left of a message once everything known or out of reach is taken away; null for nothing. */
function sift(s: State, message: Message): Message | null {
  switch (message.t) {
    case 'bundles': {
      const bundles = message.bundles.filter((bundle) => !s.pool.has(bundle.key) && !s.ledger.isDecided(bundle));
      return bundles.length === 0 ? null : { ...message, bundles };
    }
    case 'proposal':
      return isProposalWanted(s, message) ? message : null;
    case 'votes': {
      const votes = message.votes.filter(({ voter, vote }) => votesAt(s, vote.height)?.has(voter, vote) === false);
      return votes.length === 0 ? null : { ...message, votes };
    }
    case 'certificates': {
      const certificates = message.certificates.filter((certificate) => isNews(s, certificate));
      return certificates.length === 0 ? null : { ...message, certificates };
    }
    case 'block':
      return isNamed(s, message.block) ? message : null;
    case 'decided': {
      const blocks = message.blocks.filter(({ block }) => block.header.height > s.chain.height);
      return blocks[0]?.block.header.height === s.instance.height ? { ...message, blocks } : null;
    }
    case 'evidence': {
      const proofs = message.proofs.filter((proof) => isWanted(s, proof));
      return proofs.length === 0 ? null : { ...message, proofs };
    }
    case 'compaction':
      return s.compaction.wants(message.message, s.ledger.index) ? message : null;
    case 'status':
    case 'fetch':
      return message;
  }
}

function votesAt(s: State, height: number) {
  return height === s.instance.height ? s.instance.votes : s.past.get(height);
}

function isProposalWanted(s: State, { outline, round, polRound, pol }: Extract<Message, { t: 'proposal' }>): boolean {
  const { instance: i } = s;
  if (outline.header.height !== i.height) return false;
  if (round < i.round - PROPOSALS_BEHIND || round > i.round + PROPOSALS_AHEAD) return false;
  if (pol !== null && (pol.round !== polRound || pol.key !== outline.key || pol.height !== i.height)) return false;
  const known = i.proposals.get(round);
  return known?.key !== outline.key || known.polRound !== polRound;
}

/** A certificate of this height that we lack, or one of a decided height that contradicts ours. */
function isNews(s: State, certificate: Certificate): boolean {
  const { type, height, round, key } = certificate;
  if (key === '') return false;
  const { votes } = s.instance;
  if (height === s.instance.height) return type === 'precommit' ? votes.commit === null : votes.pol(round) === null;
  const decided = s.log.at(height);
  return decided !== undefined && decided.commit.key !== key;
}

/** Is the block one that a certificate or a proposal of this height names, and that we lack? */
function isNamed(s: State, block: Block): boolean {
  const { instance: i } = s;
  if (block.header.height !== i.height || i.values.has(block.key)) return false;
  if (i.proposals.get(i.round)?.key === block.key) return true;
  for (const { key } of i.votes.certificates()) if (key === block.key) return true;
  return false;
}

function statementsOf(s: State, from: NodeId, message: Message): Signed[] {
  switch (message.t) {
    case 'bundles':
      return message.bundles.map(bundleSigned);
    case 'proposal': {
      const { outline, round, polRound, signature, pol } = message;
      const head = { height: outline.header.height, round, polRound, id: outline.id };
      const signer = s.instance.proposer(round);
      return [
        { signer, payload: proposalStatement(head), signature },
        ...(pol === null ? [] : certificateStatements(pol)),
        ...outline.evidence.flatMap(accusations),
      ];
    }
    case 'votes':
      return message.votes.map(({ voter, vote, signature }) => ({
        signer: voter,
        payload: voteStatement(vote),
        signature,
      }));
    case 'certificates':
      return message.certificates.flatMap(certificateStatements);
    case 'block':
      return contents(s, message.block);
    case 'decided':
      return message.blocks.flatMap(({ commit }) => certificateStatements(commit));
    case 'evidence':
      return message.proofs.flatMap(accusations);
    case 'compaction':
      return s.compaction.statements(from, message.message);
    case 'status':
    case 'fetch':
      return [];
  }
}

/** What is signed inside a block: we may propose it again, so all of it must hold for everybody. */
function contents(s: State, block: Block): Signed[] {
  const bundles = block.bundles.filter(({ key, signature }) => {
    const known = s.pool.get(key);
    return known === undefined || !bytesSame(known.signature, signature); // the id does not cover signatures
  });
  return [...bundles.map(bundleSigned), ...block.evidence.flatMap(accusations)];
}

function accusations(proof: Uint8Array): readonly Signed[] {
  return readEvidence(proof)?.statements ?? [];
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
  else refuse(s, waiting.from, 'bad-signature');
}

function onBlock(s: State, block: Block): void {
  if (!isNamed(s, block)) return;
  s.instance.values.set(block.key, block);
  for (const bundle of block.bundles) s.pool.add(bundle, s.ledger);
}

function act(s: State, from: NodeId, message: Message): void {
  switch (message.t) {
    case 'bundles':
      for (const bundle of message.bundles) s.pool.add(bundle, s.ledger);
      return;
    case 'proposal':
      return onProposal(s, message);
    case 'votes':
      for (const { voter, vote, signature } of message.votes) recordVote(s, voter, vote, signature);
      return;
    case 'certificates':
      for (const certificate of message.certificates) onCertificate(s, certificate);
      return;
    case 'block':
      return onBlock(s, message.block);
    case 'decided':
      return onDecided(s, from, message);
    case 'status':
      return onStatus(s, from, message);
    case 'fetch':
      return onFetch(s, from, message);
    case 'evidence':
      for (const proof of message.proofs) noteProof(s, proof);
      return;
    case 'compaction':
      return onCompaction(s, from, message.message);
  }
}
