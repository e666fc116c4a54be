import { toHex, sameBytes } from './hex.ts';
import { decodePartial, encodePartial, isClosed, NotShown, type PartialTree } from './partial-tree.ts';
import { compareVersions, headerOf, leafHash, type Header, type Row } from './row.ts';
import {
  find,
  findLeaf,
  pageHash,
  placeOf,
  putLeaf,
  remove,
  rootHash,
  rowsOf,
  slice,
  type Bound,
  type Tree,
} from './search-tree.ts';

/** Roots are 64 hex digits, as in a position. */
const ROOT_HEX = /^[0-9a-f]{64}$/;

/** What becomes of a key; null: it is gone. */
export interface RowChange {
  readonly key: string;
  readonly row: Row | null;
}

/** Proves which rows have keys in [from, to]: all of them, and no others. About (rows + depth) pages of 16 rows' headers. */
export function proveRange(tree: Tree, from: string, to: string): Uint8Array {
  return encodePartial(tree, (low, high) => meets(low, high, from, to));
}

/**
 * True when the tree with this root holds exactly these rows, in order of their keys, and nothing else with keys in [from, to].
 * Needs nothing but the root from a trusted source. Never throws.
 */
export function verifyRange(root: string, from: string, to: string, rows: readonly Row[], proof: Uint8Array): boolean {
  const tree = treeOfRoot(root, proof);
  if (tree === undefined) return false;
  const shown: Uint8Array[] = [];
  return collect(tree, null, null, from, to, shown) && isSame(shown, rows);
}

/** Proves that a tree has no row of this key; null when it has one (a tombstone is one: prove its inclusion). */
export function proveAbsence(tree: Tree, key: string): Uint8Array | null {
  return find(tree, key) === undefined ? proveRange(tree, key, key) : null;
}

/** True when the tree with this root has no row of this key. Never throws. */
export function verifyAbsence(root: string, key: string, proof: Uint8Array): boolean {
  return verifyRange(root, key, key, [], proof);
}

/**
 * Proves that one set has come out of another by nothing but these changes, in order of their keys; to be verified against both
 * roots. O(changes x depth) pages.
 */
export function proveConsistency(
  before: Tree,
  after: Tree,
): { readonly changes: readonly RowChange[]; readonly proof: Uint8Array } {
  const changes = changesBetween(before, after);
  // Also the pages that end at a changed key: they may grow together when it goes.
  const touches = (low: Bound, high: Bound): boolean => {
    const at = lowerBound(changes, low);
    return at < changes.length && (high === null || changes[at]!.key <= high);
  };
  return { changes, proof: encodePartial(before, touches) };
}

/**
 * True when the set with root `after` is the one with root `before` but for these changes, and they lose nothing: a row only
 * gives way to a later version of itself, and only tombstones go. Needs nothing but the two roots. Never throws.
 */
export function verifyConsistency(
  before: string,
  after: string,
  changes: readonly RowChange[],
  proof: Uint8Array,
): boolean {
  let tree = treeOfRoot(before, proof);
  if (tree === undefined || !ROOT_HEX.test(after)) return false;
  try {
    for (const [i, { key, row }] of changes.entries()) {
      if (i > 0 && changes[i - 1]!.key >= key) return false;
      const old = findLeaf<Header>(tree, key)?.row;
      if (row === null) {
        if (old?.kind !== 'tombstone') return false;
        tree = remove<Header>(tree, key);
      } else {
        if (row.key !== key || (old !== undefined && compareVersions(row, old) <= 0)) return false;
        tree = putLeaf<Header>(tree, { row: headerOf(row), hash: leafHash(row) });
      }
    }
    return toHex(rootHash(tree)) === after;
  } catch (error) {
    if (error instanceof NotShown) return false;
    throw error;
  }
}

/** What turns one set into the other, in order of keys. Looks only into pages that differ. */
export function changesBetween(before: Tree, after: Tree): RowChange[] {
  if (after === null) return [...rowsOf(before)].map(({ key }) => ({ key, row: null }));
  if (before === null) return [...rowsOf(after)].map((row) => ({ key: row.key, row }));
  if (sameBytes(pageHash(before), pageHash(after))) return [];
  const changes: RowChange[] = [];
  const { leaves, children } = after;
  for (const [i, child] of children.entries()) {
    const [low, high] = [leaves[i - 1]?.row.key ?? null, leaves[i]?.row.key ?? null];
    changes.push(...changesBetween(slice(before, low, high), child));
    const leaf = leaves[i];
    if (leaf === undefined) break;
    const old = findLeaf(before, leaf.row.key);
    if (old === undefined || !sameBytes(old.hash, leaf.hash)) changes.push({ key: leaf.row.key, row: leaf.row });
  }
  return changes;
}

/** Undefined unless the bytes are a tree with this root. */
function treeOfRoot(root: string, proof: Uint8Array): PartialTree | undefined {
  const tree = ROOT_HEX.test(root) ? decodePartial(proof) : undefined;
  return tree !== undefined && toHex(rootHash(tree)) === root ? tree : undefined;
}

/** The hashes of all leaves in [from, to]; false where something that may lie there is not shown. */
function collect(page: PartialTree, low: Bound, high: Bound, from: string, to: string, hashes: Uint8Array[]): boolean {
  if (page === null || !meets(low, high, from, to)) return true;
  if (isClosed(page)) return false;
  const { leaves, children } = page;
  for (let i = placeOf(page, from); i < children.length; i++) {
    const [left, right] = [leaves[i - 1]?.row.key ?? low, leaves[i]];
    if (!collect(children[i]!, left, right?.row.key ?? high, from, to, hashes)) return false;
    if (right === undefined || right.row.key > to) break;
    hashes.push(right.hash);
  }
  return true;
}

function isSame(hashes: readonly Uint8Array[], rows: readonly Row[]): boolean {
  return hashes.length === rows.length && hashes.every((hash, i) => sameBytes(hash, leafHash(rows[i]!)));
}

/** Whether keys strictly between the bounds may lie in [from, to]. */
function meets(low: Bound, high: Bound, from: string, to: string): boolean {
  return (high === null || high > from) && (low === null || low < to);
}

/** Index of the first change whose key is not below `low`. */
function lowerBound(changes: readonly RowChange[], low: Bound): number {
  let [from, to] = [0, changes.length];
  if (low === null) return 0;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (changes[middle]!.key < low) from = middle + 1;
    else to = middle;
  }
  return from;
}
