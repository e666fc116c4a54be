import type { StateWriter } from '@hypersync/consensus-kit';
import { rumourBytes, type Rumour } from './rumour.ts';

interface Hot {
  readonly rumour: Rumour;
  readonly transmits: number;
  /** Members that surely have it: they sent it here. */
  readonly holders: ReadonlySet<number>;
}

/**
 * Rumours still being mongered (Demers et al. 1987, section 1.4): each is pushed until it has been sent `limit` times, or
 * everybody is known to have it. Then it is cold, and whoever still lacks it gets it by push-pull.
 */
export class HotRumours {
  readonly #limit: number;
  #hot = new Map<string, Hot>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#hot.size;
  }

  heat(rumour: Rumour, holders: readonly number[]): void {
    this.#hot.set(nameOf(rumour), { rumour, transmits: 0, holders: new Set(holders) });
  }

  /** A member turns out to have it. */
  seenAt(rumour: Rumour, member: number): void {
    const hot = this.#hot.get(nameOf(rumour));
    if (hot !== undefined) {
      this.#hot.set(nameOf(rumour), { ...hot, holders: new Set([...hot.holders, member]) });
    }
  }

  /** What to push to `peer`: the least sent first, up to `budget` bytes, at least one. Counts it as sent. */
  take(peer: number, isKnown: (rumour: Rumour) => boolean, budget: number): readonly Rumour[] {
    const wanted = [...this.#hot.values()]
      .filter(({ rumour, holders }) => rumour.origin !== peer && !holders.has(peer) && !isKnown(rumour))
      .sort((a, b) => a.transmits - b.transmits || byName(a.rumour, b.rumour));
    const taken: Rumour[] = [];
    let bytes = 0;
    for (const { rumour, transmits, holders } of wanted) {
      bytes += rumourBytes(rumour);
      if (bytes > budget && taken.length > 0) break;
      taken.push(rumour);
      if (transmits + 1 >= this.#limit) this.#hot.delete(nameOf(rumour));
      else this.#hot.set(nameOf(rumour), { rumour, transmits: transmits + 1, holders });
    }
    return taken;
  }

  forget(rumour: Rumour): void {
    this.#hot.delete(nameOf(rumour));
  }

  /** Lets go of what `isCold` says. */
  cool(isCold: (rumour: Rumour) => boolean): void {
    for (const [name, { rumour }] of this.#hot) if (isCold(rumour)) this.#hot.delete(name);
  }

  clone(): HotRumours {
    const copy = new HotRumours(this.#limit);
    copy.#hot = new Map(this.#hot);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#hot, (writer, { transmits, holders }) => writer.data([transmits, holders]));
  }
}

const nameOf = (rumour: Rumour): string => `${rumour.origin}/${rumour.counter}`;

function byName(a: Rumour, b: Rumour): number {
  return a.origin - b.origin || a.counter - b.counter;
}
