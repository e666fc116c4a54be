import { describe, expect, it } from 'vitest';
import type { CausalOp, Outcome, VersionVector } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { Cluster } from '@hypersync/testkit/replica-cluster';

const text = new TextDecoder();
const put = (key: string, value: string, context: VersionVector | null = null): CausalOp => ({
  kind: 'put',
  key,
  value: new TextEncoder().encode(value),
  context,
});

const cluster = (n = 3, config = {}): Cluster<'causal'> =>
  new Cluster(plugin, ['a', 'b', 'c', 'd', 'e'].slice(0, n), config);

const values = (outcome: Outcome<'causal'> | undefined): string[] => {
  if (outcome?.kind !== 'values') throw new Error(`no values: ${outcome?.kind}`);
  return outcome.values.map((value) => text.decode(value));
};
const context = (outcome: Outcome<'causal'> | undefined): VersionVector => {
  if (outcome?.kind !== 'values') throw new Error(`no values: ${outcome?.kind}`);
  return outcome.position.context;
};
const order = (c: Cluster<'causal'>, id: string): string[] =>
  c.delivered.get(id)!.map((decision) => text.decode(decision.value));

describe('causal broadcast', () => {
  it('delivers nothing before its causes (BSS 1991, figure 2)', () => {
    const c = cluster();
    c.propose('a', put('x', 'first'));
    c.run((flight) => flight.to === 'b'); // c does not hear of it
    c.propose('b', put('x', 'reply'));
    c.run((flight) => flight.from === 'b');
    expect(order(c, 'b')).toEqual(['first', 'reply']);
    expect(order(c, 'c')).toEqual([]);
    expect(c.node('c').status().detail['pending']).toBe(1);
    c.run();
    expect(order(c, 'c')).toEqual(['first', 'reply']);
  });

  it('delivers each author in order and once, whatever the network does', () => {
    const c = cluster(2);
    for (let i = 1; i <= 4; i++) c.propose('a', put('x', `${i}`));
    const flights = c.drop().filter((flight) => plugin.describeMessage(flight.bytes).startsWith('events'));
    for (const index of [3, 1, 1, 2, 0, 0, 3]) {
      c.step('b', { t: 'message', from: 'a', bytes: flights[index]!.bytes });
    }
    expect(order(c, 'b')).toEqual(['1', '2', '3', '4']);
  });

  it('rests when all have all, with nothing left to give', () => {
    const c = cluster(3);
    for (let i = 0; i < 30; i++) c.propose(c.ids[i % 3]!, put(`k${i}`, 'x'));
    c.elapse(5_000_000);
    for (const id of c.ids) expect(c.node(id).status().detail).toMatchObject({ unstable: 0, stable: 30 });
    let messages = 0;
    c.elapse(10_000_000, () => ++messages > 0);
    expect(messages).toBeLessThan(40); // a digest per member every two seconds
  });

  it('comes to rest although every message comes twice', () => {
    const c = cluster(2, { maxBatchBytes: 4_096 });
    for (let i = 0; i < 100; i++) c.propose('a', put(`k${i}`, 'x'.repeat(1_000)));
    c.drop();
    c.now += 1_000_000;
    c.step('b', { t: 'time' });
    expect(c.runTwice(500)).toBeGreaterThan(50);
    expect(order(c, 'b').length).toBe(100);
  });

  it('repairs a lost message from any member, also when its author is gone', () => {
    const c = cluster();
    c.propose('a', put('x', 'lost to c'));
    c.run((flight) => flight.to === 'b');
    c.drop();
    c.elapse(3_000_000, (flight) => flight.from !== 'a' && flight.to !== 'a');
    expect(order(c, 'c')).toEqual(['lost to c']);
  });
});

