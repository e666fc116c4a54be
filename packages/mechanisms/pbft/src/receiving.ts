import type { NodeId } from '@hypersync/interface';
import { bundleStatement, type Bundle, type Signed, type Verdict } from '@hypersync/consensus-kit';
import { answerInquiry } from './accusing.ts';
import { isCheckpointWanted, onCheckpoint, onSnapshot } from './checkpointing.ts';
import { accountStatements, isAccountWanted, onAccount } from './disputes.ts';
import { onConflict } from './evidence.ts';
import { decodeMessage, isVote, type Message, type VoteMessage } from './messages.ts';
import { admitRequest, embodyAwaiting, isPrePrepareWanted, onPrePrepare, onVote, voteVerified } from './normal-case.ts';
import type { Vote } from './slots.ts';
import type { Conflict, State } from './state.ts';
import { certificateStatements, encodeStatement } from './statements.ts';
import { onStatus } from './status.ts';
import { isMetaDataWanted, onData, onFetch, onMetaData, siftData } from './transfer.ts';
import { viewChangeStatements } from './view-change.ts';
import { isChangeWanted, isNewViewWanted, newViewStatements, onNewView, onViewChange } from './view-changing.ts';

/** Bytes from a peer: decoded, sifted, and acted upon once every signature in them is known to be good. */
export function receive(s: State, from: NodeId, bytes: Uint8Array): void {
  if (!s.setup.table.has(from) || from === s.setup.self) return s.drop('stranger', from);
  if (s.guard.admit(s.now, from) === 'drop') return s.drop('quarantine', from);
  const message = decodeMessage(bytes, s.setup.shape);
  if (typeof message === 'string') return s.drop(message, from);
  if (isVote(message)) return onVote(s, from, message);
  const useful = sift(s, from, message);
  if (useful === null) return;
  const tag = s.inbox.enter(from, useful, bytes.length);
  if (tag === null) return s.drop('flood', from);
  settle(s, s.authenticator.verifyGroup(s.fx, from, tag, statementsOf(s, from, useful)));
}

/** What is left of a message once everything known or out of reach is taken away; null for nothing. */
function sift(s: State, from: NodeId, message: Exclude<Message, VoteMessage>): Message | null {
  switch (message.t) {
    case 'REQUEST': {
      const bundles = message.bundles.filter((bundle) => isRequestWanted(s, bundle));
      return bundles.length === 0 ? null : { ...message, bundles };
    }
    case 'PRE-PREPARE':
      return isPrePrepareWanted(s, from, message) ? message : null;
    case 'CHECKPOINT':
      return isCheckpointWanted(s, from, message) ? message : null;
    case 'VIEW-CHANGE':
      return isChangeWanted(s, message.change) ? message : null;
    case 'NEW-VIEW':
      return isNewViewWanted(s, message.newView) ? message : null;
    case 'META-DATA':
      return isMetaDataWanted(s, message) ? message : null;
    case 'DATA':
      return siftData(s, message);
    case 'SNAPSHOT':
      return s.compaction.wants(message.message, s.ledger.index) ? message : null;
    case 'ACCOUNT':
      return isAccountWanted(s, from) ? message : null;
    case 'STATUS':
    case 'FETCH':
      return message;
  }
}

function isRequestWanted(s: State, bundle: Bundle): boolean {
  return !s.pool.has(bundle.key) && !s.ledger.isDecided(bundle);
}

function statementsOf(s: State, from: NodeId, message: Message): Signed[] {
  switch (message.t) {
    case 'REQUEST':
      return message.bundles.map(bundleSigned);
    case 'PRE-PREPARE': {
      if (!s.signs) return [];
      const { view, signature } = message;
      return [{ signer: s.primaryOf(view), payload: encodeStatement(message), signature }];
    }
    case 'PREPARE':
    case 'COMMIT':
    case 'CHECKPOINT':
      return [{ signer: from, payload: encodeStatement(message), signature: message.signature }];
    case 'VIEW-CHANGE':
      return viewChangeStatements(message.change);
    case 'NEW-VIEW':
      return newViewStatements(s, message.newView);
    case 'META-DATA':
      return certificateStatements(message.proof);
    case 'DATA':
      return message.batches.flatMap(({ bundles }) => bundles.map(bundleSigned));
    case 'SNAPSHOT':
      return s.compaction.statements(from, message.message);
    case 'ACCOUNT':
      return accountStatements(s, message);
    case 'STATUS':
    case 'FETCH':
      return [];
  }
}

function bundleSigned(bundle: Bundle): Signed {
  return { signer: bundle.origin, payload: bundleStatement(bundle.id), signature: bundle.signature };
}

/** Verifies votes that are held back, as many as a quorum still needs: `weight` is known or being asked about. */
export function askForVotes(
  s: State,
  number: number,
  t: VoteMessage['t'],
  weight: number,
  held: readonly (readonly [NodeId, Vote])[],
): void {
  const { table } = s.setup;
  let sum = weight;
  for (const [voter, vote] of held) {
    if (table.isByzantineQuorum(sum)) return;
    const { view, digest, signature } = vote;
    const message: VoteMessage = { t, view, number, digest, signature };
    const tag = s.inbox.enter(voter, message, 160);
    if (tag === null) continue;
    vote.state = 'asked';
    sum += table.weightOf(voter);
    settle(s, s.authenticator.verifyGroup(s.fx, voter, tag, statementsOf(s, voter, message)));
  }
}

/** The signatures of a message were checked. */
export function settle(s: State, verdict: Verdict | null): void {
  if (verdict === null || verdict.kind !== 'group') return;
  const waiting = s.inbox.leave(verdict.tag);
  if (waiting === null) return;
  const { from, message } = waiting;
  if (message.t === 'INQUIRY') return answerInquiry(s, message.id, verdict.valid);
  if (!verdict.valid) s.drop('signature', from);
  if (isVote(message)) voteVerified(s, from, message, verdict.valid);
  else if (verdict.valid) act(s, from, message);
}

function act(s: State, from: NodeId, message: Exclude<Message, VoteMessage> | Conflict): void {
  switch (message.t) {
    case 'REQUEST':
      for (const bundle of message.bundles) admitRequest(s, bundle);
      return embodyAwaiting(s);
    case 'PRE-PREPARE':
      return onPrePrepare(s, message);
    case 'CHECKPOINT':
      return onCheckpoint(s, from, message);
    case 'VIEW-CHANGE':
      return onViewChange(s, message.change);
    case 'NEW-VIEW':
      return onNewView(s, message.newView);
    case 'STATUS':
      return onStatus(s, from, message);
    case 'FETCH':
      return onFetch(s, from, message);
    case 'META-DATA':
      return onMetaData(s, from, message);
    case 'DATA':
      return onData(s, message);
    case 'SNAPSHOT':
      return onSnapshot(s, from, message.message);
    case 'ACCOUNT':
      return onAccount(s, from, message);
    case 'CONFLICT':
      return onConflict(s, message);
  }
}
