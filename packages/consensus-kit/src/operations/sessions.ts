import type { ByteReader, ByteWriter } from '../codec.ts';
import type { StateWriter } from '../state-writer.ts';

/** Retries are recognised among this many decisions, the newest. */
export const SESSION_WINDOW = 16_384;

/** Session, sequence and decision of each, one after the other: an object per decided operation would be most of the memory. */
const FIELDS = 3;

/**
 * Which decision each client operation has, so that a retry gets the first one's place instead of a second (thesis 6.3).
 * A pure function of the decided order: what is remembered is bounded by the number of decisions since, not by memory or
 * time. Exact per sequence number, because a client may have several on their way at once, through different nodes.
 */
export class Sessions {
  /** Session, sequence, decision. */
  readonly #places = new Map<number, Map<number, number>>();
  /** Oldest first; those before `#first` are forgotten. */
  #order: number[] = [];
  #first = 0;

  /** The decision that the operation already has, as of `decisions` decisions; 0 for none. Session 0 has no retries. */
  find(session: number, sequence: number, decisions: number): number {
    if (session === 0) return 0;
    const decision = this.#places.get(session)?.get(sequence) ?? 0;
    return decision > decisions - SESSION_WINDOW ? decision : 0;
  }

  remember(session: number, sequence: number, decision: number): void {
    if (session === 0) return;
    let sequences = this.#places.get(session);
    if (sequences === undefined) this.#places.set(session, (sequences = new Map()));
    sequences.set(sequence, decision);
    this.#order.push(session, sequence, decision);
  }

  /** Nobody will ask as of fewer than `decisions` decisions again. */
  forgetBefore(decisions: number): void {
    const order = this.#order;
    for (; this.#first < order.length; this.#first += FIELDS) {
      const decision = order[this.#first + 2]!;
      if (decision > decisions - SESSION_WINDOW) break;
      this.#forget(order[this.#first]!, order[this.#first + 1]!, decision);
    }
    if (2 * this.#first < order.length) return;
    this.#order = order.slice(this.#first);
    this.#first = 0;
  }

  /** Unless the operation has a newer place: one that fell out of the window may have been decided again. */
  #forget(session: number, sequence: number, decision: number): void {
    const sequences = this.#places.get(session);
    if (sequences?.get(sequence) !== decision) return;
    sequences.delete(sequence);
    if (sequences.size === 0) this.#places.delete(session);
  }

  /** As of decision `decisions`, which may be earlier than the newest. */
  write(writer: ByteWriter, decisions: number): void {
    let [from, to] = [this.#first, this.#order.length];
    while (from < to && this.#order[from + 2]! <= decisions - SESSION_WINDOW) from += FIELDS;
    while (to > from && this.#order[to - 1]! > decisions) to -= FIELDS;
    this.#write(writer, from, to);
  }

  static read(reader: ByteReader): Sessions {
    const sessions = new Sessions();
    reader.list(SESSION_WINDOW, (r) => sessions.remember(r.varint(), r.varint(), r.varint()));
    return sessions;
  }

  clone(): Sessions {
    const copy = new Sessions();
    copy.#order = this.#order.slice(this.#first);
    for (const [session, sequences] of this.#places) copy.#places.set(session, new Map(sequences));
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#write(state, this.#first, this.#order.length);
  }

  #write(writer: ByteWriter, from: number, to: number): void {
    writer.varint((to - from) / FIELDS);
    for (let i = from; i < to; i++) writer.varint(this.#order[i]!);
  }
}
