import {
  atan2,
  cos,
  euclideanNorm,
  identity,
  multiply,
  nearestRotation,
  PI,
  sin,
  transpose,
} from '@hypersync/consensus-kit';
import { isFiniteVector, OFF, scaledBy, type Chart, type Manifold, type Point, type Tangent } from './manifold.ts';

/**
 * SO(3): rotation matrices, row by row, with the angle of the rotation between them as distance. Its largest sectional
 * curvature is 1/4, its injectivity radius pi.
 */
export function rotations(): Manifold {
  return {
    coordinates: 9,
    dimension: 3,
    base: identity(3),
    uniqueWithin: { mean: PI / 2, median: PI / 2 },
    saddle: 0,
    at: chartAt,
    distance: (a, b) => euclideanNorm(rotationVector(multiply(transpose(a, 3), b, 3))),
    settle(coordinates) {
      if (!isFiniteVector(coordinates, 9)) return null;
      const near = nearestRotation(coordinates);
      return near?.every((value, i) => Math.abs(value - coordinates[i]!) <= OFF) === true ? near : null;
    },
    fromTangent: (velocity) => (isFiniteVector(velocity, 3) ? rotationAbout(velocity) : null),
  };
}

function chartAt(point: Point): Chart {
  const back = transpose(point, 3);
  return {
    exp: (velocity) => multiply(point, rotationAbout(velocity), 3),
    log: (other) => rotationVector(multiply(back, other, 3)),
  };
}

/** Rodrigues' formula, with half the angle where 1 - cos would lose digits. */
function rotationAbout(vector: Tangent): Point {
  const angle = euclideanNorm(vector);
  const small = angle < 1e-4;
  const sine = small ? 1 - (angle * angle) / 6 : sin(angle) / angle;
  const half = small ? 1 - (angle * angle) / 24 : sin(angle / 2) / (angle / 2);
  const versine = 0.5 * half * half;
  const [x, y, z] = vector as [number, number, number];
  const diagonal = small ? 1 - versine * angle * angle : cos(angle);
  return [
    diagonal + versine * x * x,
    versine * x * y - sine * z,
    versine * x * z + sine * y,
    versine * x * y + sine * z,
    diagonal + versine * y * y,
    versine * y * z - sine * x,
    versine * x * z - sine * y,
    versine * y * z + sine * x,
    diagonal + versine * z * z,
  ];
}

/** By way of the unit quaternion (Shepperd 1978), which is well conditioned up to half a turn. */
function rotationVector(m: Point): Tangent {
  const [w, x, y, z] = quaternion(m);
  const length = euclideanNorm([x, y, z]);
  if (length < 1e-150) return [0, 0, 0];
  return scaledBy([x, y, z], (2 * atan2(length, Math.abs(w)) * (w < 0 ? -1 : 1)) / length);
}

/** Up to a factor. */
function quaternion(m: Point): [number, number, number, number] {
  const [a, b, c, d, e, f, g, h, i] = m as [number, number, number, number, number, number, number, number, number];
  const trace = a + e + i;
  const most = Math.max(trace, a, e, i);
  if (most === trace) return [1 + trace, h - f, c - g, d - b];
  if (most === a) return [h - f, 1 + a - e - i, b + d, c + g];
  if (most === e) return [c - g, b + d, 1 + e - a - i, f + h];
  return [d - b, c + g, f + h, 1 + i - a - e];
}
