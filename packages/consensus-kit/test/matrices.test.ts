import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cholesky,
  determinant3,
  exp,
  identity,
  log,
  multiply,
  nearestRotation,
  solveLower,
  spectralMap,
  spectrum,
  symmetrised,
  transpose,
  type Matrix,
} from '../src/index.ts';

const entry = fc.double({ min: -10, max: 10, noNaN: true });
const square = (n: number): fc.Arbitrary<number[]> => fc.array(entry, { minLength: n * n, maxLength: n * n });
const sized = fc.integer({ min: 1, max: 6 }).chain((n) => fc.tuple(fc.constant(n), square(n)));
const far = (a: Matrix, b: Matrix): number => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('symmetric matrices', () => {
  it('are their eigenvectors times their eigenvalues, and those are orthonormal', () => {
    fc.assert(
      fc.property(sized, ([n, m]) => {
        const a = symmetrised(m, n);
        const { values, vectors } = spectrum(a, n);
        expect(
          far(
            spectralMap({ values, vectors }, n, (value) => value),
            a,
          ),
        ).toBeLessThan(1e-12);
        expect(far(multiply(transpose(vectors, n), vectors, n), identity(n))).toBeLessThan(1e-13);
      }),
    );
  });

  it('have small eigenvalues as exact as large ones where they are positive definite', () => {
    const { values } = spectrum([1e12, 1e3, 1e3, 1], 2);
    const [least, greatest] = [...values].sort((a, b) => a - b);
    expect(least).toBeCloseTo((1e12 - 1e6) / greatest!, 12);
  });

  it('come back from exponential and logarithm', () => {
    fc.assert(
      fc.property(sized, ([n, m]) => {
        const a = symmetrised(m, n).map((value) => value / 4);
        const grown = spectralMap(spectrum(a, n), n, exp);
        expect(far(spectralMap(spectrum(grown, n), n, log), a)).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('that are positive definite are L L^T, others are refused', () => {
    fc.assert(
      fc.property(sized, ([n, m]) => {
        const a = multiply(m, transpose(m, n), n).map((value, i) => value + identity(n)[i]!);
        const lower = cholesky(a, n)!;
        expect(far(multiply(lower, transpose(lower, n), n), a)).toBeLessThan(1e-10);
        expect(far(solveLower(lower, lower, n), identity(n))).toBeLessThan(1e-9);
      }),
    );
    expect(cholesky([1, 2, 2, 1], 2)).toBeNull();
    expect(cholesky([0], 1)).toBeNull();
    expect(cholesky([Number.NaN], 1)).toBeNull();
    expect(cholesky([Infinity], 1)).toBeNull();
  });

  it('with numbers that are none do not hang', () => {
    expect(spectrum([Number.NaN, 1, 1, 2], 2).values).toHaveLength(2);
    expect(spectrum([Infinity, 1, 1, 2], 2).values).toHaveLength(2);
  });
});

describe('rotations', () => {
  it('are found near matrices that are slightly off, and only there', () => {
    fc.assert(
      fc.property(square(3), (m) => {
        const near = identity(3).map((value, i) => value + m[i]! / 100);
        const rotation = nearestRotation(near)!;
        expect(far(multiply(rotation, transpose(rotation, 3), 3), identity(3))).toBeLessThan(1e-14);
        expect(determinant3(rotation)).toBeCloseTo(1, 12);
        // the polar factor: what is left is symmetric
        const rest = multiply(transpose(rotation, 3), near, 3);
        expect(far(rest, transpose(rest, 3))).toBeLessThan(1e-12);
      }),
    );
    expect(nearestRotation([0, 0, 0, 0, 0, 0, 0, 0, 0])).toBeNull();
    expect(nearestRotation([-1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeNull();
    expect(nearestRotation([Number.NaN, 0, 0, 0, 1, 0, 0, 0, 1])).toBeNull();
  });
});
