import type { Prng } from '@hypersync/consensus-kit';
import { hullDistance } from './hull.ts';

type Vector = readonly number[];

/** What each honest member may have put into one agreement: one of these. */
export type PossibleInputs = readonly (readonly Vector[])[];

/**
 * What close and within mean for a mechanism of approximate agreement. Given by its tests and written apart from its code, so
 * that the judge does not believe what it judges.
 */
export interface ApproximateSpace {
  /** Largest distance between honest outputs of one agreement; 0: equal to the last bit. */
  readonly epsilon: number;
  /** What takes part for a member that never had a reading. */
  readonly origin: Vector;
  /** A client's reading; now and then one that must be refused. */
  draw(random: Prng): Vector;
  /** False for a reading that must be refused: not finite, out of bounds, not in the space. */
  accepts(reading: Vector): boolean;
  /** What a liar would put in: valid by itself, and as far off as is allowed. */
  hostile(random: Prng): Vector;
  distance(a: Vector, b: Vector): number;
  /** Null when honest members with these inputs may put this out, else what is wrong. `faulty` is the number of liars. */
  validityProblem(inputs: PossibleInputs, output: Vector, faulty: number): string | null;
}

export interface VectorSpaceOptions {
  readonly dimension: number;
  readonly epsilon: number;
  /** Within the convex hull of the honest inputs, or coordinate by coordinate between them. */
  readonly validity: 'hull' | 'box';
  /** Readings are drawn in [low, high] in each coordinate; a liar's are at `extreme` or its negative. */
  readonly low: number;
  readonly high: number;
  readonly extreme: number;
  /** How far outside an output may be for the sake of rounding. */
  readonly tolerance: number;
}

const GRAINS = 1 << 20;
/** One reading in so many must be refused. */
const SPOILT = 24;

/** R^d with the Euclidean distance; the origin is zero. */
export function vectorSpace(options: VectorSpaceOptions): ApproximateSpace {
  const { dimension, epsilon, validity, low, high, extreme, tolerance } = options;
  const each = (one: () => number): number[] => Array.from({ length: dimension }, one);
  return {
    epsilon,
    origin: each(() => 0),
    draw(random) {
      const reading = each(() => low + ((high - low) * random.nextInt(GRAINS)) / GRAINS);
      if (!random.chance(1, SPOILT)) return reading;
      reading[random.nextInt(dimension)] = random.pick([Number.NaN, Infinity, -Infinity, 1e300, -16 * extreme]);
      return reading;
    },
    accepts: (reading) => reading.length === dimension && reading.every((value) => Math.abs(value) <= extreme),
    hostile: (random) => each(() => (random.chance(1, 2) ? extreme : -extreme)),
    distance: (a, b) => Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)),
    validityProblem(inputs, output) {
      const points = inputs.flat();
      const outside = validity === 'hull' ? hullDistance(points, output) : boxDistance(points, output);
      if (outside <= tolerance) return null;
      return `[${output.join(', ')}] is ${outside} outside the ${validity} of the honest inputs`;
    },
  };
}

/** Largest distance outside the interval of the points, over all coordinates. */
function boxDistance(points: readonly Vector[], target: Vector): number {
  let outside = 0;
  for (const [i, value] of target.entries()) {
    const column = points.map((point) => point[i]!);
    outside = Math.max(outside, Math.min(...column) - value, value - Math.max(...column));
  }
  return outside;
}
