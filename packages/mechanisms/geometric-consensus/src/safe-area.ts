/**
 * @file The safe area of m points of which at most f are lies: the intersection of the convex hulls of all subsets of m - f
 * (Vaidya, Garg 2013; Mendes, Herlihy 2013). In exact integers.
 */
import type { GridPoint } from './grid.ts';
import { dot, nullVector, reduce, roundedQuotient, type IntegerRow, type RationalPoint } from './integer-algebra.ts';
import { minimise, type HalfSpace } from './linear-program.ts';

/**
 * The grid point nearest to the midpoint of two points of the safe area: one where coordinate `axis` is least in it and one
 * where it is greatest. Null where the area is empty, which m > (d + 1) f rules out (Helly).
 */
export function safeMidpoint(points: readonly GridPoint[], f: number, axis: number): GridPoint | null {
  const base = points[0]!;
  const moved = points.map((point) => point.map((value, i) => BigInt(value - base[i]!)));
  const flat = reduce(moved);
  if (flat.columns.length === 0) return base;
  const inFlat = moved.map((point) => flat.columns.map((column) => point[column]!));
  const halfSpaces = safeHalfSpaces(inFlat, f);
  const box = flat.columns.map((_, i) => rangeOf(inFlat.map((point) => point[i]!)));
  const objective = objectiveIn(flat, axis);
  const least = minimise(objective, box, halfSpaces);
  const negated = objective.map((value) => -value);
  const greatest = least === null ? null : minimise(negated, box, halfSpaces);
  if (least === null || greatest === null) return null;
  const [low, high] = [lifted(least, flat), lifted(greatest, flat)];
  return base.map((value, i) => {
    const sum = low.numerators[i]! * high.denominator + high.numerators[i]! * low.denominator;
    return value + Number(roundedQuotient(sum, 2n * low.denominator * high.denominator));
  });
}

type Flat = ReturnType<typeof reduce>;

/** Coordinate `axis` as a linear function on the flat that the points span, up to a positive factor. */
function objectiveIn({ rows, pivot }: Flat, axis: number): IntegerRow {
  return rows.map((row) => (pivot > 0n ? row[axis]! : -row[axis]!));
}

/** From coordinates in the flat to all coordinates. */
function lifted({ numerators, denominator }: RationalPoint, { rows, pivot }: Flat): RationalPoint {
  const sign = pivot > 0n ? 1n : -1n;
  const all = rows[0]!.map(
    (_, column) =>
      sign *
      dot(
        numerators,
        rows.map((row) => row[column]!),
      ),
  );
  return { numerators: all, denominator: denominator * pivot * sign };
}

function rangeOf(values: IntegerRow): { readonly low: bigint; readonly high: bigint } {
  let [low, high] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/**
 * The safe area as half-spaces: those bounded by a hyperplane through k independent points (k the dimension that the points
 * span) with at most f points strictly outside. Each facet of the hull of a subset of m - f lies on such a plane, and each
 * such half-space contains the hull of some m - f points.
 */
export function safeHalfSpaces(points: readonly IntegerRow[], f: number): HalfSpace[] {
  const distinct = [...new Map(points.map((point) => [point.join(), point])).values()];
  const found = new Map<string, HalfSpace>();
  for (const subset of subsets(distinct, points[0]!.length)) {
    const plane = nullVector(subset.map((point) => [...point, -1n]));
    if (plane === null) continue;
    const normal = plane.slice(0, -1);
    const bound = plane.at(-1)!;
    let [above, below] = [0, 0];
    for (const point of points) {
      const side = dot(normal, point) - bound;
      if (side > 0n) above++;
      else if (side < 0n) below++;
    }
    if (above <= f) found.set(`${normal.join()}<${bound}`, { normal, bound });
    if (below <= f) {
      const turned = normal.map((value) => -value);
      found.set(`${turned.join()}<${-bound}`, { normal: turned, bound: -bound });
    }
  }
  return [...found.values()];
}

/** All subsets of `size` items, in order. */
function* subsets<T>(items: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= items.length - size; i++)
    for (const rest of subsets(items, size - 1, i + 1)) yield [items[i]!, ...rest];
}
