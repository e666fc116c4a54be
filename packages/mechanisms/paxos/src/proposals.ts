import type { Input, Micros, NodeId, RejectReason, Ticket } from '@hypersync/interface';
import { compareBallots, sameBallot, type Ballot } from './ballot.ts';
import { encodeStopSign, MAX_VALUE, nameOf, type Entry, type EntryKind, type OperationName } from './entry.ts';
import { appendOwn, holds, type Leading } from './leader.ts';
import type { ForwardMessage, Message } from './messages.ts';
import { send, type PaxosNode } from './node.ts';

/** A client's wish for which this node owes an outcome. */
export interface Proposal {
  readonly serial: number;
  readonly ticket: Ticket;
  readonly kind: EntryKind;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
  readonly deadline: Micros;
  /** The ballot whose leader was asked; null while there was none to ask. */
  ballot: Ballot | null;
}

/** What a leader has answered to one node's forwards in its ballot, so that a repeated one is not appended twice. */
export interface SeenForwards {
  readonly boot: number;
  /** Serial to the reason of refusal, null for accepted. */
  readonly answers: Map<number, RejectReason | null>;
  /** Everything up to here is too old to be accepted. */
  floor: number;
}

const MAX_STOP_METADATA = 65_536;

export function onPropose(node: PaxosNode, input: Extract<Input<'total-order'>, { t: 'propose' }>): void {
  const { ticket, op, session, sequence } = input;
  node.fx.open(ticket);
  if (op.kind !== 'append') return node.fx.reject(ticket, 'unsupported');
  if (!isCount(session) || !isCount(sequence)) return node.fx.reject(ticket, 'invalid');
  if (op.value.length > MAX_VALUE) return node.fx.reject(ticket, 'too-large');
  enqueue(node, { ticket, kind: 'append', session, sequence, value: op.value });
}

