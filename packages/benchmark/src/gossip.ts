import type { ConsensusMechanism, Effects, Input, MechanismPlugin, Micros } from '@hypersync/interface';
import { pluginOf } from './plugins.ts';
import { median, type BenchmarkRow } from './result.ts';

type G = 'convergent';

const SECOND = 1_000_000;
/** Every message takes as long, so that time counts hops. */
const HOP: Micros = 1_000;
const SIZES = [10, 100, 1000];
const SPREADS = 5;
const FANOUT = 6;
/** No push-pull meanwhile. */
const MESH_ALONE = { antiEntropyIntervalMs: 600_000, idleIntervalMs: 600_000 };

/** How fast rumours spread, against the theory, and what Lifeguard does for failure detection. Virtual time: no clock has a say. */
export async function gossipRows(): Promise<readonly BenchmarkRow[]> {
  const plugin = (await pluginOf('gossip')) as MechanismPlugin<G>;
  return [...SIZES.map((size) => spreadRow(plugin, size)), ...lifeguardRows(plugin)];
}

/**
 * Rounds until a rumour is everywhere, one round per hop. Theory: a push to six random others per round needs
 * log7(n) + ln(n)/6 + O(1) rounds (Pittel 1987, for this fan-out); two more rounds are allowed for the constant.
 */
function spreadRow(plugin: MechanismPlugin<G>, size: number): BenchmarkRow {
  const cluster = new Lab(plugin, size, MESH_ALONE);
  cluster.run(4 * SECOND); // four heartbeats: the mesh is as it stays
  const rounds: number[] = [];
  for (let spread = 0; spread < SPREADS; spread++) {
    const origin = Math.floor((spread * size) / SPREADS);
    const start = cluster.now;
    const before = cluster.delivered;
    cluster.publish(origin, Uint8Array.of(spread));
    while (cluster.delivered < before + size && cluster.now < start + SECOND) cluster.run(HOP);
    if (cluster.delivered < before + size) throw new TypeError(`a rumour has not reached all of ${size} in a second`);
    rounds.push((cluster.now - start) / HOP);
    cluster.run(SECOND);
  }
  const theory = Math.log(size) / Math.log(FANOUT + 1) + Math.log(size) / FANOUT;
  const ours = median(rounds);
  return {
    group: 'gossip',
    what: `rounds until all of ${size} have a rumour`,
    unit: 'rounds',
    ours,
    peer: { name: 'theory', value: theory, ratio: ours / theory },
    budget: { words: 'theory + 2', met: ours <= Math.ceil(theory) + 2 },
  };
}

const MEMBERS = 48;
const STALLED = 8;
const STALL_TIME = 300 * SECOND;
/** As memberlist has it: about six seconds to refute a suspicion among 48. */
const SUSPICION = { suspicionMultiplier: 1 };
const PLAIN_SWIM = { ...SUSPICION, suspicionStretch: 1, maxSelfDoubt: 0 };

/**
 * Lifeguard's own experiment (Dadgar et al. 2018, section V): some members are starved of processor time again and again, and
 * accuse the others when they wake. Counted is how often anybody declares a member dead that was never stalled.
 */
function lifeguardRows(plugin: MechanismPlugin<G>): readonly BenchmarkRow[] {
  const [withIt, without] = [SUSPICION, PLAIN_SWIM].map((config) => falsePositives(plugin, config)) as [number, number];
  const [fast, plain] = [SUSPICION, PLAIN_SWIM].map((config) => detectionTime(plugin, config)) as [number, number];
  if (without === 0) throw new TypeError('the stalls have confused nobody: they measure nothing');
  const row = (
    what: string,
    unit: string,
    ours: number,
    value: number,
    budget: BenchmarkRow['budget'],
  ): BenchmarkRow => ({
    group: 'gossip',
    what,
    unit,
    ours,
    peer: { name: 'without Lifeguard', value, ratio: ours / value },
    budget,
  });
  const words = 'at most a tenth of without';
  return [
    row('healthy members declared dead under stalls', 'times', withIt, without, { words, met: withIt <= without / 10 }),
    row('median time until a crash is known as such', 's', fast, plain, null),
  ];
}

function falsePositives(plugin: MechanismPlugin<G>, config: Readonly<Record<string, number>>): number {
  const lab = new Lab(plugin, MEMBERS, config);
  const draw = sequence();
  lab.run(10 * SECOND);
  const until = Array.from({ length: STALLED }, () => lab.now);
  for (const end = lab.now + STALL_TIME; lab.now < end; lab.run(HOP)) {
    for (let member = 0; member < STALLED; member++) {
      if (lab.now < until[member]!) continue;
      const stall = draw(2_000, 16_000) * HOP;
      lab.stall(member, lab.now + stall);
      until[member] = lab.now + stall + draw(1, 4) * HOP;
    }
  }
  lab.run(10 * SECOND);
  return lab.deaths.filter(({ of }) => of >= STALLED).length;
}

/** The same stalls in every run: whole numbers in [low, high] (Lehmer 1951, with the factor of Park and Miller). */
function sequence(): (low: number, high: number) => number {
  let state = 9;
  return (low, high) => {
    state = (state * 48_271) % 2_147_483_647;
    return low + (state % (high - low + 1));
  };
}

