import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HyperSyncError, LIMITS } from '@hypersync/base';
import { Prng } from '@hypersync/consensus-kit';
import { checkHistory } from '../src/lincheck/check.ts';
import { drawCounterexample } from '../src/lincheck/diagram.ts';
import { parseHistory, type RecordedOperation } from '../src/lincheck/history.ts';
import { runLincheck } from '../src/lincheck/program.ts';

type Row = Record<string, unknown>;
const NEVER = { expired: () => false };

function text(rows: readonly Row[]): Uint8Array {
  return Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
}
const parsed = (rows: readonly Row[]): RecordedOperation[] => parseHistory(text(rows));
const verdictOf = (rows: readonly Row[]) => checkHistory(parsed(rows), NEVER).verdict;

/** `w 4 0-3`, `r 4 1-2`, `c 4>5 1-2`, `c 4>5! 1-2` (mismatch), `a 4 1-?` (unknown outcome), each by a client of its own. */
function rows(...lines: string[]): Row[] {
  const ops = { w: 'write', r: 'read', c: 'cas', a: 'append' } as const;
  return lines.map((line, client) => {
    const [, op, what, call, back] = /^(\w) (\S+) (\d+)-(\d+|\?)$/.exec(line)! as unknown as [
      string,
      keyof typeof ops,
      string,
      string,
      string,
    ];
    const row: Row = {
      client,
      op: ops[op],
      key: 'x',
      call: Number(call),
      ...(back === '?' ? { info: true } : { return: Number(back) }),
    };
    if (op === 'r') return { ...row, output: JSON.parse(what) as unknown };
    const [from, to] = what.replace('!', '').split('>') as [string, string?];
    const mismatch = what.endsWith('!') ? { output: false } : {};
    return {
      ...row,
      ...mismatch,
      ...(to === undefined ? { value: Number(from) } : { from: JSON.parse(from) as unknown, value: Number(to) }),
    };
  });
}

