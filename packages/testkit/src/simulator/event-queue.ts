import type { Micros } from '@hypersync/interface';

/** Kinds of events; small integers because the loop switches on them a million times. */
export const EVENT = { message: 1, timer: 2, flush: 3, crypto: 4, wake: 5, call: 6 } as const;
export type EventKind = (typeof EVENT)[keyof typeof EVENT];

/** One shape for all kinds, so that the engine compiles the loop once. */
export interface SimEvent {
  readonly time: Micros;
  readonly sequence: number;
  readonly kind: EventKind;
  readonly node: number;
  /** Message: sender's index. Others: incarnation of the node when the event was made. */
  readonly extra: number;
  /** Crypto: token. Flush: number of batches. */
  readonly token: number;
  readonly bytes: Uint8Array | null;
  readonly call: (() => void) | null;
}

/** Binary heap by time, then by order of insertion: a total order, hence one schedule per seed. */
export class EventQueue {
  readonly #heap: SimEvent[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(
    time: Micros,
    kind: EventKind,
    node: number,
    extra: number,
    token = 0,
    bytes: Uint8Array | null = null,
    call: (() => void) | null = null,
  ): void {
    const event: SimEvent = { time, sequence: ++this.#sequence, kind, node, extra, token, bytes, call };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent]!;
      if (above.time <= time) break; // equal times: the older stays above
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  peekTime(): Micros {
    return this.#heap.length === 0 ? Number.POSITIVE_INFINITY : this.#heap[0]!.time;
  }

  pop(): SimEvent | null {
    const heap = this.#heap;
    const top = heap[0];
    if (top === undefined) return null;
    const last = heap.pop()!;
    const size = heap.length;
    if (size > 0) this.#sink(last, size);
    return top;
  }

  #sink(event: SimEvent, size: number): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, event)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = event;
  }
}

function before(a: SimEvent, b: SimEvent): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}
