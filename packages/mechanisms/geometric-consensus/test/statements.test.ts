import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Grid } from '../src/grid.ts';
import { RoundValues } from '../src/round-values.ts';
import { decodeStatement, decodeValue, encodeStatement, encodeValue, maxStatement } from '../src/statements.ts';
import plugin from '../src/index.ts';

const grid = new Grid(3, 0.001, 1000);
const points = fc.array(fc.integer({ min: -grid.limit, max: grid.limit }), { minLength: 3, maxLength: 3 });
const bytes = fc.uint8Array({ maxLength: 60 });

describe('statements', () => {
  it('come back as they were, within the stated size', () => {
    fc.assert(
      fc.property(points, fc.boolean(), fc.nat(4000), fc.nat(8191), (point, final, slot, members) => {
        const payload = encodeValue(grid, { point, final });
        expect(decodeValue(grid, payload)).toEqual({ point, final });
        for (const statement of [
          { kind: 'broadcast', statement: { step: 'echo', slot, payload } },
          { kind: 'report', round: slot, members },
          { kind: 'done', point },
        ] as const) {
          const encoded = encodeStatement(grid, statement);
          expect(encoded.length).toBeLessThanOrEqual(maxStatement(grid));
          expect(decodeStatement(grid, encoded)).toEqual(statement);
        }
      }),
    );
  });

  it('are never made out of other bytes: whatever is read is written back the same', () => {
    fc.assert(
      fc.property(bytes, (noise) => {
        const statement = decodeStatement(grid, noise);
        if (statement !== null) expect(encodeStatement(grid, statement)).toEqual(noise);
        const value = decodeValue(grid, noise);
        if (value !== null) expect(encodeValue(grid, value)).toEqual(noise);
        expect(typeof plugin.describeMessage(noise)).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });

  it('with a coordinate out of bounds are refused', () => {
    const narrow = new Grid(3, 0.001, 10);
    const outside = encodeValue(grid, {
      point: [narrow.limit + 1, 0, 0].map((v) => v - grid.limit + narrow.limit),
      final: false,
    });
    expect(decodeValue(narrow, outside)).toBeNull();
  });
});

describe('the values of a round', () => {
  const at = (x: number, final = false) => ({ point: [x], final });

  it('count only after all earlier ones of their member, and a final one stands for all later ones', () => {
    const values = new RoundValues(4, 9);
    values.add(1, 1, at(11));
    expect(values.membersWith(1)).toBe(0);
    values.add(1, 0, at(10));
    expect([values.membersWith(0), values.membersWith(1)]).toEqual([2, 2]);
    values.add(1, 2, at(12, true));
    values.add(1, 3, at(99));
    expect(values.points(3)).toEqual([[12]]);
    expect(values.points(8)).toEqual([[12]]);
    expect([values.live(2), values.live(3), values.rounds]).toEqual([true, false, 2]);
  });

  it('have witnesses among those whose reported values are all there', () => {
    const values = new RoundValues(4, 9);
    for (const member of [0, 1, 2]) values.add(member, 0, at(member));
    expect(values.report(3, 0, 0b1110, 3)).toBe(true);
    expect(values.report(0, 0, 0b0111, 3)).toBe(true);
    expect(values.witnesses(0)).toBe(1);
    expect(values.report(3, 0, 0b0111, 3)).toBe(true); // the first one counts
    expect(values.witnesses(0)).toBe(1);
    values.add(3, 0, at(3));
    expect(values.witnesses(0)).toBe(2);
  });

  it('take no report of too few, of strangers, or of a round that cannot be', () => {
    const values = new RoundValues(4, 9);
    expect([values.report(0, 0, 0b0011, 3), values.report(0, 0, 0b10111, 3), values.report(0, 10, 0b0111, 3)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