describe('verdicts that are known', () => {
  it.each<[string, string[]]>([
    ['nothing', []],
    ['a read of nothing', ['r null 0-1']],
    ['one after the other', ['w 1 0-1', 'r 1 2-3', 'c 1>2 4-5', 'r 2 6-7']],
    ['a read beside a write sees the old', ['w 1 0-1', 'w 2 2-9', 'r 1 3-4']],
    ['a read beside a write sees the new', ['w 1 0-1', 'w 2 2-9', 'r 2 3-4']],
    ['a mismatch, since something else was there', ['w 1 0-1', 'c 2>3! 2-3', 'r 1 4-5']],
    ['an unknown write that happened', ['w 1 0-?', 'r 1 5-6']],
    ['an unknown write that happened late', ['w 1 0-?', 'r null 2-3', 'r 1 5-6']],
    ['an unknown write that never happened', ['w 1 0-?', 'r null 5-6']],
    ['a mismatch whose only cause is unknown', ['w 1 0-1', 'w 2 0-?', 'c 1>3! 2-3', 'r 2 4-5']],
    ['a mismatch whose only trace is an unknown write that nobody read', ['w 1 0-1', 'w 2 2-?', 'c 1>3! 3-4']],
    ['an unknown swap that a read shows', ['w 1 0-1', 'c 1>2 2-?', 'r 2 3-4']],
    ['appends in either order', ['a 1 0-5', 'a 2 0-5', 'r [2,1] 6-7']],
    ['an append that is not there yet', ['a 1 0-9', 'r [] 1-2', 'r null 1-2', 'r [1] 3-4']],
    ['an unknown append', ['a 1 0-1', 'a 2 0-?', 'r [1] 2-3', 'r [1,2] 4-5']],
    ['the same value twice', ['a 1 0-1', 'a 1 2-3', 'r [1,1] 4-5']],
    ['an empty list is nothing', ['a 1 3-4', 'r [] 0-1']],
  ])('linearizable: %s', (_, lines) => {
    expect(verdictOf(rows(...lines))).toBe('linearizable');
  });

  it.each<[string, string[]]>([
    ['a value from nowhere', ['r 1 0-1']],
    ['a stale read', ['w 1 0-1', 'w 2 2-3', 'r 1 4-5']],
    ['a read from the future', ['r 1 0-1', 'w 1 2-3']],
    ['new, then old', ['w 1 0-1', 'w 2 2-20', 'r 2 3-4', 'r 1 5-6']],
    ['a lost write', ['w 1 0-1', 'r null 2-3']],
    ['a swap of what is not there', ['w 1 0-1', 'c 2>3 2-3']],
    ['two swaps of one value', ['w 1 0-1', 'c 1>2 2-5', 'c 1>3 2-5']],
    ['a mismatch of what is there', ['w 1 0-1', 'c 1>2! 2-3']],
    ['an unknown write that comes and goes', ['w 1 0-?', 'r 1 2-3', 'r null 4-5']],
    ['a lost append', ['a 1 0-1', 'a 2 2-3', 'r [2] 4-5']],
    ['appends against time', ['a 1 0-1', 'a 2 2-3', 'r [2,1] 4-5']],
    ['readers who disagree on the order', ['a 1 0-9', 'a 2 0-9', 'r [1] 1-2', 'r [2,1] 3-4']],
    ['an append seen once, then not', ['a 1 0-?', 'r [1] 1-2', 'r [] 3-4']],
  ])('not linearizable: %s', (_, lines) => {
    expect(verdictOf(rows(...lines))).toBe('not-linearizable');
  });

  it('appends to texts', () => {
    const append = (value: string, call: number): Row => ({ op: 'append', key: 'k', value, call, return: call + 1 });
    const get = (output: string, call: number): Row => ({ op: 'get', key: 'k', output, call, return: call + 1 });
    expect(verdictOf([append('ab', 0), append('c', 2), get('abc', 4)])).toBe('linearizable');
    expect(verdictOf([append('ab', 0), append('c', 2), get('ab', 4)])).toBe('not-linearizable');
    expect(
      verdictOf([
        append('ab', 0),
        { op: 'put', key: 'k', value: 'x', call: 2, return: 3 },
        append('c', 4),
        get('xc', 6),
      ]),
    ).toBe('linearizable');
  });

  it('leaves out what certainly did not happen, and reads without an answer', () => {
    const failed = { op: 'write', key: 'x', value: 9, call: 0, return: 1, fail: true };
    const lost = { op: 'read', key: 'x', call: 0, info: true };
    expect(parsed([failed, lost])).toEqual([]);
    expect(verdictOf([failed, ...rows('r 9 2-3')])).toBe('not-linearizable');
  });

  it('judges keys apart, and names those that are broken', () => {
    const key = (name: string, row: Row): Row => ({ ...row, key: name });
    const [write, stale] = rows('w 1 0-1', 'r null 2-3') as [Row, Row];
    const report = checkHistory(parsed([key('a', write), key('b', stale), key('c', write), key('c', stale)]), NEVER);
    expect(report).toMatchObject({ verdict: 'not-linearizable', keys: 3, broken: ['c'], open: [] });
  });
});

/** The definition: some order of the answered operations and some of the others respects real time and the register. */
function bruteForce(operations: readonly RecordedOperation[]): boolean {
  const place = (left: readonly RecordedOperation[], state: string): boolean => {
    if (left.every((one) => !Number.isFinite(one.return))) return true;
    return left.some((one) => {
      if (left.some((other) => other !== one && other.return < one.call)) return false;
      const next = apply(state, one);
      return (
        next !== null &&
        place(
          left.filter((other) => other !== one),
          next,
        )
      );
    });
  };
  return place(operations, 'null');
}

function apply(state: string, { kind, value, from, output }: RecordedOperation): string | null {
  const [written, expected, seen] = [value, from, output].map((one) => JSON.stringify(one)) as [string, string, string];
  if (kind === 'append') {
    const list = JSON.parse(state) as unknown[] | null;
    return JSON.stringify([...(list ?? []), value]);
  }
  if (kind === 'write') return written;
  if (kind === 'read') return seen === state || (seen === '[]' && state === 'null') ? state : null;
  if (output === false) return state === expected ? null : state;
  return state === expected ? written : null;
}

