/** @file Centres of points on a manifold: Frechet mean, geometric median, Huber's compromise. */
import { euclideanNorm, tanh } from '@hypersync/consensus-kit';
import {
  differenceOf,
  innerProduct,
  scaledBy,
  sumOf,
  type Manifold,
  type Point,
  type Tangent,
} from './manifolds/manifold.ts';

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
const MOST_STRETCH = 0x4000_0000;
const LEAST_STRETCH = 1 / MOST_STRETCH;
/** A valley without a slope across it has no Newton step. */
const FLAT = 1e-12;

/**
 * The centre of points within the manifold's ball of uniqueness. Gradient descent with a step that provably lowers the cost:
 * 1 / L for the mean, L the bound on the second derivative of half the squared distance along geodesics (Afsari, Tron, Vidal
 * 2013), and for the median the same for the quadratic majorants at the current point (Weiszfeld 1937; on manifolds Fletcher,
 * Venkatasubramanian, Joshi 2009). Every member gets the same bits from the same points in the same order.
 */
export function centreOf(manifold: Manifold, points: readonly Point[], options: CentreOptions): Point {
  let here = options.kind === 'median' ? lowest(manifold, points, options) : points[0]!;
  let cost = costAt(manifold, points, here, options);
  for (let step = 0; step < options.maxSteps; step++) {
    const next = descend(manifold, points, here, cost, options);
    if (next === null) return here;
    ({ here, cost } = next);
    if (next.length < options.tolerance) return here;
  }
  return here;
}

/**
 * The point with the least sum. A search for the median from there never comes near another point, towards which steps get
 * ever shorter.
 */
function lowest(manifold: Manifold, points: readonly Point[], options: CentreOptions): Point {
  let [best, least] = [points[0]!, Number.POSITIVE_INFINITY];
  for (const point of points) {
    const cost = costAt(manifold, points, point, options);
    if (cost < least) [best, least] = [point, cost];
  }
  return best;
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

type Walk = (velocity: Tangent) => Descent;

/** One step down; null where there is none. */
function descend(
  manifold: Manifold,
  points: readonly Point[],
  here: Point,
  cost: number,
  options: CentreOptions,
): Descent | null {
  const chart = manifold.at(here);
  const velocities = points.map((point) => chart.log(point));
  const walk: Walk = (velocity) => {
    const next = chart.exp(velocity);
    return { here: next, cost: costAt(manifold, points, next, options), length: euclideanNorm(velocity) };
  };
  let pull: Tangent = scaledBy(velocities[0]!, 0);
  let [bend, same] = [0, 0];
  for (const velocity of velocities) {
    const distance = euclideanNorm(velocity);
    const weight = weightOf(distance, options);
    pull = sumOf(pull, scaledBy(velocity, weight));
    bend += weight * bendOf(manifold.saddle, distance);
    if (distance <= SAME) same++;
  }
  // a median on top of points is held there by their number (Kuhn 1973; Vardi, Zhang 2000)
  const force = euclideanNorm(pull);
  const held = options.kind === 'median' ? same : 0;
  if (force <= held || bend === 0) return null;
  const provable = down(scaledBy(pull, (1 - held / force) / bend), cost, walk);
  if (options.kind !== 'median' || same > 0) return provable;
  const newton = walk(newtonStep(velocities, pull));
  return newton.cost < (provable?.cost ?? cost) ? newton : provable;
}

/**
 * Along a velocity that is downhill. The provable step is short in a narrow valley, as beside a point that almost is the
 * median, so it is doubled as long as that is lower; and halved where rounding hides that it is.
 */
function down(velocity: Tangent, cost: number, walk: Walk): Descent | null {
  let best = walk(velocity);
  for (let factor = 2; best.cost < cost && factor < MOST_STRETCH; factor *= 2) {
    const next = walk(scaledBy(velocity, factor));
    if (!(next.cost < best.cost)) return best;
    best = next;
  }
  for (let factor = 0.5; best.cost > cost; factor /= 2) {
    if (factor < LEAST_STRETCH) return null;
    best = walk(scaledBy(velocity, factor));
  }
  return best;
}

/**
 * Newton's step of the sum of distances, by conjugate gradients on its second derivative in flat space: each point resists
 * across its direction with 1 / distance, and not at all along it.
 */
function newtonStep(velocities: readonly Tangent[], pull: Tangent): Tangent {
  const resist = (x: Tangent): Tangent =>
    velocities.reduce(
      (sum: Tangent, velocity) => {
        const distance = euclideanNorm(velocity);
        const along = innerProduct(velocity, x) / (distance * distance);
        return sumOf(sum, scaledBy(differenceOf(x, scaledBy(velocity, along)), 1 / distance));
      },
      scaledBy(x, 0),
    );
  let step = scaledBy(pull, 0);
  let [rest, way] = [pull, pull];
  for (let i = 0; i < pull.length; i++) {
    const resisted = resist(way);
    const [square, bend] = [innerProduct(rest, rest), innerProduct(way, resisted)];
    if (!(bend > FLAT * innerProduct(way, way))) break;
    step = sumOf(step, scaledBy(way, square / bend));
    rest = differenceOf(rest, scaledBy(resisted, square / bend));
    way = sumOf(rest, scaledBy(way, innerProduct(rest, rest) / square));
  }
  return step;
}
