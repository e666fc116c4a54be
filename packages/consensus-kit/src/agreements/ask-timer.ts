import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';

/** The wait between two questions grows up to this factor while nothing comes. */
const MOST_PATIENCE = 8;

/** When a member tells the others what it has, so that they send what it lacks. */
export class AskTimer {
  readonly #retransmit: Micros;
  readonly #heartbeat: Micros;
  #at: Micros;
  /** However much is heard, a busy member asks by then: a peer that chatters must not keep it from asking. */
  #limit: Micros = 0;
  #patience = 1;
  #busy = false;
  #news = false;

  constructor(retransmit: Micros, heartbeat: Micros, now: Micros) {
    this.#retransmit = retransmit;
    this.#heartbeat = heartbeat;
    this.#at = now;
  }

  get deadline(): Micros {
    return this.#at;
  }

  /** Something was heard or done. */
  news(): void {
    this.#news = true;
  }

  /** Others should know at once. */
  hurry(now: Micros): void {
    this.#at = now;
    this.#news = false;
  }

  /** True when it is time to ask. */
  due(now: Micros, busy: boolean): boolean {
    if (busy && !this.#busy) this.#limit = now + MOST_PATIENCE * this.#retransmit;
    this.#busy = busy;
    if (this.#news) {
      this.#news = false;
      this.#patience = 1;
      this.#at = busy ? Math.min(now + this.#retransmit, this.#limit) : now + this.#heartbeat;
    }
    if (now < this.#at) return false;
    this.#at = now + (busy ? this.#retransmit * this.#patience : this.#heartbeat);
    this.#limit = now + MOST_PATIENCE * this.#retransmit;
    this.#patience = Math.min(MOST_PATIENCE, this.#patience * 2);
    return true;
  }

  clone(): AskTimer {
    const copy = new AskTimer(this.#retransmit, this.#heartbeat, this.#at);
    copy.#limit = this.#limit;
    copy.#patience = this.#patience;
    copy.#busy = this.#busy;
    copy.#news = this.#news;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#at, this.#limit, this.#patience, this.#busy, this.#news]);
  }
}
