import { type ByteReader, ByteWriter, type StateWriter } from '@hypersync/consensus-kit';

/** Retries are recognised among this many decisions, the newest. */
export const SESSION_WINDOW = 16_384;

/**
 * Which decision each client operation has, so that a retry gets the first one's place instead of a second (thesis 6.3).
 * A pure function of the decided order: what is remembered is bounded by the number of decisions since, not by memory or
 * time. Exact per sequence number, because a client may have several on their way at once, through different nodes.
 */
export class Sessions {
  /** `session/sequence` to decision, oldest first. */
  #places = new Map<string, number>();

  /** The decision that the operation already has, as of `decisions` decisions; 0 for none. Session 0 has no retries. */
  find(session: number, sequence: number, decisions: number): number {
    if (session === 0) return 0;
    const place = this.#places.get(`${session}/${sequence}`) ?? 0;
    return place > decisions - SESSION_WINDOW ? place : 0;
  }

  remember(session: number, sequence: number, decision: number): void {
    if (session === 0) return;
    const key = `${session}/${sequence}`;
    this.#places.delete(key); // one that fell out of the window moves to the end
    this.#places.set(key, decision);
  }

  /** Nobody will ask as of fewer than `decisions` decisions again. */
  forgetBefore(decisions: number): void {
    for (const [key, place] of this.#places) {
      if (place > decisions - SESSION_WINDOW) return;
      this.#places.delete(key);
    }
  }

  /** As of decision `decisions`, which may be earlier than the newest. */
  write(writer: ByteWriter, decisions: number): void {
    const known = [...this.#places].filter(([, place]) => place <= decisions && place > decisions - SESSION_WINDOW);
    writer.list(known, (w, [key, place]) => {
      const [session, sequence] = key.split('/');
      w.varint(Number(session)).varint(Number(sequence)).varint(place);
    });
  }

  static read(reader: ByteReader): Sessions {
    const sessions = new Sessions();
    reader.list(SESSION_WINDOW, (r) => {
      const [session, sequence, place] = [r.varint(), r.varint(), r.varint()];
      sessions.remember(session, sequence, place);
    });
    return sessions;
  }

  clone(): Sessions {
    const copy = new Sessions();
    copy.#places = new Map(this.#places);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.list([...this.#places], (w, [key, place]) => void w.string(key).varint(place));
  }
}
