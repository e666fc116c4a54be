import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMutation,
  decodeValue,
  encodeMutation,
  encodeValue,
  type CrdtValue,
  type Mutation,
} from '../src/index.ts';
import { deltaOf, readObject } from '../src/objects.ts';
import { ReplicaState } from '../src/replica-state.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Two replicas and what clients do at them. */
class Pair {
  readonly states = [new ReplicaState(2), new ReplicaState(2)] as const;

  do(at: 0 | 1, mutation: Mutation, wall = 0): void {
    this.states[at].join(deltaOf(this.states[at], 'o', mutation, at, wall)!);
  }

  meet(): CrdtValue | null {
    const [a, b] = this.states;
    a.join(b.whole());
    b.join(a.whole());
    expect(a.root()).toBe(b.root());
    const [value] = readObject(a, 'o');
    return value === undefined ? null : decodeValue(value);
  }
}

describe('the counter', () => {
  const add = (amount: number): Mutation => ({ type: 'pn-counter', action: 'add', amount });

  it('counts every addition of every member once', () => {
    const pair = new Pair();
    for (const amount of [5, -3, 7]) pair.do(0, add(amount));
    pair.do(1, add(-19));
    pair.meet();
    pair.do(1, add(-1)); // has seen the other's share, and leaves it alone
    expect(pair.meet()).toEqual({ type: 'pn-counter', total: -11 });
    expect(pair.meet()).toEqual({ type: 'pn-counter', total: -11 });
    expect(pair.states[0].size).toBe(2); // one entry per member, however many additions
  });

  it('refuses what its share cannot hold, and saturates where only the sum cannot be said', () => {
    const pair = new Pair();
    pair.do(0, add(Number.MAX_SAFE_INTEGER));
    expect(deltaOf(pair.states[0], 'o', add(1), 0, 0)).toBeNull();
    pair.do(1, add(Number.MAX_SAFE_INTEGER));
    expect(pair.meet()).toEqual({ type: 'pn-counter', total: Number.MAX_SAFE_INTEGER });
  });
});

describe('the last-writer-wins register', () => {
  const set = (text: string): Mutation => ({ type: 'lww-register', action: 'set', value: bytes(text) });

  it('lets the causally later write win, whatever the clocks say', () => {
    const pair = new Pair();
    pair.do(0, set('early by a fast clock'), 1_000_000);
    pair.meet();
    pair.do(1, set('later by a slow clock'), 5);
    expect(pair.meet()).toEqual({ type: 'lww-register', value: bytes('later by a slow clock') });
  });

  it('does not let a write lose to one that the write it replaced had beaten', () => {
    const pair = new Pair();
    pair.do(0, set('first'), 1_000_000);
    pair.do(1, set('concurrent'), 500);
    pair.do(0, set('second, by a clock that was set back'), 5);
    expect(pair.meet()).toEqual({ type: 'lww-register', value: bytes('second, by a clock that was set back') });
  });

  it('decides concurrent writes by the clock where there is one, else by the dot', () => {
    const pair = new Pair();
    pair.do(0, set('later'), 200);
    pair.do(1, set('earlier'), 100);
    expect(pair.meet()).toEqual({ type: 'lww-register', value: bytes('later') });
    pair.do(0, set('tie'));
    pair.do(1, set('tie too'));
    expect(pair.meet()).toEqual({ type: 'lww-register', value: bytes('tie too') });
  });

  it('keeps a write that was concurrent with a clear', () => {
    const pair = new Pair();
    pair.do(0, set('x'));
    pair.meet();
    pair.do(0, { type: 'lww-register', action: 'clear' });
    pair.do(1, set('y'));
    expect(pair.meet()).toEqual({ type: 'lww-register', value: bytes('y') });
  });
});

describe('the multi-value register', () => {
  it('shows all concurrent writes, until one has seen them', () => {
    const pair = new Pair();
    pair.do(0, { type: 'mv-register', action: 'set', value: bytes('a') });
    pair.do(1, { type: 'mv-register', action: 'set', value: bytes('b') });
    expect(pair.meet()).toEqual({ type: 'mv-register', values: [bytes('a'), bytes('b')] });
    pair.do(1, { type: 'mv-register', action: 'set', value: bytes('both') });
    expect(pair.meet()).toEqual({ type: 'mv-register', values: [bytes('both')] });
  });
});

