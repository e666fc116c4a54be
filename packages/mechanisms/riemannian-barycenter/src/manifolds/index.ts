import { euclidean } from './euclidean.ts';
import { hyperbolic } from './hyperbolic.ts';
import type { Manifold } from './manifold.ts';
import { positiveDefinite } from './positive-definite.ts';
import { rotations } from './rotations.ts';
import { sphere } from './sphere.ts';

/** The manifolds on offer. `dimension` is the intrinsic one, for `spd` the size of the matrices; rotations are always 3 x 3. */
export const MANIFOLDS = {
  euclidean: { make: euclidean, min: 1, max: 16, radius: 1e6 },
  sphere: { make: sphere, min: 1, max: 16, radius: 1.57 },
  rotations: { make: rotations, min: 3, max: 3, radius: 1.57 },
  spd: { make: positiveDefinite, min: 2, max: 6, radius: 10 },
  hyperbolic: { make: hyperbolic, min: 1, max: 16, radius: 8 },
} as const satisfies Record<string, ManifoldKind>;

interface ManifoldKind {
  readonly make: (dimension: number) => Manifold;
  readonly min: number;
  readonly max: number;
  /** Beyond, coordinates lose too many digits; on curved-in spaces centres would not be unique. */
  readonly radius: number;
}

export type ManifoldId = keyof typeof MANIFOLDS;
