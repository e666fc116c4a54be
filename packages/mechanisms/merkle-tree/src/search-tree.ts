import { ByteWriter, sha256 } from '@hypersync/consensus-kit';
import { leafHash, levelOf, type Row } from './row.ts';

/** A row in the tree, with what is derived from it. */
export interface Leaf {
  readonly row: Row;
  readonly hash: Uint8Array;
}

/**
 * One page: rows of one level in order of keys, and between them the pages of the keys that lie there. Pages never change,
 * so trees share them and an old root stays readable.
 */
export interface Page {
  readonly level: number;
  readonly leaves: readonly Leaf[];
  /** One more than leaves: child i holds the keys between leaf i - 1 and leaf i. */
  readonly children: readonly (Page | null)[];
  /** Filled by `pageHash`. */
  readonly memo: { hash: Uint8Array | null };
}

export type Tree = Page | null;

/** A bound is exclusive; null is unbounded. */
export type Bound = string | null;

const NO_PAGE = new Uint8Array(32);
const EMPTY_ROOT = sha256(new Uint8Array([0x03]));

/**
 * Merkle search tree (Auvolat, Taiani, SRDS 2019): a search tree whose shape follows from its keys alone, because a key's
 * level is a hash of it. Equal sets have equal roots, whatever was written or removed in which order.
 */
export function rootHash(tree: Tree): Uint8Array {
  return tree === null ? EMPTY_ROOT : pageHash(tree);
}

/** SHA-256(0x01 || level || number of rows || child || (leaf || child)*); 32 zero bytes where there is no child. */
export function pageHash(page: Page): Uint8Array {
  const { memo, level, leaves, children } = page;
  if (memo.hash === null) {
    const childHashes = children.map((child) => (child === null ? null : pageHash(child)));
    memo.hash = hashOfPage(
      level,
      leaves.map((leaf) => leaf.hash),
      childHashes,
    );
  }
  return memo.hash;
}

export function hashOfPage(
  level: number,
  leaves: readonly Uint8Array[],
  children: readonly (Uint8Array | null)[],
): Uint8Array {
  const writer = new ByteWriter(64 * children.length + 16).u8(0x01).u8(level).varint(leaves.length);
  writer.raw(children[0] ?? NO_PAGE);
  for (const [i, leaf] of leaves.entries()) writer.raw(leaf).raw(children[i + 1] ?? NO_PAGE);
  return sha256(writer.finish());
}

export function find(tree: Tree, key: string): Row | undefined {
  let page = tree;
  while (page !== null) {
    const at = placeOf(page, key);
    if (page.leaves[at]?.row.key === key) return page.leaves[at].row;
    page = page.children[at]!;
  }
  return undefined;
}

/** The tree with this row, in place of any other of its key. */
export function put(tree: Tree, row: Row): Page {
  const leaf = { row, hash: leafHash(row) };
  return replaceLeaf(tree, leaf) ?? insert(tree, leaf, levelOf(row.key));
}

/** A key that is there keeps its place, so its level need not be computed again; null when it is not there. */
function replaceLeaf(page: Tree, leaf: Leaf): Page | null {
  if (page === null) return null;
  const at = placeOf(page, leaf.row.key);
  if (page.leaves[at]?.row.key === leaf.row.key) {
    return { ...page, leaves: page.leaves.with(at, leaf), memo: { hash: null } };
  }
  const child = replaceLeaf(page.children[at]!, leaf);
  return child === null ? null : replaceChild(page, at, child);
}

function insert(page: Tree, leaf: Leaf, level: number): Page {
  const { key } = leaf.row;
  if (page === null || page.level < level) {
    return make(level, [leaf], [below(page, key), above(page, key)])!;
  }
  const at = placeOf(page, key);
  if (page.level > level) return replaceChild(page, at, insert(page.children[at]!, leaf, level));
  const child = page.children[at]!;
  const children = page.children.toSpliced(at, 1, below(child, key), above(child, key));
  return make(page.level, page.leaves.toSpliced(at, 0, leaf), children)!;
}

/** The tree without this key. */
export function remove(page: Tree, key: string): Tree {
  if (page === null) return null;
  const at = placeOf(page, key);
  if (page.leaves[at]?.row.key !== key) {
    const child = page.children[at]!;
    const smaller = remove(child, key);
    return smaller === child ? page : replaceChild(page, at, smaller);
  }
  const joined = concatenate(page.children[at]!, page.children[at + 1]!);
  return make(page.level, page.leaves.toSpliced(at, 1), page.children.toSpliced(at, 2, joined));
}

/** The tree of the keys strictly between the bounds: the same pages as if nothing else had ever existed. */
export function slice(tree: Tree, low: Bound, high: Bound): Tree {
  const upper = low === null ? tree : above(tree, low);
  return high === null ? upper : below(upper, high);
}

function below(page: Tree, key: string): Tree {
  if (page === null) return null;
  const at = placeOf(page, key);
  if (at === page.leaves.length && page.children[at] === null) return page;
  return make(page.level, page.leaves.slice(0, at), [...page.children.slice(0, at), below(page.children[at]!, key)]);
}

function above(page: Tree, key: string): Tree {
  if (page === null) return null;
  const at = placeOf(page, key);
  if (page.leaves[at]?.row.key === key) {
    return make(page.level, page.leaves.slice(at + 1), page.children.slice(at + 1));
  }
  if (at === 0 && page.children[0] === null) return page;
  return make(page.level, page.leaves.slice(at), [above(page.children[at]!, key), ...page.children.slice(at + 1)]);
}

/** All keys of `a` are below all keys of `b`. */
function concatenate(a: Tree, b: Tree): Tree {
  if (a === null || b === null) return a ?? b;
  if (a.level > b.level) return replaceChild(a, a.leaves.length, concatenate(a.children.at(-1)!, b));
  if (a.level < b.level) return replaceChild(b, 0, concatenate(a, b.children[0]!));
  const middle = concatenate(a.children.at(-1)!, b.children[0]!);
  const children = [...a.children.slice(0, -1), middle, ...b.children.slice(1)];
  return make(a.level, [...a.leaves, ...b.leaves], children);
}

function replaceChild(page: Page, at: number, child: Tree): Page {
  return { ...page, children: page.children.with(at, child), memo: { hash: null } };
}

/** A page without rows is no page: its only child stands for it. */
function make(level: number, leaves: readonly Leaf[], children: readonly Tree[]): Tree {
  return leaves.length === 0 ? children[0]! : { level, leaves, children, memo: { hash: null } };
}

/** Index of the first leaf whose key is not below `key`. */
function placeOf(page: Page, key: string): number {
  let low = 0;
  let high = page.leaves.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (page.leaves[middle]!.row.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows in order of keys. */
export function* rowsOf(tree: Tree): Generator<Row> {
  if (tree === null) return;
  for (const [i, leaf] of tree.leaves.entries()) {
    yield* rowsOf(tree.children[i]!);
    yield leaf.row;
  }
  yield* rowsOf(tree.children.at(-1)!);
}
