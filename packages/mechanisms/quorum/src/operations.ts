import type { Input, Micros, NodeId, Position, RejectReason, Ticket, Token } from '@hypersync/interface';
import { encodeUtf8 } from '@hypersync/consensus-kit';
import type { Message } from './messages.ts';
import { adopt, gateOf, hasRoom, isDurable, registerOf, send, settledOf, writeGate, type QuorumNode } from './node.ts';
import { leaveHint, onRepaired } from './repair.ts';
import { readStatement, statementOf } from './signed-values.ts';
import { compareTags, MAX_KEY, MAX_TS, MAX_VALUE, UNWRITTEN, type Register } from './register.ts';

/**
 * A client's operation in one of its two phases (figure 2 of Lynch, Shvartsman): ask a read quorum for its tags, then
 * store at a write quorum: the new value for a write, what was found for a read.
 */
export interface Operation {
  readonly id: number;
  readonly ticket: Ticket;
  readonly kind: 'read' | 'write';
  readonly key: string;
  /** What to write; empty for a read. */
  readonly value: Uint8Array;
  readonly session: number;
  readonly sequence: number;
  readonly deadline: Micros;
  sentAt: Micros;
  /** `sign`: the tag is chosen, the signature is being made; only where stores may lie. */
  phase: 'query' | 'sign' | 'store';
  /** Query phase: what each member answered. */
  readonly replies: Map<NodeId, Register>;
  /** Nobody who answered is too full for what is to be written. */
  room: boolean;
  /** Store phase: what is stored, and who has it (or newer) on disk. */
  chosen: Register | null;
  /** Everybody was sent it; not so for a read that found it at a whole write quorum. */
  sent: boolean;
  readonly stored: Set<NodeId>;
}

const RESERVED = 4096;

export function onPropose(node: QuorumNode, input: Extract<Input<'register'>, { t: 'propose' }>): void {
  const { ticket, op, session, sequence } = input;
  node.fx.open(ticket);
  if (op.kind !== 'write') return node.fx.reject(ticket, 'unsupported');
  if (op.value.length > MAX_VALUE) return node.fx.reject(ticket, 'too-large');
  begin(node, { ticket, kind: 'write', key: op.key, value: op.value, session, sequence });
}

export function onRead(node: QuorumNode, input: Extract<Input<'register'>, { t: 'read' }>): void {
  const { ticket, level, key } = input;
  node.fx.open(ticket);
  if (level === 'eventual') return answerRead(node, ticket, key, settledOf(node, key));
  if (level !== 'linearizable') return node.fx.reject(ticket, 'unsupported');
  begin(node, { ticket, kind: 'read', key, value: new Uint8Array(0), session: 0, sequence: 0 });
}

type Wish = Pick<Operation, 'ticket' | 'kind' | 'key' | 'value' | 'session' | 'sequence'>;

function begin(node: QuorumNode, wish: Wish): void {
  const refusal = refusalOf(node, wish);
  if (refusal !== null) return node.fx.reject(wish.ticket, refusal);
  const operation: Operation = {
    ...wish,
    id: node.nextOperation++,
    deadline: node.now + node.settings.operationTimeout,
    sentAt: node.now,
    phase: 'query',
    replies: new Map(),
    room: wish.kind === 'read' || hasRoom(node, wish.key, wish.value.length),
    chosen: null,
    sent: false,
    stored: new Set(),
  };
  if (node.operations.size === 0) node.resendAt = node.now + node.settings.retransmit;
  node.operations.set(operation.id, operation);
  transmit(node, operation);
  if (isDurable(node, wish.key)) operation.replies.set(node.self, registerOf(node, wish.key));
  advance(node, operation);
}

function refusalOf(node: QuorumNode, { key }: Wish): RejectReason | null {
  if (node.frozen !== null) return 'sealed';
  if (!key.isWellFormed() || encodeUtf8(key).length > MAX_KEY) return 'invalid';
  return node.operations.size >= node.settings.maxPending ? 'overloaded' : null;
}

