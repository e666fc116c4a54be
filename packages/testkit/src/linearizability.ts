import { searchOrder, type Model } from './lincheck/search.ts';
import type { HistoryEntry } from './simulator/options.ts';

/** A sequential specification over states as texts. */
export type SequentialModel = Model<CheckedOperation, string>;

export interface CheckedOperation {
  readonly id: number;
  readonly kind: 'write' | 'read';
  readonly values: readonly string[];
  readonly call: number;
  /** Infinity: no answer; it may take effect at any later time, or never. */
  readonly return: number;
}

export type LinearizabilityVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly key: string;
      readonly explanation: string;
      /** The search was too large and ended without a verdict. */
      readonly gaveUp: boolean;
    };

/** States that one search may visit; a history of a few concurrent clients needs thousands. */
const MOST_STATES = 2_000_000;

/** A register: a read sees the last write, or nothing before the first. */
export const REGISTER: SequentialModel = {
  initial: '',
  step(state, { kind, values }) {
    if (kind === 'write') return values[0] ?? '';
    return (values[0] ?? '') === state ? state : null;
  },
};

/**
 * Is there one order of all operations of each key that respects real time and the model? Keys are judged apart, since
 * linearizability is local (Herlihy, Wing 1990). Failed operations and unanswered reads have no effect and are left out.
 */
export function checkLinearizable(
  history: readonly HistoryEntry[],
  model: SequentialModel = REGISTER,
  mostStates: number = MOST_STATES,
): LinearizabilityVerdict {
  const relevant = history.filter(
    (entry) => entry.outcome === 'ok' || (entry.outcome === 'unknown' && entry.kind === 'write'),
  );
  for (const [key, entries] of Map.groupBy(relevant, (entry) => entry.key)) {
    const needed = model === REGISTER ? withoutUnseenWrites(entries) : entries;
    const operations = needed.map((entry) => ({
      id: entry.id,
      kind: entry.kind,
      values: entry.values,
      call: entry.call,
      return: entry.return ?? Number.POSITIVE_INFINITY,
    }));
    const { verdict, order } = searchOrder(operations, model, { mostStates });
    if (verdict === 'gave-up')
      return { ok: false, key, gaveUp: true, explanation: `${key}: no verdict within ${mostStates} states` };
    if (verdict === 'none') {
      const ids = order.map((position) => operations[position]!.id);
      return { ok: false, key, gaveUp: false, explanation: explain(key, operations, ids) };
    }
  }
  return { ok: true };
}

/** A register write that nobody read and nobody heard of need not have happened; dropping it keeps the search small. */
function withoutUnseenWrites(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const seen = new Set(entries.filter((entry) => entry.kind === 'read').map((entry) => entry.values[0]));
  return entries.filter((entry) => entry.return !== null || seen.has(entry.values[0]));
}

/** Writes, and reads that promise the latest value. */
export function isStrong(entry: Pick<HistoryEntry, 'level'>): boolean {
  return entry.level === null || entry.level === 'linearizable' || entry.level === 'lease';
}

/** The first operations that fit in no order, with what was known by then, as a table of intervals. */
function explain(key: string, operations: readonly CheckedOperation[], ordered: readonly number[]): string {
  const placed = new Set(ordered);
  const open = operations.filter((operation) => !placed.has(operation.id)).toSorted((a, b) => a.return - b.return);
  const first = open[0]!;
  const near = operations
    .filter((operation) => operation.return >= first.call - 1 && operation.call <= first.return)
    .toSorted((a, b) => a.call - b.call)
    .slice(-12);
  const lines = near.map((operation) => {
    const end = Number.isFinite(operation.return) ? String(operation.return) : '?';
    const mark = placed.has(operation.id) ? ' ' : '!';
    return `  ${mark} ${operation.kind} ${operation.values.join(', ') || 'nothing'} (operation ${operation.id}) in [${operation.call}, ${end}] us`;
  });
  const tail = ordered.slice(-8).join(', ');
  return `no order of the operations on ${key} explains what clients saw. Longest order found ends with operations ${tail || 'none'}; operation ${first.id} fits nowhere:\n${lines.join('\n')}`;
}
