import type { StateWriter } from '@hypersync/consensus-kit';
import type { Micros } from '@hypersync/interface';

/** How long a half-done transfer may rest before its memory is given back. */
const PATIENCE_MICROS = 5_000_000;

/** One piece of an answer that is too large for one message. `id` is the sender's own number for the answer. */
export interface Part {
  readonly id: number;
  readonly index: number;
  readonly count: number;
  readonly bytes: Uint8Array;
}

interface Outgoing {
  readonly id: number;
  readonly to: number;
  readonly bytes: Uint8Array;
  readonly expires: Micros;
}

interface Incoming {
  readonly from: number;
  readonly id: number;
  readonly count: number;
  readonly parts: readonly Uint8Array[];
  readonly size: number;
  /** When the last part came, or was asked for again. */
  readonly since: Micros;
  readonly expires: Micros;
}

/**
 * Large answers, one piece per request: one answer out and one in at a time, both bounded and both given up when they
 * rest. A delta is joined whole or not at all, since half of one would break the delta-merging condition.
 */
export class Transfers {
  readonly #partBytes: number;
  readonly #maxBytes: number;
  #nextId = 1;
  #outgoing: Outgoing | null = null;
  #incoming: Incoming | null = null;

  constructor(partBytes: number, maxBytes: number) {
    this.#partBytes = partBytes;
    this.#maxBytes = maxBytes;
  }

  /** First part of a new answer; null while another member is being served (it will ask again). */
  begin(now: Micros, to: number, bytes: Uint8Array): Part | null {
    if (this.#outgoing !== null && this.#outgoing.to !== to && now < this.#outgoing.expires) return null;
    this.#outgoing = { id: this.#nextId++, to, bytes, expires: now + PATIENCE_MICROS };
    return this.part(now, to, this.#outgoing.id, 0);
  }

  /** Null when the answer is not (or no longer) at hand. */
  part(now: Micros, to: number, id: number, index: number): Part | null {
    const outgoing = this.#outgoing;
    if (outgoing === null || outgoing.id !== id || outgoing.to !== to) return null;
    const count = Math.max(1, Math.ceil(outgoing.bytes.length / this.#partBytes));
    if (index >= count) return null;
    const bytes = outgoing.bytes.slice(index * this.#partBytes, (index + 1) * this.#partBytes);
    // After the last part the answer stays at hand, in case that part is lost, but may be replaced.
    this.#outgoing = { ...outgoing, expires: index === count - 1 ? now : now + PATIENCE_MICROS };
    return { id, index, count, bytes };
  }

  /**
   * Takes a part in: the whole answer when it was the last, else the index to ask for next, else null. Another member's
   * answer has to wait until the one under way ends or rests.
   */
  receive(now: Micros, from: number, { id, index, count, bytes }: Part): Uint8Array | number | null {
    if (index === 0) {
      const busy = this.#incoming !== null && this.#incoming.from !== from && now < this.#incoming.expires;
      if (busy) return null;
      this.#incoming = { from, id, count, parts: [], size: 0, since: now, expires: now };
    }
    const incoming = this.#incoming;
    if (incoming === null || incoming.from !== from || incoming.id !== id || incoming.count !== count) return null;
    const size = incoming.size + bytes.length;
    if (index !== incoming.parts.length || size > this.#maxBytes) return null;
    const parts = [...incoming.parts, bytes];
    const done = parts.length === count;
    this.#incoming = done ? null : { ...incoming, parts, size, since: now, expires: now + PATIENCE_MICROS };
    return done ? join(parts) : parts.length;
  }

  /** True while an answer is coming in: a digest now would start it anew. */
  isReceiving(now: Micros): boolean {
    return this.#incoming !== null && now < this.#incoming.expires;
  }

  /** The part to ask for again, when none has come for `pause`. */
  overdue(now: Micros, pause: Micros): { readonly from: number; readonly id: number; readonly index: number } | null {
    if (this.#incoming !== null && now >= this.#incoming.expires) this.#incoming = null;
    const incoming = this.#incoming;
    if (incoming === null || now < incoming.since + pause) return null;
    this.#incoming = { ...incoming, since: now };
    return { from: incoming.from, id: incoming.id, index: incoming.parts.length };
  }

  /** When `overdue` may next say something; Infinity for never. */
  deadline(pause: Micros): Micros {
    return this.#incoming === null ? Number.POSITIVE_INFINITY : this.#incoming.since + pause;
  }

  clone(): Transfers {
    const copy = new Transfers(this.#partBytes, this.#maxBytes);
    copy.#nextId = this.#nextId;
    copy.#outgoing = this.#outgoing;
    copy.#incoming = this.#incoming;
    return copy;
  }

  writeTo(state: StateWriter): void {
    const { id, to, bytes, expires } = this.#outgoing ?? { id: 0, to: 0, bytes: new Uint8Array(0), expires: 0 };
    state.varint(this.#nextId).data([id, to, bytes, expires]);
    const incoming = this.#incoming;
    if (incoming === null) state.data(null);
    else state.data({ ...incoming });
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
