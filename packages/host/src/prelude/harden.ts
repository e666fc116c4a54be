/* oxlint-disable typescript/unbound-method -- intrinsics are walked, not called */
/**
 * Turns a fresh realm into one that has computation and nothing else, and that cannot be changed. The list says what
 * stays: what a later engine adds (another clock, another scheduler) is gone unless somebody puts it here.
 */
import { meterBuffers } from './metered-memory.ts';
import { installTextCoding } from './text-coding.ts';

const KEPT_GLOBALS = new Set<PropertyKey>(
  [
    'globalThis undefined NaN Infinity isFinite isNaN parseFloat parseInt',
    'Object Function Boolean Symbol Number BigInt String Math JSON RegExp Reflect Proxy',
    'Array Map Set WeakMap WeakSet Iterator ArrayBuffer DataView',
    'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array',
    'Float16Array Float32Array Float64Array BigInt64Array BigUint64Array',
    'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError',
    'encodeURI encodeURIComponent decodeURI decodeURIComponent',
  ].flatMap((line) => line.split(' ')),
);

/** Reachable without any global name. */
const SYNTAX_INTRINSICS: readonly unknown[] = [
  function* () {}.prototype,
  async function* () {}.prototype,
  (() => {}).constructor,
  async () => {},
  function* () {},
  async function* () {},
  [][Symbol.iterator](),
  ''[Symbol.iterator](),
  new Map().entries(),
  new Set().values(),
  'x'.matchAll(/x/g),
  Promise.prototype,
].flatMap((value) => [value, Object.getPrototypeOf(value)]);

export function harden(): void {
  const realm = globalThis as unknown as Record<string, unknown>;
  // Before the globals go: their prototypes are still named.
  cutFunctionConstructors(realm);
  removeAmbient();
  meterBuffers(realm);
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!KEPT_GLOBALS.has(name)) remove(globalThis, name);
  }
  installTextCoding(realm);
  allowOverriding();
  freezeAll([globalThis, ...SYNTAX_INTRINSICS]);
}

/** Code from strings is off in this realm; this takes away the way to the constructors as well. */
function cutFunctionConstructors(realm: Record<string, unknown>): void {
  const refuse = function Function(): never {
    throw new TypeError('no code from strings here');
  };
  Object.defineProperty(refuse, 'prototype', { value: Function.prototype, writable: false });
  realm['Function'] = refuse;
  for (const sample of [() => {}, async () => {}, function* () {}, async function* () {}]) {
    const kind = Object.getPrototypeOf(sample) as object;
    Object.defineProperty(kind, 'constructor', { value: refuse, writable: false, configurable: false });
  }
}

/** Clocks, randomness, locale, stacks: what kept objects would still let in. Absent, not throwing. */
function removeAmbient(): void {
  remove(Math, 'random');
  for (const prototype of [
    Number.prototype,
    BigInt.prototype,
    Array.prototype,
    Object.getPrototypeOf(Uint8Array.prototype),
  ]) {
    remove(prototype as object, 'toLocaleString');
  }
  for (const name of ['localeCompare', 'toLocaleLowerCase', 'toLocaleUpperCase']) remove(String.prototype, name);
  remove(Array, 'fromAsync');
  remove(Function.prototype, 'caller');
  remove(Function.prototype, 'arguments');
  for (const name of ['__proto__', '__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__']) {
    remove(Object.prototype, name);
  }
  // Stacks show the host's file names, and formatting one calls into the host: there are none without a numeric limit.
  remove(Error, 'captureStackTrace');
  for (const name of ['stackTraceLimit', 'prepareStackTrace']) {
    Object.defineProperty(Error, name, { value: undefined, writable: false, configurable: false });
  }
  // Legacy statics remember the last match of anybody in the realm.
  for (const name of Reflect.ownKeys(RegExp)) {
    if (!['length', 'name', 'prototype', 'escape', Symbol.species].includes(name)) remove(RegExp, name);
  }
}

/**
 * On a frozen prototype, `error.name = 'X'` fails for every error ("override mistake" of the language). These few, which
 * ordinary code does assign, become accessors whose setter defines an own property.
 */
function allowOverriding(): void {
  const errors = [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  for (const { prototype } of errors) for (const name of ['name', 'message', 'toString']) enable(prototype, name);
  // All of it: a node or a key may be called `constructor`.
  for (const name of Object.getOwnPropertyNames(Object.prototype)) enable(Object.prototype, name);
}

function enable(prototype: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  if (property === undefined || !('value' in property)) return;
  const inherited: unknown = property.value;
  Object.defineProperty(prototype, name, {
    get: () => inherited,
    set(this: object, value: unknown) {
      if (this === prototype) throw new TypeError('frozen');
      Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true });
    },
    enumerable: false,
    configurable: false,
  });
}

function remove(target: object, name: PropertyKey): void {
  if (!Reflect.deleteProperty(target, name)) throw new TypeError(`cannot remove ${String(name)}`);
}

/** Everything reachable by prototype, property, getter or setter. */
function freezeAll(roots: readonly unknown[]): void {
  const seen = new Set<object>();
  const pending: unknown[] = [...roots];
  while (pending.length > 0) {
    const value = pending.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    Object.freeze(value);
    pending.push(Object.getPrototypeOf(value));
    for (const property of Object.values(Object.getOwnPropertyDescriptors(value))) {
      pending.push(property.value, property.get, property.set);
    }
    for (const symbol of Object.getOwnPropertySymbols(value)) {
      const property = Object.getOwnPropertyDescriptor(value, symbol);
      pending.push(property?.value, property?.get, property?.set);
    }
  }
}
