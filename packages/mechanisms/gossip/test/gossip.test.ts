import { describe, expect, it } from 'vitest';
import type { ConvergentOp } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { Cluster } from './cluster.ts';

const IDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const publish = (value: string): ConvergentOp => ({ kind: 'publish', value: new TextEncoder().encode(value) });
const cluster = (n = 3, config = {}): Cluster<'convergent'> => new Cluster(plugin, IDS.slice(0, n), config);
const texts = (values: readonly Uint8Array[]): string[] => values.map((value) => new TextDecoder().decode(value));
const order = (c: Cluster<'convergent'>, id: string): string[] =>
  texts(c.delivered.get(id)!.map((decision) => decision.value));
const detail = (c: Cluster<'convergent'>, id: string) => c.node(id).status().detail;

describe('rumours', () => {
  it('reach everybody, once, in a few rounds', () => {
    const c = cluster(8);
    for (let i = 0; i < 5; i++) c.propose(IDS[i]!, publish(`r${i}`));
    c.elapse(600_000);
    for (const id of c.ids) expect(order(c, id).toSorted()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  });

  it('reach by push-pull whom every push has missed', () => {
    const c = cluster(5);
    c.elapse(100_000);
    c.propose('a', publish('lost'));
    c.drop();
    c.elapse(500_000, (flight) => !plugin.describeMessage(flight.bytes).startsWith('gossip') || flight.to !== 'e');
    c.drop();
    c.elapse(10_000_000);
    expect(order(c, 'e')).toEqual(['lost']);
  });

  it('are delivered once, however often and in whatever order they come', () => {
    const c = cluster(2);
    for (let i = 1; i <= 3; i++) {
      c.propose('a', publish(`${i}`));
      c.now += 200_000;
    }
    const flights = c.drop().filter((flight) => plugin.describeMessage(flight.bytes).startsWith('gossip'));
    for (const flight of [...flights.toReversed(), ...flights]) {
      c.step('b', { t: 'message', from: 'a', bytes: flight.bytes });
    }
    expect(order(c, 'b').toSorted()).toEqual(['1', '2', '3']);
    expect(c.node('b').status().position!.frontier).toEqual({ a: 3 });
  });

  it('keep their numbers over a crash', () => {
    const c = cluster(2);
    c.propose('a', publish('one'));
    c.crash('a');
    const ticket = c.propose('a', publish('two'));
    expect(c.outcomes.get(ticket)).toMatchObject({ kind: 'committed', position: { frontier: { a: 2 } } });
    c.elapse(2_000_000);
    expect(order(c, 'b').toSorted()).toEqual(['one', 'two']);
  });

  it('can be read by origin while they are recent', () => {
    const c = cluster(2, { history: 2 });
    for (let i = 1; i <= 4; i++) c.propose('a', publish(`${i}`));
    c.elapse(5_000_000);
    for (const id of c.ids) {
      const outcome = c.read(id, 'a');
      expect(outcome?.kind === 'values' && texts(outcome.values)).toEqual(['3', '4']);
    }
    expect(detail(c, 'a')['kept']).toBe(2);
  });
});

describe('members', () => {
  const away = (id: string) => (flight: { from: string; to: string }) => flight.from !== id && flight.to !== id;

  it('that crash are suspected, then dead, everywhere', () => {
    const c = cluster(5);
    c.elapse(120_000_000, away('e'));
    for (const id of ['a', 'b', 'c', 'd']) expect(detail(c, id)['members']).toContain('e=dead');
  });

  it('that come back are alive again, by a higher incarnation of their own', () => {
    const c = cluster(5);
    c.elapse(120_000_000, away('e'));
    c.drop();
    c.crash('e');
    c.elapse(60_000_000);
    for (const id of c.ids) expect(detail(c, id)['members']).toMatch(/e=alive@([2-9])/);
  });

  it('are accused by nobody for one bad link', () => {
    const c = cluster(5);
    c.elapse(
      60_000_000,
      (flight) => !(flight.from === 'a' && flight.to === 'b') && !(flight.from === 'b' && flight.to === 'a'),
    );
    for (const id of c.ids) expect(detail(c, id)).toMatchObject({ dead: 0, suspect: 0 });
  });
});
