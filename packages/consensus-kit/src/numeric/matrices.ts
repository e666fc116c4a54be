/**
 * @file Small dense matrices as rows one after the other, n * n numbers; only + - * / and sqrt, in a fixed order, so that all
 * engines get the same bits.
 */

export type Matrix = readonly number[];

export function identity(n: number): Matrix {
  return Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}

export function multiply(a: Matrix, b: Matrix, n: number): number[] {
  const product: number[] = [];
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += a[i * n + j]! * b[j * n + k]!;
      product.push(sum);
    }
  return product;
}

export function transpose(a: Matrix, n: number): number[] {
  return a.map((_, at) => a[(at % n) * n + Math.floor(at / n)]!);
}

/** (A + A^T) / 2: what rounding has made slightly unsymmetric. */
export function symmetrised(a: Matrix, n: number): number[] {
  return transpose(a, n).map((value, at) => 0.5 * (value + a[at]!));
}

/** A symmetric matrix as Q diag(values) Q^T, Q orthogonal with the eigenvectors as columns. */
export interface Spectrum {
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

/** More than convergence ever takes: each sweep squares what is left beside the diagonal. */
const MOST_SWEEPS = 40;

/** Jacobi's method in cyclic order, until nothing is left beside the diagonal that a sum would notice. */
export function spectrum(symmetric: Matrix, n: number): Spectrum {
  const a = [...symmetric];
  const q = [...identity(n)];
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let turned = false;
    for (let p = 0; p < n - 1; p++)
      for (let r = p + 1; r < n; r++)
        if (isNoticed(a, n, p, r)) {
          turned = true;
          rotate(a, q, n, p, r);
        } else {
          a[p * n + r] = 0;
          a[r * n + p] = 0;
        }
    if (!turned) break;
  }
  return { values: Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors: q };
}

function isNoticed(a: Matrix, n: number, p: number, r: number): boolean {
  const beside = Math.abs(a[p * n + r]!) * 72_057_594_037_927_936;
  return beside > Math.abs(a[p * n + p]!) || beside > Math.abs(a[r * n + r]!);
}

/** One rotation in the plane of p and r that makes a[p][r] zero. */
function rotate(a: number[], q: number[], n: number, p: number, r: number): void {
  const beside = a[p * n + r]!;
  const theta = (a[r * n + r]! - a[p * n + p]!) / (2 * beside);
  const far = Math.abs(theta) > 1e150;
  const t = far ? 0.5 / theta : (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  a[p * n + p]! -= t * beside;
  a[r * n + r]! += t * beside;
  a[p * n + r] = 0;
  a[r * n + p] = 0;
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== r) {
      const [kp, kr] = [a[k * n + p]!, a[k * n + r]!];
      a[k * n + p] = a[p * n + k] = c * kp - s * kr;
      a[k * n + r] = a[r * n + k] = s * kp + c * kr;
    }
    const [vp, vr] = [q[k * n + p]!, q[k * n + r]!];
    q[k * n + p] = c * vp - s * vr;
    q[k * n + r] = s * vp + c * vr;
  }
}

/** Q diag(f(values)) Q^T. */
export function spectralMap({ values, vectors }: Spectrum, n: number, f: (value: number) => number): number[] {
  const mapped = values.map(f);
  const result = Array.from({ length: n * n }, () => 0);
  for (let i = 0; i < n; i++)
    for (let k = 0; k <= i; k++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += vectors[i * n + j]! * mapped[j]! * vectors[k * n + j]!;
      result[i * n + k] = sum;
      result[k * n + i] = sum;
    }
  return result;
}

/** The lower triangle L with L L^T = a; null where a is not positive definite, or not finite. */
export function cholesky(a: Matrix, n: number): number[] | null {
  const lower = Array.from({ length: n * n }, () => 0);
  for (let i = 0; i < n; i++)
    for (let k = 0; k <= i; k++) {
      let rest = a[i * n + k]!;
      for (let j = 0; j < k; j++) rest -= lower[i * n + j]! * lower[k * n + j]!;
      if (i !== k) lower[i * n + k] = rest / lower[k * n + k]!;
      else if (rest > 0 && rest < Number.POSITIVE_INFINITY) lower[i * n + i] = Math.sqrt(rest);
      else return null;
    }
  return lower;
}

/** L^-1 b, column by column, for a lower triangle L. */
export function solveLower(lower: Matrix, b: Matrix, n: number): number[] {
  const x = [...b];
  for (let column = 0; column < n; column++)
    for (let i = 0; i < n; i++) {
      let rest = x[i * n + column]!;
      for (let j = 0; j < i; j++) rest -= lower[i * n + j]! * x[j * n + column]!;
      x[i * n + column] = rest / lower[i * n + i]!;
    }
  return x;
}

/** The determinant of a 3 x 3 matrix. */
export function determinant3(m: Matrix): number {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

/**
 * The rotation nearest to a 3 x 3 matrix: its polar factor, by Newton's iteration X <- (X + X^-T) / 2 (Higham 1986). Null
 * for what is not near any rotation.
 */
export function nearestRotation(m: Matrix): number[] | null {
  let x = [...m];
  for (let i = 0; i < 20; i++) {
    const determinant = determinant3(x);
    if (!(determinant > 0.1 && determinant < 10)) return null;
    const next = cofactors(x).map((value, at) => 0.5 * (x[at]! + value / determinant));
    const moved = next.some((value, at) => Math.abs(value - x[at]!) > 1e-15);
    x = next;
    if (!moved) return x;
  }
  return x;
}

/** det(m) m^-T. */
function cofactors(m: readonly number[]): number[] {
  const at = (row: number, column: number): number => m[(row % 3) * 3 + (column % 3)]!;
  return m.map((_, place) => {
    const [row, column] = [Math.floor(place / 3), place % 3];
    return at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  });
}
