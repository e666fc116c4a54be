import type { Vector } from '@hypersync/consensus-kit';
import type { Dot } from '../dots.ts';
import type { Place } from '../place.ts';
import type { RunIndex } from './run-index.ts';
import type { RunRecord } from './run.ts';
import type { Sequence } from './sequence.ts';

/** Runs of one sequence. */
export interface SequencePart {
  readonly place: Place;
  readonly runs: readonly RunRecord[];
}

/** What to insert where, parents first. */
export interface Placement {
  readonly place: Place;
  readonly record: RunRecord;
}

interface Pending extends Placement {
  readonly part: SequencePart;
  readonly children: Pending[];
}

/** The part of a record that a replica with that vector has not seen; null for none. */
function unseen(record: RunRecord, vector: Vector): RunRecord | null {
  const { author, start, length, content } = record;
  const skip = vector[author]! + 1 - start;
  if (skip <= 0) return record;
  if (skip >= length) return null;
  const parent = { author, counter: start + skip - 1 };
  const rest = content === null ? null : content.slice(skip);
  return { author, start: start + skip, length: length - skip, parent, left: false, key: null, content: rest };
}

/**
 * The records that are new to a replica, in an order in which each finds its parent. Null when one does not, which no correct
 * member causes: who sends an insertion sends what it hangs on, unless the receiver must have that.
 */
export function placementOf(
  parts: readonly SequencePart[],
  vector: Vector,
  index: RunIndex,
  sequenceAt: (place: Place) => Sequence | null,
): readonly Placement[] | null {
  const pending: Pending[] = [];
  for (const part of parts) {
    for (const each of part.runs) {
      const record = unseen(each, vector);
      if (record !== null) pending.push({ place: part.place, record, part, children: [] });
    }
  }
  if (pending.length === 0) return pending;
  const isHere = ({ place, record: { parent } }: Pending): boolean => {
    const holder = parent === null ? null : index.find(parent.author, parent.counter);
    return parent === null || (holder !== null && holder.sequence === sequenceAt(place));
  };
  if (pending.length === 1) return isHere(pending[0]!) ? pending : null;
  const sorted = pending.toSorted((a, b) => a.record.author - b.record.author || a.record.start - b.record.start);
  const ready: Pending[] = [];
  for (const each of pending) {
    const parent = each.record.parent;
    const above = parent === null ? null : holderOf(sorted, parent);
    if (above !== null && above.part === each.part) above.children.push(each);
    else if (above === null && isHere(each)) ready.push(each);
    else return null;
  }
  for (let i = 0; i < ready.length; i++) ready.push(...ready[i]!.children);
  return ready.length === pending.length ? ready : null; // fewer: some hang on each other
}

function holderOf(sorted: readonly Pending[], dot: Dot): Pending | null {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { author, start } = sorted[middle]!.record;
    if (author < dot.author || (author === dot.author && start <= dot.counter)) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low - 1];
  const holds = found?.record.author === dot.author && dot.counter < found.record.start + found.record.length;
  return holds ? found : null;
}
