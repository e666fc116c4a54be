/**
 * @file Elementary functions from + - * / and sqrt alone. IEEE 754 and ECMAScript fix those to the last bit, `Math.sin` and its
 * like not (ECMA-262, 21.3.2: "implementation-approximated"), so only with these may members compute values that they compare.
 * Power series after argument reduction; errors in units in the last place, as the tests hold them against an oracle, are at
 * each function.
 */

/** ln 2 in two parts: whole multiples of the first are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG2_E = 1.4426950408889634;
/** pi / 2 in three parts of 33, 33 and 53 bits. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;
export const PI = 3.141592653589793;
const PI_LOW = 1.2246467991473532e-16;

/** Beyond, sine and cosine give NaN: their argument would have lost its meaning. */
const MOST_RADIANS = 1_000_000;
const SQRT_2 = 1.4142135623730951;

const view = new DataView(new ArrayBuffer(8));

/** 2^k for -1022 <= k <= 1023. */
function powerOfTwo(k: number): number {
  view.setUint32(0, (k + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
}

/** x * 2^k, rounded once. */
function scaled(x: number, k: number): number {
  if (k > 1023) return x * 2 * powerOfTwo(k - 1);
  if (k >= -1022) return x * powerOfTwo(k);
  return x * powerOfTwo(k + 54) * powerOfTwo(-54);
}

/** c[0] + c[1] x + c[2] x^2 + ..., by Horner's rule. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}

/** 1 / n! for n = from, from + step, ..., with alternating signs where `sign` is -1. */
function reciprocalFactorials(from: number, step: number, count: number, sign: 1 | -1): number[] {
  const terms: number[] = [];
  let factorial = 1;
  for (let n = 2; n <= from; n++) factorial *= n;
  for (let i = 0, n = from; i < count; i++) {
    terms.push((sign < 0 && i % 2 === 1 ? -1 : 1) / factorial);
    for (let k = 0; k < step; k++) factorial *= ++n;
  }
  return terms;
}

/** (e^r - 1 - r) / r^2 for |r| <= ln 2 / 2. */
const EXP_TERMS = reciprocalFactorials(2, 1, 13, 1);
/** (sin r - r) / r^3 and (cos r - 1 + r^2 / 2) / r^4 in r^2, for |r| <= pi / 4; the signs are for the first term positive. */
const SIN_TERMS = reciprocalFactorials(3, 2, 8, -1).map((term) => -term);
const COS_TERMS = reciprocalFactorials(4, 2, 8, -1);
/** (2 artanh s - 2 s) / s in s^2, for |s| <= 0.172. */
const LOG_TERMS = Array.from({ length: 12 }, (_, i) => 2 / (2 * i + 3));
/** (arctan t - t) / t^3 in t^2, for |t| <= 1 / 16. */
const ATAN_TERMS = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? -1 : 1) / (2 * i + 3));

/** arctan(k / 8), in two parts. */
const ATAN_HIGH = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061, 0.5585993153435624,
  0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
];
const ATAN_LOW = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17, 2.2698777452961687e-17,
  -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17, 3.061616997868383e-17,
];

interface ExpParts {
  readonly k: number;
  /** e^r - 1, where x = k ln 2 + r. */
  readonly fraction: number;
}

