import { createHash } from 'node:crypto';
import type {
  ConsensusMechanism,
  Decision,
  Effects,
  Input,
  MechanismPlugin,
  Member,
  Micros,
  Persist,
  Resolution,
  Send,
  Status,
} from '@hypersync/interface';
import { Disk } from '../simulator/disk.ts';
import { SignatureOracle } from '../simulator/crypto.ts';
import { violated } from '../simulator/violation.ts';

type G = 'total-order';

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
}

/** One global state: all nodes, all messages under way, all disks. Copied before every action. */
export class WorldState {
  readonly plugin: MechanismPlugin<G>;
  readonly members: readonly Member[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly oracle: SignatureOracle;
  nodes: ExploredNode[] = [];
  flying: Flying[] = [];
  budget: Budget;
  /** Names of what was delivered, by index: one log for all. */
  log: string[] = [];
  promises = new Map<number, string>();
  proposed = 0;

  constructor(
    plugin: MechanismPlugin<G>,
    members: readonly Member[],
    config: Readonly<Record<string, unknown>>,
    budget: Budget,
  ) {
    this.plugin = plugin;
    this.members = members;
    this.config = config;
    this.budget = budget;
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
    const copy = new WorldState(this.plugin, this.members, this.config, this.budget);
    copy.nodes = this.nodes.map((node) => ({
      ...node,
      mechanism: node.mechanism.clone(),
      disk: node.disk.clone(),
      gated: [...node.gated],
    }));
    copy.flying = [...this.flying];
    copy.log = [...this.log];
    copy.promises = new Map(this.promises);
    copy.proposed = this.proposed;
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
    return hash.update(JSON.stringify([flying, this.budget, this.log, [...this.promises]])).digest('base64');
  }

  propose(index: number): void {
    this.budget = { ...this.budget, proposals: this.budget.proposals - 1 };
    const n = ++this.proposed;
    const op = { kind: 'append', value: Uint8Array.of(n) } as const;
    this.#step(index, [{ t: 'propose', ticket: n, op, session: index + 1, sequence: n }]);
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
      if (to !== from && (send.to === 'all' || send.to === member.id))
        this.flying.push({ from, to, bytes: send.bytes });
  }

  #judge(node: ExploredNode, index: number, effects: Effects<G>): void {
    const self = this.members[index]!.id;
    for (const decision of effects.deliver) this.#delivered(node, self, decision);
    for (const resolution of effects.resolve) this.#resolved(self, resolution);
  }

  #delivered(node: ExploredNode, self: string, decision: Decision<G>): void {
    const { index } = decision.position;
    const name = `${decision.session}/${decision.sequence}`;
    if (index !== node.applied + 1) violated('order', `${self} delivered index ${index} after ${node.applied}`);
    const known = this.log[index - 1];
    if (known !== undefined && known !== name)
      violated('agreement', `${self} delivered ${name} at index ${index}, others have ${known}`);
    const promised = this.promises.get(index);
    if (promised !== undefined && promised !== name)
      violated('durability', `index ${index} was acknowledged for ${promised}, ${self} delivered ${name}`);
    this.log[index - 1] = name;
    node.applied = index;
  }

  #resolved(self: string, { ticket, outcome }: Resolution<G>): void {
    if (outcome.kind !== 'committed') return;
    const { index } = outcome.position;
    const known = this.log[index - 1];
    const named = known === undefined || known.endsWith(`/${ticket}`);
    if (!named)
      violated('durability', `${self} acknowledged proposal ${ticket} at index ${index}, where ${known} was delivered`);
    if (known !== undefined) this.promises.set(index, known);
  }

  statuses(): Status[] {
    return this.nodes.map((node) => node.mechanism.status());
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
