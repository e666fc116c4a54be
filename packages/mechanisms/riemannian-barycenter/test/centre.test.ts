import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cos, multiply, sin, transpose } from '@hypersync/consensus-kit';
import { centreOf, costAt, type CentreKind, type CentreOptions } from '../src/centre.ts';
import { MANIFOLDS, type ManifoldId } from '../src/manifolds/index.ts';
import { scaledBy, type Manifold, type Point } from '../src/manifolds/manifold.ts';
import { referenceOf } from './spaces.ts';

const KINDS: readonly CentreKind[] = ['mean', 'median', 'huber'];
const options = (kind: CentreKind): CentreOptions => ({ kind, huberWidth: 0.2, tolerance: 1e-13, maxSteps: 2000 });

const CASES: readonly (readonly [ManifoldId, number, number])[] = [
  ['euclidean', 2, 5],
  ['sphere', 2, 0.75],
  ['rotations', 3, 1.4],
  ['spd', 2, 2],
  ['hyperbolic', 2, 3],
];

function velocitiesIn(manifold: Manifold, radius: number): fc.Arbitrary<number[]> {
  const coordinate = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 1000);
  return fc
    .array(coordinate, { minLength: manifold.dimension, maxLength: manifold.dimension })
    .map((v) => scaledBy(v, radius / Math.max(1, Math.hypot(...v))));
}

function clouds(manifold: Manifold, radius: number, least = 1, most = 7): fc.Arbitrary<Point[]> {
  return fc
    .array(velocitiesIn(manifold, radius), { minLength: least, maxLength: most })
    .map((all) => all.map((v) => manifold.fromTangent(v)!));
}

describe.each(CASES)('centres on %s %d', (id, dimension, radius) => {
  const manifold = MANIFOLDS[id].make(dimension);
  const reference = referenceOf(id, dimension);

  it.each(KINDS)('no other point has a smaller sum: %s', (kind) => {
    const cost = (points: readonly Point[], at: Point): number =>
      points.reduce((sum, point) => sum + costOf(reference.distance(at, point), kind), 0);
    fc.assert(
      fc.property(clouds(manifold, radius), (points) => {
        const centre = centreOf(manifold, points, options(kind));
        const least = cost(points, centre);
        // an independent search: from the centre in all directions of the tangent space, ever closer
        for (let step = radius; step > 1e-4; step /= 4)
          for (let axis = 0; axis < manifold.dimension; axis++)
            for (const sign of [-1, 1]) {
              const velocity = Array.from(
                { length: tangentLength(manifold) },
                (_, i) => directionOf(manifold, axis, i) * sign * step,
              );
              const other = manifold.at(centre).exp(velocity);
              expect(cost(points, other)).toBeGreaterThan(least - 1e-7);
            }
      }),
      { numRuns: 25 },
    );
  });

  it.each(KINDS)('every step lowers the cost: %s', (kind) => {
    fc.assert(
      fc.property(clouds(manifold, radius, 2), (points) => {
        let last = Number.POSITIVE_INFINITY;
        for (const maxSteps of [0, 1, 2, 3, 5, 8, 20, 200]) {
          const settings = { ...options(kind), maxSteps };
          const cost = costAt(manifold, points, centreOf(manifold, points, settings), settings);
          expect(cost).toBeLessThanOrEqual(last * (1 + 1e-12) + 1e-12);
          last = cost;
        }
      }),
      { numRuns: 25 },
    );
  });

  it('two points have their middle as mean, and any number of equal points themselves', () => {
    fc.assert(
      fc.property(clouds(manifold, radius, 2, 2), ([p, q]) => {
        const middle = manifold.at(p!).exp(scaledBy(manifold.at(p!).log(q!), 0.5));
        expect(manifold.distance(centreOf(manifold, [p!, q!], options('mean')), middle)).toBeLessThan(1e-7);
        for (const kind of KINDS)
          expect(manifold.distance(centreOf(manifold, [p!, p!, p!], options(kind)), p!)).toBeLessThan(1e-7);
      }),
      { numRuns: 40 },
    );
  });

  it('the median stays with the majority, whatever the others say', () => {
    fc.assert(
      fc.property(velocitiesIn(manifold, radius * 0.5), clouds(manifold, radius, 2, 2), (v, lies) => {
        const here = manifold.fromTangent(v)!;
        const centre = centreOf(manifold, [...lies, here, here, here], options('median'));
        expect(manifold.distance(centre, here)).toBeLessThan(1e-7);
      }),
      { numRuns: 40 },
    );
  });

  it('gives the same bits for the same points, and the same centre in any order', () => {
    fc.assert(
      fc.property(clouds(manifold, radius, 3), (points) => {
        for (const kind of KINDS) {
          const centre = centreOf(manifold, points, options(kind));
          expect(centreOf(manifold, [...points], options(kind))).toEqual(centre);
          const turned = centreOf(manifold, points.toReversed(), options(kind));
          const settings = options(kind);
          // an even number of points almost on a line has a valley for a median: its floor, not its spot, is the same
          expect(costAt(manifold, points, turned, settings)).toBeCloseTo(costAt(manifold, points, centre, settings), 7);
        }
      }),
      { numRuns: 20 },
    );
  });
});

