import { ByteWriter, sha256 } from '@hypersync/consensus-kit';
import { leafHash, levelOf, type Row } from './row.ts';

/** A row in the tree, with what is derived from it. Trees of proofs have headers instead of rows. */
export interface Leaf<R extends Keyed = Row> {
  readonly row: R;
  readonly hash: Uint8Array;
}

export interface Keyed {
  readonly key: string;
}

/**
 * One page: rows of one level in order of keys, and between them the pages of the keys that lie there. Pages never change,
 * so trees share them and an old root stays readable.
 */
export interface Page<R extends Keyed = Row> {
  readonly level: number;
  readonly leaves: readonly Leaf<R>[];
  /** One more than leaves: child i holds the keys between leaf i - 1 and leaf i. */
  readonly children: readonly Tree<R>[];
  /** A memo, filled by `pageHash`. */
  hash: Uint8Array | null;
}

export type Tree<R extends Keyed = Row> = Page<R> | null;

/** A bound is exclusive; null is unbounded. */
export type Bound = string | null;

const EMPTY_ROOT = sha256(new Uint8Array([0x03]));

/**
 * Merkle search tree (Auvolat, Taiani, SRDS 2019): a search tree whose shape follows from its keys alone, because a key's
 * level is a hash of it. Equal sets have equal roots, whatever was written or removed in which order.
 */
export function rootHash<R extends Keyed>(tree: Tree<R>): Uint8Array {
  return tree === null ? EMPTY_ROOT : pageHash(tree);
}

/** See `hashOfPage`. */
export function pageHash<R extends Keyed>(page: Page<R>): Uint8Array {
  if (page.hash !== null) return page.hash;
  const { level, leaves, children } = page;
  for (const child of children) if (child !== null && child.hash === null) pageHash(child);
  return (page.hash = hashOfPage(
    level,
    leaves.length,
    (i) => leaves[i]!.hash,
    (i) => children[i]?.hash ?? null,
  ));
}

/**
 * SHA-256(0x01 || level || number of rows || which children there are || child? || (leaf || child?)*): level in one byte, number
 * as LEB128, one bit per child from the lowest on.
 */
export function hashOfPage(
  level: number,
  rows: number,
  leafAt: (i: number) => Uint8Array,
  childAt: (i: number) => Uint8Array | null,
): Uint8Array {
  const writer = new ByteWriter(64 + 65 * (rows + 1)).u8(0x01).u8(level).varint(rows);
  for (let at = 0; at <= rows; at += 8) {
    let bits = 0;
    for (let i = at; i < at + 8 && i <= rows; i++) if (childAt(i) !== null) bits |= 1 << (i - at);
    writer.u8(bits);
  }
  for (let i = 0; i <= rows; i++) {
    const child = childAt(i);
    if (child !== null) writer.raw(child);
    if (i < rows) writer.raw(leafAt(i));
  }
  return writer.hash();
}

export function leafOf(row: Row): Leaf {
  return { row, hash: leafHash(row) };
}

/** A page that may still grow at its right end; what follows its last row comes when it is closed. */
interface OpenPage {
  readonly level: number;
  readonly leaves: Leaf[];
  readonly children: Tree[];
}

/** The tree of many rows at once, each key once; a single pass where they come in order of keys, as from a disk. */
export function treeOf(rows: Iterable<Row>): Tree {
  /** Levels falling. */
  const open: OpenPage[] = [];
  for (const row of inOrder(Array.isArray(rows) ? (rows as readonly Row[]) : Array.from(rows))) {
    const level = levelOf(row.key);
    const before = closeBelow(open, level);
    const top = open[open.length - 1];
    if (top?.level === level) {
      top.leaves.push(leafOf(row));
      top.children.push(before);
    } else open.push({ level, leaves: [leafOf(row)], children: [before] });
  }
  return closeBelow(open, Number.POSITIVE_INFINITY);
}

function closeBelow(open: OpenPage[], level: number): Tree {
  let child: Tree = null;
  for (let top = open[open.length - 1]; top !== undefined && top.level < level; top = open[open.length - 1]) {
    open.pop();
    top.children.push(child);
    child = pageOf(top.level, top.leaves, top.children);
  }
  return child;
}

function inOrder(rows: readonly Row[]): readonly Row[] {
  for (let i = 1; i < rows.length; i++)
    if (rows[i - 1]!.key >= rows[i]!.key) return rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return rows;
}

export function find<R extends Keyed>(tree: Tree<R>, key: string): R | undefined {
  return findLeaf(tree, key)?.row;
}

