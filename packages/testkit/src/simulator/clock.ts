import type { Micros } from '@hypersync/interface';

const MILLION = 1_000_000;

/** A node's monotonic clock: an offset of its own, and a rate that faults may change. It never goes back. */
export class LocalClock {
  #from: Micros = 0;
  #local: Micros;
  #ppm = 0;

  constructor(offset: Micros) {
    this.#local = offset;
  }

  read(now: Micros): Micros {
    return this.#local + Math.floor(((now - this.#from) * (MILLION + this.#ppm)) / MILLION);
  }

  /** Runs `ppm` millionths faster (slower when negative) from now on. */
  setRate(now: Micros, ppm: number): void {
    this.#local = this.read(now);
    this.#from = now;
    this.#ppm = ppm;
  }

  /** The first true time at which this clock shows `local`. */
  when(local: Micros): Micros {
    return this.#from + Math.max(0, Math.ceil(((local - this.#local) * MILLION) / (MILLION + this.#ppm)));
  }
}
