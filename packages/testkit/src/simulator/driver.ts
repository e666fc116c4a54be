import {
  noEffects,
  type CryptoRequest,
  type Effects,
  type Guarantee,
  type Input,
  type Member,
  type MechanismInit,
  type Micros,
  type NodeId,
  type Persist,
  type Resolution,
  type Send,
  type Token,
  wantsClock,
} from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import { Coverage } from './coverage.ts';
import { EVENT } from './event-queue.ts';
import { InvariantChecks } from './invariant-checks.ts';
import type { SimNode } from './node.ts';
import { violated, ViolationError } from './violation.ts';
import type { World } from './world.ts';

const LEAST_LATENESS = 1;
const MOST_LATENESS = 80;
const MOST_HURRIED = 200;

/** Does for each mechanism what the interface asks of a driver, and holds the mechanism to the contract while doing so. */
export class Driver<G extends Guarantee> {
  readonly #world: World<G>;
  readonly #random: Prng;
  readonly #diskLatency: readonly [Micros, Micros];
  /** 0: every input is a step of its own; else inputs of that many microseconds share one. */
  readonly #window: Micros;
  readonly #slots: boolean;
  readonly #tellsTime: boolean;
  readonly #checks: InvariantChecks<G>;
  readonly #watchesStatus: boolean;
  readonly coverage: Coverage<G>;
  steps = 0;
  messages = 0;
  messageBytes = 0;
  evidence = 0;
  /** Whom honest nodes have claimed proof against. */
  readonly culprits = new Set<NodeId>();
  installs = 0;

  constructor(world: World<G>, random: Prng) {
    this.#world = world;
    this.#random = random;
    this.#diskLatency = world.options.diskLatency ?? [50, 1000];
    this.#window = random.chance(1, 4) ? 300 : 0;
    const { descriptor } = world.options.plugin;
    this.#slots = descriptor.timing === 'synchronous-slots';
    this.#tellsTime = wantsClock(descriptor);
    this.#checks = new InvariantChecks(world.options.invariants ?? [], world.honest);
    this.coverage = new Coverage(world.options.sometimes ?? []);
    const watching = world.options.sometimes !== undefined || world.judge.stepped !== undefined;
    this.#watchesStatus = watching || !this.#checks.empty;
  }

