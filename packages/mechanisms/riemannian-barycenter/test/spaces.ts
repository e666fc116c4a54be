/** @file What close and within mean on each manifold, in other formulas than the mechanism's, with the engine's own functions. */
import type { Prng } from '@hypersync/consensus-kit';
import type { ApproximateSpace, PossibleInputs } from '@hypersync/testkit/consensus';

type Vector = readonly number[];

export interface Reference {
  readonly dimension: number;
  readonly base: Vector;
  readonly distance: (a: Vector, b: Vector) => number;
  /** From orthonormal coordinates at the base to a point. */
  readonly fromTangent: (velocity: Vector) => Vector;
  /** Largest sectional curvature, where positive. */
  readonly curvature: number;
}

const chord = (a: Vector, b: Vector): number => Math.hypot(...a.map((x, i) => x - b[i]!));
const dot = (a: Vector, b: Vector): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const unit = (n: number, at: number): number[] => Array.from({ length: n }, (_, i) => (i === at ? 1 : 0));

export function referenceOf(manifold: string, d: number): Reference {
  switch (manifold) {
    case 'euclidean':
      return {
        dimension: d,
        base: unit(d, -1),
        distance: chord,
        fromTangent: (v) => v,
        curvature: 0,
      };
    case 'sphere':
      return {
        dimension: d,
        base: unit(d + 1, d),
        distance: (a, b) => 2 * Math.asin(Math.min(1, chord(a, b) / 2)),
        fromTangent(v) {
          const r = Math.hypot(...v);
          return [...v.map((x) => (r === 0 ? 0 : (x * Math.sin(r)) / r)), Math.cos(r)];
        },
        curvature: 1,
      };
    case 'rotations':
      return {
        dimension: 3,
        base: [1, 0, 0, 0, 1, 0, 0, 0, 1],
        distance: (a, b) => 2 * Math.asin(Math.min(1, chord(a, b) / Math.sqrt(8))),
        fromTangent: rotation,
        curvature: 0.25,
      };
    case 'spd':
      return {
        dimension: (d * (d + 1)) / 2,
        base: Array.from({ length: d * d }, (_, i) => (i % (d + 1) === 0 ? 1 : 0)),
        distance: (a, b) => spdDistance(a, b, d),
        fromTangent: (v) => spdFromTangent(v, d),
        curvature: 0,
      };
    case 'hyperbolic':
      return {
        dimension: d,
        base: unit(d + 1, 0),
        distance(a, b) {
          // by the chord, which is right for close points and for coordinates that are rounded
          const [time, ...space] = a.map((x, i) => x - b[i]!) as [number, ...number[]];
          return 2 * Math.asinh(Math.sqrt(Math.max(0, dot(space, space) - time * time)) / 2);
        },
        fromTangent(v) {
          const r = Math.hypot(...v);
          return [Math.cosh(r), ...v.map((x) => (r === 0 ? 0 : (x * Math.sinh(r)) / r))];
        },
        curvature: 0,
      };
    default:
      throw new RangeError(manifold);
  }
}

function rotation(v: Vector): Vector {
  const angle = Math.hypot(...v);
  if (angle === 0) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [x, y, z] = v.map((value) => value / angle) as [number, number, number];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  const rows = [
    [t * x * x + c, t * x * y - s * z, t * x * z + s * y],
    [t * x * y + s * z, t * y * y + c, t * y * z - s * x],
    [t * x * z - s * y, t * y * z + s * x, t * z * z + c],
  ];
  return rows.flat();
}

/** By the eigenvalues of A^-1 B for 2 x 2 matrices, from trace and determinant. */
function spdDistance(a: Vector, b: Vector, n: number): number {
  if (n !== 2) throw new RangeError('the reference distance is for 2 x 2 matrices');
  const [a0, a1, , a3] = a as [number, number, number, number];
  const [b0, b1, , b3] = b as [number, number, number, number];
  const determinant = a0 * a3 - a1 * a1;
  const trace = (a3 * b0 - 2 * a1 * b1 + a0 * b3) / determinant;
  const product = (b0 * b3 - b1 * b1) / determinant;
  const root = Math.sqrt(Math.max(0, (trace * trace) / 4 - product));
  return Math.hypot(Math.log(trace / 2 + root), Math.log(product / (trace / 2 + root)));
}

/** The exponential of [[x, z], [z, y]] in closed form. */
function spdFromTangent(v: Vector, n: number): Vector {
  if (n !== 2) throw new RangeError('the reference exponential is for 2 x 2 matrices');
  const [x, y] = v as [number, number];
  const z = v[2]! / Math.SQRT2;
  const [mean, half] = [(x + y) / 2, (x - y) / 2];
  const r = Math.hypot(half, z);
  const [c, s] = [Math.cosh(r), r === 0 ? 1 : Math.sinh(r) / r];
  return [c + s * half, s * z, s * z, c - s * half].map((value) => value * Math.exp(mean));
}

