import type { Guarantee, Micros } from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import { honestHalves } from '../attackers/audience.ts';
import { isMessageKind, streamOf } from './faults.ts';
import type { SimNode } from './node.ts';
import { FAULT_KINDS, type FaultKind } from './options.ts';
import type { World } from './world.ts';

type ScheduledKind = Exclude<FaultKind, 'loss' | 'duplicate' | 'reorder' | 'delay'>;

/** Faults that begin at a time drawn beforehand and last a while. Each kind planned strikes at least once. */
export class ScheduledFaults<G extends Guarantee> {
  readonly #world: World<G>;
  readonly #slow = new Map<SimNode<G>, number>();
  readonly #returning = new Map<SimNode<G>, { readonly random: Prng; readonly length: Micros }>();
  #stopped = false;
  /** Which partitions have cut a link. */
  readonly #owners = new Map<number, Set<ScheduledKind>>();

  constructor(world: World<G>) {
    this.#world = world;
  }

  plan(): void {
    const { plan, duration, options } = this.#world;
    if (options.cutHonest !== undefined) this.#cutHonest(options.cutHonest);
    for (const kind of FAULT_KINDS) {
      const times = plan[kind];
      if (times === undefined || isMessageKind(kind)) continue;
      const random = streamOf(options.seed, kind);
      for (let i = 0; i < times; i++) {
        const latest = kind === 'absence' ? duration / 5 : (duration * 17) / 20;
        const begin = random.between(Math.floor(duration / 20), Math.floor(latest));
        const length = random.between(Math.floor(duration / 50), Math.floor(duration / 5));
        this.#world.at(begin, () => this.#strike(kind, random, length));
      }
    }
  }

