import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as own from '../src/numeric/elementary.ts';
import { Prng } from '../src/prng.ts';
import * as exact from './fixtures/fixed-point.ts';

const { fixed, ONE, ulps } = exact;

/** Doubles in [low, high], many of them near the ends and near 0. */
function drawn(low: number, high: number, count: number, seed = 1): number[] {
  const random = new Prng(seed);
  const unit = () => random.nextU32() / 2 ** 32 + random.nextU32() / 2 ** 64;
  return Array.from({ length: count }, (_, i) => {
    if (i % 4 === 0) return Math.max(low, Math.min(high, (unit() - 0.5) * 2 ** (3 - random.nextInt(40))));
    if (i % 4 === 1) return low + (high - low) * unit() ** 6;
    if (i % 4 === 2) return high - (high - low) * unit() ** 6;
    return low + (high - low) * unit();
  }).filter((x) => x !== 0 && Math.abs(x) > 1e-12);
}

interface Case {
  readonly name: string;
  readonly f: (x: number) => number;
  readonly oracle: (x: bigint) => bigint;
  readonly low: number;
  readonly high: number;
  /** Bound in units in the last place. */
  readonly ulp: number;
  readonly hard?: readonly number[];
}

const half = (x: bigint): bigint => x >> 1n;
const inverse = (x: bigint): bigint => (ONE * ONE) / x;
const square = (x: bigint): bigint => (x * x) / ONE;

const CASES: readonly Case[] = [
  {
    name: 'exp',
    f: own.exp,
    oracle: exact.exp,
    low: -60,
    high: 80,
    ulp: 1,
    hard: [0.34657359027997264, -0.34657359027997264, 1],
  },
  {
    name: 'expm1',
    f: own.expm1,
    oracle: (x) => exact.exp(x) - ONE,
    low: -40,
    high: 80,
    ulp: 2,
    hard: [1e-9, -1e-9, 0.35, -0.35, 0.69],
  },
  {
    name: 'log',
    f: own.log,
    oracle: exact.log,
    low: 1e-9,
    high: 1e9,
    ulp: 1,
    hard: [0.9999999999, 1.0000000001, 0.7071067811865475, 1.414213562373095, 2],
  },
  {
    name: 'log1p',
    f: own.log1p,
    oracle: (x) => exact.log(ONE + x),
    low: -0.999,
    high: 1e6,
    ulp: 2,
    hard: [1e-10, -1e-10, 0.41, -0.29, 1],
  },
  {
    name: 'sin',
    f: own.sin,
    oracle: (x) => exact.sinCos(x).sin,
    low: -1e6,
    high: 1e6,
    ulp: 1,
    hard: [3.141592653589793, 6.283185307179586, 0.7853981633974483, 355, 103993, 1e-9],
  },
  {
    name: 'cos',
    f: own.cos,
    oracle: (x) => exact.sinCos(x).cos,
    low: -1e6,
    high: 1e6,
    ulp: 1,
    hard: [1.5707963267948966, 4.71238898038469, 0.7853981633974483, 11, 52174 * 1.5707963267948966],
  },
  {
    name: 'atan',
    f: own.atan,
    oracle: exact.atan,
    low: -1e6,
    high: 1e6,
    ulp: 2,
    hard: [1, -1, 0.0625, 0.9375, 8, 1e-9],
  },
  {
    name: 'asin',
    f: own.asin,
    oracle: (x) => exact.atan2(x, exact.root(ONE - square(x))),
    low: -1,
    high: 1,
    ulp: 3,
    hard: [1, -1, 0.9999999999999999, 0.5],
  },
  {
    name: 'acos',
    f: own.acos,
    oracle: (x) => exact.atan2(exact.root(ONE - square(x)), x),
    low: -1,
    high: 0.9999999,
    ulp: 3,
    hard: [-1, -0.9999999999999999, 0.9999999999999999],
  },
  {
    name: 'sinh',
    f: own.sinh,
    oracle: (x) => half(exact.exp(x) - inverse(exact.exp(x))),
    low: -40,
    high: 40,
    ulp: 3,
    hard: [1, 0.9999, 1e-8],
  },
  { name: 'cosh', f: own.cosh, oracle: (x) => half(exact.exp(x) + inverse(exact.exp(x))), low: -40, high: 40, ulp: 3 },
  {
    name: 'tanh',
    f: own.tanh,
    oracle: (x) => ((exact.exp(2n * x) - ONE) * ONE) / (exact.exp(2n * x) + ONE),
    low: -20,
    high: 20,
    ulp: 4,
    hard: [1e-8],
  },
  {
    name: 'asinh',
    f: own.asinh,
    oracle: (x) => (x < 0n ? -1n : 1n) * exact.log((x < 0n ? -x : x) + exact.root(ONE + square(x))),
    low: -1e6,
    high: 1e6,
    ulp: 4,
  },
  {
    name: 'acosh',
    f: own.acosh,
    oracle: (x) => exact.log(x + exact.root(square(x) - ONE)),
    low: 1.0000001,
    high: 1e6,
    ulp: 4,
    hard: [1.000000000001],
  },
];

