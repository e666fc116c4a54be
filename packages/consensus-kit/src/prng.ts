/** Bijective mixing of 32 bits (the finaliser of MurmurHash3); spreads one seed over the whole state. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/**
 * xoshiro128** (Blackman, Vigna 2018): small, fast, cloneable, and the same on every engine. For time-outs, peer choice and
 * simulations; never for secrets.
 */
export class Prng {
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;

  /** `seed` is taken as 32 bits; `stream` gives independent sequences for one seed. */
  constructor(seed: number, stream = 0) {
    const base = mix((seed >>> 0) ^ mix((stream >>> 0) + 0x6a09e667));
    this.#a = mix(base + 0x9e3779b9);
    this.#b = mix(base + 0x3c6ef372);
    this.#c = mix(base + 0xdaa66d2b);
    this.#d = mix(base + 0x78dde6e4) | 1; // the state must not be all zero
  }

  /** An integer in [0, 2^32). */
  nextU32(): number {
    const result = Math.imul(rotl(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotl(this.#d, 11);
    return result;
  }

  /** An integer in [0, bound), each equally likely. `bound` is in [1, 2^32]. */
  nextInt(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 0x1_0000_0000)
      throw new RangeError(`nextInt: bad bound ${bound}`);
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    for (;;) {
      const value = this.nextU32();
      if (value < limit) return value % bound;
    }
  }

  /** An integer in [low, high], both included. */
  between(low: number, high: number): number {
    return low + this.nextInt(high - low + 1);
  }

  /** True in `numerator` of `denominator` cases. */
  chance(numerator: number, denominator: number): boolean {
    return this.nextInt(denominator) < numerator;
  }

  /** One of the items; throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T {
    return items[this.nextInt(items.length)]!;
  }

  /** A shuffled copy (Fisher, Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = items.slice();
    for (let i = copy.length - 1; i > 0; i--) {
      const k = this.nextInt(i + 1);
      const kept = copy[i]!;
      copy[i] = copy[k]!;
      copy[k] = kept;
    }
    return copy;
  }

  /** Up to `count` different items, in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    return this.shuffle(items).slice(0, count);
  }

  clone(): Prng {
    const copy = new Prng(0);
    copy.#a = this.#a;
    copy.#b = this.#b;
    copy.#c = this.#c;
    copy.#d = this.#d;
    return copy;
  }

  /** The whole state, for fingerprints. */
  state(): readonly [number, number, number, number] {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#d >>> 0];
  }
}
