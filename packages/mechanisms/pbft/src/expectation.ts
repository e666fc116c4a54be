import type { Micros } from '@hypersync/interface';
import type { Bundle, StateWriter } from '@hypersync/consensus-kit';
import type { Config } from './config.ts';

/** Fewer samples say nothing about a primary. */
const LEAST_SAMPLES = 16;
/** Requests whose arrival is remembered. */
const MAX_ARRIVALS = 8192;

/**
 * What a primary must achieve to stay one, after Aardvark (Clement et al., NSDI 2009): one that is just not silent can
 * otherwise slow all clients down to the view-change time-out. The measure is how long requests wait here from arrival to
 * execution, averaged over windows of a quarter of the time-out, against the best of the last n views. When the network
 * itself has become slower, all primaries fail until the slow values are all that is remembered: the expectation adapts.
 */
export class Expectation {
  readonly #config: Config;
  /** Views remembered: one round of primaries. */
  readonly #views: number;
  #arrivals = new Map<string, Micros>();
  #history: readonly Micros[] = [];
  #windowStart: Micros = 0;
  #sum = 0;
  #count = 0;
  /** What a request waits, averaged over the last ones: forgets an old value by an eighth with each new one. */
  #typical: Micros = 0;
  /** Of the last complete window in this view; null before there is one. */
  #mean: Micros | null = null;

  constructor(config: Config, members: number) {
    this.#config = config;
    this.#views = members;
  }

  arrived(now: Micros, { key }: Bundle): void {
    if (this.#arrivals.size < MAX_ARRIVALS) this.#arrivals.set(key, now);
  }

  /** `counts` is false while this replica itself lags behind. */
  executed(now: Micros, bundles: readonly Bundle[], counts: boolean): void {
    for (const { key } of bundles) {
      const arrived = this.#arrivals.get(key);
      this.#arrivals.delete(key);
      if (arrived === undefined || !counts) continue;
      const waited = now - arrived;
      this.#sum += waited;
      this.#count++;
      this.#typical += this.#typical === 0 ? waited : Math.trunc((waited - this.#typical) / 8);
    }
    if (this.#count < LEAST_SAMPLES || now - this.#windowStart < this.#config.viewChangeTimeoutMs * 250) return;
    this.#mean = Math.floor(this.#sum / this.#count);
    this.#startWindow(now);
  }

  #startWindow(now: Micros): void {
    this.#windowStart = now;
    this.#sum = 0;
    this.#count = 0;
  }

  /** From arrival to execution, as of late: whatever takes several times as long was lost. */
  get typical(): Micros {
    return this.#typical;
  }

  /** What requests may wait on average; grows with what the best of the last primaries needed. */
  get allowed(): Micros {
    const { viewChangeTimeoutMs, slowPrimaryFactor } = this.#config;
    if (this.#history.length === 0) return viewChangeTimeoutMs * 500;
    return Math.max(viewChangeTimeoutMs * 125, slowPrimaryFactor * Math.min(...this.#history));
  }

  /** True when the primary of this view is not worth keeping. */
  get isDisappointed(): boolean {
    return this.#config.slowPrimaryFactor > 0 && this.#mean !== null && this.#mean > this.allowed;
  }

  leave(): void {
    if (this.#mean !== null) this.#history = [...this.#history, this.#mean].slice(-this.#views);
    this.#mean = null;
  }

  /** A view begins: its primary is measured from now on, and is not blamed for what waited before. */
  enter(now: Micros): void {
    this.leave();
    this.#startWindow(now);
    for (const key of this.#arrivals.keys()) this.#arrivals.set(key, now);
  }

  clone(): Expectation {
    const copy = new Expectation(this.#config, this.#views);
    copy.#arrivals = new Map(this.#arrivals);
    copy.#history = this.#history;
    copy.#windowStart = this.#windowStart;
    copy.#sum = this.#sum;
    copy.#count = this.#count;
    copy.#mean = this.#mean;
    copy.#typical = this.#typical;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#arrivals, this.#history, this.#windowStart, this.#sum, this.#count, this.#mean, this.#typical]);
  }
}
