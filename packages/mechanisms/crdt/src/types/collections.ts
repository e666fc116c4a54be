import type { MutationOf } from '../mutation.ts';
import type { ObjectView } from '../replica-state.ts';
import type { CrdtValue } from '../value.ts';
import type { Plan } from './plan.ts';

const NOTHING = new Uint8Array(0);

/**
 * Observed-remove set without tombstones (Bieniusa et al. 2012): an element is in it while any of its adds lives; a remove
 * takes away exactly the adds it had seen, so a concurrent add wins.
 */
export function planSet(view: ObjectView, mutation: MutationOf<'or-set'>): Plan {
  if (mutation.action === 'clear') return { add: null, remove: [...view.values()].flat() };
  const remove = view.get(mutation.element) ?? [];
  return mutation.action === 'remove'
    ? { add: null, remove }
    : { add: { field: mutation.element, payload: NOTHING }, remove };
}

export function setValue(view: ObjectView): CrdtValue {
  return { type: 'or-set', elements: [...view.keys()].sort(byUtf16) };
}

/** Observed-remove map: every field is a multi-value register that exists while it holds a value. */
export function planMap(view: ObjectView, mutation: MutationOf<'or-map'>): Plan {
  if (mutation.action === 'clear') return { add: null, remove: [...view.values()].flat() };
  const remove = view.get(mutation.field) ?? [];
  return mutation.action === 'remove'
    ? { add: null, remove }
    : { add: { field: mutation.field, payload: mutation.value }, remove };
}

export function mapValue(view: ObjectView): CrdtValue {
  const fields = [...view.keys()].sort(byUtf16);
  return { type: 'or-map', fields: fields.map((field) => [field, view.get(field)!.map((entry) => entry.payload)]) };
}

function byUtf16(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