export function onStop(node: PaxosNode, input: Extract<Input<'total-order'>, { t: 'stop' }>): void {
  const { ticket, sign } = input;
  node.fx.open(ticket);
  if (!isCount(sign.nextEpoch) || sign.nextEpoch <= node.epoch) return node.fx.reject(ticket, 'invalid');
  if (sign.metadata.length > MAX_STOP_METADATA) return node.fx.reject(ticket, 'too-large');
  const value = encodeStopSign(sign);
  enqueue(node, { ticket, kind: 'stop', session: 0, sequence: 0, value });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

type Wish = Pick<Proposal, 'ticket' | 'kind' | 'session' | 'sequence' | 'value'>;

function enqueue(node: PaxosNode, wish: Wish): void {
  const earlier = node.sessions.find(wish.session, wish.sequence, node.delivered);
  if (earlier > 0) return commit(node, wish, earlier);
  if (node.sealedAt > 0) return node.fx.reject(wish.ticket, 'sealed');
  if (node.proposals.size >= node.settings.maxPending) return node.fx.reject(wish.ticket, 'overloaded', leaderOf(node));
  const serial = node.nextSerial++;
  const deadline = node.now + node.settings.proposalTimeout;
  const proposal: Proposal = { ...wish, serial, deadline, ballot: null };
  node.proposals.set(serial, proposal);
  if (wish.session !== 0) node.retries.set(nameOf(wish), [...serialsOf(node, wish), serial]);
  place(node, proposal);
}

/** Into the own log, to the leader, or nowhere yet. */
function place(node: PaxosNode, proposal: Proposal): void {
  const { leading, following } = node;
  if (leading !== null) {
    if (leading.phase === 'prepare') return;
    const held = holds(node, leading, proposal);
    const refusal = held ? null : refusalOf(node, leading, proposal);
    if (refusal !== null) {
      end(node, proposal, refusal);
      return;
    }
    proposal.ballot = leading.ballot;
    if (held) return;
    const { kind, serial, session, sequence, value } = proposal;
    appendOwn(node, { kind, proposer: node.self, boot: node.boot, serial, session, sequence, value });
  } else if (following !== null) {
    proposal.ballot = following;
    node.unacked.add(proposal.serial);
    forward(node, proposal);
  }
}

/** The incarnation's number must be durable first, or a later one could be taken for this. */
function forward(node: PaxosNode, { kind, serial, session, sequence, value, ballot }: Proposal): void {
  const { boot } = node;
  const lane = value.length > 1024 ? 'bulk' : 'control';
  const message = { type: 'forward', ballot: ballot!, kind, boot, serial, session, sequence, value } as const;
  send(node, ballot!.pid, message, 'boot', lane);
}

/** A leader is known (again): give it what had to wait. */
export function placeQueued(node: PaxosNode): void {
  for (const proposal of node.proposals.values()) if (proposal.ballot === null) place(node, proposal);
}

export function resendForwards(node: PaxosNode): void {
  const { following, leading } = node;
  if (following === null || leading !== null) return;
  for (const serial of node.unacked) {
    const proposal = node.proposals.get(serial)!;
    if (proposal.ballot !== null && sameBallot(proposal.ballot, following)) forward(node, proposal);
  }
}

function refusalOf(node: PaxosNode, leading: Leading, wish: { readonly value: Uint8Array }): RejectReason | null {
  if (leading.stopInLog) return 'sealed';
  const bytes = leading.undecidedBytes + wish.value.length;
  return leading.undecidedBytes > 0 && bytes > node.settings.maxUndecidedBytes ? 'overloaded' : null;
}

/**
 * Another node's proposal, for the leader of the very ballot that it was meant for. If this is not that leader (any
 * more), silence: an earlier copy may have been accepted, so no refusal could be believed.
 */
export function onForward(node: PaxosNode, from: NodeId, m: ForwardMessage): void {
  const { leading } = node;
  if (leading === null || leading.phase !== 'accept' || !sameBallot(leading.ballot, m.ballot)) return;
  let seen = leading.seen.get(from);
  if (seen === undefined || seen.boot < m.boot) {
    seen = { boot: m.boot, answers: new Map(), floor: 0 };
    leading.seen.set(from, seen);
  }
  if (m.boot < seen.boot || m.serial <= seen.floor) return;
  let reason = seen.answers.get(m.serial);
  if (reason === undefined) {
    const held = holds(node, leading, m);
    reason = held ? null : refusalOf(node, leading, m);
    remember(node, seen, m.serial, reason);
    const { kind, boot, serial, session, sequence, value } = m;
    if (reason === null && !held) appendOwn(node, { kind, proposer: from, boot, serial, session, sequence, value });
  }
  const { boot, serial } = m;
  send(node, from, { type: 'forward-reply', ballot: leading.ballot, boot, serial, reason }, 'none');
}

function remember(node: PaxosNode, seen: SeenForwards, serial: number, reason: RejectReason | null): void {
  seen.answers.set(serial, reason);
  if (seen.answers.size <= 4 * node.settings.maxPending) return;
  const serials = [...seen.answers.keys()].sort((a, b) => a - b);
  seen.floor = serials[serials.length >>> 1]!;
  for (const old of serials) if (old <= seen.floor) seen.answers.delete(old);
}

export function onForwardReply(node: PaxosNode, from: NodeId, m: Extract<Message, { type: 'forward-reply' }>): void {
  const proposal = m.boot === node.boot ? node.proposals.get(m.serial) : undefined;
  if (proposal === undefined || proposal.ballot === null) return;
  if (!sameBallot(proposal.ballot, m.ballot) || m.ballot.pid !== from) return;
  if (m.reason === null) node.unacked.delete(proposal.serial);
  else end(node, proposal, m.reason);
}

function forget(node: PaxosNode, proposal: Proposal): void {
  node.proposals.delete(proposal.serial);
  node.unacked.delete(proposal.serial);
  const others = serialsOf(node, proposal).filter((serial) => serial !== proposal.serial);
  if (others.length > 0) node.retries.set(nameOf(proposal), others);
  else node.retries.delete(nameOf(proposal));
}

/** Open proposals of this operation; none for session 0. */
function serialsOf(node: PaxosNode, wish: OperationName): readonly number[] {
  return node.retries.get(nameOf(wish)) ?? [];
}

function end(node: PaxosNode, proposal: Proposal, reason: RejectReason): void {
  forget(node, proposal);
  node.fx.reject(proposal.ticket, reason, leaderOf(node));
}

export function leaderOf(node: PaxosNode): NodeId | null {
  return node.following?.pid ?? null;
}

/** An entry was decided; if it is ours, its ticket has its answer. */
export function resolveDecided(node: PaxosNode, entry: Entry, index: number): void {
  if (entry.proposer !== node.self || entry.boot !== node.boot) return;
  const proposal = node.proposals.get(entry.serial);
  if (proposal !== undefined) settle(node, proposal, index);
}

/** The operation was decided; every proposal here that is a try of it has its answer, whoever's try it was that was taken. */
export function resolveRetries(node: PaxosNode, operation: OperationName, index: number): void {
  for (const serial of serialsOf(node, operation)) settle(node, node.proposals.get(serial)!, index);
}

function settle(node: PaxosNode, proposal: Proposal, index: number): void {
  forget(node, proposal);
  commit(node, proposal, index);
}

function commit(node: PaxosNode, { ticket }: Pick<Proposal, 'ticket'>, index: number): void {
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.resolve(ticket, { kind: 'committed', position });
}

/**
 * A write quorum has accepted the initial log of `ballot`, and all of it was delivered here. What was meant for a lower
 * ballot and is not in it can never be decided: every higher ballot takes over that log or one that continues it. So it
 * is safe to ask the new leader, without risking it twice.
 */
export function requeueSuperseded(node: PaxosNode, ballot: Ballot): void {
  for (const proposal of node.proposals.values()) {
    if (proposal.ballot === null || compareBallots(proposal.ballot, ballot) >= 0) continue;
    proposal.ballot = null;
    node.unacked.delete(proposal.serial);
    place(node, proposal);
  }
}

/**
 * A snapshot replaced entries that nobody here saw. It tells of operations with a session; of the others that a leader
 * was asked for, it cannot be known whether they were among them.
 */
export function resolveCovered(node: PaxosNode): void {
  for (const proposal of node.proposals.values()) {
    const index = node.sessions.find(proposal.session, proposal.sequence, node.delivered);
    if (index > 0) settle(node, proposal, index);
    if (index > 0 || proposal.ballot === null) continue;
    forget(node, proposal);
    node.fx.resolve(proposal.ticket, { kind: 'unknown' });
  }
}

/** The epoch is over; nothing that is not decided by now ever will be. */
export function rejectSealed(node: PaxosNode): void {
  for (const proposal of node.proposals.values()) end(node, proposal, 'sealed');
}

/** Proposals are kept in the order of their deadlines. */
export function expireProposals(node: PaxosNode): void {
  for (const proposal of node.proposals.values()) {
    if (proposal.deadline > node.now) return;
    if (proposal.ballot === null) {
      end(node, proposal, 'no-quorum');
    } else {
      forget(node, proposal);
      node.fx.resolve(proposal.ticket, { kind: 'unknown' });
    }
  }
}
