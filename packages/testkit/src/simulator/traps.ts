import { violated, ViolationError } from './violation.ts';

type Name =
  | 'Date'
  | 'setTimeout'
  | 'setInterval'
  | 'setImmediate'
  | 'queueMicrotask'
  | 'performance'
  | 'fetch'
  | 'crypto';
const NAMES: readonly Name[] = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'fetch',
  'crypto',
];

/**
 * Runs `body` (synchronous) with every source of time and randomness replaced by a trap: a mechanism that looks at a clock
 * of its own is not deterministic, whatever its trace says today. `check` reports a trap that was sprung and then caught.
 */
export function withTraps<T>(body: (check: () => void) => T): T {
  const kept = new Map<string, PropertyDescriptor>();
  const random = Math.random;
  let sprung: string | null = null;
  const trap = (name: string) =>
    function (): never {
      sprung = name;
      throw new ViolationError('contract', `the mechanism used ${name}; time and randomness come in as inputs`);
    };
  for (const name of NAMES) {
    kept.set(name, Object.getOwnPropertyDescriptor(globalThis, name)!);
    const bait = trap(name);
    const value = new Proxy(bait, { get: () => bait(), apply: () => bait(), construct: () => bait() });
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  Math.random = trap('Math.random');
  const check = () => {
    if (sprung !== null) violated('contract', `the mechanism used ${sprung}; time and randomness come in as inputs`);
  };
  try {
    return body(check);
  } finally {
    for (const [name, descriptor] of kept) Object.defineProperty(globalThis, name, descriptor);
    Math.random = random;
  }
}
