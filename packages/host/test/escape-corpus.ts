/**
 * Attempts of a plugin to leave its realm, each the body of `attack(bytes)`: it answers "held", or "escaped ..." with what it
 * got. `naive`: what the same attack achieves in a plain vm context that is given one host object and one host function;
 * an attack that held everywhere would prove nothing.
 */
export interface Escape {
  readonly name: string;
  readonly body: string;
  readonly naive: 'escapes' | 'holds';
}

export const ESCAPES: readonly Escape[] = [
  {
    name: '1 the constructor of the constructor of the bytes',
    body: `return 'escaped ' + typeof bytes.constructor.constructor('return process')();`,
    naive: 'escapes',
  },
  {
    name: '2 the constructor of a function of the host: receiver, arguments and callers',
    body: `
      const functions = [...arguments, this, globalThis.hostFunction, attack.caller].filter((x) => typeof x === 'function');
      for (const f of functions) {
        try { return 'escaped ' + typeof f.constructor('return process')(); } catch {}
      }
      return 'held';`,
    naive: 'escapes',
  },
  {
    name: '3 what is there by name',
    body: `
      const names = ['process', 'require', 'module', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask',
        'console', 'Buffer', 'structuredClone', 'performance', 'crypto', 'navigator', 'Worker', 'postMessage', 'global'];
      const there = names.filter((name) => name in globalThis);
      return there.length > 0 ? 'escaped ' + there : 'held';`,
    naive: 'escapes',
  },
  {
    name: '4 a walk over every reachable object for one of another realm',
    body: `
      const mine = new Set([Object.prototype, Function.prototype, null]);
      const seen = new Set();
      const pending = [globalThis, ...arguments, this, attack, () => {}, async () => {}, function* () {}, [].values(), new Error('x')];
      while (pending.length > 0) {
        const value = pending.pop();
        if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
        seen.add(value);
        let root = value;
        while (root !== null && !mine.has(root)) {
          const above = Object.getPrototypeOf(root);
          if (above === null) break;
          root = above;
        }
        if (!mine.has(root) && Object.getOwnPropertyNames(root).includes('hasOwnProperty')) return 'escaped by a foreign object';
        pending.push(Object.getPrototypeOf(value));
        for (const key of Reflect.ownKeys(value)) {
          const p = Object.getOwnPropertyDescriptor(value, key);
          pending.push(p.value, p.get, p.set);
        }
      }
      return seen.size > 300 ? 'held' : 'escaped the walk: only ' + seen.size;`,
    naive: 'escapes',
  },
  {
    name: '5 code from strings, by each kind of function and by eval',
    body: `
      const kinds = [() => {}, async () => {}, function* () {}, async function* () {}].map((f) => f.constructor);
      for (const make of [...kinds, globalThis.Function, globalThis.eval, (0, Object.getPrototypeOf(() => {}).constructor)]) {
        if (typeof make !== 'function') continue;
        try { make('return 1'); return 'escaped by ' + make.name; } catch {}
      }
      return 'held';`,
    naive: 'escapes',
  },
  {
    name: '6 call sites by Error.prepareStackTrace',
    body: `
      try { Error.prepareStackTrace = (error, sites) => sites; } catch {}
      try { Error.stackTraceLimit = 100; } catch {}
      let found = new Error('x').stack;
      if (found === undefined && Error.captureStackTrace) { const o = {}; Error.captureStackTrace(o); found = o.stack; }
      try { delete Error.prepareStackTrace; } catch {}
      return Array.isArray(found) || typeof found === 'string' ? 'escaped: sees the stack of the host' : 'held';`,
    naive: 'escapes',
  },
  {
    name: '8 clocks, chance, shared memory',
    body: `
      const got = [];
      if (typeof Date !== 'undefined') got.push('Date');
      if (typeof Math.random === 'function') got.push('Math.random');
      if (typeof Intl !== 'undefined') got.push('Intl');
      if (typeof SharedArrayBuffer !== 'undefined') got.push('SharedArrayBuffer');
      if (typeof Atomics !== 'undefined') got.push('Atomics');
      if (typeof Temporal !== 'undefined') got.push('Temporal');
      if (typeof WeakRef !== 'undefined' || typeof FinalizationRegistry !== 'undefined') got.push('collector');
      if ((0.5).toLocaleString !== Object.prototype.toLocaleString || 'a'.localeCompare) got.push('locale');
      return got.length > 0 ? 'escaped ' + got : 'held';`,
    naive: 'escapes',
  },
  {
    name: '9 WebAssembly and its shared memory',
    body: `
      if (typeof WebAssembly === 'undefined') return 'held';
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      return 'escaped ' + memory.buffer.constructor.name;`,
    naive: 'escapes',
  },
  {
    name: '13 the error of a stack overflow',
    body: `
      let caught = null;
      const deep = () => { try { deep(); } catch (error) { caught ??= error; void error.stack; throw error; } };
      try { deep(); } catch (error) { caught = error; }
      return caught instanceof RangeError ? 'held' : 'escaped by an error of another realm';`,
    naive: 'holds',
  },
  {
    name: '13b a stack overflow while the engine formats a stack',
    body: `
      const foreign = [];
      const note = (error) => { if (!(error instanceof Error)) foreign.push(error); };
      const dig = (n) => {
        try { if (n > 0) dig(n - 1); const error = new Error('x'); error.toString = () => { dig(1e9); }; void error.stack; null.x; }
        catch (error) { note(error); }
      };
      const bottom = () => { try { bottom(); } catch (error) { note(error); dig(0); dig(1); dig(2); } };
      bottom();
      return foreign.length > 0 ? 'escaped by an error of another realm' : 'held';`,
    naive: 'escapes',
  },
  {
    name: '14 changing what everybody inherits',
    body: `
      const changed = [];
      for (const target of [Object.prototype, Array.prototype, Uint8Array.prototype, Map.prototype, JSON, Math, globalThis,
        Object.getPrototypeOf(Uint8Array.prototype), Object.getPrototypeOf([].values()), Function.prototype, Error, Symbol]) {
        try { Object.defineProperty(target, 'owned', { value: 1, configurable: true }); changed.push(1); delete target.owned; } catch {}
        try { Object.setPrototypeOf(target, { owned: 1 }); if (target.owned) changed.push(2); } catch {}
      }
      try { Array.prototype.push = () => 0; if ([].push(1) === 0) changed.push(3); } catch {}
      return changed.length > 0 ? 'escaped: changed ' + changed.length + ' shared objects' : 'held';`,
    naive: 'escapes',
  },
  {
    name: '15 the native constructors behind the metered ones',
    body: `
      const size = 300 * 1024 * 1024;
      const tries = [
        () => new Uint8Array(size),
        () => new ArrayBuffer(size),
        () => new ArrayBuffer(1, { maxByteLength: size }),
        () => new (Object.getPrototypeOf(Uint8Array.prototype).constructor)(size),
        () => new (Object.getPrototypeOf(Uint8Array))(size),
        () => new Uint8Array({ length: size }),
        () => new Float64Array(new Uint8Array(size / 8)),
        () => Uint8Array.from({ length: size }),
        () => { const a = new Uint8Array(size / 2); Object.defineProperty(a, 'constructor', { value: undefined }); return [a.slice(), a.slice()]; },
        () => { const a = new Uint8Array(size / 2); Object.setPrototypeOf(a, null); const p = Object.getPrototypeOf(Uint8Array.prototype); return [p.slice.call(a), p.map.call(a, () => 0)]; },
        () => { const b = new ArrayBuffer(size / 2); Object.defineProperty(b, 'constructor', { value: undefined }); return [b.slice(0), b.slice(0)]; },
        () => { const a = new Uint8Array(size / 2); return [a.toReversed(), a.toSorted()]; },
        () => new Uint8Array(Object.create(ArrayBuffer.prototype, { length: { value: size } })),
        () => new ArrayBuffer(1).transfer(size),
        () => new ArrayBuffer(1).resize(size),
        () => Reflect.construct(Uint8Array, [size], Array),
        () => new (class extends Uint8Array {})(size),
        () => new Uint8Array(String(size)),
      ];
      for (const attempt of tries) {
        try { attempt(); return 'escaped the meter by ' + attempt; } catch {}
      }
      return 'held';`,
    naive: 'escapes',
  },
  {
    name: '16 the inbox behind the bytes, or what an earlier call left there',
    body: `
      const buffer = bytes.buffer;
      return buffer.byteLength !== bytes.length || bytes.byteOffset !== 0 ? 'escaped: sees ' + buffer.byteLength + ' bytes' : 'held';`,
    naive: 'escapes',
  },
];
