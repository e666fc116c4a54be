import type { StateWriter } from '@hypersync/consensus-kit';

/** The order in which a correct node signs within a round. */
export type SignedStep = 'propose' | 'prevote' | 'precommit';

const ORDER: Readonly<Record<SignedStep, number>> = { propose: 1, prevote: 2, precommit: 3 };

/**
 * The last sign state of CometBFT's validator key: the latest (height, round, step) that this node has signed for. Nothing
 * is signed at or below it, whatever the rest of the state believes after a restart. Rebuilt from the journal, where each
 * statement is flushed before its signature leaves.
 */
export class SignState {
  #height = 0;
  #round = 0;
  #order = 0;

  admits(height: number, round: number, step: SignedStep): boolean {
    if (height !== this.#height) return height > this.#height;
    if (round !== this.#round) return round > this.#round;
    return ORDER[step] > this.#order;
  }

  /** Throws where `admits` says no: better to stop than to sign. */
  mark(height: number, round: number, step: SignedStep): void {
    if (!this.admits(height, round, step)) throw new RangeError(`${step} ${height}/${round} would regress`);
    this.#height = height;
    this.#round = round;
    this.#order = ORDER[step];
  }

  /** What the journal says was signed; in any order. */
  restore(height: number, round: number, step: SignedStep): void {
    if (this.admits(height, round, step)) this.mark(height, round, step);
  }

  clone(): SignState {
    const copy = new SignState();
    copy.#height = this.#height;
    copy.#round = this.#round;
    copy.#order = this.#order;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#height, this.#round, this.#order]);
  }
}
