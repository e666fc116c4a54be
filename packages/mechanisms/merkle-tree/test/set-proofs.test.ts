import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '@hypersync/base';
import {
  proveAbsence,
  proveConsistency,
  proveRange,
  put,
  rootHash,
  treeOf,
  verifyAbsence,
  verifyConsistency,
  verifyRange,
  type Row,
  type RowChange,
  type Tree,
} from '../src/index.ts';
import { decodePartial } from '../src/partial-tree.ts';
import { remove, rowsOf } from '../src/search-tree.ts';

const row = (key: string, counter = 1, kind: Row['kind'] = 'value', size = 3): Row => ({
  key,
  counter,
  author: 'a',
  sequence: counter,
  kind,
  value: kind === 'value' ? new Uint8Array(size).fill(counter) : new Uint8Array(0),
});
const rootOf = (tree: Tree): string => toHex(rootHash(tree));
const names = fc.stringMatching(/^[a-f]{0,3}$/);
const sets = fc
  .uniqueArray(fc.record({ key: names, dead: fc.boolean(), size: fc.constantFrom(0, 3, 32, 33, 100) }), {
    selector: ({ key }) => key,
    maxLength: 60,
  })
  .map((rows) => rows.map(({ key, dead, size }) => row(key, 1, dead ? 'tombstone' : 'value', size)));

