import { sameBytes } from './hex.ts';
import { compareVersions, rowBytes, type Row, type Version } from './row.ts';
import { pageHash, rowsOf, slice, type Bound, type Tree } from './search-tree.ts';

/** Keys strictly between two bounds. `rows` asks for the rows themselves, `page` for their top page to compare. */
export interface Range {
  readonly low: Bound;
  readonly high: Bound;
  readonly mode: 'page' | 'rows';
}

/** A row without its value. */
export interface Summary extends Version {
  readonly key: string;
}

/**
 * What lies in a range, from its low end up to `upTo` (exclusive; null: all of it). Child i is the hash of the page between
 * summary i - 1 and summary i, null where there is nothing.
 */
export type Answer =
  | {
      readonly mode: 'page';
      readonly low: Bound;
      readonly high: Bound;
      readonly summaries: readonly Summary[];
      readonly children: readonly (Uint8Array | null)[];
      readonly upTo: Bound;
    }
  | {
      readonly mode: 'rows';
      readonly low: Bound;
      readonly high: Bound;
      readonly rows: readonly Row[];
      readonly upTo: Bound;
    };

const SUMMARY_BYTES = 128;

/** At least one row or summary, and not much more than `budget` bytes. */
export function answerRange(tree: Tree, range: Range, budget: number): Answer {
  const part = slice(tree, range.low, range.high);
  return range.mode === 'rows' ? answerRows(part, range, budget) : answerPage(part, range, budget);
}

function answerRows(part: Tree, { low, high }: Range, budget: number): Answer {
  const rows: Row[] = [];
  let bytes = 0;
  for (const row of rowsOf(part)) {
    bytes += rowBytes(row);
    if (bytes > budget && rows.length > 0) return { mode: 'rows', low, high, rows, upTo: row.key };
    rows.push(row);
  }
  return { mode: 'rows', low, high, rows, upTo: null };
}

function answerPage(part: Tree, { low, high }: Range, budget: number): Answer {
  const leaves = part?.leaves ?? [];
  const most = Math.max(1, Math.floor(budget / SUMMARY_BYTES));
  const shown = leaves.slice(0, most);
  const children = (part?.children ?? [null]).slice(0, shown.length + (shown.length < leaves.length ? 0 : 1));
  return {
    mode: 'page',
    low,
    high,
    summaries: shown.map(({ row }) => ({ key: row.key, counter: row.counter, author: row.author })),
    children: children.map((child) => (child === null ? null : pageHash(child))),
    upTo: shown.length < leaves.length ? shown.at(-1)!.row.key : null,
  };
}

export function answerBytes(answer: Answer): number {
  if (answer.mode === 'page') return 64 + answer.summaries.length * SUMMARY_BYTES;
  return answer.rows.reduce((sum, row) => sum + rowBytes(row), 64);
}

/**
 * False for an answer that no correct member gives: keys out of order or out of range, or nothing where more is promised.
 * Ranges that follow from a well-formed answer are smaller than the one that was asked, so a session ends.
 */
export function isWellFormed(answer: Answer): boolean {
  const keys = answer.mode === 'rows' ? answer.rows.map((row) => row.key) : answer.summaries.map(({ key }) => key);
  const bounds = [answer.low, ...keys, answer.high];
  const isBelow = (a: Bound, b: Bound): boolean => a === null || b === null || a < b;
  if (!bounds.every((bound, i) => i === 0 || isBelow(bounds[i - 1]!, bound))) return false;
  if (answer.upTo !== null && keys.length === 0) return false;
  if (answer.mode === 'rows') return true;
  const whole = answer.upTo === null;
  if (!whole && answer.upTo !== keys.at(-1)) return false;
  return answer.children.length === keys.length + (whole ? 1 : 0) && (keys.length > 0 || answer.children[0] === null);
}

/** What has to be asked next, given what the other side answered and what is here. */
export interface Differences {
  readonly ranges: readonly Range[];
  /** Rows to fetch: missing here, or older here. */
  readonly keys: readonly string[];
}

/** Compares row by row and child by child: only what differs is looked into, and only rows that are newer there move. */
export function compareAnswer(tree: Tree, answer: Answer, find: (key: string) => Row | undefined): Differences {
  const { low, high, mode, upTo } = answer;
  const ranges: Range[] = [];
  const keys: string[] = [];
  // A truncated answer ends at a row that is part of it, or (rows) before the first that is not.
  if (mode === 'rows') {
    if (upTo !== null) ranges.push({ low: answer.rows.at(-1)?.key ?? low, high, mode: 'rows' });
    return { ranges, keys };
  }
  const { summaries, children } = answer;
  if (upTo !== null) ranges.push({ low: upTo, high, mode: 'page' });
  for (const summary of summaries) {
    const own = find(summary.key);
    if (own === undefined || compareVersions(summary, own) > 0) keys.push(summary.key);
  }
  for (const [i, child] of children.entries()) {
    if (child === null) continue; // a row that is only here is none of ours to fetch
    const from = i === 0 ? low : summaries[i - 1]!.key;
    const to = summaries[i]?.key ?? high;
    const own = slice(tree, from, to);
    if (own === null) ranges.push({ low: from, high: to, mode: 'rows' });
    else if (!sameBytes(pageHash(own), child)) ranges.push({ low: from, high: to, mode: 'page' });
  }
  return { ranges, keys };
}
