import type { Lane, Micros } from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import type { MessageFaults } from './faults.ts';

/**
 * Links between nodes. Healthy links keep the order of each lane; faults lose, repeat, hold up or overtake messages.
 * A cut is counted per direction, so that overlapping partitions heal one by one.
 */
export class Network {
  readonly #size: number;
  readonly #cuts: Uint8Array;
  readonly #lastArrival: Float64Array;
  /** Added to a link's delay, microseconds. */
  readonly #slowness: Float64Array;
  readonly #random: Prng;
  readonly #latency: readonly [Micros, Micros];
  readonly #faults: MessageFaults;

  constructor(size: number, random: Prng, latency: readonly [Micros, Micros], faults: MessageFaults) {
    this.#size = size;
    this.#cuts = new Uint8Array(size * size);
    this.#lastArrival = new Float64Array(2 * size * size);
    this.#slowness = new Float64Array(size * size);
    this.#random = random;
    this.#latency = latency;
    this.#faults = faults;
  }

  cut(from: number, to: number): void {
    this.#cuts[from * this.#size + to]!++;
  }

  mend(from: number, to: number): void {
    this.#cuts[from * this.#size + to]!--;
  }

  slow(from: number, to: number, extra: Micros): void {
    this.#slowness[from * this.#size + to] = extra;
  }

  isCut(from: number, to: number): boolean {
    return this.#cuts[from * this.#size + to]! > 0;
  }

  /** Calls `arrive` for each copy that will reach the other side; the answer says what became of the message. */
  send(from: number, to: number, now: Micros, lane: Lane, arrive: (time: Micros) => void): 'sent' | 'cut' | 'lost' {
    const link = from * this.#size + to;
    const [least, most] = this.#latency;
    const latency = this.#random.between(least, most) * (lane === 'bulk' ? 2 : 1) + this.#slowness[link]!;
    if (this.#cuts[link]! > 0) return 'cut';
    const faults = this.#faults;
    if (faults.active) {
      if (faults.strikes('loss', now)) return 'lost';
      if (faults.strikes('duplicate', now)) arrive(now + latency + faults.extra('duplicate', 20 * most));
      if (faults.strikes('reorder', now)) {
        arrive(now + latency + faults.extra('reorder', 10 * most));
        return 'sent';
      }
    }
    const held = faults.active && faults.strikes('delay', now) ? faults.extra('delay', 50 * most) : 0;
    const slot = 2 * link + (lane === 'bulk' ? 1 : 0);
    const time = Math.max(now + latency + held, this.#lastArrival[slot]!);
    this.#lastArrival[slot] = time;
    arrive(time);
    return 'sent';
  }

  /** Forgets held-up traffic, so that healing does not wait for the longest delay. */
  heal(): void {
    this.#cuts.fill(0);
    this.#lastArrival.fill(0);
    this.#slowness.fill(0);
  }
}
