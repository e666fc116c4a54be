import {
  cholesky,
  euclideanNorm,
  exp,
  identity,
  log,
  multiply,
  solveLower,
  spectralMap,
  spectrum,
  symmetrised,
  transpose,
  type Matrix,
} from '@hypersync/consensus-kit';
import { differenceOf, isFiniteVector, OFF, type Chart, type Manifold, type Point } from './manifold.ts';

/**
 * Symmetric positive definite n x n matrices, row by row, with the affine-invariant metric: the distance of P and Q is the norm
 * of log(P^-1/2 Q P^-1/2). A Hadamard manifold, with curvatures from -1/2 to 0. Any root of P will do for P^1/2, since the
 * metric does not see A P A^T: a Cholesky factor is the cheapest.
 */
export function positiveDefinite(n: number): Manifold {
  const size = n * n;
  return {
    coordinates: size,
    dimension: (n * (n + 1)) / 2,
    base: identity(n),
    uniqueWithin: { mean: Number.POSITIVE_INFINITY, median: Number.POSITIVE_INFINITY },
    saddle: Math.sqrt(0.5),
    at: (point) => chartAt(point, n),
    distance: (a, b) => euclideanNorm(spectrum(whitened(rootOf(a, n), b, n), n).values.map(log)),
    settle(coordinates) {
      if (!isFiniteVector(coordinates, size)) return null;
      const near = symmetrised(coordinates, n);
      const largest = Math.max(...near.map((value) => Math.abs(value)));
      const off = Math.max(...differenceOf(near, coordinates).map((value) => Math.abs(value)));
      return off <= OFF * largest && cholesky(near, n) !== null ? near : null;
    },
    fromTangent: (velocity) => (isFiniteVector(velocity, (n * (n + 1)) / 2) ? fromTangent(velocity, n) : null),
  };
}

/** Whoever comes here has been settled. */
function rootOf(point: Point, n: number): Matrix {
  const root = cholesky(point, n);
  if (root === null) throw new RangeError('the matrix is not positive definite');
  return root;
}

/** L^-1 Q L^-T. */
function whitened(root: Matrix, q: Point, n: number): number[] {
  const half = solveLower(root, q, n);
  return symmetrised(solveLower(root, transpose(half, n), n), n);
}

function chartAt(point: Point, n: number): Chart {
  const root = rootOf(point, n);
  return {
    exp(velocity) {
      const grown = spectralMap(spectrum(velocity, n), n, exp);
      return symmetrised(multiply(multiply(root, grown, n), transpose(root, n), n), n);
    },
    log: (other) => spectralMap(spectrum(whitened(root, other, n), n), n, log),
  };
}

/** The diagonal, then the rest row by row; beside the diagonal each number stands for two entries, hence the root of two. */
function fromTangent(velocity: readonly number[], n: number): Point {
  const symmetric = Array.from({ length: n * n }, () => 0);
  let next = n;
  for (let i = 0; i < n; i++) {
    symmetric[i * n + i] = velocity[i]!;
    for (let k = i + 1; k < n; k++) {
      const value = velocity[next++]! / Math.sqrt(2);
      symmetric[i * n + k] = value;
      symmetric[k * n + i] = value;
    }
  }
  return spectralMap(spectrum(symmetric, n), n, exp);
}
