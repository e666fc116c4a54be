import { type StateWriter, type Vector, covers } from '@hypersync/consensus-kit';
import { rangeOfDot, type Delta } from './delta.ts';
import { normalised, type DotRange } from './dots.ts';
import type { Change, ReplicaState } from './replica-state.ts';

/** One join: which dots came to life and which died by it, and the vector after it. */
interface Step {
  readonly after: Vector;
  readonly added: readonly DotRange[];
  readonly removed: readonly DotRange[];
}

/**
 * What changed lately, so that a peer that is a little behind gets a little: the delta-interval buffer of the paper's
 * algorithm 2, without payloads (they are in the state). It is volatile and bounded; whoever is behind its beginning gets
 * the whole state instead.
 */
export class DeltaLog {
  readonly #maxDots: number;
  #start: Vector;
  #steps: Step[] = [];
  #dots = 0;

  /** `start` is the vector of the state right now. */
  constructor(start: Vector, maxDots: number) {
    this.#start = start;
    this.#maxDots = maxDots;
  }

  /** Ranges count as one. */
  get dots(): number {
    return this.#dots;
  }

  record(change: Change, after: Vector): void {
    const added = [...change.added.map(rangeOfDot), ...change.inserted];
    const removed = [...change.removed.map(rangeOfDot), ...change.deleted];
    const step = { after, added, removed };
    this.#steps.push(step);
    this.#dots += sizeOf(step);
    while (this.#dots > this.#maxDots) this.#forgetOldest();
  }

  /** Forgets what everybody is known to have: `known` is included in every member's vector. */
  prune(known: Vector): void {
    while (this.#steps.length > 0 && covers(known, this.#steps[0]!.after)) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const oldest = this.#steps.shift()!;
    this.#start = oldest.after;
    this.#dots -= sizeOf(oldest);
  }

  /**
   * What a replica with vector `theirs` lacks. `whole` says that the log did not reach back. Payloads travel only for what
   * the replica has not seen.
   */
  missing(state: ReplicaState, theirs: Vector): { readonly delta: Delta; readonly whole: boolean } {
    const upTo = state.vector;
    const base = upTo.map((counter, i) => Math.min(counter, theirs[i]!));
    const { entries, parts } = state.tell(rangesBetween(base, upTo));
    const zero = upTo.map(() => 0);
    if (!covers(base, this.#start)) {
      const kept = normalised(state.tell(rangesBetween(zero, base)).alive)!;
      return { delta: { since: zero, base, upTo, entries, parts, kept, removed: [] }, whole: true };
    }
    const first = this.#firstBeyond(base);
    const since = first === 0 ? this.#start : this.#steps[first - 1]!.after;
    const steps = this.#steps.slice(first);
    const seen = steps.flatMap((step) => within(step.added, since, base));
    const kept = normalised(state.tell(seen).alive)!;
    const removed = normalised(steps.flatMap((step) => within(step.removed, zero, since)))!;
    return { delta: { since, base, upTo, entries, parts, kept, removed }, whole: false };
  }

  /** Index of the first step that `base` does not include; vectors only grow along the log. */
  #firstBeyond(base: Vector): number {
    let low = 0;
    let high = this.#steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (covers(base, this.#steps[middle]!.after)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  clone(): DeltaLog {
    const copy = new DeltaLog(this.#start, this.#maxDots);
    copy.#steps = [...this.#steps];
    copy.#dots = this.#dots;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#start, this.#dots]);
    state.list(this.#steps, (writer, step) => {
      const dots = (list: readonly DotRange[]) =>
        list.map(({ author, counter, length }) => [author, counter, length] as const);
      writer.data([step.after, dots(step.added), dots(step.removed)]);
    });
  }
}

/** An empty step still costs its vector. */
const sizeOf = (step: Step): number => 1 + step.added.length + step.removed.length;

/** The dots beyond `from` up to `to`. */
function rangesBetween(from: Vector, to: Vector): DotRange[] {
  const ranges: DotRange[] = [];
  for (let author = 0; author < to.length; author++) {
    const length = to[author]! - from[author]!;
    if (length > 0) ranges.push({ author, counter: from[author]! + 1, length });
  }
  return ranges;
}

/** The parts of ranges beyond `from` and up to `to`. */
function within(ranges: readonly DotRange[], from: Vector, to: Vector): DotRange[] {
  const parts: DotRange[] = [];
  for (const { author, counter, length } of ranges) {
    const first = Math.max(counter, from[author]! + 1);
    const last = Math.min(counter + length - 1, to[author]!);
    if (first <= last) parts.push({ author, counter: first, length: last - first + 1 });
  }
  return parts;
}
