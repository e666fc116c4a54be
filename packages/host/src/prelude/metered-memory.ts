/* oxlint-disable typescript/unbound-method -- natives are captured and called with an explicit receiver */
/**
 * ArrayBuffers live outside the heap, and a worker's `resourceLimits` do not count them (2.1 GB were held under a limit of
 * 64 MB). So every way to allocate one is replaced by a way that asks for a share of what the current call may allocate.
 * The host looks after each call at what is still held.
 */
type Construct = (target: unknown, args: unknown[], newTarget: unknown) => object;
type TypedArray = Uint8Array<ArrayBuffer>;
type TypedArrayConstructor = Uint8ArrayConstructor;

const construct = Reflect.construct as unknown as Construct;
const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf, setPrototypeOf } = Object;
const arrayFrom = Array.from;
const NativeBuffer = ArrayBuffer;
const NativeBytes = Uint8Array;
const TypedArrayIntrinsic = getPrototypeOf(Uint8Array) as { prototype: object };
const lengthOf = getterOf<number>(TypedArrayIntrinsic.prototype, 'length');
const kindOf = getterOf<string | undefined>(TypedArrayIntrinsic.prototype, Symbol.toStringTag);
const bufferOf = getterOf<ArrayBuffer>(TypedArrayIntrinsic.prototype, 'buffer');
const offsetOf = getterOf<number>(TypedArrayIntrinsic.prototype, 'byteOffset');
const bufferSizeOf = getterOf<number>(NativeBuffer.prototype, 'byteLength');

const KINDS = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
];

let left = Number.POSITIVE_INFINITY;

/** Starts a new call: so many bytes may be allocated until the next one. */
export function refill(bytes: number): void {
  left = bytes;
}

function charge(bytes: number): void {
  if (!(bytes <= left)) throw new RangeError('this call allocates too much in ArrayBuffers');
  left -= bytes;
}

/** Replaces the constructors on `realm` and every method that allocates. Nothing reachable leads to the native ones. */
export function meterBuffers(realm: Record<string, unknown>): void {
  const metered = new Map<string, TypedArrayConstructor>();
  const natives = new Map<string, TypedArrayConstructor>();
  for (const kind of KINDS) {
    const native = realm[kind] as TypedArrayConstructor | undefined;
    if (native === undefined) continue;
    const constructor = meteredTypedArray(kind, native);
    metered.set(kind, constructor);
    natives.set(kind, native);
    replace(realm, kind, constructor);
    replace(native.prototype, 'constructor', constructor);
  }
  const buffer = meteredBuffer();
  replace(realm, 'ArrayBuffer', buffer);
  replace(NativeBuffer.prototype, 'constructor', buffer);
  for (const name of Reflect.ownKeys(NativeBuffer.prototype)) {
    if (!['constructor', 'byteLength', 'slice', Symbol.toStringTag].includes(name)) {
      Reflect.deleteProperty(NativeBuffer.prototype, name);
    }
  }
  for (const [name, method] of Object.entries(allocatingMethods(metered, natives))) {
    replace(TypedArrayIntrinsic.prototype, name, method);
  }
}

function meteredTypedArray(name: string, native: TypedArrayConstructor): TypedArrayConstructor {
  const size = native.BYTES_PER_ELEMENT;
  function Metered(first: unknown, offset: unknown, length: unknown): object {
    if (new.target === undefined) throw new TypeError(`${name} needs new`);
    if (typeof first === 'number') {
      if (first > 0) charge(first * size);
      return construct(native, [first], new.target);
    }
    if (typeof first !== 'object' || first === null) {
      const count = Number(first ?? 0);
      if (count > 0) charge(count * size);
      return construct(native, [count], new.target);
    }
    if (kindOf.call(first) !== undefined) {
      charge(lengthOf.call(first) * size);
      return construct(native, [first], new.target);
    }
    if (!Array.isArray(first) && isBuffer(first)) return construct(native, [first, offset, length], new.target);
    // Anything else may lie about its length; a real array made from it cannot.
    if (Number((first as { length?: unknown }).length) * size > left) charge(Number.POSITIVE_INFINITY);
    const items = arrayFrom(first as ArrayLike<unknown>);
    charge(items.length * size);
    return construct(native, [items], new.target);
  }
  defineProperty(Metered, 'name', { value: name });
  defineProperty(Metered, 'prototype', { value: native.prototype, writable: false });
  defineProperty(Metered, 'BYTES_PER_ELEMENT', { value: size });
  setPrototypeOf(Metered, TypedArrayIntrinsic);
  return Metered as unknown as TypedArrayConstructor;
}

