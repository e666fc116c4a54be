import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';

/**
 * Slots from wall-clock intervals: the middle of the last interval, carried forward by the monotonic clock. Slots never go
 * back, whatever the wall clock does.
 */
export class SlotClock {
  readonly #slotMicros: Micros;
  readonly #genesis: Micros;
  /** Wall minus monotonic; null until the first interval. */
  #offset: Micros | null = null;
  #error: Micros = 0;

  constructor(slotMicros: Micros, genesis: Micros) {
    this.#slotMicros = slotMicros;
    this.#genesis = genesis;
  }

  /** Half of the last interval: how wrong this clock may be. */
  get error(): Micros {
    return this.#error;
  }

  /** False until the time is known to within a quarter of a slot: a node that does not know the slot must not sign. */
  get isKnown(): boolean {
    return this.#offset !== null && 4 * this.#error <= this.#slotMicros;
  }

  set(now: Micros, earliest: Micros, latest: Micros): void {
    if (!(latest >= earliest)) return;
    this.#offset = Math.floor((earliest + latest) / 2) - now;
    this.#error = Math.ceil((latest - earliest) / 2);
  }

  /** The slot at local time `now`; -1 before slot 0 or while the time is not known. */
  slotAt(now: Micros): number {
    if (!this.isKnown) return -1;
    return Math.max(-1, Math.floor((now + this.#offset! - this.#genesis) / this.#slotMicros));
  }

  /** Local time at which a slot begins, or `thirds` thirds into it. */
  timeOf(slot: number, thirds = 0): Micros {
    const wall = this.#genesis + slot * this.#slotMicros + Math.floor((thirds * this.#slotMicros) / 3);
    return wall - (this.#offset ?? 0);
  }

  clone(): SlotClock {
    const copy = new SlotClock(this.#slotMicros, this.#genesis);
    copy.#offset = this.#offset;
    copy.#error = this.#error;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#offset, this.#error]);
  }
}
