import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { toHex } from './hex.ts';
import { leafHash, type Row } from './row.ts';
import { find, hashOfPage, pageHash, placeOf, type Page, type Tree } from './search-tree.ts';

/** One page on the way up. `at` is the place of the row (lowest page) or of the page below it. */
interface Step {
  readonly level: number;
  readonly at: number;
  readonly leaves: readonly Uint8Array[];
  readonly children: readonly (Uint8Array | null)[];
}

/** That a tree holds a row: the pages from the row up to the root, by their hashes. */
export type InclusionProof = readonly Step[];

const MAX_STEPS = 64;
const MAX_LEAVES = 65_536;
const ROOT_HEX = /^[0-9a-f]{64}$/;

/** Null when the tree has no such key. */
export function proveInclusion(tree: Tree, key: string): InclusionProof | null {
  const steps: Step[] = [];
  let page = tree;
  while (page !== null) {
    const place = placeOf(page, key);
    steps.unshift(stepOf(page, place));
    if (page.leaves[place]?.row.key === key) return steps;
    page = page.children[place]!;
  }
  return null;
}

function stepOf(page: Page, at: number): Step {
  return {
    level: page.level,
    at,
    leaves: page.leaves.map((leaf) => leaf.hash),
    children: page.children.map((child) => (child === null ? null : pageHash(child))),
  };
}

/**
 * True when the tree with this root (64 hex digits, as in a position) holds exactly this row. Needs nothing but the root
 * from a trusted source. Never throws.
 */
export function verifyInclusion(root: string, row: Row, proof: InclusionProof): boolean {
  if (!ROOT_HEX.test(root) || proof.length === 0 || proof.length > MAX_STEPS) return false;
  let hash = leafHash(row);
  for (const [i, { level, at, leaves, children }] of proof.entries()) {
    if (level < 0 || level > 255 || children.length !== leaves.length + 1) return false;
    // What is being proven takes its place, so a proof that shows something else there hashes to another root.
    const size = i === 0 ? leaves.length : children.length;
    if (!Number.isInteger(at) || at < 0 || at >= size) return false;
    const proven = hash;
    hash = hashOfPage(
      level,
      leaves.length,
      (k) => (i === 0 && k === at ? proven : leaves[k]!),
      (k) => (i > 0 && k === at ? proven : children[k]!),
    );
  }
  return toHex(hash) === root;
}

/** The encoded proof that the tree holds exactly this row; empty where another row of its key is in it. */
export function certificateOf(tree: Tree, row: Row): Uint8Array {
  const proof = find(tree, row.key) === row ? proveInclusion(tree, row.key) : null;
  return proof === null ? new Uint8Array(0) : encodeProof(proof);
}

export function encodeProof(proof: InclusionProof): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.list(proof, (inner, { level, at, leaves, children }) => {
    inner
      .u8(level)
      .varint(at)
      .list(leaves, (each, leaf) => each.raw(leaf));
    for (const child of children) {
      inner.bool(child !== null);
      if (child !== null) inner.raw(child);
    }
  });
  return writer.finish();
}

/** Null on anything that `encodeProof` does not write. */
export function decodeProof(bytes: Uint8Array): InclusionProof | null {
  const reader = new ByteReader(bytes);
  const proof = reader.list(MAX_STEPS, () => {
    const level = reader.u8();
    const at = reader.varint();
    const leaves = reader.list(MAX_LEAVES, () => reader.raw(32));
    const children: (Uint8Array | null)[] = [];
    for (let i = 0; i <= leaves.length && reader.ok; i++) children.push(reader.bool() ? reader.raw(32) : null);
    return { level, at, leaves, children };
  });
  return reader.done() ? proof : null;
}
