import type { NodeId } from '@hypersync/interface';
import { compareBallots, sameBallot, type Ballot } from './ballot.ts';
import { stepDown } from './election.ts';
import type { AcceptMessage, DecideMessage, SyncMessage } from './messages.ts';
import { decide, promiseTo, send, type PaxosNode } from './node.ts';
import { placeQueued } from './proposals.ts';
import { askAgain } from './reads.ts';
import { startPull } from './transfer.ts';

/** Phase 1b: from now on nothing lower. The log that is described here must be on disk before anybody relies on it. */
export function onPrepare(node: PaxosNode, from: NodeId, ballot: Ballot): void {
  if (ballot.pid !== from || compareBallots(ballot, node.promise) < 0) {
    refuse(node, from, ballot);
    return;
  }
  if (!sameBallot(ballot, node.promise)) {
    promiseTo(node, ballot);
    stepDown(node);
    node.pull = null;
  }
  follow(node, ballot);
  const { accepted, decided } = node;
  send(node, from, { type: 'promise', ballot, accepted, length: node.log.length, decided }, 'all');
}

/** True when the message comes from the leader of the promised ballot; an older leader is told what it missed. */
export function belongs(node: PaxosNode, from: NodeId, ballot: Ballot): boolean {
  if (ballot.pid !== from || !sameBallot(ballot, node.promise)) {
    refuse(node, from, ballot);
    return false;
  }
  follow(node, ballot);
  return true;
}

function follow(node: PaxosNode, ballot: Ballot): void {
  if (node.following !== null && sameBallot(node.following, ballot)) return;
  node.following = ballot;
  placeQueued(node);
  askAgain(node);
}

/**
 * A full round of election after the promise, the leader elected here is still the lower ballot: whoever was promised is
 * gone, so the leader should raise its ballot to reach this acceptor again.
 */
function refuse(node: PaxosNode, to: NodeId, ballot: Ballot): void {
  if (compareBallots(ballot, node.promise) >= 0) {
    node.dropped++;
    return;
  }
  const { leader, leaderAlive, round } = node.election;
  const raise = leaderAlive && sameBallot(leader, ballot) && round >= node.promisedInRound + 2;
  send(node, to, { type: 'nack', ballot, promised: node.promise, raise }, 'acceptor');
}

/** The initial log of a ballot is accepted whole or not at all: half of one could hide what an earlier ballot decided. */
export function onSync(node: PaxosNode, from: NodeId, m: SyncMessage): void {
  const { length } = node.log;
  const inStep = sameBallot(node.accepted, m.ballot);
  if (inStep && length >= m.to) {
    replyAccepted(node, from, false);
    return;
  }
  if (node.pull !== null && sameBallot(node.pull.ballot, m.ballot)) return;
  const start = inStep ? length : m.from;
  if (start < node.decided || start > length) {
    node.dropped++;
    return;
  }
  const known = start >= m.from ? m.entries.slice(start - m.from) : [];
  startPull(node, { peer: from, ballot: m.ballot, from: start, to: m.to }, known);
}

/** Phase 2b. Within one ballot logs only grow, so what is here already is the same. */
export function onAccept(node: PaxosNode, from: NodeId, m: AcceptMessage): void {
  if (!sameBallot(node.accepted, m.ballot)) return;
  const { length } = node.log;
  if (m.from <= length) {
    node.log.append(m.entries.slice(length - m.from));
    learnDecided(node, m.decided);
  }
  replyAccepted(node, from, m.from > length);
}

export function replyAccepted(node: PaxosNode, to: NodeId, gap: boolean): void {
  send(node, to, { type: 'accepted', ballot: node.accepted, length: node.log.length, gap }, 'all');
}

export function onDecide(node: PaxosNode, m: DecideMessage): void {
  if (!sameBallot(node.accepted, m.ballot)) return;
  learnDecided(node, m.decided);
  if (m.opened) node.opened = { ballot: m.ballot, initial: m.initial };
}

function learnDecided(node: PaxosNode, decided: number): void {
  decide(node, Math.min(decided, node.log.length));
}