describe('a range proof', () => {
  it('convinces of exactly the rows in the range, for any set and any range', () => {
    fc.assert(
      fc.property(sets, names, names, (rows, a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const tree = treeOf(rows);
        const root = rootOf(tree);
        const within = [...rowsOf(tree)].filter(({ key }) => key >= from && key <= to);
        const proof = proveRange(tree, from, to);
        expect(verifyRange(root, from, to, within, proof)).toBe(true);
        // One row less, one more, one other: no.
        for (let i = 0; i < within.length; i++) {
          expect(verifyRange(root, from, to, within.toSpliced(i, 1), proof)).toBe(false);
          expect(verifyRange(root, from, to, within.with(i, row(within[i]!.key, 9)), proof)).toBe(false);
        }
        expect(verifyRange(root, from, to, [...within, row(`${to}x`)], proof)).toBe(false);
        expect(verifyRange(rootOf(put(tree, row('zz'))), from, to, within, proof)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('proves nothing about a range that it does not show', () => {
    const tree = treeOf(Array.from({ length: 500 }, (_, i) => row(`k${String(i).padStart(3, '0')}`)));
    const root = rootOf(tree);
    const proof = proveRange(tree, 'k100', 'k110');
    const rows = (from: string, to: string): Row[] => [...rowsOf(tree)].filter(({ key }) => key >= from && key <= to);
    expect(verifyRange(root, 'k100', 'k110', rows('k100', 'k110'), proof)).toBe(true);
    expect(verifyRange(root, 'k100', 'k300', rows('k100', 'k300'), proof)).toBe(false);
    expect(verifyRange(root, 'k300', 'k310', [], proof)).toBe(false);
    expect(verifyAbsence(root, 'k300', proof)).toBe(false);
  });

  it('grows with the range and the depth, not with the set', () => {
    const tree = treeOf(Array.from({ length: 20_000 }, (_, i) => row(`k${i}`)));
    expect(proveRange(tree, 'k777', 'k7771').length).toBeLessThan(20_000);
    expect(proveAbsence(tree, 'nobody')!.length).toBeLessThan(20_000);
  });
});

describe('an absence proof', () => {
  it('convinces of every key that is not there, and of no other', () => {
    fc.assert(
      fc.property(sets, names, (rows, key) => {
        const tree = treeOf(rows);
        const proof = proveAbsence(tree, key);
        const isThere = rows.some((each) => each.key === key);
        expect(proof === null).toBe(isThere);
        // Who holds the row, if only as a tombstone, has no proof to show: not even one for the range around it.
        expect(verifyAbsence(rootOf(tree), key, proof ?? proveRange(tree, key, key))).toBe(!isThere);
      }),
      { numRuns: 300 },
    );
  });
});

/** A later set: some rows overwritten, some tombstones gone, some rows new. */
const histories = sets.chain((before) =>
  fc.record({
    before: fc.constant(before),
    fresh: fc.uniqueArray(names, { maxLength: 8 }),
    gone: fc.subarray(before.filter(({ kind }) => kind === 'tombstone').map(({ key }) => key)),
  }),
);

function after(before: Tree, fresh: readonly string[], gone: readonly string[]): Tree {
  const written = fresh.reduce<Tree>((tree, key) => put(tree, row(key, 2)), before);
  return gone.filter((key) => !fresh.includes(key)).reduce<Tree>((tree, key) => remove(tree, key), written);
}

describe('a consistency proof', () => {
  it('convinces of exactly the changes between two sets', () => {
    fc.assert(
      fc.property(histories, ({ before, fresh, gone }) => {
        const [old, young] = [treeOf(before), after(treeOf(before), fresh, gone)];
        const [from, to] = [rootOf(old), rootOf(young)];
        const { changes, proof } = proveConsistency(old, young);
        // The oracle: a plain comparison of the two sets.
        const versions = (tree: Tree): Map<string, Row> => new Map([...rowsOf(tree)].map((each) => [each.key, each]));
        const [a, b] = [versions(old), versions(young)];
        const expected: RowChange[] = [...new Set([...a.keys(), ...b.keys()])]
          .toSorted()
          .filter((key) => a.get(key)?.counter !== b.get(key)?.counter)
          .map((key) => ({ key, row: b.get(key) ?? null }));
        expect(changes).toEqual(expected);
        expect(verifyConsistency(from, to, changes, proof)).toBe(true);
        for (let i = 0; i < changes.length; i++) {
          expect(verifyConsistency(from, to, changes.toSpliced(i, 1), proof)).toBe(false);
          const forged = { ...changes[i]!, row: row(changes[i]!.key, 7) };
          expect(verifyConsistency(from, to, changes.with(i, forged), proof)).toBe(false);
        }
        if (from !== to) expect(verifyConsistency(to, from, changes, proof)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses a later set that has lost something: a row that went back, or one that was no tombstone', () => {
    const keys = Array.from({ length: 60 }, (_, i) => `k${i}`);
    const tree = treeOf(keys.map((key) => row(key, 5)));
    const back = put(tree, row('k7', 4));
    const gone = remove(tree, 'k7');
    for (const worse of [back, gone]) {
      const { changes, proof } = proveConsistency(tree, worse);
      expect(changes.length).toBe(1);
      expect(verifyConsistency(rootOf(tree), rootOf(worse), changes, proof)).toBe(false);
    }
    const better = put(tree, row('k7', 6));
    const { changes, proof } = proveConsistency(tree, better);
    expect(verifyConsistency(rootOf(tree), rootOf(better), changes, proof)).toBe(true);
    // The proof shows what it needs: the changed key's way, not the others'.
    const other = put(tree, row('k8', 6));
    const elsewhere = proveConsistency(tree, other);
    expect(verifyConsistency(rootOf(tree), rootOf(other), elsewhere.changes, proof)).toBe(
      toHex(elsewhere.proof) === toHex(proof),
    );
    expect(verifyConsistency(rootOf(tree), rootOf(other), [...elsewhere.changes, ...changes], proof)).toBe(false);
  });
});

describe('bytes from a stranger', () => {
  const tree = treeOf(
    Array.from({ length: 200 }, (_, i) => row(`k${i}`, 1, i % 3 === 0 ? 'tombstone' : 'value', i % 40)),
  );
  const root = rootOf(tree);
  const absence = proveAbsence(tree, 'k7x')!;
  const young = after(tree, ['k5', 'new'], ['k3', 'k9']);
  const consistency = proveConsistency(tree, young);

  it('convince of nothing when any one of them is another', () => {
    for (let at = 0; at < absence.length; at++) {
      const bytes = absence.with(at, absence[at]! ^ (1 << (at & 7)));
      expect(verifyAbsence(root, 'k7x', bytes)).toBe(false);
    }
    for (let at = 0; at < consistency.proof.length; at += 7) {
      const bytes = consistency.proof.with(at, consistency.proof[at]! ^ (1 << (at & 7)));
      expect(verifyConsistency(root, rootOf(young), consistency.changes, bytes)).toBe(false);
    }
  });

  it('never make a verifier throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        decodePartial(bytes);
        expect(verifyAbsence(root, 'k', bytes)).toBe(false);
        expect(verifyConsistency(root, root, [], bytes)).toBe(false);
      }),
      { numRuns: 500 },
    );
    // A page within a page within a page: levels fall, so the depth is bounded.
    expect(decodePartial(new Uint8Array(100_000).fill(2))).toBeUndefined();
    expect(verifyAbsence('no root', 'k7x', absence)).toBe(false);
    expect(verifyAbsence(root.toUpperCase(), 'k7x', absence)).toBe(false);
    expect(verifyConsistency(root, 'no root', consistency.changes, consistency.proof)).toBe(false);
  });
});
