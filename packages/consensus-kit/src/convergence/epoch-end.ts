import type { StateWriter } from '../state-writer.ts';
import type { Epoch, Guarantee, Position, StopSign, Ticket } from '@hypersync/interface';
import { FrontierCut, STOP_METADATA_BYTES, compareSigns } from './frontier-cut.ts';
import type { StableOutput } from './stable-output.ts';
import { covers, type Vector } from './version-vector.ts';

/** How a mechanism describes its own end. */
export interface FinalState<G extends Guarantee> {
  readonly position: Position<G>;
  readonly state: Uint8Array;
}

/** From `stop` to `sealed` on one member: freeze, hear of everybody's freeze, have everything up to the cut, seal. */
export class EpochEnd<G extends Guarantee> {
  readonly #epoch: Epoch;
  readonly #self: number;
  #cut: FrontierCut;
  #stops: readonly { readonly ticket: Ticket; readonly sign: StopSign }[] = [];
  #final: FinalState<G> | null = null;

  constructor(epoch: Epoch, self: number, cut: FrontierCut) {
    this.#epoch = epoch;
    this.#self = self;
    this.#cut = cut;
  }

  get cut(): FrontierCut {
    return this.#cut;
  }

  /** True from this member's freeze on: it creates nothing new in this epoch. */
  get frozen(): boolean {
    return this.#cut.isFrozen(this.#self);
  }

  get sealed(): boolean {
    return this.#final !== null;
  }

  /** A driver's wish. `ownCounter` is this member's last event. True when this member has frozen by it. */
  stop(output: StableOutput<G>, ticket: Ticket, sign: StopSign, ownCounter: number): boolean {
    if (sign.nextEpoch <= this.#epoch) output.reject(ticket, 'invalid');
    else if (sign.metadata.length > STOP_METADATA_BYTES) output.reject(ticket, 'too-large');
    else {
      this.#stops = [...this.#stops, { ticket, sign }];
      return this.#cut.freeze(this.#self, ownCounter, sign);
    }
    return false;
  }

  /** What a peer knows of freezes; whoever hears of one freezes too. True when there was news. */
  learn(cut: FrontierCut, ownCounter: number): boolean {
    const news = this.#cut.merge(cut.without(this.#self));
    const sign = this.#cut.sign;
    if (sign !== null) this.#cut.freeze(this.#self, ownCounter, sign);
    return news;
  }

  /** Seals once `frontier` has reached the cut, and answers who asked for it. True when it has just sealed. */
  settle(output: StableOutput<G>, frontier: Vector, finish: (cut: Vector) => FinalState<G>): boolean {
    const { cut, sign } = this.#cut;
    if (cut === null || sign === null || !covers(frontier, cut)) return false;
    const first = this.#final === null;
    const final = this.#final ?? finish(cut);
    this.#final = final;
    if (first) output.seal({ sign, ...final });
    for (const { ticket, sign: wanted } of this.#stops) {
      if (compareSigns(wanted, sign) !== 0) output.reject(ticket, 'superseded');
      else output.resolve(ticket, { kind: 'committed', position: final.position });
    }
    this.#stops = [];
    return first;
  }

  clone(): EpochEnd<G> {
    const copy = new EpochEnd<G>(this.#epoch, this.#self, this.#cut.clone());
    copy.#stops = this.#stops;
    copy.#final = this.#final;
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.#cut.writeTo(state);
    state.bool(this.sealed).list(this.#stops, (writer, { ticket }) => writer.varint(ticket));
  }
}
