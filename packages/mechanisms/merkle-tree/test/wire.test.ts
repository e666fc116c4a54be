import { FrontierCut } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, describeMessage, encodeMessage, type Message } from '../src/wire.ts';

const MEMBERS = ['a', 'b'];
const bytes = (most: number) => fc.uint8Array({ maxLength: most });
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const key = fc.string({ maxLength: 8, unit: 'grapheme' });
const bound = fc.option(key, { nil: null });
const author = fc.constantFrom(...MEMBERS);
const count = fc.integer({ min: 1, max: 2 ** 40 });
const row = fc.oneof(
  fc.record({ key, counter: count, author, sequence: count, kind: fc.constant('value' as const), value: bytes(40) }),
  fc.record({
    key,
    counter: count,
    author,
    sequence: count,
    kind: fc.constant('tombstone' as const),
    value: fc.constant(new Uint8Array(0)),
  }),
);
const mode = fc.constantFrom('page' as const, 'rows' as const);
const page = fc
  .record({
    low: bound,
    high: bound,
    upTo: bound,
    level: fc.nat(8),
    summaries: fc.array(fc.record({ key, counter: count, author, hash: digest }), { maxLength: 4 }),
    children: fc.array(fc.option(digest, { nil: null }), { maxLength: 5 }),
  })
  .map((answer) => ({
    ...answer,
    mode: 'page' as const,
    children: answer.children.slice(0, answer.summaries.length + 1),
  }));
const rows = fc.record({
  mode: fc.constant('rows' as const),
  low: bound,
  high: bound,
  upTo: bound,
  rows: fc.array(row, { maxLength: 4 }),
});
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant('write' as const), rows: fc.array(row, { maxLength: 4 }) }),
  fc.record({
    type: fc.constant('digest' as const),
    matrix: fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 2, maxLength: 2 }),
    root: digest,
    cut: fc.constant(new FrontierCut(2)),
    answered: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('ask' as const),
    root: digest,
    ask: fc.record({
      number: fc.nat(),
      ranges: fc.array(fc.record({ low: bound, high: bound, mode }), { maxLength: 4 }),
      keys: fc.array(key, { maxLength: 4 }),
    }),
  }),
  fc.record({
    type: fc.constant('answer' as const),
    root: digest,
    number: fc.nat(),
    answers: fc.array(fc.oneof(page, rows), { maxLength: 3 }),
    rows: fc.array(row, { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('gone' as const), root: digest }),
);

describe('a message', () => {
  it('arrives as it was sent, in its epoch and cluster only', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const encoded = encodeMessage(3, sent);
        expect(decodeMessage(encoded, 3, MEMBERS)).toEqual(sent);
        expect(decodeMessage(encoded, 2, MEMBERS)).toBeNull();
        expect(describeMessage(encoded)).toContain(`${sent.type} epoch=3`);
      }),
      { numRuns: 300 },
    );
  });

  it('that was bent on its way is another well-formed one or none, and never throws', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (sent, at, flip) => {
        const bent = encodeMessage(3, sent);
        bent[at % bent.length]! ^= flip;
        const got = decodeMessage(bent, 3, MEMBERS);
        if (got !== null) expect(encodeMessage(3, got)).toEqual(bent); // one encoding per message
        expect(typeof describeMessage(bent)).toBe('string');
      }),
      { numRuns: 1_000 },
    );
  });

  it('of any bytes is none mostly, and of a stranger always', () => {
    fc.assert(
      fc.property(bytes(200), (any) => {
        const got = decodeMessage(any, 3, MEMBERS);
        if (got !== null) expect(encodeMessage(3, got)).toEqual(any);
        expect(typeof describeMessage(any)).toBe('string');
      }),
      { numRuns: 1_000 },
    );
    const stranger = {
      key: 'k',
      counter: 1,
      author: 'z',
      sequence: 1,
      kind: 'value',
      value: new Uint8Array(0),
    } as const;
    expect(decodeMessage(encodeMessage(3, { type: 'write', rows: [stranger] }), 3, MEMBERS)).toBeNull();
    // A list that claims to be long costs nothing.
    const liar = Uint8Array.from([1, 3, 1, 255, 255, 3]);
    expect(decodeMessage(liar, 3, MEMBERS)).toBeNull();
  });
});