function expParts(x: number): ExpParts {
  const k = Math.round(x * LOG2_E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  // r itself is rounded: what was lost goes back in
  const lost = high - r - low;
  return { k, fraction: r + (r * r * polynomial(EXP_TERMS, r) + lost * (1 + r)) };
}

/** e^x; below 1 ulp. */
export function exp(x: number): number {
  if (!(x > -746)) return x <= -746 ? 0 : x;
  if (x > 710) return Number.POSITIVE_INFINITY;
  const { k, fraction } = expParts(x);
  return scaled(1 + fraction, k);
}

/** e^x - 1, also near 0; below 2 ulp. */
export function expm1(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (x > 710) return Number.POSITIVE_INFINITY;
  if (x < -40) return -1;
  const { k, fraction } = expParts(x);
  if (k === 0) return fraction;
  // beyond 53 bits the 1 is less than half a unit of the rest
  return k > 56 ? scaled(1 + fraction, k) : scaled(fraction, k) + (powerOfTwo(k) - 1);
}

/** log(1 + f) + k ln 2 for 1 + f between sqrt(1/2) and sqrt(2); `lost` is what f lacks. */
function logParts(f: number, k: number, lost: number): number {
  const s = f / (2 + f);
  const halfSquare = 0.5 * f * f;
  const rest = s * s * polynomial(LOG_TERMS, s * s);
  const correction = s * (halfSquare + rest) + (k * LN2_LOW + lost);
  return k * LN2_HIGH - (halfSquare - correction - f);
}

/** Natural logarithm; below 1 ulp. */
export function log(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return x === 0 ? Number.NEGATIVE_INFINITY : x > 0 ? x : Number.NaN;
  const shift = x < 2.2250738585072014e-308 ? 54 : 0; // subnormal numbers have no exponent of their own
  const { k, mantissa } = split(shift === 0 ? x : x * 18014398509481984);
  return logParts(mantissa - 1, k - shift, 0);
}

/** x = mantissa * 2^k with the mantissa between sqrt(1/2) and sqrt(2), for normal x. */
function split(x: number): { readonly k: number; readonly mantissa: number } {
  view.setFloat64(0, x);
  const k = (view.getUint32(0) >>> 20) - 1023;
  const mantissa = x * (k > 1022 ? powerOfTwo(-1022) * powerOfTwo(1022 - k) : powerOfTwo(-k));
  return mantissa > SQRT_2 ? { k: k + 1, mantissa: mantissa / 2 } : { k, mantissa };
}

/** log(1 + x), also near 0; below 2 ulp. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x > -0.29 && x < 0.41) return x === 0 ? x : logParts(x, 0, 0);
  if (x > 9007199254740992) return log(x);
  const sum = 1 + x;
  // the bits of x that the sum has lost, relative to it
  const lost = (x > sum / 2 ? 1 - (sum - x) : x - (sum - 1)) / sum;
  const { k, mantissa } = split(sum);
  return logParts(mantissa - 1, k, lost);
}

interface Turned {
  /** x = quarter * pi / 2 + r + low, |r| <= pi / 4. */
  readonly quarter: number;
  readonly r: number;
  readonly low: number;
}

function turned(x: number): Turned {
  const quarter = Math.round(x / HALF_PI);
  const first = x - quarter * HALF_PI_1;
  const second = quarter * HALF_PI_2;
  const middle = first - second;
  const tail = quarter * HALF_PI_3 - (first - middle - second);
  const r = middle - tail;
  return { quarter: ((quarter % 4) + 4) % 4, r, low: middle - r - tail };
}

function sinOf(r: number, low: number): number {
  const square = r * r;
  return r + (r * square * polynomial(SIN_TERMS, square) + low * (1 - 0.5 * square));
}

function cosOf(r: number, low: number): number {
  const square = r * r;
  const half = 0.5 * square;
  const near = 1 - half;
  return near + (1 - near - half + (square * square * polynomial(COS_TERMS, square) - r * low));
}

/** Below 1 ulp for |x| <= 10^6, NaN beyond. */
export function sin(x: number): number {
  if (!(Math.abs(x) <= MOST_RADIANS)) return Number.NaN;
  if (Math.abs(x) < 1e-8) return x;
  const { quarter, r, low } = turned(x);
  const value = quarter % 2 === 0 ? sinOf(r, low) : cosOf(r, low);
  return quarter < 2 ? value : -value;
}

/** Below 1 ulp for |x| <= 10^6, NaN beyond. */
export function cos(x: number): number {
  if (!(Math.abs(x) <= MOST_RADIANS)) return Number.NaN;
  const { quarter, r, low } = turned(x);
  const value = quarter % 2 === 0 ? cosOf(r, low) : sinOf(r, low);
  return quarter === 0 || quarter === 3 ? value : -value;
}

/** arctan(y / x) for 0 <= y <= x, x > 0, in two parts. */
function atanOfQuotient(y: number, x: number): { readonly high: number; readonly low: number } {
  const k = Math.round((8 * y) / x);
  // arctan q - arctan c = arctan((q - c) / (1 + q c)), c = k / 8
  const t = (8 * y - k * x) / (8 * x + k * y);
  const square = t * t;
  const low = ATAN_LOW[k]! + t * square * polynomial(ATAN_TERMS, square);
  const high = ATAN_HIGH[k]! + t;
  return { high, low: ATAN_HIGH[k]! - high + t + low };
}

