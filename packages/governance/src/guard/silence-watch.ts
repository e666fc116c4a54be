import type { Micros, NodeId } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';

/** Who owes a message since when. Nothing is owed unless it is expected: an idle cluster is not silent. */
export class SilenceWatch {
  readonly #patience: Micros;
  readonly #owed = new Map<NodeId, Micros>();

  constructor(patience: Micros) {
    this.#patience = patience;
  }

  /** Expecting again does not prolong. */
  expect(now: Micros, peer: NodeId): void {
    if (!this.#owed.has(peer)) this.#owed.set(peer, now + this.#patience);
  }

  heard(peer: NodeId): void {
    this.#owed.delete(peer);
  }

  nextDeadline(): Micros | null {
    let earliest: Micros | null = null;
    for (const due of this.#owed.values()) if (earliest === null || due < earliest) earliest = due;
    return earliest;
  }

  /** Those who are late, in the order of their ids; each is no longer expected. */
  due(now: Micros): NodeId[] {
    const late = [...this.#owed].filter(([, due]) => due <= now).map(([peer]) => peer);
    for (const peer of late) this.#owed.delete(peer);
    return late.sort();
  }

  clear(): void {
    this.#owed.clear();
  }

  clone(): SilenceWatch {
    const copy = new SilenceWatch(this.#patience);
    for (const [peer, due] of this.#owed) copy.#owed.set(peer, due);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data(new Map(this.#owed));
  }
}
