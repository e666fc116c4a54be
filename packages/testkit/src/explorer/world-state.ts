import { createHash } from 'node:crypto';
import type {
  ConsensusMechanism,
  Effects,
  Input,
  MechanismPlugin,
  Member,
  Micros,
  Persist,
  Send,
  Status,
} from '@hypersync/interface';
import { Disk } from '../simulator/disk.ts';
import { SignatureOracle } from '../simulator/crypto.ts';
import { promisesOf, type ExploredClass, type Promises } from './promises.ts';

type G = ExploredClass;

export interface Flying {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

export interface ExploredNode {
  mechanism: ConsensusMechanism<G>;
  incarnation: number;
  now: Micros;
  disk: Disk;
  gated: { after: number; send: Send }[];
  applied: number;
}

/** What may still happen on a path; each is spent one by one. */
export interface Budget {
  readonly proposals: number;
  readonly timeouts: number;
  readonly crashes: number;
  readonly losses: number;
  readonly reads: number;
  readonly stops: number;
  /** Nodes whose messages of the kinds that arrive at once are lost from then on. */
  readonly mutes: number;
}

/** One global state: all nodes, all messages under way, all disks. Copied before every action. */
export class WorldState {
  readonly plugin: MechanismPlugin<G>;
  readonly members: readonly Member[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly oracle: SignatureOracle;
  nodes: ExploredNode[] = [];
  flying: Flying[] = [];
  /** Kinds of messages that arrive as they are sent; see `ExploreOptions.atOnce`. */
  readonly atOnce: readonly string[];
  budget: Budget;
  /** Nodes that were muted, by index. */
  muted: readonly number[] = [];
  promises: Promises;
  #arriving: Flying[] = [];

  constructor(
    plugin: MechanismPlugin<G>,
    members: readonly Member[],
    config: Readonly<Record<string, unknown>>,
    budget: Budget,
    atOnce: readonly string[],
  ) {
    this.plugin = plugin;
    this.members = members;
    this.config = config;
    this.budget = budget;
    this.atOnce = atOnce;
    this.promises = promisesOf(plugin.descriptor.guarantee);
    this.oracle = new SignatureOracle(
      0,
      members.map((member) => member.id),
    );
  }

  start(): void {
    for (const [index] of this.members.entries()) this.nodes.push(this.#create(index, 1, new Disk(), 0, 0));
    for (const [index] of this.members.entries()) this.#settleDisk(index);
  }

  #create(index: number, incarnation: number, disk: Disk, now: Micros, applied: number): ExploredNode {
    const self = this.members[index]!.id;
    const init = { self, members: this.members, epoch: 1, seed: index + 1, now, config: this.config, applied };
    const mechanism = this.plugin.create(init, disk.image());
    return { mechanism, incarnation, now, disk, gated: [], applied };
  }

  clone(): WorldState {
    const copy = new WorldState(this.plugin, this.members, this.config, this.budget, this.atOnce);
    copy.muted = this.muted;
    copy.nodes = this.nodes.map((node) => ({
      ...node,
      mechanism: node.mechanism.clone(),
      disk: node.disk.clone(),
      gated: [...node.gated],
    }));
    copy.flying = [...this.flying];
    copy.promises = this.promises.clone();
    return copy;
  }

  /** Equal states, equal text; the order of messages matters on one link at most. */
  key(inOrder = false): string {
    const hash = createHash('sha256');
    for (const node of this.nodes) {
      hash.update(node.mechanism.fingerprint()).update(`${node.incarnation}/${node.now}/${node.applied}/`);
      hash
        .update(node.disk.digest())
        .update(JSON.stringify(node.gated.map(({ after, send }) => [after, send.to, [...send.bytes]])));
    }
    const flying = this.flying
      .map(({ from, to, bytes }, i) => ({ link: `${from}>${to}`, i, text: Buffer.from(bytes).toString('latin1') }))
      .sort((a, b) => compare(a.link, b.link) || (inOrder ? a.i - b.i : compare(a.text, b.text)))
      .map(({ link, text }) => `${link}:${text}`);
    return hash.update(JSON.stringify([flying, this.budget, this.muted, this.promises.key()])).digest('base64');
  }

  propose(index: number): void {
    this.budget = { ...this.budget, proposals: this.budget.proposals - 1 };
    this.#step(index, [this.promises.propose(this.members[index]!.id, index) as Input<G>]);
  }

  read(index: number): void {
    this.budget = { ...this.budget, reads: this.budget.reads - 1 };
    this.#step(index, [this.promises.read(this.members[index]!.id) as Input<G>]);
  }

  /** A client asks this node to end the epoch. */
  stop(index: number): void {
    this.budget = { ...this.budget, stops: this.budget.stops - 1 };
    this.#step(index, [this.promises.stop() as Input<G>]);
  }

  deliver(flying: Flying): void {
    this.drop(flying, 0);
    this.#step(flying.to, [{ t: 'message', from: this.members[flying.from]!.id, bytes: flying.bytes }]);
  }

  drop(flying: Flying, losses = 1): void {
    this.budget = { ...this.budget, losses: this.budget.losses - losses };
    this.flying.splice(this.flying.indexOf(flying), 1);
  }

  timeout(index: number): void {
    const node = this.nodes[index]!;
    this.budget = { ...this.budget, timeouts: this.budget.timeouts - 1 };
    node.now = Math.max(node.now, node.mechanism.nextDeadline() ?? node.now);
    this.#step(index, [{ t: 'time' }]);
  }

  /** From now on nobody hears its messages of the kinds that arrive at once: the others are wrong about its failure. */
  mute(index: number): void {
    this.budget = { ...this.budget, mutes: this.budget.mutes - 1 };
    this.muted = [...this.muted, index];
  }

  /** All that was written becomes durable. */
  flush(index: number): void {
    const node = this.nodes[index]!;
    if (node.disk.beginFlush() === 0) return;
    const tokens = node.disk.endFlush();
    const { durable } = node.disk;
    const ready = node.gated.filter(({ after }) => after <= durable);
    node.gated = node.gated.filter(({ after }) => after > durable);
    for (const { send } of ready) this.#send(index, send);
    this.#step(
      index,
      tokens.map((token) => ({ t: 'durable', token })),
    );
  }

