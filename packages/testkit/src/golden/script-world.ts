import { toHex, HyperSyncError } from '@hypersync/base';
import {
  wantsClock,
  type Effects,
  type Guarantee,
  type Input,
  type MechanismPlugin,
  type Micros,
  type NodeId,
  type Outcome,
  type Persist,
  type Position,
  type Send,
  type Status,
} from '@hypersync/interface';
import { SignatureOracle } from '../simulator/crypto.ts';
import { ScriptNode } from './script-node.ts';

/** Between sending and arrival, where time passes by `run`. */
const LATENCY: Micros = 1000;
/** A script that goes on and on is a mistake. */
const MOST_EVENTS = 2000;
const WALL_CLOCK_START: Micros = 1_700_000_000_000_000;
const CLOCK_ERROR: Micros = 1000;

interface Letter<G extends Guarantee> {
  readonly from: ScriptNode<G>;
  readonly to: ScriptNode<G>;
  readonly bytes: Uint8Array;
  readonly at: Micros;
}

/** What a script's output shows of a step: everything, or what the application, the clients and the leadership see. */
export type Detail = 'all' | 'outcomes';

export interface ScriptWorldOptions<G extends Guarantee> {
  readonly plugin: MechanismPlugin<G>;
  readonly ids: readonly NodeId[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/**
 * A cluster in which nothing happens by itself: messages wait in their links, time stands still, disks flush at once unless they
 * are held. Everything observable is written down as it happens.
 */
export class ScriptWorld<G extends Guarantee> {
  readonly nodes = new Map<NodeId, ScriptNode<G>>();
  readonly #options: ScriptWorldOptions<G>;
  readonly #oracle: SignatureOracle;
  readonly #lines: string[] = [];
  #mail: Letter<G>[] = [];
  /** Which side of a partition each node is on. */
  #sides = new Map<NodeId, number>();
  /** Links that are cut, both ways: two names in order. */
  readonly #cut = new Set<string>();
  now: Micros = 0;
  detail: Detail = 'all';

  constructor(options: ScriptWorldOptions<G>) {
    this.#options = options;
    this.#oracle = new SignatureOracle(options.seed, options.ids);
    for (const id of options.ids) this.nodes.set(id, new ScriptNode(id));
    for (const node of this.nodes.values()) this.start(node);
  }

  /** What was written down since the last call. */
  takeOutput(): string {
    return this.#lines.splice(0).join('\n');
  }

  say(line: string): void {
    this.#lines.push(line);
  }

  #saySmall(line: string): void {
    if (this.detail === 'all') this.say(`  ${line}`);
  }

  start(node: ScriptNode<G>): void {
    const { plugin, ids, config, seed } = this.#options;
    const members = ids.toSorted().map((id) => ({ id, weight: 1 }));
    const image = node.disk.image();
    node.incarnation++;
    const init = {
      self: node.id,
      members,
      epoch: 1,
      seed: seed * 1000 + [...this.nodes.keys()].indexOf(node.id) * 100 + node.incarnation,
      now: this.now,
      config,
      applied: node.applied,
    };
    node.mechanism = plugin.create(init, image);
    this.say(`${node.id} starts${image.size === 0 ? '' : ` from ${image.size} records, applied ${node.applied}`}`);
    this.#settle(node, []);
  }

  crash(node: ScriptNode<G>): void {
    node.crash();
    this.say(`${node.id} crashes`);
  }

  /** What the script itself asks of a node; always shown. */
  ask(node: ScriptNode<G>, input: Input<G>, header: string): void {
    this.say(`${node.id} ${header}`);
    this.#give(node, input);
  }

  /** One step, and all that follows from it inside the node. */
  #give(node: ScriptNode<G>, input: Input<G>): void {
    if (node.mechanism === null) this.#saySmall(`${node.id} is down`);
    else this.#settle(node, [input]);
  }

  #settle(node: ScriptNode<G>, inputs: readonly Input<G>[]): void {
    let batch = inputs;
    do {
      const clock = wantsClock(this.#options.plugin.descriptor) ? [this.#clock()] : [];
      if (clock.length > 0 || batch.length > 0)
        this.#carryOut(node, node.mechanism!.step(this.now, [...clock, ...batch]));
      if (!node.holdsDisk) this.#flush(node);
      batch = node.todo.splice(0);
    } while (batch.length > 0);
    this.#sayStanding(node, node.mechanism!.status());
  }