  /** Cuts what `cutHonest` asks for; the heal at the end of the fault phase mends it at the latest. */
  #cutHonest([from, until]: readonly [Micros, Micros]): void {
    const { honest, network } = this.#world;
    const halves = honestHalves(honest.map(({ id }) => id));
    const pairs = honest.flatMap((a) => honest.filter((b) => halves.get(a.id) !== halves.get(b.id)).map((b) => [a, b]));
    this.#world.at(from, () => {
      for (const [a, b] of pairs) network.cut(a!.index, b!.index);
    });
    this.#later(until, () => {
      for (const [a, b] of pairs) network.mend(a!.index, b!.index);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#slow.clear();
  }

  diskFactor(node: SimNode<G>): number {
    return this.#slow.get(node) ?? 1;
  }

  /** A partition counts once it has stopped a message. */
  cutMessage(from: number, to: number): void {
    for (const owner of this.#owners.get(from * 256 + to) ?? []) this.#world.counts[owner]++;
  }

  #strike(kind: ScheduledKind, random: Prng, length: Micros): void {
    if (this.#stopped) return;
    const { nodes } = this.#world;
    const node = this.#victim(random);
    switch (kind) {
      case 'slow-link':
        this.#slowLinks(node, random, length);
        return;
      case 'partition-symmetric':
      case 'partition-asymmetric':
      case 'partition-partial':
        this.#partition(kind, node, random, length);
        return;
      case 'crash':
        this.#crash(kind, [node], random, length);
        return;
      case 'power-cut':
        this.#crash(kind, nodes, random, Math.ceil(length / 4));
        return;
      case 'absence':
        // most of the fault phase away, so that the others have forgotten what this node lacks
        this.#crash(kind, [node], random, Math.floor(this.#world.duration / 2));
        return;
      case 'pause':
        this.#world.counts.pause++;
        this.#world.tell(() => `${node.id} pauses for ${length} us`);
        node.busyUntil = Math.max(node.busyUntil, this.#world.now + length);
        return;
      case 'clock-drift':
        this.#drift(node, random, length);
        return;
      case 'slow-disk':
        this.#world.counts['slow-disk']++;
        this.#slow.set(node, random.between(5, 200));
        this.#later(length, () => this.#slow.delete(node));
        return;
      case 'suspicion':
        this.#suspect(random);
        return;
      case 'sync-error':
        node.syncFails = node.up;
        this.#returning.set(node, { random, length });
        return;
      case 'bit-rot':
        this.#rot(node, random);
        return;
    }
  }

  /** Half of the time whoever leads, where somebody does: trouble there is what protocols are made for. */
  #victim(random: Prng): SimNode<G> {
    const any = random.pick(this.#world.nodes);
    if (!random.chance(1, 2)) return any;
    const leaders = this.#world.honest.filter((node) => node.mechanism?.status().leader === node.id);
    return leaders.length === 0 ? any : random.pick(leaders);
  }

  #later(length: Micros, end: () => void): void {
    this.#world.at(this.#world.now + length, () => {
      if (!this.#stopped) end();
    });
  }

  /** Half of the crashes come after the victims' disks have stalled for a moment: those lose what was promised too early. */
  #crash(kind: 'crash' | 'power-cut' | 'absence', victims: readonly SimNode<G>[], random: Prng, length: Micros): void {
    const stall = random.chance(1, 2) ? random.between(2000, 60_000) : 0;
    if (stall > 0) for (const node of victims) this.#slow.set(node, random.between(20, 200));
    this.#world.at(this.#world.now + stall, () => {
      if (this.#stopped) return;
      this.#world.counts[kind]++;
      for (const node of victims) {
        this.#slow.delete(node);
        this.#world.crash(node, random);
        node.downReasons++;
        this.#later(length + random.nextInt(length), () => {
          node.downReasons--;
          this.#world.start(node);
        });
      }
    });
  }

  /** The disk reported an error for a flush: the node stops at once, and comes back with what the disk then holds. */
  syncFailed(node: SimNode<G>): void {
    const { random, length } = this.#returning.get(node)!;
    this.#world.counts['sync-error']++;
    this.#world.tell(() => `${node.id}'s disk reports an error; its driver stops it`);
    this.#world.crash(node, random);
    node.downReasons++;
    this.#later(length, () => {
      node.downReasons--;
      this.#world.start(node);
    });
  }

  /**
   * A record on the disk has changed. A driver notices when it reads the image, and never starts the node again: what a
   * member has forgotten it may not vote on. Strikes only while the bound of the mechanism allows one more to be gone.
   */
  #rot(node: SimNode<G>, random: Prng): void {
    const world = this.#world;
    if (!node.honest || world.lost.has(node) || world.faultyWeight() + node.weight > world.toleratedWeight) return;
    world.counts['bit-rot']++;
    world.tell(() => `a record on ${node.id}'s disk has rotted; its driver never starts it again`);
    world.crash(node, random);
    world.lose(node);
  }

  #drift(node: SimNode<G>, random: Prng, length: Micros): void {
    const ppm = random.between(-300_000, 300_000);
    this.#world.counts['clock-drift']++;
    this.#world.tell(() => `${node.id}'s clock runs at ${(1 + ppm / 1_000_000).toFixed(3)}`);
    node.clock.setRate(this.#world.now, ppm);
    this.#later(length, () => node.clock.setRate(this.#world.now, 0));
  }

  /** What one node says travels slowly, or what is said on some links: others overtake it by far. */
  #slowLinks(node: SimNode<G>, random: Prng, length: Micros): void {
    const { network, nodes, counts } = this.#world;
    const oneNode = random.chance(1, 2);
    const extra = random.between(2000, 40_000);
    const links = nodes.flatMap((from) =>
      nodes
        .filter((to) => to !== from && (oneNode ? from === node : random.chance(1, 3)))
        .map((to) => [from, to] as const),
    );
    counts['slow-link']++;
    this.#world.tell(() => `slow by ${extra} us: ${links.map(([from, to]) => `${from.id} to ${to.id}`).join(', ')}`);
    for (const [from, to] of links) network.slow(from.index, to.index, extra);
    this.#later(length, () => {
      for (const [from, to] of links) network.slow(from.index, to.index, 0);
    });
  }

  /** The failure detector says something, true or not. */
  #suspect(random: Prng): void {
    const [node, peer] = random.sample(this.#world.nodes, 2);
    if (node === undefined || peer === undefined) return;
    this.#world.counts.suspicion++;
    this.#world.driver.offer(node, { t: 'suspicion', node: peer.id, phi: random.nextInt(20) });
  }

  #partition(kind: ScheduledKind, victim: SimNode<G>, random: Prng, length: Micros): void {
    const cuts = this.#drawCuts(kind, victim, random);
    const { network, nodes } = this.#world;
    this.#world.tell(
      () => `${kind}: ${cuts.map(([a, b]) => `${nodes[a]!.id} no longer reaches ${nodes[b]!.id}`).join('; ')}`,
    );
    for (const [from, to] of cuts) {
      network.cut(from, to);
      const link = from * 256 + to;
      this.#owners.set(link, (this.#owners.get(link) ?? new Set()).add(kind));
    }
    this.#later(length, () => {
      this.#world.tell(() => `${kind} heals`);
      for (const [from, to] of cuts) network.mend(from, to);
    });
  }

  #drawCuts(kind: ScheduledKind, victim: SimNode<G>, random: Prng): [number, number][] {
    const others = this.#world.nodes.filter((node) => node !== victim).map((node) => node.index);
    const all = [victim.index, ...random.shuffle(others)];
    const cuts: [number, number][] = [];
    if (all.length < 2) return cuts;
    if (kind === 'partition-partial') {
      // either one hub that everybody reaches while the others do not reach each other, or a chain
      const chain = random.chance(1, 2);
      for (let i = 0; i < all.length; i++)
        for (let k = 0; k < all.length; k++) {
          const joined = chain ? Math.abs(i - k) <= 1 : i === 0 || k === 0;
          if (!joined) cuts.push([all[i]!, all[k]!]);
        }
      if (cuts.length === 0) cuts.push([all[0]!, all[1]!], [all[1]!, all[0]!]);
      return cuts;
    }
    const split = random.between(1, all.length - 1);
    const outward = random.chance(1, 2);
    for (const a of all.slice(0, split))
      for (const b of all.slice(split)) {
        if (outward || kind === 'partition-symmetric') cuts.push([a, b]);
        if (!outward || kind === 'partition-symmetric') cuts.push([b, a]);
      }
    return cuts;
  }
}