/** To everybody who has not answered this phase yet. */
function transmit(node: QuorumNode, operation: Operation): void {
  const { id, key, chosen } = operation;
  operation.sentAt = node.now;
  if (operation.phase === 'sign') return;
  operation.sent = chosen !== null;
  const message: Message =
    chosen === null
      ? { type: 'query', boot: node.boot, id, key, size: operation.value.length }
      : { type: 'store', boot: node.boot, id, key, register: chosen };
  const gate = chosen === null || operation.kind === 'read' ? 'boot' : writeGate(node);
  const lane = chosen !== null && chosen.value.length > 1024 ? 'bulk' : 'control';
  const answered = chosen === null ? operation.replies : operation.stored;
  if (answered.size === 0) send(node, 'all', message, gate, lane);
  else for (const peer of node.peers) if (!answered.has(peer)) send(node, peer, message, gate, lane);
}

/** Retransmission makes it live although messages are lost; repeated requests and answers change nothing. */
export function retransmit(node: QuorumNode): void {
  if (node.operations.size === 0 || node.now < node.resendAt) return;
  node.resendAt = node.now + node.settings.retransmit;
  for (const operation of node.operations.values())
    if (node.now - operation.sentAt >= node.settings.retransmit) transmit(node, operation);
}

export function onQueryReply(node: QuorumNode, from: NodeId, m: Extract<Message, { type: 'query-reply' }>): void {
  const operation = m.boot === node.boot ? node.operations.get(m.id) : undefined;
  if (operation === undefined || operation.phase !== 'query') return;
  operation.replies.set(from, m.register);
  operation.room &&= m.room;
  advance(node, operation);
}

export function onStoreReply(node: QuorumNode, from: NodeId, m: Extract<Message, { type: 'store-reply' }>): void {
  const operation = m.boot === node.boot ? node.operations.get(m.id) : undefined;
  if (operation === undefined && m.boot === node.boot) onRepaired(node, from, m.id);
  if (operation === undefined || operation.phase !== 'store') return;
  operation.stored.add(from);
  advance(node, operation);
}

/** This replica's own disk answers too. */
export function onOwnDurable(node: QuorumNode): void {
  for (const operation of node.operations.values()) {
    if (!isDurable(node, operation.key)) continue;
    if (operation.phase === 'query') operation.replies.set(node.self, registerOf(node, operation.key));
    if (operation.phase === 'store') operation.stored.add(node.self);
    advance(node, operation);
  }
}

function advance(node: QuorumNode, operation: Operation): void {
  if (operation.phase === 'query' && node.quorums.isRead(operation.replies.keys())) {
    if (operation.kind === 'write') chooseWrite(node, operation);
    else chooseRead(node, operation);
  }
  if (operation.phase === 'store' && node.quorums.isWrite(operation.stored)) complete(node, operation);
}

/** The query phase of a write is over: its tag is above all that a read quorum, and this replica, know. */
function chooseWrite(node: QuorumNode, operation: Operation): void {
  const found = largest([registerOf(node, operation.key), ...operation.replies.values()]);
  if (found.tag.ts >= MAX_TS || !operation.room) return giveUp(node, operation, 'overloaded');
  const above = Math.max(found.tag.ts, beingSigned(node, operation.key));
  const register = { tag: { ts: issue(node, above), writer: node.self }, value: operation.value, signature: EMPTY };
  operation.chosen = register;
  if (node.signed === null) return store(node, operation, register);
  operation.phase = 'sign';
  node.signed.authenticator.sign(node.fx, statementOf(operation.key, register));
}

function store(node: QuorumNode, operation: Operation, register: Register): void {
  operation.phase = 'store';
  operation.chosen = register;
  adopt(node, operation.key, register);
  transmit(node, operation);
}

/** The largest number that this node is about to use for the key, though no replica has it yet. */
function beingSigned(node: QuorumNode, key: string): number {
  let largestTs = 0;
  if (node.signed === null) return largestTs;
  for (const { phase, chosen, ...operation } of node.operations.values())
    if (phase === 'sign' && operation.key === key) largestTs = Math.max(largestTs, chosen!.tag.ts);
  return largestTs;
}

/** The signature of a write's register is there: its second phase begins. */
export function onSigned(node: QuorumNode, token: Token, signature: Uint8Array): void {
  const statement = node.signed?.authenticator.signed(node.fx, token, signature) ?? null;
  if (statement === null) return;
  const { key, tag } = readStatement(statement.payload);
  for (const operation of node.operations.values()) {
    if (operation.phase !== 'sign' || operation.key !== key || operation.chosen?.tag.ts !== tag.ts) continue;
    store(node, operation, { ...operation.chosen, signature });
    advance(node, operation);
    return;
  }
}

