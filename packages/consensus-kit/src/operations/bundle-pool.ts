import type { NodeId } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';
import type { Bundle } from './bundle.ts';
import { ORIGIN_WINDOW, type Ledger } from './ledger.ts';

/**
 * Verified bundles that are not decided yet. Bounded per origin in number and bytes, so that one origin, however faulty,
 * takes nobody else's room.
 */
export class BundlePool {
  readonly #maxOriginBytes: number;
  /** Per origin, in the order of (incarnation, number). */
  readonly #origins = new Map<NodeId, Bundle[]>();
  readonly #byKey = new Map<string, Bundle>();

  constructor(maxOriginBytes: number) {
    this.#maxOriginBytes = maxOriginBytes;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Whose bundles wait. */
  get origins(): readonly NodeId[] {
    return [...this.#origins.keys()];
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get(key: string): Bundle | undefined {
    return this.#byKey.get(key);
  }

  /** False when the bundle is known, decided, or its origin's room is full. */
  add(bundle: Bundle, ledger: Ledger): boolean {
    if (this.#byKey.has(bundle.key) || ledger.isDecided(bundle)) return false;
    const list = this.#origins.get(bundle.origin) ?? [];
    const bytes = list.reduce((sum, { size }) => sum + size, bundle.size);
    if (list.length >= ORIGIN_WINDOW || bytes > this.#maxOriginBytes) return false;
    let at = list.length;
    while (at > 0 && isBefore(bundle, list[at - 1]!)) at--;
    list.splice(at, 0, bundle);
    this.#origins.set(bundle.origin, list);
    this.#byKey.set(bundle.key, bundle);
    return true;
  }

  /** Drops what the ledger has decided or voided. */
  prune(ledger: Ledger): void {
    for (const [origin, list] of this.#origins) {
      const kept = list.filter((bundle) => !ledger.isDecided(bundle));
      if (kept.length === list.length) continue;
      for (const bundle of list) if (ledger.isDecided(bundle)) this.#byKey.delete(bundle.key);
      if (kept.length === 0) this.#origins.delete(origin);
      else this.#origins.set(origin, kept);
    }
  }

  /** Up to so many bundles, and bytes of them, not in `excluded`: origins in turn from `start` on, each one's oldest first. */
  select(most: { readonly bytes: number; readonly count: number }, excluded: ReadonlySet<string>, start = 0): Bundle[] {
    const ids = [...this.#origins.keys()].sort();
    const queues = ids.map((_, i) => {
      const list = this.#origins.get(ids[(i + start) % ids.length]!)!;
      return list.filter((bundle) => !excluded.has(bundle.key));
    });
    const chosen: Bundle[] = [];
    let room = most.bytes;
    for (let turn = 0; queues.some((queue) => queue.length > turn); turn++) {
      for (const queue of queues) {
        const bundle = queue[turn];
        if (bundle === undefined) continue;
        if (bundle.size > room || chosen.length >= most.count) return chosen;
        room -= bundle.size;
        chosen.push(bundle);
      }
    }
    return chosen;
  }

  /** True when something is not in `excluded`. */
  hasOther(excluded: ReadonlySet<string>): boolean {
    for (const key of this.#byKey.keys()) if (!excluded.has(key)) return true;
    return false;
  }

  clone(): BundlePool {
    const copy = new BundlePool(this.#maxOriginBytes);
    for (const [origin, list] of this.#origins) copy.#origins.set(origin, [...list]);
    for (const [key, bundle] of this.#byKey) copy.#byKey.set(key, bundle);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#origins, (writer, list) => void writer.list(list, (w, bundle) => w.raw(bundle.id)));
  }
}

function isBefore(a: Bundle, b: Bundle): boolean {
  return a.incarnation !== b.incarnation ? a.incarnation < b.incarnation : a.number < b.number;
}
