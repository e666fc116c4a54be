import type { Counterexample } from './check.ts';
import type { CodedOperation, KeyHistory } from './key-history.ts';
import { searchOrder } from './search.ts';

/** States for one candidate and for all of them. What is not decided within is kept: a counterexample is for people. */
const MOST_STATES = 50_000;
const MOST_STATES_IN_ALL = 500_000;

/**
 * As few operations of a broken history as can be found that no order explains: first the shortest beginning in time, then
 * without what changes nothing. What is left is a proof by itself: reads may always be left out, and a write may where no
 * operation that is left has seen its value, since any order of the whole would then be one of the rest.
 */
export function smallestCounterexample(history: KeyHistory, expired: () => boolean): Counterexample {
  let left = MOST_STATES_IN_ALL;
  const isBroken = (operations: readonly CodedOperation[]): boolean => {
    if (left <= 0 || expired()) return false;
    const found = searchOrder(operations, history.model, { mostStates: Math.min(left, MOST_STATES), expired });
    left -= found.states + operations.length;
    return found.verdict === 'none';
  };
  let operations = shortestBeginning(history.operations, isBroken);
  for (let before = Number.POSITIVE_INFINITY; operations.length < before;) {
    before = operations.length;
    // reads first: a write may go once nobody is left who has seen its value
    operations = withoutIdle(operations, (one) => one.kind === 'read' || one.mismatched, isBroken);
    operations = withoutIdle(operations, () => true, isBroken);
  }
  const byCall = operations.toSorted((a, b) => a.call - b.call);
  const { order } = searchOrder(byCall, history.model, { mostStates: MOST_STATES });
  const state = order.reduce((at, position) => history.model.step(at, byCall[position]!) ?? at, history.model.initial);
  return { key: history.key, operations: byCall, order, state: history.describe(state) };
}

/** What was known at the earliest moment at which no order was left: later answers are taken away. */
function shortestBeginning(
  operations: readonly CodedOperation[],
  isBroken: (operations: readonly CodedOperation[]) => boolean,
): readonly CodedOperation[] {
  const returns = operations
    .map((operation) => operation.return)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  let [low, high] = [-1, returns.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isBroken(until(operations, returns[middle]!))) high = middle;
    else low = middle;
  }
  const beginning = until(operations, returns[high] ?? Number.POSITIVE_INFINITY);
  return isBroken(beginning) ? beginning : operations;
}

function until(operations: readonly CodedOperation[], time: number): readonly CodedOperation[] {
  return operations
    .filter((operation) => operation.call <= time)
    .map((operation) =>
      operation.return <= time ? operation : { ...operation, return: Number.POSITIVE_INFINITY, mismatched: false },
    )
    .filter((operation) => operation.kind !== 'read' || Number.isFinite(operation.return));
}

/** Leaves out what it can of those that `may` be left out, in large runs first, then in smaller ones. */
function withoutIdle(
  operations: readonly CodedOperation[],
  may: (operation: CodedOperation) => boolean,
  isBroken: (operations: readonly CodedOperation[]) => boolean,
): readonly CodedOperation[] {
  let kept = operations;
  for (let size = Math.ceil(kept.length / 2); ; size = Math.ceil(size / 2)) {
    for (let end = kept.length; end > 0; end -= size) {
      const run = kept.slice(Math.max(0, end - size), end);
      const rest = withoutThese(kept, new Set(run.filter(may)));
      if (rest.length < kept.length && isBroken(rest)) kept = rest;
    }
    if (size <= 1) return kept;
  }
}

/** The operations but `taken`, as far as these may be left out: not what somebody has seen who stays. */
function withoutThese(operations: readonly CodedOperation[], taken: Set<CodedOperation>): readonly CodedOperation[] {
  for (;;) {
    const rest = operations.filter((one) => !taken.has(one));
    const seen = [...taken].filter((one) => !isIdle(one, rest));
    if (seen.length === 0) return rest;
    for (const one of seen) taken.delete(one);
  }
}

/** Leaving it out takes no order away from the rest. */
function isIdle(operation: CodedOperation, rest: readonly CodedOperation[]): boolean {
  if (operation.kind === 'read' || operation.mismatched) return true;
  // a mismatch may be a write's only trace
  if (rest.some(({ mismatched }) => mismatched)) return false;
  if (operation.kind === 'append') return !rest.some((one) => holds(one, operation));
  return !rest.some((one) => one.kind === 'append' || sees(one, operation.value));
}

/** The answer has, or may have, the appended value in it: then it came after the append. */
function holds({ kind, recorded }: CodedOperation, append: CodedOperation): boolean {
  if (kind === 'cas') return true;
  if (kind !== 'read') return false;
  const { output } = recorded;
  const { value } = append.recorded;
  if (Array.isArray(output)) return output.some((one) => JSON.stringify(one) === JSON.stringify(value));
  return typeof output === 'string' && (typeof value !== 'string' || output.includes(value));
}

function sees({ kind, value, from }: CodedOperation, written: number): boolean {
  return (kind === 'read' && value === written) || (kind === 'cas' && from === written);
}
