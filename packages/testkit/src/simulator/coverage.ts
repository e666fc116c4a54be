import type { Descriptor, Guarantee } from '@hypersync/interface';
import type { SimNode } from './node.ts';
import type { Sometimes } from './options.ts';

type Counter =
  | 'leader change'
  | 'term change'
  | 'snapshot install'
  | 'evidence'
  | 'seal'
  | 'rejection'
  | 'hand-over'
  | 'reconfiguration'
  | 'administration done'
  | 'unknown outcome';

/**
 * Counts what a run has met. A search whose counters stay at zero has proved nothing about what they stand for, however many
 * seeds it ran (the `sometimes` assertions of FoundationDB and Antithesis).
 */
export class Coverage<G extends Guarantee = Guarantee> {
  readonly #counts = new Map<string, number>();
  readonly #leaderOf = new Map<SimNode<G>, string>();
  readonly #termOf = new Map<SimNode<G>, number>();
  #open: readonly Sometimes[];

  constructor(sometimes: readonly Sometimes[]) {
    this.#open = sometimes;
    for (const { name } of sometimes) this.#counts.set(name, 0);
  }

  count(counter: Counter): void {
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + 1);
  }

  /** After a step of an honest node, when its status is known. */
  stepped(node: SimNode<G>): void {
    const { leader, term } = node.status!;
    if (leader !== null && leader !== this.#leaderOf.get(node)) {
      if (this.#leaderOf.has(node)) this.count('leader change');
      this.#leaderOf.set(node, leader);
    }
    const before = this.#termOf.get(node);
    if (term !== before) {
      if (before !== undefined && term > before) this.count('term change');
      this.#termOf.set(node, term);
    }
    if (this.#open.length === 0) return;
    const seen = this.#open.filter((one) => one.seen(node));
    if (seen.length === 0) return;
    for (const { name } of seen) this.#counts.set(name, 1);
    this.#open = this.#open.filter((one) => !seen.includes(one));
  }

  report(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** What a long search in a mechanism with these capabilities must have met. */
export function wantedCoverage({ capabilities, faults }: Descriptor, sometimes: readonly Sometimes[]): string[] {
  const wanted = sometimes.map(({ name }) => name);
  if (capabilities.leader) wanted.push('leader change');
  if (capabilities.snapshot === 'log') wanted.push('snapshot install');
  if (capabilities.evidence && faults.model === 'byzantine') wanted.push('evidence');
  if (capabilities.stop !== 'none') wanted.push('seal');
  return wanted;
}
