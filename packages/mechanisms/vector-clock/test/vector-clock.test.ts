import { describe, expect, it } from 'vitest';
import type { CausalOp, Outcome, VersionVector } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { Cluster } from './cluster.ts';

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

  it('repairs a lost message from any member, also when its author is gone', () => {
    const c = cluster();
    c.propose('a', put('x', 'lost to c'));
    c.run((flight) => flight.to === 'b');
    c.drop();
    c.elapse(3_000_000, (flight) => flight.from !== 'a' && flight.to !== 'a');
    expect(order(c, 'c')).toEqual(['lost to c']);
  });
});

describe('siblings', () => {
  it('keeps concurrent values and replaces what the context includes', () => {
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
});
