import { euclideanNorm } from '@hypersync/consensus-kit';
import { differenceOf, isFiniteVector, sumOf, type Manifold } from './manifold.ts';

/** R^d. */
export function euclidean(dimension: number): Manifold {
  const settle = (coordinates: readonly number[]) => (isFiniteVector(coordinates, dimension) ? coordinates : null);
  return {
    coordinates: dimension,
    dimension,
    base: Array.from({ length: dimension }, () => 0),
    uniqueWithin: { mean: Number.POSITIVE_INFINITY, median: Number.POSITIVE_INFINITY },
    saddle: 0,
    at: (point) => ({ exp: (velocity) => sumOf(point, velocity), log: (other) => differenceOf(other, point) }),
    distance: (a, b) => euclideanNorm(differenceOf(a, b)),
    settle,
    fromTangent: settle,
  };
}
