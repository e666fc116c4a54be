import type { StateWriter } from '@hypersync/consensus-kit';
import { nameOf, rumourBytes, type Rumour } from './rumour.ts';

/** Bytes that may wait for one link; what comes on top is left to advertisements and push-pull. */
const QUEUE_BYTES = 4 * 1024 * 1024;

interface Queue {
  readonly waiting: Map<string, Rumour>;
  bytes: number;
}

/** Per link, the rumours that wait to be pushed: each once, oldest first, never to who sent it here. Bounded. */
export class PushQueues {
  #queues = new Map<number, Queue>();
  #size = 0;
  #dropped = 0;

  /** Rumours waiting, all links together. */
  get size(): number {
    return this.#size;
  }

  /** Rumours that found a full queue. */
  get dropped(): number {
    return this.#dropped;
  }

  push(to: number, rumour: Rumour): void {
    let queue = this.#queues.get(to);
    if (queue === undefined) {
      queue = { waiting: new Map(), bytes: 0 };
      this.#queues.set(to, queue);
    }
    const bytes = rumourBytes(rumour);
    if (queue.bytes + bytes > QUEUE_BYTES) {
      this.#dropped++;
      return;
    }
    queue.waiting.set(nameOf(rumour.origin, rumour.counter), rumour);
    queue.bytes += bytes;
    this.#size++;
  }

  /** Members for whom something waits, ascending. */
  get targets(): readonly number[] {
    return [...this.#queues.keys()].sort((a, b) => a - b);
  }

  /** `member` turns out to have it. */
  seenAt(member: number, rumour: Rumour): void {
    const queue = this.#queues.get(member);
    if (queue === undefined || !queue.waiting.delete(nameOf(rumour.origin, rumour.counter))) return;
    this.#size--;
    queue.bytes -= rumourBytes(rumour);
    if (queue.waiting.size === 0) this.#queues.delete(member);
  }

  /** Takes out what fits in `budget` bytes, at least one; what is known at `to` goes unsent. */
  take(to: number, isKnown: (rumour: Rumour) => boolean, budget: number): readonly Rumour[] {
    const taken: Rumour[] = [];
    const queue = this.#queues.get(to);
    if (queue === undefined) return taken;
    let bytes = 0;
    for (const [name, rumour] of queue.waiting) {
      const isWanted = !isKnown(rumour);
      if (isWanted && taken.length > 0 && bytes + rumourBytes(rumour) > budget) break;
      queue.waiting.delete(name);
      queue.bytes -= rumourBytes(rumour);
      this.#size--;
      if (!isWanted) continue;
      bytes += rumourBytes(rumour);
      taken.push(rumour);
    }
    if (queue.waiting.size === 0) this.#queues.delete(to);
    return taken;
  }

  /** The link is gone, and with it what waited for it. */
  forget(to: number): void {
    this.#size -= this.#queues.get(to)?.waiting.size ?? 0;
    this.#queues.delete(to);
  }

  clone(): PushQueues {
    const copy = new PushQueues();
    for (const [to, { waiting, bytes }] of this.#queues) copy.#queues.set(to, { waiting: new Map(waiting), bytes });
    copy.#size = this.#size;
    copy.#dropped = this.#dropped;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#queues, (writer, { waiting }) => writer.data([...waiting.keys()]));
    state.varint(this.#dropped);
  }
}
