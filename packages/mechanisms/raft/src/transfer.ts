import type { Input, Micros, NodeId, Ticket } from '@hypersync/interface';
import { hasId, isVoter } from './configuration.ts';
import { becomeFollower, startElection } from './election.ts';
import type { Message } from './messages.ts';
import { send, type RaftNode } from './node.ts';
import { placeQueued } from './proposals.ts';

/** A leader on its way out (thesis 3.10): it takes nothing new, brings its successor up to date and tells it to stand. */
export interface Transfer {
  readonly ticket: Ticket | null;
  readonly to: NodeId;
  readonly deadline: Micros;
  told: boolean;
}

/** A hand-over that this node began and whose end it has not seen. */
export interface HandOver {
  readonly ticket: Ticket;
  readonly deadline: Micros;
}

export function onTransfer(node: RaftNode, input: Extract<Input<'total-order'>, { t: 'transfer' }>): void {
  const { ticket } = input;
  node.fx.open(ticket);
  if (node.role !== 'leader') return node.fx.reject(ticket, 'not-leader', node.leader);
  if (node.transfer !== null || node.handOver !== null) return node.fx.reject(ticket, 'overloaded', node.self);
  const to = input.to ?? successor(node);
  if (to === node.self) return node.fx.resolve(ticket, { kind: 'committed', position: here(node) });
  if (to === null || !hasId(node.log.configuration.voters, to)) return node.fx.reject(ticket, 'invalid');
  beginTransfer(node, to, ticket);
}

export function beginTransfer(node: RaftNode, to: NodeId, ticket: Ticket | null): void {
  node.transfer = { ticket, to, deadline: node.now + node.settings.electionTimeout, told: false };
}

/** The voter whose log is the longest. */
export function successor(node: RaftNode): NodeId | null {
  let best: NodeId | null = null;
  for (const { id } of node.log.configuration.voters) {
    const match = node.progress.get(id)?.match ?? -1;
    if (match >= 0 && (best === null || match > node.progress.get(best)!.match)) best = id;
  }
  return best;
}

/** Once the successor has everything, it may stand. From then on this leader answers no read under its lease. */
export function advanceTransfer(node: RaftNode): void {
  const { transfer } = node;
  if (transfer === null) return;
  const p = node.progress.get(transfer.to);
  if (node.now >= transfer.deadline || p === undefined) {
    node.transfer = null;
    node.leaseReleased = false;
    if (transfer.ticket !== null) node.fx.reject(transfer.ticket, 'no-quorum', node.self);
    if (isVoter(node.log.configuration, node.self)) placeQueued(node);
    else becomeFollower(node, node.term, null);
    return;
  }
  if (transfer.told || p.match < node.log.lastIndex) return;
  transfer.told = true;
  // Older leaders' leases have run out if something of this term is committed; so giving up ours leaves none.
  const released = node.log.termAt(node.commit) === node.term;
  node.leaseReleased = true;
  send(node, transfer.to, { type: 'timeout-now', term: node.term, released }, 'hard');
}

/** The successor stands at once: the leader itself wants it, so nobody holds on to that leader. */
export function onTimeoutNow(node: RaftNode, m: Extract<Message, { type: 'timeout-now' }>): void {
  if (node.role === 'leader' || !hasId(node.log.configuration.voters, node.self)) return;
  startElection(node, true, m.released ? m.term : 0);
}

/** Leading has ended. Whether the hand-over worked is known when a leader is. */
export function endTransfer(node: RaftNode): void {
  const { transfer } = node;
  node.transfer = null;
  node.leaseReleased = false;
  if (transfer === null || transfer.ticket === null) return;
  node.handOver = { ticket: transfer.ticket, deadline: node.now + node.settings.electionTimeout };
}

export function completeHandOver(node: RaftNode): void {
  const { handOver } = node;
  if (handOver === null) return;
  if (node.leader !== null) node.fx.resolve(handOver.ticket, { kind: 'committed', position: here(node) });
  else if (node.now >= handOver.deadline) node.fx.resolve(handOver.ticket, { kind: 'unknown' });
  else return;
  node.handOver = null;
}

function here(node: RaftNode) {
  return { class: 'total-order', epoch: node.epoch, index: node.decisions } as const;
}
