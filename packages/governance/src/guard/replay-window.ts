import type { StateWriter } from '@hypersync/consensus-kit';

const WORDS = 32;
/** Nonces this far below the highest are remembered one by one; lower ones are refused. */
export const NONCE_WINDOW = WORDS * 32;

/**
 * Which nonces of one sender were seen in an epoch: the highest, and a ring of bits for the window below it (the scheme of
 * RFC 6479). Constant time and 128 bytes per sender. A sender's nonces must rise across its restarts.
 */
export class ReplayWindow {
  #highest = -1;
  readonly #bits = new Uint32Array(WORDS);

  /** True exactly once for each nonce; false also for what lies below the window. */
  enter(nonce: number): boolean {
    if (nonce > this.#highest) this.#advance(nonce);
    else if (nonce <= this.#highest - NONCE_WINDOW) return false;
    const word = Math.floor(nonce / 32) % WORDS;
    const bit = 1 << (nonce % 32);
    if ((this.#bits[word]! & bit) !== 0) return false;
    this.#bits[word]! |= bit;
    return true;
  }

  /** Forgets the nonces whose places are taken over. */
  #advance(nonce: number): void {
    const steps = Math.min(nonce - this.#highest, NONCE_WINDOW);
    for (let i = 0; i < steps; i++) {
      const freed = nonce - i;
      this.#bits[Math.floor(freed / 32) % WORDS]! &= ~(1 << (freed % 32));
    }
    this.#highest = nonce;
  }

  clone(): ReplayWindow {
    const copy = new ReplayWindow();
    copy.#highest = this.#highest;
    copy.#bits.set(this.#bits);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#highest, [...this.#bits]]);
  }
}
