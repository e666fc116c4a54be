/** What a metric counts: a value that goes up and down, one that only rises, or a distribution of durations. */
export type MetricType = 'gauge' | 'counter' | 'histogram';

/** Durations measured so far; `buckets` counts those at or below each bound, as Prometheus wants them. */
export interface Distribution {
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
  readonly buckets: readonly { readonly atMost: number; readonly count: number }[];
}

/** One metric as data; a driver exports it. */
export type Metric =
  | { readonly name: string; readonly type: 'gauge' | 'counter'; readonly help: string; readonly value: number }
  | { readonly name: string; readonly type: 'histogram'; readonly help: string; readonly value: Distribution };

/**
 * Seconds on any monotonic clock. Pure code has none, so durations are measured only where a driver lends one; no result
 * depends on it.
 */
export type Stopwatch = () => number;

const BOUNDS = [0.000_01, 0.000_1, 0.001, 0.01, 0.1, 1, 10] as const;

/** Collects durations. */
export class Durations {
  readonly #stopwatch: Stopwatch | null;
  readonly #counts = BOUNDS.map(() => 0);
  #count = 0;
  #sum = 0;

  constructor(stopwatch: Stopwatch | null) {
    this.#stopwatch = stopwatch;
  }

  /** Runs `body`, timed where there is a clock. */
  time<T>(body: () => T): T {
    if (this.#stopwatch === null) return body();
    const start = this.#stopwatch();
    const result = body();
    this.add(this.#stopwatch() - start);
    return result;
  }

  /** The clock now, or null where there is none; for what begins and ends in different calls. */
  now(): number | null {
    return this.#stopwatch === null ? null : this.#stopwatch();
  }

  add(seconds: number): void {
    if (!(seconds >= 0)) return;
    this.#count++;
    this.#sum += seconds;
    for (let i = 0; i < BOUNDS.length; i++) if (seconds <= BOUNDS[i]!) this.#counts[i]!++;
  }

  distribution(): Distribution {
    const buckets = BOUNDS.map((atMost, i) => ({ atMost, count: this.#counts[i]! }));
    return { count: this.#count, sum: this.#sum, buckets };
  }
}
