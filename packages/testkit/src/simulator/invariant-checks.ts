import type { Guarantee } from '@hypersync/interface';
import type { Invariant } from './options.ts';
import type { SimNode } from './node.ts';
import { violated } from './violation.ts';

/** The mechanism's own rules, started anew for this run. */
export class InvariantChecks<G extends Guarantee> {
  readonly #checks: readonly { name: string; check: ReturnType<Invariant['start']> }[];
  readonly #honest: readonly SimNode<G>[];

  constructor(invariants: readonly Invariant[], honest: readonly SimNode<G>[]) {
    this.#checks = invariants.map((invariant) => ({ name: invariant.name, check: invariant.start() }));
    this.#honest = honest;
  }

  get empty(): boolean {
    return this.#checks.length === 0;
  }

  check(changed: SimNode<G>): void {
    for (const { name, check } of this.#checks) {
      const problem = check(this.#honest, changed);
      if (problem !== null) violated('invariant', `${name}: ${problem}`, `invariant: ${name}`);
    }
  }
}
