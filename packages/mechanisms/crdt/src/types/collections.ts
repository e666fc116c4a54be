import { rangeOfDot } from '../delta.ts';
import type { DotRange } from '../dots.ts';
import type { MutationOf } from '../mutation.ts';
import type { ObjectNode, SetView } from '../object-tree.ts';
import { Sequence } from '../sequence/sequence.ts';
import type { CrdtValue } from '../value.ts';
import type { Plan } from './plan.ts';

const NOTHING = new Uint8Array(0);

/**
 * Observed-remove set without tombstones (Bieniusa et al. 2012): an element is in it while any of its adds lives; a remove
 * takes away exactly the adds it had seen, so a concurrent add wins.
 */
export function planSet(elements: SetView, mutation: MutationOf<'or-set'>): Plan {
  if (mutation.action === 'clear') return { remove: [...elements.values()].flat().map(rangeOfDot) };
  const remove = (elements.get(mutation.element) ?? []).map(rangeOfDot);
  return mutation.action === 'remove' ? { remove } : { add: { field: mutation.element, payload: NOTHING }, remove };
}

export function setValue(elements: SetView): CrdtValue {
  return { type: 'or-set', elements: [...elements.keys()].sort(byUtf16) };
}

/** Everything that has been observed in a map or below a field of it goes, at every depth; what is added meanwhile stays. */
export function planRemoval(nodes: Iterable<ObjectNode>): Plan {
  const remove: DotRange[] = [];
  for (const node of nodes) {
    for (const thing of node.everything()) {
      if (thing instanceof Sequence) remove.push(...thing.dotsAt(0, thing.length));
      else remove.push(rangeOfDot(thing));
    }
  }
  return { remove };
}

export function byUtf16(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
