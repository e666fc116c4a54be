/** @file The least sum over all points, by a search that uses distances alone: no logarithm, no derivative, no step size. */
import type { Reference } from './spaces.ts';

type Vector = readonly number[];

export interface SumOptions {
  readonly kind: 'mean' | 'median' | 'huber';
  readonly huberWidth: number;
}

/** What the centre makes least. */
export function sumTo(
  { distance }: Reference,
  points: readonly Vector[],
  at: Vector,
  { kind, huberWidth }: SumOptions,
): number {
  return points.reduce((sum, point) => {
    const d = distance(at, point);
    if (kind === 'median') return sum + d;
    return sum + (kind === 'mean' || d <= huberWidth ? (d * d) / 2 : huberWidth * (d - huberWidth / 2));
  }, 0);
}

const SHRINK = 0.5;
/** Shorter ways change no sum by as much as its own rounding. */
const SHORTEST = 1e-7;

/**
 * The least sum found in the ball around the base: at one of the points, or where a compass search ends, which goes along each
 * axis of the tangent space at the base as long as that is lower, and looks closer where it is not. Sums are convex in the ball, so
 * that there is one lowest place. Never less than the least there is.
 */
export function leastSum(reference: Reference, points: readonly Vector[], options: SumOptions, radius: number): number {
  const sum = (velocity: Vector): number => sumTo(reference, points, reference.fromTangent(velocity), options);
  let here: Vector = Array.from({ length: reference.dimension }, () => 0);
  let least = sum(here);
  for (let step = radius; step > SHORTEST; step *= SHRINK)
    for (let lower = true; lower;) {
      lower = false;
      for (let way = 0; way < 2 * reference.dimension; way++) {
        const next = here.with(way >> 1, here[way >> 1]! + (way % 2 === 0 ? step : -step));
        const cost = sum(next);
        if (cost >= least) continue;
        [here, least, lower] = [next, cost, true];
      }
    }
  return Math.min(least, ...points.map((point) => sumTo(reference, points, point, options)));
}
