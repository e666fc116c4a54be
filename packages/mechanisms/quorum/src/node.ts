import type {
  DurableImage,
  Epoch,
  Lane,
  MechanismInit,
  Micros,
  NodeId,
  Send,
  StopSign,
  StoreOp,
  Ticket,
  Token,
} from '@hypersync/interface';
import { EffectsBuilder, WeightTable } from '@hypersync/consensus-kit';
import { lyingWeight, quorumsOf, readSettings, type Quorums, type Settings } from './config.ts';
import { encodeMessage, type Message } from './messages.ts';
import type { Operation } from './operations.ts';
import {
  compareTags,
  putNumber,
  putRegister,
  putSign,
  restore,
  UNWRITTEN,
  type Register,
  type Tag,
} from './register.ts';
import type { Hint } from './repair.ts';
import type { Sealing } from './seal.ts';
import { signedValues, type SignedValues } from './signed-values.ts';

/** What must be on disk before a message may leave. A number is a token; `step` is whatever this step writes. */
export type Gate = 'none' | 'boot' | 'step' | Token;

export interface QuorumNode {
  readonly self: NodeId;
  readonly peers: readonly NodeId[];
  readonly epoch: Epoch;
  readonly settings: Settings;
  readonly quorums: Quorums;
  readonly boot: number;
  /** Null where no store lies. */
  readonly signed: SignedValues | null;
  /** So much weight may lie about the end of the epoch; what more than that say is true. */
  readonly lying: number;
  readonly table: WeightTable;
  readonly fx: EffectsBuilder<'register'>;

  now: Micros;
  registers: Map<string, Register>;
  /** What keys and values of `registers` take. */
  bytes: number;
  /** Registers whose current content is not on disk yet, with the token that will say so. */
  volatile: Map<string, Token>;
  /** What those had when they were last known to be on disk. */
  settled: Map<string, Register>;
  /** On disk: no write of this node, in any incarnation so far, has a larger `ts`. */
  ceiling: number;
  /** The ceiling when this incarnation began: its writes are all above. */
  readonly floor: number;

  /** Tag of the last write of each key that was handed to the application. */
  shown: Map<string, Tag>;

  nextOperation: number;
  /** In the order of their deadlines. */
  operations: Map<number, Operation>;
  resendAt: Micros;

  /** What members lack, by key. */
  hints: Map<string, Hint>;
  /** The keys of hints by the number of their requests. */
  hintIds: Map<number, string>;
  /** Peers that said anything since the last repair. */
  heard: Set<NodeId>;
  repairAt: Micros;

  /** Set once this replica has stopped serving. */
  frozen: StopSign | null;
  sealing: Sealing | null;
  /** How members say that the epoch ends, where one alone is not believed. */
  claims: Map<NodeId, StopSign>;
  sealed: boolean;
  stops: { readonly ticket: Ticket; readonly sign: StopSign }[];
  dropped: number;

  dirty: Set<string>;
  bootDirty: boolean;
  ceilingDirty: boolean;
  frozenDirty: boolean;
  bootToken: Token;
  ceilingToken: Token;
  frozenToken: Token;
  durableToken: Token;
  /** Replies and requests of this step. */
  outbox: { readonly to: Send['to']; readonly bytes: Uint8Array; readonly lane: Lane; readonly gate: Gate }[];
}

export function createNode(init: MechanismInit, image: DurableImage): QuorumNode {
  const restored = restore(image);
  const settings = readSettings(init.config);
  const table = new WeightTable(init.members);
  return {
    self: init.self,
    peers: table.ids.filter((id) => id !== init.self),
    epoch: init.epoch,
    settings,
    quorums: quorumsOf(table, settings),
    boot: restored.boot + 1,
    signed: settings.faultyStores > 0 ? signedValues(init.self, table.ids, init.epoch) : null,
    lying: lyingWeight(table, settings.faultyStores),
    table,
    fx: new EffectsBuilder(),
    now: init.now,
    registers: restored.registers,
    bytes: bytesOf(restored.registers),
    volatile: new Map(),
    settled: new Map(),
    ceiling: restored.ceiling,
    floor: restored.ceiling,
    shown: new Map(),
    nextOperation: 1,
    operations: new Map(),
    resendAt: init.now,
    hints: new Map(),
    hintIds: new Map(),
    heard: new Set(),
    repairAt: init.now,
    frozen: restored.frozen,
    sealing: null,
    claims: new Map(),
    sealed: false,
    stops: [],
    dropped: 0,
    dirty: new Set(),
    bootDirty: true,
    ceilingDirty: false,
    frozenDirty: false,
    bootToken: 0,
    ceilingToken: 0,
    frozenToken: 0,
    durableToken: 0,
    outbox: [],
  };
}

