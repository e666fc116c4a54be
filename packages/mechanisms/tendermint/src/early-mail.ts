import type { NodeId } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';

export interface Letter {
  readonly from: NodeId;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Whoever is further ahead than this shows us decided blocks instead. */
const HEIGHTS_AHEAD = 2;
const MAX_LETTERS = 24;
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Messages for heights that this node has not reached, as they came: kept per peer, the oldest dropped, so that a flooding
 * peer only drowns itself. Unread until their height begins, since who may speak there depends on the blocks below.
 */
export class EarlyMail {
  readonly #letters = new Map<NodeId, Letter[]>();

  /** What is too far ahead is not kept. */
  keep(from: NodeId, height: number, bytes: Uint8Array, current: number): void {
    if (height > current + HEIGHTS_AHEAD) return;
    const letters = [...(this.#letters.get(from) ?? []), { from, height, bytes }];
    let total = letters.reduce((sum, letter) => sum + letter.bytes.length, 0);
    while (letters.length > MAX_LETTERS || (total > MAX_BYTES && letters.length > 1)) {
      total -= letters.shift()!.bytes.length;
    }
    this.#letters.set(from, letters);
  }

  /** Takes out what is due at `height`, and drops what is older. */
  take(height: number): Letter[] {
    const due: Letter[] = [];
    for (const [from, letters] of this.#letters) {
      due.push(...letters.filter((letter) => letter.height === height));
      const later = letters.filter((letter) => letter.height > height);
      if (later.length === 0) this.#letters.delete(from);
      else if (later.length < letters.length) this.#letters.set(from, later);
    }
    return due;
  }

  clone(): EarlyMail {
    const copy = new EarlyMail();
    for (const [from, letters] of this.#letters) copy.#letters.set(from, letters);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#letters, (w, letters) => void w.data(letters.map(({ height, bytes }) => [height, bytes])));
  }
}
