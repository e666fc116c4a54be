import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';

interface Claim {
  readonly last: number;
  readonly oldest: number;
  readonly frozen: boolean;
  readonly resting: boolean;
}

const NOTHING: Claim = { last: 0, oldest: 1, frozen: false, resting: false };

/** Where the members say they stand. f of them may lie, so what matters is believed only when more than f say it. */
export class PeerClaims {
  readonly #f: number;
  readonly #self: number;
  readonly #claims: Claim[];
  /** When each was last told where we stand because it knew more. */
  readonly #told: Micros[];

  constructor(members: number, f: number, self: number) {
    this.#f = f;
    this.#self = self;
    this.#claims = Array.from({ length: members }, () => NOTHING);
    this.#told = Array.from({ length: members }, () => Number.NEGATIVE_INFINITY);
  }

  learn(member: number, claim: Claim): void {
    this.#claims[member] = claim;
  }

  last(member: number): number {
    return this.#claims[member]!.last;
  }

  /** A correct member has finished this agreement, or a later one: the f+1st largest that the others say. */
  get provenLast(): number {
    const said = this.#claims.filter((_, member) => member !== this.#self).map(({ last }) => last);
    return said.sort((a, b) => b - a)[this.#f] ?? 0;
  }

  /** Somebody says to have forgotten all before this agreement. */
  get oldest(): number {
    return Math.max(...this.#claims.map(({ oldest }) => oldest));
  }

  /** Other members that have frozen and rest, none of them ahead of agreement `last`. */
  restingBehind(last: number): number {
    return this.#claims.filter(
      (claim, member) => member !== this.#self && claim.frozen && claim.resting && claim.last <= last,
    ).length;
  }

  /** All others have finished the agreement. */
  allFinished(round: number): boolean {
    return this.#claims.every(({ last }, member) => member === this.#self || last >= round);
  }

  /** True once per `window` for each member. */
  mayTell(member: number, now: Micros, window: Micros): boolean {
    if (now - this.#told[member]! < window) return false;
    this.#told[member] = now;
    return true;
  }

  clone(): PeerClaims {
    const copy = new PeerClaims(this.#claims.length, this.#f, this.#self);
    for (const [i, claim] of this.#claims.entries()) copy.#claims[i] = claim;
    for (const [i, time] of this.#told.entries()) copy.#told[i] = time;
    return copy;
  }

  writeTo(state: StateWriter): void {
    for (const { last, oldest, frozen, resting } of this.#claims) state.data([last, oldest, frozen, resting]);
    state.data(this.#told);
  }
}
