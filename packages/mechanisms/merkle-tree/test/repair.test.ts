import { TreeRepair } from '../src/tree-repair.ts';
import { raised } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '@hypersync/base';
import { KeyedSet } from '../src/keyed-set.ts';
import { PullSession } from '../src/pull-session.ts';
import { answerRange, isWellFormed, type Answer } from '../src/range-diff.ts';
import { compareVersions, type Row } from '../src/row.ts';
import { find, rootHash } from '../src/search-tree.ts';
import { ServedTrees } from '../src/served-trees.ts';

const MEMBERS = ['a', 'b'];

/** Writes at one of two members; `meet` joins the first's set into the second's before. */
const history = fc.array(
  fc.record({
    at: fc.nat(1),
    key: fc.stringMatching(/^[a-e]{1,3}$/),
    kind: fc.constantFrom('value' as const, 'value' as const, 'tombstone' as const),
    meet: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
  { maxLength: 80 },
);

type Step = { at: number; key: string; kind: 'value' | 'tombstone'; meet: boolean };

function setsAfter(steps: readonly Step[]): { sets: KeyedSet[]; rows: Row[] } {
  const sets = [new KeyedSet(MEMBERS), new KeyedSet(MEMBERS)];
  const rows: Row[] = [];
  for (const { at, key, kind, meet } of steps) {
    const set = sets[at]!;
    if (meet) set.join(sets[1 - at]!.rows(), sets[1 - at]!.vector);
    const row = set.next(at, key, kind, kind === 'value' ? new Uint8Array([rows.length & 255]) : new Uint8Array(0));
    set.join([row], raised(set.vector, at, row.sequence));
    rows.push(row);
  }
  return { sets, rows };
}

/** Reads all of `from`'s tree into `to`, as the messages would; returns the rows that moved. */
function pull(to: KeyedSet, from: KeyedSet, budget: number): number {
  const tree = from.tree;
  const session = new PullSession(0, 0, rootHash(tree), from.vector, 1_000_000);
  for (let asks = 0; !session.complete; asks++) {
    expect(asks).toBeLessThan(1_000);
    const { ranges, keys } = session.nextAsk();
    // A small budget: only the first of the ranges and keys is answered each time.
    const answers = ranges.slice(0, 2).map((range) => answerRange(tree, range, budget));
    for (const answer of answers) expect(isWellFormed(answer)).toBe(true);
    const rows = keys.slice(0, 2).map((key) => find(tree, key)!);
    expect(session.receive(0, to, answers, rows)).toBe(true);
  }
  const rows = [...session.rows];
  to.join(rows, from.vector);
  return rows.length;
}

describe('repair by range diff', () => {
  it('ends with the join of both sets, and moves only rows that are newer there', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 2_000 }), (steps, budget) => {
        const { sets, rows } = setsAfter(steps);
        const [a, b] = sets as [KeyedSet, KeyedSet];
        // The oracle: per key the latest of all rows that either has written.
        const latest = new Map<string, Row>();
        for (const row of rows) {
          const best = latest.get(row.key);
          if (best === undefined || compareVersions(row, best) > 0) latest.set(row.key, row);
        }
        const newer = [...a.rows()].filter((row) => {
          const own = b.find(row.key);
          return own === undefined || compareVersions(row, own) > 0;
        });
        expect(pull(b, a, budget)).toBe(newer.length);
        pull(a, b, budget);
        expect(a.root()).toBe(b.root());
        expect(a.vector).toEqual(b.vector);
        expect([...a.rows()]).toEqual([...latest.values()].sort((x, y) => (x.key < y.key ? -1 : 1)));
      }),
      { numRuns: 200 },
    );
  });

  it('costs in the order of the differences, not of the set', () => {
    const [a, b] = [new KeyedSet(MEMBERS), new KeyedSet(MEMBERS)];
    const rows = Array.from({ length: 2_000 }, (_, i): Row => ({
      key: `k${i}`,
      counter: i + 1,
      author: 'a',
      sequence: i + 1,
      kind: 'value',
      value: new Uint8Array(1),
    }));
    for (const set of [a, b]) set.join(rows, [2_000, 0]);
    const late = a.next(0, 'k777', 'value', new Uint8Array([9]));
    a.join([late], [2_001, 0]);
    const session = new PullSession(0, 0, rootHash(a.tree), a.vector, 1_000_000);
    let summaries = 0;
    while (!session.complete) {
      const { ranges, keys } = session.nextAsk();
      const answers = ranges.map((range) => answerRange(a.tree, range, 100_000));
      for (const answer of answers) if (answer.mode === 'page') summaries += answer.summaries.length;
      session.receive(
        0,
        b,
        answers,
        keys.map((key) => find(a.tree, key)!),
      );
    }
    expect([...session.rows]).toEqual([late]);
    expect(summaries).toBeLessThan(250); // a handful of pages of sixteen rows on average
  });

  it('gives up on answers that no correct member gives', () => {
    const page = (summaries: readonly string[], children: number, upTo: string | null = null): Answer => ({
      mode: 'page',
      low: 'b',
      high: 'y',
      level: 0,
      summaries: summaries.map((key) => ({ key, counter: 1, author: 'a', hash: new Uint8Array(32) })),
      children: Array.from({ length: children }, () => new Uint8Array(32)),
      upTo,
    });
    expect(isWellFormed(page(['c', 'd'], 3))).toBe(true);
    expect(isWellFormed(page(['c', 'd'], 2, 'd'))).toBe(true);
    expect(isWellFormed(page(['d', 'c'], 3))).toBe(false); // out of order
    expect(isWellFormed(page(['a'], 2))).toBe(false); // out of range
    expect(isWellFormed(page(['z'], 2))).toBe(false);
    expect(isWellFormed(page(['c'], 1))).toBe(false); // a child is missing
    expect(isWellFormed(page(['c'], 1, 'd'))).toBe(false);
    expect(isWellFormed(page([], 1))).toBe(false); // a page below nothing: would be asked again for ever
    expect(isWellFormed({ mode: 'rows', low: null, high: null, rows: [], upTo: 'x' })).toBe(false);
    const set = new KeyedSet(MEMBERS);
    const session = new PullSession(0, 0, new Uint8Array(32), [1, 0], 1_000);
    session.nextAsk();
    const bad: Answer = { ...page([], 1), low: null, high: null };
    expect(session.receive(0, set, [bad], [])).toBe(false);
  });

  it('holds a bounded number of bytes back, and asks a silent peer only so often', () => {
    const set = new KeyedSet(MEMBERS);
    const other = new KeyedSet(MEMBERS);
    for (let i = 1; i <= 10; i++) other.join([other.next(0, `k${i}`, 'value', new Uint8Array(200))], [i, 0]);
    const session = new PullSession(0, 0, rootHash(other.tree), other.vector, 500);
    let good = true;
    while (good && !session.complete) {
      const { ranges, keys } = session.nextAsk();
      const answers = ranges.map((range) => answerRange(other.tree, range, 100_000));
      good = session.receive(
        0,
        set,
        answers,
        keys.map((key) => find(other.tree, key)!),
      );
    }
    expect(good).toBe(false);

    const silent = new PullSession(0, 0, rootHash(other.tree), other.vector, 500);
    const first = silent.nextAsk();
    expect(silent.overdue(50, 100)).toBeNull();
    expect(silent.overdue(100, 100)).toBe('ask');
    expect(silent.nextAsk()).toEqual({ ...first, number: first.number + 1 });
    expect(silent.awaits(first.number)).toBe(false);
    let now = 100;
    let verdict = silent.overdue(now, 100);
    while (verdict !== 'dead') verdict = silent.overdue((now += 100), 100);
    expect(now).toBe(2_100);
  });

  it('serves the tree that it offered while writes go on, and few of them', () => {
    const served = new ServedTrees();
    const set = new KeyedSet(MEMBERS);
    const roots = Array.from({ length: 6 }, (_, i) => {
      set.join([set.next(0, `k${i}`, 'value', new Uint8Array(1))], [i + 1, 0]);
      served.offer(1, set.tree);
      return rootHash(set.tree);
    });
    expect(toHex(rootHash(served.find(1, roots[2]!)!))).toBe(toHex(roots[2]!));
    expect(served.find(2, roots[2]!)).toBeUndefined();
    expect(served.find(1, roots[0]!)).toBeUndefined();
  });
});

