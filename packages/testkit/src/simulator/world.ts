import { createHash } from 'node:crypto';
import { HyperSyncError } from '@hypersync/base';
import type { FaultBounds, Guarantee, Input, Member, Micros, Op, Position } from '@hypersync/interface';
import { Prng, WeightTable } from '@hypersync/consensus-kit';
import type { ApproximateSpace } from '../judges/approximate-space.ts';
import { judgeFor, type Judge, type JudgedWorld } from '../judges/index.ts';
import { Administration } from './administration.ts';
import { Clients } from './clients.ts';
import { LocalClock } from './clock.ts';
import { SignatureOracle } from './crypto.ts';
import { Disk } from './disk.ts';
import { Driver } from './driver.ts';
import { EVENT, EventQueue, type SimEvent } from './event-queue.ts';
import { MessageFaults, noFaults, swarmPlan, type FaultCounts } from './faults.ts';
import { Network } from './network.ts';
import { SimNode } from './node.ts';
import { Operations, type Operation } from './operations.ts';
import type { FaultPlan, SimulationOptions } from './options.ts';
import { Recovery } from './recovery.ts';
import { ScheduledFaults } from './scheduled-faults.ts';
import { Trace } from './trace.ts';
import { violated } from './violation.ts';

/** Streams of randomness, apart from each other, so that a change in one place does not stir the others. */
const STREAM = { roles: 1, network: 2, node: 3, driver: 4, application: 5, clients: 6, crypto: 7 } as const;

/** More than any honest run needs; a mechanism that floods is stopped instead of hanging the test. */
const MOST_EVENTS = 20_000_000;

/** Everything inside one run. `now` is true time, microseconds since the start; nobody inside can see it. */
export class World<G extends Guarantee = Guarantee> implements JudgedWorld<G> {
  readonly options: SimulationOptions<G>;
  readonly duration: Micros;
  readonly plan: FaultPlan;
  readonly queue = new EventQueue();
  readonly trace: Trace;
  readonly nodes: readonly SimNode<G>[];
  readonly honest: readonly SimNode<G>[];
  readonly members: readonly Member[];
  readonly space: ApproximateSpace | null;
  readonly network: Network;
  readonly messageFaults: MessageFaults;
  readonly counts: FaultCounts = noFaults();
  readonly oracle: SignatureOracle;
  readonly operations: Operations<G>;
  readonly judge: Judge<G>;
  readonly driver: Driver<G>;
  readonly clients: Clients<G>;
  readonly administration: Administration<G>;
  readonly scheduled: ScheduledFaults<G>;
  readonly recovery: Recovery<G>;
  /** The application's randomness (what it kept in a crash). */
  readonly random: Prng;
  now: Micros = 0;
  events = 0;
  healed = false;
  readonly lost = new Set<SimNode<G>>();
  /** The largest weight that may be faulty within the declared bounds of safety and liveness. */
  readonly toleratedWeight: number;
  #live: readonly SimNode<G>[];
  done = false;
  readonly #byId = new Map<string, SimNode<G>>();
  readonly #restarts: Prng;

  constructor(options: SimulationOptions<G>, telling: boolean) {
    this.options = options;
    this.duration = options.duration ?? 5_000_000;
    this.plan = planOf(options);
    this.trace = new Trace(telling);
    this.members = membersOf(options);
    this.space = options.space?.(options.config ?? {}, this.members.length) ?? null;
    this.nodes = this.#makeNodes();
    this.honest = this.nodes.filter((node) => node.honest);
    this.#live = this.honest;
    this.toleratedWeight = toleratedWeight(options.plugin.descriptor.faults, this.members);
    for (const node of this.nodes) this.#byId.set(node.id, node);
    this.random = new Prng(options.seed, STREAM.application);
    this.#restarts = new Prng(options.seed, STREAM.node);
    this.messageFaults = new MessageFaults(options.seed, this.plan, this.duration, this.counts);
    const links = new Prng(options.seed, STREAM.network);
    this.network = new Network(this.nodes.length, links, options.latency ?? [200, 2000], this.messageFaults);
    this.oracle = new SignatureOracle(
      options.seed,
      this.members.map((member) => member.id),
    );
    this.operations = new Operations(options.workload?.valueBytes ?? 16);
    this.judge = judgeFor<G>(options.plugin.descriptor, this);
    this.driver = new Driver(this, new Prng(options.seed, STREAM.driver));
    this.clients = new Clients(this, new Prng(options.seed, STREAM.clients));
    this.administration = new Administration(this);
    this.scheduled = new ScheduledFaults(this);
    this.recovery = new Recovery(this);
  }

