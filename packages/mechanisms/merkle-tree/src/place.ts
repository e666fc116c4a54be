import { toRecord, type Vector } from '@hypersync/consensus-kit';
import type { Epoch, NodeId, Position } from '@hypersync/interface';
import type { KeyedSet } from './keyed-set.ts';
import type { Tree } from './search-tree.ts';

/** Where a set stands, as the one object as long as it stands there: most steps change nothing. */
export class Place {
  readonly #epoch: Epoch;
  readonly #members: readonly NodeId[];
  #last: { readonly vector: Vector; readonly tree: Tree; readonly position: Position<'convergent'> } | null = null;

  constructor(epoch: Epoch, members: readonly NodeId[]) {
    this.#epoch = epoch;
    this.#members = members;
  }

  of(set: KeyedSet): Position<'convergent'> {
    const { vector, tree } = set;
    if (this.#last?.vector === vector && this.#last.tree === tree) return this.#last.position;
    const frontier = toRecord(this.#members, vector);
    const position = { class: 'convergent', epoch: this.#epoch, root: set.root(), frontier } as const;
    this.#last = { vector, tree, position };
    return position;
  }
}