const small = fc.integer({ min: 0, max: 2 });
const interval = fc
  .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 6 }), fc.boolean())
  .map(([call, length, known]) => (known || length > 3 ? { call, return: call + length } : { call, info: true }));
const registerRow = fc
  .tuple(fc.constantFrom('read', 'write', 'cas', 'mismatch'), small, small, fc.boolean(), interval)
  .map(([op, a, b, none, time]): Row => {
    if (op === 'read') return { op, output: none ? null : a, ...time };
    if (op === 'write') return { op, value: a, ...time };
    return { op: 'cas', from: none ? null : a, value: b, ...(op === 'mismatch' ? { output: false } : {}), ...time };
  });
const appendRow = fc
  .tuple(fc.boolean(), small, fc.array(small, { maxLength: 3 }), interval)
  .map(([read, value, output, time]): Row =>
    read ? { op: 'read', output, ...time } : { op: 'append', value, ...time },
  );

describe('the checker agrees with the definition', () => {
  it.each([
    ['registers', registerRow],
    ['lists', appendRow],
  ] as const)('on small histories of %s', (_, row) => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (history) => {
        const operations = parsed(history.map((one) => ({ key: 'k', ...one })));
        const expected = bruteForce(operations) ? 'linearizable' : 'not-linearizable';
        const { verdict, counterexample } = checkHistory(operations, NEVER);
        expect(verdict).toBe(expected);
        // what is shown is a proof by itself
        if (counterexample !== null) {
          const shown = counterexample.operations.map((one) => ({
            ...one.recorded,
            return: one.return,
            output: one.mismatched ? false : one.kind === 'cas' ? null : one.recorded.output,
          }));
          expect(bruteForce(shown)).toBe(false);
        }
      }),
      { numRuns: 1500, seed: 7 },
    );
  });
});

/** A store that is right: each operation takes effect at a moment between its call and its return. */
function correctHistory(random: Prng, size: number, keys: number, clients: number): Row[] {
  const busyUntil = Array.from({ length: clients }, () => 0);
  const history: { row: Row; at: number; done: boolean }[] = [];
  for (let i = 0; i < size; i++) {
    const client = random.nextInt(clients);
    const call = busyUntil[client]! + 1 + random.nextInt(20);
    const at = call + random.nextInt(40);
    const back = at + random.nextInt(40);
    busyUntil[client] = back;
    const op = random.pick(['read', 'read', 'write', 'cas'] as const);
    const row: Row = { client, op, key: `k${random.nextInt(keys)}`, call: call * 1000 + i, return: back * 1000 + i };
    if (op !== 'read') row['value'] = i;
    const lost = op !== 'read' && random.chance(1, 20);
    if (lost) Object.assign(row, { return: null, info: true });
    history.push({ row, at: at * 1000 + i, done: !lost || random.chance(1, 2) });
  }
  const state = new Map<unknown, unknown>();
  for (const { row, done } of history.toSorted((a, b) => a.at - b.at)) {
    const now = state.get(row['key']) ?? null;
    if (row['op'] === 'read') row['output'] = now;
    else if (row['op'] === 'write' && done) state.set(row['key'], row['value']);
    else if (row['op'] === 'cas') {
      row['from'] = random.chance(2, 3) ? now : -1;
      if (row['from'] !== now) row['output'] = false;
      else if (done) state.set(row['key'], row['value']);
    }
  }
  return history.map(({ row }) => row);
}

