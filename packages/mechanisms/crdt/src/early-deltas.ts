import { type StateWriter, covers } from '@hypersync/consensus-kit';
import { encodeDelta, writeDelta, type Delta } from './delta.ts';
import type { ReplicaState } from './replica-state.ts';

/** Bytes of early deltas, all together. */
const MAX_BYTES = 16 * 1024 * 1024;

interface Early {
  readonly delta: Delta;
  readonly bytes: number;
}

/** Deltas whose base has not arrived: kept for a while, bounded, because reordering is far more frequent than loss. */
export class EarlyDeltas {
  readonly #max: number;
  #held: readonly Early[] = [];
  #dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#held.length;
  }

  /** Deltas that found no room; they come again by repair. */
  get dropped(): number {
    return this.#dropped;
  }

  hold(delta: Delta): void {
    const bytes = encodeDelta(delta).length;
    const held = this.#held.reduce((sum, early) => sum + early.bytes, 0);
    if (this.#held.length >= this.#max || held + bytes > MAX_BYTES) this.#dropped++;
    else this.#held = [...this.#held, { delta, bytes }];
  }

  /** Takes one out that may be joined now; forgets those that bring nothing any more. */
  takeReady(state: ReplicaState): Delta | null {
    this.#held = this.#held.filter(({ delta }) => !covers(state.vector, delta.upTo));
    const ready = this.#held.find(({ delta }) => state.accepts(delta));
    if (ready === undefined) return null;
    this.#held = this.#held.filter((early) => early !== ready);
    return ready.delta;
  }

  clone(): EarlyDeltas {
    const copy = new EarlyDeltas(this.#max);
    copy.#held = this.#held;
    copy.#dropped = this.#dropped;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.varint(this.#dropped).list(this.#held, (writer, { delta }) => writeDelta(writer, delta));
  }
}