  #makeNodes(): SimNode<G>[] {
    const { options } = this;
    const random = new Prng(options.seed, STREAM.roles);
    const attackers = options.attackers ?? [];
    const taken = new Map(random.sample(this.members, attackers.length).map((member, i) => [member.id, attackers[i]!]));
    return this.members.map((member, index) => {
      const attacker = taken.get(member.id);
      const plugin = attacker === undefined ? options.plugin : attacker.wrap(options.plugin, this.#wish);
      const clock = new LocalClock(random.nextInt(1_000_000_000));
      return new SimNode(index, member, plugin, attacker?.name ?? null, new Disk(), clock);
    });
  }

  /** What an attacker may ask for, where the class's usual operation would be refused. */
  readonly #wish = (random: Prng): Op<G> | null => {
    if (this.space === null) return null;
    return { kind: 'input', value: this.space.hostile(random) } as Op as Op<G>;
  };

  /** Honest nodes that are still there: not lost for good, and not outside the core that recovers first. */
  get live(): readonly SimNode<G>[] {
    return this.#live;
  }

  /** Never comes back. */
  lose(node: SimNode<G>): void {
    this.lost.add(node);
    node.downReasons = Number.POSITIVE_INFINITY;
    this.#live = this.#live.filter((one) => one !== node);
  }

  /** Attackers, and what is lost for good. */
  faultyWeight(): number {
    return this.nodes.reduce((sum, node) => sum + (node.honest && !this.lost.has(node) ? 0 : node.weight), 0);
  }

  isHonest(id: string): boolean {
    return this.#byId.get(id)?.honest ?? false;
  }

  node(id: string): SimNode<G> | undefined {
    return this.#byId.get(id);
  }

  /** Runs until recovery is complete; throws a ViolationError at the first broken promise. */
  run(checkTraps: () => void): void {
    for (const node of this.nodes) this.at(this.#restarts.nextInt(2000), () => this.start(node));
    this.at(3000, () => this.clients.begin());
    this.scheduled.plan();
    this.administration.plan();
    this.at(this.duration, () => this.#heal());
    const most = this.options.maxEvents ?? MOST_EVENTS;
    while (!this.done) {
      const event = this.queue.pop();
      if (event === null) return;
      this.now = event.time;
      if (++this.events > most) {
        violated('liveness', `more than ${most} events; the mechanism floods`);
        return;
      }
      this.trace.record(event.time, event.kind, event.node & 0xff, event.extra);
      this.#handle(event);
      checkTraps();
    }
    this.judge.finish();
  }

  #handle(event: SimEvent): void {
    const node = this.nodes[event.node];
    switch (event.kind) {
      case EVENT.call:
        event.call!();
        return;
      case EVENT.message:
        this.driver.arrive(node!, this.nodes[event.extra]!, event.bytes!);
        return;
      case EVENT.timer:
        if (node!.incarnation === event.extra) this.driver.timer(node!, event.time);
        return;
      case EVENT.flush:
        if (node!.incarnation === event.extra) this.driver.flushed(node!);
        return;
      case EVENT.crypto:
        if (node!.incarnation === event.extra) event.call!();
        return;
      case EVENT.wake:
        if (node!.incarnation === event.extra) this.driver.wake(node!);
        return;
    }
  }

  /** Something rare, at true time `time`. */
  at(time: Micros, call: () => void): void {
    this.queue.push(Math.max(time, this.now), EVENT.call, 255, 0, 0, null, call);
  }

  /** Starts a node from its durable image, as a driver does after a crash. */
  start(node: SimNode<G>): void {
    if (node.up || node.downReasons > 0) return;
    node.incarnation++;
    this.driver.create(node, this.members, this.#restarts.nextU32());
  }

  /** SIGKILL or power loss: memory, gated messages and an unlucky suffix of the un-synced writes are gone. */
  crash(node: SimNode<G>, random: Prng): void {
    if (!node.up) return;
    const pending = node.disk.pending.length;
    const survivors = random.chance(1, 2) ? 0 : random.nextInt(pending + 1);
    if (survivors < pending) this.counts['lost-writes']++;
    this.tell(() => `${node.id} crashes, losing ${pending - survivors} of ${pending} unflushed batches`);
    node.disk.crash(survivors);
    node.forget();
    if (node.honest) this.judge.crashed(node);
    this.clients.crashed(node);
    this.administration.crashed(node);
  }

  #heal(): void {
    this.healed = true;
    this.tell(() => 'all faults end');
    this.messageFaults.active = false;
    this.scheduled.stop();
    this.network.heal();
    const outside = this.options.core === true ? this.#drawOutside() : [];
    if (outside.length > 0) this.tell(() => `${outside.map((node) => node.id).join(', ')} stay away at first`);
    this.#live = this.#live.filter((node) => !outside.includes(node));
    for (const node of this.nodes) {
      node.syncFails = false;
      if (outside.includes(node)) this.crash(node, this.#restarts);
      else this.#comeBack(node);
    }
    this.clients.stop();
    this.recovery.begin(outside);
  }

  /** Those who were outside the core return. */
  reunite(outside: readonly SimNode<G>[]): void {
    for (const node of outside) this.#comeBack(node);
    this.#live = this.honest.filter((node) => !this.lost.has(node));
  }

  #comeBack(node: SimNode<G>): void {
    if (this.lost.has(node)) return;
    node.downReasons = 0;
    node.clock.setRate(this.now, 0);
    this.start(node);
    if (node.busyUntil > this.now) node.busyUntil = this.now;
    this.driver.scheduleWake(node);
  }

  /** Honest nodes whose absence the mechanism must bear beside those that are faulty or lost already. */
  #drawOutside(): SimNode<G>[] {
    const most = this.toleratedWeight - this.faultyWeight();
    let left = most > 0 ? this.#restarts.between(1, most) : 0;
    return this.#restarts.shuffle(this.#live).filter((node) => {
      if (node.weight > left) return false;
      left -= node.weight;
      return true;
    });
  }

  /** The true wall clock is `now` after an arbitrary start; each node knows it with a bounded error. */
  wallClock(node: SimNode<G>): Input<G> {
    const bound = this.options.clockError ?? 5000;
    const middle = 1_700_000_000_000_000 + this.now + Math.floor((bound * ((node.index % 3) - 1)) / 2);
    return { t: 'clock', earliest: middle - bound, latest: middle + bound };
  }

  complete(operation: Operation<G>, values: readonly string[], position: Position<G>): void {
    this.clients.readDone(operation, values, position);
  }

  compact(node: SimNode<G>, index: number, state: Uint8Array): void {
    this.driver.later(node, { t: 'compact', index, state });
  }

  tell(sentence: () => string): void {
    if (this.trace.telling) this.trace.tell(this.now, sentence());
  }

  /** SHA-256 over all events and the final states. */
  digest(): string {
    const hash = createHash('sha256').update(this.trace.digest());
    for (const node of this.nodes) hash.update(node.mechanism?.fingerprint() ?? new Uint8Array(0));
    return hash.digest('hex');
  }
}

