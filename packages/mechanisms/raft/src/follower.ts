import type { NodeId } from '@hypersync/interface';
import { becomeFollower } from './election.ts';
import type { AppendMessage, Message } from './messages.ts';
import { resetElectionTimer, send, type RaftNode } from './node.ts';

/** Takes note of the leader of this term. False when the message is void: an old leader, or two leaders in one term. */
export function hear(node: RaftNode, from: NodeId, term: number): boolean {
  if (term < node.term) {
    // It may be a leader that we outran by an election which failed; our term makes it step down and start anew.
    send(node, from, { type: 'append-reply', term: node.term, ok: false, index: 0, hint: 0, hintTerm: 0 }, 'hard');
    return false;
  }
  const other = term === node.term && node.leader !== null && node.leader !== from;
  if (other) {
    node.dropped++;
    return false;
  }
  if (node.role !== 'follower' || term > node.term || node.leader !== from) becomeFollower(node, term, from);
  node.leaderHeardAt = node.now;
  resetElectionTimer(node);
  return true;
}

/** AppendEntries, figure 2. Answers only once the entries are on disk. */
export function onAppend(node: RaftNode, from: NodeId, m: AppendMessage): void {
  const { log } = node;
  if (m.prevIndex < node.commit) {
    // Old or repeated. What is committed here is in every later leader's log, so up to there we agree.
    replyAppended(node, from, node.commit);
    return;
  }
  if (log.termAt(m.prevIndex) !== m.prevTerm) {
    const hint = log.lastNotAfter(m.prevIndex, m.prevTerm);
    const hintTerm = log.termAt(hint) ?? 0;
    send(node, from, { type: 'append-reply', term: node.term, ok: false, index: m.prevIndex, hint, hintTerm }, 'hard');
    return;
  }
  let index = m.prevIndex + 1;
  let fresh = 0;
  while (fresh < m.entries.length && log.termAt(index) === m.entries[fresh]!.term) {
    index++;
    fresh++;
  }
  if (fresh < m.entries.length) {
    if (index <= log.lastIndex) log.truncateFrom(index);
    log.append(m.entries.slice(fresh));
  }
  const last = m.prevIndex + m.entries.length;
  learnCommit(node, Math.min(m.commit, last));
  replyAppended(node, from, last);
}

export function replyAppended(node: RaftNode, to: NodeId, index: number): void {
  send(node, to, { type: 'append-reply', term: node.term, ok: true, index, hint: 0, hintTerm: 0 }, 'all');
}

export function onHeartbeat(node: RaftNode, from: NodeId, m: Extract<Message, { type: 'heartbeat' }>): void {
  learnCommit(node, m.commit);
  send(node, from, { type: 'heartbeat-reply', term: node.term, round: m.round }, 'hard');
}

/** `commit` never exceeds what the sender knows, or has just made, equal between the two logs. */
export function learnCommit(node: RaftNode, commit: number): void {
  node.commit = Math.max(node.commit, Math.min(commit, node.log.lastIndex));
}
