import { describe, expect, it } from 'vitest';
import type { ConvergentOp, Outcome } from '@hypersync/interface';
import plugin, { decodeValue, encodeMutation, type CrdtValue, type Mutation } from '../src/index.ts';
import { Cluster } from '@hypersync/testkit/replica-cluster';

const mutate = (key: string, mutation: Mutation): ConvergentOp => ({
  kind: 'mutate',
  key,
  value: encodeMutation(mutation),
});
const add = (amount: number): Mutation => ({ type: 'pn-counter', action: 'add', amount });
const setAdd = (element: string): Mutation => ({ type: 'or-set', action: 'add', element });

const cluster = (n = 3, config = {}): Cluster<'convergent'> =>
  new Cluster(plugin, ['a', 'b', 'c', 'd', 'e'].slice(0, n), config);

function values(outcome: Outcome<'convergent'> | undefined): (CrdtValue | null)[] {
  if (outcome?.kind !== 'values') throw new Error(`no values: ${outcome?.kind}`);
  return outcome.values.map((value) => decodeValue(value));
}

const root = (c: Cluster<'convergent'>, id: string): string => c.node(id).status().position!.root;

describe('replicas', () => {
  it('converge on one root after concurrent mutations of every type', () => {
    const c = cluster();
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    c.propose('a', mutate('n', add(5)));
    c.propose('b', mutate('n', add(-2)));
    c.propose('b', mutate('s', setAdd('x')));
    c.propose('c', mutate('m', { type: 'or-map', action: 'put', field: 'f', value: bytes('1') }));
    c.propose('a', mutate('m', { type: 'or-map', action: 'put', field: 'f', value: bytes('2') }));
    c.propose('a', mutate('r', { type: 'lww-register', action: 'set', value: bytes('from a') }));
    c.propose('c', mutate('r', { type: 'lww-register', action: 'set', value: bytes('from c') }));
    c.elapse(1_000_000);
    expect(new Set(c.ids.map((id) => root(c, id))).size).toBe(1);
    expect(values(c.read('c', 'n'))).toEqual([{ type: 'pn-counter', total: 3 }]);
    expect(values(c.read('a', 's'))).toEqual([{ type: 'or-set', elements: ['x'] }]);
    expect(values(c.read('b', 'm'))).toEqual([
      { type: 'or-map', fields: [['f', [{ type: 'mv-register', values: [bytes('2'), bytes('1')] }]]] },
    ]);
    expect(values(c.read('b', 'r'))).toEqual([{ type: 'lww-register', value: bytes('from c') }]);
  });

  it('give a restarted member what it missed, in parts where it is large', () => {
    const c = cluster(2, { maxPartBytes: 4_096 });
    c.propose('a', mutate('s', setAdd('first')));
    c.run();
    c.drop();
    const value = new Uint8Array(3_000).fill(7);
    for (let i = 0; i < 20; i++) {
      c.propose('a', mutate('m', { type: 'or-map', action: 'put', field: `${i}`, value }));
    }
    c.propose('a', mutate('s', { type: 'or-set', action: 'remove', element: 'first' }));
    c.drop();
    c.crash('a'); // its log is gone, so the whole state has to travel
    c.crash('b');
    c.elapse(2_000_000);
    expect(root(c, 'b')).toBe(root(c, 'a'));
    expect(values(c.read('b', 's'))).toEqual([]);
  });

  it('rest when all have all, with nothing left to give', () => {
    const c = cluster(3);
    for (let i = 0; i < 30; i++) c.propose(c.ids[i % 3]!, mutate('s', setAdd(`e${i}`)));
    c.elapse(5_000_000);
    for (const id of c.ids) expect(c.node(id).status().detail['logDots']).toBe(0);
    let messages = 0;
    c.elapse(10_000_000, () => ++messages > 0);
    expect(messages).toBeLessThan(40); // a digest per member every two seconds
  });

  it('come to rest although every message comes twice', () => {
    const c = cluster(2, { maxPartBytes: 4_096 });
    const value = new Uint8Array(1_000);
    for (let i = 0; i < 100; i++) c.propose('a', mutate('m', { type: 'or-map', action: 'put', field: `${i}`, value }));
    c.drop();
    c.now += 1_000_000;
    c.step('b', { t: 'time' });
    expect(c.runTwice(500)).toBeGreaterThan(25);
    expect(root(c, 'b')).toBe(root(c, 'a'));
  });

  it('count on after a restart and never use a dot twice', () => {
    const c = cluster(2);
    c.propose('a', mutate('n', add(5)));
    c.run();
    c.crash('a');
    c.propose('a', mutate('n', add(2)));
    c.elapse(1_000_000);
    expect(values(c.read('b', 'n'))).toEqual([{ type: 'pn-counter', total: 7 }]);
  });

  it('answer a retry without counting it again', () => {
    const c = cluster(2);
    const first = c.propose('a', mutate('n', add(5)), 7, 1);
    c.crash('a');
    const second = c.propose('a', mutate('n', add(5)), 7, 1);
    expect(c.outcomes.get(second)).toEqual(c.outcomes.get(first));
    expect(values(c.read('a', 'n'))).toEqual([{ type: 'pn-counter', total: 5 }]);
  });

  it('seal one state everywhere', () => {
    const c = cluster(3);
    c.propose('a', mutate('n', add(5)));
    c.drop();
    const ticket = c.stop('b');
    c.elapse(3_000_000);
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    const [first, ...others] = [...c.sealed.values()];
    expect(others.length).toBe(2);
    for (const other of others) expect(other).toEqual(first);
    expect(first!.position.frontier).toEqual({ a: 1 });
  });

  it('show several values where members gave one name several types at once, and accept no third', () => {
    const c = cluster(2);
    c.propose('a', mutate('o', add(1)));
    c.propose('b', mutate('o', setAdd('x')));
    c.elapse(1_000_000);
    for (const id of c.ids) {
      expect(values(c.read(id, 'o'))).toEqual([
        { type: 'pn-counter', total: 1 },
        { type: 'or-set', elements: ['x'] },
      ]);
    }
    const third = c.propose('a', mutate('o', { type: 'mv-register', action: 'clear' }));
    expect(c.outcomes.get(third)).toMatchObject({ kind: 'rejected', reason: 'invalid' });
  });

  it('refuse with a reason what they cannot take', () => {
    const c = cluster(2, { maxStateBytes: 1_048_576 });
    const outcome = (op: ConvergentOp) => c.outcomes.get(c.propose('a', op));
    expect(outcome({ kind: 'put', key: 'k', value: new Uint8Array(0) })).toMatchObject({ reason: 'unsupported' });
    expect(outcome({ kind: 'mutate', key: 'k', value: new Uint8Array([9]) })).toMatchObject({ reason: 'invalid' });
    expect(outcome(mutate('x'.repeat(81), add(1)))).toMatchObject({ reason: 'too-large' });
    expect(outcome(mutate('\ud800', add(1)))).toMatchObject({ reason: 'invalid' });
    const big = new Uint8Array(1_048_000);
    const put = (field: string): ConvergentOp => mutate('m', { type: 'or-map', action: 'put', field, value: big });
    expect([outcome(put('1'))?.kind, outcome(put('2'))?.kind]).toEqual(['committed', 'committed']);
    expect(outcome(put('3'))).toMatchObject({ reason: 'overloaded', retryable: true });
    expect(outcome(mutate('m', { type: 'or-map', action: 'clear' }))?.kind).toBe('committed');
    expect(outcome(put('3'))?.kind).toBe('committed');
    c.stop('a');
    expect(outcome(mutate('n', add(1)))).toMatchObject({ reason: 'sealed' });
  });

  it('tell a batch in one message', () => {
    const c = cluster(2);
    c.run();
    const propose = (ticket: number) =>
      ({ t: 'propose', ticket, op: mutate('n', add(ticket)), session: 0, sequence: 0 }) as const;
    c.step('a', propose(1), propose(2), propose(3));
    expect(c.flights.filter((flight) => plugin.describeMessage(flight.bytes).startsWith('deltas')).length).toBe(1);
    c.run();
    expect(values(c.read('b', 'n'))).toEqual([{ type: 'pn-counter', total: 6 }]);
  });

  it('neither answer nor send nor show what the disk may still lose', () => {
    const c = cluster(2);
    c.manualDisk.add('a');
    const ticket = c.propose('a', mutate('n', add(1)));
    expect(c.outcomes.get(ticket)).toBeUndefined();
    expect(c.read('a', 'n')).toBeUndefined();
    expect(c.flights).toEqual([]);
    expect(c.node('a').status().position!.frontier).toEqual({});
    c.sync('a');
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    expect(c.node('a').status().position!.frontier).toEqual({ a: 1 });
  });

  it('tell the application the new value of what changed, wherever it came from', () => {
    const c = cluster(2);
    c.propose('a', mutate('n', add(2)), 5, 1);
    c.propose('b', mutate('n', add(3)));
    c.elapse(1_000_000);
    const told = c.delivered.get('b')!.map(({ proposer, key, value }) => [proposer, key, decodeValue(value)]);
    expect(told).toEqual([
      ['b', 'n', { type: 'pn-counter', total: 3 }],
      ['a', 'n', { type: 'pn-counter', total: 5 }],
    ]);
    for (let i = 0; i < 65; i++) c.propose('a', mutate('s', setAdd(`e${i}`)));
    const last = c.delivered.get('a')!.at(-1)!;
    expect([last.key, last.value.length]).toEqual(['s', 0]); // too large to be told with every change
  });

  it('take as a member’s own mutations only what has that member’s dots', () => {
    const c = cluster(3);
    c.propose('a', mutate('n', add(1)));
    const [flight] = c.drop((each) => each.to === 'c' && plugin.describeMessage(each.bytes).startsWith('deltas'));
    c.run();
    c.step('c', { t: 'message', from: 'b', bytes: flight!.bytes }); // b says that it is its own
    expect(c.node('c').status().detail).toMatchObject({ forged: 1, entries: 0 });
    c.step('c', { t: 'message', from: 'a', bytes: flight!.bytes });
    expect(c.node('c').status().detail).toMatchObject({ forged: 1, entries: 1 });
  });

  it('believe nobody about mutations of their own', () => {
    const [c, other] = [cluster(2), cluster(2)];
    // The same cluster in another world, where a has mutated twice: b relays a's mutations to this a.
    other.propose('a', mutate('n', add(1)));
    other.propose('a', mutate('n', add(1)));
    other.run();
    c.run();
    const relayed = other.node('b').clone();
    const { send } = relayed.step(10_000_000, [{ t: 'message', from: 'a', bytes: digestOf(c) }]);
    for (const { bytes } of send) c.step('a', { t: 'message', from: 'b', bytes });
    expect(c.node('a').status()).toMatchObject({ position: { frontier: {} }, detail: { forged: 1 } });
  });
});

/** A digest of a, who has nothing. */
function digestOf(c: Cluster<'convergent'>): Uint8Array {
  c.elapse(3_000_000, (flight) => flight.from !== 'a');
  return c.drop((flight) => flight.from === 'a').at(-1)!.bytes;
}

describe('the durable image', () => {
  it('is refused when it belongs elsewhere or is damaged', () => {
    const c = cluster(2);
    c.propose('a', mutate('n', add(1)), 3, 1);
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
