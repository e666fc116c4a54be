import { randomBytes } from 'node:crypto';

/** Wall-clock time, milliseconds since 1970 (UTC). */
export interface Clock {
  now(): number;
}

export interface Random {
  /** `length` bytes, unpredictable in `systemRandom`, reproducible in `seededRandom`. */
  bytes(length: number): Uint8Array;
}

export const systemClock: Clock = { now: () => Date.now() };

export function fixedClock(now: number): Clock & { set(now: number): void } {
  let current = now;
  return { now: () => current, set: (next) => void (current = next) };
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** splitmix64 in 32-bit halves would be overkill here: xorshift128 (Marsaglia 2003) is enough for tests and jitter. */
export function seededRandom(seed: number): Random {
  let [x, y, z, w] = [123456789 ^ seed, 362436069, 521288629, 88675123];
  const next = (): number => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w & 0xff;
  };
  return { bytes: (length) => Uint8Array.from({ length }, next) };
}
