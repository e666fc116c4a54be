import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';

export interface Interval {
  readonly earliest: Micros;
  readonly latest: Micros;
}

/**
 * The true time as far as the driver tells it: the last interval, carried forward by the monotonic clock. Nothing here is
 * needed for safety; see `isTimely`.
 */
export class WallClock {
  #last: (Interval & { readonly at: Micros }) | null = null;

  set(at: Micros, earliest: Micros, latest: Micros): void {
    if (Number.isSafeInteger(earliest) && latest >= earliest) this.#last = { earliest, latest, at };
  }

  /** Null while no driver has told the time. */
  read(now: Micros): Interval | null {
    if (this.#last === null) return null;
    const passed = now - this.#last.at;
    return { earliest: this.#last.earliest + passed, latest: this.#last.latest + passed };
  }

  clone(): WallClock {
    const copy = new WallClock();
    copy.#last = this.#last;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data(this.#last === null ? null : [this.#last.at, this.#last.earliest, this.#last.latest]);
  }
}

export interface Synchrony {
  readonly precision: Micros;
  readonly messageDelay: Micros;
}

/** The message delay grows by a tenth per round, in case it is set too small, up to this factor. */
const MOST_GROWTH = 100;

/**
 * Proposer-based timestamps (CometBFT v1): was the proposal's time right when it arrived? Only a time that is certainly
 * wrong is refused; without a clock everything is timely, and block time is then no more than a growing number.
 */
export function isTimely(time: Micros, round: number, arrival: Interval | null, limits: Synchrony): boolean {
  if (arrival === null) return true;
  const delay = limits.messageDelay * Math.min(MOST_GROWTH, 1 + round / 10);
  return time - limits.precision <= arrival.latest && arrival.earliest <= time + limits.precision + delay;
}
