/** @file Linear algebra over the integers, without rounding: fraction-free elimination (Bareiss 1968). */

export type IntegerRow = readonly bigint[];

/** A reduced matrix: row i has `pivot` in column `columns[i]` and 0 in the other pivot columns. */
export interface Reduced {
  readonly rows: readonly IntegerRow[];
  readonly columns: readonly number[];
  readonly pivot: bigint;
}

/** Gauss-Jordan elimination in which every division is exact. Rows of zeros are left out. */
export function reduce(matrix: readonly IntegerRow[]): Reduced {
  let rows = matrix.map((row) => [...row]);
  const width = rows[0]?.length ?? 0;
  const columns: number[] = [];
  let previous = 1n;
  for (let column = 0; column < width && columns.length < rows.length; column++) {
    const rank = columns.length;
    const found = rows.findIndex((row, i) => i >= rank && row[column] !== 0n);
    if (found < 0) continue;
    [rows[rank], rows[found]] = [rows[found]!, rows[rank]!];
    const pivotRow = rows[rank];
    const pivot = pivotRow[column]!;
    rows = rows.map((row, i) => (i === rank ? row : eliminated(row, pivotRow, column, pivot, previous)));
    columns.push(column);
    previous = pivot;
  }
  return { rows: rows.slice(0, columns.length), columns, pivot: previous };
}

function eliminated(
  row: bigint[],
  pivotRow: readonly bigint[],
  column: number,
  pivot: bigint,
  previous: bigint,
): bigint[] {
  const factor = row[column]!;
  return row.map((value, k) => (value * pivot - factor * pivotRow[k]!) / previous);
}

/**
 * The vector that k independent rows of length k + 1 are orthogonal to, up to a factor; null where they are dependent.
 */
export function nullVector(matrix: readonly IntegerRow[]): IntegerRow | null {
  const { rows, columns, pivot } = reduce(matrix);
  if (rows.length < matrix.length) return null;
  const free = columns.findIndex((column, i) => column !== i);
  const missing = free < 0 ? columns.length : free;
  const vector = Array.from({ length: matrix.length + 1 }, () => 0n);
  vector[missing] = pivot;
  for (const [i, column] of columns.entries()) vector[column] = -rows[i]![missing]!;
  return vector;
}

/** A point with rational coordinates: `numerators[i] / denominator`, the denominator positive. */
export interface RationalPoint {
  readonly numerators: IntegerRow;
  readonly denominator: bigint;
}

/** The x with rows[i] . x = right[i] for as many rows as unknowns; null for a singular matrix. */
export function solve(rows: readonly IntegerRow[], right: IntegerRow): RationalPoint | null {
  const vector = nullVector(rows.map((row, i) => [...row, -right[i]!]));
  const last = vector?.at(-1) ?? 0n;
  if (vector === null || last === 0n) return null;
  const numerators = vector.slice(0, -1);
  return last > 0n
    ? { numerators, denominator: last }
    : { numerators: numerators.map((value) => -value), denominator: -last };
}

export function dot(a: IntegerRow, b: IntegerRow): bigint {
  let sum = 0n;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The whole number nearest to numerator / denominator (positive), the larger one of two. */
export function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const [a, b] = [2n * numerator + denominator, 2n * denominator];
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}
