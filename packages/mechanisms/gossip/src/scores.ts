import type { StateWriter } from '@hypersync/consensus-kit';

/** Hundredths, so that decay needs no fractions. */
const ONE = 100;
const MOST_FIRST = 100 * ONE;
const MOST_FAULTS = 1_000 * ONE;

/** Below this a peer's advertisements are not listened to (GossipSub's gossip threshold). */
export const DEAF_BELOW = -100;

/**
 * What each peer has earned as a relay, after GossipSub v1.1 (Vyzovitis et al. 2020, section 5): rumours that it was the
 * first to bring count for it, once each up to 100; what a correct relay does not do (bytes that are no message, promises
 * not kept, knocking during back-off) counts against it, ten times the square. Both fade by a tenth per heartbeat. A score
 * decides who relays for whom, and never who is alive or believed.
 */
export class Scores {
  #first: number[];
  #faults: number[];

  constructor(members: number) {
    this.#first = Array.from({ length: members }, () => 0);
    this.#faults = Array.from({ length: members }, () => 0);
  }

  of(member: number): number {
    const faults = Math.floor(this.#faults[member]! / ONE);
    return Math.floor(this.#first[member]! / ONE) - 10 * faults * faults;
  }

  delivered(member: number): void {
    this.#first[member] = Math.min(MOST_FIRST, this.#first[member]! + ONE);
  }

  misbehaved(member: number): void {
    this.#faults[member] = Math.min(MOST_FAULTS, this.#faults[member]! + ONE);
  }

  fade(): void {
    for (const counters of [this.#first, this.#faults]) {
      for (const [i, value] of counters.entries()) if (value > 0) counters[i] = value - Math.ceil(value / 10);
    }
  }

  clone(): Scores {
    const copy = new Scores(0);
    copy.#first = [...this.#first];
    copy.#faults = [...this.#faults];
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#first, this.#faults]);
  }
}
