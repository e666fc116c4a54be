import type { ByteReader, ByteWriter } from '../codec.ts';
import type { StateWriter } from '../state-writer.ts';

/** Retries are recognised among this many decisions, the newest. */
export const SESSION_WINDOW = 16_384;

/** One decided client operation and its place. */
interface Known {
  readonly session: number;
  readonly sequence: number;
  readonly decision: number;
}

/**
 * Which decision each client operation has, so that a retry gets the first one's place instead of a second (thesis 6.3).
 * A pure function of the decided order: what is remembered is bounded by the number of decisions since, not by memory or
 * time. Exact per sequence number, because a client may have several on their way at once, through different nodes.
 */
export class Sessions {
  /** Session, sequence, decision. */
  readonly #places = new Map<number, Map<number, number>>();
  /** Oldest first; those before `#first` are forgotten. */
  #order: Known[] = [];
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
    this.#order.push({ session, sequence, decision });
  }

  /** Nobody will ask as of fewer than `decisions` decisions again. */
  forgetBefore(decisions: number): void {
    while (this.#first < this.#order.length && this.#order[this.#first]!.decision <= decisions - SESSION_WINDOW)
      this.#forget(this.#order[this.#first++]!);
    if (2 * this.#first < this.#order.length) return;
    this.#order = this.#order.slice(this.#first);
    this.#first = 0;
  }

  /** Unless the operation has a newer place: one that fell out of the window may have been decided again. */
  #forget({ session, sequence, decision }: Known): void {
    const sequences = this.#places.get(session);
    if (sequences?.get(sequence) !== decision) return;
    sequences.delete(sequence);
    if (sequences.size === 0) this.#places.delete(session);
  }

  /** As of decision `decisions`, which may be earlier than the newest. */
  write(writer: ByteWriter, decisions: number): void {
    const known = this.#known().filter(
      ({ decision }) => decision <= decisions && decision > decisions - SESSION_WINDOW,
    );
    writer.list(known, writeKnown);
  }

  static read(reader: ByteReader): Sessions {
    const sessions = new Sessions();
    reader.list(SESSION_WINDOW, (r) => sessions.remember(r.varint(), r.varint(), r.varint()));
    return sessions;
  }

  clone(): Sessions {
    const copy = new Sessions();
    copy.#order = [...this.#known()];
    for (const [session, sequences] of this.#places) copy.#places.set(session, new Map(sequences));
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.list(this.#known(), writeKnown);
  }

  #known(): readonly Known[] {
    return this.#order.slice(this.#first);
  }
}

function writeKnown(writer: ByteWriter, { session, sequence, decision }: Known): void {
  writer.varint(session).varint(sequence).varint(decision);
}
