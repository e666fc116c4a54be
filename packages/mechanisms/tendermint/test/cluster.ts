import { createHash } from 'node:crypto';
import { ByteWriter, bundleStatement, makeBundle, type Bundle } from '@hypersync/consensus-kit';
import type {
  Decision,
  Effects,
  Input,
  Member,
  Misbehaviour,
  NodeId,
  Outcome,
  Persist,
  Sealed,
  Send,
} from '@hypersync/interface';
import { makeBlock, type Block, type Outline } from '../src/block.ts';
import { ChainState } from '../src/chain-state.ts';
import { decodeMessage, encodeMessage, type Decided, type Message } from '../src/messages.ts';
import { contradiction } from '../src/evidence.ts';
import { Replica } from '../src/replica.ts';
import { domainOf, makeSetup } from '../src/state.ts';
import {
  makeCertificate,
  NIL,
  proposalStatement,
  voteStatement,
  type Certificate,
  type Vote,
  type VoteType,
} from '../src/vote.ts';

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
}

export const TIMEOUTS = { timeoutProposeMs: 100, timeoutProposeDeltaMs: 20, timeoutVoteMs: 40, timeoutVoteDeltaMs: 10 };
export const EPOCH = 1;

function signAs(signer: NodeId, message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`key of ${signer}`).update(message).digest());
}

export function verifyAs(signer: NodeId, message: Uint8Array, signature: Uint8Array): boolean {
  return Buffer.compare(signAs(signer, message), signature) === 0;
}

/**
 * Hosts on a bench: links deliver in order at once, disks flush at once, unless a test says otherwise. Members named as
 * `puppets` are not run: the test speaks in their name, which is how faulty ones are played.
 */
export class Cluster {
  readonly hosts = new Map<NodeId, Host>();
  readonly members: readonly Member[];
  readonly config: Record<string, unknown>;
  now = 1_000_000;
  /** False drops the message. */
  passes: (flight: Flight) => boolean = () => true;
  /** False leaves batches of that host unflushed. */
  flushes: (id: NodeId) => boolean = () => true;
  /** What the driver of a host tells of the true time; null for nothing. */
  wall: (id: NodeId) => { earliest: number; latest: number } | null = () => null;
  sent: Flight[] = [];
  #ticket = 1;
  readonly #made = new Map<string, Block>();
  readonly #links: { readonly from: NodeId; readonly to: NodeId; readonly bytes: Uint8Array }[] = [];

