import type { Input, Micros, NodeId, Position, StopSign } from '@hypersync/interface';
import { encodeState, MAX_METADATA, sizeOfRegister, type FrontierPage, type Message } from './messages.ts';
import { send, type Gate, type QuorumNode } from './node.ts';
import { giveUp } from './operations.ts';
import { forgetHints } from './repair.ts';
import { SIGNED_PAGE } from './signed-values.ts';
import { compareTags, UNWRITTEN, type Register } from './register.ts';

/**
 * The end of an epoch. Registers have no order in which "the last write" could be agreed, so a member freezes (durably),
 * gathers the frozen registers of so many members that they meet every quorum, and joins them: every write that was ever
 * acknowledged is in the join. Of writes that were not, different members may see different ones unless all members were
 * heard; which member's join becomes the next epoch's beginning is for the driver's control log to decide.
 */
export interface Sealing {
  resendAt: Micros;
  /** Since when enough members have been heard; null before. */
  enoughSince: Micros | null;
  /** Where in each peer's keys the gathering stands. */
  readonly cursors: Map<NodeId, { readonly after: string | null; readonly done: boolean }>;
  readonly joined: Map<string, Register>;
  /** This member's own keys, in order; they do not change any more. */
  readonly keys: readonly string[];
}

const PAGE_BYTES = 262_144;
/** After sealing, who was not heard is told more rarely. */
const SLOWER = 10;

export function onStop(node: QuorumNode, input: Extract<Input<'register'>, { t: 'stop' }>): void {
  const { ticket, sign } = input;
  node.fx.open(ticket);
  if (!Number.isSafeInteger(sign.nextEpoch) || sign.nextEpoch <= node.epoch) return node.fx.reject(ticket, 'invalid');
  if (sign.metadata.length > MAX_METADATA) return node.fx.reject(ticket, 'too-large');
  node.stops.push({ ticket, sign });
  freeze(node, sign);
  if (node.sealed) answerStops(node, sealedPosition(node.sealing!.joined, node.epoch));
}

/** From here on this replica neither stores nor answers queries: no operation completes without it being noticed. */
function freeze(node: QuorumNode, sign: StopSign): void {
  if (node.frozen === null) {
    for (const operation of node.operations.values()) giveUp(node, operation, 'sealed');
    forgetHints(node);
    setSign(node, sign);
    beginSealing(node);
  } else if (!node.sealed && compareSigns(sign, node.frozen) < 0) {
    setSign(node, sign);
  }
}

/** A member says that the epoch ends. Where stores may lie, more must say so than may lie. */
function freezeAsTold(node: QuorumNode, from: NodeId, sign: StopSign): void {
  node.claims.set(from, sign);
  const same = [...node.claims].filter(([, claim]) => compareSigns(claim, sign) === 0).map(([id]) => id);
  if (node.table.tally(same) > node.lying) freeze(node, sign);
}

function setSign(node: QuorumNode, sign: StopSign): void {
  node.frozen = sign;
  node.frozenDirty = true;
}

/** Also after a restart of a frozen replica. */
export function beginSealing(node: QuorumNode): void {
  node.sealing = {
    resendAt: node.now,
    enoughSince: null,
    cursors: new Map(node.peers.map((peer) => [peer, { after: null, done: false }])),
    joined: new Map(node.registers),
    keys: [...node.registers.keys()].sort(),
  };
}

/** By epoch, then by bytes: two stops at once must end with one sign everywhere that all are heard. */
export function compareSigns(a: StopSign, b: StopSign): number {
  if (a.nextEpoch !== b.nextEpoch) return a.nextEpoch - b.nextEpoch;
  const length = Math.min(a.metadata.length, b.metadata.length);
  for (let i = 0; i < length; i++) if (a.metadata[i] !== b.metadata[i]) return a.metadata[i]! - b.metadata[i]!;
  return a.metadata.length - b.metadata.length;
}

export function onFrontier(node: QuorumNode, from: NodeId, m: Extract<Message, { type: 'frontier' }>): void {
  if (m.sign.nextEpoch <= node.epoch) {
    node.dropped++;
    return;
  }
  freezeAsTold(node, from, m.sign);
  if (node.frozen === null) return;
  send(node, from, pageAfter(node, m.boot, m.after), frontierGate(node), 'bulk');
}

/** A frontier that a crash could take back would not be one: the freeze and every register must be on disk. */
function frontierGate(node: QuorumNode): Gate {
  if (node.frozenDirty || node.dirty.size > 0) return 'step';
  let gate = node.frozenToken;
  for (const token of node.volatile.values()) gate = Math.max(gate, token);
  return gate;
}

