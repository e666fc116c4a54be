import { createHash } from 'node:crypto';
import type {
  Decision,
  DurableImage,
  Effects,
  Input,
  Misbehaviour,
  NodeId,
  Outcome,
  Persist,
  Sealed,
  Send,
} from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { readFullBlock, type FullBlock, type Shape } from '../src/block.ts';
import { Replica } from '../src/replica.ts';
import { decodeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { makeShape } from '../src/state.ts';

/** A message on a link, decoded, for rules that look inside. */
export interface Flight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

interface Host {
  readonly id: NodeId;
  mechanism: Replica;
  /** What is flushed. */
  image: Map<string, Uint8Array>;
  unflushed: Persist[];
  durable: number;
  gated: { readonly after: number; readonly send: Send }[];
  inputs: Input<'total-order'>[];
  up: boolean;
  readonly delivered: Decision<'total-order'>[];
  readonly outcomes: Map<number, Outcome<'total-order'>>;
  readonly evidence: Misbehaviour[];
  sealed: Sealed<'total-order'> | null;
  installed: number;
}

export function signAs(signer: NodeId, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`key of ${signer}`).update(message).digest());
}

/** The time-out of a round, microseconds. */
export const TIMEOUT = 20_000;

/** Hosts on a bench: links deliver in order at once, disks flush at once, unless a test says otherwise. */
export class Cluster {
  readonly hosts = new Map<NodeId, Host>();
  readonly config: Record<string, unknown>;
  readonly weights: Readonly<Record<NodeId, number>>;
  now = 1_000_000;
  /** False drops the message. */
  passes: (flight: Flight) => boolean = () => true;
  /** False leaves batches of that host unflushed. */
  flushes: (id: NodeId) => boolean = () => true;
  /** False keeps back what the driver has verified for that host, until `answerAll`. */
  answers: (id: NodeId, message: Uint8Array) => boolean = () => true;
  #unanswered: { readonly id: NodeId; readonly answer: Input<'total-order'> }[] = [];
  readonly sent: Flight[] = [];
  #ticket = 1;
  readonly #leaders: ((round: number) => NodeId) | undefined;
  readonly #links: { readonly from: NodeId; readonly to: NodeId; readonly bytes: Uint8Array }[] = [];

  constructor(
    weights: Readonly<Record<NodeId, number>> | number,
    config: Record<string, unknown> = {},
    leaders?: (round: number) => NodeId,
  ) {
    this.#leaders = leaders;
    this.weights =
      typeof weights === 'number'
        ? Object.fromEntries(Array.from({ length: weights }, (_, i) => [`n${i + 1}`, 1]))
        : weights;
    this.config = { baseTimeoutMs: TIMEOUT / 1000, heartbeatMs: 100, ...config };
    for (const id of Object.keys(this.weights)) {
      this.hosts.set(id, {
        id,
        mechanism: this.#create(id, new Map(), 0),
        image: new Map(),
        unflushed: [],
        durable: 0,
        gated: [],
        inputs: [],
        up: true,
        delivered: [],
        outcomes: new Map(),
        evidence: [],
        sealed: null,
        installed: 0,
      });
    }
    for (const id of this.hosts.keys()) this.input(id, { t: 'time' });
    this.settle();
  }

  get ids(): NodeId[] {
    return [...this.hosts.keys()];
  }

  get members(): { id: NodeId; weight: number }[] {
    return Object.entries(this.weights).map(([id, weight]) => ({ id, weight }));
  }