describe('long histories', () => {
  it('of a correct store are linearizable; one read that is changed to a value gone by then is found', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const random = new Prng(seed);
      const history = correctHistory(random, 400, 4, 6);
      expect(verdictOf(history), `seed ${seed}`).toBe('linearizable');
      // a value that was overwritten, in effect and in the eyes of a reader, before the read was called
      const reads = history.filter((row) => row['op'] === 'read' && row['output'] !== null);
      const late = reads.at(-1)!;
      const early = reads.find((row) => row['key'] === late['key'] && row['output'] !== late['output']);
      if (early === undefined) continue;
      const between = reads.filter((row) => row['key'] === late['key'] && row['output'] === late['output']);
      const broken = [...history, { ...late, client: 99, output: early['output'], call: 1e9, return: 1e9 + 1 }];
      expect(between.length).toBeGreaterThan(0);
      expect(verdictOf(broken), `seed ${seed}`).toBe('not-linearizable');
    }
  });

  it('of 10,000 operations over many keys take less than a second', () => {
    const bytes = text(correctHistory(new Prng(3), 10_000, 100, 20));
    const start = process.cpuUsage();
    const report = checkHistory(parseHistory(bytes), NEVER);
    const { user, system } = process.cpuUsage(start);
    expect(report).toMatchObject({ verdict: 'linearizable', keys: 100 });
    expect((user + system) / 1e6).toBeLessThan(1);
  });

  it('end without a verdict when the limits come first', () => {
    const hard = [
      ...Array.from({ length: 12 }, (_, i): Row => ({ client: i, op: 'write', value: i, call: i, return: 1000 })),
      ...Array.from({ length: 12 }, (_, i): Row => ({ client: 20 + i, op: 'read', output: i, call: i, return: 1000 })),
      { client: 99, op: 'read', output: 'never', call: 0, return: 1000 },
    ];
    expect(checkHistory(parsed(hard), { ...NEVER, mostStates: 1000 })).toMatchObject({
      verdict: 'undecided',
      open: [''],
    });
    expect(checkHistory(parsed(hard), { expired: () => true }).verdict).toBe('undecided');
    // one broken key decides, however hard another is
    const easy = rows('r 1 0-1').map((row) => ({ ...row, key: 'easy' }));
    expect(checkHistory(parsed([...hard, ...easy]), { ...NEVER, mostStates: 200_000 })).toMatchObject({
      broken: ['easy'],
    });
  });
});

describe('a counterexample', () => {
  it('is as small as the failure, and drawn', () => {
    const noise = correctHistory(new Prng(5), 200, 1, 4).map((row) => ({ ...row, key: 'x' }));
    const [write, stale] = rows('w 7 900000001-900000002', 'r 3 900000003-900000004') as [Row, Row];
    const { counterexample } = checkHistory(parsed([...noise, write, stale]), NEVER);
    expect(counterexample!.operations.length).toBeLessThanOrEqual(3);
    const lines = counterexample!.operations.map(({ recorded }) => recorded.line);
    expect(lines).toContain(202);
  });

  it('shows who did what when, the longest order, and what fits nowhere', () => {
    const history = rows('w 1 0-10', 'w 2 12-40', 'r 2 14-20', 'r 1 22-30', 'w 9 5-?');
    const { counterexample } = checkHistory(parsed(history), NEVER);
    expect(drawCounterexample(counterexample!)).toBe(
      [
        'key "x": no order of these operations explains what clients saw',
        '',
        '  client 0   |- write 1 -|',
        '  client 1                 |------------ write 2 ------------?',
        '  client 2                   |- read -> 2 -|',
        '  client 3                                   |- read -> 1 -|',
        '',
        'the longest order that works: write 1 (line 1), then write 2 (line 2), then read -> 2 (line 3)',
        'then read -> 1 of client 3 (line 4) fits nowhere: the state is 2',
      ].join('\n'),
    );
  });
});

