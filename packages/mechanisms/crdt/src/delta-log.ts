import { type StateWriter, type Vector, covers } from '@hypersync/consensus-kit';
import type { Delta } from './delta.ts';
import { includesDot, type Dot, type Entry } from './entry.ts';
import type { Change, ReplicaState } from './replica-state.ts';

/** One join: which dots came to life and which died by it, and the vector after it. */
interface Step {
  readonly after: Vector;
  readonly added: readonly Dot[];
  readonly removed: readonly Dot[];
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

  get dots(): number {
    return this.#dots;
  }

  record(change: Change, after: Vector): void {
    const toDot = ({ author, counter }: Entry): Dot => ({ author, counter });
    const step = { after, added: change.added.map(toDot), removed: change.removed.map(toDot) };
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
    const isKnown = (dot: Dot): boolean => includesDot(base, dot);
    if (!covers(base, this.#start)) {
      const all = state.entries();
      const entries = all.filter((entry) => !isKnown(entry));
      const kept = all.filter(isKnown);
      return { delta: { since: upTo.map(() => 0), base, upTo, entries, kept, removed: [] }, whole: true };
    }
    const first = this.#firstBeyond(base);
    const since = first === 0 ? this.#start : this.#steps[first - 1]!.after;
    const steps = this.#steps.slice(first);
    const live = steps.flatMap((step) => step.added).filter((dot) => state.has(dot));
    const entries = live.filter((dot) => !isKnown(dot)).map((dot) => state.get(dot)!);
    const kept = live.filter(isKnown);
    const removed = steps.flatMap((step) => step.removed).filter((dot) => includesDot(since, dot));
    return { delta: { since, base, upTo, entries, kept, removed }, whole: false };
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
      const dots = (list: readonly Dot[]) => list.map(({ author, counter }) => [author, counter]);
      writer.data([step.after, dots(step.added), dots(step.removed)]);
    });
  }
}

/** An empty step still costs its vector. */
const sizeOf = (step: Step): number => 1 + step.added.length + step.removed.length;