  #clock(): Input<G> {
    const time = WALL_CLOCK_START + this.now;
    return { t: 'clock', earliest: time - CLOCK_ERROR, latest: time + CLOCK_ERROR };
  }

  sync(node: ScriptNode<G>): void {
    if (node.mechanism === null) return;
    this.#flush(node);
    this.#settle(node, node.todo.splice(0));
  }

  #flush(node: ScriptNode<G>): void {
    if (node.disk.beginFlush() === 0) return;
    for (const token of node.disk.endFlush()) node.todo.push({ t: 'durable', token });
    const ready = node.gated.filter(({ after }) => after <= node.disk.durable);
    node.gated = node.gated.filter(({ after }) => after > node.disk.durable);
    for (const { send } of ready) this.#send(node, send);
  }

  /** In the order that the interface states. */
  #carryOut(node: ScriptNode<G>, effects: Effects<G>): void {
    for (const batch of effects.persist) this.#persist(node, batch);
    for (const send of effects.send) if (send.after === undefined) this.#send(node, send);
    for (const request of effects.crypto)
      node.todo.push(
        request.op === 'sign'
          ? { t: 'signed', token: request.token, signature: this.#oracle.sign(node.id, request.message) }
          : {
              t: 'verified',
              token: request.token,
              valid: this.#oracle.verify(request.signer, request.message, request.signature),
            },
      );
    this.#handOver(node, effects);
    for (const send of effects.send) {
      if (send.after === undefined) continue;
      if (send.after <= node.disk.durable) this.#send(node, send);
      else {
        node.gated.push({ after: send.after, send });
        if (node.holdsDisk)
          this.#saySmall(`holds back until its disk has flushed: to ${send.to}, ${this.#describe(send)}`);
      }
    }
  }

  #handOver(node: ScriptNode<G>, effects: Effects<G>): void {
    if (effects.install !== null) {
      node.applied = effects.install.index;
      this.say(`  ${node.id} installs a snapshot of index ${effects.install.index}: ${textOf(effects.install.state)}`);
    }
    for (const { position, key, value } of effects.deliver) {
      if (position.class === 'total-order') node.applied = position.index;
      this.say(`  ${node.id} delivers ${placeOf(position)}${key === '' ? '' : ` ${key} =`} ${shown(position, value)}`);
    }
    for (const { ticket, outcome } of effects.resolve)
      this.say(`  ${node.id} answers #${ticket}: ${wordsFor(outcome)}`);
    for (const { culprit, kind, provable } of effects.evidence)
      this.say(`  ${node.id} accuses ${culprit}: ${kind}${provable ? ', with proof' : ''}`);
    if (effects.sealed !== null) this.say(`  ${node.id} seals the epoch at ${placeOf(effects.sealed.position)}`);
    if (effects.membership !== null) {
      const { voters, learners } = effects.membership;
      const also = learners.length === 0 ? '' : `, learners ${learners.join(' ')}`;
      this.say(`  ${node.id} counts with ${voters.map(({ id }) => id).join(' ')}${also}`);
    }
  }

  #persist(node: ScriptNode<G>, batch: Persist): void {
    node.disk.write(batch);
    const keys = batch.writes.map((write) => {
      if (write.op === 'put') return write.key;
      return write.op === 'delete' ? `-${write.key}` : `-${write.from}..${write.to}`;
    });
    this.#saySmall(`${node.id} writes ${keys.join(', ')}`);
  }

  #send(node: ScriptNode<G>, send: Send): void {
    const targets = [...this.nodes.values()].filter(
      (peer) => peer !== node && (send.to === 'all' || peer.id === send.to),
    );
    const lost = targets.filter((peer) => !this.#reaches(node.id, peer.id));
    const note = lost.length === 0 ? '' : `  (cut: ${lost.map(({ id }) => id).join(' ')})`;
    this.#saySmall(`${node.id} -> ${send.to}: ${this.#describe(send)}${note}`);
    for (const to of targets)
      if (!lost.includes(to)) this.#mail.push({ from: node, to, bytes: send.bytes, at: this.now + LATENCY });
  }

  #describe({ bytes }: { readonly bytes: Uint8Array }): string {
    return this.#options.plugin.describeMessage(bytes);
  }

  /** Who leads, in whose eyes, is what people look for first. */
  #sayStanding(node: ScriptNode<G>, { role, leader, term }: Status<G>): void {
    const standing = `${role}, term ${term}${leader === null ? '' : `, leader ${leader}`}`;
    if (standing === node.standing) return;
    node.standing = standing;
    this.say(`  ${node.id} is ${standing}`);
  }

  /** Messages under way between two nodes, or all of them, oldest first. */
  underWay(from: NodeId | null = null, to: NodeId | null = null): readonly Letter<G>[] {
    return this.#mail.filter(
      (letter) => (from === null || letter.from.id === from) && (to === null || letter.to.id === to),
    );
  }

  describeLetter({ from, to, bytes }: Letter<G>): string {
    return `${from.id} -> ${to.id}: ${this.#describe({ bytes })}`;
  }

  drop(letters: readonly Letter<G>[]): void {
    this.#mail = this.#mail.filter((letter) => !letters.includes(letter));
  }

  deliver(letter: Letter<G>): void {
    this.drop([letter]);
    const { from, to, bytes } = letter;
    if (this.detail === 'all') this.say(`${to.id} gets from ${from.id}: ${this.#describe({ bytes })}`);
    this.#give(to, { t: 'message', from: from.id, bytes });
  }

  /** Until nothing is under way; time stands still. */
  deliverAll(): void {
    for (let events = 0; this.#mail.length > 0; events++) {
      if (events === MOST_EVENTS) throw new HyperSyncError('HS-2104', `after ${events} messages there are still more`);
      this.deliver(this.#mail[0]!);
    }
  }

  /** Nodes of one group reach each other and nobody else. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.#sides = new Map(groups.flatMap((group, side) => group.map((id) => [id, side] as const)));
    this.#loseUnreachable();
  }

  /** These two no longer reach each other, although both may reach others. */
  cut(a: NodeId, b: NodeId): void {
    this.#cut.add(linkName(a, b));
    this.#loseUnreachable();
  }

  heal(): void {
    this.#sides.clear();
    this.#cut.clear();
  }

  #reaches(a: NodeId, b: NodeId): boolean {
    return this.#sides.get(a) === this.#sides.get(b) && !this.#cut.has(linkName(a, b));
  }

  #loseUnreachable(): void {
    this.#mail = this.#mail.filter(({ from, to }) => this.#reaches(from.id, to.id));
  }

  /** Lets time pass; timers fire, and where `delivering`, messages arrive. */
  advance(micros: Micros, delivering: boolean): void {
    const end = this.now + micros;
    for (let events = 0; ; events++) {
      if (events === MOST_EVENTS) throw new HyperSyncError('HS-2104', `more than ${events} events in ${micros} us`);
      const timer = this.#nextTimer();
      const letter = delivering ? this.#mail[0] : undefined;
      const next = Math.min(timer?.at ?? Number.POSITIVE_INFINITY, letter?.at ?? Number.POSITIVE_INFINITY);
      if (next > end) break;
      this.now = Math.max(this.now, next);
      if (letter !== undefined && letter.at <= next) this.deliver(letter);
      else this.#fire(timer!.node);
    }
    this.now = end;
  }

  #fire(node: ScriptNode<G>): void {
    if (this.detail === 'all') this.say(`${node.id}'s time is up, at ${this.now / 1000} ms`);
    this.#give(node, { t: 'time' });
  }

  #nextTimer(): { readonly at: Micros; readonly node: ScriptNode<G> } | null {
    let first: { at: Micros; node: ScriptNode<G> } | null = null;
    for (const node of this.nodes.values()) {
      const at = node.mechanism?.nextDeadline() ?? null;
      if (at !== null && (first === null || at < first.at)) first = { at, node };
    }
    return first;
  }
}

