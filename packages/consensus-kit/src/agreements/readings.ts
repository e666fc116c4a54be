import type { Micros, Ticket } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';

/** A client's reading that waits for its agreement, or takes part in one. */
export interface Reading {
  readonly ticket: Ticket;
  readonly session: number;
  readonly sequence: number;
  /** As the protocol has encoded it. */
  readonly bytes: Uint8Array;
  readonly expires: Micros;
  /** It was said in some agreement, so it may have an effect. */
  readonly used: boolean;
}

/** Clients' readings in the order in which they came; the first may be taking part in the agreement that goes on. */
export class Readings {
  readonly #limit: number;
  #waiting: Reading[] = [];
  #taking: Reading | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get full(): boolean {
    return this.#waiting.length >= this.#limit;
  }

  /** The one that takes part now. */
  get taking(): Reading | null {
    return this.#taking;
  }

  add(reading: Reading): void {
    this.#waiting.push(reading);
  }

  /** The oldest takes part from now on; null when none waits. */
  take(): Reading | null {
    const oldest = this.#waiting.shift();
    this.#taking = oldest === undefined ? null : { ...oldest, used: true };
    return this.#taking;
  }

  /** The agreement is over: what took part is done. */
  done(): Reading | null {
    const done = this.#taking;
    this.#taking = null;
    return done;
  }

  /** The agreement goes on without us: what took part is the next again. */
  putBack(): void {
    if (this.#taking !== null) this.#waiting.unshift(this.#taking);
    this.#taking = null;
  }

  /** Forgets what has waited too long; one that takes part still does, only its client is told. */
  expire(now: Micros): readonly Reading[] {
    const over = this.#waiting.filter(({ expires }) => expires <= now);
    if (over.length > 0) this.#waiting = this.#waiting.filter(({ expires }) => expires > now);
    if (this.#taking === null || this.#taking.expires > now) return over;
    return [this.done()!, ...over];
  }

  /** Removes all that wait. */
  drain(): readonly Reading[] {
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }

  get deadline(): Micros | null {
    const all = this.#taking === null ? this.#waiting : [this.#taking, ...this.#waiting];
    return all.reduce<Micros | null>(
      (least, { expires }) => (least === null ? expires : Math.min(least, expires)),
      null,
    );
  }

  clone(): Readings {
    const copy = new Readings(this.#limit);
    copy.#waiting = [...this.#waiting];
    copy.#taking = this.#taking;
    return copy;
  }

  writeTo(state: StateWriter): void {
    const all = this.#taking === null ? this.#waiting : [this.#taking, ...this.#waiting];
    state.bool(this.#taking !== null);
    state.list(all, (writer, { ticket, bytes, expires, used }) => void writer.data([ticket, bytes, expires, used]));
  }
}