function meteredBuffer(): ArrayBufferConstructor {
  function Metered(size: unknown, options?: { maxByteLength?: unknown }): object {
    if (new.target === undefined) throw new TypeError('ArrayBuffer needs new');
    if (options?.maxByteLength !== undefined) throw new RangeError('no resizable buffers here');
    const bytes = Number(size ?? 0);
    if (bytes > 0) charge(bytes);
    return construct(NativeBuffer, [bytes], new.target);
  }
  defineProperty(Metered, 'name', { value: 'ArrayBuffer' });
  defineProperty(Metered, 'prototype', { value: NativeBuffer.prototype, writable: false });
  defineProperty(Metered, 'isView', { value: NativeBuffer.isView });
  replace(NativeBuffer.prototype, 'slice', function slice(this: ArrayBuffer, begin: unknown, end: unknown) {
    const length = bufferSizeOf.call(this);
    const from = clamp(begin, length, 0);
    const count = Math.max(0, clamp(end, length, length) - from);
    charge(count);
    const copy = new NativeBuffer(count);
    new NativeBytes(copy).set(new NativeBytes(this, from, count));
    return copy;
  });
  return Metered as unknown as ArrayBufferConstructor;
}

/**
 * The natives ask the array for its constructor, and an array without one would get the native constructor unmetered; so
 * these choose by the array's kind.
 */
function allocatingMethods(
  metered: ReadonlyMap<string, TypedArrayConstructor>,
  natives: ReadonlyMap<string, TypedArrayConstructor>,
): Record<string, unknown> {
  const { set, reverse, sort } = NativeBytes.prototype;
  const like = (array: TypedArray, source: number | readonly unknown[]): TypedArray => {
    const constructor = metered.get(kindOf.call(array) ?? '');
    if (constructor === undefined) throw new TypeError('not a typed array');
    return new constructor(source as number);
  };
  const copyOf = (array: TypedArray, from: number, count: number): TypedArray => {
    const copy = like(array, count);
    const native = natives.get(kindOf.call(array) ?? '') ?? NativeBytes;
    set.call(copy, new native(bufferOf.call(array), offsetOf.call(array) + from * native.BYTES_PER_ELEMENT, count));
    return copy;
  };
  const methods = {
    slice(this: TypedArray, begin: unknown, end: unknown): TypedArray {
      const length = lengthOf.call(this);
      const from = clamp(begin, length, 0);
      return copyOf(this, from, Math.max(0, clamp(end, length, length) - from));
    },
    map(this: TypedArray, each: (...args: unknown[]) => number, self?: unknown): TypedArray {
      const result = like(this, lengthOf.call(this));
      for (let i = 0; i < result.length; i++) result[i] = each.call(self, this[i], i, this);
      return result;
    },
    filter(this: TypedArray, keep: (...args: unknown[]) => unknown, self?: unknown): TypedArray {
      const kept: unknown[] = [];
      for (let i = 0; i < lengthOf.call(this); i++) if (keep.call(self, this[i], i, this)) kept.push(this[i]);
      return like(this, kept);
    },
    toReversed(this: TypedArray): TypedArray {
      return reverse.call(copyOf(this, 0, lengthOf.call(this))) as TypedArray;
    },
    toSorted(this: TypedArray, compare?: (a: number, b: number) => number): TypedArray {
      return sort.call(copyOf(this, 0, lengthOf.call(this)), compare) as TypedArray;
    },
    with(this: TypedArray, index: unknown, value: number): TypedArray {
      const length = lengthOf.call(this);
      const at = Math.trunc(Number(index)) || 0;
      const place = at < 0 ? at + length : at;
      if (place < 0 || place >= length) throw new RangeError('no such index');
      const copy = copyOf(this, 0, length);
      copy[place] = value;
      return copy;
    },
  };
  return methods;
}

/** ECMAScript's relative index: from the end where negative, within [0, length]. */
function clamp(index: unknown, length: number, otherwise: number): number {
  if (index === undefined) return otherwise;
  const whole = Math.trunc(Number(index)) || 0;
  return whole < 0 ? Math.max(0, whole + length) : Math.min(whole, length);
}

function isBuffer(value: object): boolean {
  try {
    bufferSizeOf.call(value);
    return true;
  } catch {
    return false;
  }
}

function replace(target: object, name: string, value: unknown): void {
  defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller knows what the getter returns
function getterOf<T>(target: object, name: PropertyKey): (this: unknown) => T {
  const getter = getOwnPropertyDescriptor(target, name)?.get;
  if (getter === undefined) throw new TypeError(`no getter ${String(name)}`);
  return getter as (this: unknown) => T;
}