describe('a put', () => {
  it('keeps concurrent values and replaces what its context includes', () => {
    const c = cluster();
    c.propose('a', put('k', 'from a'));
    c.propose('b', put('k', 'from b'));
    c.run();
    const read = c.read('c', 'k');
    expect(values(read)).toEqual(['from a', 'from b']);
    c.propose('c', put('k', 'merged', context(read)));
    c.run();
    for (const id of c.ids) expect(values(c.read(id, 'k'))).toEqual(['merged']);
  });

  it('without a context replaces what its node shows, and nothing that it does not', () => {
    const c = cluster(2);
    c.propose('a', put('k', 'one'));
    c.propose('a', put('k', 'two'));
    c.propose('b', put('k', 'unseen'));
    c.run();
    expect(values(c.read('a', 'k'))).toEqual(['two', 'unseen']);
  });

  it('waits at another node until what its client has seen is there too', () => {
    const c = cluster(2);
    c.propose('a', put('k', 'first'));
    const seen = context(c.read('a', 'k'));
    const flights = c.drop();
    const ticket = c.propose('b', put('k', 'second', seen));
    expect(c.outcomes.get(ticket)).toBeUndefined();
    for (const flight of flights) c.step('b', { t: 'message', from: 'a', bytes: flight.bytes });
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    expect(values(c.read('b', 'k'))).toEqual(['second']);
  });

  it('is refused when that does not come in time, and has no effect later', () => {
    const c = cluster(2, { contextWaitMs: 500 });
    c.propose('a', put('k', 'first'));
    const seen = context(c.read('a', 'k'));
    const ticket = c.propose('b', put('k', 'second', seen));
    c.elapse(600_000, () => false);
    expect(c.outcomes.get(ticket)).toMatchObject({ kind: 'rejected', reason: 'overloaded', retryable: true });
    c.elapse(1_000_000);
    expect(values(c.read('b', 'k'))).toEqual(['first']);
  });

  it('is refused with a reason where it cannot be honoured', () => {
    const c = cluster(2, { maxUnstableEvents: 16, maxSiblings: 1 });
    const outcome = (op: CausalOp) => c.outcomes.get(c.propose('a', op));
    expect(outcome(put('x'.repeat(81), 'v'))).toMatchObject({ reason: 'too-large', retryable: false });
    expect(outcome({ ...put('k', ''), value: new Uint8Array(1_048_577) })).toMatchObject({ reason: 'too-large' });
    expect(outcome(put('k', 'v', { stranger: 1 }))).toMatchObject({ reason: 'invalid', retryable: false });
    expect(outcome(put('\ud800', 'v'))).toMatchObject({ reason: 'invalid' });
    expect(outcome(put('k', 'v', { a: -1 }))).toMatchObject({ reason: 'invalid' });
    expect(outcome(put('k', 'v', {}))?.kind).toBe('committed');
    expect(outcome(put('k', 'w', {}))).toMatchObject({ reason: 'overloaded', retryable: true });
    for (let i = 0; i < 15; i++) expect(outcome(put(`k${i}`, 'v'))?.kind).toBe('committed');
    expect(outcome(put('l', 'one too many that b lacks'))).toMatchObject({ reason: 'overloaded' });
    c.elapse(2_000_000); // b has everything, so the log is short again
    expect(outcome(put('l', 'v'))?.kind).toBe('committed');
    c.stop('a');
    expect(outcome(put('l', 'v'))).toMatchObject({ reason: 'sealed' });
  });

  it('travels with the others of its batch', () => {
    const c = cluster(2);
    c.run();
    const propose = (ticket: number) =>
      ({ t: 'propose', ticket, op: put(`k${ticket}`, 'v'), session: 0, sequence: 0 }) as const;
    c.step('a', propose(901), propose(902), propose(903));
    expect(c.flights.filter((flight) => plugin.describeMessage(flight.bytes).startsWith('events')).length).toBe(1);
    c.run();
    expect(c.delivered.get('b')!.map((decision) => decision.key)).toEqual(['k901', 'k902', 'k903']);
  });

  it('is answered as the first time also after the end of the epoch was decided', () => {
    const c = cluster(2);
    const first = c.propose('a', put('k', 'v'), 9, 1);
    c.stop('a');
    const again = c.propose('a', put('k', 'v'), 9, 1);
    expect(c.outcomes.get(again)).toEqual(c.outcomes.get(first));
  });

  it('that waits is not made twice when its session asks again meanwhile', () => {
    const c = cluster(2);
    c.propose('a', put('k', 'first'));
    const seen = context(c.read('a', 'k'));
    const flights = c.drop();
    const tickets = [c.propose('b', put('k', 'second', seen), 9, 1), c.propose('b', put('k', 'second', seen), 9, 1)];
    for (const flight of flights) c.step('b', { t: 'message', from: 'a', bytes: flight.bytes });
    const [one, two] = tickets.map((ticket) => c.outcomes.get(ticket));
    expect(one?.kind).toBe('committed');
    expect(two).toEqual(one);
    expect(order(c, 'b')).toEqual(['first', 'second']);
  });

  it('is answered, not repeated, when its session asks again', () => {
    const c = cluster(2);
    const first = c.propose('a', put('k', 'v', {}), 9, 1);
    c.propose('a', put('k', 'w', {}), 9, 2);
    c.crash('a');
    const again = c.propose('a', put('k', 'v', {}), 9, 1);
    expect(c.outcomes.get(again)).toEqual(c.outcomes.get(first));
    c.elapse(1_000_000);
    const elsewhere = c.propose('b', put('k', 'v', {}), 9, 1);
    expect(c.outcomes.get(elsewhere)).toEqual(c.outcomes.get(first));
    expect(values(c.read('b', 'k'))).toEqual(['v', 'w']);
  });
});