function planOf(options: SimulationOptions): FaultPlan {
  if (options.faults === 'none') return {};
  return options.faults === undefined || options.faults === 'swarm' ? swarmPlan(options.seed) : options.faults;
}

/** The largest whole weight w with w * denominator < numerator * total, for safety and liveness both. */
function toleratedWeight({ safety, liveness }: FaultBounds, members: readonly Member[]): number {
  const total = members.reduce((sum, member) => sum + member.weight, 0);
  const most = [safety, liveness].map(({ numerator, denominator }) => Math.ceil((numerator * total) / denominator) - 1);
  return Math.max(0, Math.min(...most));
}

/** Sorted by id, as a mechanism expects them. */
function membersOf(options: SimulationOptions): readonly Member[] {
  const { nodes, members, attackers = [] } = options;
  if ((nodes === undefined) === (members === undefined))
    throw new HyperSyncError('HS-2104', 'give either nodes or members to the simulation');
  const all = members ?? Array.from({ length: nodes! }, (_, i) => ({ id: `n${i + 1}`, weight: 1 }));
  if (all.length < 1 || all.length > 200)
    throw new HyperSyncError('HS-2104', `a simulation has 1 to 200 nodes, not ${all.length}`);
  if (attackers.length >= all.length) throw new HyperSyncError('HS-2104', 'at least one node must be honest');
  return new WeightTable(all).members;
}
