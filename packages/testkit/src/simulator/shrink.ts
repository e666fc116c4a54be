import type { Guarantee } from '@hypersync/interface';
import { isMessageKind } from './faults.ts';
import { FAULT_KINDS, type FaultPlan, type SimulationOptions } from './options.ts';
import { effectivePlan, execute } from './simulate.ts';
import type { Violation } from './violation.ts';

/** Runs that shrinking may cost. A failure is told soon rather than told best. */
const MOST_RUNS = 48;

/**
 * A smaller run in which the same check fails: fewer kinds of faults first, then fewer strikes, attackers, nodes, clients, keys
 * and operations, and a shorter fault phase. What cannot be taken away is what the failure needs.
 */
export function shrink<G extends Guarantee>(options: SimulationOptions<G>, violation: Violation): SimulationOptions<G> {
  return new Shrinking({ ...options, faults: effectivePlan(options) }, violation.check).run();
}

class Shrinking<G extends Guarantee> {
  #smallest: SimulationOptions<G>;
  readonly #check: string;
  #runs = 0;

  constructor(first: SimulationOptions<G>, check: string) {
    this.#smallest = first;
    this.#check = check;
  }

  run(): SimulationOptions<G> {
    for (const kind of FAULT_KINDS) this.#without(kind);
    this.#plainer();
    this.#fewerStrikes();
    this.#fewerNodes();
    this.#fewerClients();
    this.#fewerOperations();
    this.#shorter();
    return this.#smallest;
  }

  get #plan(): FaultPlan {
    return this.#smallest.faults as FaultPlan;
  }

  #try(candidate: SimulationOptions<G>): boolean {
    if (this.#runs >= MOST_RUNS) return false;
    this.#runs++;
    if (execute(candidate, false).report.violation?.check !== this.#check) return false;
    this.#smallest = candidate;
    return true;
  }

  #without(kind: (typeof FAULT_KINDS)[number]): void {
    const { [kind]: taken, ...faults } = this.#plan;
    if (taken !== undefined) this.#try({ ...this.#smallest, faults });
  }

  /** Without a core that comes back first, and with one attacker less at a time. */
  #plainer(): void {
    const { core, ...whole } = this.#smallest;
    if (core === true) this.#try(whole);
    for (let { attackers = [] } = this.#smallest; attackers.length > 0;) {
      attackers = attackers.slice(1);
      if (!this.#try({ ...this.#smallest, attackers })) return;
    }
  }

  #fewerStrikes(): void {
    for (const kind of FAULT_KINDS) {
      if (isMessageKind(kind)) continue;
      while ((this.#plan[kind] ?? 0) > 1) {
        const faults = { ...this.#plan, [kind]: Math.floor(this.#plan[kind]! / 2) };
        if (!this.#try({ ...this.#smallest, faults })) break;
      }
    }
  }

  /** The smallest size first: whoever reads the story has fewer to follow. */
  #fewerNodes(): void {
    const { nodes, attackers = [], plugin } = this.#smallest;
    if (nodes === undefined || attackers.length > 0) return;
    for (let size = plugin.descriptor.faults.minNodes; size < nodes; size++)
      if (this.#accepts(size) && this.#try({ ...this.#smallest, nodes: size })) return;
  }

  #accepts(size: number): boolean {
    const { plugin, config } = this.#smallest;
    return plugin.validateConfig(config ?? {}, size).length === 0;
  }

  #fewerClients(): void {
    for (const less of [{ clients: 1 }, { clients: 2 }, { keys: 1 }]) {
      const { workload } = this.#smallest;
      if ('clients' in less && less.clients >= (workload?.clients ?? 3)) continue;
      this.#try({ ...this.#smallest, workload: { ...workload, ...less } });
    }
  }

  /** Bisects for the first operation that is needed; failures that need few operations are the rule. */
  #fewerOperations(): void {
    let [low, high] = [0, 64];
    // the writes of the recovery alone may do
    if (!this.#withOperations(high) || this.#withOperations(0)) return;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#withOperations(middle)) high = middle;
      else low = middle;
    }
  }

  #withOperations(maxOperations: number): boolean {
    const { workload } = this.#smallest;
    if ((workload?.maxOperations ?? Number.POSITIVE_INFINITY) <= maxOperations) return true;
    return this.#try({ ...this.#smallest, workload: { ...workload, maxOperations } });
  }

  #shorter(): void {
    for (;;) {
      const duration = Math.floor((this.#smallest.duration ?? 5_000_000) / 2);
      if (duration < 100_000 || !this.#try({ ...this.#smallest, duration })) return;
    }
  }
}
