import type { HistoryEntry } from './simulator/options.ts';

/** A sequential specification. `step` gives the next state, or null when this answer is impossible in this state. */
export interface SequentialModel<State> {
  readonly initial: State;
  step(state: State, operation: CheckedOperation): State | null;
  /** Equal states, equal text. */
  text(state: State): string;
}

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
export const REGISTER: SequentialModel<string> = {
  initial: '',
  step(state, { kind, values }) {
    if (kind === 'write') return values[0] ?? '';
    return (values[0] ?? '') === state ? state : null;
  },
  text: (state) => state,
};

/**
 * Is there one order of all operations of each key that respects real time and the model? Keys are judged apart, since
 * linearizability is local (Herlihy, Wing 1990). Failed operations and unanswered reads have no effect and are left out.
 */
export function checkLinearizable(
  history: readonly HistoryEntry[],
  model: SequentialModel<string> = REGISTER,
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
    const stuck = searchOrder(operations, model, mostStates);
    if (stuck === 'gave up')
      return { ok: false, key, gaveUp: true, explanation: `${key}: no verdict within ${mostStates} states` };
    if (stuck !== null) return { ok: false, key, gaveUp: false, explanation: explain(key, operations, stuck) };
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

interface Link {
  readonly operation: CheckedOperation;
  readonly slot: number;
  /** For a call: its return. For a return: null. */
  match: Link | null;
  previous: Link | null;
  next: Link | null;
}

/** Wing, Gong 1993 with the memoisation of Lowe 2017. Null when an order exists, else the longest prefix found. */
function searchOrder<State>(
  operations: readonly CheckedOperation[],
  model: SequentialModel<State>,
  mostStates: number,
): number[] | 'gave up' | null {
  const head = buildList(operations);
  const taken = new TakenSet(operations.length);
  const seen = new Set<string>();
  const stack: { call: Link; state: State }[] = [];
  let state = model.initial;
  let longest: number[] = [];
  let answered = operations.filter((operation) => Number.isFinite(operation.return)).length;
  let at = head.next;
  while (answered > 0) {
    if (at === null || at.match === null) {
      // a return that must come first but cannot: undo the last choice and try the one after it
      const last = stack.pop();
      if (last === undefined) return longest;
      state = last.state;
      taken.remove(last.call.slot);
      if (Number.isFinite(last.call.operation.return)) answered++;
      relink(last.call);
      at = last.call.next;
      continue;
    }
    if (seen.size >= mostStates) return 'gave up';
    const next = model.step(state, at.operation);
    if (next !== null && taken.tryAdd(at.slot, model.text(next), seen)) {
      stack.push({ call: at, state });
      state = next;
      unlink(at);
      if (Number.isFinite(at.operation.return)) answered--;
      if (stack.length > longest.length) longest = stack.map(({ call }) => call.operation.id);
      at = head.next;
    } else at = at.next;
  }
  return null;
}

/** Calls and returns in the order of time; at equal times calls come first, which only allows more orders. */
function buildList(operations: readonly CheckedOperation[]): Link {
  const byCall = operations.toSorted((a, b) => a.call - b.call);
  const links: { time: number; link: Link }[] = [];
  for (const [slot, operation] of byCall.entries()) {
    const back: Link = { operation, slot, match: null, previous: null, next: null };
    links.push({ time: operation.call, link: { ...back, match: back } });
    links.push({ time: operation.return, link: back });
  }
  links.sort((a, b) => a.time - b.time || Number(a.link.match === null) - Number(b.link.match === null));
  const head: Link = { operation: operations[0]!, slot: -1, match: null, previous: null, next: null };
  let last = head;
  for (const { link } of links) {
    link.previous = last;
    last.next = link;
    last = link;
  }
  return head;
}

function unlink(call: Link): void {
  for (const link of [call, call.match!]) {
    link.previous!.next = link.next;
    if (link.next !== null) link.next.previous = link.previous;
  }
}

function relink(call: Link): void {
  for (const link of [call.match!, call]) {
    link.previous!.next = link;
    if (link.next !== null) link.next.previous = link;
  }
}

/** The set of operations ordered so far. Slots go by time of call, so all below `base` are in and a window says the rest. */
class TakenSet {
  readonly #taken: Uint8Array;
  #base = 0;
  #top = 0;

  constructor(size: number) {
    this.#taken = new Uint8Array(size);
  }

  /** Adds the slot, unless this set has been reached with this state before. */
  tryAdd(slot: number, state: string, seen: Set<string>): boolean {
    this.#taken[slot] = 1;
    const [base, top] = [this.#base, this.#top];
    while (this.#taken[this.#base] === 1) this.#base++;
    this.#top = Math.max(top, slot + 1);
    const key = `${this.#base}:${this.#window()}:${state}`;
    if (!seen.has(key)) {
      seen.add(key);
      return true;
    }
    this.#taken[slot] = 0;
    this.#base = base;
    this.#top = top;
    return false;
  }

  remove(slot: number): void {
    this.#taken[slot] = 0;
    if (slot < this.#base) this.#base = slot;
    while (this.#top > this.#base && this.#taken[this.#top - 1] === 0) this.#top--;
  }

  #window(): string {
    let text = '';
    for (let i = this.#base; i < this.#top; i += 15) {
      let bits = 0;
      for (let k = i; k < this.#top && k < i + 15; k++) bits |= this.#taken[k]! << (k - i);
      text += String.fromCharCode(bits);
    }
    return text;
  }
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