/** Text where it is text, else hex; long ones are cut. */
export function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString();
  const isText = /^[\x20-\x7e]*$/.test(text);
  const shown = isText ? JSON.stringify(text) : `0x${toHex(bytes)}`;
  return shown.length > 60 ? `${shown.slice(0, 60)}... (${bytes.length} bytes)` : shown;
}

/** What approximate agreement puts out are coordinates, as big-endian doubles. */
function shown(position: Position, value: Uint8Array): string {
  if (position.class !== 'approximate' || value.length % 8 !== 0) return textOf(value);
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const coordinates = Array.from({ length: value.length / 8 }, (_, i) => view.getFloat64(8 * i));
  return `[${coordinates.map((coordinate) => Number(coordinate.toFixed(6))).join(', ')}]`;
}

function placeOf(position: Position): string {
  switch (position.class) {
    case 'total-order':
      return String(position.index);
    case 'register':
      return `${position.key}@${position.ts}.${position.writer}`;
    case 'causal':
      return `${position.dot.node}:${position.dot.counter}`;
    case 'convergent':
      return position.root === '' ? 'convergent' : position.root.slice(0, 12);
    case 'approximate':
      return `agreement ${position.round}`;
  }
}

function wordsFor(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'committed':
      return `committed at ${placeOf(outcome.position)}`;
    case 'values':
      return `${outcome.values.length === 0 ? 'nothing' : outcome.values.map((value) => shown(outcome.position, value)).join(', ')} as of ${placeOf(outcome.position)}`;
    case 'unknown':
      return 'unknown';
    case 'rejected':
      return `rejected, ${outcome.reason}${outcome.hint === null ? '' : `, ask ${outcome.hint}`}`;
  }
}

function linkName(a: NodeId, b: NodeId): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
