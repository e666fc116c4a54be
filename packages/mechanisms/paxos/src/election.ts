import type { Micros, NodeId } from '@hypersync/interface';
import { compareBallots, type Ballot } from './ballot.ts';
import { acceptanceIn, lead, lose } from './leader.ts';
import type { ElectionMessage, NackMessage } from './messages.ts';
import { send, type PaxosNode } from './node.ts';

/**
 * Ballot Leader Election (figure 4 of the Omni-Paxos paper). Nobody votes: in rounds, everybody collects the ballots of
 * those that are alive; the highest ballot of a quorum-connected node leads. A node that sees enough others, but not the
 * leader, raises its own ballot above the leader's. That needs no quorum to agree on the failure, so one node that
 * reaches a quorum is enough.
 */
export interface Election {
  /** This node's own ballot. */
  ballot: Ballot;
  /** The highest ballot that was elected. */
  leader: Ballot;
  /** This node reached a quorum in its last complete round. */
  connected: boolean;
  /** The leader answered in the last complete round. */
  leaderAlive: boolean;
  round: number;
  endsAt: Micros;
  replies: Map<NodeId, { readonly ballot: Ballot; readonly connected: boolean }>;
}

export function initialElection(self: NodeId, promise: Ballot, now: Micros): Election {
  // An incarnation does not know how far an earlier one came in its ballot, so it must never lead in it again.
  const n = promise.pid === self ? promise.n + 1 : 0;
  return {
    ballot: { n, pid: self },
    leader: promise,
    connected: true,
    leaderAlive: false,
    round: 0,
    endsAt: now,
    replies: new Map(),
  };
}

export function endRound(node: PaxosNode): void {
  const { election } = node;
  if (election.round > 0) evaluate(node);
  election.round++;
  election.replies = new Map();
  election.endsAt = node.now + node.settings.electionTimeout;
  send(node, 'all', { type: 'heartbeat', round: election.round }, 'none');
}

function evaluate(node: PaxosNode): void {
  const { election } = node;
  const { readQuorum, writeQuorum } = node.settings;
  election.connected = election.replies.size + 1 >= Math.max(readQuorum, writeQuorum);
  const { pid } = election.leader;
  election.leaderAlive = pid === node.self || election.replies.has(pid);
  if (election.connected) checkLeader(node);
  const heard = node.following;
  if (heard !== null && heard.pid !== node.self && !election.replies.has(heard.pid)) node.following = null;
}

function checkLeader(node: PaxosNode): void {
  const { election } = node;
  let highest = election.ballot;
  for (const { ballot, connected } of election.replies.values())
    if (connected && compareBallots(ballot, highest) > 0) highest = ballot;
  const order = compareBallots(highest, election.leader);
  if (order < 0) raiseAbove(election, election.leader);
  else if (order > 0) elect(node, highest);
  else if (highest.pid === node.self && isOutbidByTheDead(node)) outbid(node, node.promise);
}

/**
 * This node is the elected leader, but its acceptor has promised a higher ballot, so it stepped down; and whoever was
 * promised has not been seen for a full round, or its ballot would be the highest.
 */
function isOutbidByTheDead({ leading, election, promisedInRound }: PaxosNode): boolean {
  return leading === null && election.round >= promisedInRound + 2;
}

/** Leads in a ballot above one that stands in the way. */
function outbid(node: PaxosNode, ballot: Ballot): void {
  const { election } = node;
  raiseAbove(election, ballot);
  election.leader = election.ballot;
  lead(node, election.ballot);
}

function raiseAbove(election: Election, ballot: Ballot): void {
  election.ballot = { n: ballot.n + 1, pid: election.ballot.pid };
}

function elect(node: PaxosNode, ballot: Ballot): void {
  const { election } = node;
  election.leader = ballot;
  election.leaderAlive = true;
  if (ballot.pid !== node.self) {
    stepDown(node);
  } else if (compareBallots(ballot, node.promise) > 0) {
    lead(node, ballot);
  } else {
    outbid(node, node.promise);
  }
}

/** Another ballot has taken over; what was learnt or gathered for the own one is void. */
export function stepDown(node: PaxosNode): void {
  if (node.leading === null) return;
  node.leading = null;
  node.pull = null;
  if (node.following?.pid === node.self) node.following = null;
}

/** Lost heartbeats are repeated within the round, so that a lossy link does not look like a dead one. */
export function repeatHeartbeats(node: PaxosNode): void {
  const { round, replies } = node.election;
  for (const peer of node.peers) if (!replies.has(peer)) send(node, peer, { type: 'heartbeat', round }, 'none');
}

export function onElectionMessage(node: PaxosNode, from: NodeId, m: ElectionMessage): void {
  const { election } = node;
  if (m.type === 'heartbeat') {
    const { ballot, connected } = election;
    send(node, from, { type: 'heartbeat-reply', round: m.round, ballot, connected }, 'none');
  } else if (m.round === election.round && m.ballot.pid === from) {
    election.replies.set(from, { ballot: m.ballot, connected: m.connected });
  }
}

/**
 * Somebody promised a higher ballot whose leader is gone, and now regards this node as leader: only a ballot above that
 * promise can take it in. Without its `raise`, a higher promise means that another leader is at work, which must not be
 * disturbed (the chained scenario).
 */
export function onNack(node: PaxosNode, from: NodeId, m: NackMessage): void {
  const acceptance = acceptanceIn(node, from, m.ballot);
  if (acceptance === null || compareBallots(m.promised, m.ballot) <= 0) return;
  lose(acceptance);
  if (m.raise) outbid(node, m.promised);
}
