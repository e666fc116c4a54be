import { LIMITS } from '@hypersync/base';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { headerHash, headerOf, readHeader, writeHeader, type Header } from './row.ts';
import { pageHash, pageOf, type Bound, type Leaf, type Page, type Tree } from './search-tree.ts';

/**
 * A tree of which some pages are shown with the headers of their rows, and of the others the hashes only: it has the root of
 * the whole tree, and as long as only what is shown is looked at, everything that works on trees works on it.
 */
export type PartialTree = Tree<Header>;

const TAG = { none: 0, closed: 1, shown: 2 } as const;
/** As many as a hash has digits. */
const MAX_LEVEL = 64;
const MAX_LEAVES = 65_536;
const CLOSED = -1;

/** Somebody looked into a page that is not shown. */
export class NotShown extends Error {}

export function isClosed(page: Page<Header>): boolean {
  return page.level === CLOSED;
}

function closedPage(hash: Uint8Array): Page<Header> {
  const refuse = (): never => {
    throw new NotShown();
  };
  return Object.defineProperties({ level: CLOSED, hash } as Page<Header>, {
    leaves: { get: refuse },
    children: { get: refuse },
  });
}

/** Shows each page for which `isShown` is true of the keys around it; null is unbounded. */
export function encodePartial(tree: Tree, isShown: (low: Bound, high: Bound) => boolean): Uint8Array {
  const writer = new ByteWriter(8192);
  const write = (page: Tree, low: Bound, high: Bound): void => {
    if (page === null) return void writer.u8(TAG.none);
    if (!isShown(low, high)) return void writer.u8(TAG.closed).raw(pageHash(page));
    const { level, leaves, children } = page;
    writer.u8(TAG.shown).u8(level).varint(leaves.length);
    for (const [i, child] of children.entries()) {
      write(child, leaves[i - 1]?.row.key ?? low, leaves[i]?.row.key ?? high);
      if (i < leaves.length) writeHeader(writer, headerOf(leaves[i]!.row));
    }
  };
  write(tree, null, null);
  return writer.finish();
}

/** Undefined on anything that is not a tree: keys out of order, levels that do not fall, bytes too many. */
export function decodePartial(bytes: Uint8Array): PartialTree | undefined {
  if (bytes.length > LIMITS.messageBytes) return undefined;
  const reader = new ByteReader(bytes);
  const tree = readTree(reader, MAX_LEVEL + 1, { key: null });
  return reader.done() ? tree : undefined;
}

/** `last` is the key read before: all that follow are above it. Levels fall, so the depth is bounded. */
function readTree(reader: ByteReader, above: number, last: { key: Bound }): PartialTree {
  const tag = reader.u8();
  if (tag === TAG.closed) return closedPage(reader.raw(32));
  if (tag !== TAG.shown) {
    if (tag !== TAG.none) reader.fail();
    return null;
  }
  const level = reader.u8();
  const count = reader.varint(MAX_LEAVES);
  if (level >= above || count === 0) reader.fail();
  const leaves: Leaf<Header>[] = [];
  const children: PartialTree[] = [];
  for (let i = 0; i <= count && reader.ok; i++) {
    children.push(readTree(reader, level, last));
    if (i === count) break;
    const row = readHeader(reader);
    if (last.key !== null && row.key <= last.key) reader.fail();
    last.key = row.key;
    leaves.push({ row, hash: headerHash(row) });
  }
  return pageOf(level, leaves, children);
}
