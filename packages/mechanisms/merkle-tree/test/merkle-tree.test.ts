import { describe, expect, it } from 'vitest';
import type { ConvergentOp, Outcome } from '@hypersync/interface';
import plugin, { decodeProof, verifyInclusion } from '../src/index.ts';
import { batches } from '../src/step-notes.ts';
import { Cluster } from '@hypersync/testkit/replica-cluster';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const put = (key: string, value: string): ConvergentOp => ({ kind: 'put', key, value: bytes(value) });
const del = (key: string): ConvergentOp => ({ kind: 'delete', key });

const cluster = (n = 3, config = {}): Cluster<'convergent'> =>
  new Cluster(plugin, ['a', 'b', 'c', 'd', 'e'].slice(0, n), config);

function values(outcome: Outcome<'convergent'> | undefined): string[] {
  if (outcome?.kind !== 'values') throw new Error(`no values: ${outcome?.kind}`);
  return outcome.values.map((value) => new TextDecoder().decode(value));
}

const root = (c: Cluster<'convergent'>, id: string): string => c.node(id).status().position!.root;

describe('the keyed set', () => {
  it('ends with the later version everywhere, and a delete is a write', () => {
    const c = cluster();
    c.propose('a', put('k', 'from a'));
    c.propose('b', put('k', 'from b'));
    c.propose('c', put('gone', 'x'));
    c.run();
    c.propose('a', del('gone'));
    c.elapse(1_000_000);
    for (const id of c.ids) {
      expect(values(c.read(id, 'k'))).toEqual(['from b']);
      expect(values(c.read(id, 'gone'))).toEqual([]);
    }
    expect(new Set(c.ids.map((id) => root(c, id))).size).toBe(1);
  });

  it('finds what got lost by comparing trees, and moves only what differs', () => {
    const c = cluster(2);
    for (let i = 0; i < 300; i++) c.propose('a', put(`same${i}`, 'x'));
    c.run();
    c.elapse(3_000_000);
    for (let i = 0; i < 5; i++) c.propose('a', put(`new${i}`, 'y'.repeat(50)));
    c.propose('b', put('other', 'z'));
    c.drop();
    let moved = 0;
    c.elapse(3_000_000, (flight) => {
      moved += flight.bytes.length;
      return true;
    });
    expect(root(c, 'a')).toBe(root(c, 'b'));
    expect(values(c.read('a', 'other'))).toEqual(['z']);
    expect(moved).toBeLessThan(16_000); // the rows alone are 300 times 30 bytes, and every page would be more
  });

  it('brings a new member up in bounded messages', () => {
    const c = cluster(2, { maxPartBytes: 4_096 });
    for (let i = 0; i < 400; i++) c.propose('a', put(`k${i}`, 'x'.repeat(100)));
    c.drop();
    let largest = 0;
    c.elapse(5_000_000, (flight) => {
      largest = Math.max(largest, flight.bytes.length);
      return true;
    });
    expect(root(c, 'b')).toBe(root(c, 'a'));
    expect(largest).toBeLessThan(6_000);
  });

  it('rests when all have all', () => {
    const c = cluster(3);
    for (let i = 0; i < 30; i++) c.propose(c.ids[i % 3]!, put(`k${i}`, 'x'));
    c.elapse(5_000_000);
    let messages = 0;
    c.elapse(10_000_000, () => ++messages > 0);
    expect(messages).toBeLessThan(40); // a digest per member every two seconds
  });

  it('comes to rest although every message comes twice', () => {
    const c = cluster(2, { maxPartBytes: 4_096 });
    for (let i = 0; i < 100; i++) c.propose('a', put(`k${i}`, 'x'.repeat(1_000)));
    c.drop();
    c.now += 1_000_000;
    c.step('a', { t: 'time' });
    expect(c.runTwice(500)).toBeGreaterThan(25);
    expect(root(c, 'b')).toBe(root(c, 'a'));
  });

  it('proves a write to whoever knows the root', () => {
    const c = cluster(2);
    for (let i = 0; i < 50; i++) c.propose('a', put(`k${i}`, 'x'));
    const decision = c.delivered.get('a')!.at(-1)!;
    const row = { key: 'k49', counter: 50, author: 'a', sequence: 50, kind: 'value' as const, value: bytes('x') };
    expect(verifyInclusion(decision.position.root, row, decodeProof(decision.certificate)!)).toBe(true);
  });

  it('collects tombstones once nothing older can arrive', () => {
    const c = cluster();
    for (let i = 0; i < 20; i++) c.propose('a', put(`k${i}`, 'x'));
    c.run();
    for (let i = 0; i < 20; i++) c.propose('b', del(`k${i}`));
    c.elapse(20_000_000);
    for (const id of c.ids) expect(c.node(id).status().detail).toMatchObject({ tombstones: 0, rows: 1 });
    expect(new Set(c.ids.map((id) => root(c, id))).size).toBe(1);
    c.propose('c', put('k3', 'again'));
    c.elapse(1_000_000);
    for (const id of c.ids) expect(values(c.read(id, 'k3'))).toEqual(['again']);
  });

  it('keeps tombstones while a member is away that may bring an older write', () => {
    const c = cluster();
    c.propose('a', put('k', 'x'));
    c.run();
    c.propose('c', put('k', 'older than the delete'));
    c.drop((flight) => flight.from === 'c');
    c.propose('a', put('pad', 'x')); // so that the delete is later than what c wrote
    c.run((flight) => flight.to !== 'c' && flight.from !== 'c');
    c.propose('b', del('k'));
    c.elapse(20_000_000, (flight) => flight.to !== 'c' && flight.from !== 'c');
    expect(c.node('a').status().detail['tombstones']).toBe(1);
    c.elapse(20_000_000);
    for (const id of c.ids) expect(values(c.read(id, 'k'))).toEqual([]);
    expect(c.node('a').status().detail['tombstones']).toBe(0);
  });
});

