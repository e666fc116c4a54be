import { dot, solve, type IntegerRow, type RationalPoint } from './integer-algebra.ts';

/** All x with normal . x <= bound. */
export interface HalfSpace {
  readonly normal: IntegerRow;
  readonly bound: bigint;
}

/**
 * A vertex where `objective . x` is least within a box and half-spaces, exactly; null where nothing is within. The dual
 * simplex method from the box's best corner; Bland's rule (least index first) keeps it from going in circles.
 */
export function minimise(
  objective: IntegerRow,
  box: readonly { readonly low: bigint; readonly high: bigint }[],
  halfSpaces: readonly HalfSpace[],
): RationalPoint | null {
  const constraints = [...box.flatMap(({ low, high }, i) => sides(box.length, i, low, high)), ...halfSpaces];
  const wanted = objective.map((value) => -value);
  // the corner of the box that the objective likes best: its multipliers are the objective's own entries
  let basis = objective.map((value, i) => (value >= 0n ? 2 * i : 2 * i + 1));
  for (;;) {
    const rows = basis.map((i) => constraints[i]!);
    const vertex = solve(
      rows.map(({ normal }) => normal),
      rows.map(({ bound }) => bound),
    )!;
    const violated = constraints.findIndex(
      ({ normal, bound }) => dot(normal, vertex.numerators) > bound * vertex.denominator,
    );
    if (violated < 0) return vertex;
    const leaving = leavingPlace(rows, basis, constraints[violated]!.normal, wanted);
    if (leaving < 0) return null;
    basis = basis.map((index, place) => (place === leaving ? violated : index));
  }
}

function sides(dimension: number, axis: number, low: bigint, high: bigint): HalfSpace[] {
  const unit = (sign: bigint): IntegerRow => Array.from({ length: dimension }, (_, i) => (i === axis ? sign : 0n));
  return [
    { normal: unit(-1n), bound: -low },
    { normal: unit(1n), bound: high },
  ];
}

/** The ratio test: which constraint of the basis gives way, so that all multipliers stay non-negative; -1 for none. */
function leavingPlace(
  rows: readonly HalfSpace[],
  basis: readonly number[],
  entering: IntegerRow,
  wanted: IntegerRow,
): number {
  const columns = wanted.map((_, axis) => rows.map(({ normal }) => normal[axis]!));
  const shares = solve(columns, entering)!.numerators;
  const multipliers = solve(columns, wanted)!.numerators;
  let best = -1;
  for (const [place, share] of shares.entries()) {
    if (share <= 0n) continue;
    if (best < 0) {
      best = place;
      continue;
    }
    const difference = multipliers[place]! * shares[best]! - multipliers[best]! * share;
    if (difference < 0n || (difference === 0n && basis[place]! < basis[best]!)) best = place;
  }
  return best;
}
