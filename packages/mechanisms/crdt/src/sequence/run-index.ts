import type { Run } from './run.ts';

/** Runs of all sequences by dot: per author in the order of their counters. */
export class RunIndex {
  readonly #byAuthor = new Map<number, Run[]>();
  #size = 0;

  /** Runs. */
  get size(): number {
    return this.#size;
  }

  find(author: number, counter: number): Run | null {
    const runs = this.#byAuthor.get(author);
    const run = runs?.[positionOf(runs, counter + 1) - 1];
    return run !== undefined && counter < run.end ? run : null;
  }

  add(run: Run): void {
    this.#size++;
    const runs = this.#byAuthor.get(run.author);
    if (runs === undefined) this.#byAuthor.set(run.author, [run]);
    else if (runs.at(-1)!.start < run.start) runs.push(run);
    else runs.splice(positionOf(runs, run.start), 0, run);
  }

  remove(run: Run): void {
    this.#size--;
    const runs = this.#byAuthor.get(run.author)!;
    runs.splice(positionOf(runs, run.start), 1);
    if (runs.length === 0) this.#byAuthor.delete(run.author);
  }

  /** Runs that have a dot of `author` in [from, to]. */
  within(author: number, from: number, to: number): Run[] {
    const runs = this.#byAuthor.get(author);
    if (runs === undefined || runs.at(-1)!.end <= from) return [];
    const found: Run[] = [];
    let i = Math.max(0, positionOf(runs, from + 1) - 1);
    for (; i < runs.length && runs[i]!.start <= to; i++) if (runs[i]!.end > from) found.push(runs[i]!);
    return found;
  }

  *all(): Generator<Run> {
    for (const author of [...this.#byAuthor.keys()].sort((a, b) => a - b)) yield* this.#byAuthor.get(author)!;
  }
}

/** How many runs start before `counter`. */
function positionOf(runs: readonly Run[], counter: number): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (runs[middle]!.start < counter) low = middle + 1;
    else high = middle;
  }
  return low;
}
