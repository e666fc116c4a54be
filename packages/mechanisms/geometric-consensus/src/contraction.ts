/** @file One round of the agreement: from the values a member has to its next value, and how many rounds that takes. */
import type { GridPoint } from './grid.ts';
import { safeMidpoint } from './safe-area.ts';

/** `hull`: within the convex hull of the correct members' readings. `box`: between them in each coordinate. */
export type Validity = 'hull' | 'box';

/** Rounds that a sweep over all coordinates takes: in a hull round one coordinate halves, in a box round all do. */
export function sweepLength(validity: Validity, dimension: number): number {
  return validity === 'hull' ? dimension : 1;
}

/**
 * The member's value of round `round + 1`, from values of round `round` of which at most f are lies. In hull validity the
 * middle of the safe area along one coordinate, each in turn (Mendes, Herlihy 2013); in box validity, and on the line, the
 * middle of what is left in each coordinate without its f least and f greatest values.
 */
export function nextPoint(points: readonly GridPoint[], f: number, validity: Validity, round: number): GridPoint {
  const dimension = points[0]!.length;
  if (validity === 'box' || dimension === 1) return trimmedMiddle(points, f);
  const middle = safeMidpoint(points, f, round % dimension);
  if (middle === null) throw new RangeError(`no safe area among ${points.length} points with ${f} lies`);
  return middle;
}

function trimmedMiddle(points: readonly GridPoint[], f: number): GridPoint {
  return points[0]!.map((_, axis) => {
    const sorted = sortedAlong(points, axis);
    return Math.floor((sorted[f]! + sorted[sorted.length - 1 - f]!) / 2);
  });
}

/**
 * Bounds, for every correct member, the extent of the correct members' next values in any coordinate, from what one of them
 * has: `points` out of n. Any two correct members share n - f values, so another one knows at most n - points.length values
 * that this one lacks, and drops f at each end of each coordinate.
 */
export function nextExtent(points: readonly GridPoint[], n: number, f: number): number {
  const trim = f - (n - points.length);
  let extent = 0;
  for (let axis = 0; axis < points[0]!.length; axis++) {
    const sorted = sortedAlong(points, axis);
    extent = Math.max(extent, sorted[sorted.length - 1 - trim]! - sorted[trim]!);
  }
  return extent;
}

/** Sweeps until an extent in each coordinate is down to `closeness`, when each halves it and rounds to the grid. */
export function sweepsFor(extent: number, closeness: number): number {
  let [sweeps, left] = [0, extent];
  while (left > closeness) {
    left = Math.floor(left / 2) + 2;
    sweeps++;
  }
  return sweeps;
}

function sortedAlong(points: readonly GridPoint[], axis: number): number[] {
  return points.map((point) => point[axis]!).sort((a, b) => a - b);
}