  constructor(
    weights: Readonly<Record<NodeId, number>> | number,
    options: { readonly config?: Record<string, unknown>; readonly puppets?: readonly NodeId[] } = {},
  ) {
    const ids =
      typeof weights === 'number' ? Array.from({ length: weights }, (_, i) => `n${i + 1}`) : Object.keys(weights);
    this.members = ids.map((id) => ({ id, weight: typeof weights === 'number' ? 1 : weights[id]! }));
    this.config = { ...TIMEOUTS, heartbeatMs: 1000, ...options.config };
    for (const id of ids) {
      if (options.puppets?.includes(id)) continue;
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
      });
    }
    for (const id of this.hosts.keys()) this.input(id, { t: 'time' });
    this.settle();
  }

  get ids(): NodeId[] {
    return this.members.map(({ id }) => id);
  }

  #init(id: NodeId, applied: number) {
    return { self: id, members: this.members, epoch: EPOCH, seed: 7, now: this.now, config: this.config, applied };
  }

  #create(id: NodeId, image: ReadonlyMap<string, Uint8Array>, applied: number): Replica {
    return Replica.create(this.#init(id, applied), image);
  }

  get setup() {
    return makeSetup(this.#init(this.ids[0]!, 0), new Map());
  }

  get genesis(): ChainState {
    return this.setup.genesis;
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

  /** Puts a message on a link as if `from` had sent it; to all hosts unless one is named. */
  inject(from: NodeId, message: Message, to: readonly NodeId[] = [...this.hosts.keys()]): void {
    // a proposal names its bundles: they are spread before
    const block = message.t === 'proposal' ? this.#made.get(message.outline.key) : undefined;
    if (block !== undefined) this.inject(from, { t: 'bundles', bundles: block.bundles }, to);
    const bytes = encodeMessage(message, this.setup.table);
    for (const id of to) this.#links.push({ from, to: id, bytes });
  }

  // ---- what a faulty member may say: everything under its own name

  sign(signer: NodeId, payload: Uint8Array): Uint8Array {
    const message = new ByteWriter().string(domainOf(this.genesis.key)).varint(EPOCH).bytes(payload).finish();
    return signAs(signer, message);
  }

  /** Signed by each of the voters. `block` null is nil. */
  votes(
    voters: readonly NodeId[],
    type: VoteType,
    round: number,
    block: Outline | null,
    polRound = -1,
    height = 1,
  ): Message {
    const vote: Vote = { type, height, round, id: block?.id ?? NIL, polRound };
    return {
      t: 'votes',
      votes: voters.map((voter) => ({ voter, vote, signature: this.sign(voter, voteStatement(vote)) })),
    };
  }

  /** Proof that the voter prevoted both blocks in one round of the first height. */
  doubleVote(voter: NodeId, round: number, ...blocks: readonly [Outline, Outline]): Uint8Array {
    const [one, other] = blocks.map(({ id }) => {
      const payload = voteStatement({ type: 'prevote', height: 1, round, id, polRound: -1 });
      return { payload, signature: this.sign(voter, payload) };
    });
    return contradiction(voter, one!, other!)!.proof;
  }

  certificate(
    signers: readonly NodeId[],
    type: VoteType,
    round: number,
    block: Outline,
    polRound = -1,
    height = 1,
  ): Certificate {
    const vote: Vote = { type, height, round, id: block.id, polRound };
    return makeCertificate(vote, new Map(signers.map((id) => [id, this.sign(id, voteStatement(vote))])));
  }

  proposal(proposer: NodeId, round: number, block: Block, pol: Certificate | null = null): Message {
    const polRound = pol?.round ?? -1;
    const head = { height: block.header.height, round, id: block.id, polRound };
    this.#made.set(block.key, block);
    const { header, id, key, bundleIds, evidence } = block;
    const outline = { header, id, key, bundleIds, evidence };
    return { t: 'proposal', round, polRound, outline, signature: this.sign(proposer, proposalStatement(head)), pol };
  }

  bundle(origin: NodeId, text: string, number = 1): Bundle {
    const operations = [{ kind: 'append' as const, session: 0, sequence: 0, value: new Uint8Array(Buffer.from(text)) }];
    const { id } = makeBundle(origin, 9, number, operations);
    return makeBundle(origin, 9, number, operations, this.sign(origin, bundleStatement(id)));
  }

  /** A valid block on top of `chain`. */
  block(origin: NodeId, text: string, chain = this.genesis, evidence: readonly Uint8Array[] = []): Block {
    return makeBlock(chain.place(chain.time + 1), [this.bundle(origin, text, chain.height + 1)], evidence);
  }

  /** Runs until nothing is left to do at this instant. */
  settle(): void {
    for (let rounds = 0; rounds < 10_000; rounds++) {
      let idle = true;
      for (const link of this.#links.splice(0)) {
        const target = this.hosts.get(link.to);
        if (target?.up) target.inputs.push({ t: 'message', from: link.from, bytes: link.bytes });
      }
      for (const host of this.hosts.values()) {
        if (!host.up || host.inputs.length === 0) continue;
        idle = false;
        const wall = this.wall(host.id);
        const inputs = host.inputs.splice(0);
        if (wall !== null) inputs.unshift({ t: 'clock', ...wall });
        this.#apply(host, host.mechanism.step(this.now, inputs));
      }
      if (idle && this.#links.length === 0) return;
    }
    throw new Error('the cluster does not come to rest');
  }

  /** Lets time pass in small steps. */
  advance(ms: number, stepMs = 5): void {
    const end = this.now + ms * 1000;
    while (this.now < end) {
      this.now = Math.min(end, this.now + stepMs * 1000);
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
      const { token, message } = request;
      if (request.op === 'sign') host.inputs.push({ t: 'signed', token, signature: signAs(host.id, message) });
      else host.inputs.push({ t: 'verified', token, valid: verifyAs(request.signer, message, request.signature) });
    }
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
      const message = decodeMessage(send.bytes, this.setup.shape);
      if (message === null) throw new Error('an honest replica sent what cannot be read');
      const flight = { from: host.id, to, message };
      this.sent.push(flight);
      if (this.passes(flight)) this.#links.push({ from: host.id, to, bytes: send.bytes });
    }
  }

  /** Power off: what was not flushed is gone. */
  crash(id: NodeId): void {
    Object.assign(this.host(id), { up: false, unflushed: [], durable: 0, gated: [], inputs: [] });
  }

  restart(id: NodeId): void {
    const host = this.host(id);
    const image = new Map([...host.image].sort(([a], [b]) => (a < b ? -1 : 1)));
    host.mechanism = this.#create(id, image, host.delivered.at(-1)?.position.index ?? 0);
    host.up = true;
    host.inputs.push({ t: 'time' });
  }

  values(id: NodeId): string[] {
    return this.host(id).delivered.map(({ value }) => Buffer.from(value).toString());
  }

  detail(id: NodeId, key: string): number | string | boolean | undefined {
    return this.host(id).mechanism.status().detail[key];
  }

  /** What the node has said in votes so far, as the wire showed it: `prevote 0 A`, with names for blocks. */
  said(id: NodeId, names: ReadonlyMap<string, string> = new Map()): string[] {
    const texts = this.sent
      .filter(({ from }) => from === id)
      .flatMap(({ message }) => (message.t === 'votes' ? message.votes : []))
      .filter(({ voter }) => voter === id)
      .map(({ vote }) => {
        const key = Buffer.from(vote.id).toString('hex');
        const value = key === '' ? 'nil' : (names.get(key) ?? 'other');
        return `${vote.type} ${vote.round} ${value}${vote.polRound >= 0 ? ` on ${vote.polRound}` : ''}`;
      });
    return [...new Set(texts)];
  }

  /** Whom the evidence that this node reported names. */
  accused(id: NodeId): string[] {
    const proven = this.host(id).evidence.filter(({ provable }) => provable);
    return [...new Set(proven.map(({ culprit, kind }) => `${culprit} ${kind}`))].sort();
  }
}

export function names(blocks: Readonly<Record<string, Block>>): Map<string, string> {
  return new Map(Object.entries(blocks).map(([name, block]) => [block.key, name]));
}

/** The decided chain that a node shows to a peer that knows nothing. */
export function decidedBy(cluster: Cluster, id: NodeId): Decided[] {
  const before = cluster.sent.length;
  const status: Message = {
    t: 'status',
    height: 0,
    id: cluster.genesis.id,
    round: 0,
    prevotes: new Set(),
    precommits: new Set(),
    asks: true,
  };
  const asker = cluster.ids.find((other) => other !== id)!;
  const passes = cluster.passes;
  cluster.passes = () => false;
  cluster.inject(asker, status, [id]);
  cluster.settle();
  cluster.passes = passes;
  return cluster.sent.slice(before).flatMap(({ message }) => (message.t === 'decided' ? message.blocks : []));
}
