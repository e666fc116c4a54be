import { covers, type StateWriter, type Vector } from '@hypersync/consensus-kit';
import type { DotRange } from './dots.ts';

interface Batch {
  readonly ranges: readonly DotRange[];
  /** What every member must be known to have. */
  readonly until: Vector;
}

/**
 * Deleted elements that still hold a place, until causal stability (Baquero, Almeida, Shoker 2014) lets them go. In two
 * steps: first every member has to know of the deletion; from then on nobody inserts beside the deleted. Then every member
 * has to have everything that anybody had by then: so whatever was inserted beside it is everywhere.
 */
export class Garbage {
  /** Deletions that not everybody is known to know of; vectors only grow, so the first is ripe first. */
  #fresh: Batch[] = [];
  #known: Batch[] = [];

  /** Deleted in a state with that vector. */
  bury(ranges: readonly DotRange[], vector: Vector): void {
    if (ranges.length > 0) this.#fresh.push({ ranges, until: vector });
  }

  /** What may go: `known` is what every member is known to have, `heard` what any member is known to have. */
  ripe(known: Vector, heard: Vector): readonly DotRange[] {
    for (const { ranges } of takeCovered(this.#fresh, known)) this.#known.push({ ranges, until: heard });
    return takeCovered(this.#known, known).flatMap(({ ranges }) => ranges);
  }

  /** How many batches wait. */
  get waiting(): number {
    return this.#fresh.length + this.#known.length;
  }

  clone(): Garbage {
    const copy = new Garbage();
    copy.#fresh = [...this.#fresh];
    copy.#known = [...this.#known];
    return copy;
  }

  writeTo(state: StateWriter): void {
    for (const batches of [this.#fresh, this.#known]) {
      state.list(batches, (writer, { ranges, until }) => {
        writer.data([until, ranges.map(({ author, counter, length }) => [author, counter, length])]);
      });
    }
  }
}

/** Those at the beginning that wait no longer. */
function takeCovered(batches: Batch[], known: Vector): Batch[] {
  if (batches.length === 0 || !covers(known, batches[0]!.until)) return [];
  const rest = batches.findIndex(({ until }) => !covers(known, until));
  return batches.splice(0, rest < 0 ? batches.length : rest);
}
