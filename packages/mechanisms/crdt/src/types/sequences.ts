import type { MutationOf } from '../mutation.ts';
import type { Sequence } from '../sequence/sequence.ts';
import type { CrdtValue } from '../value.ts';
import type { Plan } from './plan.ts';

type SequenceMutation = MutationOf<'text'> | MutationOf<'list'>;

/** Null where the index is beyond the end. Indexes are those of this member's state. */
export function planSequence(sequence: Sequence | null, mutation: SequenceMutation): Plan | null {
  const length = sequence?.length ?? 0;
  if (mutation.action === 'clear') return { remove: length === 0 ? [] : sequence!.dotsAt(0, length) };
  if (mutation.action === 'delete') {
    if (mutation.index + mutation.length > length) return null;
    return { remove: sequence!.dotsAt(mutation.index, mutation.length) };
  }
  if (mutation.index > length) return null;
  const spot = sequence?.spotAt(mutation.index) ?? { parent: null, left: false };
  return { insert: { spot, content: mutation.type === 'text' ? mutation.text : mutation.values }, remove: [] };
}

export function sequenceValue(sequence: Sequence): CrdtValue {
  const content = sequence.content();
  return typeof content === 'string' ? { type: 'text', text: content } : { type: 'list', values: content };
}
