import { describe, expect, test } from 'vitest';
import { WeightTable } from '@hypersync/consensus-kit';
import plugin from '../src/index.ts';
import { quorumsOf, readSettings } from '../src/config.ts';

const EQUAL = new WeightTable(['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1 })));

describe('weighted quorums (Gifford 1979)', () => {
  test('by default more than half, so that half of an even cluster is not enough', () => {
    const quorums = quorumsOf(EQUAL, readSettings({}));
    expect(quorums.isRead(['a', 'b'])).toBe(false);
    expect(quorums.isWrite(['a', 'b', 'c'])).toBe(true);
    expect(quorums.isWrite(['a', 'a', 'a'])).toBe(false);
  });

  test('weights decide, not heads', () => {
    const table = new WeightTable([
      { id: 'a', weight: 3 },
      { id: 'b', weight: 1 },
      { id: 'c', weight: 1 },
    ]);
    const quorums = quorumsOf(table, readSettings({}));
    expect(quorums.isRead(['a'])).toBe(true);
    expect(quorums.isRead(['b', 'c'])).toBe(false);
  });

  test('one share given, the other is what makes them meet', () => {
    const settings = readSettings({ readPercent: 25 });
    expect(settings.writePercent).toBe(76);
    const quorums = quorumsOf(EQUAL, settings);
    expect(quorums.isRead(['a'])).toBe(true);
    expect(quorums.isWrite(['a', 'b', 'c'])).toBe(false);
    expect(quorums.isWrite(['a', 'b', 'c', 'd'])).toBe(true);
  });

  test('for every allowed pair of shares, every read set meets every write set, and a seal set meets both', () => {
    const ids = EQUAL.ids;
    const subsets = Array.from({ length: 16 }, (_, bits) => ids.filter((_id, i) => (bits >> i) & 1));
    for (let read = 1; read <= 100; read += 3) {
      for (let write = 101 - read; write <= 100; write += 7) {
        const quorums = quorumsOf(EQUAL, { readPercent: read, writePercent: write, faultyStores: 0 });
        for (const one of subsets) {
          for (const other of subsets) {
            if (one.some((id) => other.includes(id))) continue;
            expect(quorums.isRead(one) && quorums.isWrite(other)).toBe(false);
            expect(quorums.isSeal(one) && (quorums.isRead(other) || quorums.isWrite(other))).toBe(false);
          }
        }
      }
    }
  });
});

describe('configuration', () => {
  test('quorums that need not meet are refused, with the reason', () => {
    const problems = plugin.validateConfig({ readPercent: 40, writePercent: 60 }, 5);
    expect(problems.map((problem) => problem.key)).toEqual(['readPercent']);
    expect(problems[0]!.reason).toContain('meet');
    expect(plugin.validateConfig({ readPercent: 40, writePercent: 61 }, 5)).toEqual([]);
  });

  test.each([
    ['operationTimeoutMs', 0],
    ['operationTimeoutMs', '100'],
    ['maxPending', 1.5],
    ['readPercent', 101],
    ['unheardOf', 1],
  ])('%s = %j is refused by name', (key, value) => {
    expect(plugin.validateConfig({ [key]: value }, 3).map((problem) => problem.key)).toEqual([key]);
  });

  test('the defaults are accepted for every size of cluster', () => {
    for (const nodes of [1, 3, 24, 100]) expect(plugin.validateConfig({}, nodes)).toEqual([]);
  });
});
