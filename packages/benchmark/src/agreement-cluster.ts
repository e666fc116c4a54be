import type { ConsensusMechanism, Effects, Input, MechanismPlugin, Micros } from '@hypersync/interface';

type G = 'approximate';

const HOP: Micros = 1000;
/** A message takes 1 to so many hops, so that members go on from different values; links keep their order. */
const MOST_LATENCY = 8;
/** Longer than any agreement takes without faults. */
const MOST_HOPS = 20_000;

interface Flight {
  readonly from: string;
  readonly bytes: Uint8Array;
}

/** What one agreement took. */
export interface Agreed {
  /** Processor time of all members together, milliseconds. */
  readonly cpu: number;
  /** Of it, what went by until all had gone on to round 1. */
  readonly firstRound: number;
  /** `status().detail.round` of each member at its end. */
  readonly rounds: readonly number[];
}

/** Members of approximate agreement in one process, in virtual time: a disk without delay, links that are now fast, now slow. */
export class AgreementCluster {
  readonly #ids: readonly string[];
  readonly #nodes: ReadonlyMap<string, ConsensusMechanism<G>>;
  /** By hop of arrival, and by member. */
  readonly #air = new Map<number, Map<string, Flight[]>>();
  /** By link, the hop of its last arrival. */
  readonly #lastOn = new Map<string, number>();
  readonly #draw: (most: number) => number;
  #hops = 0;
  #tickets = 0;
  #open = 0;

  /** `draw(n)` gives a whole number from 0 to n - 1. */
  constructor(
    plugin: MechanismPlugin<G>,
    size: number,
    config: Readonly<Record<string, unknown>>,
    draw: (most: number) => number,
  ) {
    this.#draw = draw;
    const problems = plugin.validateConfig(config, size);
    if (problems.length > 0) throw new TypeError(`${plugin.descriptor.id}: ${JSON.stringify(problems)}`);
    this.#ids = Array.from({ length: size }, (_, i) => `n${String(i + 1).padStart(2, '0')}`);
    const members = this.#ids.map((id) => ({ id, weight: 1 }));
    const init = (self: string) => ({ self, members, epoch: 1, seed: 1, now: 0, config, applied: 0 });
    this.#nodes = new Map(this.#ids.map((id) => [id, plugin.create(init(id), new Map())]));
  }

  /** Each member puts in its reading; until all have an answer. */
  agree(readings: readonly (readonly number[])[]): Agreed {
    const start = process.cpuUsage();
    for (const [i, id] of this.#ids.entries()) {
      const op = { kind: 'input', value: readings[i]! } as const;
      this.#open++;
      this.#step(id, [{ t: 'propose', ticket: ++this.#tickets, op, session: i + 1, sequence: this.#tickets }]);
    }
    let firstRound: number | null = null;
    for (const end = this.#hops + MOST_HOPS; this.#open > 0; this.#hop()) {
      if (this.#hops === end) throw new TypeError(`no agreement after ${MOST_HOPS} hops`);
      if (firstRound === null && Math.min(...this.#rounds()) > 0) firstRound = spentSince(start);
    }
    const cpu = spentSince(start);
    const rounds = this.#rounds();
    while (this.#air.size > 0) this.#hop();
    return { cpu, firstRound: firstRound ?? cpu, rounds };
  }

  #rounds(): number[] {
    return [...this.#nodes.values()].map((node) => Number(node.status().detail['round']));
  }

  #hop(): void {
    this.#hops++;
    const arriving = this.#air.get(this.#hops);
    this.#air.delete(this.#hops);
    for (const [id, node] of this.#nodes) {
      const deadline = node.nextDeadline();
      const inputs: Input<G>[] = (arriving?.get(id) ?? []).map(({ from, bytes }) => ({ t: 'message', from, bytes }));
      if (deadline !== null && deadline <= this.#hops * HOP) inputs.unshift({ t: 'time' });
      if (inputs.length > 0) this.#step(id, inputs);
    }
  }

  #step(id: string, inputs: readonly Input<G>[]): void {
    this.#carryOut(id, this.#nodes.get(id)!.step(this.#hops * HOP, inputs));
  }

  #carryOut(id: string, effects: Effects<G>): void {
    for (const { to, bytes } of effects.send)
      for (const peer of to === 'all' ? this.#ids : [to]) if (peer !== id) this.#fly(id, peer, bytes);
    for (const { outcome } of effects.resolve) {
      if (outcome.kind !== 'committed') throw new TypeError(`${id} answers ${outcome.kind}`);
      this.#open--;
    }
    const last = effects.persist.at(-1);
    if (last !== undefined) this.#step(id, [{ t: 'durable', token: last.token }]);
  }

  #fly(from: string, to: string, bytes: Uint8Array): void {
    const link = `${from} ${to}`;
    const at = Math.max(this.#lastOn.get(link) ?? 0, this.#hops + 1 + this.#draw(MOST_LATENCY));
    this.#lastOn.set(link, at);
    const arriving = this.#air.get(at) ?? new Map<string, Flight[]>();
    this.#air.set(at, arriving);
    const flights = arriving.get(to) ?? [];
    arriving.set(to, flights);
    flights.push({ from, bytes });
  }
}

function spentSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
