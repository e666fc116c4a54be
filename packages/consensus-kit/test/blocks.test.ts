import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { sha256 as audited } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { toHex, toUtf8 } from '@hypersync/base';
import { ByteWriter, EffectsBuilder, Prng, StateWriter, WeightTable, sha256 } from '../src/index.ts';

const member = (id: string, weight = 1) => ({ id, weight });

describe('Prng', () => {
  it('gives the same sequence for the same seed, and another for another seed or stream', () => {
    const take = (prng: Prng) => Array.from({ length: 8 }, () => prng.nextU32());
    expect(take(new Prng(7))).toEqual(take(new Prng(7)));
    expect(take(new Prng(7))).not.toEqual(take(new Prng(8)));
    expect(take(new Prng(7, 1))).not.toEqual(take(new Prng(7, 2)));
  });

  it('clones its state', () => {
    const prng = new Prng(3);
    prng.nextU32();
    const copy = prng.clone();
    expect(copy.state()).toEqual(prng.state());
    expect(copy.nextU32()).toBe(prng.nextU32());
    copy.nextU32();
    expect(copy.state()).not.toEqual(prng.state());
  });

  it('draws every value of a range about equally often', () => {
    const prng = new Prng(1);
    const counts = Array.from({ length: 6 }, () => 0);
    for (let i = 0; i < 6000; i++) counts[prng.nextInt(6)]!++;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(() => prng.nextInt(0)).toThrow(RangeError);
  });

  it('shuffles a copy', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8];
    const shuffled = new Prng(5).shuffle(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
    expect(shuffled).not.toEqual(items);
  });
});

describe('WeightTable', () => {
  it('is strict at every threshold', () => {
    const six = new WeightTable(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => member(id)));
    expect([six.isMajority(3), six.isMajority(4)]).toEqual([false, true]);
    expect([six.isByzantineQuorum(4), six.isByzantineQuorum(5)]).toEqual([false, true]);
    expect([six.isOneThird(2), six.isOneThird(3)]).toEqual([false, true]);
    expect([six.exceeds(3, 1, 2), six.exceeds(4, 1, 2)]).toEqual([false, true]);
  });

  it('is exact just below the largest total', () => {
    const W = 2 ** 40 - 1; // divisible by 3
    const table = new WeightTable([member('a', (2 * W) / 3), member('b', W / 3)]);
    expect(table.hasByzantineQuorum(['a'])).toBe(false);
    expect(table.isByzantineQuorum((2 * W) / 3 + 1)).toBe(true);
  });

  it('counts a member once and a stranger not at all', () => {
    const table = new WeightTable([member('b', 2), member('a', 3)]);
    expect(table.ids).toEqual(['a', 'b']);
    expect(table.tally(['b', 'b', 'b', 'zz'])).toBe(2);
    expect(table.hasMajority(['b', 'b'])).toBe(false);
    expect(table.hasMajority(new Set(['a']))).toBe(true);
  });

  it('refuses weights that would not be exact, and unclear members', () => {
    for (const members of [
      [],
      [member('a', 0)],
      [member('a', 1.5)],
      [member('a', -1)],
      [member('a'), member('a')],
      [member('a', 2 ** 39), member('b', 2 ** 39)],
    ])
      expect(() => new WeightTable(members)).toThrow(RangeError);
  });
});

describe('EffectsBuilder', () => {
  it('gives out increasing tokens over steps and clones, and empties at take', () => {
    const fx = new EffectsBuilder<'total-order'>();
    const first = fx.persist([{ op: 'delete', key: 'k' }]);
    fx.send('all', Uint8Array.of(1), { after: first });
    const effects = fx.take();
    expect(effects.persist).toEqual([{ token: 1, writes: [{ op: 'delete', key: 'k' }], sync: true }]);
    expect(effects.send).toEqual([{ to: 'all', bytes: Uint8Array.of(1), lane: 'control', after: 1 }]);
    expect(fx.take().persist).toEqual([]);
    expect(fx.clone().sign(Uint8Array.of(2))).toBe(2);
    expect(fx.verify('a', Uint8Array.of(), Uint8Array.of())).toBe(2);
  });

  it('holds a mechanism to one outcome per ticket', () => {
    const fx = new EffectsBuilder<'total-order'>();
    fx.open(5);
    expect(() => fx.open(5)).toThrow(RangeError);
    const copy = fx.clone();
    fx.reject(5, 'not-leader', 'n2');
    expect(() => fx.resolve(5, { kind: 'unknown' })).toThrow(RangeError);
    expect(fx.take().resolve).toEqual([
      { ticket: 5, outcome: { kind: 'rejected', reason: 'not-leader', retryable: true, hint: 'n2' } },
    ]);
    expect(copy.openTickets).toEqual([5]);
  });

  it('refuses a gate on a token that was never given out', () => {
    expect(() => new EffectsBuilder().send('all', Uint8Array.of(), { after: 1 })).toThrow(RangeError);
  });
});

describe('StateWriter', () => {
  const digest = (data: Parameters<StateWriter['data']>[0]) => toHex(new StateWriter().data(data).digest());

  it('gives equal bytes for equal state, in whatever order it was filled', () => {
    const one = new Map([
      ['b', { x: 1, y: new Set([2, 1, 10]) }],
      ['a', { x: 2, y: new Set<number>() }],
    ]);
    const two = new Map([
      ['a', { y: new Set<number>(), x: 2 }],
      ['b', { y: new Set([10, 1, 2]), x: 1 }],
    ]);
    expect(digest(one)).toBe(digest(two));
  });

  it('tells apart what differs', () => {
    const values = [
      null,
      undefined,
      0,
      -0,
      1,
      '1',
      true,
      false,
      '',
      [],
      new Map(),
      new Set<string>(),
      {},
      Uint8Array.of(),
      [[], []],
      [1, [2]],
      [[1], 2],
    ];
    expect(new Set(values.map(digest)).size).toBe(values.length);
  });
});

describe('sha256', () => {
  it('gives the digests of FIPS 180-4', () => {
    expect(toHex(sha256(toUtf8('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    const long = toUtf8('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq');
    expect(toHex(sha256(long))).toBe('248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
    const million = new Uint8Array(1_000_000).fill(0x61);
    expect(toHex(sha256(million))).toBe('cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0');
  });

  it('agrees with two other implementations about every length around its blocks and chunks, and about any bytes', () => {
    const lengths = [...Array(300).keys(), ...Array.from({ length: 300 }, (_, i) => 3_950 + i), 8_192, 8_193];
    for (const length of lengths) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 131 + length) & 255);
      const digest = toHex(sha256(bytes));
      expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'));
      expect(digest).toBe(toHex(audited(bytes)));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(toHex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
      { numRuns: 500 },
    );
  });

  it('takes a part of the bytes, and what a writer holds, without a copy', () => {
    const bytes = Uint8Array.from({ length: 700 }, (_, i) => i & 255);
    for (const length of [0, 5, 64, 200, 700]) {
      const digest = toHex(sha256(bytes.subarray(0, length)));
      expect(toHex(sha256(bytes, length))).toBe(digest);
      expect(toHex(new ByteWriter().raw(bytes.subarray(0, length)).hash())).toBe(digest);
    }
    const writer = new ByteWriter().u8(1);
    writer.hash();
    expect([...writer.u8(7).finish()]).toEqual([7]); // it begins anew, in a buffer of its own
    expect(toHex(new ByteWriter(9_000).raw(bytes).hash())).toBe(toHex(sha256(bytes)));
  });
});
