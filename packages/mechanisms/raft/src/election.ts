import type { NodeId } from '@hypersync/interface';
import { isQuorum } from './configuration.ts';
import { isHardStateDurable, resetElectionTimer, send, sendToElectorate, setTerm, type RaftNode } from './node.ts';
import type { Message } from './messages.ts';
import { placeQueued } from './proposals.ts';
import { askAgain } from './reads.ts';
import { lead } from './replication.ts';
import { endTransfer } from './transfer.ts';

type Vote = Extract<Message, { type: 'vote' }>;
type VoteReply = Extract<Message, { type: 'vote-reply' }>;

/** Rules for servers, figure 2: a higher term makes everyone a follower in it. */
export function becomeFollower(node: RaftNode, term: number, leader: NodeId | null): void {
  if (term > node.term) setTerm(node, term, null);
  if (node.role === 'leader') {
    node.progress.clear();
    node.seen.clear();
    node.leaderReads.clear();
    node.change = null;
    node.leaseGuard = null;
    endTransfer(node);
    resetElectionTimer(node);
  }
  const known = node.leader;
  node.role = 'follower';
  node.leader = leader;
  node.votes.clear();
  if (leader !== null && leader !== known) {
    placeQueued(node);
    askAgain(node);
  }
}

/** The election timer fired. First ask whether an election could be won at all, without disturbing a leader (thesis 9.6). */
export function startPreVote(node: RaftNode): void {
  node.role = 'pre-candidate';
  node.leader = null;
  node.votes = new Set([node.self]);
  resetElectionTimer(node);
  sendToElectorate(node, voteRequest(node, true, false), 'none');
  if (hasWon(node)) startElection(node, false, 0);
}

/** `transfer`: the leader wants it; `releasedTerm`: and has given up the lease of that term. */
export function startElection(node: RaftNode, transfer: boolean, releasedTerm: number): void {
  node.leader = null;
  node.releasedTerm = releasedTerm;
  setTerm(node, node.term + 1, node.self);
  node.role = 'candidate';
  node.votes = new Set();
  resetElectionTimer(node);
  sendToElectorate(node, voteRequest(node, false, transfer), 'hard');
}

function hasWon(node: RaftNode): boolean {
  return isQuorum(node.log.configuration, (id) => node.votes.has(id));
}

function voteRequest(node: RaftNode, pre: boolean, transfer: boolean): Vote {
  const term = pre ? node.term + 1 : node.term;
  return { type: 'vote', pre, transfer, term, lastIndex: node.log.lastIndex, lastTerm: node.log.lastTerm };
}

/** A candidate's own vote counts once it is on disk. */
export function onHardStateDurable(node: RaftNode): void {
  if (node.role !== 'candidate' || !isHardStateDurable(node)) return;
  node.votes.add(node.self);
  countVotes(node);
}

function countVotes(node: RaftNode): void {
  if (hasWon(node)) lead(node);
}

export function onVote(node: RaftNode, from: NodeId, m: Vote): void {
  // Who hears a leader keeps to it: a node that was cut off, or removed, cannot depose it by coming back (section 6, thesis
  // 4.2.3). But for the one whom that leader wants.
  if (!m.transfer && hearsLeader(node)) return;
  if (m.pre) {
    const granted = m.term > node.term && isUpToDate(node, m);
    send(node, from, { type: 'vote-reply', pre: true, term: granted ? m.term : node.term, granted }, 'none');
    return;
  }
  if (m.term > node.term) becomeFollower(node, m.term, null);
  const granted =
    m.term === node.term &&
    (node.votedFor === null || node.votedFor === from) &&
    node.leader === null &&
    isUpToDate(node, m);
  if (granted) {
    if (node.votedFor === null) setTerm(node, node.term, from);
    resetElectionTimer(node);
  }
  send(node, from, { type: 'vote-reply', pre: false, term: node.term, granted }, 'hard');
}

function hearsLeader(node: RaftNode): boolean {
  if (node.role === 'leader') return true;
  const heard = node.leaderHeardAt;
  return node.leader !== null && heard !== null && node.now - heard < node.settings.electionTimeout;
}

/** Section 5.4.1: a later last term wins, then the longer log. */
function isUpToDate(node: RaftNode, m: Vote): boolean {
  const { lastIndex, lastTerm } = node.log;
  return m.lastTerm > lastTerm || (m.lastTerm === lastTerm && m.lastIndex >= lastIndex);
}

export function onVoteReply(node: RaftNode, from: NodeId, m: VoteReply): void {
  if (!m.granted) {
    if (m.term > node.term) becomeFollower(node, m.term, null);
    return;
  }
  if (m.pre) {
    if (node.role !== 'pre-candidate' || m.term !== node.term + 1) return;
    node.votes.add(from);
    if (hasWon(node)) startElection(node, false, 0);
  } else if (node.role === 'candidate' && m.term === node.term) {
    node.votes.add(from);
    countVotes(node);
  }
}