it('a median that only just is not one of the points is found, from either end', () => {
  const sphere = MANIFOLDS.sphere.make(2);
  // Weiszfeld's own steps take thousands to leave the third point
  const points = [
    [-0.08390125084514083, 0, 0.9964740739761477],
    [-0.6766843691390796, 0, 0.7362732268409915],
    [0.003749990859381684, -0.0007499981718763368, 0.9999926875089121],
    [0, 0, 1],
  ];
  const settings = { ...options('median'), maxSteps: 60 };
  for (const all of [points, points.toReversed()])
    expect(costAt(sphere, all, centreOf(sphere, all, settings), settings)).toBeCloseTo(0.8310031975272962, 11);
});

describe('isometries move the centre with the points', () => {
  const check = (id: ManifoldId, dimension: number, radius: number, move: (p: Point, angle: number) => Point) => {
    const manifold = MANIFOLDS[id].make(dimension);
    fc.assert(
      fc.property(clouds(manifold, radius, 3), fc.integer({ min: 1, max: 60 }), (points, tenths) => {
        for (const kind of ['mean', 'huber'] as const) {
          const centre = centreOf(manifold, points, options(kind));
          const moved = centreOf(
            manifold,
            points.map((p) => move(p, tenths / 10)),
            options(kind),
          );
          expect(manifold.distance(moved, move(centre, tenths / 10))).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 25 },
    );
  };

  it('turning a plane with it and shifting it', () =>
    check('euclidean', 2, 5, ([x, y], t) => [x! * cos(t) - y! * sin(t) + t, x! * sin(t) + y! * cos(t) - 1]));
  it('turning a sphere', () =>
    check('sphere', 2, 0.7, ([x, y, z], t) => [x! * cos(t) - z! * sin(t), y!, x! * sin(t) + z! * cos(t)]));
  it('turning all rotations', () => {
    const so3 = MANIFOLDS.rotations.make();
    check('rotations', 3, 1.2, (p, t) => multiply(so3.fromTangent([t / 9, 0.4, -t / 20])!, p, 3));
  });
  it('changing the basis of quadratic forms', () =>
    check('spd', 2, 1.5, (p, t) => {
      const a = [1 + t / 8, 0.3, -0.2, 1];
      return multiply(multiply(a, p, 2), transpose(a, 2), 2);
    }));
  it('boosting a hyperboloid', () =>
    check('hyperbolic', 2, 2, ([x0, x1, x2], t) => {
      const [c, s] = [Math.cosh(t / 6), Math.sinh(t / 6)];
      return [c * x0! + s * x1!, s * x0! + c * x1!, x2!];
    }));
});

describe('closed forms', () => {
  it('the mean of vectors is their average', () => {
    const plane = MANIFOLDS.euclidean.make(2);
    expect(
      centreOf(
        plane,
        [
          [0, 0],
          [4, 0],
          [5, 9],
        ],
        options('mean'),
      ).map((x) => Math.round(x * 1e9) / 1e9),
    ).toEqual([3, 3]);
  });

  it('the mean of commuting matrices is the exponential of the average logarithm', () => {
    const spd = MANIFOLDS.spd.make(3);
    const diagonal = (a: number, b: number, c: number) => [a, 0, 0, 0, b, 0, 0, 0, c];
    const centre = centreOf(spd, [diagonal(1, 2, 8), diagonal(4, 2, 1), diagonal(16, 2, 8)], options('mean'));
    expect(centre.map((x) => Math.round(x * 1e6) / 1e6)).toEqual(diagonal(4, 2, 4));
  });

  it('the median of three points on a line is the one in between, of a square its middle', () => {
    const plane = MANIFOLDS.euclidean.make(2);
    expect(
      centreOf(
        plane,
        [
          [0, 0],
          [10, 0],
          [1, 0],
        ],
        options('median'),
      ),
    ).toEqual([1, 0]);
    const square = centreOf(
      plane,
      [
        [0, 0],
        [2, 0],
        [2, 2],
        [0, 2],
      ],
      options('median'),
    );
    for (const value of square) expect(value).toBeCloseTo(1, 6);
  });

  it('the median of a flat triangle is its blunt corner (Fermat, Torricelli), else where all sides show under 120 degrees', () => {
    const plane = MANIFOLDS.euclidean.make(2);
    expect(
      centreOf(
        plane,
        [
          [-10, 0],
          [0, 1],
          [10, 0],
        ],
        options('median'),
      ),
    ).toEqual([0, 1]);
    const fermat = centreOf(
      plane,
      [
        [-1, 0],
        [1, 0],
        [0, Math.sqrt(3)],
      ],
      options('median'),
    );
    expect(fermat[0]).toBeCloseTo(0, 6);
    expect(fermat[1]).toBeCloseTo(1 / Math.sqrt(3), 6);
  });
});

function costOf(distance: number, kind: CentreKind): number {
  if (kind === 'median') return distance;
  return kind === 'mean' || distance <= 0.2 ? distance ** 2 / 2 : 0.2 * (distance - 0.1);
}

/** Charts of matrices have n^2 coordinates, of the sphere d + 1. */
function tangentLength(manifold: Manifold): number {
  return manifold.at(manifold.base).log(manifold.base).length;
}

/** Some direction of the tangent space; those of the sphere are at the pole, near enough to the tangent space elsewhere. */
function directionOf(manifold: Manifold, axis: number, i: number): number {
  if (manifold.coordinates === 4 && manifold.dimension === 3) {
    const matrices = [
      [1, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0.7, 0.7, 0],
    ];
    return matrices[axis]![i]!;
  }
  return i === axis ? 1 : 0;
}
