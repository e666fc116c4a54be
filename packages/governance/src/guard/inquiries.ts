import type { NodeId } from '@hypersync/interface';
import type { Signed, StateWriter } from '@hypersync/consensus-kit';

/**
 * A question to whoever can check signatures: are all of these valid? Hand the statements to `Authenticator.verifyGroup`
 * or to `verify` effects, and the answer to `ByzantineGuard.answer` with the same id.
 */
export interface Inquiry {
  readonly id: number;
  readonly statements: readonly Signed[];
}

interface Asked {
  readonly from: NodeId;
  readonly bytes: Uint8Array;
}

/** Accusations of one peer being checked at a time; a peer that accuses faster is not listened to. */
export const INQUIRIES_PER_PEER = 4;

/** Questions that wait for an answer. */
export class Inquiries {
  #next = 1;
  readonly #asked = new Map<number, Asked>();
  readonly #open = new Map<NodeId, number>();

  /** Null when the peer has too many open. */
  open(from: NodeId, bytes: Uint8Array, statements: readonly Signed[]): Inquiry | null {
    const count = this.#open.get(from) ?? 0;
    return count >= INQUIRIES_PER_PEER ? null : this.openDecided(from, bytes, statements);
  }

  /** What the log decided must be answered, however much it is. */
  openDecided(from: NodeId, bytes: Uint8Array, statements: readonly Signed[]): Inquiry {
    const id = this.#next++;
    this.#asked.set(id, { from, bytes });
    this.#open.set(from, (this.#open.get(from) ?? 0) + 1);
    return { id, statements };
  }

  /** Null for an id that was never given out or is answered. */
  close(id: number): Asked | null {
    const asked = this.#asked.get(id);
    if (asked === undefined) return null;
    this.#asked.delete(id);
    const left = (this.#open.get(asked.from) ?? 1) - 1;
    if (left === 0) this.#open.delete(asked.from);
    else this.#open.set(asked.from, left);
    return asked;
  }

  clone(): Inquiries {
    const copy = new Inquiries();
    copy.#next = this.#next;
    for (const [id, asked] of this.#asked) copy.#asked.set(id, asked);
    for (const [peer, count] of this.#open) copy.#open.set(peer, count);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.varint(this.#next);
    state.map(this.#asked, (writer, { from, bytes }) => void writer.data([from, bytes]));
  }
}
