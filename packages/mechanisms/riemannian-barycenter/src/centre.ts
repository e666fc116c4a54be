/** @file Centres of points on a manifold: Frechet mean, geometric median, Huber's compromise. */
import { euclideanNorm, tanh } from '@hypersync/consensus-kit';
import { scaledBy, sumOf, type Manifold, type Point, type Tangent } from './manifolds/manifold.ts';

/** `mean` is the least sum of squared distances, `median` of distances (half of the points may lie), `huber` of both. */
export type CentreKind = 'mean' | 'median' | 'huber';

export interface CentreOptions {
  readonly kind: CentreKind;
  /** Huber: distances up to this count squared, larger ones linearly. */
  readonly huberWidth: number;
  /** Steps shorter than this end the search. */
  readonly tolerance: number;
  readonly maxSteps: number;
}

/** Points closer than this are one. */
const SAME = 1e-13;
const MOST_HALVINGS = 30;

/**
 * The centre of points within the manifold's ball of uniqueness. Gradient descent with a step that provably lowers the cost:
 * 1 / L for the mean, L the bound on the second derivative of half the squared distance along geodesics (Afsari, Tron, Vidal
 * 2013), and for the median the same for the quadratic majorants at the current point (Weiszfeld 1937; on manifolds Fletcher,
 * Venkatasubramanian, Joshi 2009). Every member gets the same bits from the same points in the same order.
 */
export function centreOf(manifold: Manifold, points: readonly Point[], options: CentreOptions): Point {
  let here = points[0]!;
  let cost = costAt(manifold, points, here, options);
  const tried = new Set<Point>();
  for (let step = 0; step < options.maxSteps; step++) {
    const vertex = options.kind === 'median' ? bestVertex(manifold, points, here, tried) : null;
    if (vertex !== null) return vertex;
    const next = descend(manifold, points, here, cost, options);
    if (next === null) return here;
    ({ here, cost } = next);
    if (next.length < options.tolerance) return here;
  }
  return here;
}

/** The sum that the centre makes least. */
export function costAt(manifold: Manifold, points: readonly Point[], at: Point, options: CentreOptions): number {
  let sum = 0;
  for (const point of points) sum += costOf(manifold.distance(at, point), options);
  return sum;
}

function costOf(distance: number, { kind, huberWidth }: CentreOptions): number {
  if (kind === 'median') return distance;
  if (kind === 'mean' || distance <= huberWidth) return 0.5 * distance * distance;
  return huberWidth * (distance - 0.5 * huberWidth);
}

/** Derivative of the cost, over the distance: the weight of the velocity towards the point. */
function weightOf(distance: number, { kind, huberWidth }: CentreOptions): number {
  if (kind === 'median') return distance <= SAME ? 0 : 1 / distance;
  return kind === 'mean' || distance <= huberWidth ? 1 : huberWidth / distance;
}

/** Where space bends apart, half the squared distance bends more: c d coth(c d) for curvature -c^2. */
function bendOf(saddle: number, distance: number): number {
  const x = saddle * distance;
  return x < 1e-4 ? 1 : x / tanh(x);
}

interface Descent {
  readonly here: Point;
  readonly cost: number;
  readonly length: number;
}

/** One step down; null where there is none. */
function descend(
  manifold: Manifold,
  points: readonly Point[],
  here: Point,
  cost: number,
  options: CentreOptions,
): Descent | null {
  const chart = manifold.at(here);
  let pull: Tangent = scaledBy(chart.log(points[0]!), 0);
  let [bend, same] = [0, 0];
  for (const point of points) {
    const velocity = chart.log(point);
    const distance = euclideanNorm(velocity);
    const weight = weightOf(distance, options);
    pull = sumOf(pull, scaledBy(velocity, weight));
    bend += weight * bendOf(manifold.saddle, distance);
    if (distance <= SAME) same++;
  }
  // a median on top of points is held there by their number (Vardi, Zhang 2000)
  const force = euclideanNorm(pull);
  const held = options.kind === 'median' ? same : 0;
  if (force <= held || bend === 0) return null;
  let velocity = scaledBy(pull, (1 - held / force) / bend);
  for (let halving = 0; halving < MOST_HALVINGS; halving++) {
    const next = chart.exp(velocity);
    const nextCost = costAt(manifold, points, next, options);
    if (nextCost <= cost) return { here: next, cost: nextCost, length: euclideanNorm(velocity) };
    velocity = scaledBy(velocity, 0.5);
  }
  return null;
}

/**
 * The nearest point, when it is itself the median: the others pull with no more than its own weight (Kuhn 1973). Steps towards
 * such a point get ever shorter, so it is looked at instead; each once.
 */
function bestVertex(manifold: Manifold, points: readonly Point[], here: Point, tried: Set<Point>): Point | null {
  let nearest = points[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const distance = manifold.distance(here, point);
    if (distance < least) [nearest, least] = [point, distance];
  }
  if (tried.has(nearest)) return null;
  tried.add(nearest);
  const chart = manifold.at(nearest);
  let pull: Tangent = scaledBy(chart.log(nearest), 0);
  let weight = 0;
  for (const point of points) {
    const velocity = chart.log(point);
    const distance = euclideanNorm(velocity);
    if (distance <= SAME) weight++;
    else pull = sumOf(pull, scaledBy(velocity, 1 / distance));
  }
  return euclideanNorm(pull) <= weight ? nearest : null;
}