  #init(id: NodeId, applied: number) {
    return { self: id, members: this.members, epoch: 1, seed: 7, now: this.now, config: this.config, applied };
  }

  #create(id: NodeId, image: DurableImage, applied: number): Replica {
    return Replica.create(this.#init(id, applied), image, this.#leaders);
  }

  get chainLength(): 2 | 3 {
    return this.config['chainLength'] === 3 ? 3 : 2;
  }

  get shape(): Shape {
    return makeShape(this.#init(this.ids[0]!, 0));
  }

  /** The blocks on a node's disk, by rising height. */
  stored(id: NodeId): FullBlock[] {
    const entries = [...this.host(id).image]
      .filter(([key]) => key.startsWith('block/'))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([, bytes]) => readFullBlock(new ByteReader(bytes), this.shape));
  }

  /** The signature of a member under a payload, as the authenticator makes it. */
  sign(signer: NodeId, payload: Uint8Array): Uint8Array {
    const domain = `hotstuff/1/${this.shape.genesis.key.slice(0, 32)}`;
    return signAs(signer, new ByteWriter().string(domain).varint(1).bytes(payload).finish());
  }

  host(id: NodeId): Host {
    return this.hosts.get(id)!;
  }

  input(id: NodeId, input: Input<'total-order'>): void {
    this.host(id).inputs.push(input);
  }

  propose(id: NodeId, text: string, session = 0, sequence = 0): number {
    const ticket = this.#ticket++;
    const op = { kind: 'append' as const, value: new Uint8Array(Buffer.from(text)) };
    this.input(id, { t: 'propose', ticket, op, session, sequence });
    return ticket;
  }

  read(id: NodeId, level: 'linearizable' | 'sequential' | 'eventual' = 'linearizable'): number {
    const ticket = this.#ticket++;
    this.input(id, { t: 'read', ticket, level, key: '' });
    return ticket;
  }

  stop(id: NodeId, nextEpoch = 2): number {
    const ticket = this.#ticket++;
    this.input(id, { t: 'stop', ticket, sign: { nextEpoch, metadata: new Uint8Array([1, 2, 3]) } });
    return ticket;
  }

  /** Puts a message on a link as if `from` had sent it. */
  inject(from: NodeId, to: NodeId, message: Message): void {
    this.#links.push({ from, to, bytes: encodeMessage(message, this.shape.table) });
  }

  answerAll(): void {
    for (const { id, answer } of this.#unanswered.splice(0)) this.input(id, answer);
    this.settle();
  }

  /** Runs until nothing is left to do at this instant. */
  settle(): void {
    for (let rounds = 0; rounds < 10_000; rounds++) {
      let idle = true;
      for (const link of this.#links.splice(0)) {
        const target = this.host(link.to);
        if (target.up) target.inputs.push({ t: 'message', from: link.from, bytes: link.bytes });
      }
      for (const host of this.hosts.values()) {
        if (!host.up || host.inputs.length === 0) continue;
        idle = false;
        this.#apply(host, host.mechanism.step(this.now, host.inputs.splice(0)));
      }
      if (idle && this.#links.length === 0) return;
    }
    throw new Error('the cluster does not come to rest');
  }

  /** Lets time pass in small steps. */
  advance(micros: number, step = TIMEOUT / 4): void {
    const end = this.now + micros;
    while (this.now < end) {
      this.now = Math.min(end, this.now + step);
      for (const host of this.hosts.values()) {
        const deadline = host.up ? host.mechanism.nextDeadline() : null;
        if (deadline !== null && deadline <= this.now) host.inputs.push({ t: 'time' });
      }
      this.settle();
    }
  }

  #apply(host: Host, effects: Effects<'total-order'>): void {
    for (const batch of effects.persist) host.unflushed.push(batch);
    for (const send of effects.send) {
      if (send.after === undefined || send.after <= host.durable) this.#transmit(host, send);
      else host.gated.push({ after: send.after, send });
    }
    for (const request of effects.crypto) {
      if (request.op === 'sign') {
        const signature = signAs(host.id, request.message);
        host.inputs.push({ t: 'signed', token: request.token, signature });
      } else {
        const valid = Buffer.compare(signAs(request.signer, request.message), request.signature) === 0;
        const answer = { t: 'verified' as const, token: request.token, valid };
        if (this.answers(host.id, request.message)) host.inputs.push(answer);
        else this.#unanswered.push({ id: host.id, answer });
      }
    }
    if (effects.install !== null) host.installed = effects.install.index;
    host.delivered.push(...effects.deliver);
    for (const { ticket, outcome } of effects.resolve) {
      if (host.outcomes.has(ticket)) throw new Error(`ticket ${ticket} answered twice`);
      host.outcomes.set(ticket, outcome);
    }
    host.evidence.push(...effects.evidence);
    if (effects.sealed !== null) host.sealed = effects.sealed;
    if (this.flushes(host.id)) this.flush(host.id);
  }

  flush(id: NodeId): void {
    const host = this.host(id);
    for (const batch of host.unflushed.splice(0)) {
      for (const write of batch.writes) {
        if (write.op === 'put') host.image.set(write.key, write.value);
        else if (write.op === 'delete') host.image.delete(write.key);
        else for (const key of host.image.keys()) if (key >= write.from && key < write.to) host.image.delete(key);
      }
      host.durable = batch.token;
      if (batch.sync) host.inputs.push({ t: 'durable', token: batch.token });
      for (const { after, send } of host.gated) if (after <= batch.token) this.#transmit(host, send);
      host.gated = host.gated.filter(({ after }) => after > batch.token);
    }
  }

  #transmit(host: Host, send: Send): void {
    const targets = send.to === 'all' ? this.ids.filter((id) => id !== host.id) : [send.to];
    for (const to of targets) {
      const message = decodeMessage(send.bytes, this.shape);
      if (message === null) throw new Error('an honest member sent what cannot be read');
      const flight = { from: host.id, to, message };
      this.sent.push(flight);
      if (this.passes(flight)) this.#links.push({ from: host.id, to, bytes: send.bytes });
    }
  }

  /** Power off: what was not flushed is gone. */
  crash(id: NodeId): void {
    const host = this.host(id);
    Object.assign(host, { up: false, unflushed: [], durable: 0, gated: [], inputs: [] });
  }

  restart(id: NodeId, applied = this.host(id).delivered.at(-1)?.position.index ?? 0): void {
    const host = this.host(id);
    const image = new Map([...host.image].sort(([a], [b]) => (a < b ? -1 : 1)));
    host.mechanism = this.#create(id, image, applied);
    host.up = true;
    host.inputs.push({ t: 'time' });
  }

  values(id: NodeId): string[] {
    return this.host(id).delivered.map(({ value }) => Buffer.from(value).toString());
  }

  detail(id: NodeId, key: string): number | string | boolean | undefined {
    return this.host(id).mechanism.status().detail[key];
  }
}
