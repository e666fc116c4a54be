import type { Input, Micros, NodeId, Ticket } from '@hypersync/interface';
import { quorumValue } from './configuration.ts';
import { leaseHolds, renewLease } from './lease.ts';
import type { Message } from './messages.ts';
import { send, type RaftNode } from './node.ts';
import { sendHeartbeats } from './replication.ts';

/** A linearizable read of this node's client. */
export interface PendingRead {
  readonly ticket: Ticket;
  readonly deadline: Micros;
  /** The leader may answer it under its lease, without a round. */
  readonly lease: boolean;
  /** Log index that must be applied before the answer; null until a leader has confirmed one. */
  index: number | null;
}

/** A read that this leader is confirming (ReadIndex, thesis 6.4). */
export interface LeaderRead {
  readonly origin: NodeId;
  readonly boot: number;
  readonly id: number;
  readonly lease: boolean;
  /** The commit index when the read was taken in, and the round that proves that we led after that. */
  taken: { readonly index: number; readonly round: number } | null;
}

const MAX_LEADER_READS = 65_536;

export function onRead(node: RaftNode, input: Extract<Input<'total-order'>, { t: 'read' }>): void {
  const { ticket, level } = input;
  node.fx.open(ticket);
  if (level === 'sequential' || level === 'eventual') {
    answer(node, ticket);
  } else if (level !== 'linearizable' && level !== 'lease') {
    node.fx.reject(ticket, 'unsupported');
  } else if (node.sealedAt > 0) {
    node.fx.reject(ticket, 'sealed');
  } else if (node.reads.size >= node.settings.maxPending) {
    node.fx.reject(ticket, 'overloaded', node.leader);
  } else {
    const id = node.nextRead++;
    const deadline = node.now + node.settings.proposalTimeout;
    const read = { ticket, deadline, lease: level === 'lease', index: null };
    node.reads.set(id, read);
    ask(node, id, read);
  }
}

/** The application reads its own state once it has applied this position. */
function answer(node: RaftNode, ticket: Ticket): void {
  const index = Math.max(node.decisions, node.applied);
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.resolve(ticket, { kind: 'values', position, values: [] });
}

function ask(node: RaftNode, id: number, { lease }: PendingRead): void {
  if (node.role === 'leader') take(node, node.self, node.boot, id, lease);
  else if (node.leader !== null)
    send(node, node.leader, { type: 'read', term: node.term, boot: node.boot, id, lease }, 'boot');
}

/** Reads may be asked again, of anybody: each answer is as good as the first. */
export function askAgain(node: RaftNode): void {
  for (const [id, read] of node.reads) if (read.index === null) ask(node, id, read);
}

export function hasUnconfirmed(node: RaftNode): boolean {
  for (const read of node.reads.values()) if (read.index === null) return true;
  return false;
}

export function onReadRequest(node: RaftNode, from: NodeId, m: Extract<Message, { type: 'read' }>): void {
  if (node.role === 'leader') take(node, from, m.boot, m.id, m.lease);
}

function take(node: RaftNode, origin: NodeId, boot: number, id: number, lease: boolean): void {
  const name = `${origin}/${boot}/${id}`;
  if (node.leaderReads.has(name) || node.leaderReads.size >= MAX_LEADER_READS) return;
  node.leaderReads.set(name, { origin, boot, id, lease, taken: null });
}

/**
 * Gives new reads the commit index and starts a round of heartbeats to prove that nobody else leads. Only after an entry of
 * this term is committed: before, the commit index may be behind what an earlier leader answered for (thesis 6.4, step 1).
 */
export function startRound(node: RaftNode): void {
  readUnderLease(node);
  if (node.log.termAt(node.commit) !== node.term) return;
  const taken = { index: node.commit, round: node.round + 1 };
  let fresh = false;
  for (const read of node.leaderReads.values()) {
    if (read.taken !== null) continue;
    read.taken = taken;
    fresh = true;
  }
  if (!fresh) return;
  node.round++;
  sendHeartbeats(node);
}

/** Reads that need no round, as long as nobody else can have committed anything. */
function readUnderLease(node: RaftNode): void {
  if (node.leaderReads.size === 0 || node.sealedAt > 0) return;
  const waiting = [...node.leaderReads].filter(([, read]) => read.lease && read.taken === null);
  if (waiting.length === 0) return;
  if (!leaseHolds(node)) return renewLease(node);
  for (const [name, read] of waiting) {
    reply(node, read, node.commit);
    node.leaderReads.delete(name);
  }
}

export function onHeartbeatReply(node: RaftNode, from: NodeId, m: Extract<Message, { type: 'heartbeat-reply' }>): void {
  const p = node.progress.get(from);
  if (p === undefined) return;
  p.contactAt = node.now;
  if (m.round <= node.round) p.round = Math.max(p.round, m.round);
}

/** Answers the reads whose round a quorum has answered. A sealed leader answers none: the next epoch may have written. */
export function confirmReads(node: RaftNode): void {
  if (node.leaderReads.size === 0) return;
  const roundOf = (id: NodeId): number => (id === node.self ? node.round : (node.progress.get(id)?.round ?? 0));
  const confirmed = quorumValue(node.log.configuration, roundOf);
  const sealed = node.sealedAt > 0;
  for (const [name, read] of node.leaderReads) {
    if (sealed) reply(node, read, null);
    else if (read.taken !== null && read.taken.round <= confirmed) reply(node, read, read.taken.index);
    else continue;
    node.leaderReads.delete(name);
  }
}

function reply(node: RaftNode, { origin, boot, id }: LeaderRead, index: number | null): void {
  if (origin === node.self) confirmed(node, id, index);
  else send(node, origin, { type: 'read-reply', term: node.term, boot, id, index }, 'none');
}

export function onReadReply(node: RaftNode, m: Extract<Message, { type: 'read-reply' }>): void {
  if (m.boot === node.boot) confirmed(node, m.id, m.index);
}

function confirmed(node: RaftNode, id: number, index: number | null): void {
  const read = node.reads.get(id);
  if (read === undefined || read.index !== null) return;
  if (index !== null) {
    read.index = index;
    return;
  }
  node.reads.delete(id);
  node.fx.reject(read.ticket, 'sealed');
}

/** Resolves the reads whose index has been delivered here. */
export function answerReads(node: RaftNode): void {
  for (const [id, read] of node.reads) {
    if (read.index === null || read.index > node.delivered) continue;
    node.reads.delete(id);
    answer(node, read.ticket);
  }
}

/** Kept in the order of their deadlines. A read has no effect, so giving it up is always honest. */
export function expireReads(node: RaftNode): void {
  for (const [id, read] of node.reads) {
    if (read.deadline > node.now) return;
    node.reads.delete(id);
    node.fx.reject(read.ticket, 'no-quorum', node.leader);
  }
}
