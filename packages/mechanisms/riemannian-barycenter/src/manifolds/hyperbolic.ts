import { asinh, cosh, euclideanNorm, sinh } from '@hypersync/consensus-kit';
import {
  innerProduct,
  isFiniteVector,
  OFF,
  scaledBy,
  type Chart,
  type Manifold,
  type Point,
  type Tangent,
} from './manifold.ts';

/**
 * Hyperbolic space of curvature -1: the sheet x0 > 0 of the hyperboloid -x0^2 + x1^2 + ... + xd^2 = -1. The base is
 * (1, 0, ..., 0). Charts move the point to the base by a boost, where lengths are Euclidean and nothing cancels.
 */
export function hyperbolic(dimension: number): Manifold {
  const base = Array.from({ length: dimension + 1 }, (_, i) => (i === 0 ? 1 : 0));
  return {
    coordinates: dimension + 1,
    dimension,
    base,
    uniqueWithin: { mean: Number.POSITIVE_INFINITY, median: Number.POSITIVE_INFINITY },
    saddle: 1,
    at: chartAt,
    distance: (a, b) => euclideanNorm(logAtBase(boosted(a, b, -1))),
    settle(coordinates) {
      if (!isFiniteVector(coordinates, dimension + 1)) return null;
      const settled = onSheet(coordinates.slice(1));
      return Math.abs(settled[0]! - coordinates[0]!) <= OFF * settled[0]! ? settled : null;
    },
    fromTangent: (velocity) => (isFiniteVector(velocity, dimension) ? chartAt(base).exp(velocity) : null),
  };
}

/** The point above these space-like coordinates. */
function onSheet(space: readonly number[]): Point {
  const length = euclideanNorm(space);
  return [Math.sqrt(1 + length * length), ...space];
}

/** The boost that takes the base to `point` (sign 1) or back (sign -1), on the space-like coordinates of x. */
function boosted(point: Point, x: Point, sign: 1 | -1): Tangent {
  const [p0, ...direction] = point as [number, ...number[]];
  const [x0, ...space] = x as [number, ...number[]];
  const factor = innerProduct(direction, space) / (p0 + 1) + sign * x0;
  return space.map((value, i) => value + direction[i]! * factor);
}

function logAtBase(space: Tangent): Tangent {
  const length = euclideanNorm(space);
  return length === 0 ? space : scaledBy(space, asinh(length) / length);
}

function chartAt(point: Point): Chart {
  return {
    exp(velocity) {
      const length = euclideanNorm(velocity);
      if (length === 0) return point;
      const atBase = [cosh(length), ...scaledBy(velocity, sinh(length) / length)];
      return onSheet(boosted(point, atBase, 1));
    },
    log: (other) => logAtBase(boosted(point, other, -1)),
  };
}
