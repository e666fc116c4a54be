import { FrontierCut } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readImage } from '../src/image.ts';
import plugin from '../src/index.ts';
import { HEALTH } from '../src/swim-view.ts';
import { decodeMessage, encodeMessage, type Message, type Purpose } from '../src/wire.ts';

const MEMBERS = 5;
const member = fc.nat({ max: MEMBERS - 1 });
const counter = fc.oneof(fc.nat({ max: 3 }), fc.maxSafeNat());
const vector = fc.array(counter, { minLength: MEMBERS, maxLength: MEMBERS });
const bytes = fc.uint8Array({ maxLength: 40 });
const rumour = fc.record({
  origin: member,
  counter: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  session: fc.maxSafeNat(),
  sequence: fc.maxSafeNat(),
  value: bytes,
});
const spans = fc.array(fc.record({ origin: member, from: counter, to: counter }), { maxLength: 8 });
const cut = fc
  .array(fc.record({ member, counter, nextEpoch: fc.integer({ min: 2, max: 9 }), metadata: bytes }), { maxLength: 6 })
  .map((freezes) => {
    const made = new FrontierCut(MEMBERS);
    for (const freeze of freezes) made.freeze(freeze.member, freeze.counter, freeze);
    return made;
  });
const purpose: fc.Arbitrary<Purpose> = fc.oneof(
  fc.record({
    type: fc.constant('gossip' as const),
    frontier: vector,
    rumours: fc.array(rumour, { maxLength: 4 }),
    also: fc.array(member, { maxLength: MEMBERS }),
    more: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('digest' as const),
    matrix: fc.array(vector, { minLength: MEMBERS, maxLength: MEMBERS }),
    beyond: spans,
    cut,
    answered: fc.boolean(),
  }),
  fc.record({ type: fc.constant('ping' as const), sequence: counter, fallback: fc.boolean() }),
  fc.record({ type: fc.constant('ping-request' as const), sequence: counter, target: member }),
  fc.record({ type: fc.constantFrom('ack' as const, 'nack' as const), sequence: counter, about: member }),
  fc.record({ type: fc.constant('graft' as const) }),
  fc.record({ type: fc.constant('prune' as const), backoffMs: fc.nat({ max: 86_400_000 }) }),
  fc.record({ type: fc.constantFrom('have' as const, 'want' as const), spans }),
);
const claim = fc.record({
  member,
  health: fc.constantFrom(...HEALTH),
  incarnation: fc.nat({ max: 2 ** 31 - 1 }),
  accuser: member,
});
const message: fc.Arbitrary<Message> = fc.record({ claims: fc.array(claim, { maxLength: MEMBERS }), purpose });

describe('messages', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(message, (original) => {
        const decoded = decodeMessage(encodeMessage(7, original), 7, MEMBERS);
        expect(decoded).not.toBeNull();
        expect(encodeMessage(7, decoded!)).toEqual(encodeMessage(7, original));
        const { purpose: sent } = original;
        const { purpose: got } = decoded!;
        expect(got.type).toBe(sent.type);
        if (sent.type === 'digest' && got.type === 'digest') expect(got.matrix).toEqual(sent.matrix);
        else expect(decoded).toEqual(original);
      }),
      { numRuns: 300 },
    );
  });

  it('of another epoch, with more behind them or cut short are none', () => {
    fc.assert(
      fc.property(message, fc.nat(), (original, at) => {
        const encoded = encodeMessage(7, original);
        expect(decodeMessage(encoded, 8, MEMBERS)).toBeNull();
        expect(decodeMessage(Uint8Array.of(...encoded, 0), 7, MEMBERS)).toBeNull();
        expect(decodeMessage(encoded.subarray(0, at % encoded.length), 7, MEMBERS)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  it('that are garbage, or nearly right, throw nowhere and name nobody beyond the members', () => {
    const changed = fc.tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }));
    const nearly = changed.map(([original, changes]) => {
      const encoded = encodeMessage(7, original);
      for (const [at, byte] of changes) encoded[at % encoded.length] = byte;
      return encoded;
    });
    fc.assert(
      fc.property(fc.oneof(nearly, fc.uint8Array({ maxLength: 200 })), (input) => {
        expect(typeof plugin.describeMessage(input)).toBe('string');
        const decoded = decodeMessage(input, 7, MEMBERS);
        for (const { member: about, accuser, incarnation } of decoded?.claims ?? []) {
          expect(Math.max(about, accuser)).toBeLessThan(MEMBERS);
          expect(Number.isSafeInteger(incarnation + 1)).toBe(true);
        }
        if (decoded?.purpose.type === 'digest') {
          expect(decoded.purpose.matrix.map((row) => row.length)).toEqual([5, 5, 5, 5, 5]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cost a decoder no more than they are long, whatever count they claim', () => {
    const huge = [0xff, 0xff, 0xff, 0xff, 0x7f];
    for (let type = 0; type < 10; type++) {
      const forged = Uint8Array.of(1, 7, type, ...huge, ...huge, ...huge, ...huge);
      expect(decodeMessage(forged, 7, MEMBERS)).toBeNull();
    }
  });
});

describe('a durable image', () => {
  it('of whatever bytes is read or refused with a RangeError', () => {
    const keys = fc.constantFrom('meta', 'clock', 'life', 'cut', 'r/0/1', 's/3');
    const records = fc.array(fc.tuple(keys, fc.uint8Array({ maxLength: 30 })), { minLength: 1 });
    fc.assert(
      fc.property(records, (entries) => {
        try {
          readImage(new Map(entries), 1, ['a', 'b']);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