describe('durability', () => {
  it('neither answers nor sends nor shows a put that the disk may still lose', () => {
    const c = cluster();
    c.manualDisk.add('a');
    const ticket = c.propose('a', put('k', 'v'));
    expect(c.read('a', 'k')).toBeUndefined();
    expect(c.outcomes.get(ticket)).toBeUndefined();
    expect(c.flights).toEqual([]);
    c.sync('a');
    expect(c.outcomes.get(ticket)).toMatchObject({ kind: 'committed', position: { dot: { node: 'a', counter: 1 } } });
    expect(c.flights.length).toBeGreaterThan(0);
  });

  it('never uses a dot twice', () => {
    const c = cluster();
    c.propose('a', put('k', 'one'));
    c.run();
    c.crash('a');
    const second = c.propose('a', put('k', 'two'));
    expect(c.outcomes.get(second)).toMatchObject({ kind: 'committed', position: { dot: { node: 'a', counter: 2 } } });
    c.run();
    for (const id of ['b', 'c']) expect(order(c, id)).toEqual(['one', 'two']);
  });
});

describe('the durable image', () => {
  it('gives the application again what a crash may have kept from it', () => {
    const c = cluster(2);
    c.manualDisk.add('b');
    c.propose('a', put('k', 'v'));
    c.run();
    for (const { writes } of c.unsynced.get('b')!)
      for (const write of writes) {
        if (write.op === 'put') c.images.get('b')!.set(write.key, write.value); // flushed, but nobody was told
      }
    c.manualDisk.clear();
    expect(order(c, 'b')).toEqual([]);
    c.crash('b');
    c.step('b', { t: 'time' });
    expect(order(c, 'b')).toEqual(['v']);
  });

  it('is refused when it belongs elsewhere or is damaged', () => {
    const c = cluster(2);
    c.propose('a', put('k', 'v'), 3, 1);
    const image = c.images.get('a')!;
    const init = (ids: readonly string[], epoch: number) => ({
      self: 'a',
      members: ids.map((id) => ({ id, weight: 1 })),
      epoch,
      seed: 1,
      now: 0,
      config: {},
      applied: 0,
    });
    expect(() => plugin.create(init(['a', 'b'], 1), image)).not.toThrow();
    expect(() => plugin.create(init(['a', 'b'], 2), image)).toThrow('another epoch');
    expect(() => plugin.create(init(['a', 'c'], 1), image)).toThrow('other members');
    for (const key of image.keys()) {
      const damaged = new Map(image).set(key, new Uint8Array([255]));
      expect(() => plugin.create(init(['a', 'b'], 1), damaged), key).toThrow(RangeError);
    }
  });
});

describe('stop', () => {
  it('seals every member at one cut with one state', () => {
    const c = cluster();
    c.propose('a', put('k', 'v'));
    c.propose('b', put('l', 'w'));
    c.drop((flight) => flight.to === 'c');
    const ticket = c.stop('b');
    c.elapse(5_000_000);
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    expect(c.sealed.size).toBe(3);
    const [first, ...others] = [...c.sealed.values()];
    for (const other of others) expect(other).toEqual(first);
    expect(first!.position.context).toEqual({ a: 1, b: 1 });
  });

  it('waits for the promise of every member, also over crashes', () => {
    const c = cluster(3);
    const ticket = c.stop('a');
    c.elapse(5_000_000, (flight) => flight.from !== 'c' && flight.to !== 'c');
    expect([c.outcomes.get(ticket), c.sealed.size]).toEqual([undefined, 0]);
    c.propose('c', put('k', 'not frozen yet'));
    c.crash('b');
    c.elapse(5_000_000);
    expect(c.sealed.size).toBe(3);
    for (const sealed of c.sealed.values()) expect(sealed.position.context).toEqual({ c: 1 });
    c.sealed.clear();
    c.crash('a');
    c.step('a', { t: 'time' });
    expect(c.sealed.get('a')?.position.context).toEqual({ c: 1 });
  });

  it('ends two wishes at once with one sign', () => {
    const c = cluster(3);
    const [three, two] = [c.stop('a', 3), c.stop('b', 2)];
    c.elapse(5_000_000);
    for (const sealed of c.sealed.values()) expect(sealed.sign.nextEpoch).toBe(2);
    expect(c.outcomes.get(two)?.kind).toBe('committed');
    expect(c.outcomes.get(three)).toMatchObject({ kind: 'rejected', reason: 'superseded' });
    expect(c.outcomes.get(c.stop('a', 1))).toMatchObject({ reason: 'invalid' });
  });
});
