import { type StateWriter, type Vector, covers, meetVectors } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';
import type { KeyedSet } from './keyed-set.ts';

/** Two facts at one moment: what everybody had, and how many operations each member had made by then. */
interface Stage {
  readonly horizon: Vector;
  readonly barrier: Vector;
}

/**
 * When a tombstone may go. Everybody having it is not enough: a write older than it may still be on its way, and would bring
 * the key back to life at whoever takes it in after the tombstone went. So there are two stages. Once everybody has the
 * tombstones up to `horizon`, every operation that a member makes from then on has a later version than they; those it
 * made before are counted in `barrier`. Once everybody has `barrier` too, nothing older can arrive any more.
 *
 * That they went is then written as a row of its own (a collect row), so that the set stays a function of its vector.
 * The member with the least index does it; the others only if it does not.
 */
export class TombstoneCollector {
  readonly #delay: Micros;
  #stage: Stage | null = null;
  #due: Micros | null = null;

  /** `delay` is how long collectable tombstones wait, longer for members that come later in the list. */
  constructor(delay: Micros) {
    this.#delay = delay;
  }

  /** The horizon to collect up to, when this member should do it now. Row k of `matrix` is what member k has. */
  settle(now: Micros, set: KeyedSet, members: readonly string[], matrix: readonly Vector[]): Vector | null {
    if (set.tombstoneCount === 0) {
      this.#stage = null;
      this.#due = null;
      return null;
    }
    const stable = meetVectors(matrix);
    const isCollectable = (horizon: Vector): boolean => {
      for (const row of set.tombstones) if (row.sequence <= horizon[members.indexOf(row.author)]!) return true;
      return false;
    };
    if (this.#stage !== null && !isCollectable(this.#stage.horizon)) {
      this.#stage = null; // somebody else did it
      this.#due = null;
    }
    if (this.#stage === null) {
      if (!isCollectable(stable)) return null;
      this.#stage = { horizon: stable, barrier: matrix.map((row, k) => row[k]!) };
    }
    if (!covers(stable, this.#stage.barrier)) return null;
    this.#due ??= now + this.#delay;
    return now >= this.#due ? this.#stage.horizon : null;
  }

  get deadline(): Micros {
    return this.#due ?? Number.POSITIVE_INFINITY;
  }

  clone(): TombstoneCollector {
    const copy = new TombstoneCollector(this.#delay);
    copy.#stage = this.#stage;
    copy.#due = this.#due;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#stage === null ? null : [this.#stage.horizon, this.#stage.barrier], this.#due]);
  }
}
