import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { decodeStatement, encodeStatement, maxStatement, type Statement } from '../src/statements.ts';

const SIZE = 24;
const payload = fc.uint8Array({ minLength: SIZE, maxLength: SIZE });
const number = fc.nat(70_000);
const bit = fc.constantFrom(0 as const, 1 as const);

const statements: fc.Arbitrary<Statement> = fc.oneof(
  fc.record({
    kind: fc.constant('broadcast' as const),
    statement: fc.record({
      step: fc.constantFrom('send' as const, 'echo' as const, 'ready' as const),
      slot: number,
      payload,
    }),
  }),
  fc.record({
    kind: fc.constant('binary' as const),
    member: number,
    statement: fc.oneof(
      fc.record({ kind: fc.constantFrom('estimate' as const, 'coordinate' as const), round: number, bit }),
      fc.record({
        kind: fc.constant('aux' as const),
        round: number,
        bits: fc.constantFrom([0 as const], [1 as const], [0 as const, 1 as const]),
      }),
    ),
  }),
  fc.record({ kind: fc.constant('done' as const), output: payload }),
  fc.record({ kind: fc.constant('step' as const), step: number, point: payload }),
);

describe('statements', () => {
  it('come back as they were, within the stated size', () => {
    fc.assert(
      fc.property(statements, (statement) => {
        const encoded = encodeStatement(statement);
        expect(encoded.length).toBeLessThanOrEqual(maxStatement(SIZE));
        expect(decodeStatement(encoded, SIZE)).toEqual(statement);
      }),
    );
  });

  it('are never made out of other bytes: whatever is read is written back the same', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(fc.nat(9), fc.uint8Array({ maxLength: 30 })).map(([tag, rest]) => Uint8Array.of(tag, ...rest)),
    );
    fc.assert(
      fc.property(noise, (bytes) => {
        const statement = decodeStatement(bytes, SIZE);
        if (statement !== null) expect(encodeStatement(statement)).toEqual(bytes);
        expect(typeof plugin.describeMessage(bytes)).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });
});
