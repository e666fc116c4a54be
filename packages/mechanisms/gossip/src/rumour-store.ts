import {
  type StateWriter,
  type Vector,
  equalVectors,
  joinVectors,
  raised,
  zeroVector,
  covers,
} from '@hypersync/consensus-kit';
import type { RejectReason } from '@hypersync/interface';
import type { GossipConfig } from './config.ts';
import { rumourBytes, VALUE_BYTES, writeRumour, type Rumour } from './rumour.ts';

/** How far beyond the first hole of an origin rumours are taken in; further ones come again by push-pull. */
const WINDOW = 4_096;
/** Bytes of rumours behind holes, all origins together. */
const BEYOND_BYTES = 16 * 1024 * 1024;
/** Bytes of rumours per origin that are kept only for reading. */
const HISTORY_BYTES = 262_144;

const NONE: readonly never[] = Object.freeze([]);

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
  /** Row k: what member k is known to have made durable, without holes. Rows equal to the frontier are the frontier. */
  #matrix: Vector[];
  /** What every member has: the least of each column. */
  #stable: number[];
  /** Per origin by counter. */
  #kept: Map<number, Rumour>[];
  /** Per origin, the counter up to which everything has been forgotten, and the latest that is no history. */
  #gone: number[];
  #past: number[];
  /** Per origin, bytes of what is history. */
  #recentBytes: number[];
  /** Per origin, how many are here behind a hole. */
  #beyond: number[];
  #beyondBytes = 0;
  #ownBytes = 0;
  #bytes = 0;
  #count = 0;
  /** Something may have become forgettable. */
  #ripe = true;
  #handed: Vector | null = null;

  constructor(self: number, members: number, history: number) {
    const zero = zeroVector(members);
    this.#self = self;
    this.#history = history;
    this.#frontier = zero;
    this.#matrix = zero.map(() => zero);
    this.#stable = [...zero];
    this.#kept = zero.map(() => new Map<number, Rumour>());
    this.#gone = [...zero];
    this.#past = [...zero];
    this.#recentBytes = [...zero];
    this.#beyond = [...zero];
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
    return this.#count;
  }

  get stable(): Vector {
    return this.#stable;
  }

  /** Why a value of this size cannot be published now; null when it can. */
  refusal(size: number, limits: Pick<GossipConfig, 'maxUnstableRumours' | 'maxUnstableBytes'>): RejectReason | null {
    if (size > VALUE_BYTES) return 'too-large';
    const { rumours, bytes } = this.ownUnstable;
    const isFull = rumours >= limits.maxUnstableRumours || bytes + size > limits.maxUnstableBytes;
    return isFull ? 'overloaded' : null;
  }

  /** Own rumours that some member may lack. */
  get ownUnstable(): { readonly rumours: number; readonly bytes: number } {
    return { rumours: this.#frontier[this.#self]! - this.#stable[this.#self]!, bytes: this.#ownBytes };
  }

  has(origin: number, counter: number): boolean {
    return counter <= this.#frontier[origin]! || this.#kept[origin]!.has(counter);
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
    const kept = this.#kept[origin]!;
    for (let next: Rumour | undefined = rumour; next !== undefined; next = kept.get(reached + 1)) {
      reached++;
      this.#beyond[origin]!--;
      this.#beyondBytes -= rumourBytes(next);
      this.#recentBytes[origin]! += rumourBytes(next);
    }
    this.#frontier = raised(this.#frontier, origin, reached);
    this.#agePast(origin);
    this.#setRow(this.#self, this.#frontier);
  }

  #keep(rumour: Rumour): void {
    const { origin, counter } = rumour;
    const bytes = rumourBytes(rumour);
    this.#kept[origin]!.set(counter, rumour);
    this.#count++;
    this.#bytes += bytes;
    if (origin === this.#self) this.#ownBytes += bytes;
    if (counter <= this.#frontier[origin]!) return;
    this.#beyond[origin]!++;
    this.#beyondBytes += bytes;
  }

  /** As many, and as many bytes, as are kept for reading are history; what is older is past. */
  #agePast(origin: number): void {
    const kept = this.#kept[origin]!;
    const frontier = this.#frontier[origin]!;
    while (frontier - this.#past[origin]! > this.#history || this.#recentBytes[origin]! > HISTORY_BYTES) {
      this.#past[origin]!++;
      this.#recentBytes[origin]! -= rumourBytes(kept.get(this.#past[origin]!)!);
    }
    this.#ripe = true;
  }

  /** True while something later of an origin has come and something earlier has not. */
  get hasHoles(): boolean {
    return this.#beyondBytes > 0;
  }

  acknowledge(k: number, vector: Vector): void {
    const row = this.#matrix[k]!;
    if (k === this.#self || row === vector || covers(row, vector)) return;
    // Rows are shared wherever they can be: with a thousand members a matrix of its own would have a million numbers.
    const joined = covers(vector, row) ? vector : joinVectors(row, vector);
    this.#setRow(k, equalVectors(joined, this.#frontier) ? this.#frontier : joined);
  }

  /** Replaces a row; the least of a column can only have grown where this row was the least. */
  #setRow(k: number, vector: Vector): void {
    const before = this.#matrix[k]!;
    this.#matrix[k] = vector;
    for (let origin = 0; origin < vector.length; origin++) {
      const least = this.#stable[origin]!;
      if (before[origin] !== least || vector[origin] === least) continue;
      let grown = Number.POSITIVE_INFINITY;
      for (let i = 0; i < this.#matrix.length && grown > least; i++) grown = Math.min(grown, this.#matrix[i]![origin]!);
      if (grown === least) continue;
      this.#stable[origin] = grown;
      this.#ripe = true;
    }
  }

  /** True when member k is known to have everything that is here. */
  isInformed(k: number): boolean {
    const row = this.#matrix[k]!;
    if (row === this.#frontier) return true;
    if (!equalVectors(row, this.#frontier)) return false;
    this.#matrix[k] = this.#frontier;
    return true;
  }

  /** What is here behind holes, as far as a digest has room for it. */
  get beyond(): readonly Span[] {
    const spans: Span[] = [];
    if (!this.hasHoles) return spans;
    for (const origin of this.#kept.keys()) {
      for (const counter of this.#above(origin, this.#frontier[origin]!)) {
        const last = spans.at(-1);
        if (last?.origin === origin && last.to === counter - 1) spans[spans.length - 1] = { ...last, to: counter };
        else spans.push({ origin, from: counter, to: counter });
        if (spans.length > MOST_SPANS) return spans.slice(0, MOST_SPANS);
      }
    }
    return spans;
  }

  /** Counters of an origin above `floor` that are here, ascending. */
  #above(origin: number, floor: number): number[] {
    const counters: number[] = [];
    const frontier = this.#frontier[origin]!;
    for (let counter = Math.max(floor, this.#gone[origin]!) + 1; counter <= frontier; counter++) counters.push(counter);
    if (this.#beyond[origin] === 0) return counters;
    const behind = [...this.#kept[origin]!.keys()].filter((counter) => counter > frontier && counter > floor);
    return [...counters, ...behind.sort((a, b) => a - b)];
  }

  /** Counters of a span that are missing here and near enough to be taken in. */
  lacking({ origin, from, to }: Span): readonly number[] {
    const frontier = this.#frontier[origin]!;
    const missing: number[] = [];
    for (let counter = Math.max(from, frontier + 1); counter <= Math.min(to, frontier + WINDOW); counter++) {
      if (!this.#kept[origin]!.has(counter)) missing.push(counter);
    }
    return missing;
  }

  /** What of these spans is here. */
  *within(spans: readonly Span[]): Generator<Rumour> {
    for (const { origin, from, to } of spans) {
      const latest = Math.min(to, this.#frontier[origin]! + WINDOW);
      for (let counter = Math.max(from, this.#gone[origin]! + 1); counter <= latest; counter++) {
        const rumour = this.#kept[origin]!.get(counter);
        if (rumour !== undefined) yield rumour;
      }
    }
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
    const queues: Rumour[][] = [];
    for (const [origin, kept] of this.#kept.entries()) {
      if (theirs[origin]! >= this.#frontier[origin]! && this.#beyond[origin] === 0) continue;
      const rumours = this.#above(origin, theirs[origin]!).map((counter) => kept.get(counter)!);
      queues.push(rumours.filter(lacks));
    }
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
    if (!this.#ripe && handed === this.#handed) return NONE;
    this.#ripe = false;
    this.#handed = handed;
    const forgotten: Rumour[] = [];
    for (const [origin, kept] of this.#kept.entries()) {
      const floor = Math.min(this.#stable[origin]!, handed[origin]!, this.#past[origin]!);
      while (this.#gone[origin]! < floor) {
        const counter = ++this.#gone[origin]!;
        const rumour = kept.get(counter)!;
        kept.delete(counter);
        this.#count--;
        this.#bytes -= rumourBytes(rumour);
        if (origin === this.#self) this.#ownBytes -= rumourBytes(rumour);
        forgotten.push(rumour);
      }
    }
    return forgotten;
  }

  /** The latest rumours of an origin, oldest first: the same at every member with this frontier. */
  historyOf(origin: number): readonly Rumour[] {
    const frontier = this.#frontier[origin]!;
    const kept = this.#kept[origin]!;
    const recent: Rumour[] = [];
    for (let counter = this.#past[origin]! + 1; counter <= frontier; counter++) recent.push(kept.get(counter)!);
    return recent;
  }

  /** From a durable image. False when a rumour is missing that only a damaged image lacks. */
  restore(frontier: Vector, rumours: readonly Rumour[]): boolean {
    this.#frontier = frontier;
    for (const rumour of rumours) this.#keep(rumour);
    for (const [origin, kept] of this.#kept.entries()) {
      const reached = frontier[origin]!;
      let counter = reached;
      while (counter > 0 && kept.has(counter)) counter--;
      this.#gone[origin] = counter;
      this.#past[origin] = counter;
      for (; counter < reached; counter++) this.#recentBytes[origin]! += rumourBytes(kept.get(counter + 1)!);
      this.#agePast(origin);
    }
    this.#setRow(this.#self, frontier);
    return rumours.every(({ origin, counter }) => counter > this.#gone[origin]!);
  }

  clone(): RumourStore {
    const copy = new RumourStore(this.#self, 0, this.#history);
    copy.#frontier = this.#frontier;
    copy.#matrix = [...this.#matrix];
    copy.#stable = [...this.#stable];
    copy.#kept = this.#kept.map((kept) => new Map(kept));
    copy.#gone = [...this.#gone];
    copy.#past = [...this.#past];
    copy.#recentBytes = [...this.#recentBytes];
    copy.#beyond = [...this.#beyond];
    copy.#beyondBytes = this.#beyondBytes;
    copy.#ownBytes = this.#ownBytes;
    copy.#bytes = this.#bytes;
    copy.#count = this.#count;
    copy.#ripe = this.#ripe;
    copy.#handed = this.#handed;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#frontier, this.#matrix, this.#gone]);
    for (const kept of this.#kept) state.map(kept, writeRumour);
  }
}
