import { covers, type StateWriter, type Vector } from '@hypersync/consensus-kit';
import type { Input, Micros } from '@hypersync/interface';

export type Propose = Extract<Input<'causal'>, { t: 'propose' }>;
export type Read = Extract<Input<'causal'>, { t: 'read' }>;

/** A put or a read whose client has seen more than this node. */
export interface WaitingRequest {
  readonly request: Propose | Read;
  readonly needs: Vector;
  readonly deadline: Micros;
}

const MAX_WAITING = 1_024;
/** Values of waiting puts, all together. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Requests that wait until what their clients have seen is here too: a put served before would come before its causes, a read would go back. */
export class WaitingRequests {
  #waiting: readonly WaitingRequest[] = [];

  get count(): number {
    return this.#waiting.length;
  }

  /** False when there are too many already, or too large ones. */
  add(waiting: WaitingRequest): boolean {
    const bytes = this.#waiting.reduce((sum, { request }) => sum + valueBytes(request), valueBytes(waiting.request));
    if (this.#waiting.length >= MAX_WAITING || bytes > MAX_BYTES) return false;
    this.#waiting = [...this.#waiting, waiting];
    return true;
  }

  /** Takes out those that need no more than is delivered by now, oldest first. */
  takeReady(delivered: Vector): readonly WaitingRequest[] {
    return this.#take(({ needs }) => covers(delivered, needs));
  }

  /** Takes out whose time is up. */
  takeLate(now: Micros): readonly WaitingRequest[] {
    return this.#take(({ deadline }) => now >= deadline);
  }

  takePuts(): readonly WaitingRequest[] {
    return this.#take(({ request }) => request.t === 'propose');
  }

  #take(wanted: (waiting: WaitingRequest) => boolean): readonly WaitingRequest[] {
    if (this.#waiting.length === 0) return this.#waiting;
    const taken = this.#waiting.filter(wanted);
    if (taken.length > 0) this.#waiting = this.#waiting.filter((waiting) => !wanted(waiting));
    return taken;
  }

  get deadline(): Micros {
    let next = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#waiting) next = Math.min(next, deadline);
    return next;
  }

  clone(): WaitingRequests {
    const copy = new WaitingRequests();
    copy.#waiting = this.#waiting;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.list(this.#waiting, (writer, { request, deadline }) => writer.varint(request.ticket).varint(deadline));
  }
}

function valueBytes(request: Propose | Read): number {
  return request.t === 'propose' ? request.op.value.length : 0;
}
