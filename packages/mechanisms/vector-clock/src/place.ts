import { toRecord, type Vector } from '@hypersync/consensus-kit';
import type { Epoch, NodeId, Position } from '@hypersync/interface';

/** Where a member stands, as the one object as long as it stands there: most steps deliver nothing. */
export class Place {
  readonly #epoch: Epoch;
  readonly #members: readonly NodeId[];
  readonly #self: number;
  #last: { readonly delivered: Vector; readonly position: Position<'causal'> } | null = null;

  constructor(epoch: Epoch, members: readonly NodeId[], self: number) {
    this.#epoch = epoch;
    this.#members = members;
    this.#self = self;
  }

  of(delivered: Vector): Position<'causal'> {
    if (this.#last?.delivered === delivered) return this.#last.position;
    const dot = { node: this.#members[this.#self]!, counter: delivered[this.#self]! };
    const position = { class: 'causal', epoch: this.#epoch, dot, context: toRecord(this.#members, delivered) } as const;
    this.#last = { delivered, position };
    return position;
  }
}