  /** Memory and everything unflushed are gone; the node starts again at once. */
  crash(index: number): void {
    const node = this.nodes[index]!;
    this.budget = { ...this.budget, crashes: this.budget.crashes - 1 };
    node.disk.crash(0);
    this.nodes[index] = this.#create(index, node.incarnation + 1, node.disk, node.now, node.applied);
    this.#settleDisk(index);
  }

  #step(index: number, inputs: readonly Input<G>[]): void {
    const node = this.nodes[index]!;
    const effects = node.mechanism.step(node.now, inputs);
    for (const batch of effects.persist) node.disk.write(batch);
    for (const send of effects.send) if (send.after === undefined) this.#send(index, send);
    this.#judge(node, index, effects);
    for (const send of effects.send) if (send.after !== undefined) this.#gate(index, send, send.after);
    this.#answerCrypto(index, effects);
    this.#settleDisk(index);
  }

  /** Without crashes to come, when a write becomes durable makes no difference worth a branch. */
  #settleDisk(index: number): void {
    if (this.budget.crashes === 0 && this.nodes[index]!.disk.pending.some((batch: Persist) => batch.sync))
      this.flush(index);
  }

  #answerCrypto(index: number, effects: Effects<G>): void {
    const self = this.members[index]!.id;
    const answers = effects.crypto.map((request): Input<G> =>
      request.op === 'sign'
        ? { t: 'signed', token: request.token, signature: this.oracle.sign(self, request.message) }
        : {
            t: 'verified',
            token: request.token,
            valid: this.oracle.verify(request.signer, request.message, request.signature),
          },
    );
    if (answers.length > 0) this.#step(index, answers);
  }

  #gate(index: number, send: Send, after: number): void {
    const node = this.nodes[index]!;
    if (after <= node.disk.durable) this.#send(index, send);
    else node.gated.push({ after, send });
  }

  #send(from: number, send: Send): void {
    for (const [to, member] of this.members.entries())
      if (to !== from && (send.to === 'all' || send.to === member.id)) this.#fly({ from, to, bytes: send.bytes });
  }

  #fly(flying: Flying): void {
    if (this.atOnce.length === 0) return void this.flying.push(flying);
    const words = this.plugin.describeMessage(flying.bytes).split(/[ (]/);
    if (!this.atOnce.some((kind) => words.includes(kind))) this.flying.push(flying);
    else if (!this.muted.includes(flying.from)) this.#arriving.push(flying);
  }

  /** What arrives at once is no branch of its own: it is part of the action that sent it. */
  arrive(): void {
    for (let next = this.#arriving.shift(); next !== undefined; next = this.#arriving.shift())
      this.#step(next.to, [{ t: 'message', from: this.members[next.from]!.id, bytes: next.bytes }]);
  }

  #judge(node: ExploredNode, index: number, effects: Effects<G>): void {
    node.applied = this.promises.judge(this.members[index]!.id, node.applied, effects);
  }

  statuses(): Status[] {
    return this.nodes.map((node) => node.mechanism.status());
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