describe('a member', () => {
  it('keeps what it acknowledged over a crash, and never numbers two writes alike', () => {
    const c = cluster(2);
    c.propose('a', put('k', 'one'));
    c.crash('a');
    expect(values(c.read('a', 'k'))).toEqual(['one']);
    const ticket = c.propose('a', put('k', 'two'));
    expect(c.outcomes.get(ticket)).toMatchObject({ kind: 'committed', position: { frontier: { a: 2 } } });
    c.elapse(1_000_000);
    expect(values(c.read('b', 'k'))).toEqual(['two']);
  });

  it('seals one state with all others', () => {
    const c = cluster(3);
    c.propose('a', put('k', 'v'));
    c.drop();
    const ticket = c.stop('b');
    c.elapse(3_000_000);
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    const [first, ...others] = [...c.sealed.values()];
    expect(others.length).toBe(2);
    for (const other of others) expect(other).toEqual(first);
  });

  it('takes rows only from their author, and holds early ones back', () => {
    const c = cluster(3);
    c.elapse(1_000); // past the first digests
    c.drop();
    for (let i = 1; i <= 3; i++) c.propose('a', put(`k${i}`, 'v'));
    const writes = c.drop().filter((flight) => flight.to === 'b');
    c.step('b', { t: 'message', from: 'c', bytes: writes[0]!.bytes });
    expect(c.node('b').status().detail).toMatchObject({ rows: 0, malformed: 1 });
    for (const index of [2, 1]) c.step('b', { t: 'message', from: 'a', bytes: writes[index]!.bytes });
    expect(c.node('b').status().detail).toMatchObject({ rows: 0, early: 2 });
    c.step('b', { t: 'message', from: 'a', bytes: writes[0]!.bytes });
    expect(c.node('b').status().detail).toMatchObject({ rows: 3, early: 0 });
  });

  it('refuses with a reason what it cannot take', () => {
    const c = cluster(2, { maxStateBytes: 1_048_576 });
    const outcome = (op: ConvergentOp) => c.outcomes.get(c.propose('a', op));
    const big = (key: string): ConvergentOp => ({ kind: 'put', key, value: new Uint8Array(1_048_576) });
    expect(outcome({ kind: 'publish', value: bytes('x') })).toMatchObject({ reason: 'unsupported' });
    expect(outcome(put('\u0000a', 'x'))).toMatchObject({ reason: 'invalid' });
    expect(outcome(put('\ud800', 'x'))).toMatchObject({ reason: 'invalid' });
    expect(outcome(put('x'.repeat(81), 'x'))).toMatchObject({ reason: 'too-large' });
    expect(outcome({ kind: 'put', key: 'k', value: new Uint8Array(1_048_577) })).toMatchObject({ reason: 'too-large' });
    expect(outcome(big('k'))?.kind).toBe('committed');
    expect(outcome(big('l'))).toMatchObject({ reason: 'overloaded', retryable: true });
    expect(outcome(del('k'))?.kind).toBe('committed');
    expect(outcome(big('l'))?.kind).toBe('committed');
    c.stop('a');
    expect(outcome(put('k', 'v'))).toMatchObject({ reason: 'sealed' });
  });

  it('answers a retry without writing again', () => {
    const c = cluster(2);
    const first = c.propose('a', put('k', 'v'), 4, 1);
    c.propose('a', put('k', 'w'), 4, 2);
    const again = c.propose('a', put('k', 'v'), 4, 1);
    expect(c.outcomes.get(again)).toEqual(c.outcomes.get(first));
    expect(values(c.read('a', 'k'))).toEqual(['w']);
  });

  it('answers a batch with one position and tells it in one message, each session once', () => {
    const c = cluster(2);
    c.run();
    const write = (ticket: number, op: ConvergentOp, sequence: number) =>
      ({ t: 'propose', ticket, op, session: 4, sequence }) as const;
    c.step(
      'a',
      write(1, put('k', 'v'), 1),
      write(2, put('k', 'w'), 2),
      write(3, put('k', 'v'), 1),
      write(4, put('l', 'x'), 3),
    );
    const outcomes = [1, 2, 3, 4].map((ticket) => c.outcomes.get(ticket));
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
    expect(outcomes[0]).toMatchObject({ kind: 'committed', position: { frontier: { a: 3 } } });
    expect(c.drop().filter((flight) => plugin.describeMessage(flight.bytes).startsWith('write')).length).toBe(1);
    const told = c.delivered.get('a')!.map(({ key, value, certificate }) => [key, text(value), certificate.length > 0]);
    // A row that a later one of the batch has replaced is told, but there is nothing left to prove.
    expect(told).toEqual([
      ['k', 'v', false],
      ['k', 'w', true],
      ['l', 'x', true],
    ]);
  });

  it('splits what is too large for one message', () => {
    const rows = Array.from({ length: 5 }, (_, i) => ({
      key: `k${i}`,
      counter: 1,
      author: 'a',
      sequence: i + 1,
      kind: 'value' as const,
      value: new Uint8Array(i === 2 ? 500 : 50),
    }));
    expect([...batches(rows, 250)].map((batch) => batch.map((row) => row.sequence))).toEqual([[1, 2], [3], [4, 5]]);
  });
});

const text = (value: Uint8Array): string => new TextDecoder().decode(value);

describe('the durable image', () => {
  it('is refused when it belongs elsewhere or is damaged', () => {
    const c = cluster(2);
    c.propose('a', put('k', 'v'), 3, 1);
    c.stop('a');
    const image = c.images.get('a')!;
    const create = (ids: readonly string[], epoch: number, from: ReadonlyMap<string, Uint8Array>) => () => {
      const members = ids.map((id) => ({ id, weight: 1 }));
      plugin.create({ self: 'a', members, epoch, seed: 1, now: 0, config: {}, applied: 0 }, from);
    };
    expect(create(['a', 'b'], 1, image)).not.toThrow();
    expect(create(['a', 'b'], 2, image)).toThrow('another epoch');
    expect(create(['a', 'c'], 1, image)).toThrow('other members');
    expect(image.size).toBeGreaterThan(4);
    for (const key of image.keys()) {
      const damaged = new Map(image).set(key, new Uint8Array([255]));
      expect(create(['a', 'b'], 1, damaged), key).toThrow(RangeError);
    }
  });
});