  create(node: SimNode<G>, members: readonly Member[], seed: number): void {
    const init: MechanismInit = {
      self: node.id,
      members,
      epoch: 1,
      seed,
      now: node.clock.read(this.#world.now),
      config: this.#world.options.config ?? {},
      applied: node.applied,
    };
    const image = node.disk.image();
    this.#world.tell(() => `${node.id} starts from ${image.size} durable keys, applied ${init.applied}`);
    try {
      node.mechanism = node.plugin.create(init, image);
    } catch (error) {
      this.#threw(node, 'create', error);
      return;
    }
    if (this.#slots) this.#step(node, []);
    else {
      this.#observe(node);
      this.#scheduleTimer(node);
    }
  }

  arrive(node: SimNode<G>, from: SimNode<G>, bytes: Uint8Array): void {
    if (!node.up) return;
    this.#world.tell(() => `${node.id} gets from ${from.id}: ${node.plugin.describeMessage(bytes)}`);
    this.offer(node, { t: 'message', from: from.id, bytes });
  }

  /** Gives the input to the mechanism now, or with the next batch when the node is busy. */
  offer(node: SimNode<G>, input: Input<G>): void {
    if (!node.up) return;
    if (this.#window === 0 && node.busyUntil <= this.#world.now && node.inbox.length === 0) this.#step(node, [input]);
    else this.later(node, input);
  }

  /** Never inside the current step. */
  later(node: SimNode<G>, input: Input<G>): void {
    if (!node.up) return;
    node.inbox.push(input);
    this.scheduleWake(node);
  }

  scheduleWake(node: SimNode<G>): void {
    if (node.inbox.length === 0) return;
    if (node.wakeScheduled && node.busyUntil > this.#world.now) return;
    node.wakeScheduled = true;
    const time = Math.max(this.#world.now + this.#window, node.busyUntil);
    this.#world.queue.push(time, EVENT.wake, node.index, node.incarnation);
  }

  wake(node: SimNode<G>): void {
    if (node.busyUntil > this.#world.now) {
      this.#world.queue.push(node.busyUntil, EVENT.wake, node.index, node.incarnation);
      return;
    }
    node.wakeScheduled = false;
    if (!node.up || node.inbox.length === 0) return;
    // what has gathered comes in one batch or in several, as an operating system may hand it over
    const all = node.inbox;
    const share = all.length > 1 && this.#random.chance(1, 2) ? this.#random.between(1, all.length) : all.length;
    node.inbox = all.slice(share);
    this.scheduleWake(node);
    this.#step(node, all.slice(0, share));
  }

  timer(node: SimNode<G>, time: Micros): void {
    if (!node.up || time !== node.timerAt) return;
    node.timerAt = Number.POSITIVE_INFINITY;
    const wanted = node.mechanism!.nextDeadline();
    if (wanted === null) return;
    if (node.busyUntil > this.#world.now || node.clock.read(this.#world.now) < wanted) {
      this.#scheduleTimer(node);
      return;
    }
    this.#world.tell(() => `${node.id}'s time is up`);
    this.#checkHurry(node, wanted);
    this.offer(node, { t: 'time' });
  }

  /** A deadline that stays in the past would be an endless loop in a real host. */
  #checkHurry(node: SimNode<G>, wanted: Micros): void {
    node.hurriedTimers = wanted === node.hurriedSince ? node.hurriedTimers + 1 : 0;
    node.hurriedSince = wanted;
    if (node.hurriedTimers > MOST_HURRIED && node.honest)
      violated('contract', `${node.id} still wants time ${wanted} after ${MOST_HURRIED} steps at or after it`);
  }

  #step(node: SimNode<G>, inputs: Input<G>[]): void {
    const batch = this.#tellsTime ? [this.#world.wallClock(node), ...inputs] : inputs;
    const before = node.incarnation;
    this.steps++;
    let effects: Effects<G>;
    try {
      effects = node.mechanism!.step(node.clock.read(this.#world.now), batch);
    } catch (error) {
      this.#threw(node, 'step', error);
      if (!node.up) return;
      effects = noEffects();
    }
    this.#carryOut(node, effects);
    if (node.incarnation !== before || !node.up) return;
    this.#observe(node);
    this.#scheduleTimer(node);
  }

  #threw(node: SimNode<G>, where: string, error: unknown): void {
    if (error instanceof ViolationError) throw error;
    if (node.honest) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      violated('contract', `${node.id} threw in ${where}: ${text}`);
      return;
    }
    node.forget(); // an attacker that trips over itself is a silent one
    node.downReasons = Number.POSITIVE_INFINITY;
  }

  #observe(node: SimNode<G>): void {
    if (!this.#watchesStatus || !node.honest) return;
    node.status = node.mechanism!.status();
    this.coverage.stepped(node);
    this.#world.judge.stepped?.(node);
    this.#checks.check(node);
  }

  #scheduleTimer(node: SimNode<G>): void {
    const wanted = node.mechanism!.nextDeadline();
    if (wanted === null) return;
    if (!Number.isSafeInteger(wanted)) {
      if (node.honest) violated('contract', `${node.id} wants time ${wanted}, which is not a safe integer`);
      return;
    }
    const due = Math.max(node.clock.when(wanted), this.#world.now, node.busyUntil);
    if (due >= node.timerAt) return;
    const time = due + this.#random.between(LEAST_LATENESS, MOST_LATENESS);
    node.timerAt = time;
    this.#world.queue.push(time, EVENT.timer, node.index, node.incarnation);
  }

  /** In the order that the interface states. */
  #carryOut(node: SimNode<G>, effects: Effects<G>): void {
    if (effects.persist.length > 0 || effects.crypto.length > 0) this.#checkTokens(node, effects);
    for (const batch of effects.persist) this.#persist(node, batch);
    if (effects.persist.length > 0) this.startFlush(node);
    for (const send of effects.send) if (send.after === undefined) this.#transmit(node, send);
    for (const request of effects.crypto) this.#crypto(node, request);
    if (node.honest) this.#handToApplication(node, effects);
    for (const send of effects.send) if (send.after !== undefined) this.#gate(node, send, send.after);
  }

  #handToApplication(node: SimNode<G>, effects: Effects<G>): void {
    const { judge } = this.#world;
    if (effects.install !== null) {
      this.installs++;
      this.coverage.count('snapshot install');
      this.#world.tell(() => `${node.id} installs a snapshot of index ${effects.install!.index}`);
      judge.install(node, effects.install);
    }
    if (effects.deliver.length > 0) this.#world.recovery.delivered(node);
    for (const decision of effects.deliver) {
      this.#world.tell(
        () => `${node.id} delivers ${this.#world.operations.nameOf(decision.value)} at ${placeOf(decision.position)}`,
      );
      this.#world.trace.record(this.#world.now, 16, node.index, decision.sequence, decision.value);
      judge.deliver(node, decision);
    }
    for (const resolution of effects.resolve) this.#resolve(node, resolution);
    for (const found of effects.evidence) {
      this.evidence++;
      this.coverage.count('evidence');
      if (found.provable) this.culprits.add(found.culprit);
      this.#world.tell(
        () => `${node.id} accuses ${found.culprit}: ${found.kind}${found.provable ? ' (provable)' : ''}`,
      );
      if (found.provable && this.#world.isHonest(found.culprit))
        violated('accountability', `${node.id} claims proof of ${found.kind} against the honest ${found.culprit}`);
    }
    if (effects.membership !== null) node.membership = effects.membership;
    if (effects.sealed !== null) {
      this.coverage.count('seal');
      this.#world.recovery.sealed(node, effects.sealed);
    }
  }

