import { byKey, type CodedOperation, type KeyHistory } from './key-history.ts';
import type { RecordedOperation } from './history.ts';
import { searchOrder } from './search.ts';
import { smallestCounterexample } from './smallest.ts';

export interface CheckLimits {
  /** Asked now and then; true ends the check. */
  readonly expired: () => boolean;
  /** Pairs of (operations taken, state) per key. Default 5 million. */
  readonly mostStates?: number;
}

/** Operations of one key that no order explains. */
export interface Counterexample {
  readonly key: string;
  /** As few as were found, by call. An operation whose return lies after the moment of failure is shown without one. */
  readonly operations: readonly CodedOperation[];
  /** The longest beginning of an order, as positions in `operations`, and the state at its end in words. */
  readonly order: readonly number[];
  readonly state: string;
}

export interface HistoryVerdict {
  readonly verdict: 'linearizable' | 'not-linearizable' | 'undecided';
  readonly operations: number;
  readonly keys: number;
  /** Keys that have no order, and keys that the limits left open. */
  readonly broken: readonly string[];
  readonly open: readonly string[];
  /** Of the first broken key. */
  readonly counterexample: Counterexample | null;
}

const MOST_STATES = 5_000_000;
/** Effort per key in the first round, and how much more in each that follows. */
const FIRST_ROUND = 10_000;
const FACTOR = 10;

/**
 * Is the history linearizable? Each key by itself, the easy ones first: one broken key decides, however hard the others are. It is
 * shown by its smallest counterexample.
 */
export function checkHistory(operations: readonly RecordedOperation[], limits: CheckLimits): HistoryVerdict {
  const histories = byKey(operations);
  const most = limits.mostStates ?? MOST_STATES;
  const broken: KeyHistory[] = [];
  let open: readonly KeyHistory[] = histories;
  for (let mostStates = Math.min(FIRST_ROUND, most); open.length > 0 && broken.length === 0; mostStates *= FACTOR) {
    const search = { mostStates: Math.min(mostStates, most), expired: limits.expired };
    open = open.filter((history) => {
      const { verdict } = searchOrder(history.operations, history.quickModel, search);
      if (verdict === 'none') broken.push(history);
      return verdict === 'gave-up';
    });
    if (mostStates >= most || limits.expired()) break;
  }
  return {
    verdict: broken.length > 0 ? 'not-linearizable' : open.length > 0 ? 'undecided' : 'linearizable',
    operations: operations.length,
    keys: histories.length,
    broken: broken.map(({ key }) => key),
    open: open.map(({ key }) => key),
    counterexample: broken[0] === undefined ? null : smallestCounterexample(broken[0], limits.expired),
  };
}
