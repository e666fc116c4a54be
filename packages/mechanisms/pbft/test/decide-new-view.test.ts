import { describe, expect, it } from 'vitest';
import { hashKey, WeightTable } from '@hypersync/consensus-kit';
import { NULL_DIGEST } from '../src/batch.ts';
import { makeCertificate, type Claim } from '../src/statements.ts';
import { decideNewView, makeViewChange, type ViewChange } from '../src/view-change.ts';

const table = new WeightTable(['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1 })));

function digest(fill: number): Uint8Array {
  return new Uint8Array(32).fill(fill);
}

/** Number, view, fill of the digest. */
type Row = readonly [number, number, number];

function claims(rows: readonly Row[]): Claim[] {
  return rows.map(([number, view, fill]) => ({ number, view, digest: digest(fill), key: hashKey(digest(fill)) }));
}

function change(sender: string, p: readonly Row[], q: readonly Row[] = p, stable = 0): ViewChange {
  const checkpoint = makeCertificate({ t: 'CHECKPOINT', number: stable, digest: digest(99) }, new Map());
  return makeViewChange({ sender, view: 9, stable: checkpoint, prepared: claims(p), prePrepared: claims(q) });
}

function decided(...changes: ViewChange[]): { stable: number; fills: (number | null)[] } | null {
  const plan = decideNewView(changes, table);
  if (plan === null) return null;
  return {
    stable: plan.stable.statement.number,
    fills: plan.digests.map((one) => (hashKey(one) === hashKey(NULL_DIGEST) ? null : one[0]!)),
  };
}

describe('the decision of a new primary', () => {
  it('needs more than two thirds', () => {
    expect(decided(change('a', []), change('b', []))).toBeNull();
    expect(decided(change('a', []), change('b', []), change('c', []))).toEqual({ stable: 0, fills: [] });
  });

  it('keeps what one honest replica may have committed', () => {
    const kept = decided(change('a', [[1, 0, 7]]), change('b', [], [[1, 0, 7]]), change('c', []));
    expect(kept).toEqual({ stable: 0, fills: [7] });
  });

  it('believes nobody alone: a prepared request that nobody else has heard of is ignored', () => {
    const forged = change('d', [[1, 3, 66]]);
    const honest = ['a', 'b', 'c'].map((id) => change(id, [[1, 0, 7]]));
    expect(decided(forged, ...honest)).toEqual({ stable: 0, fills: [7] });
    expect(decided(forged, change('a', []), change('b', []))).toBeNull(); // may be true: wait for more
    expect(decided(forged, change('a', []), change('b', []), change('c', []))).toEqual({ stable: 0, fills: [] });
  });

  it('prefers the later view', () => {
    const both: Row[] = [
      [1, 0, 5],
      [1, 2, 7],
    ];
    const plan = decided(change('a', [[1, 0, 5]]), change('b', [[1, 2, 7]], both), change('c', [], [[1, 2, 7]]));
    expect(plan).toEqual({ stable: 0, fills: [7] });
  });

  it('pre-prepared in an earlier view only does not vouch for a later one', () => {
    const lie = change('d', [[1, 2, 5]]);
    const others = [
      change('a', [[1, 1, 7]]),
      change('b', [[1, 1, 7]]),
      change(
        'c',
        [[1, 1, 7]],
        [
          [1, 0, 5],
          [1, 1, 7],
        ],
      ),
    ];
    expect(decided(lie, ...others)).toEqual({ stable: 0, fills: [7] });
  });

  it('fills gaps with null, and does not go beyond the last number that matters', () => {
    const p: Row[] = [[3, 0, 7]];
    const lie = change('d', [[8, 0, 9]]);
    expect(decided(change('a', p), change('b', p), change('c', p), lie)).toEqual({ stable: 0, fills: [null, null, 7] });
  });

  it('a null request that was prepared is kept like any other, at the end too', () => {
    const p: Row[] = [[1, 1, 0]];
    expect(decided(change('a', p), change('b', p), change('c', p))).toEqual({ stable: 0, fills: [null] });
  });

  it('starts at the highest stable checkpoint', () => {
    const low = change('a', [
      [1, 0, 5],
      [5, 0, 7],
    ]);
    const high = change('b', [[5, 0, 7]], [[5, 0, 7]], 4);
    expect(decided(low, high, change('c', []))).toEqual({ stable: 4, fills: [7] });
  });
});
