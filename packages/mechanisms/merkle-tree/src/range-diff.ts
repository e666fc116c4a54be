import { sameBytes } from './hex.ts';
import { compareVersions, rowBytes, type Row, type Version } from './row.ts';
import {
  hashOfPage,
  pageHash,
  rootHash,
  rowsOf,
  slice,
  treeOf,
  type Bound,
  type Leaf,
  type Tree,
} from './search-tree.ts';

/** Keys strictly between two bounds. `rows` asks for the rows themselves, `page` for their top page to compare. */
export interface Range {
  readonly low: Bound;
  readonly high: Bound;
  readonly mode: 'page' | 'rows';
}

/** A row without its value; `hash` is that of its leaf, which the row has to match when it comes. */
export interface Summary extends Version {
  readonly key: string;
  readonly hash: Uint8Array;
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
      readonly level: number;
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
  const { level, leaves, children } = part ?? { level: 0, leaves: [], children: [null] };
  const summaries: Summary[] = [];
  let bytes = 0;
  for (const { row, hash } of leaves) {
    const summary = { key: row.key, counter: row.counter, author: row.author, hash };
    bytes += summaryBytes(summary);
    if (bytes > budget && summaries.length > 0) break;
    summaries.push(summary);
  }
  const whole = summaries.length === leaves.length;
  return {
    mode: 'page',
    low,
    high,
    level,
    summaries,
    children: children
      .slice(0, summaries.length + (whole ? 1 : 0))
      .map((child) => (child === null ? null : pageHash(child))),
    upTo: whole ? null : summaries.at(-1)!.key,
  };
}

/** Upper bound of the encoded size, with the child before it. */
function summaryBytes({ key, author }: Summary): number {
  return 80 + 3 * key.length + author.length;
}

export function answerBytes(answer: Answer): number {
  if (answer.mode === 'page') return answer.summaries.reduce((sum, summary) => sum + summaryBytes(summary), 64);
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

/** A range with the hash that its tree has there, and what has come of it so far where one message could not hold it all. */
export interface Wanted extends Range {
  readonly hash: Uint8Array;
  readonly begun: Begun | null;
}

interface Begun {
  readonly level: number;
  readonly leaves: readonly Uint8Array[];
  readonly children: readonly (Uint8Array | null)[];
  readonly rows: readonly Row[];
}

const NOTHING_YET: Begun = { level: 0, leaves: [], children: [], rows: [] };

function hashOfWhole(
  level: number,
  leaves: readonly Uint8Array[],
  children: readonly (Uint8Array | null)[],
): Uint8Array {
  if (leaves.length === 0) return rootHash(null);
  return hashOfPage(
    level,
    leaves.length,
    (i) => leaves[i]!,
    (i) => children[i]!,
  );
}

/** What has to be asked next, given what the other side answered and what is here. */
export interface Differences {
  readonly ranges: readonly Wanted[];
  /** Rows to fetch: missing here, or older here. */
  readonly keys: readonly Summary[];
}

/**
 * Compares row by row and child by child: only what differs is looked into, and only rows that are newer there move. Null where
 * the answer, once it is whole, is not what the hash promised, or says that one version of a key is two different rows.
 */
export function compareAnswer(
  tree: Tree,
  wanted: Wanted,
  answer: Answer,
  find: (key: string) => Leaf | undefined,
): Differences | null {
  const { low, high, hash } = wanted;
  const begun = wanted.begun ?? NOTHING_YET;
  if (answer.mode === 'rows') {
    const rows = [...begun.rows, ...answer.rows];
    // A truncated answer ends before the first row that is not part of it.
    if (answer.upTo !== null)
      return { ranges: [{ ...wanted, low: answer.rows.at(-1)!.key, begun: { ...begun, rows } }], keys: [] };
    return sameBytes(rootHash(treeOf(rows)), hash) ? { ranges: [], keys: [] } : null;
  }
  const { level, summaries, upTo } = answer;
  if (wanted.begun !== null && begun.level !== level) return null;
  const leaves = [...begun.leaves, ...summaries.map((summary) => summary.hash)];
  const children = [...begun.children, ...answer.children];
  const ranges: Wanted[] = [];
  if (upTo !== null) ranges.push({ ...wanted, low: upTo, begun: { level, leaves, children, rows: [] } });
  else if (!sameBytes(hashOfWhole(level, leaves, children), hash)) return null;
  const keys: Summary[] = [];
  for (const summary of summaries) {
    const own = find(summary.key);
    const newer = own === undefined ? 1 : compareVersions(summary, own.row);
    if (newer === 0 && !sameBytes(own!.hash, summary.hash)) return null;
    if (newer > 0) keys.push(summary);
  }
  for (const [i, child] of answer.children.entries()) {
    if (child === null) continue; // a row that is only here is none of ours to fetch
    const from = i === 0 ? low : summaries[i - 1]!.key;
    const to = summaries[i]?.key ?? high;
    const own = slice(tree, from, to);
    if (own !== null && sameBytes(pageHash(own), child)) continue;
    ranges.push({ low: from, high: to, mode: own === null ? 'rows' : 'page', hash: child, begun: null });
  }
  return { ranges, keys };
}