/** From the crash of one member until each other one has it as dead, median, seconds. */
function detectionTime(plugin: MechanismPlugin<G>, config: Readonly<Record<string, number>>): number {
  const lab = new Lab(plugin, MEMBERS, config);
  lab.run(10 * SECOND);
  const start = lab.now;
  lab.stall(0, Number.MAX_SAFE_INTEGER);
  lab.run(120 * SECOND);
  const times = lab.deaths.filter(({ of }) => of === 0).map(({ at }) => (at - start) / SECOND);
  if (times.length !== MEMBERS - 1) throw new TypeError(`${times.length} of ${MEMBERS - 1} have noticed a crash`);
  return median(times);
}

interface Flight {
  readonly from: number;
  readonly bytes: Uint8Array;
}

/** Members in one process, in virtual time: a disk without delay, and links that all take one hop. */
class Lab {
  readonly #ids: readonly string[];
  readonly #nodes: readonly ConsensusMechanism<G>[];
  readonly #index: ReadonlyMap<string, number>;
  /** By hop of arrival, and by member. */
  readonly #air = new Map<number, Map<number, Flight[]>>();
  readonly #stalledUntil: Micros[];
  readonly #backlog: Flight[][];
  readonly #due: Micros[];
  readonly #views: string[];
  readonly deaths: { readonly of: number; readonly at: Micros }[] = [];
  #ticket = 0;
  now: Micros = 0;
  delivered = 0;

  constructor(plugin: MechanismPlugin<G>, size: number, config: Readonly<Record<string, number>>) {
    this.#ids = Array.from({ length: size }, (_, i) => `n${String(i).padStart(5, '0')}`);
    this.#index = new Map(this.#ids.map((id, i) => [id, i]));
    const members = this.#ids.map((id) => ({ id, weight: 1 }));
    this.#nodes = this.#ids.map((self, i) =>
      plugin.create({ self, members, epoch: 1, seed: i + 1, now: 0, config, applied: 0 }, new Map()),
    );
    this.#stalledUntil = this.#ids.map(() => 0);
    this.#backlog = this.#ids.map(() => []);
    this.#due = this.#ids.map(() => 0);
    this.#views = this.#ids.map(() => '');
  }

  publish(member: number, value: Uint8Array): void {
    const op = { kind: 'publish', value } as const;
    this.#step(member, [{ t: 'propose', ticket: ++this.#ticket, op, session: 0, sequence: 0 }]);
  }

  /** The member does nothing until then; what comes for it waits. */
  stall(member: number, until: Micros): void {
    this.#stalledUntil[member] = until;
  }

  run(time: Micros): void {
    for (const end = this.now + time; this.now < end;) {
      this.now += HOP;
      const arriving = this.#air.get(this.now);
      this.#air.delete(this.now);
      for (const [member, flights] of arriving ?? []) this.#backlog[member]!.push(...flights);
      for (let member = 0; member < this.#nodes.length; member++) {
        const waiting = this.#backlog[member]!;
        const isDue = this.#due[member]! <= this.now;
        if ((waiting.length === 0 && !isDue) || this.#stalledUntil[member]! > this.now) continue;
        // As an event loop has it: who wakes from a stall sees its timers first, and the answers after.
        if (isDue) this.#step(member, [{ t: 'time' }]);
        const flights = waiting.splice(0);
        if (flights.length === 0) continue;
        this.#step(
          member,
          flights.map(({ from, bytes }) => ({ t: 'message', from: this.#ids[from]!, bytes })),
        );
      }
    }
  }

  #step(member: number, inputs: readonly Input<G>[]): void {
    const node = this.#nodes[member]!;
    this.#carryOut(member, node.step(this.now, inputs));
    this.#due[member] = node.nextDeadline() ?? Number.POSITIVE_INFINITY;
    this.#observe(member, String(node.status().detail['members']));
  }

  #carryOut(member: number, effects: Effects<G>): void {
    for (const { to, bytes } of effects.send) this.#fly(member, this.#index.get(to)!, bytes);
    this.delivered += effects.deliver.length;
    const last = effects.persist.at(-1);
    if (last === undefined) return;
    this.#carryOut(member, this.#nodes[member]!.step(this.now, [{ t: 'durable', token: last.token }]));
  }

  #fly(from: number, to: number, bytes: Uint8Array): void {
    const at = this.now + HOP;
    const arriving = this.#air.get(at) ?? new Map<number, Flight[]>();
    this.#air.set(at, arriving);
    const flights = arriving.get(to) ?? [];
    arriving.set(to, flights);
    flights.push({ from, bytes });
  }

  /** Views are told as `name=health@incarnation`, in the order of the names. */
  #observe(member: number, view: string): void {
    const before = this.#views[member]!;
    if (view === before) return;
    this.#views[member] = view;
    const old = before.split(' ');
    for (const [of, word] of view.split(' ').entries()) {
      if (word.includes('=dead') && old[of]?.includes('=dead') !== true) this.deaths.push({ of, at: this.now });
    }
  }
}
