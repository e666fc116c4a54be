import type { Vector } from '@hypersync/consensus-kit';
import { describe, expect, it } from 'vitest';
import { encodeHorizon, KeyedSet } from '../src/keyed-set.ts';
import { TombstoneCollector } from '../src/tombstones.ts';

const MEMBERS = ['a', 'b', 'c'];

/** A set of member a with one tombstone, a's first operation. */
function setWithTombstone(): KeyedSet {
  const set = new KeyedSet(MEMBERS);
  set.join([set.next(0, 'k', 'tombstone', new Uint8Array(0))], [1, 0, 0]);
  return set;
}

describe('a tombstone', () => {
  it('waits for everybody to have it, then for what they wrote before, then for its turn', () => {
    const set = setWithTombstone();
    const collector = new TombstoneCollector(100);
    const settle = (now: number, matrix: readonly Vector[]) => collector.settle(now, set, MEMBERS, matrix);
    // b has written something that c may not have: nothing happens until c has.
    expect(
      settle(0, [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 0],
      ]),
    ).toBeNull();
    expect(
      settle(10, [
        [1, 1, 0],
        [1, 1, 0],
        [1, 0, 0],
      ]),
    ).toBeNull();
    expect(collector.deadline).toBe(Number.POSITIVE_INFINITY);
    expect(
      settle(20, [
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 0],
      ]),
    ).toBeNull();
    expect(collector.deadline).toBe(120);
    expect(
      settle(119, [
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 0],
      ]),
    ).toBeNull();
    expect(
      settle(120, [
        [1, 1, 0],
        [1, 1, 0],
        [1, 1, 0],
      ]),
    ).toEqual([1, 0, 0]);
  });

  it('goes with the collect row, at everybody, and is not asked for again', () => {
    const set = setWithTombstone();
    const row = set.next(0, '\u0000a', 'collect', encodeHorizon([1, 0, 0]));
    const change = set.join([row], [2, 0, 0]);
    expect(change.erased).toEqual(['k']);
    expect([set.tombstoneCount, set.size]).toEqual([0, 1]);
    const late = {
      key: 'k',
      counter: 1,
      author: 'a',
      sequence: 1,
      kind: 'tombstone' as const,
      value: new Uint8Array(0),
    };
    set.join([late], [2, 0, 0]); // a member that has not collected yet still has it
    expect([set.tombstoneCount, set.size]).toEqual([0, 1]);
    const collector = new TombstoneCollector(0);
    expect(
      collector.settle(0, set, MEMBERS, [
        [2, 0, 0],
        [2, 0, 0],
        [2, 0, 0],
      ]),
    ).toBeNull();
  });

  it('is not collected by a collect row that cannot be read', () => {
    const set = setWithTombstone();
    set.join([set.next(0, '\u0000a', 'collect', new Uint8Array([255]))], [2, 0, 0]);
    expect(set.tombstoneCount).toBe(1);
  });

  it('still overwrites an older value where it arrives collected', () => {
    const set = new KeyedSet(MEMBERS);
    const old = { key: 'k', counter: 1, author: 'b', sequence: 1, kind: 'value' as const, value: new Uint8Array(1) };
    set.join([old], [0, 1, 0]);
    const tombstone = {
      key: 'k',
      counter: 2,
      author: 'a',
      sequence: 1,
      kind: 'tombstone' as const,
      value: new Uint8Array(0),
    };
    const collect = {
      key: '\u0000a',
      counter: 3,
      author: 'a',
      sequence: 2,
      kind: 'collect' as const,
      value: encodeHorizon([1, 0, 0]),
    };
    const change = set.join([collect, tombstone], [2, 1, 0]);
    expect(set.find('k')).toBeUndefined();
    expect(change).toEqual({ written: [collect], erased: ['k'] });
  });
});
