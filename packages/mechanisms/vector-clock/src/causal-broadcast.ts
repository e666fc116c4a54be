import {
  type StateWriter,
  type Vector,
  covers,
  joinVectors,
  meetVectors,
  raised,
  zeroVector,
} from '@hypersync/consensus-kit';
import { eventBytes, eventVector, writeEvent, type CausalEvent } from './event.ts';

export interface BroadcastLimits {
  readonly maxPendingEvents: number;
  /** Bytes held back, all authors together. */
  readonly maxPendingBytes: number;
}

/**
 * Causal broadcast (Birman, Schiper, Stephenson 1991, section 5.1) with gap repair. An event waits until it is the next of
 * its author and everything its author had delivered is delivered here. Delivered events are kept until every member has
 * them (causal stability: the column minimum of the matrix clock, Wuu and Bernstein 1984), so that any member can repair
 * any other, also after the author's crash.
 */
export class CausalBroadcast {
  readonly #self: number;
  readonly #limits: BroadcastLimits;
  #delivered: Vector;
  /** Row k: what member k is known to have made durable. Row `self` is kept at #delivered. */
  #matrix: Vector[];
  #stable: Vector;
  /** Per author, the delivered events from #stable + 1 on. */
  #unstable: CausalEvent[][];
  /** Per author, events that came too early, by counter. */
  #pending: Map<number, CausalEvent>[];
  #pendingCount = 0;
  #pendingBytes = 0;
  #ownUnstableBytes = 0;
  #dropped = 0;
  /** Whether `prune` may find more than the last time, and what it was given then. */
  #learned = false;
  #handed: Vector | null = null;

  constructor(self: number, members: number, limits: BroadcastLimits) {
    this.#self = self;
    this.#limits = limits;
    this.#delivered = zeroVector(members);
    this.#matrix = Array.from({ length: members }, () => zeroVector(members));
    this.#stable = zeroVector(members);
    this.#unstable = Array.from({ length: members }, () => []);
    this.#pending = Array.from({ length: members }, () => new Map());
  }

  /** Continues from a durable image: `events` are those delivered and not known to be stable, each author's in order. */
  restore(delivered: Vector, stable: Vector, events: readonly CausalEvent[]): void {
    this.#delivered = delivered;
    this.#stable = stable;
    this.#matrix = this.#matrix.map((_, k) => (k === this.#self ? delivered : stable));
    for (const event of events) this.#keep(event);
  }

  get delivered(): Vector {
    return this.#delivered;
  }

  get stable(): Vector {
    return this.#stable;
  }

  /** Events delivered here after `vector`, causes first, out of those that are kept. */
  since(vector: Vector): readonly CausalEvent[] {
    return this.missing(vector, Number.POSITIVE_INFINITY).events;
  }

  get matrix(): readonly Vector[] {
    return this.#matrix;
  }

  get pendingCount(): number {
    return this.#pendingCount;
  }

  /** Early events that found no room; they come again by repair. */
  get droppedCount(): number {
    return this.#dropped;
  }

