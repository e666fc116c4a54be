import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, describeMessage, encodeMessage, type Message } from '../src/messages.ts';
import { UNWRITTEN } from '../src/register.ts';
import { readStatement, statementOf } from '../src/signed-values.ts';

const EPOCH = 3;
const count = fc.oneof(fc.nat({ max: 5 }), fc.maxSafeNat());
const key = fc.string({ unit: 'grapheme', maxLength: 8 });
const bytes = fc.uint8Array({ maxLength: 40 });
const tag = fc.record({ ts: fc.integer({ min: 1, max: 2 ** 52 }), writer: fc.string({ minLength: 1, maxLength: 8 }) });
const written = fc.record({ tag, value: bytes, signature: bytes });
const register = fc.oneof(written, fc.constant(UNWRITTEN));
const sign = fc.record({ nextEpoch: count, metadata: bytes });
const after = fc.option(key);
const type = <T extends string>(one: T): fc.Arbitrary<T> => fc.constant(one);
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: type('query'), boot: count, id: count, key, size: fc.nat({ max: 2 ** 20 }) }),
  fc.record({ type: type('query-reply'), boot: count, id: count, register, room: fc.boolean() }),
  fc.record({ type: type('store'), boot: count, id: count, key, register }),
  fc.record({ type: type('store-reply'), boot: count, id: count }),
  fc.record({ type: type('frontier'), boot: count, sign, after }),
  fc.record({
    type: type('frontier-page'),
    boot: count,
    sign,
    after,
    registers: fc.array(fc.record({ key, register }), { maxLength: 4 }),
    last: fc.boolean(),
  }),
);

describe('messages', () => {
  it('come out as they went in, and only in their own epoch', () => {
    fc.assert(
      fc.property(message, (m) => {
        const wire = encodeMessage(EPOCH, m);
        expect(decodeMessage(EPOCH, wire)).toEqual(m);
        expect(decodeMessage(EPOCH + 1, wire)).toBeNull();
        expect(describeMessage(wire)).toContain(m.type);
      }),
      { numRuns: 300 },
    );
  });

  it('are nothing when a byte is missing or too many, and never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat({ max: 255 }), (m, place, byte) => {
        const wire = encodeMessage(EPOCH, m);
        expect(decodeMessage(EPOCH, wire.slice(0, place % wire.length))).toBeNull();
        expect(decodeMessage(EPOCH, Uint8Array.of(...wire, byte))).toBeNull();
        wire[place % wire.length] = byte;
        decodeMessage(EPOCH, wire);
        describeMessage(wire);
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => void decodeMessage(EPOCH, noise)));
  });

  it('what is signed says key, tag and value: another of any of them is another statement', () => {
    fc.assert(
      fc.property(key, written, key, written, (k, one, l, other) => {
        expect(readStatement(statementOf(k, one))).toEqual({ key: k, tag: one.tag });
        const [a, b] = [
          [k, one.tag, [...one.value]],
          [l, other.tag, [...other.value]],
        ].map((part) => JSON.stringify(part));
        expect(String(statementOf(k, one)) === String(statementOf(l, other))).toBe(a === b);
      }),
    );
  });
});
