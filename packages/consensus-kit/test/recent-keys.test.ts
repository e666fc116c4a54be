import { describe, expect, it } from 'vitest';
import { array, assert, integer, property } from 'fast-check';
import { RecentKeys } from '../src/recent-keys.ts';

const keys = array(integer({ min: 0, max: 12 }).map(String), { maxLength: 60 });

describe('RecentKeys', () => {
  it('is a Map whose oldest keys go, whatever comes in which order', () => {
    assert(
      property(keys, integer({ min: 1, max: 8 }), (stream, most) => {
        const recent = new RecentKeys<number>(most);
        const plain = new Map<string, number>();
        for (const [i, key] of stream.entries()) {
          recent.add(key, i);
          if (!plain.has(key)) plain.set(key, i);
          for (const oldest of plain.keys()) if (plain.size > most) plain.delete(oldest);
        }
        expect([...recent.entries()]).toEqual([...plain]);
        expect(recent.keys()).toEqual([...plain.keys()]);
        expect(recent.size).toBe(plain.size);
      }),
    );
  });

  it('gives copies that go their own way', () => {
    const recent = new RecentKeys<number>(2);
    recent.add('a', 1);
    const copy = recent.clone();
    copy.add('b', 2);
    copy.add('c', 3);
    expect(recent.keys()).toEqual(['a']);
    expect(copy.keys()).toEqual(['b', 'c']);
    expect([recent.get('a'), recent.has('b'), copy.has('a')]).toEqual([1, false, false]);
  });
});