/** The query phase of a read is over: it takes the largest tag, and sees to it that no later read finds less. */
function chooseRead(node: QuorumNode, operation: Operation): void {
  const found = largest(operation.replies.values());
  operation.phase = 'store';
  operation.chosen = found;
  for (const [member, { tag }] of operation.replies) if (compareTags(tag, found.tag) >= 0) operation.stored.add(member);
  // Write-back may be left out only when a whole write quorum is known to have it: fewer, and a later read could miss it.
  adopt(node, operation.key, found);
  if (node.quorums.isWrite(operation.stored)) return;
  transmit(node, operation);
}

function largest(registers: Iterable<Register>): Register {
  let best = UNWRITTEN;
  for (const register of registers) if (compareTags(register.tag, best.tag) > 0) best = register;
  return best;
}

/**
 * No two writes of a node may share a tag, also not across a crash that forgets how far a write got. So numbers are
 * reserved on disk in blocks, and an incarnation starts above all blocks before it.
 */
function issue(node: QuorumNode, above: number): number {
  const ts = Math.max(above, node.floor) + 1;
  if (ts > node.ceiling) {
    node.ceiling = ts + RESERVED;
    node.ceilingDirty = true;
  }
  return ts;
}

function complete(node: QuorumNode, operation: Operation): void {
  const { ticket, key, session, sequence, chosen } = operation;
  node.operations.delete(operation.id);
  if (chosen!.tag.ts > 0) leaveHint(node, operation);
  if (operation.kind === 'read') return answerRead(node, ticket, key, chosen!);
  const position = positionOf(node, key, chosen!);
  node.fx.resolve(ticket, { kind: 'committed', position });
  // Watchers see a register move forward; a write that was overtaken by a later one of this node is no news.
  const shown = node.shown.get(key);
  if (shown !== undefined && compareTags(chosen!.tag, shown) < 0) return;
  node.shown.set(key, chosen!.tag);
  node.fx.deliver({ position, proposer: node.self, session, sequence, key, value: chosen!.value, certificate: EMPTY });
}

const EMPTY = new Uint8Array(0);

function positionOf(node: QuorumNode, key: string, { tag }: Register): Position<'register'> {
  return { class: 'register', epoch: node.epoch, key, ts: tag.ts, writer: tag.writer };
}

function answerRead(node: QuorumNode, ticket: Ticket, key: string, register: Register): void {
  const values = register.tag.ts === 0 ? [] : [register.value];
  node.fx.resolve(ticket, { kind: 'values', position: positionOf(node, key, register), values });
}

/** A write that has begun to store may still take effect; before that, and for reads, giving up is final. */
export function giveUp(node: QuorumNode, operation: Operation, reason: RejectReason): void {
  node.operations.delete(operation.id);
  if (operation.kind === 'write' && operation.phase === 'store') node.fx.resolve(operation.ticket, { kind: 'unknown' });
  else node.fx.reject(operation.ticket, reason);
}

export function expire(node: QuorumNode): void {
  for (const operation of node.operations.values()) {
    if (operation.deadline > node.now) return;
    giveUp(node, operation, 'no-quorum');
  }
}

export function onQuery(node: QuorumNode, from: NodeId, m: Extract<Message, { type: 'query' }>): void {
  const { boot, id, key } = m;
  const register = registerOf(node, key);
  const lane = register.value.length > 1024 ? 'bulk' : 'control';
  const room = hasRoom(node, key, m.size);
  send(node, from, { type: 'query-reply', boot, id, register, room }, gateOf(node, key), lane);
}

export function onStore(node: QuorumNode, from: NodeId, m: Extract<Message, { type: 'store' }>): void {
  const { boot, id, key, register } = m;
  if (node.signed !== null && isFlooded(node, key)) return void node.dropped++;
  adopt(node, key, register);
  send(node, from, { type: 'store-reply', boot, id }, gateOf(node, key));
}

/** Writers that keep to the rules ask for room first, so a replica never holds so many keys; one that lies need not ask. */
function isFlooded(node: QuorumNode, key: string): boolean {
  return !node.registers.has(key) && node.registers.size >= (node.peers.length + 1) * node.settings.maxKeys;
}
