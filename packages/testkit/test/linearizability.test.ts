import { describe, expect, it } from 'vitest';
import { Prng } from '@hypersync/consensus-kit';
import { checkLinearizable, type HistoryEntry } from '../src/consensus.ts';

type Row = [
  kind: 'w' | 'r',
  value: string,
  call: number,
  back: number | null,
  outcome?: HistoryEntry['outcome'],
  key?: string,
];

function history(...rows: Row[]): HistoryEntry[] {
  return rows.map(([kind, value, call, back, outcome, key], id) => ({
    id,
    client: id,
    node: 'n1',
    kind: kind === 'w' ? 'write' : 'read',
    level: kind === 'w' ? null : 'linearizable',
    key: key ?? 'k',
    values: value === '' ? [] : [value],
    call,
    return: back,
    outcome: outcome ?? (back === null ? 'unknown' : 'ok'),
    position: null,
  }));
}

describe('good histories', () => {
  it.each<[string, Row[]]>([
    ['nothing at all', []],
    ['a read of nothing', [['r', '', 0, 1]]],
    [
      'one after the other',
      [
        ['w', 'a', 0, 1],
        ['r', 'a', 2, 3],
        ['w', 'b', 4, 5],
        ['r', 'b', 6, 7],
      ],
    ],
    [
      'a read beside a write sees the old value',
      [
        ['w', 'a', 0, 1],
        ['w', 'b', 2, 6],
        ['r', 'a', 3, 4],
      ],
    ],
    [
      'a read beside a write sees the new value',
      [
        ['w', 'a', 0, 1],
        ['w', 'b', 2, 6],
        ['r', 'b', 3, 4],
      ],
    ],
    [
      'two writes at once, readers agree',
      [
        ['w', 'a', 0, 9],
        ['w', 'b', 0, 9],
        ['r', 'b', 1, 2],
        ['r', 'a', 3, 4],
      ],
    ],
    [
      'touching intervals are concurrent',
      [
        ['w', 'a', 0, 5],
        ['r', '', 5, 6],
      ],
    ],
    [
      'an unknown write that took effect late',
      [
        ['w', 'a', 0, null],
        ['r', '', 1, 2],
        ['r', 'a', 10, 11],
      ],
    ],
    [
      'an unknown write that never did',
      [
        ['w', 'a', 0, null],
        ['w', 'b', 1, 2],
        ['r', 'b', 3, 4],
        ['r', 'b', 9, 10],
      ],
    ],
    [
      'a failed write is not there',
      [
        ['w', 'a', 0, 1, 'failed'],
        ['r', '', 2, 3],
      ],
    ],
    [
      'an unanswered read means nothing',
      [
        ['w', 'a', 0, 1],
        ['r', '', 2, null],
      ],
    ],
    [
      'keys do not mix',
      [
        ['w', 'a', 0, 1, 'ok', 'x'],
        ['r', '', 2, 3, 'ok', 'y'],
      ],
    ],
  ])('%s', (_, rows) => expect(checkLinearizable(history(...rows))).toEqual({ ok: true }));
});

describe('bad histories', () => {
  it.each<[string, Row[]]>([
    [
      'a stale read',
      [
        ['w', 'a', 0, 1],
        ['w', 'b', 2, 3],
        ['r', 'a', 4, 5],
      ],
    ],
    [
      'a read of nothing after a write',
      [
        ['w', 'a', 0, 1],
        ['r', '', 2, 3],
      ],
    ],
    ['a value out of thin air', [['r', 'a', 0, 1]]],
    [
      'a value from the future',
      [
        ['r', 'a', 0, 1],
        ['w', 'a', 2, 3],
      ],
    ],
    [
      'time goes back between two reads',
      [
        ['w', 'a', 0, 1],
        ['w', 'b', 2, 9],
        ['r', 'b', 3, 4],
        ['r', 'a', 5, 6],
      ],
    ],
    [
      'readers disagree on the order of two writes',
      [
        ['w', 'a', 0, 1],
        ['w', 'b', 0, 1],
        ['r', 'a', 2, 3],
        ['r', 'b', 4, 5],
        ['r', 'a', 6, 7],
      ],
    ],
    [
      'a failed write is seen',
      [
        ['w', 'a', 0, 1, 'failed'],
        ['r', 'a', 2, 3],
      ],
    ],
    [
      'an unknown write appears, vanishes and appears',
      [
        ['w', 'a', 0, 1],
        ['w', 'b', 2, null],
        ['r', 'b', 3, 4],
        ['r', 'a', 5, 6],
      ],
    ],
    [
      'one key of two is bad',
      [
        ['w', 'a', 0, 1, 'ok', 'x'],
        ['r', 'a', 2, 3, 'ok', 'x'],
        ['r', 'c', 2, 3, 'ok', 'y'],
      ],
    ],
  ])('%s', (_, rows) => {
    const verdict = checkLinearizable(history(...rows));
    expect(verdict.ok).toBe(false);
    expect(verdict.ok ? '' : verdict.explanation).toMatch(/operation \d+ fits nowhere/);
  });
});

