import { type Vector, joinVectors, raised, zeroVector } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSiblings, DottedStore, encodeSiblings } from '../src/dotted-store.ts';
import type { CausalEvent } from '../src/event.ts';

const put = (author: number, counter: number, context: Vector): CausalEvent => ({
  author,
  counter,
  past: raised(context, author, counter - 1),
  context,
  session: 0,
  sequence: 0,
  key: 'k',
  value: new Uint8Array([author, counter]),
});
const dots = (store: DottedStore): string[] => store.read('k').map(({ author, counter }) => `${author}.${counter}`);

describe('siblings', () => {
  it('do not explode when two clients write in turn through one node with old contexts (Riak before 2.0)', () => {
    const store = new DottedStore();
    let [mine, theirs]: [Vector, Vector] = [zeroVector(1), zeroVector(1)];
    for (let i = 1; i <= 50; i += 2) {
      store.apply(put(0, i, mine));
      mine = [i]; // each client reads its own write only, so the other's stays a sibling
      store.apply(put(0, i + 1, theirs));
      theirs = [i + 1];
      expect(store.read('k').length).toBeLessThanOrEqual(2);
    }
  });

  it('are exactly the values that no other put has seen, in whatever causal order the puts came', () => {
    // Three nodes write; each context is some node's knowledge at some time.
    const history = fc.array(fc.record({ author: fc.nat(2), seen: fc.nat(2), all: fc.boolean() }), { maxLength: 25 });
    fc.assert(
      fc.property(history, (steps) => {
        const known: Vector[] = [zeroVector(3), zeroVector(3), zeroVector(3)];
        const events: CausalEvent[] = [];
        for (const { author, seen, all } of steps) {
          const context = all ? joinVectors(known[author]!, known[seen]!) : known[author]!;
          const counter = known[author]![author]! + 1;
          events.push(put(author, counter, context));
          known[author] = raised(joinVectors(known[author]!, context), author, counter);
        }
        const forwards = new DottedStore();
        for (const event of events) forwards.apply(event);
        const grouped = new DottedStore(); // by author: another order; contexts are all that counts
        for (const event of events.toSorted((a, b) => a.author - b.author)) grouped.apply(event);
        const expected = events
          .filter(({ author, counter }) => !events.some((other) => other.context[author]! >= counter))
          .map(({ author, counter }) => `${author}.${counter}`)
          .toSorted();
        expect(dots(forwards)).toEqual(expected);
        for (const dot of expected) expect(dots(grouped)).toContain(dot);
      }),
      { numRuns: 200 },
    );
  });

  it('survive encoding, and damage is noticed', () => {
    const siblings = new DottedStore().apply(put(1, 4, [0, 3]));
    expect(decodeSiblings(encodeSiblings(siblings), 2)).toEqual(siblings);
    expect(decodeSiblings(encodeSiblings(siblings), 1)).toBeNull();
    expect(decodeSiblings(encodeSiblings(siblings).subarray(1), 2)).toBeNull();
  });
});
