import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** One measured size. */
export interface Sample {
  readonly size: number;
  /** Seconds, or bytes. */
  readonly cost: number;
}

/**
 * The exponent k of cost ~ size^k: the slope of a straight line through the logarithms (least squares). 1 is linear, 0 does
 * not depend on the size.
 */
export function growth(samples: readonly Sample[]): number {
  const points = samples.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (pick: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const covariance = mean((point) => (point.x - x) * (point.y - y));
  return covariance / mean((point) => (point.x - x) ** 2);
}

/** Processor time of one call, seconds: the least of several rounds, since whatever else the machine does only adds. */
export function secondsOf(body: () => void, rounds = 9, secondsPerRound = 0.03): number {
  let [calls, least] = [1, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds;) {
    const start = process.cpuUsage();
    for (let i = 0; i < calls; i++) body();
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    if (seconds < secondsPerRound && round === 0) {
      calls *= 2; // warms up, too
      continue;
    }
    least = Math.min(least, seconds / calls);
    round++;
  }
  return least;
}

/** Bytes of heap that what `build` returns holds on to. */
export function heapOf(build: () => unknown): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const measure = (): number => {
    collect();
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = measure();
  const held = { what: build() };
  const bytes = measure() - before;
  if (held.what === undefined) throw new TypeError('nothing was built');
  return bytes;
}
