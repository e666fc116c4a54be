import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '@hypersync/base';
import {
  decodeProof,
  encodeProof,
  proveInclusion,
  put,
  rootHash,
  verifyInclusion,
  type Row,
  type Tree,
} from '../src/index.ts';
import { leafHash } from '../src/row.ts';
import { pageHash } from '../src/search-tree.ts';

const row = (key: string, value = key): Row => ({
  key,
  counter: 1,
  author: 'a',
  sequence: 1,
  kind: 'value',
  value: new TextEncoder().encode(value),
});
const tree = Array.from({ length: 300 }, (_, i) => row(`k${i}`)).reduce<Tree>((all, each) => put(all, each), null);
const root = toHex(rootHash(tree));

describe('an inclusion proof', () => {
  it('convinces who knows only the root, for every row', () => {
    for (let i = 0; i < 300; i++) {
      const proof = decodeProof(encodeProof(proveInclusion(tree, `k${i}`)!))!;
      expect(verifyInclusion(root, row(`k${i}`), proof)).toBe(true);
    }
    expect(proveInclusion(tree, 'absent')).toBeNull();
  });

  it('convinces of nothing else', () => {
    const proof = proveInclusion(tree, 'k7')!;
    for (const forged of [
      row('k7', 'other'),
      row('k8'),
      { ...row('k7'), counter: 2 },
      { ...row('k7'), author: 'b' },
      { ...row('k7'), kind: 'tombstone' as const, value: new Uint8Array(0) },
    ]) {
      expect(verifyInclusion(root, forged, proof)).toBe(false);
    }
    expect(verifyInclusion(toHex(rootHash(put(tree, row('new')))), row('k7'), proof)).toBe(false);
    expect(verifyInclusion('not a root', row('k7'), proof)).toBe(false);
    expect(verifyInclusion(root, row('k7'), [])).toBe(false);
  });

  it('keeps rows and pages apart', () => {
    // A page whose bytes are taken for a row, or a row's hash put where a page belongs, must not verify.
    const page = put(null, row('x'));
    expect(toHex(pageHash(page))).not.toBe(toHex(leafHash(row('x'))));
    const fake = [{ level: 3, at: 0, leaves: [], children: [null] }, ...proveInclusion(tree, 'k7')!];
    expect(verifyInclusion(root, row('k7'), fake)).toBe(false);
  });

  it('never throws on bytes from a stranger', () => {
    const good = encodeProof(proveInclusion(tree, 'k7')!);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = good.slice();
        bytes[at] = bytes[at]! ^ flip;
        const proof = decodeProof(bytes);
        expect(proof !== null && verifyInclusion(root, row('k7'), proof)).toBe(isSilent(proof, bytes));
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeProof(bytes)));
  });
});

/** The hash at the proven place is replaced by the row's own, so a flip there changes nothing. */
function isSilent(proof: ReturnType<typeof decodeProof>, bytes: Uint8Array): boolean {
  if (proof === null) return false;
  const good = proveInclusion(tree, 'k7')!;
  if (toHex(encodeProof(proof)) !== toHex(bytes) || proof.length !== good.length) return false;
  return proof.every((step, i) => {
    const other = good[i]!;
    if (step.level !== other.level || step.at !== other.at) return false;
    const same = (a: Uint8Array | null | undefined, b: Uint8Array | null | undefined): boolean =>
      a === b || (a != null && b != null && toHex(a) === toHex(b));
    const leaves = step.leaves.length === other.leaves.length;
    return (
      leaves &&
      step.leaves.every((leaf, k) => same(leaf, other.leaves[k]) || (i === 0 && k === step.at)) &&
      step.children.every((child, k) => same(child, other.children[k]) || (i > 0 && k === step.at))
    );
  });
}