  /** Own events that some member may lack. */
  get ownUnstable(): { readonly events: number; readonly bytes: number } {
    return { events: this.#unstable[this.#self]!.length, bytes: this.#ownUnstableBytes };
  }

  get unstableCount(): number {
    return this.#unstable.reduce((sum, log) => sum + log.length, 0);
  }

  /** Takes an event in and returns what became deliverable, in causal order. Duplicates change nothing. */
  receive(event: CausalEvent): readonly CausalEvent[] {
    this.acknowledge(event.author, eventVector(event));
    if (event.counter <= this.#delivered[event.author]! || this.#pending[event.author]!.has(event.counter)) return [];
    if (!this.#isNext(event)) {
      this.#hold(event);
      return [];
    }
    const ready = [event];
    this.#advance(event);
    for (let next = this.#takeNext(); next !== null; next = this.#takeNext()) {
      this.#advance(next);
      ready.push(next);
    }
    return ready;
  }

  /** The delivery condition: next of its author, and no cause is missing. */
  #isNext(event: CausalEvent): boolean {
    return event.counter === this.#delivered[event.author]! + 1 && covers(this.#delivered, event.past);
  }

  #takeNext(): CausalEvent | null {
    for (const [author, held] of this.#pending.entries()) {
      const event = held.get(this.#delivered[author]! + 1);
      if (event === undefined || !this.#isNext(event)) continue;
      held.delete(event.counter);
      this.#pendingCount--;
      this.#pendingBytes -= eventBytes(event);
      return event;
    }
    return null;
  }

  #advance(event: CausalEvent): void {
    this.#delivered = raised(this.#delivered, event.author, event.counter);
    this.#matrix[this.#self] = this.#delivered;
    this.#learned = true;
    this.#keep(event);
  }

  #keep(event: CausalEvent): void {
    this.#unstable[event.author]!.push(event);
    if (event.author === this.#self) this.#ownUnstableBytes += eventBytes(event);
  }

  #hold(event: CausalEvent): void {
    const bytes = eventBytes(event);
    if (
      this.#pendingCount >= this.#limits.maxPendingEvents ||
      this.#pendingBytes + bytes > this.#limits.maxPendingBytes
    ) {
      this.#dropped++;
      return;
    }
    this.#pending[event.author]!.set(event.counter, event);
    this.#pendingCount++;
    this.#pendingBytes += bytes;
  }

  /** Member `k` has made `vector` durable. */
  acknowledge(k: number, vector: Vector): void {
    if (k === this.#self || covers(this.#matrix[k]!, vector)) return;
    this.#matrix[k] = joinVectors(this.#matrix[k]!, vector);
    this.#learned = true;
  }

  /** Forgets what every member has and this node has `handed` to its application. Null when that is nothing new. */
  prune(handed: Vector): { readonly before: Vector; readonly after: Vector } | null {
    if (!this.#learned && handed === this.#handed) return null;
    this.#learned = false;
    this.#handed = handed;
    const before = this.#stable;
    const after = meetVectors([...this.#matrix, handed]);
    if (covers(before, after)) return null;
    for (const [author, log] of this.#unstable.entries()) {
      for (const event of log.splice(0, after[author]! - before[author]!)) {
        if (author === this.#self) this.#ownUnstableBytes -= eventBytes(event);
      }
    }
    this.#stable = after;
    return { before, after };
  }

  /** Events that `vector` lacks, causes first, as many as fit; `complete` says whether that is all of them. */
  missing(vector: Vector, maxBytes: number): { readonly events: readonly CausalEvent[]; readonly complete: boolean } {
    const events: CausalEvent[] = [];
    let reached = joinVectors(vector, this.#stable);
    let bytes = 0;
    for (;;) {
      const next = this.#nextAfter(reached);
      if (next === null) return { events, complete: true };
      bytes += eventBytes(next);
      if (bytes > maxBytes && events.length > 0) return { events, complete: false };
      events.push(next);
      reached = raised(reached, next.author, next.counter);
    }
  }

  /** An event just beyond `reached` all of whose causes are within it; there is one while anything is missing. */
  #nextAfter(reached: Vector): CausalEvent | null {
    for (const [author, log] of this.#unstable.entries()) {
      const event = log[reached[author]! - this.#stable[author]!];
      if (event !== undefined && covers(reached, event.past)) return event;
    }
    return null;
  }

  clone(): CausalBroadcast {
    const copy = new CausalBroadcast(this.#self, this.#delivered.length, this.#limits);
    copy.#delivered = this.#delivered;
    copy.#matrix = [...this.#matrix];
    copy.#stable = this.#stable;
    copy.#unstable = this.#unstable.map((log) => [...log]);
    copy.#pending = this.#pending.map((held) => new Map(held));
    copy.#pendingCount = this.#pendingCount;
    copy.#pendingBytes = this.#pendingBytes;
    copy.#ownUnstableBytes = this.#ownUnstableBytes;
    copy.#dropped = this.#dropped;
    copy.#learned = this.#learned;
    copy.#handed = this.#handed;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#delivered, this.#matrix, this.#stable, this.#dropped]);
    for (const log of this.#unstable) state.list(log, writeEvent);
    for (const held of this.#pending) state.map(held, writeEvent);
  }
}
