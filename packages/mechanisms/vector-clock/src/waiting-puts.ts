import { covers, type StateWriter, type Vector } from '@hypersync/consensus-kit';
import type { Input, Micros } from '@hypersync/interface';

export type Propose = Extract<Input<'causal'>, { t: 'propose' }>;

/** A put whose client has seen more than this node. */
export interface WaitingPut {
  readonly propose: Propose;
  readonly context: Vector;
  readonly deadline: Micros;
}

const MAX_WAITING = 1_024;

/** Puts that wait until what their clients have seen is here too: applied before, they would come before their causes. */
export class WaitingPuts {
  #waiting: readonly WaitingPut[] = [];

  get count(): number {
    return this.#waiting.length;
  }

  /** False when there are too many already. */
  add(put: WaitingPut): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false;
    this.#waiting = [...this.#waiting, put];
    return true;
  }

  /** Takes out whose context is delivered by now, oldest first. */
  takeReady(delivered: Vector): readonly WaitingPut[] {
    return this.#take(({ context }) => covers(delivered, context));
  }

  /** Takes out whose time is up. */
  takeLate(now: Micros): readonly WaitingPut[] {
    return this.#take(({ deadline }) => now >= deadline);
  }

  takeAll(): readonly WaitingPut[] {
    return this.#take(() => true);
  }

  #take(wanted: (put: WaitingPut) => boolean): readonly WaitingPut[] {
    if (this.#waiting.length === 0) return this.#waiting;
    const taken = this.#waiting.filter(wanted);
    if (taken.length > 0) this.#waiting = this.#waiting.filter((put) => !wanted(put));
    return taken;
  }

  get deadline(): Micros {
    let next = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#waiting) next = Math.min(next, deadline);
    return next;
  }

  clone(): WaitingPuts {
    const copy = new WaitingPuts();
    copy.#waiting = this.#waiting;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.list(this.#waiting, (writer, { propose, deadline }) => writer.varint(propose.ticket).varint(deadline));
  }
}
