import {
  type StateWriter,
  type Vector,
  equalVectors,
  joinVectors,
  meetVectors,
  raised,
  zeroVector,
  covers,
} from '@hypersync/consensus-kit';
import { rumourBytes, writeRumour, type Rumour } from './rumour.ts';

/** How far beyond the first hole of an origin rumours are taken in; further ones come again by push-pull. */
const WINDOW = 4_096;
/** Bytes of rumours behind holes, all origins together. */
const BEYOND_BYTES = 16 * 1024 * 1024;
/** Bytes of rumours per origin that are kept only for reading. */
const HISTORY_BYTES = 262_144;

/** Spans that a digest may carry; what is left out is sent once more. */
export const MOST_SPANS = 256;

/** Rumours of one origin with numbers from `from` to `to`, both included. */
export interface Span {
  readonly origin: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Every rumour that this member has: kept until all members have it, so that any member can give it to any other, and the
 * latest few of each origin after that, for reading. Which ones those are follows from the frontier alone.
 */
export class RumourStore {
  readonly #self: number;
  readonly #history: number;
  /** Per origin, the counter up to which nothing is missing. */
  #frontier: Vector;
  /** Row k: what member k is known to have made durable, without holes. */
  #matrix: Vector[];
  /** Per origin by counter, in the order of arrival. */
  #kept: Map<number, Rumour>[];
  #ownBytes = 0;
  #bytes = 0;
  #beyond = 0;
  #beyondBytes = 0;
  #pruned: Vector;
  /** Computed when asked for, forgotten when the matrix changes. */
  #stable: Vector | null = null;

  constructor(self: number, members: number, history: number) {
    this.#self = self;
    this.#history = history;
    this.#frontier = zeroVector(members);
    this.#matrix = Array.from({ length: members }, () => zeroVector(members));
    this.#kept = Array.from({ length: members }, () => new Map());
    this.#pruned = zeroVector(members);
  }

  get frontier(): Vector {
    return this.#frontier;
  }

  get matrix(): readonly Vector[] {
    return this.#matrix;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#kept.reduce((sum, kept) => sum + kept.size, 0);
  }

  /** What every member has. */
  get stable(): Vector {
    this.#stable ??= meetVectors(this.#matrix);
    return this.#stable;
  }

