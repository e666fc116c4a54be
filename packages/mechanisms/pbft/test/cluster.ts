import { createHash } from 'node:crypto';
import type {
  ConsensusMechanism,
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
import {
  bundleStatement,
  ByteWriter,
  hashKey,
  makeBundle,
  type Bundle,
  type OperationKind,
} from '@hypersync/consensus-kit';
import { makeBatch } from '../src/batch.ts';
import plugin from '../src/index.ts';
import { decodeMessage, encodeMessage, type Message, type VoteMessage } from '../src/messages.ts';
import { makeSetup } from '../src/state.ts';
import { encodeStatement, makeCertificate, type Statement } from '../src/statements.ts';
import { makeNewView, makeViewChange, type NewView, type ViewChange } from '../src/view-change.ts';

/** A message on a link, decoded, for rules that look inside. */
export interface Flight {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: Message;
}

type Of<T extends Message['t']> = T extends VoteMessage['t'] ? VoteMessage : Extract<Message, { t: T }>;

interface Host {
  readonly id: NodeId;
  mechanism: ConsensusMechanism<'total-order'>;
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
  /** Signatures verified. */
  verified: number;
  /** Answers about signatures that `answers` holds back. */
  unanswered: Input<'total-order'>[];
}

function signAs(signer: NodeId, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`key of ${signer}`).update(message).digest());
}

/** Of the view change, microseconds. */
export const TIMEOUT = 100_000;

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
  /** False keeps the answer about a signature from that host until `answer`. */
  answers: (id: NodeId, message: Uint8Array) => boolean = () => true;
  readonly sent: Flight[] = [];
  #ticket = 1;
  readonly #links: { readonly from: NodeId; readonly to: NodeId; readonly bytes: Uint8Array }[] = [];

  constructor(weights: Readonly<Record<NodeId, number>> | number = 4, config: Record<string, unknown> = {}) {
    this.weights =
      typeof weights === 'number'
        ? Object.fromEntries(Array.from({ length: weights }, (_, i) => [`n${i + 1}`, 1]))
        : weights;
    this.config = {
      viewChangeTimeoutMs: TIMEOUT / 1000,
      retransmitMs: 20,
      heartbeatMs: 1000,
      checkpointInterval: 4,
      watermarkWindow: 12,
      batchDelayMs: 0,
      checkpointRetention: 0,
      ...config,
    };
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
        verified: 0,
        unanswered: [],
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

  #create(id: NodeId, image: DurableImage, applied: number): ConsensusMechanism<'total-order'> {
    return plugin.create(this.#init(id, applied), image);
  }

  get setup() {
    return makeSetup(this.#init(this.ids[0]!, 0), new Map());
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

  /** Proposes and waits for the outcome at this instant. */
  decide(id: NodeId, text: string): Outcome<'total-order'> | undefined {
    const ticket = this.propose(id, text);
    this.settle();
    return this.host(id).outcomes.get(ticket);
  }

  stop(id: NodeId, nextEpoch = 2): number {
    const ticket = this.#ticket++;
    this.input(id, { t: 'stop', ticket, sign: { nextEpoch, metadata: new Uint8Array([1, 2, 3]) } });
    return ticket;
  }

  /** Puts a message on a link as if `from` had sent it. */
  inject(from: NodeId, to: NodeId, message: Message): void {
    this.#links.push({ from, to, bytes: encodeMessage(message, this.setup.shape) });
  }

  /** The signature as the authenticator of the cluster wants it. */
  sign(signer: NodeId, payload: Uint8Array): Uint8Array {
    const domain = `pbft/1/${hashKey(this.setup.genesis).slice(0, 32)}`;
    return signAs(signer, new ByteWriter().string(domain).varint(1).bytes(payload).finish());
  }

  signStatement(signer: NodeId, statement: Statement): Uint8Array {
    return this.sign(signer, encodeStatement(statement));
  }

  certificate<S extends Statement>(statement: S, signers: readonly NodeId[]) {
    return makeCertificate(statement, new Map(signers.map((id) => [id, this.signStatement(id, statement)])));
  }

  /** A request of a faulty origin. */
  request(origin: NodeId, number: number, text: string): Bundle {
    return this.bundle(origin, number, 'append', new Uint8Array(Buffer.from(text)));
  }

  bundle(origin: NodeId, number: number, kind: OperationKind, value: Uint8Array): Bundle {
    const operations = [{ kind, session: 0, sequence: 0, value }];
    const { id } = makeBundle(origin, 9, number, operations);
    return makeBundle(origin, 9, number, operations, this.sign(origin, bundleStatement(id)));
  }

  prePrepare(view: number, number: number, bundles: readonly Bundle[]): Message {
    const { digest } = makeBatch(bundles);
    const primary = this.ids[view % this.ids.length]!;
    const signature = this.signStatement(primary, { t: 'PRE-PREPARE', view, number, digest });
    return { t: 'PRE-PREPARE', view, number, ids: bundles.map(({ id }) => id), digest, signature };
  }

  vote(t: 'PREPARE' | 'COMMIT', voter: NodeId, view: number, number: number, digest: Uint8Array): Message {
    return { t, view, number, digest, signature: this.signStatement(voter, { t, view, number, digest }) };
  }

  viewChange(sender: NodeId, view: number, claims: Partial<ViewChange> = {}): ViewChange {
    const stable = this.certificate({ t: 'CHECKPOINT', number: 0, digest: this.setup.genesis }, []);
    const fields = { sender, view, stable, prepared: [], prePrepared: [], ...claims };
    return makeViewChange(fields, this.sign(sender, makeViewChange(fields).payload));
  }

  /** Of view changes, or of empty ones of these members. */
  newView(signer: NodeId, view: number, from: readonly (ViewChange | NodeId)[]): NewView {
    const changes = from.map((one) => (typeof one === 'string' ? this.viewChange(one, view) : one));
    const { digest } = makeNewView(view, changes);
    return makeNewView(view, changes, this.signStatement(signer, { t: 'NEW-VIEW', view, digest }));
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
  advance(micros: number, step = 5000): void {
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

  /** Lets time pass until it is so; throws when it never is. */
  until(done: () => boolean, micros = 5_000_000): void {
    const end = this.now + micros;
    while (!done()) {
      if (this.now >= end) throw new Error('it did not happen');
      this.advance(5000);
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
        host.verified++;
        const valid = Buffer.compare(signAs(request.signer, request.message), request.signature) === 0;
        const answer = { t: 'verified' as const, token: request.token, valid };
        if (this.answers(host.id, request.message)) host.inputs.push(answer);
        else host.unanswered.push(answer);
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

  answer(id: NodeId): void {
    const host = this.host(id);
    host.inputs.push(...host.unanswered.splice(0));
    this.settle();
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
      const message = decodeMessage(send.bytes, this.setup.shape);
      if (typeof message === 'string') throw new Error(`an honest replica sent what cannot be read: ${message}`);
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

  /** The application's snapshot after `index`, on every replica that is up. */
  compact(index: number): void {
    for (const { id, up } of this.hosts.values())
      if (up) this.input(id, { t: 'compact', index, state: new Uint8Array([index]) });
    this.settle();
  }

  values(id: NodeId): string[] {
    return this.host(id).delivered.map(({ value }) => Buffer.from(value).toString());
  }

  detail(id: NodeId, key: string): number | string | boolean | undefined {
    return this.host(id).mechanism.status().detail[key];
  }

  said<T extends Message['t']>(from: NodeId, t: T): Of<T>[] {
    const own = this.sent.filter((flight) => flight.from === from && flight.message.t === t);
    return own.map(({ message }) => message as Of<T>);
  }
}
