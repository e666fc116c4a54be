import { describe, expect, it } from 'vitest';
import type { ConvergentOp } from '@hypersync/interface';
import plugin from '../src/index.ts';
import { Cluster } from '@hypersync/testkit/replica-cluster';

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

  it('cover a large cluster in a number of rounds that grows like the logarithm (Demers 1987, section 1.4)', () => {
    // No push-pull within the time, so that mongering alone is measured; nine rounds of fanout 3 for 32 members.
    const config = { fanout: 3, antiEntropyIntervalMs: 60_000, idleIntervalMs: 60_000, gossipIntervalMs: 100 };
    const ids = Array.from({ length: 32 }, (_, i) => `m${String(i).padStart(2, '0')}`);
    const c = new Cluster(plugin, ids, config);
    c.run();
    c.elapse(200_000);
    c.propose('m00', publish('news'));
    const rounds: number[] = [];
    for (let round = 0; round < 9; round++) {
      rounds.push(ids.filter((id) => order(c, id).length === 1).length);
      c.elapse(100_000);
    }
    expect(rounds[0]).toBe(1);
    expect(ids.filter((id) => order(c, id).length === 1).length).toBeGreaterThanOrEqual(31);
  });

  it('neither leave nor are answered before the disk has them', () => {
    const c = cluster(2);
    c.run();
    c.manualDisk.add('a');
    const ticket = c.propose('a', publish('x'));
    expect([c.outcomes.get(ticket), c.flights, order(c, 'a')]).toEqual([undefined, [], []]);
    c.sync('a');
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    expect(order(c, 'a')).toEqual(['x']);
    expect(c.flights.some((flight) => plugin.describeMessage(flight.bytes).startsWith('gossip'))).toBe(true);
  });

  it('come again to the application when a crash may have kept them from it', () => {
    const c = cluster(2);
    c.manualDisk.add('b');
    c.propose('a', publish('x'));
    c.run();
    for (const { writes } of c.unsynced.get('b')!)
      for (const write of writes) if (write.op === 'put') c.images.get('b')!.set(write.key, write.value);
    c.manualDisk.clear();
    expect(order(c, 'b')).toEqual([]);
    c.crash('b');
    c.step('b', { t: 'time' });
    expect(order(c, 'b')).toEqual(['x']);
  });

  it('are refused with a reason where they cannot be taken', () => {
    const c = cluster(2, { maxUnstableRumours: 16 });
    const outcome = (op: ConvergentOp) => c.outcomes.get(c.propose('a', op));
    expect(outcome({ kind: 'put', key: 'k', value: new Uint8Array(0) })).toMatchObject({ reason: 'unsupported' });
    expect(outcome({ kind: 'publish', value: new Uint8Array(1_048_577) })).toMatchObject({ reason: 'too-large' });
    for (let i = 0; i < 16; i++) expect(outcome(publish(`${i}`))?.kind).toBe('committed');
    expect(outcome(publish('one too many that b lacks'))).toMatchObject({ reason: 'overloaded', retryable: true });
    c.elapse(3_000_000);
    expect(outcome(publish('now'))?.kind).toBe('committed');
    c.stop('a');
    expect(outcome(publish('late'))).toMatchObject({ reason: 'sealed' });
  });

  it('are published once, however often the session asks', () => {
    const c = cluster(2);
    const first = c.propose('a', publish('x'), 3, 1);
    const again = c.propose('a', publish('x'), 3, 1);
    c.elapse(1_000_000);
    const elsewhere = c.propose('b', publish('x'), 3, 1);
    c.elapse(1_000_000);
    expect(c.outcomes.get(again)).toEqual(c.outcomes.get(first));
    expect(c.outcomes.get(elsewhere)?.kind).toBe('committed');
    expect(order(c, 'b')).toEqual(['x']);
  });

  it('leave the air quiet when all have them, but for probes', () => {
    const c = cluster(3);
    for (let i = 0; i < 30; i++) c.propose(c.ids[i % 3]!, publish(`${i}`));
    c.elapse(30_000_000);
    expect(detail(c, 'a')).toMatchObject({ queued: 0, promised: 0 });
    const kinds: string[] = [];
    c.elapse(10_000_000, ({ bytes }) => kinds.push(plugin.describeMessage(bytes).split(' ')[0]!) > 0);
    const count = (kind: string): number => kinds.filter((each) => each === kind).length;
    expect(count('ping')).toBeLessThan(40);
    expect(count('gossip')).toBe(0);
    expect(count('digest')).toBeLessThan(20);
  });

  it('of this member come from this member alone', () => {
    // Elsewhere a has published; here it has not. The b of elsewhere answers a's digest with a's rumour.
    const [here, elsewhere] = [cluster(2), cluster(2)];
    elsewhere.propose('a', publish('numbered by another life'));
    elsewhere.run();
    for (const { bytes } of here
      .node('a')
      .clone()
      .step(30_000_000, [{ t: 'time' }]).send) {
      elsewhere.step('b', { t: 'message', from: 'a', bytes });
    }
    for (const { bytes } of elsewhere.drop(({ from }) => from === 'b')) {
      here.step('a', { t: 'message', from: 'b', bytes });
    }
    expect(order(here, 'a')).toEqual([]);
    expect(here.node('a').status()).toMatchObject({ position: { frontier: {} }, detail: { malformed: 1 } });
  });

  it('come to rest although every message comes twice', () => {
    const c = cluster(2, { maxBatchBytes: 4_096 });
    for (let i = 0; i < 100; i++) c.propose('a', publish('x'.repeat(1_000)));
    c.drop();
    c.now += 20_000_000;
    c.step('b', { t: 'time' });
    expect(c.runTwice(500)).toBeGreaterThan(25);
    expect(order(c, 'b').length).toBe(100);
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
    for (const id of c.ids) expect(detail(c, id)['members']).toMatch(/e=alive@([1-9])/);
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

describe('the end of the epoch', () => {
  it('is one cut and one state at every member', () => {
    const c = cluster(4);
    c.propose('a', publish('x'));
    c.drop();
    const ticket = c.stop('b');
    c.elapse(10_000_000);
    expect(c.outcomes.get(ticket)?.kind).toBe('committed');
    const [first, ...others] = [...c.sealed.values()];
    expect(others.length).toBe(3);
    for (const other of others) expect(other).toEqual(first);
    expect(first!.position.frontier).toEqual({ a: 1 });
    // Who has sealed has left: it may be gone for ever, and nobody suspects it.
    c.elapse(60_000_000, (flight) => flight.from !== 'd' && flight.to !== 'd');
    for (const id of ['a', 'b', 'c']) expect(detail(c, id)).toMatchObject({ left: 4, suspect: 0, dead: 0 });
  });
});

describe('the durable image', () => {
  it('is refused when it belongs elsewhere or is damaged', () => {
    const c = cluster(2);
    c.propose('a', publish('x'), 3, 1);
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