/** The angle of the point (x, y), in [-pi, pi]; below 2 ulp. */
export function atan2(y: number, x: number): number {
  const [up, right] = [Math.abs(y), Math.abs(x)];
  if (!(up < Number.POSITIVE_INFINITY && right < Number.POSITIVE_INFINITY)) return Number.NaN;
  if (up === 0 && right === 0) return 0;
  const shrink = Math.max(up, right) > 1e300 ? 1e-10 : Math.max(up, right) < 1e-290 ? 1e20 : 1;
  const [a, b] = [up * shrink, right * shrink];
  let { high, low } = a <= b ? atanOfQuotient(a, b) : atanOfQuotient(b, a);
  if (a > b) [high, low] = subtracted(HALF_PI, HALF_PI_LOW, high, low);
  if (x < 0) [high, low] = subtracted(PI, PI_LOW, high, low);
  const angle = high + low;
  return y < 0 ? -angle : angle;
}

/** (a + aLow) - (b + bLow), a >= b, in two parts. */
function subtracted(a: number, aLow: number, b: number, bLow: number): [number, number] {
  const high = a - b;
  return [high, a - high - b + (aLow - bLow)];
}

/** Below 2 ulp. */
export function atan(x: number): number {
  if (Math.abs(x) === Number.POSITIVE_INFINITY) return x > 0 ? HALF_PI : -HALF_PI;
  return x === 0 ? x : atan2(x, 1);
}

/** Below 3 ulp; NaN outside [-1, 1]. */
export function asin(x: number): number {
  return x === 0 ? x : atan2(x, Math.sqrt((1 - x) * (1 + x)));
}

/** Below 3 ulp; NaN outside [-1, 1]. */
export function acos(x: number): number {
  return atan2(Math.sqrt((1 - x) * (1 + x)), x);
}

/** Below 3 ulp. */
export function sinh(x: number): number {
  const size = Math.abs(x);
  if (size > 709) return size > 711 ? x * Number.POSITIVE_INFINITY : withSign(exp(size / 2) * (0.5 * exp(size / 2)), x);
  const t = expm1(size);
  return withSign(0.5 * (size < 1 ? 2 * t - (t * t) / (t + 1) : t + t / (t + 1)), x);
}

/** Below 3 ulp. */
export function cosh(x: number): number {
  const size = Math.abs(x);
  if (size > 709) return size > 711 ? Number.POSITIVE_INFINITY : exp(size / 2) * (0.5 * exp(size / 2));
  const t = exp(size);
  return 0.5 * t + 0.5 / t;
}

/** Below 4 ulp. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size > 22) return withSign(1, x);
  const t = expm1(2 * size);
  return withSign(t / (t + 2), x);
}

/** Below 4 ulp. */
export function asinh(x: number): number {
  const size = Math.abs(x);
  if (size > 1e150) return withSign(log(size) + (LN2_HIGH + LN2_LOW), x);
  const square = size * size;
  return withSign(log1p(size + square / (1 + Math.sqrt(1 + square))), x);
}

/** Below 4 ulp; NaN below 1. */
export function acosh(x: number): number {
  if (x > 1e150) return log(x) + (LN2_HIGH + LN2_LOW);
  const t = x - 1;
  return log1p(t + Math.sqrt(2 * t + t * t));
}

function withSign(size: number, x: number): number {
  return x < 0 || Object.is(x, -0) ? -size : size;
}

/** Length of a vector, without overflow on the way; relative error below n + 2 units of 2^-53. */
export function euclideanNorm(vector: readonly number[]): number {
  let most = 0;
  for (const value of vector) most = Math.max(most, Math.abs(value));
  if (most === 0 || !(most < Number.POSITIVE_INFINITY)) return most;
  const scale = most > 1e140 || most < 1e-140 ? most : 1;
  let sum = 0;
  for (const value of vector) sum += (value / scale) * (value / scale);
  return scale * Math.sqrt(sum);
}
