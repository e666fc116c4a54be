import { atan2, cos, euclideanNorm, PI, sin } from '@hypersync/consensus-kit';
import {
  differenceOf,
  innerProduct,
  isFiniteVector,
  OFF,
  scaledBy,
  sumOf,
  type Chart,
  type Manifold,
  type Point,
} from './manifold.ts';

/** The unit sphere of dimension d in R^(d + 1); the base is its north pole (0, ..., 0, 1). */
export function sphere(dimension: number): Manifold {
  const base = Array.from({ length: dimension + 1 }, (_, i) => (i === dimension ? 1 : 0));
  return {
    coordinates: dimension + 1,
    dimension,
    base,
    uniqueWithin: { mean: PI / 2, median: PI / 4 },
    saddle: 0,
    at: chartAt,
    distance: angle,
    settle(coordinates) {
      if (!isFiniteVector(coordinates, dimension + 1)) return null;
      const norm = euclideanNorm(coordinates);
      return Math.abs(norm - 1) <= OFF ? scaledBy(coordinates, 1 / norm) : null;
    },
    fromTangent: (velocity) => (isFiniteVector(velocity, dimension) ? chartAt(base).exp([...velocity, 0]) : null),
  };
}

/** Without loss of digits at 0 and at pi (Kahan 2006). */
export function angle(a: Point, b: Point): number {
  return 2 * atan2(euclideanNorm(differenceOf(a, b)), euclideanNorm(sumOf(a, b)));
}

function chartAt(point: Point): Chart {
  return {
    exp(velocity) {
      const length = euclideanNorm(velocity);
      if (length === 0) return point;
      const end = sumOf(scaledBy(point, cos(length)), scaledBy(velocity, sin(length) / length));
      return scaledBy(end, 1 / euclideanNorm(end));
    },
    log(other) {
      // the part of the difference along the tangent space: exact where the points are close
      const step = differenceOf(other, point);
      const along = differenceOf(step, scaledBy(point, innerProduct(point, step)));
      const length = euclideanNorm(along);
      if (length > 0) return scaledBy(along, angle(point, other) / length);
      if (innerProduct(point, other) < 0) throw new RangeError('antipodal points have no shortest geodesic');
      return along;
    },
  };
}
