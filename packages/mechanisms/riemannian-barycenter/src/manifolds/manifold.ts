/** Coordinates of a point, as many as the manifold has. */
export type Point = readonly number[];
/** A tangent vector in a chart's own coordinates, in which its length is the Euclidean one. */
export type Tangent = readonly number[];

/** The exponential map at a point and its inverse. */
export interface Chart {
  /** The end of the geodesic that starts with this velocity. */
  exp(velocity: Tangent): Point;
  /** The velocity of the shortest geodesic to a point within the injectivity radius. */
  log(point: Point): Tangent;
}

/** A complete Riemannian manifold on which everybody is within a ball where centres are unique. */
export interface Manifold {
  /** Numbers that describe a point. */
  readonly coordinates: number;
  readonly dimension: number;
  /** The centre of the ball of admitted readings; what takes part for a member without one. */
  readonly base: Point;
  /**
   * Readings must be within a smaller radius of the base, or centres are not unique: half of min(injectivity radius,
   * pi / sqrt(K)) for the mean and of min(injectivity radius, pi / (2 sqrt(K))) for the median, K the largest sectional
   * curvature (Afsari 2011).
   */
  readonly uniqueWithin: { readonly mean: number; readonly median: number };
  /** Square root of the largest negative sectional curvature's size; 0 where there is none. */
  readonly saddle: number;
  at(point: Point): Chart;
  distance(a: Point, b: Point): number;
  /** The point of the manifold for coordinates that are off by rounding; null for what is further off, or not finite. */
  settle(coordinates: readonly number[]): Point | null;
  /** The end of the geodesic from the base with this velocity, in `dimension` orthonormal coordinates; null where not finite. */
  fromTangent(velocity: readonly number[]): Point | null;
}

/** How far off coordinates may be. */
export const OFF = 1e-6;

export function isFiniteVector(values: readonly number[], length: number): boolean {
  return values.length === length && values.every((value) => Math.abs(value) < 1e100);
}

export function scaledBy(vector: readonly number[], factor: number): number[] {
  return vector.map((value) => value * factor);
}

export function sumOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + b[i]!);
}

export function differenceOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - b[i]!);
}

export function innerProduct(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
