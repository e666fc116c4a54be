import type { ConsensusMechanism, Effects, Input, MechanismPlugin } from '@hypersync/interface';
import { pluginOf } from './plugins.ts';
import type { BenchmarkRow } from './result.ts';

const NODES = ['a', 'b', 'c'];
const PROPOSALS = 100_000;
const WARM_UP = 20_000;
const VALUE = new Uint8Array(16);
const GOAL = 100_000;
/** An application snapshots now and then; without it the log only grows. */
const COMPACT_EVERY = 5000;

type G = 'total-order';

/**
 * The bare core as etcd's BenchmarkProposal3Nodes drives its library: three nodes in one process, no disk, no network, one
 * proposal at a time, each brought to the end on all three before the next.
 */
export async function raftCoreRows(): Promise<readonly BenchmarkRow[]> {
  const trio = new Trio((await pluginOf('raft')) as MechanismPlugin<G>);
  trio.propose(WARM_UP);
  const start = process.cpuUsage();
  trio.propose(PROPOSALS);
  const { user, system } = process.cpuUsage(start);
  const rate = PROPOSALS / ((user + system) / 1e6);
  const budget = { words: `at least ${GOAL} (etcd's library: 53,000 to 73,000 on such a machine)`, met: rate >= GOAL };
  return [
    {
      group: 'raft',
      what: 'core, three nodes, no disk, batches of one',
      unit: 'per CPU s',
      ours: rate,
      peer: null,
      budget,
    },
  ];
}

interface Letter {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

class Trio {
  readonly #nodes: readonly ConsensusMechanism<G>[];
  readonly #ids = new Map(NODES.map((id, index) => [id, index]));
  #letters: Letter[] = [];
  #now = 0;
  #ticket = 0;
  #applied = [0, 0, 0];
  #committed = 0;
  readonly #leader: number;

  constructor(plugin: MechanismPlugin<G>) {
    const members = NODES.map((id) => ({ id, weight: 1 }));
    this.#nodes = NODES.map((self, index) =>
      plugin.create({ self, members, epoch: 1, seed: index + 1, now: 0, config: {}, applied: 0 }, new Map()),
    );
    while (!this.#nodes.some((node) => node.status().role === 'leader')) {
      this.#now += 50_000;
      for (const index of this.#nodes.keys()) this.#step(index, { t: 'time' });
      this.#settle();
    }
    this.#leader = this.#nodes.findIndex((node) => node.status().role === 'leader');
  }

  propose(count: number): void {
    const before = this.#committed;
    for (let i = 0; i < count; i++) {
      this.#now += 10; // 100,000 a second: heartbeats come at their rate
      const due = this.#nodes[this.#leader]!.nextDeadline();
      if (due !== null && due <= this.#now) this.#step(this.#leader, { t: 'time' });
      const op = { kind: 'append', value: VALUE } as const;
      this.#step(this.#leader, { t: 'propose', ticket: ++this.#ticket, op, session: 1, sequence: this.#ticket });
      this.#settle();
    }
    if (this.#committed - before !== count) throw new TypeError(`${this.#committed - before} of ${count} committed`);
  }

  #settle(): void {
    while (this.#letters.length > 0) {
      const letters = this.#letters;
      this.#letters = [];
      for (const { from, to, bytes } of letters) this.#step(to, { t: 'message', from: NODES[from]!, bytes });
    }
  }

  /** Memory is a disk that is done at once. */
  #step(index: number, input: Input<G>): void {
    const node = this.#nodes[index]!;
    let effects = node.step(this.#now, [input]);
    this.#absorb(index, effects);
    while (effects.persist.length > 0) {
      effects = node.step(this.#now, [{ t: 'durable', token: effects.persist.at(-1)!.token }]);
      this.#absorb(index, effects);
    }
  }

  #absorb(index: number, effects: Effects<G>): void {
    for (const { to, bytes } of effects.send) this.#letters.push({ from: index, to: this.#ids.get(to)!, bytes });
    for (const { outcome } of effects.resolve) if (outcome.kind === 'committed') this.#committed++;
    if (effects.deliver.length === 0) return;
    const applied = (this.#applied[index] = effects.deliver.at(-1)!.position.index);
    if (applied % COMPACT_EVERY === 0)
      this.#nodes[index]!.step(this.#now, [{ t: 'compact', index: applied, state: VALUE }]);
  }
}
