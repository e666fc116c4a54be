import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CausalEvent } from '../src/event.ts';
import { FrontierCut } from '@hypersync/consensus-kit';
import { decodeMessage, describeMessage, encodeMessage, type Message } from '../src/wire.ts';

const event: CausalEvent = {
  author: 1,
  counter: 3,
  past: [4, 2],
  context: [4, 1],
  session: 7,
  sequence: 8,
  key: 'k',
  value: new Uint8Array([1, 2]),
};
const events = (changes: Partial<CausalEvent> = {}): Message => ({
  type: 'events',
  events: [{ ...event, ...changes }],
  more: true,
});

describe('messages', () => {
  it('come back as they went in', () => {
    const cut = new FrontierCut(2);
    cut.freeze(1, 9, { nextEpoch: 2, metadata: new Uint8Array([5]) });
    const digest: Message = {
      type: 'digest',
      matrix: [
        [1, 2],
        [3, 4],
      ],
      cut,
      answered: false,
    };
    for (const message of [events(), digest]) {
      expect(decodeMessage(encodeMessage(5, message), 5, 2)).toEqual(message);
      expect(describeMessage(encodeMessage(5, message))).toContain('epoch=5');
    }
  });

  it('of another epoch or another cluster say nothing here', () => {
    expect(decodeMessage(encodeMessage(4, events()), 5, 2)).toBeNull();
    expect(decodeMessage(encodeMessage(5, events()), 5, 3)).toBeNull();
    expect(decodeMessage(encodeMessage(5, events({ author: 2, past: [0, 0, 2] })), 5, 2)).toBeNull();
  });

  it('with an event that no author writes are refused', () => {
    const refused = (changes: Partial<CausalEvent>) => decodeMessage(encodeMessage(5, events(changes)), 5, 2);
    expect(refused({ context: [5, 1] })).toBeNull(); // its client has seen what its author had not
    expect(refused({ past: [4, 3] })).toBeNull(); // its own predecessor does not fit its number
    expect(refused({ counter: 0, past: [4, 0] })).toBeNull();
    expect(refused({ key: 'x'.repeat(241) })).toBeNull();
    expect(describeMessage(new Uint8Array([9]))).toContain('not a vector-clock message');
  });

  it('bent on their way, or of any bytes, are well-formed or nothing, and never throw', () => {
    const check = (bytes: Uint8Array): void => {
      const got = decodeMessage(bytes, 5, 2);
      if (got !== null) expect(encodeMessage(5, got)).toEqual(bytes); // one encoding per message
      expect(typeof describeMessage(bytes)).toBe('string');
    };
    const good = encodeMessage(5, events());
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        check(good.with(at, good[at]! ^ flip));
      }),
      { numRuns: 1_000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), check), { numRuns: 1_000 });
    check(Uint8Array.from([1, 5, 1, 1, 255, 255, 3])); // a list that claims to be long costs nothing
  });
});