export function findLeaf<R extends Keyed>(tree: Tree<R>, key: string): Leaf<R> | undefined {
  let page = tree;
  while (page !== null) {
    const at = placeOf(page, key);
    if (page.leaves[at]?.row.key === key) return page.leaves[at];
    page = page.children[at]!;
  }
  return undefined;
}

/** The tree with this row, in place of any other of its key. */
export function put(tree: Tree, row: Row): Page {
  return putLeaf(tree, leafOf(row));
}

export function putLeaf<R extends Keyed>(tree: Tree<R>, leaf: Leaf<R>): Page<R> {
  return replaceLeaf(tree, leaf) ?? insert(tree, leaf, levelOf(leaf.row.key));
}

/** A key that is there keeps its place, so its level need not be computed again; null when it is not there. */
function replaceLeaf<R extends Keyed>(page: Tree<R>, leaf: Leaf<R>): Page<R> | null {
  if (page === null) return null;
  const at = placeOf(page, leaf.row.key);
  if (page.leaves[at]?.row.key === leaf.row.key) {
    return pageOf(page.level, page.leaves.with(at, leaf), page.children);
  }
  const child = replaceLeaf(page.children[at]!, leaf);
  return child === null ? null : replaceChild(page, at, child);
}

function insert<R extends Keyed>(page: Tree<R>, leaf: Leaf<R>, level: number): Page<R> {
  const { key } = leaf.row;
  if (page === null || page.level < level) {
    return pageOf(level, [leaf], [below(page, key), above(page, key)]);
  }
  const at = placeOf(page, key);
  if (page.level > level) return replaceChild(page, at, insert(page.children[at]!, leaf, level));
  const child = page.children[at]!;
  const children = page.children.toSpliced(at, 1, below(child, key), above(child, key));
  return pageOf(page.level, page.leaves.toSpliced(at, 0, leaf), children);
}

/** The tree without this key. */
export function remove<R extends Keyed>(page: Tree<R>, key: string): Tree<R> {
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
export function slice<R extends Keyed>(tree: Tree<R>, low: Bound, high: Bound): Tree<R> {
  const upper = low === null ? tree : above(tree, low);
  return high === null ? upper : below(upper, high);
}

function below<R extends Keyed>(page: Tree<R>, key: string): Tree<R> {
  if (page === null) return null;
  const at = placeOf(page, key);
  if (at === page.leaves.length && page.children[at] === null) return page;
  return make(page.level, page.leaves.slice(0, at), [...page.children.slice(0, at), below(page.children[at]!, key)]);
}

function above<R extends Keyed>(page: Tree<R>, key: string): Tree<R> {
  if (page === null) return null;
  const at = placeOf(page, key);
  if (page.leaves[at]?.row.key === key) {
    return make(page.level, page.leaves.slice(at + 1), page.children.slice(at + 1));
  }
  if (at === 0 && page.children[0] === null) return page;
  return make(page.level, page.leaves.slice(at), [above(page.children[at]!, key), ...page.children.slice(at + 1)]);
}

/** All keys of `a` are below all keys of `b`. */
function concatenate<R extends Keyed>(a: Tree<R>, b: Tree<R>): Tree<R> {
  if (a === null || b === null) return a ?? b;
  if (a.level > b.level) return replaceChild(a, a.leaves.length, concatenate(a.children.at(-1)!, b));
  if (a.level < b.level) return replaceChild(b, 0, concatenate(a, b.children[0]!));
  const middle = concatenate(a.children.at(-1)!, b.children[0]!);
  const children = [...a.children.slice(0, -1), middle, ...b.children.slice(1)];
  return pageOf(a.level, [...a.leaves, ...b.leaves], children);
}

function replaceChild<R extends Keyed>(page: Page<R>, at: number, child: Tree<R>): Page<R> {
  return pageOf(page.level, page.leaves, page.children.with(at, child));
}

export function pageOf<R extends Keyed>(
  level: number,
  leaves: readonly Leaf<R>[],
  children: readonly Tree<R>[],
): Page<R> {
  return { level, leaves, children, hash: null };
}

/** A page without rows is no page: its only child stands for it. */
function make<R extends Keyed>(level: number, leaves: readonly Leaf<R>[], children: readonly Tree<R>[]): Tree<R> {
  return leaves.length === 0 ? children[0]! : pageOf(level, leaves, children);
}

/** Index of the first leaf whose key is not below `key`. */
export function placeOf<R extends Keyed>(page: Page<R>, key: string): number {
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
export function* rowsOf<R extends Keyed>(tree: Tree<R>): Generator<R> {
  if (tree === null) return;
  for (const [i, leaf] of tree.leaves.entries()) {
    yield* rowsOf(tree.children[i]!);
    yield leaf.row;
  }
  yield* rowsOf(tree.children.at(-1)!);
}