/** What a crash does not take back: also a tag that may be given again must not be seen by anybody. */
export function settledOf(node: QuorumNode, key: string): Register {
  return node.settled.get(key) ?? registerOf(node, key);
}

export function registerOf(node: QuorumNode, key: string): Register {
  return node.registers.get(key) ?? UNWRITTEN;
}

/** What a register takes beside key and value, about: its tag and its places in maps. */
const KEY_OVERHEAD = 128;

function bytesOf(registers: ReadonlyMap<string, Register>): number {
  let bytes = 0;
  for (const [key, { value }] of registers) bytes += KEY_OVERHEAD + key.length + value.length;
  return bytes;
}

/** May this replica be asked to hold a value of `size` bytes under the key? One that takes no more than before is always welcome. */
export function hasRoom(node: QuorumNode, key: string, size: number): boolean {
  const { maxKeys, maxBytes } = node.settings;
  const held = node.registers.get(key);
  if (held !== undefined && size <= held.value.length) return true;
  const more = held === undefined ? KEY_OVERHEAD + key.length + size : size - held.value.length;
  return (held !== undefined || node.registers.size < maxKeys) && node.bytes + more <= maxBytes;
}

/** A replica keeps the register with the larger tag; tags never fall. */
export function adopt(node: QuorumNode, key: string, register: Register): void {
  if (compareTags(register.tag, registerOf(node, key).tag) <= 0) return;
  node.bytes += node.registers.has(key) ? 0 : KEY_OVERHEAD + key.length;
  node.bytes += register.value.length - registerOf(node, key).value.length;
  if (isDurable(node, key)) node.settled.set(key, registerOf(node, key));
  node.registers.set(key, register);
  node.dirty.add(key);
}

/** The gate for a statement about this register: nobody may rely on what a crash would take back. */
export function gateOf(node: QuorumNode, key: string): Gate {
  return node.dirty.has(key) ? 'step' : (node.volatile.get(key) ?? 'none');
}

export function send(node: QuorumNode, to: Send['to'], message: Message, gate: Gate, lane: Lane = 'control'): void {
  node.outbox.push({ to, bytes: encodeMessage(node.epoch, message), lane, gate });
}

/** One atomic, synced batch with everything that changed in this step; then the messages that were waiting for it. */
export function flush(node: QuorumNode): void {
  const writes: StoreOp[] = [];
  if (node.bootDirty) writes.push(putNumber('boot', node.boot));
  if (node.ceilingDirty) writes.push(putNumber('ceiling', node.ceiling));
  if (node.frozenDirty) writes.push(putSign(node.frozen!));
  for (const key of node.dirty) writes.push(putRegister(key, registerOf(node, key)));
  let token = 0;
  if (writes.length > 0) {
    token = node.fx.persist(writes);
    if (node.bootDirty) node.bootToken = token;
    if (node.ceilingDirty) node.ceilingToken = token;
    if (node.frozenDirty) node.frozenToken = token;
    for (const key of node.dirty) node.volatile.set(key, token);
    node.bootDirty = node.ceilingDirty = node.frozenDirty = false;
    node.dirty.clear();
  }
  for (const { to, bytes, lane, gate } of node.outbox) {
    const needed = gate === 'none' ? 0 : gate === 'boot' ? node.bootToken : gate === 'step' ? token : gate;
    node.fx.send(to, bytes, { lane, after: needed > node.durableToken ? needed : undefined });
  }
  node.outbox = [];
}

export function onDurable(node: QuorumNode, token: Token): void {
  node.durableToken = Math.max(node.durableToken, token);
  for (const [key, pending] of node.volatile) {
    if (pending > node.durableToken) continue;
    node.volatile.delete(key);
    if (!node.dirty.has(key)) node.settled.delete(key);
  }
}

export function isDurable(node: QuorumNode, key: string): boolean {
  return !node.dirty.has(key) && !node.volatile.has(key);
}

/** A new tag may be seen only once the disk knows that tags up to it are used up. */
export function writeGate(node: QuorumNode): Gate {
  return node.ceilingDirty ? 'step' : Math.max(node.ceilingToken, node.bootToken);
}