/** Clients of one atomic register; each operation takes effect somewhere within its interval. */
function randomHistory(seed: number, size: number, keys: number, clients: number): HistoryEntry[] {
  const random = new Prng(seed);
  const plans = Array.from({ length: size }, (_, id) => {
    const call = Math.floor(id / clients) * 100 + random.nextInt(60);
    const effect = call + random.nextInt(120);
    return {
      id,
      call,
      effect,
      back: effect + random.nextInt(120),
      key: `k${random.nextInt(keys)}`,
      write: random.chance(1, 2),
      lost: random.chance(1, 40),
    };
  });
  const state = new Map<string, string>();
  const entries: HistoryEntry[] = [];
  for (const plan of plans.toSorted((a, b) => a.effect - b.effect || a.id - b.id)) {
    if (plan.write) state.set(plan.key, String(plan.id));
    const seen = state.get(plan.key);
    const lost = plan.write && plan.lost;
    entries.push({
      id: plan.id,
      client: plan.id % clients,
      node: 'n1',
      kind: plan.write ? 'write' : 'read',
      level: plan.write ? null : 'linearizable',
      key: plan.key,
      values: plan.write ? [String(plan.id)] : seen === undefined ? [] : [seen],
      call: plan.call,
      return: lost ? null : plan.back,
      outcome: lost ? 'unknown' : 'ok',
      position: null,
    });
  }
  return entries;
}

it('accepts what an atomic register does, and refuses it with one old read put in', () => {
  let refused = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const good = randomHistory(seed, 60, 2, 4);
    expect(checkLinearizable(good), `seed ${seed}`).toEqual({ ok: true });
    const last = good
      .filter((entry) => entry.kind === 'write' && entry.return !== null && entry.key === 'k0')
      .toSorted((a, b) => a.call - b.call);
    if (last.length < 4) continue;
    const old = last[0]!;
    const read: HistoryEntry = {
      ...good[0]!,
      id: 999,
      kind: 'read',
      level: 'linearizable',
      key: 'k0',
      values: old.values,
      call: 99_000,
      return: 99_001,
      outcome: 'ok',
    };
    expect(checkLinearizable([...good, read]).ok, `seed ${seed}`).toBe(false);
    refused++;
  }
  expect(refused).toBeGreaterThan(40);
});

it('agrees with a brute-force search over all orders of small histories', () => {
  const random = new Prng(9);
  const verdicts = [0, 0];
  for (let round = 0; round < 400; round++) {
    const rows = Array.from({ length: 5 }, (_, id): Row => {
      const call = random.nextInt(20);
      const write = random.chance(1, 2);
      return [
        write ? 'w' : 'r',
        write ? String(id) : String(random.nextInt(5)),
        call,
        random.chance(1, 6) ? null : call + random.nextInt(12),
      ];
    });
    const entries = history(...rows);
    const expected = bruteForce(entries);
    expect(checkLinearizable(entries).ok, JSON.stringify(rows)).toBe(expected);
    verdicts[expected ? 0 : 1]!++;
  }
  expect(Math.min(...verdicts)).toBeGreaterThan(20);
});

function bruteForce(entries: readonly HistoryEntry[]): boolean {
  const relevant = entries.filter((entry) => entry.outcome === 'ok' || entry.kind === 'write');
  const visit = (left: readonly HistoryEntry[], state: string): boolean => {
    if (left.every((entry) => entry.return === null)) return true;
    return left.some((entry) => {
      if (left.some((other) => other.return !== null && other.return < entry.call)) return false;
      const value = entry.values[0] ?? '';
      if (entry.kind === 'read' && value !== state) return false;
      return visit(
        left.filter((other) => other !== entry),
        entry.kind === 'write' ? value : state,
      );
    });
  };
  return visit(relevant, '');
}

it('judges 10,000 operations over many keys in less than a second', () => {
  const entries = randomHistory(3, 10_000, 50, 12);
  const begin = performance.now();
  expect(checkLinearizable(entries)).toEqual({ ok: true });
  expect(performance.now() - begin).toBeLessThan(1000);
});
