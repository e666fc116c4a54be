import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '@hypersync/base';
import { levelOf, type Row } from '../src/row.ts';
import {
  find,
  put,
  remove,
  rootHash,
  rowsOf,
  slice,
  treeOf as treeOfMany,
  type Page,
  type Tree,
} from '../src/search-tree.ts';

const row = (key: string, counter = 1, value = 'v'): Row => ({
  key,
  counter,
  author: 'a',
  sequence: counter,
  kind: 'value',
  value: new TextEncoder().encode(value),
});
const treeOf = (rows: readonly Row[]): Tree => rows.reduce<Tree>((tree, each) => put(tree, each), null);

const hex = (tree: Tree): string => toHex(rootHash(tree));
const keys = fc.uniqueArray(fc.string({ maxLength: 4 }), { maxLength: 60 });

/** Levels fall strictly on the way down, and keys lie where their bounds say. */
function checkShape(page: Page, low: string | null, high: string | null): void {
  expect(page.leaves.length).toBeGreaterThan(0);
  expect(page.children.length).toBe(page.leaves.length + 1);
  const bounds = [low, ...page.leaves.map((leaf) => leaf.row.key), high];
  for (const [i, child] of page.children.entries()) {
    const [from, to] = [bounds[i]!, bounds[i + 1]!];
    if (from !== null && to !== null) expect(from < to).toBe(true);
    if (child === null) continue;
    expect(child.level).toBeLessThan(page.level);
    checkShape(child, from, to);
  }
}

describe('levels', () => {
  it('follow from the key as documented (known answers), one in sixteen keys of the next', () => {
    expect(['k1', 'k6', 'k20', 'k59', 'k35'].map(levelOf)).toEqual([0, 1, 2, 0, 2]);
    const counts = Array.from({ length: 9 }, () => 0);
    for (let i = 0; i < 65_536; i++) counts[levelOf(`key-${i}`)]!++;
    for (const [level, count] of counts.slice(0, 4).entries()) {
      const expected = (65_536 * 15) / 16 ** (level + 1);
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected) + 1);
    }
  });
});

describe('the search tree', () => {
  it('has one shape and one root for one set, in whatever order it was written', () => {
    fc.assert(
      fc.property(keys, keys, fc.infiniteStream(fc.nat()), (kept, dropped, shuffle) => {
        const gone = dropped.filter((key) => !kept.includes(key));
        const direct = treeOf(kept.map((key) => row(key)));
        const order = [...kept, ...gone].map((key) => ({ key, at: shuffle.next().value! })).sort((a, b) => a.at - b.at);
        let other = treeOf(order.map(({ key }) => row(key, 1, key.length > 2 ? 'old' : 'v')));
        for (const key of gone) other = remove(other, key);
        for (const key of kept) other = put(other, row(key));
        expect(hex(other)).toBe(hex(direct));
        if (direct !== null) checkShape(direct, null, null);
        expect([...rowsOf(direct)].map((each) => each.key)).toEqual(kept.toSorted());
        for (const key of kept) expect(find(direct, key)).toEqual(row(key));
        for (const key of gone) expect(find(other, key)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it('is the same built at once, from rows in any order', () => {
    fc.assert(
      fc.property(keys, (all) => {
        const rows = all.map((key) => row(key));
        const sorted = rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
        const one = treeOf(rows);
        for (const many of [treeOfMany(rows), treeOfMany(sorted), treeOfMany(new Set(rows))]) {
          expect(hex(many)).toBe(hex(one));
          if (many !== null) checkShape(many, null, null);
          expect([...rowsOf(many)]).toEqual(sorted);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives for a range the tree of the keys in that range', () => {
    fc.assert(
      fc.property(keys, fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }), (all, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const inside = all.filter((key) => key > low && key < high);
        expect(hex(slice(treeOf(all.map((key) => row(key))), low, high))).toBe(
          hex(treeOf(inside.map((key) => row(key)))),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('leaves old trees as they were', () => {
    const before = treeOf(Array.from({ length: 200 }, (_, i) => row(`k${i}`)));
    const root = hex(before);
    let after = before;
    for (let i = 0; i < 200; i += 3) after = remove(after, `k${i}`);
    expect(hex(before)).toBe(root);
    expect([...rowsOf(before)].length).toBe(200);
  });

  it('tells every part of a row apart: value, version, tombstone', () => {
    const base = row('k', 3, 'v');
    const others: Row[] = [
      { ...base, value: new Uint8Array([1]) },
      { ...base, counter: 4 },
      { ...base, author: 'b' },
      { ...base, sequence: 4 },
      { ...base, kind: 'tombstone', value: new Uint8Array(0) },
      { ...base, kind: 'tombstone' },
    ];
    const roots = new Set([base, ...others].map((each) => hex(put(null, each))));
    expect(roots.size).toBe(others.length + 1);
    // Combining leaves by exclusive or would let these two cancel each other out.
    expect(hex(treeOf([row('a'), row('b')]))).not.toBe(hex(null));
  });

  it('hashes rows and pages as documented, each with its own prefix (known answers)', () => {
    const sha = (...parts: Uint8Array[]): Uint8Array => createHash('sha256').update(Buffer.concat(parts)).digest();
    const text = (value: string): Uint8Array => new TextEncoder().encode(value);
    expect(hex(null)).toBe(toHex(sha(new Uint8Array([3]))));
    // leaf: 0x00, key, counter, author, sequence, kind, value; strings and values with their length before
    const leaf = (key: string, value: Uint8Array = new Uint8Array([1, ...text('v')])): Uint8Array =>
      sha(new Uint8Array([0, key.length]), text(key), new Uint8Array([1, 1]), text('a'), new Uint8Array([1, 0]), value);
    const flat = ['a', 'b', 'c', 'd', 'e', 'f'].filter((key) => levelOf(key) === 0).slice(0, 3);
    const page = (at: number, rows: number, which: number, ...parts: Uint8Array[]): Uint8Array =>
      sha(new Uint8Array([1, at, rows, which]), ...parts);
    const low = page(0, 3, 0, ...flat.map((key) => leaf(key)));
    expect(hex(treeOf(flat.map((key) => row(key))))).toBe(toHex(low));
    const high = Array.from({ length: 999 }, (_, i) => `x${i}`).find((key) => levelOf(key) === 1)!;
    expect(hex(treeOf([...flat, high].map((key) => row(key))))).toBe(toHex(page(1, 1, 0b01, low, leaf(high))));
    // a value longer than a hash stands there as its hash
    const long = 'x'.repeat(33);
    const short = page(0, 1, 0, leaf(flat[0]!, Buffer.concat([new Uint8Array([33]), sha(text(long))])));
    expect(hex(treeOf([row(flat[0]!, 1, long)]))).toBe(toHex(short));
  });
});