  /** Own rumours that some member may lack. */
  get ownUnstable(): { readonly rumours: number; readonly bytes: number } {
    return { rumours: this.#frontier[this.#self]! - this.stable[this.#self]!, bytes: this.#ownBytes };
  }

  has(origin: number, counter: number): boolean {
    return counter <= this.#frontier[origin]! || this.#kept[origin]!.has(counter);
  }

  get(origin: number, counter: number): Rumour | undefined {
    return this.#kept[origin]!.get(counter);
  }

  /** True when the rumour is new, and near enough to be taken in. */
  accepts(rumour: Rumour): boolean {
    const { origin, counter } = rumour;
    if (this.has(origin, counter)) return false;
    const next = this.#frontier[origin]! + 1;
    return counter === next || (counter < next + WINDOW && this.#beyondBytes + rumourBytes(rumour) <= BEYOND_BYTES);
  }

  add(rumour: Rumour): void {
    const { origin, counter } = rumour;
    this.#keep(rumour);
    let reached = this.#frontier[origin]!;
    if (counter !== reached + 1) return;
    for (let next: Rumour | undefined = rumour; next !== undefined; next = this.#kept[origin]!.get(reached + 1)) {
      reached++;
      this.#beyond--;
      this.#beyondBytes -= rumourBytes(next);
    }
    this.#frontier = raised(this.#frontier, origin, reached);
    this.#matrix[this.#self] = this.#frontier;
    this.#stable = null;
  }

  #keep(rumour: Rumour): void {
    this.#kept[rumour.origin]!.set(rumour.counter, rumour);
    this.#bytes += rumourBytes(rumour);
    if (rumour.origin === this.#self) this.#ownBytes += rumourBytes(rumour);
    if (rumour.counter <= this.#frontier[rumour.origin]!) return;
    this.#beyond++;
    this.#beyondBytes += rumourBytes(rumour);
  }

  /** True while something later of an origin has come and something earlier has not. */
  get hasHoles(): boolean {
    return this.#beyond > 0;
  }

  acknowledge(k: number, vector: Vector): void {
    if (k === this.#self || covers(this.#matrix[k]!, vector)) return;
    this.#matrix[k] = joinVectors(this.#matrix[k]!, vector);
    this.#stable = null;
  }

  /** What is here behind holes, as far as a digest has room for it. */
  get beyond(): readonly Span[] {
    const spans: Span[] = [];
    for (const [origin, kept] of this.#beyond === 0 ? [] : this.#kept.entries()) {
      for (const counter of sortedAbove(kept, this.#frontier[origin]!)) {
        const last = spans.at(-1);
        if (last?.origin === origin && last.to === counter - 1) spans[spans.length - 1] = { ...last, to: counter };
        else spans.push({ origin, from: counter, to: counter });
        if (spans.length > MOST_SPANS) return spans.slice(0, MOST_SPANS);
      }
    }
    return spans;
  }

  /**
   * What a member with this frontier, and these spans beyond it, lacks: oldest first, the origins in turn, so that a hole
   * that nobody here can fill does not hold up the others. As many as fit, at least one.
   */
  missing(
    theirs: Vector,
    beyond: readonly Span[],
    maxBytes: number,
  ): { readonly rumours: readonly Rumour[]; readonly complete: boolean } {
    const lacks = (rumour: Rumour): boolean =>
      !beyond.some(
        ({ origin, from, to }) => origin === rumour.origin && from <= rumour.counter && rumour.counter <= to,
      );
    const queues = this.#kept.map((kept, origin) =>
      sortedAbove(kept, theirs[origin]!)
        .map((counter) => kept.get(counter)!)
        .filter(lacks),
    );
    const rumours: Rumour[] = [];
    let bytes = 0;
    for (let turn = 0; queues.some((queue) => queue.length > turn); turn++) {
      for (const queue of queues) {
        const rumour = queue[turn];
        if (rumour === undefined) continue;
        bytes += rumourBytes(rumour);
        if (bytes > maxBytes && rumours.length > 0) return { rumours, complete: false };
        rumours.push(rumour);
      }
    }
    return { rumours, complete: true };
  }

  /** Rumours after `vector`, each origin's in order. */
  since(vector: Vector): readonly Rumour[] {
    return this.missing(vector, [], Number.POSITIVE_INFINITY).rumours;
  }

  /** Forgets what everybody has, the application has been given (`handed`) and is no recent history; returns it. */
  prune(handed: Vector): readonly Rumour[] {
    const stable = meetVectors([this.stable, handed]);
    if (equalVectors(stable, this.#pruned)) return [];
    this.#pruned = stable;
    const gone: Rumour[] = [];
    for (const [origin, kept] of this.#kept.entries()) {
      const floor = Math.min(stable[origin]!, this.#historyFloor(origin));
      for (const [counter, rumour] of kept) {
        if (counter > floor) continue;
        kept.delete(counter);
        this.#bytes -= rumourBytes(rumour);
        if (origin === this.#self) this.#ownBytes -= rumourBytes(rumour);
        gone.push(rumour);
      }
    }
    return gone;
  }

  /** The latest counter that is no history: as many, and as many bytes, as are kept for reading. */
  #historyFloor(origin: number): number {
    const frontier = this.#frontier[origin]!;
    let bytes = 0;
    let counter = frontier;
    while (counter > 0 && frontier - counter < this.#history) {
      const rumour = this.#kept[origin]!.get(counter);
      bytes += rumour === undefined ? 0 : rumourBytes(rumour);
      if (rumour === undefined || bytes > HISTORY_BYTES) break;
      counter--;
    }
    return counter;
  }

  /** The latest rumours of an origin, oldest first: the same at every member with this frontier. */
  historyOf(origin: number): readonly Rumour[] {
    const floor = this.#historyFloor(origin);
    return sortedAbove(this.#kept[origin]!, floor)
      .filter((counter) => counter <= this.#frontier[origin]!)
      .map((counter) => this.#kept[origin]!.get(counter)!);
  }

  /** From a durable image. */
  restore(frontier: Vector, rumours: readonly Rumour[]): void {
    this.#frontier = frontier;
    this.#matrix[this.#self] = frontier;
    this.#stable = null;
    for (const rumour of rumours) this.#keep(rumour);
  }

  clone(): RumourStore {
    const copy = new RumourStore(this.#self, this.#frontier.length, this.#history);
    copy.#frontier = this.#frontier;
    copy.#matrix = [...this.#matrix];
    copy.#kept = this.#kept.map((kept) => new Map(kept));
    copy.#ownBytes = this.#ownBytes;
    copy.#bytes = this.#bytes;
    copy.#beyond = this.#beyond;
    copy.#beyondBytes = this.#beyondBytes;
    copy.#pruned = this.#pruned;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#frontier, this.#matrix, this.#pruned]);
    for (const kept of this.#kept) state.map(kept, writeRumour);
  }
}

function sortedAbove(kept: ReadonlyMap<number, Rumour>, floor: number): number[] {
  return [...kept.keys()].filter((counter) => counter > floor).sort((a, b) => a - b);
}