function pageAfter(node: QuorumNode, boot: number, after: string | null): FrontierPage {
  const { keys } = node.sealing!;
  const registers: { readonly key: string; readonly register: Register }[] = [];
  let bytes = 0;
  let next = after === null ? 0 : firstAfter(keys, after);
  const most = node.signed === null ? Infinity : SIGNED_PAGE;
  while (next < keys.length && bytes < PAGE_BYTES && registers.length < most) {
    const key = keys[next++]!;
    const register = node.registers.get(key)!;
    bytes += sizeOfRegister(key, register);
    registers.push({ key, register });
  }
  return { type: 'frontier-page', boot, sign: node.frozen!, after, registers, last: next === keys.length };
}

function firstAfter(keys: readonly string[], after: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function onFrontierPage(node: QuorumNode, from: NodeId, m: FrontierPage): void {
  const { sealing } = node;
  const cursor = sealing?.cursors.get(from);
  if (sealing == null || cursor === undefined || m.boot !== node.boot || cursor.done || cursor.after !== m.after)
    return;
  if (!m.last && m.registers.length === 0) {
    node.dropped++;
    return;
  }
  freezeAsTold(node, from, m.sign);
  for (const { key, register } of m.registers) {
    const known = sealing.joined.get(key) ?? UNWRITTEN;
    if (!node.sealed && compareTags(register.tag, known.tag) > 0) sealing.joined.set(key, register);
  }
  sealing.cursors.set(from, { after: m.registers.at(-1)?.key ?? m.after, done: m.last });
  if (!m.last) request(node, from);
}

function request(node: QuorumNode, peer: NodeId): void {
  const { after } = node.sealing!.cursors.get(peer)!;
  const gate = node.frozenDirty ? 'step' : Math.max(node.frozenToken, node.bootToken);
  send(node, peer, { type: 'frontier', boot: node.boot, sign: node.frozen!, after }, gate);
}

/** Asks whoever has not told everything, and seals once enough have. */
export function driveSealing(node: QuorumNode): void {
  const { sealing, settings } = node;
  if (sealing === null) return;
  const silent = node.peers.filter((peer) => !sealing.cursors.get(peer)!.done);
  if (!node.sealed) trySeal(node, sealing, silent);
  if (silent.length === 0 || node.now < sealing.resendAt) return;
  sealing.resendAt = node.now + settings.retransmit * (node.sealed ? SLOWER : 1);
  for (const peer of silent) request(node, peer);
}

function trySeal(node: QuorumNode, sealing: Sealing, silent: readonly NodeId[]): void {
  if (node.frozenDirty || node.frozenToken > node.durableToken) return;
  const heard = [node.self, ...node.peers.filter((peer) => !silent.includes(peer))];
  if (!node.quorums.isSeal(heard)) return;
  sealing.enoughSince ??= node.now;
  if (silent.length > 0 && node.now < sealing.enoughSince + node.settings.sealGrace) return;
  node.sealed = true;
  const position = sealedPosition(sealing.joined, node.epoch);
  node.fx.seal({ sign: node.frozen!, position, state: encodeState(sealing.joined) });
  answerStops(node, position);
}

function answerStops(node: QuorumNode, position: Position<'register'>): void {
  for (const { ticket, sign } of node.stops) {
    if (compareSigns(sign, node.frozen!) === 0) node.fx.resolve(ticket, { kind: 'committed', position });
    else node.fx.reject(ticket, 'superseded');
  }
  node.stops = [];
}

/** The largest tag of all keys, which says how far the epoch went. */
function sealedPosition(joined: ReadonlyMap<string, Register>, epoch: number): Position<'register'> {
  let last = { key: '', tag: UNWRITTEN.tag };
  for (const [key, { tag }] of joined) {
    const order = compareTags(tag, last.tag);
    if (order > 0 || (order === 0 && key < last.key)) last = { key, tag };
  }
  return { class: 'register', epoch, key: last.key, ts: last.tag.ts, writer: last.tag.writer };
}

export function sealingDeadline(node: QuorumNode): Micros | null {
  const { sealing } = node;
  if (sealing === null || node.peers.every((peer) => sealing.cursors.get(peer)!.done)) return null;
  const graceEnds =
    node.sealed || sealing.enoughSince === null ? Infinity : sealing.enoughSince + node.settings.sealGrace;
  return Math.min(sealing.resendAt, graceEnds);
}