describe('both sides of a repair', () => {
  it('end it when the tree is not at hand any more, and take nothing over', () => {
    const limits = { maxPartBytes: 1_000, maxTransferBytes: 10_000, patience: 100 };
    const [reader, server] = [new TreeRepair(limits), new TreeRepair(limits)];
    const set = new KeyedSet(MEMBERS);
    set.join([set.next(0, 'k', 'value', new Uint8Array(1))], [1, 0]);
    const root = rootHash(set.tree);
    const ask = reader.begin(0, 0, root, set.vector);
    if (ask?.type !== 'ask') throw new Error('expected an ask');
    // The server has restarted: it knows of no tree that it offered.
    expect(server.answer(1, ask)).toEqual({ type: 'gone', root });
    expect(reader.begin(0, 0, root, set.vector)).toBeNull(); // one at a time
    reader.gone(1, root);
    expect(reader.active).toBe(true); // somebody else's tree
    reader.gone(0, root);
    expect(reader.active).toBe(false);
    const empty = { type: 'answer' as const, root, number: 1, answers: [], rows: [] };
    expect(reader.answered(0, 0, new KeyedSet(MEMBERS), empty)).toBeNull();
  });
});

describe('the keyed set', () => {
  it('writes later than everything it has seen, however few rows that has left', () => {
    const [a, b] = [new KeyedSet(MEMBERS), new KeyedSet(MEMBERS)];
    for (let i = 1; i <= 10; i++) a.join([a.next(0, 'k', 'value', new Uint8Array([i]))], [i, 0]);
    b.join(a.rows(), a.vector); // one row stands for ten writes
    const later = b.next(1, 'k', 'value', new Uint8Array([99]));
    a.join([later], [10, 1]);
    expect(a.find('k')).toEqual(later);
    const restarted = new KeyedSet(MEMBERS);
    restarted.restore([], [0, 0], 50); // the clock outlives the rows that moved it
    expect(restarted.next(1, 'k', 'value', new Uint8Array(1)).counter).toBe(51);
  });

  it('is a function of its vector, whatever way the rows came', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (steps, shuffle) => {
        const { rows } = setsAfter(steps);
        const vector = MEMBERS.map((id) => rows.filter((row) => row.author === id).length);
        const one = new KeyedSet(MEMBERS);
        one.join(rows, vector);
        const other = new KeyedSet(MEMBERS);
        const order = rows.map((row) => ({ row, at: shuffle.next().value! })).sort((x, y) => x.at - y.at);
        for (const { row } of order) other.join([row], other.vector);
        other.join([], vector);
        expect(other.root()).toBe(one.root());
        expect([other.size, other.bytes, other.tombstoneCount]).toEqual([one.size, one.bytes, one.tombstoneCount]);
      }),
      { numRuns: 100 },
    );
  });
});