export interface ManifoldSpaceOptions {
  readonly manifold: string;
  readonly dimension: number;
  readonly radius: number;
  readonly epsilon: number;
  readonly nodes: number;
  /** The median withstands liars; a mean does not, and is only held to the ball. */
  readonly robust: boolean;
  readonly tolerance: number;
  /** Outputs are whole multiples of its inverse. */
  readonly fineness: number;
}

/** One reading in so many must be refused. */
const SPOILT = 24;
const GRAINS = 1 << 20;

/** Readings in a cluster away from the base, so that a member whose reading is forgotten shows; lies at the ball's edge. */
export function manifoldSpace(options: ManifoldSpaceOptions): ApproximateSpace {
  const { manifold, dimension, radius, epsilon, nodes, robust, tolerance, fineness } = options;
  const reference = referenceOf(manifold, dimension);
  const direction = (random: Prng): number[] => {
    const v = Array.from({ length: reference.dimension }, () => random.nextInt(GRAINS) / GRAINS - 0.5);
    const length = Math.hypot(...v) || 1;
    return v.map((value) => value / length);
  };
  const cluster = unit(reference.dimension, 0).map((value) => value * 0.6 * radius);
  const draw = (random: Prng): Vector => {
    const size = (0.25 * radius * random.nextInt(GRAINS)) / GRAINS;
    return reference.fromTangent(direction(random).map((value, i) => cluster[i]! + size * value));
  };
  return {
    epsilon,
    origin: reference.base,
    draw(random) {
      const point = [...draw(random)];
      if (!random.chance(1, SPOILT)) return point;
      if (random.chance(1, 2)) return reference.fromTangent(direction(random).map((value) => value * radius * 1.2));
      point[random.nextInt(point.length)] = random.pick([Number.NaN, Infinity, 1e300, 7, -7]);
      return manifold === 'euclidean' ? point.map((value) => value * 1e9) : point;
    },
    accepts: (point) =>
      isOn(reference, manifold, point) && reference.distance(reference.base, point) <= radius * (1 + 1e-9),
    hostile: (random) => reference.fromTangent(direction(random).map((value) => value * radius * 0.999)),
    distance: reference.distance,
    validityProblem(inputs, output, faulty) {
      if (epsilon === 0 && !output.every((value) => Number.isInteger(value * fineness)))
        return 'the output is not rounded';
      if (robust || faulty === 0) {
        const lies = faulty / (nodes - Math.floor((nodes - 1) / 3));
        return ballProblem(reference, inputs, output, lies, tolerance);
      }
      const far = reference.distance(reference.base, output);
      return far <= radius + tolerance ? null : `the output is ${far} from the base, outside the ball`;
    },
  };
}

function isOn(reference: Reference, manifold: string, point: Vector): boolean {
  if (point.length !== reference.base.length || !point.every((value) => Number.isFinite(value))) return false;
  if (manifold === 'sphere') return Math.abs(dot(point, point) - 1) < 1e-6;
  if (manifold === 'hyperbolic') return Math.abs(dot(point.slice(1), point.slice(1)) + 1 - point[0]! ** 2) < 1e-6;
  if (manifold === 'rotations') {
    const rows = [point.slice(0, 3), point.slice(3, 6), point.slice(6)];
    return rows.every((a, i) => rows.every((b, k) => Math.abs(dot(a, b) - (i === k ? 1 : 0)) < 1e-6));
  }
  if (manifold === 'spd') return point[1] === point[2] && point[0]! > 0 && point[0]! * point[3]! > point[1]! ** 2;
  return true;
}

/**
 * Honest readings within r of one of them keep the median within (1 - a) r / sqrt(1 - 2 a) of it, a the share of lies: any
 * point further out is pulled inwards by more than all liars together (Minsker 2015; on the sphere with sines for lengths).
 */
function ballProblem(
  reference: Reference,
  inputs: PossibleInputs,
  output: Vector,
  lies: number,
  tolerance: number,
): string | null {
  const points = inputs.flat();
  const factor = (1 - lies) / Math.sqrt(1 - 2 * lies);
  const root = Math.sqrt(reference.curvature);
  let closest = Number.POSITIVE_INFINITY;
  for (const centre of points) {
    const radius = Math.max(...points.map((point) => reference.distance(centre, point)));
    const reach =
      root === 0
        ? factor * radius
        : Math.asin(Math.min(1, factor * Math.sin(Math.min(Math.PI / 2, root * radius)))) / root;
    const beyond = reference.distance(centre, output) - reach;
    if (beyond <= tolerance) return null;
    closest = Math.min(closest, beyond);
  }
  return `[${output.join(', ')}] is ${closest} beyond where the honest readings hold a centre`;
}
