import type { Micros, NodeId } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';

interface Window {
  readonly since: Micros;
  readonly bytes: number;
}

/** What each peer may pull from us per window of time, so that small requests cannot make us send without end. */
export class ServingBudget {
  readonly #window: Micros;
  readonly #maxBytes: number;
  readonly #spent = new Map<NodeId, Window>();

  constructor(window: Micros, maxBytes: number) {
    this.#window = window;
    this.#maxBytes = maxBytes;
  }

  /** Books the bytes; false when the peer has had enough for now. One answer per window is always allowed. */
  spend(peer: NodeId, bytes: number, now: Micros): boolean {
    const window = this.#spent.get(peer);
    const current = window !== undefined && now - window.since < this.#window ? window : { since: now, bytes: 0 };
    if (current.bytes > 0 && current.bytes + bytes > this.#maxBytes) return false;
    this.#spent.set(peer, { since: current.since, bytes: current.bytes + bytes });
    return true;
  }

  clone(): ServingBudget {
    const copy = new ServingBudget(this.#window, this.#maxBytes);
    for (const [peer, window] of this.#spent) copy.#spent.set(peer, window);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#spent, (writer, { since, bytes }) => void writer.data([since, bytes]));
  }
}
