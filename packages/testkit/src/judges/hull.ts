/** @file Where a point stands to the convex hull of others, by an algorithm that no mechanism uses. */

type Vector = readonly number[];

const MOST_STEPS = 1000;

/**
 * Euclidean distance from `target` to the convex hull of `points`: the smallest vector in the hull of the differences (Wolfe,
 * "Finding the nearest point in a polytope", 1976). Infinity for no points. Exact up to about 1e-12 of the largest difference.
 */
export function hullDistance(points: readonly Vector[], target: Vector): number {
  const moved = points.map((point) => point.map((value, i) => value - target[i]!));
  const scale = Math.max(...moved.map((point) => dot(point, point)));
  if (moved.length === 0) return Number.POSITIVE_INFINITY;
  const tolerance = 1e-14 * scale;
  let corral: readonly Weighted[] = [{ point: moved[0]!, weight: 1 }];
  let nearest: Vector = moved[0]!;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = leastAlong(moved, nearest);
    const gain = dot(nearest, nearest) - dot(nearest, next);
    if (gain <= tolerance || corral.some(({ point }) => point === next)) break;
    const shrunk = minorCycle([...corral, { point: next, weight: 0 }]);
    if (shrunk === null) break;
    corral = shrunk;
    nearest = combine(corral);
  }
  return Math.sqrt(dot(nearest, nearest));
}

interface Weighted {
  readonly point: Vector;
  readonly weight: number;
}

/** Towards the nearest point of the affine hull, dropping points whose weight would turn negative on the way. */
function minorCycle(start: readonly Weighted[]): Weighted[] | null {
  let corral = [...start];
  while (corral.length > 0) {
    const wanted = affineWeights(corral.map(({ point }) => point));
    if (wanted === null) return null;
    if (wanted.every((weight) => weight > 1e-13)) return corral.map(({ point }, i) => ({ point, weight: wanted[i]! }));
    let share = 1;
    for (const [i, { weight }] of corral.entries())
      if (wanted[i]! <= 1e-13 && weight > wanted[i]!) share = Math.min(share, weight / (weight - wanted[i]!));
    const moved = corral.map(({ point, weight }, i) => ({ point, weight: weight + share * (wanted[i]! - weight) }));
    const kept = moved.filter(({ weight }) => weight > 1e-13);
    corral = kept.length < moved.length ? kept : dropLeast(moved);
  }
  return null;
}

function dropLeast(corral: readonly Weighted[]): Weighted[] {
  const least = corral.reduce((a, b) => (b.weight < a.weight ? b : a));
  return corral.filter((one) => one !== least);
}

/** Weights of sum one that make the shortest combination; null where the points are affinely dependent. */
function affineWeights(points: readonly Vector[]): number[] | null {
  const n = points.length;
  const unit = Math.max(...points.map((point) => dot(point, point))) || 1;
  const rows = points.map((a) => [...points.map((b) => dot(a, b) / unit), 1, 0]);
  rows.push([...points.map(() => 1), 0, 1]);
  const solution = eliminate(rows);
  return solution === null ? null : solution.slice(0, n);
}

/** Gauss with row exchanges; null for a singular matrix. */
function eliminate(rows: number[][]): number[] | null {
  const n = rows.length;
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    if (Math.abs(rows[pivot]![column]!) < 1e-14) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let i = 0; i < n; i++) {
      if (i === column) continue;
      const factor = rows[i]![column]! / rows[column]![column]!;
      for (let k = column; k <= n; k++) rows[i]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

function leastAlong(points: readonly Vector[], direction: Vector): Vector {
  return points.reduce((a, b) => (dot(b, direction) < dot(a, direction) ? b : a));
}

function combine(corral: readonly Weighted[]): number[] {
  const sum = corral[0]!.point.map(() => 0);
  for (const { point, weight } of corral) for (const [i, value] of point.entries()) sum[i]! += weight * value;
  return sum;
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (const [i, value] of a.entries()) sum += value * b[i]!;
  return sum;
}
