import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { euclideanNorm, multiply, transpose } from '@hypersync/consensus-kit';
import { MANIFOLDS, type ManifoldId } from '../src/manifolds/index.ts';
import { scaledBy, type Manifold, type Point } from '../src/manifolds/manifold.ts';
import { angle } from '../src/manifolds/sphere.ts';
import { referenceOf } from './spaces.ts';

const CASES: readonly (readonly [ManifoldId, number, number])[] = [
  ['euclidean', 3, 100],
  ['sphere', 1, 1.5],
  ['sphere', 2, 1.5],
  ['sphere', 5, 1.5],
  ['rotations', 3, 1.5],
  ['spd', 2, 3],
  ['spd', 4, 3],
  ['hyperbolic', 2, 6],
  ['hyperbolic', 4, 3],
];

const velocities = (manifold: Manifold, radius: number): fc.Arbitrary<number[]> =>
  fc
    .tuple(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: manifold.dimension,
        maxLength: manifold.dimension,
      }),
      fc.constantFrom(1, 1, 1e-3, 1e-9, 1e-100),
    )
    .map(([v, size]) => {
      const length = Math.max(1, euclideanNorm(v));
      return v.map((value) => (value * radius * size) / length);
    });

const far = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe.each(CASES)('%s %d', (id, dimension, radius) => {
  const manifold = MANIFOLDS[id].make(dimension);
  const point = velocities(manifold, radius).map((v) => manifold.fromTangent(v)!);
  const scale = (p: Point): number => Math.max(1, ...p.map((value) => Math.abs(value)));

  it('goes there by log and exp, from anywhere to anywhere in the ball', () => {
    fc.assert(
      fc.property(point, point, (p, q) => {
        const chart = manifold.at(p);
        const velocity = chart.log(q);
        expect(far(chart.exp(velocity), q)).toBeLessThan(1e-9 * scale(q) * scale(p));
        expect(euclideanNorm(velocity)).toBeCloseTo(manifold.distance(p, q), 7);
      }),
      { numRuns: 150 },
    );
  });

  it('comes back by exp and log, also for the shortest ways', () => {
    fc.assert(
      fc.property(velocities(manifold, radius), (velocity) => {
        const p = manifold.fromTangent(velocity)!;
        const back = manifold.at(manifold.base).log(p);
        expect(euclideanNorm(back)).toBeCloseTo(euclideanNorm(velocity), 9);
        if (euclideanNorm(velocity) > 1e-6)
          expect(manifold.distance(manifold.base, p) / euclideanNorm(velocity)).toBeCloseTo(1, 6);
      }),
      { numRuns: 150 },
    );
  });

  it('stays on the manifold', () => {
    fc.assert(
      fc.property(point, point, fc.double({ min: 0, max: 1, noNaN: true }), (p, q, share) => {
        const between = manifold.at(p).exp(scaledBy(manifold.at(p).log(q), share));
        const settled = manifold.settle(between)!;
        expect(settled).not.toBeNull();
        expect(far(settled, between)).toBeLessThan(1e-10 * scale(p) * scale(q));
        expect(manifold.distance(p, between) + manifold.distance(between, q)).toBeCloseTo(manifold.distance(p, q), 6);
      }),
      { numRuns: 100 },
    );
  });

  it('has a distance: symmetric, none to itself, never longer than a detour', () => {
    fc.assert(
      fc.property(point, point, point, (p, q, r) => {
        expect(manifold.distance(p, q)).toBeCloseTo(manifold.distance(q, p), 9);
        expect(manifold.distance(p, p)).toBeLessThan(1e-7);
        expect(manifold.distance(p, q)).toBeLessThanOrEqual(manifold.distance(p, r) + manifold.distance(r, q) + 1e-7);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is no point of it', () => {
    const { base } = manifold;
    expect(manifold.settle(base)).not.toBeNull();
    for (const bad of [Number.NaN, Infinity, -Infinity, 1e101]) expect(manifold.settle(base.with(0, bad))).toBeNull();
    expect(manifold.settle([...base, 0])).toBeNull();
    expect(manifold.settle([])).toBeNull();
    expect(manifold.fromTangent([Number.NaN])).toBeNull();
    if (id !== 'euclidean') expect(manifold.settle(base.map((value) => value - 1.01))).toBeNull();
  });
});

describe.each([
  ['euclidean', 3],
  ['sphere', 3],
  ['rotations', 3],
  ['spd', 2],
  ['hyperbolic', 3],
] as const)('%s %d by other formulas', (id, dimension) => {
  it('has the same points and distances', () => {
    const manifold = MANIFOLDS[id].make(dimension);
    const reference = referenceOf(id, dimension);
    expect(manifold.base).toEqual(reference.base);
    fc.assert(
      fc.property(velocities(manifold, 1.4), velocities(manifold, 1.4), (u, v) => {
        const [p, q] = [manifold.fromTangent(u)!, manifold.fromTangent(v)!];
        expect(far(p, reference.fromTangent(u))).toBeLessThan(1e-12);
        expect(manifold.distance(p, q)).toBeCloseTo(reference.distance(p, q), 6);
      }),
      { numRuns: 150 },
    );
  });
});

describe('where digits get lost', () => {
  it('angles are right at 0 and at half a turn', () => {
    expect(angle([1, 0], [1, 1e-12])).toBeCloseTo(1e-12, 24);
    expect(Math.PI - angle([1, 0], [-1, 1e-9])).toBeCloseTo(1e-9, 14);
  });

  it('antipodal points have no logarithm', () => {
    expect(() => MANIFOLDS.sphere.make(2).at([0, 0, 1]).log([0, 0, -1])).toThrow(/antipodal/);
  });

  it('rotations have their angle up to half a turn', () => {
    const so3 = MANIFOLDS.rotations.make();
    for (const size of [1e-12, 1e-5, 1, 3.14, Math.PI - 1e-9]) {
      const r = so3.fromTangent(scaledBy([1 / 3, -2 / 3, 2 / 3], size))!;
      expect(so3.distance(so3.base, r) / size).toBeCloseTo(1, 6);
      expect(far(multiply(r, transpose(r, 3), 3), so3.base)).toBeLessThan(1e-14);
    }
  });

  it('rotations that are slightly off are set right, and others refused', () => {
    const so3 = MANIFOLDS.rotations.make();
    const r = so3.fromTangent([0.3, -0.2, 0.5])!;
    const off = r.map((value, i) => value + 1e-8 * (i % 3));
    const settled = so3.settle(off)!;
    expect(far(multiply(settled, transpose(settled, 3), 3), so3.base)).toBeLessThan(1e-14);
    expect(so3.settle(r.map((value) => -value))).toBeNull();
    expect(so3.settle(r.map((value) => value * 1.1))).toBeNull();
  });

  it('matrices that are not positive definite, or not symmetric, are refused', () => {
    const spd = MANIFOLDS.spd.make(2);
    expect(spd.settle([1, 2, 2, 1])).toBeNull();
    expect(spd.settle([1, 0.5, 0.4, 1])).toBeNull();
    expect(spd.settle([0, 0, 0, 0])).toBeNull();
  });
});
