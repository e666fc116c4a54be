import { type StateWriter, type Vector, raised, zeroVector } from '@hypersync/consensus-kit';

interface Name {
  readonly origin: number;
  readonly counter: number;
}

/** Which rumours the application has been given, as a vector without holes and what lies beyond it. */
export class HandedOver {
  #vector: Vector;
  #beyond = new Map<number, Set<number>>();
  /** On their way to the application, in this order. */
  #onTheirWay: Name[] = [];

  constructor(vector: Vector) {
    this.#vector = vector;
  }

  static nothing(members: number): HandedOver {
    return new HandedOver(zeroVector(members));
  }

  get vector(): Vector {
    return this.#vector;
  }

  /** Is about to be handed over, after all before it. */
  enqueue({ origin, counter }: Name): void {
    this.#onTheirWay.push({ origin, counter });
  }

  /** The driver has been given the next `count`. */
  over(count: number): void {
    if (count === 0) return;
    for (const { origin, counter } of this.#onTheirWay.splice(0, count)) this.add(origin, counter);
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
    copy.#onTheirWay = [...this.#onTheirWay];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#vector, this.#beyond]);
    state.list(this.#onTheirWay, (writer, { origin, counter }) => writer.varint(origin).varint(counter));
  }
}
