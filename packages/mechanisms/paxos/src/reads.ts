import type { Input, Micros, NodeId, Ticket } from '@hypersync/interface';
import { decisionsOf } from './delivery.ts';
import { acceptanceIn, type Leading } from './leader.ts';
import type { Message } from './messages.ts';
import { send, type PaxosNode } from './node.ts';
import { leaderOf } from './proposals.ts';

/** A linearizable read of this node's client. */
export interface PendingRead {
  readonly ticket: Ticket;
  readonly deadline: Micros;
  /** Log index that must be applied before the answer; null until a leader has confirmed one. */
  index: number | null;
}

/** A read that this leader is confirming. */
export interface LeaderRead {
  readonly origin: NodeId;
  readonly boot: number;
  readonly id: number;
  /** What was decided, or may have been, when it was taken in; and the round that proves that nobody led in between. */
  taken: { readonly index: number; readonly round: number } | null;
}

const MAX_LEADER_READS = 65_536;

export function onRead(node: PaxosNode, input: Extract<Input<'total-order'>, { t: 'read' }>): void {
  const { ticket, level } = input;
  node.fx.open(ticket);
  if (level === 'sequential' || level === 'eventual') {
    answer(node, ticket);
  } else if (level !== 'linearizable') {
    node.fx.reject(ticket, 'unsupported');
  } else if (node.sealedAt > 0) {
    node.fx.reject(ticket, 'sealed');
  } else if (node.reads.size >= node.settings.maxPending) {
    node.fx.reject(ticket, 'overloaded', leaderOf(node));
  } else {
    const id = node.nextRead++;
    node.reads.set(id, { ticket, deadline: node.now + node.settings.proposalTimeout, index: null });
    ask(node, id);
  }
}

/** The application reads its own state once it has applied this position. */
function answer(node: PaxosNode, ticket: Ticket): void {
  const index = decisionsOf(node);
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.resolve(ticket, { kind: 'values', position, values: [] });
}

function ask(node: PaxosNode, id: number): void {
  const { leading, following, boot } = node;
  if (leading !== null) take(leading, node.self, boot, id);
  else if (following !== null) send(node, following.pid, { type: 'read', ballot: following, boot, id }, 'boot');
}

/** Reads may be asked again, of anybody: each answer is as good as the first. */
export function askAgain(node: PaxosNode): void {
  for (const [id, read] of node.reads) if (read.index === null) ask(node, id);
}

export function hasUnconfirmed(node: PaxosNode): boolean {
  for (const read of node.reads.values()) if (read.index === null) return true;
  return false;
}

export function onReadRequest(node: PaxosNode, from: NodeId, m: Extract<Message, { type: 'read' }>): void {
  if (node.leading !== null) take(node.leading, from, m.boot, m.id);
}

function take(leading: Leading, origin: NodeId, boot: number, id: number): void {
  const name = `${origin}/${boot}/${id}`;
  if (leading.reads.has(name) || leading.reads.size >= MAX_LEADER_READS) return;
  leading.reads.set(name, { origin, boot, id, taken: null });
}

/**
 * Gives new reads an index and starts a round to prove that no higher ballot was at work before it. All of the initial
 * log may have been decided (and acknowledged) by an earlier leader, so a read waits for it too.
 */
export function startRound(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null || leading.phase !== 'accept') return;
  const index = Math.max(node.decided, leading.adopted.length);
  const taken = { index, round: leading.round + 1 };
  let fresh = false;
  for (const read of leading.reads.values()) {
    if (read.taken !== null) continue;
    read.taken = taken;
    fresh = true;
  }
  if (!fresh) return;
  leading.round++;
  send(node, 'all', { type: 'confirm', ballot: leading.ballot, round: leading.round }, 'none');
}

/** An acceptor of this ballot says so: it has promised no higher one. */
export function onConfirm(node: PaxosNode, from: NodeId, m: Extract<Message, { type: 'confirm' }>): void {
  send(node, from, { type: 'confirmed', ballot: m.ballot, round: m.round }, 'acceptor');
}

export function onConfirmed(node: PaxosNode, from: NodeId, m: Extract<Message, { type: 'confirmed' }>): void {
  const acceptance = acceptanceIn(node, from, m.ballot);
  if (acceptance !== null && m.round <= node.leading!.round) acceptance.round = Math.max(acceptance.round, m.round);
}

/**
 * Answers the reads whose round a write quorum has answered: it meets every read quorum, so no higher ballot had one. A
 * sealed leader answers none: the next epoch may have written.
 */
export function confirmReads(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null || leading.reads.size === 0) return;
  const rounds = [leading.round, ...[...leading.acceptors.values()].map((acceptance) => acceptance.round)];
  const confirmed = rounds.sort((a, b) => b - a)[node.settings.writeQuorum - 1]!;
  const sealed = node.sealedAt > 0;
  for (const [name, read] of leading.reads) {
    if (sealed) reply(node, leading, read, null);
    else if (read.taken !== null && read.taken.round <= confirmed) reply(node, leading, read, read.taken.index);
    else continue;
    leading.reads.delete(name);
  }
}

/** Repeats the last round for those that have not answered it. */
export function repeatRound(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null || leading.reads.size === 0 || leading.round === 0) return;
  const { ballot, round } = leading;
  for (const [peer, acceptance] of leading.acceptors)
    if (acceptance.round < round) send(node, peer, { type: 'confirm', ballot, round }, 'none');
}

function reply(node: PaxosNode, { ballot }: Leading, { origin, boot, id }: LeaderRead, index: number | null): void {
  if (origin === node.self) confirmed(node, id, index);
  else send(node, origin, { type: 'read-reply', ballot, boot, id, index }, 'none');
}

export function onReadReply(node: PaxosNode, m: Extract<Message, { type: 'read-reply' }>): void {
  if (m.boot === node.boot) confirmed(node, m.id, m.index);
}

function confirmed(node: PaxosNode, id: number, index: number | null): void {
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
export function answerReads(node: PaxosNode): void {
  for (const [id, read] of node.reads) {
    if (read.index === null || read.index > node.delivered) continue;
    node.reads.delete(id);
    answer(node, read.ticket);
  }
}

/** Kept in the order of their deadlines. A read has no effect, so giving it up is always honest. */
export function expireReads(node: PaxosNode): void {
  for (const [id, read] of node.reads) {
    if (read.deadline > node.now) return;
    node.reads.delete(id);
    node.fx.reject(read.ticket, 'no-quorum', leaderOf(node));
  }
}