describe('elementary functions against the oracle', () => {
  it.each(CASES)('$name is within $ulp ulp', ({ name, f, oracle, low, high, ulp, hard = [] }) => {
    let worst = { x: 0, error: 0 };
    for (const x of [...hard, ...drawn(low, high, 400)]) {
      const error = ulps(f(x), oracle(fixed(x)));
      if (error > worst.error) worst = { x, error };
    }
    expect(worst.error, `${name}(${worst.x}) = ${f(worst.x)}`).toBeLessThan(ulp);
  });

  it('atan2 is within 2 ulp in every direction', () => {
    const random = new Prng(9);
    const unit = () => (random.nextU32() / 2 ** 31 - 1) * 2 ** (random.nextInt(30) - 15);
    for (let i = 0; i < 400; i++) {
      const [y, x] = [unit(), unit()];
      expect(ulps(own.atan2(y, x), exact.atan2(fixed(y), fixed(x))), `atan2(${y}, ${x})`).toBeLessThan(2);
    }
  });

  it('knows the ends of its domains', () => {
    expect([own.exp(-800), own.exp(710.5), own.exp(Number.NaN), own.exp(0)]).toEqual([0, Infinity, Number.NaN, 1]);
    expect(own.exp(-745)).toBe(5e-324);
    expect([own.expm1(0), own.expm1(-1e9), own.expm1(800)]).toEqual([0, -1, Infinity]);
    expect([own.log(0), own.log(-1), own.log(1), own.log(Infinity)]).toEqual([-Infinity, Number.NaN, 0, Infinity]);
    expect(own.log(5e-324)).toBeCloseTo(-744.4400719213812, 10);
    expect([own.log1p(-1), own.log1p(-2), own.log1p(0), own.log1p(1e300)]).toEqual([
      -Infinity,
      Number.NaN,
      0,
      own.log(1e300),
    ]);
    expect([own.sin(1e7), own.cos(Infinity), own.sin(0), own.cos(0)]).toEqual([Number.NaN, Number.NaN, 0, 1]);
    expect([own.atan2(0, 0), own.atan2(0, -1), own.atan2(1, 0), own.atan2(-1, 0)]).toEqual([
      0,
      own.PI,
      own.PI / 2,
      -own.PI / 2,
    ]);
    expect([own.atan2(Number.NaN, 1), own.acos(1.1), own.asin(-1.1), own.acosh(0.9)]).toEqual(
      Array(4).fill(Number.NaN),
    );
    expect([own.atan(Infinity), own.acos(1), own.acos(-1), own.asin(1)]).toEqual([own.PI / 2, 0, own.PI, own.PI / 2]);
    expect([own.sinh(800), own.sinh(-800), own.cosh(800), own.tanh(99), own.tanh(-99)]).toEqual([
      Infinity,
      -Infinity,
      Infinity,
      1,
      -1,
    ]);
    expect(own.sinh(710) / own.cosh(710)).toBe(1);
    expect([own.asinh(1e200), own.acosh(1e200)].map((y) => Math.round(y * 1e6))).toEqual([461210166, 461210166]);
    expect([
      own.euclideanNorm([3e200, 4e200]) / 1e200,
      own.euclideanNorm([3e-200, 4e-200]),
      own.euclideanNorm([]),
    ]).toEqual([5, 5e-200, 0]);
  });

  it('gives the same bits everywhere', () => {
    const hash = createHash('sha256');
    const bytes = new DataView(new ArrayBuffer(8));
    for (const { f, low, high } of CASES)
      for (const x of drawn(low, high, 500, 7)) {
        bytes.setFloat64(0, f(x));
        hash.update(new Uint8Array(bytes.buffer));
      }
    expect(hash.digest('hex')).toBe('780d99b9fd3b5b29a92edd46261752611a7f618eb9c9bda5fbc07bc8f703aa9e');
  });
});

describe('what members compare', () => {
  /** What ECMA-262 leaves to the engine, and the power operator, which is the same. */
  const LOOSE = /Math\.(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log1p|log10|log2|pow|cbrt|hypot|random)\b|[\w)\]]\s*\*\*/;

  it.each([
    'packages/consensus-kit/src/numeric',
    'packages/mechanisms/geometric-consensus/src',
    'packages/mechanisms/riemannian-barycenter/src',
  ])('in %s is computed by nothing that an engine may round as it likes', (folder) => {
    const root = new URL(`../../../${folder}/`, import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const hits = files.flatMap((file) => {
      const code = readFileSync(new URL(file, root), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return LOOSE.test(code) ? [file] : [];
    });
    expect(files).not.toEqual([]);
    expect(hits).toEqual([]);
  });
});