describe('lines that are no operation', () => {
  const failure = (line: string): HyperSyncError => {
    try {
      parseHistory(Buffer.from(`{"op":"read","call":0,"return":1}\n\n${line}`));
    } catch (error) {
      if (error instanceof HyperSyncError) return error;
    }
    throw new Error('was accepted');
  };

  it.each([
    ['{', 'HS-1003', 'line 3'],
    ['[1]', 'HS-2105', 'line 3: must be an object'],
    ['{"op":"jump","call":0,"return":1}', 'HS-2105', '"op" must be one of read, get'],
    ['{"op":"read","call":"0","return":1}', 'HS-2105', '"call" must be a number'],
    ['{"op":"read","call":0,"return":"1"}', 'HS-2105', '"return" must be a number'],
    ['{"op":"read","call":2,"return":1}', 'HS-2105', '"return" is before "call"'],
    ['{"op":"write","value":1,"call":0}', 'HS-2105', 'has no "return"'],
    ['{"op":"write","call":0,"return":1}', 'HS-2105', '"value" is missing'],
    ['{"op":"cas","value":1,"call":0,"return":1}', 'HS-2105', '"from" is missing'],
    ['{"op":"read","call":0,"return":1,"info":"yes"}', 'HS-2105', '"info" and "fail"'],
    ['{"op":"read","call":0,"return":1,"key":[]}', 'HS-2105', '"key" must be'],
    ['{"op":"read","call":0,"return":1,"time":3}', 'HS-2105', 'the key "time" is not known'],
    ['{"op":"read","op":"write","call":0}', 'HS-1003', 'line 3'],
    ['{"op":"read","call":0,"return":1,"output":[[[[[[[[[1]]]]]]]]]}', 'HS-1008', 'line 3'],
  ])('%s', (line, code, message) => {
    const error = failure(line);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
  });

  it('and histories or lines beyond the limits', () => {
    expect(failure(`"${'x'.repeat(LIMITS.historyLineBytes)}"`).code).toBe('HS-1008');
    const huge = { length: LIMITS.historyBytes + 1 } as unknown as Uint8Array;
    expect(() => parseHistory(huge)).toThrow(/bytes, more than/);
  });

  it('never anything but an error of ours, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 60 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          try {
            checkHistory(parseHistory(bytes), NEVER);
          } catch (error) {
            expect(error).toBeInstanceOf(HyperSyncError);
          }
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });
});

describe('hypersync-lincheck', () => {
  function run(argv: string[], history: readonly Row[] = rows('w 1 0-1', 'r 1 2-3')) {
    const said = { out: '', err: '' };
    let time = 0;
    const code = runLincheck({
      argv,
      stdout: { write: (line: string) => (said.out += line) },
      stderr: { write: (line: string) => (said.err += line) },
      clock: { now: () => (time += 5000) },
      read(path) {
        if (path !== 'history.jsonl') throw new HyperSyncError('HS-1004', `${path}: no such file`);
        return text(history);
      },
    });
    return { code, ...said };
  }
  const broken = rows('w 1 0-1', 'r null 2-3');

  it('ends with 0 for a linearizable history, 65 for another', () => {
    expect(run(['history.jsonl'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^linearizable: 2 operations on 1 keys/),
    });
    const { code, out } = run(['history.jsonl'], broken);
    expect([code, out]).toEqual([
      65,
      expect.stringContaining('read -> null of client 1 (line 2) fits nowhere: the state is 1'),
    ]);
  });

  it('says the same as JSON', () => {
    const { code, out } = run(['history.jsonl', '--output', 'json'], broken);
    expect([code, JSON.parse(out)]).toEqual([
      65,
      {
        schemaVersion: 1,
        verdict: 'not-linearizable',
        operations: 2,
        keys: 1,
        broken: ['x'],
        open: [],
        counterexample: {
          key: 'x',
          operations: [
            { line: 1, client: '0', operation: 'write 1', call: 0, return: 1 },
            { line: 2, client: '1', operation: 'read -> null', call: 2, return: 3 },
          ],
          longestOrder: [1],
          state: '1',
        },
      },
    ]);
    expect(JSON.parse(run(['history.jsonl', '--output', 'json']).out)).toMatchObject({
      verdict: 'linearizable',
      counterexample: null,
    });
  });

  it('ends with 64 for wrong usage, with 65 or 78 for what it cannot read, with 75 when time is up', () => {
    for (const argv of [[], ['a', 'b'], ['--fast', 'x'], ['--seconds', '0', 'x'], ['--output', 'xml', 'x']])
      expect(run(argv)).toMatchObject({ code: 64, err: expect.stringContaining('HS-1002') });
    expect(run(['history.jsonl'], [{ op: 'jump' }])).toMatchObject({
      code: 65,
      err: expect.stringContaining('HS-2105 line 1'),
    });
    expect(run(['nowhere'])).toMatchObject({ code: 78, err: expect.stringContaining('HS-1004') });
    expect(run(['--seconds', '1', 'history.jsonl'])).toMatchObject({
      code: 75,
      out: expect.stringContaining('undecided'),
    });
  });

  it('helps', () => {
    expect(run(['--help'])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('exit codes: 0 linearizable'),
    });
  });
});
