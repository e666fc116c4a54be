import { type StateWriter, type Vector, raised, zeroVector } from '@hypersync/consensus-kit';

/** Which rumours the application has been given, as a vector without holes and what lies beyond it. */
export class HandedOver {
  #vector: Vector;
  #beyond = new Map<number, Set<number>>();

  constructor(vector: Vector) {
    this.#vector = vector;
  }

  static nothing(members: number): HandedOver {
    return new HandedOver(zeroVector(members));
  }

  get vector(): Vector {
    return this.#vector;
  }

  add(origin: number, counter: number): void {
    let reached = this.#vector[origin]!;
    if (counter <= reached) return;
    const beyond = this.#beyond.get(origin);
    if (counter > reached + 1) {
      if (beyond === undefined) this.#beyond.set(origin, new Set([counter]));
      else beyond.add(counter);
      return;
    }
    reached++;
    while (beyond?.delete(reached + 1) === true) reached++;
    if (beyond?.size === 0) this.#beyond.delete(origin);
    this.#vector = raised(this.#vector, origin, reached);
  }

  clone(): HandedOver {
    const copy = new HandedOver(this.#vector);
    for (const [origin, beyond] of this.#beyond) copy.#beyond.set(origin, new Set(beyond));
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#vector, this.#beyond]);
  }
}
