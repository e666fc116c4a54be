import type { Epoch, Micros, Position, StopSign, Ticket } from '@hypersync/interface';
import { compareSigns, STOP_METADATA_BYTES } from '../convergence/frontier-cut.ts';
import type { EffectsBuilder } from '../effects-builder.ts';
import type { StateWriter } from '../state-writer.ts';

type G = 'approximate';

/** How long a frozen member waits for others before it seals alone, in retransmission times. */
const GRACE = 40;

/**
 * From `stop` to `sealed`. A frozen member begins nothing of its own. It seals once it rests and has heard that enough others
 * rest no further on, or when it has waited long enough: an agreement that others still finish is theirs.
 */
export class EpochStop {
  readonly #epoch: Epoch;
  #tickets: readonly { readonly ticket: Ticket; readonly sign: StopSign }[] = [];
  #sign: StopSign | null = null;
  #patience: Micros = 0;
  #sealed = false;

  constructor(epoch: Epoch) {
    this.#epoch = epoch;
  }

  /** From the endorsed sign on. */
  get frozen(): boolean {
    return this.#sign !== null;
  }

  get sealed(): boolean {
    return this.#sealed;
  }

  get deadline(): Micros | null {
    return this.frozen && !this.#sealed ? this.#patience : null;
  }

  /** A driver's wish; true when it is one that can be. */
  ask(fx: EffectsBuilder<G>, ticket: Ticket, sign: StopSign): boolean {
    if (sign.nextEpoch <= this.#epoch) fx.reject(ticket, 'invalid');
    else if (sign.metadata.length > STOP_METADATA_BYTES) fx.reject(ticket, 'too-large');
    else {
      this.#tickets = [...this.#tickets, { ticket, sign }];
      return true;
    }
    return false;
  }

  freeze(sign: StopSign, now: Micros, retransmit: Micros): void {
    this.#sign = sign;
    this.#patience = now + GRACE * retransmit;
  }

  /** After a restart: it was sealed before. */
  resume(sign: StopSign): void {
    this.#sign = sign;
    this.#sealed = true;
  }

  /** True when it is time to seal. */
  ripe(now: Micros, resting: boolean, othersResting: boolean): boolean {
    return this.frozen && !this.#sealed && ((resting && othersResting) || now >= this.#patience);
  }

  /** Seals, and answers whoever asked for it. */
  seal(fx: EffectsBuilder<G>, position: Position<G>, state: Uint8Array): StopSign {
    this.#sealed = true;
    const sign = this.#sign!;
    fx.seal({ sign, position, state });
    this.answer(fx, position);
    return sign;
  }

  /** After the seal; also for those who ask again. */
  answer(fx: EffectsBuilder<G>, position: Position<G>): void {
    for (const { ticket, sign } of this.#tickets) {
      if (this.#sign !== null && compareSigns(sign, this.#sign) === 0)
        fx.resolve(ticket, { kind: 'committed', position });
      else fx.reject(ticket, 'superseded');
    }
    this.#tickets = [];
  }

  clone(): EpochStop {
    const copy = new EpochStop(this.#epoch);
    copy.#tickets = this.#tickets;
    copy.#sign = this.#sign;
    copy.#patience = this.#patience;
    copy.#sealed = this.#sealed;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.#sealed, this.#patience, this.#sign?.nextEpoch ?? 0, this.#sign?.metadata ?? null]);
    state.list(this.#tickets, (writer, { ticket }) => writer.varint(ticket));
  }
}