  #resolve(node: SimNode<G>, { ticket, outcome }: Resolution<G>): void {
    this.#world.trace.record(this.#world.now, 17, node.index, ticket);
    if (outcome.kind === 'rejected') this.coverage.count('rejection');
    if (outcome.kind === 'unknown') this.coverage.count('unknown outcome');
    this.#world.tell(
      () =>
        `${node.id} answers ticket ${ticket}: ${outcome.kind}${outcome.kind === 'rejected' ? ` (${outcome.reason})` : ''}`,
    );
    if (!this.#world.administration.resolved(node, ticket, outcome))
      this.#world.clients.resolved(node, ticket, outcome);
  }

  #checkTokens(node: SimNode<G>, effects: Effects<G>): void {
    const tokens = [...effects.persist.map((batch) => batch.token), ...effects.crypto.map((request) => request.token)];
    let last = node.lastToken;
    for (const token of tokens.sort((a, b) => a - b)) {
      if (!(Number.isSafeInteger(token) && token > last) && node.honest)
        violated('contract', `${node.id} used token ${token} after ${last}; tokens strictly increase`);
      last = token;
    }
    const batches = effects.persist;
    if (node.honest && batches.some((batch, i) => i > 0 && batch.token <= batches[i - 1]!.token))
      violated('contract', `${node.id} emitted persists out of the order of their tokens`);
    node.lastToken = last;
  }

  #persist(node: SimNode<G>, batch: Persist): void {
    for (const write of batch.writes) {
      const key = write.op === 'delete-range' ? write.from : write.key;
      if (Buffer.byteLength(key) > 256 && node.honest)
        violated('contract', `${node.id} persists a key of more than 256 bytes`);
      this.#world.trace.record(this.#world.now, 18, node.index, batch.token, write.op === 'put' ? write.value : null);
    }
    this.#world.tell(
      () =>
        `${node.id} writes ${batch.writes.map((write) => (write.op === 'delete-range' ? `-${write.from}..` : write.key)).join(', ')} (token ${batch.token})`,
    );
    node.disk.write(batch);
  }

  startFlush(node: SimNode<G>): void {
    if (node.disk.beginFlush() === 0) return;
    const [least, most] = this.#diskLatency;
    const latency = this.#random.between(least, most) * this.#world.scheduled.diskFactor(node);
    this.#world.queue.push(this.#world.now + latency, EVENT.flush, node.index, node.incarnation);
  }

  flushed(node: SimNode<G>): void {
    if (node.syncFails) {
      // what the disk holds now nobody can know: the driver stops the node, and nothing gated leaves it
      this.#world.scheduled.syncFailed(node);
      return;
    }
    const tokens = node.disk.endFlush();
    this.startFlush(node);
    const { durable } = node.disk;
    const ready = node.gated.filter((gated) => gated.after <= durable);
    if (ready.length > 0) {
      node.gated = node.gated.filter((gated) => gated.after > durable);
      for (const gated of ready) this.#transmit(node, gated.send);
    }
    for (const token of tokens) this.offer(node, { t: 'durable', token });
  }

  #gate(node: SimNode<G>, send: Send, after: Token): void {
    if (after <= node.disk.durable) this.#transmit(node, send);
    else if (node.honest && !node.disk.isPending(after)) {
      violated('contract', `${node.id} gates a message on token ${after}, which is no persist in flight`);
      this.#transmit(node, send);
    } else node.gated.push({ after, send });
  }

  #transmit(node: SimNode<G>, send: Send): void {
    if (send.to === 'all') {
      for (const peer of this.#world.nodes) if (peer !== node) this.#transmitTo(node, peer, send);
      return;
    }
    const peer = this.#world.node(send.to);
    if (peer !== undefined && peer !== node) this.#transmitTo(node, peer, send);
    else if (node.honest) violated('contract', `${node.id} sends to ${send.to}, which is no other member`);
  }

  #transmitTo(node: SimNode<G>, peer: SimNode<G>, send: Send): void {
    const { now, network, queue, trace } = this.#world;
    this.messages++;
    this.messageBytes += send.bytes.length;
    trace.record(now, 19, node.index, peer.index, send.bytes);
    const fate = network.send(node.index, peer.index, now, send.lane, (time) =>
      queue.push(time, EVENT.message, peer.index, node.index, 0, send.bytes),
    );
    if (fate === 'cut') this.#world.scheduled.cutMessage(node.index, peer.index);
    if (fate !== 'sent')
      this.#world.tell(() => `${node.id} to ${peer.id}, ${fate}: ${node.plugin.describeMessage(send.bytes)}`);
  }

  #crypto(node: SimNode<G>, request: CryptoRequest): void {
    const { oracle, now, queue } = this.#world;
    const { token } = request;
    const delay = this.#random.between(20, 400);
    let answer: Input<G>;
    if (request.op === 'sign') answer = { t: 'signed', token, signature: oracle.sign(node.id, request.message) };
    else answer = { t: 'verified', token, valid: oracle.verify(request.signer, request.message, request.signature) };
    queue.push(now + delay, EVENT.crypto, node.index, node.incarnation, token, null, () => this.offer(node, answer));
  }
}

function placeOf(position: { readonly class: string }): string {
  return 'index' in position ? `index ${String(position.index)}` : JSON.stringify(position);
}
