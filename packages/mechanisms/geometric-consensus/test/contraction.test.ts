import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextExtent, nextPoint, sweepLength, sweepsFor, type Validity } from '../src/contraction.ts';
import { faultsOf } from '../src/config.ts';

type Point = readonly number[];

const MOST = 1 << 20;

/** Honest values and lies of one round, and which n - f .. n of them two members have, n - f in common. */
function rounds(validity: Validity, dimension: number, n: number) {
  const f = faultsOf(validity, dimension, n);
  const point = fc.array(fc.integer({ min: -MOST, max: MOST }), { minLength: dimension, maxLength: dimension });
  const places = Array.from({ length: n }, (_, i) => i);
  return fc.record({
    points: fc.array(point, { minLength: n, maxLength: n }),
    common: fc.shuffledSubarray(places, { minLength: n - f, maxLength: n - f }),
    mine: fc.subarray(places),
    others: fc.subarray(places),
    round: fc.integer({ min: 0, max: 9 }),
    f: fc.constant(f),
  });
}

const CASES: readonly (readonly [Validity, number, number])[] = [
  ['box', 1, 4],
  ['box', 3, 4],
  ['box', 2, 7],
  ['hull', 1, 7],
  ['hull', 2, 5],
  ['hull', 3, 6],
];

describe.each(CASES)('%s validity in %d dimensions, %d members', (validity, dimension, n) => {
  const have = (points: readonly Point[], common: readonly number[], more: readonly number[]) =>
    [...new Set([...common, ...more])].sort((a, b) => a - b).map((i) => points[i]!);

  it('halves the extent of one coordinate (all, for a box) between members that share n - f values', () => {
    fc.assert(
      fc.property(rounds(validity, dimension, n), ({ points, common, mine, others, round, f }) => {
        const honest = points.slice(f);
        const [a, b] = [mine, others].map((more) => nextPoint(have(points, common, more), f, validity, round));
        for (let axis = 0; axis < dimension; axis++) {
          const column = honest.map((point) => point[axis]!);
          const extent = Math.max(...column) - Math.min(...column);
          const apart = Math.abs(a![axis]! - b![axis]!);
          const halved = validity === 'box' || dimension === 1 || axis === round % dimension;
          expect(apart).toBeLessThanOrEqual((halved ? extent / 2 : extent) + 1);
        }
      }),
      { numRuns: 80 },
    );
  });

  it('knows from its own values how far apart the next values of all can be', () => {
    fc.assert(
      fc.property(rounds(validity, dimension, n), ({ points, common, mine, others, round, f }) => {
        const bound = nextExtent(have(points, common, mine), n, f);
        const next = [others, [], points.map((_, i) => i)].map((more) =>
          nextPoint(have(points, common, more), f, validity, round),
        );
        for (let axis = 0; axis < dimension; axis++) {
          const column = next.map((point) => point[axis]!);
          expect(Math.max(...column) - Math.min(...column)).toBeLessThanOrEqual(bound + 1);
        }
      }),
      { numRuns: 80 },
    );
  });
});

describe('the count of rounds', () => {
  it('is enough when every sweep halves and rounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), fc.integer({ min: 8, max: 2 ** 20 }), (extent, closeness) => {
        let left = extent;
        for (let sweep = 0; sweep < sweepsFor(extent, closeness); sweep++) left = left / 2 + 1;
        expect(left).toBeLessThanOrEqual(closeness);
      }),
    );
  });

  it('is none for what is close enough, and one coordinate a round for hulls', () => {
    expect(sweepsFor(100, 100)).toBe(0);
    expect(sweepsFor(101, 100)).toBe(1);
    expect([sweepLength('hull', 3), sweepLength('box', 3)]).toEqual([3, 1]);
  });
});
