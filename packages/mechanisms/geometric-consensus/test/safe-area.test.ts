import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hullDistance } from '@hypersync/testkit/consensus';
import { nullVector, reduce, roundedQuotient, solve } from '../src/integer-algebra.ts';
import { minimise } from '../src/linear-program.ts';
import { safeHalfSpaces, safeMidpoint } from '../src/safe-area.ts';

type Point = readonly number[];

const cloud = (dimension: number, size: number, most: number): fc.Arbitrary<Point[]> =>
  fc.array(fc.array(fc.integer({ min: -most, max: most }), { minLength: dimension, maxLength: dimension }), {
    minLength: size,
    maxLength: size,
  });

/** A cluster that withstands f lies in d dimensions, with coarse coordinates, so that points often fall on lines and together. */
const clusters = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 2 }), fc.constantFrom(2, 5, 1000))
  .filter(([d, f]) => (d + 1) * f + 1 <= 9)
  .chain(([d, f, most]) =>
    fc.tuple(cloud(d, (d + 1) * f + 1, most), fc.constant(f), fc.integer({ min: 0, max: d - 1 })),
  );

describe('the safe area', () => {
  it('is in the hull of every m - f points', () => {
    fc.assert(
      fc.property(clusters, ([points, f, axis]) => {
        const middle = safeMidpoint(points, f, axis)!;
        const slack = Math.sqrt(middle.length); // half a grid unit in each coordinate
        for (const subset of withoutAny(points, f)) expect(hullDistance(subset, middle)).toBeLessThan(slack);
      }),
      { numRuns: 400 },
    );
  });

  it('is halved along the axis: the middle is between its true extremes in the plane', () => {
    fc.assert(
      fc.property(cloud(2, 7, 60), fc.constantFrom(1, 2), fc.constantFrom(0, 1), (points, f, axis) => {
        const corners = crossings(points).filter((corner) =>
          withoutAny(points, f).every((subset) => hullDistance(subset, corner) < 1e-7),
        );
        if (new Set(points.map(String)).size < 7 || corners.length === 0) return;
        const along = corners.map((corner) => corner[axis]!);
        const middle = (Math.min(...along) + Math.max(...along)) / 2;
        expect(Math.abs(safeMidpoint(points, f, axis)![axis]! - middle)).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
      { numRuns: 150 },
    );
  });

  it('is the one point where four points have a Radon point, and empty for three in the plane with a lie', () => {
    const square = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ];
    expect(safeMidpoint(square, 1, 0)).toEqual([5, 5]);
    expect(
      safeMidpoint(
        [
          [0, 0],
          [6, 0],
          [0, 6],
          [2, 2],
        ],
        1,
        1,
      ),
    ).toEqual([2, 2]);
    expect(
      safeMidpoint(
        [
          [0, 0],
          [6, 0],
          [0, 6],
        ],
        1,
        0,
      ),
    ).toBeNull();
  });

  it('lies on the line or in the point that all values share', () => {
    expect(
      safeMidpoint(
        [
          [7, -3, 2],
          [7, -3, 2],
          [7, -3, 2],
        ],
        1,
        2,
      ),
    ).toEqual([7, -3, 2]);
    const line = [0, 1, 2, 4, 9].map((t) => [1 + 2 * t, 5 - t, 3 * t]);
    expect(safeMidpoint(line, 1, 1)).toEqual([6, 3, 8]); // half-way between the second and the fourth, rounded
  });

  it('ignores one liar however far out it is', () => {
    const honest = [
      [0, 0],
      [4, 0],
      [0, 4],
      [4, 4],
    ];
    const far = 2 ** 40;
    for (const liar of [
      [far, far],
      [-far, 1],
      [2, -far],
    ])
      expect(hullDistance(honest, safeMidpoint([...honest, liar], 1, 0)!)).toBeLessThan(1);
  });

  it('is the same whatever the order of the points', () => {
    fc.assert(
      fc.property(clusters, fc.infiniteStream(fc.nat()), ([points, f, axis], keys) => {
        const shuffled = points.map((point) => ({ point, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        const [a, b] = [points, shuffled.map(({ point }) => point)].map((order) => safeMidpoint(order, f, axis)!);
        // other vertices of the same face may be chosen, but the axis is halved at the same place
        expect(Math.abs(a![axis]! - b![axis]!)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 100 },
    );
  });

  it('needs no half-space twice', () => {
    const same = safeHalfSpaces(
      [
        [0n, 0n],
        [0n, 0n],
        [2n, 0n],
        [2n, 0n],
        [0n, 2n],
        [0n, 2n],
      ],
      1,
    );
    expect(new Set(same.map(({ normal, bound }) => `${normal.join()} ${bound}`)).size).toBe(same.length);
  });
});

describe('exact algebra', () => {
  it('solves what has one solution, and says when there is none', () => {
    expect(
      solve(
        [
          [2n, 1n],
          [1n, -1n],
        ],
        [5n, 1n],
      ),
    ).toEqual({ numerators: [6n, 3n], denominator: 3n });
    expect(
      solve(
        [
          [1n, 2n],
          [2n, 4n],
        ],
        [1n, 2n],
      ),
    ).toBeNull();
    expect(
      nullVector([
        [1n, 1n, 1n],
        [2n, 2n, 2n],
      ]),
    ).toBeNull();
  });

  it('finds vectors orthogonal to all rows', () => {
    const rows = fc.integer({ min: 1, max: 4 }).chain((k) => cloud(k + 1, k, 9));
    fc.assert(
      fc.property(rows, (matrix) => {
        const integers = matrix.map((row) => row.map(BigInt));
        const vector = nullVector(integers);
        if (vector === null) expect(reduce(integers).rows.length).toBeLessThan(integers.length);
        else {
          expect(vector.some((value) => value !== 0n)).toBe(true);
          for (const row of integers) expect(row.reduce((sum, value, i) => sum + value * vector[i]!, 0n)).toBe(0n);
        }
      }),
    );
  });

  it('rounds to the nearest whole number, halves up', () => {
    expect([-7n, -5n, -3n, 3n, 5n, 6n].map((value) => roundedQuotient(value, 2n))).toEqual([-3n, -2n, -1n, 2n, 3n, 3n]);
    expect(roundedQuotient(-8n, 3n)).toBe(-3n);
  });

  it('finds the best corner of a box cut by half-spaces, and that there is none', () => {
    const box = [
      { low: 0n, high: 10n },
      { low: 0n, high: 10n },
    ];
    const cut = { normal: [-1n, -1n], bound: -15n };
    expect(minimise([1n, 0n], box, [cut])).toEqual({ numerators: [5n, 10n], denominator: 1n });
    expect(minimise([0n, -1n], box, [cut])?.numerators[1]).toBe(10n);
    expect(minimise([1n, 0n], box, [{ normal: [1n, 1n], bound: -1n }])).toBeNull();
  });
});

/** All choices of all but f points. */
function withoutAny(points: readonly Point[], f: number): Point[][] {
  if (f === 0) return [[...points]];
  return points.flatMap((_, i) => withoutAny(points.toSpliced(i, 1), f - 1));
}

/** Where lines through two points each cross: the safe area's corners are among them. */
function crossings(points: readonly Point[]): Point[] {
  const lines = points.flatMap((p, i) => points.slice(i + 1).map((q) => [p, q] as const));
  return lines.flatMap(([p, q], i) =>
    lines.slice(i + 1).flatMap(([r, s]) => {
      const [ux, uy, vx, vy] = [q[0]! - p[0]!, q[1]! - p[1]!, s[0]! - r[0]!, s[1]! - r[1]!];
      const determinant = ux * vy - uy * vx;
      if (determinant === 0) return [];
      const t = ((r[0]! - p[0]!) * vy - (r[1]! - p[1]!) * vx) / determinant;
      return [[p[0]! + t * ux, p[1]! + t * uy]];
    }),
  );
}
