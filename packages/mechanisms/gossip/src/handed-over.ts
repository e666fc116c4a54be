import { type StateWriter, type Vector, raised, zeroVector } from '@hypersync/consensus-kit';

/** Which rumours the application has been given, as a vector without holes and what lies beyond it. */
export class HandedOver {
  #vector: Vector;
  #beyond: readonly ReadonlySet<number>[];

  constructor(vector: Vector) {
    this.#vector = vector;
    this.#beyond = vector.map(() => new Set());
  }

  static nothing(members: number): HandedOver {
    return new HandedOver(zeroVector(members));
  }

  get vector(): Vector {
    return this.#vector;
  }

  add(origin: number, counter: number): void {
    const beyond = new Set(this.#beyond[origin]);
    if (counter > this.#vector[origin]!) beyond.add(counter);
    let reached = this.#vector[origin]!;
    while (beyond.delete(reached + 1)) reached++;
    this.#vector = raised(this.#vector, origin, reached);
    this.#beyond = this.#beyond.with(origin, beyond);
  }

  clone(): HandedOver {
    const copy = new HandedOver(this.#vector);
    copy.#beyond = this.#beyond;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#vector, this.#beyond]);
  }
}