describe('the set and the map', () => {
  const add = (element: string): Mutation => ({ type: 'or-set', action: 'add', element });

  it('remove what they have seen and nothing else', () => {
    const pair = new Pair();
    pair.do(0, add('x'));
    pair.do(0, add('y'));
    pair.meet();
    pair.do(0, { type: 'or-set', action: 'clear' });
    pair.do(1, add('y'));
    pair.do(1, add('z'));
    expect(pair.meet()).toEqual({ type: 'or-set', elements: ['y', 'z'] });
    pair.do(0, { type: 'or-set', action: 'remove', element: 'y' });
    expect(pair.meet()).toEqual({ type: 'or-set', elements: ['z'] });
  });

  it('lets an element be added again after it was removed everywhere', () => {
    const pair = new Pair();
    for (let i = 0; i < 3; i++) {
      pair.do(0, add('x'));
      pair.meet();
      pair.do(1, { type: 'or-set', action: 'remove', element: 'x' });
      expect(pair.meet()).toBeNull();
    }
    pair.do(1, add('x'));
    expect(pair.meet()).toEqual({ type: 'or-set', elements: ['x'] });
  });

  it('keep a field that was written while it was removed, with the written value only', () => {
    const pair = new Pair();
    const put = (text: string): Mutation => ({ type: 'or-map', action: 'put', field: 'f', value: bytes(text) });
    pair.do(0, put('old'));
    pair.meet();
    pair.do(0, { type: 'or-map', action: 'remove', field: 'f' });
    pair.do(1, put('new'));
    expect(pair.meet()).toEqual({ type: 'or-map', fields: [['f', [{ type: 'mv-register', values: [bytes('new')] }]]] });
  });
});

describe('the encodings', () => {
  const value = fc.uint8Array({ maxLength: 20 });
  const mutation: fc.Arbitrary<Mutation> = fc.oneof(
    fc.record({
      type: fc.constant('pn-counter' as const),
      action: fc.constant('add' as const),
      amount: fc.maxSafeInteger().map((amount) => amount + 0),
    }),
    fc.record({ type: fc.constant('lww-register' as const), action: fc.constant('set' as const), value }),
    fc.record({ type: fc.constant('mv-register' as const), action: fc.constant('clear' as const) }),
    fc.record({
      type: fc.constant('or-set' as const),
      action: fc.constantFrom('add' as const, 'remove' as const),
      element: fc.string({ unit: 'binary' }),
    }),
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('put' as const), field: fc.string(), value }),
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('remove' as const), field: fc.string() }),
  );

  it('of mutations come back as they went in, one encoding each', () => {
    fc.assert(
      fc.property(mutation, (each) => {
        expect(decodeMutation(encodeMutation(each))).toEqual(each);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        const decoded = decodeMutation(noise);
        if (decoded !== null) expect(encodeMutation(decoded)).toEqual(noise);
      }),
      { numRuns: 2_000 },
    );
  });

  it('are those that are documented (known answers)', () => {
    const hex = (encoded: Uint8Array): string => Buffer.from(encoded).toString('hex');
    const value = bytes('hi');
    // The first is common to all mechanisms with `mutate`; see ConvergentOp in the interface.
    expect(hex(encodeMutation({ type: 'lww-register', action: 'set', value }))).toBe('0201026869');
    expect(hex(encodeMutation({ type: 'pn-counter', action: 'add', amount: -300 }))).toBe('010101ac02');
    expect(hex(encodeMutation({ type: 'mv-register', action: 'clear' }))).toBe('0303');
    expect(hex(encodeMutation({ type: 'or-set', action: 'remove', element: 'hi' }))).toBe('0402026869');
    expect(hex(encodeMutation({ type: 'or-map', action: 'put', field: 'f', value }))).toBe('05010166026869');
    expect(hex(encodeValue({ type: 'lww-register', value }))).toBe('0201026869');
    expect(hex(encodeValue({ type: 'or-map', fields: [['f', [{ type: 'mv-register', values: [value] }]]] }))).toBe(
      '05010166010301026869',
    );
  });

  it('of values come back as they went in, and nothing else is taken for one', () => {
    const values: CrdtValue[] = [
      { type: 'pn-counter', total: -7 },
      { type: 'lww-register', value: null },
      { type: 'lww-register', value: bytes('x') },
      { type: 'mv-register', values: [bytes(''), bytes('y')] },
      { type: 'or-set', elements: ['', 'ä', '\ud800'] },
      { type: 'or-map', fields: [['f', [{ type: 'mv-register', values: [bytes('1'), bytes('2')] }]]] },
    ];
    for (const each of values) expect(decodeValue(encodeValue(each))).toEqual(each);
    for (const bad of [[], [0], [9], [1, 2, 0], [1, 1, 0], [2, 1], [4, 1], [3, 255, 255, 255, 127]]) {
      expect(decodeValue(new Uint8Array(bad)), bad.join()).toBeNull();
    }
  });
});
