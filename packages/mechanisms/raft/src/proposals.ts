import type { Input, Micros, NodeId, RejectReason, Ticket } from '@hypersync/interface';
import { decodeConfiguration } from './configuration.ts';
import { decodeStopSign, encodeStopSign, MAX_VALUE, type Entry, type EntryKind } from './entry.ts';
import { beginChange, mayChange } from './membership.ts';
import type { ForwardMessage, Message } from './messages.ts';
import { send, type RaftNode } from './node.ts';
import { appendOwn } from './replication.ts';

/** A client's wish for which this node owes an outcome. */
export interface Proposal {
  readonly serial: number;
  readonly ticket: Ticket;
  readonly kind: Exclude<EntryKind, 'noop'>;
  readonly session: number;
  readonly sequence: number;
  readonly value: Uint8Array;
  readonly deadline: Micros;
  /** The term whose leader was asked; 0 while there was none to ask, the largest integer once it is certain to be done. */
  term: number;
}

/** What a leader has answered to one node's forwards in this term, so that a repeated one is not appended twice. */
export interface SeenForwards {
  readonly boot: number;
  /** Serial to the reason of refusal, null for accepted. */
  readonly answers: Map<number, RejectReason | null>;
  /** Everything up to here is too old to be accepted. */
  floor: number;
}

const MAX_STOP_METADATA = 65_536;

export function onPropose(node: RaftNode, input: Extract<Input<'total-order'>, { t: 'propose' }>): void {
  const { ticket, op, session, sequence } = input;
  node.fx.open(ticket);
  if (op.kind !== 'append') return node.fx.reject(ticket, 'unsupported');
  if (!isCount(session) || !isCount(sequence)) return node.fx.reject(ticket, 'invalid');
  if (op.value.length > MAX_VALUE) return node.fx.reject(ticket, 'too-large');
  enqueue(node, { ticket, kind: 'append', session, sequence, value: op.value });
}

