import type { StateWriter } from '@hypersync/consensus-kit';
import { CLAIM_BYTES, type Claim } from './swim-view.ts';

interface Queued {
  readonly claim: Claim;
  readonly transmits: number;
}

/**
 * News of members that still has to travel, carried by whatever is sent anyway (SWIM, section 4.1). Per member only the
 * newest counts; the least sent goes first; what was sent often enough is forgotten.
 */
export class ClaimQueue {
  readonly #limit: number;
  #queued = new Map<number, Queued>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#queued.size;
  }

  push(claim: Claim): void {
    this.#queued.set(claim.member, { claim, transmits: 0 });
  }

  /** At most `budget` bytes of claims; counts them as sent once more. */
  take(budget: number): readonly Claim[] {
    const most = Math.floor(budget / CLAIM_BYTES);
    const first = [...this.#queued.values()]
      .sort((a, b) => a.transmits - b.transmits || a.claim.member - b.claim.member)
      .slice(0, Math.max(0, most));
    for (const { claim, transmits } of first) {
      if (transmits + 1 >= this.#limit) this.#queued.delete(claim.member);
      else this.#queued.set(claim.member, { claim, transmits: transmits + 1 });
    }
    return first.map(({ claim }) => claim);
  }

  clone(): ClaimQueue {
    const copy = new ClaimQueue(this.#limit);
    copy.#queued = new Map(this.#queued);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#queued, (writer, { claim, transmits }) => writer.data([transmits, { ...claim }]));
  }
}
