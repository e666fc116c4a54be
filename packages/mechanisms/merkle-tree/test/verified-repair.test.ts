import { describe, expect, it } from 'vitest';
import { KeyedSet } from '../src/keyed-set.ts';
import { PullSession } from '../src/pull-session.ts';
import { answerRange, type Answer } from '../src/range-diff.ts';
import type { Row } from '../src/row.ts';
import { find, rootHash } from '../src/search-tree.ts';

const MEMBERS = ['a', 'b'];

/** Two sets of `size` rows each, of which `different` are newer in the second. */
function pair(size: number, different: number): [KeyedSet, KeyedSet] {
  const [mine, theirs] = [new KeyedSet(MEMBERS), new KeyedSet(MEMBERS)];
  const rows = Array.from({ length: size }, (_, i): Row => ({
    key: `k${i}`,
    counter: i + 1,
    author: 'a',
    sequence: i + 1,
    kind: 'value',
    value: new Uint8Array(8),
  }));
  for (const set of [mine, theirs]) set.join(rows, [size, 0]);
  for (let i = 1; i <= different; i++) {
    theirs.join([theirs.next(1, `k${(i * 7919) % size}`, 'value', new Uint8Array([i]))], [size, i]);
  }
  return [mine, theirs];
}

type Reply = { readonly answers: readonly Answer[]; readonly rows: readonly Row[] };

/** Reads the whole tree as the messages would, with what `twist` makes of each reply; null when the session gives up. */
function read(
  mine: KeyedSet,
  theirs: KeyedSet,
  twist: (reply: Reply) => Reply = (reply) => reply,
  budget = 100_000,
): { rounds: number; rows: Row[] } | null {
  const session = new PullSession(0, 0, rootHash(theirs.tree), theirs.vector, 10_000_000);
  let rounds = 0;
  for (; !session.complete; rounds++) {
    if (rounds > 1_000) throw new Error('no end');
    const { ranges, keys } = session.nextAsk();
    const answers = ranges.map((range) => answerRange(theirs.tree, range, budget));
    const rows = keys.map((key) => find(theirs.tree, key)!);
    const twisted = twist({ answers, rows });
    if (!session.receive(0, mine, twisted.answers, twisted.rows)) return null;
  }
  return { rounds, rows: [...session.rows] };
}

describe('rounds of a repair', () => {
  it('are as many as the tree has levels, however many rows differ', () => {
    for (const [size, most] of [
      [100, 5],
      [2_000, 6],
      [20_000, 7],
    ] as const) {
      const [mine, theirs] = pair(size, 100);
      const result = read(mine, theirs)!;
      expect(new Set(result.rows.map(({ key }) => key)).size).toBe(100);
      expect(result.rounds).toBeLessThanOrEqual(most);
    }
  });
});

describe('what comes in a repair', () => {
  const page = (answer: Answer): Extract<Answer, { mode: 'page' }> | null => (answer.mode === 'page' ? answer : null);
  /** Twists the first answer to which it applies. */
  const once = (change: (reply: Reply) => Reply | null) => {
    let done = false;
    return (reply: Reply): Reply => {
      const changed = done ? null : change(reply);
      done ||= changed !== null;
      return changed ?? reply;
    };
  };
  const ofPage = (change: (answer: Extract<Answer, { mode: 'page' }>) => Answer | null) =>
    once(({ answers, rows }) => {
      const at = answers.findIndex((answer) => page(answer) !== null && change(page(answer)!) !== null);
      return at < 0 ? null : { answers: answers.with(at, change(page(answers[at]!)!)!), rows };
    });

  it('is held against the root that was offered, down to each row', () => {
    const twists: Record<string, (reply: Reply) => Reply> = {
      'a row withheld': ofPage((answer) =>
        answer.summaries.length < 2 || answer.children.some((child) => child !== null)
          ? null
          : { ...answer, summaries: answer.summaries.slice(1), children: answer.children.slice(1) },
      ),
      'a page withheld': ofPage((answer) => {
        const at = answer.children.findIndex((child) => child !== null);
        return at < 0 ? null : { ...answer, children: answer.children.with(at, null) };
      }),
      'another hash for a row': ofPage((answer) =>
        answer.summaries.length === 0
          ? null
          : { ...answer, summaries: answer.summaries.with(0, { ...answer.summaries[0]!, hash: new Uint8Array(32) }) },
      ),
      'another level': ofPage((answer) => ({ ...answer, level: answer.level + 1 })),
      'another value': once(({ answers, rows }) =>
        rows.length === 0 ? null : { answers, rows: rows.with(0, { ...rows[0]!, value: new Uint8Array([99]) }) },
      ),
      'an older version than was announced': once(({ answers, rows }) =>
        rows.length === 0 ? null : { answers, rows: rows.with(0, { ...rows[0]!, counter: rows[0]!.counter - 1 }) },
      ),
      'silence in many words': () => ({ answers: [], rows: [] }),
    };
    for (const [name, twist] of Object.entries(twists)) {
      const [mine, theirs] = pair(400, 20);
      expect([name, read(mine, theirs, twist)]).toEqual([name, null]);
    }
  });

  it('is held against it also where it comes as rows at once, and in parts', () => {
    const [, theirs] = pair(400, 20);
    // One row is here already, so that the reader looks into the top page, and asks for rows below it.
    const mine = (): KeyedSet => {
      const set = new KeyedSet(MEMBERS);
      set.join([theirs.find('k1')!], [0, 0]);
      return set;
    };
    for (const budget of [300, 100_000]) {
      expect(new Set(read(mine(), theirs, undefined, budget)!.rows.map(({ key }) => key)).size).toBe(399);
      const withheld = once(({ answers, rows }) => {
        const at = answers.findIndex((answer) => answer.mode === 'rows' && answer.rows.length > 1);
        const answer = answers[at];
        if (answer?.mode !== 'rows') return null;
        return { answers: answers.with(at, { ...answer, rows: answer.rows.slice(1) }), rows };
      });
      expect(read(mine(), theirs, withheld, budget)).toBeNull();
    }
  });

  it('cannot say that one version of a key is two rows', () => {
    const [mine, theirs] = pair(50, 0);
    const corrupt = new KeyedSet(MEMBERS);
    const rows = [...theirs.rows()].map((row) => (row.key === 'k7' ? { ...row, value: new Uint8Array([1]) } : row));
    corrupt.join(rows, [50, 1]);
    expect(read(mine, corrupt)).toBeNull();
  });
});
