/** Sent to a reader that fell behind, in place of what it missed. */
export interface Lagged {
  readonly type: 'lagged';
  readonly lost: number;
}

/** One writer, many readers, each with a bounded buffer: a slow reader loses the oldest and is told how many. */
export class EventStream<T> {
  readonly #readers = new Set<Reader<T>>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(event: T): void {
    for (const reader of this.#readers) reader.push(event);
  }

  /** Ends every reader after what it still has. */
  close(): void {
    for (const reader of this.#readers) reader.close();
    this.#readers.clear();
  }

  /** Starts collecting now, not at the first `next`. Leaving a `for await` loop gives the buffer back. */
  subscribe(): AsyncIterableIterator<T | Lagged> {
    const reader = new Reader<T>(this.#capacity, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }
}

class Reader<T> implements AsyncIterableIterator<T | Lagged> {
  #events: T[] = [];
  #lost = 0;
  #closed = false;
  #waiting: ((result: IteratorResult<T | Lagged>) => void)[] = [];
  readonly #capacity: number;
  readonly #leave: () => void;

  constructor(capacity: number, leave: () => void) {
    this.#capacity = capacity;
    this.#leave = leave;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  push(event: T): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return waiting({ done: false, value: event });
    this.#events.push(event);
    if (this.#events.length > this.#capacity) {
      // Half at once, so that a reader far behind does not cost a shift per event.
      const lost = Math.ceil(this.#capacity / 2);
      this.#events.splice(0, lost);
      this.#lost += lost;
    }
  }

  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T | Lagged>> {
    if (this.#lost > 0) {
      const lost = this.#lost;
      this.#lost = 0;
      return Promise.resolve({ done: false, value: { type: 'lagged', lost } });
    }
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#closed) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<T | Lagged>> {
    this.#leave();
    this.close();
    this.#events = [];
    return Promise.resolve({ done: true, value: undefined });
  }
}