export function onStop(node: RaftNode, input: Extract<Input<'total-order'>, { t: 'stop' }>): void {
  const { ticket, sign } = input;
  node.fx.open(ticket);
  if (!isCount(sign.nextEpoch) || sign.nextEpoch <= node.epoch) return node.fx.reject(ticket, 'invalid');
  if (sign.metadata.length > MAX_STOP_METADATA) return node.fx.reject(ticket, 'too-large');
  const value = encodeStopSign(sign.nextEpoch, sign.metadata);
  enqueue(node, { ticket, kind: 'stop', session: 0, sequence: 0, value });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

type Wish = Pick<Proposal, 'ticket' | 'kind' | 'session' | 'sequence' | 'value'>;

export function enqueue(node: RaftNode, wish: Wish): void {
  if (node.sealedAt > 0) return node.fx.reject(wish.ticket, 'sealed');
  if (node.proposals.size >= node.settings.maxPending) return node.fx.reject(wish.ticket, 'overloaded', node.leader);
  const serial = node.nextSerial++;
  const deadline = node.now + node.settings.proposalTimeout;
  const proposal: Proposal = { ...wish, serial, deadline, term: 0 };
  node.proposals.set(serial, proposal);
  place(node, proposal);
}

/** Into the own log, to the leader, or nowhere yet. */
function place(node: RaftNode, proposal: Proposal): void {
  if (node.role === 'leader') {
    if (node.transfer !== null) return;
    const refusal = refusalOf(node, proposal);
    if (refusal !== null) {
      end(node, proposal, refusal);
      return;
    }
    proposal.term = node.term;
    take(node, proposal, idOf(node.self, node.boot, proposal));
  } else if (node.leader !== null) {
    proposal.term = node.term;
    node.unacked.add(proposal.serial);
    forward(node, proposal);
  }
}

/** A leader writes what it accepts into its log; a change of members in its own time. */
function take(node: RaftNode, { value }: { readonly value: Uint8Array }, fields: ReturnType<typeof idOf>): void {
  if (fields.kind === 'config') beginChange(node, value, fields);
  else appendOwn(node, { ...fields, value });
}

function idOf(proposer: NodeId, boot: number, p: Pick<Proposal, 'kind' | 'serial' | 'session' | 'sequence'>) {
  return { kind: p.kind, proposer, boot, serial: p.serial, session: p.session, sequence: p.sequence };
}

/** The incarnation's number must be durable first, or a later one could be taken for this. */
function forward(node: RaftNode, { kind, serial, session, sequence, value }: Proposal): void {
  const { term, boot } = node;
  const lane = value.length > 1024 ? 'bulk' : 'control';
  send(node, node.leader!, { type: 'forward', term, kind, boot, serial, session, sequence, value }, 'boot', lane);
}

/** A leader is known (again): give it what had to wait. */
export function placeQueued(node: RaftNode): void {
  for (const proposal of node.proposals.values()) if (proposal.term === 0) place(node, proposal);
}

export function resendForwards(node: RaftNode): void {
  if (node.role === 'leader' || node.leader === null) return;
  for (const serial of node.unacked) {
    const proposal = node.proposals.get(serial)!;
    if (proposal.term === node.term) forward(node, proposal);
  }
}

function refusalOf(node: RaftNode, wish: Pick<Proposal, 'kind' | 'value'>): RejectReason | null {
  if (node.stopInLog) return 'sealed';
  if (wish.kind === 'config') return mayChange(node) ? null : 'overloaded';
  const bytes = node.uncommittedBytes + wish.value.length;
  return node.uncommittedBytes > 0 && bytes > node.settings.maxUncommittedBytes ? 'overloaded' : null;
}

/**
 * A follower's proposal for the leader of this term (those for other terms were dropped before). If this is not that
 * leader any more, silence: an earlier copy may have been accepted, so no refusal could be believed.
 */
export function onForward(node: RaftNode, from: NodeId, m: ForwardMessage): void {
  if (node.role !== 'leader' || node.transfer !== null) return;
  if (!isWellFormed(m)) {
    node.dropped++;
    return;
  }
  let seen = node.seen.get(from);
  if (seen === undefined || seen.boot < m.boot) {
    seen = { boot: m.boot, answers: new Map(), floor: 0 };
    node.seen.set(from, seen);
  }
  if (m.boot < seen.boot || m.serial <= seen.floor) return;
  let reason = seen.answers.get(m.serial);
  if (reason === undefined) {
    reason = refusalOf(node, m);
    remember(node, seen, m.serial, reason);
    if (reason === null) take(node, m, idOf(from, m.boot, m));
  }
  const { boot, serial } = m;
  send(node, from, { type: 'forward-reply', term: node.term, boot, serial, reason }, 'none');
}

function isWellFormed({ kind, value }: ForwardMessage): boolean {
  if (kind === 'stop') return decodeStopSign(value) !== null;
  return kind !== 'config' || decodeConfiguration(value)?.outgoing.length === 0;
}

function remember(node: RaftNode, seen: SeenForwards, serial: number, reason: RejectReason | null): void {
  seen.answers.set(serial, reason);
  if (seen.answers.size <= 4 * node.settings.maxPending) return;
  const serials = [...seen.answers.keys()].sort((a, b) => a - b);
  seen.floor = serials[serials.length >>> 1]!;
  for (const old of serials) if (old <= seen.floor) seen.answers.delete(old);
}

export function onForwardReply(node: RaftNode, from: NodeId, m: Extract<Message, { type: 'forward-reply' }>): void {
  const proposal = m.boot === node.boot ? node.proposals.get(m.serial) : undefined;
  if (proposal === undefined || proposal.term !== m.term || from !== node.leader) return;
  if (m.reason === null) node.unacked.delete(proposal.serial);
  else end(node, proposal, m.reason);
}

function forget(node: RaftNode, { serial }: Proposal): void {
  node.proposals.delete(serial);
  node.unacked.delete(serial);
}

function end(node: RaftNode, proposal: Proposal, reason: RejectReason): void {
  forget(node, proposal);
  node.fx.reject(proposal.ticket, reason, node.leader);
}

/** An entry was committed; if it is ours, its ticket has its answer. */
export function resolveCommitted(node: RaftNode, entry: Entry, index: number): void {
  if (entry.proposer !== node.self || entry.boot !== node.boot) return;
  const proposal = node.proposals.get(entry.serial);
  if (proposal === undefined) return;
  forget(node, proposal);
  const position = { class: 'total-order', epoch: node.epoch, index } as const;
  node.fx.resolve(proposal.ticket, { kind: 'committed', position });
}

/**
 * An entry of a later term was committed. What was meant for an earlier term and is not before it can never be committed
 * (log matching, leader completeness), so it is safe to ask the new leader without risking it twice.
 */
export function requeueSuperseded(node: RaftNode, committedTerm: number): void {
  for (const proposal of node.proposals.values()) {
    if (proposal.term > 0 && proposal.term < committedTerm) {
      proposal.term = 0;
      node.unacked.delete(proposal.serial);
      place(node, proposal);
    }
  }
}

/** A snapshot replaced entries that nobody here saw: whether ours were among them cannot be known. */
export function forgetCovered(node: RaftNode, term: number): void {
  for (const proposal of node.proposals.values()) {
    if (proposal.term === 0 || proposal.term > term) continue;
    forget(node, proposal);
    node.fx.resolve(proposal.ticket, { kind: 'unknown' });
  }
}

/** The epoch is over; nothing that is not decided by now ever will be. */
export function rejectSealed(node: RaftNode): void {
  for (const proposal of node.proposals.values()) {
    if (proposal.term < Number.MAX_SAFE_INTEGER) end(node, proposal, 'sealed');
  }
}

/** Proposals are kept in the order of their deadlines. */
export function expireProposals(node: RaftNode): void {
  for (const proposal of node.proposals.values()) {
    if (proposal.deadline > node.now) return;
    if (proposal.term === 0) {
      end(node, proposal, 'no-quorum');
    } else {
      forget(node, proposal);
      node.fx.resolve(proposal.ticket, { kind: 'unknown' });
    }
  }
}
