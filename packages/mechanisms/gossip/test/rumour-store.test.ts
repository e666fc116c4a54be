import { describe, expect, it } from 'vitest';
import { HandedOver } from '../src/handed-over.ts';
import { PushQueues } from '../src/push-queues.ts';
import { rumourBytes, type Rumour } from '../src/rumour.ts';
import { RumourStore } from '../src/rumour-store.ts';

const rumour = (origin: number, counter: number, size = 1): Rumour => ({
  origin,
  counter,
  session: 0,
  sequence: 0,
  value: new Uint8Array(size),
});
const counters = (rumours: readonly Rumour[]): string[] => rumours.map((each) => `${each.origin}.${each.counter}`);

describe('the rumours of a member', () => {
  it('are taken in once, in any order, and the frontier waits for what is missing', () => {
    const store = new RumourStore(0, 2, 10);
    for (const counter of [3, 1]) {
      expect(store.accepts(rumour(1, counter))).toBe(true);
      store.add(rumour(1, counter));
      expect(store.accepts(rumour(1, counter))).toBe(false);
    }
    expect([store.frontier, store.hasHoles]).toEqual([[0, 1], true]);
    store.add(rumour(1, 2));
    expect([store.frontier, store.hasHoles]).toEqual([[0, 3], false]);
    expect(store.accepts(rumour(1, 2))).toBe(false);
  });

  it('are bounded behind a hole, by number and by bytes', () => {
    const store = new RumourStore(0, 2, 10);
    expect(store.accepts(rumour(1, 4_096))).toBe(true);
    expect(store.accepts(rumour(1, 4_097))).toBe(false);
    for (let counter = 2; counter <= 16; counter++) store.add(rumour(1, counter, 1_048_576));
    expect(store.accepts(rumour(1, 17, 1_048_576))).toBe(false);
    expect(store.accepts(rumour(1, 1, 1_048_576))).toBe(true); // what fills the hole is always welcome
    store.add(rumour(1, 1));
    expect(store.accepts(rumour(1, 18, 1_048_576))).toBe(true);
  });

  it('are kept until all have them and the application has, then the latest few', () => {
    const store = new RumourStore(0, 2, 2);
    for (let counter = 1; counter <= 5; counter++) store.add(rumour(0, counter));
    expect(store.ownUnstable.rumours).toBe(5);
    expect(store.prune([5, 0])).toEqual([]);
    store.acknowledge(1, [4, 0]);
    expect(store.ownUnstable.rumours).toBe(1);
    expect(counters(store.prune([2, 0]))).toEqual(['0.1', '0.2']);
    expect(counters(store.prune([5, 0]))).toEqual(['0.3']);
    expect(counters(store.historyOf(0))).toEqual(['0.4', '0.5']);
    store.acknowledge(1, [5, 0]);
    expect(store.prune([5, 0])).toEqual([]);
    expect(store.bytes).toBe(2 * rumourBytes(rumour(0, 4)));
  });

  it('are given to who lacks them, oldest first, the origins in turn, as many as fit and at least one', () => {
    const store = new RumourStore(0, 2, 10);
    for (const [origin, counter] of [
      [1, 1],
      [0, 2],
      [0, 1],
      [1, 2],
    ] as const)
      store.add(rumour(origin, counter, 100));
    expect(counters(store.missing([1, 0], [], 1_000).rumours)).toEqual(['0.2', '1.1', '1.2']);
    const { rumours, complete } = store.missing([0, 0], [], 1);
    expect([counters(rumours), complete]).toEqual([['0.1'], false]);
    expect(store.missing([2, 2], [], 1)).toEqual({ rumours: [], complete: true });
  });

  it('are not given twice because of a hole that nobody here can fill', () => {
    const [giver, taker] = [new RumourStore(0, 3, 10), new RumourStore(2, 3, 10)];
    // The first rumour of member 0 is at neither; more of its later ones than fit a message are at both.
    for (const store of [giver, taker])
      for (let counter = 2; counter <= 9; counter++) store.add(rumour(0, counter, 100));
    giver.add(rumour(1, 1, 100));
    giver.add(rumour(0, 11, 100));
    expect(taker.beyond).toEqual([{ origin: 0, from: 2, to: 9 }]);
    expect(counters(giver.missing(taker.frontier, taker.beyond, 300).rumours)).toEqual(['0.11', '1.1']);
    expect(counters(giver.missing(taker.frontier, [], 300).rumours)).toEqual(['0.2', '1.1']); // in turn all the same
  });
});

describe('a queue of pushes', () => {
  it('gives each rumour once, oldest first, as many as fit and at least one, and none that is known there', () => {
    const queues = new PushQueues();
    for (const counter of [1, 2, 3, 4]) queues.push(7, rumour(0, counter, 60));
    const take = (budget: number, known = 0) => counters(queues.take(7, ({ counter }) => counter === known, budget));
    expect(take(200)).toEqual(['0.1', '0.2']);
    expect(take(1, 3)).toEqual(['0.4']);
    expect([take(1_000), queues.size, queues.targets]).toEqual([[], 0, []]);
  });

  it('lets go of what turns out to be there', () => {
    const queues = new PushQueues();
    for (const to of [7, 8]) queues.push(to, rumour(0, 1));
    queues.seenAt(7, rumour(0, 1));
    queues.seenAt(7, rumour(0, 1));
    expect([queues.size, queues.targets]).toEqual([1, [8]]);
    queues.forget(8);
    expect([queues.size, queues.targets]).toEqual([0, []]);
  });

  it('is bounded, and counts what finds it full', () => {
    const queues = new PushQueues();
    for (let counter = 1; counter <= 5; counter++) queues.push(7, rumour(0, counter, 1_000_000));
    expect([queues.size, queues.dropped]).toEqual([4, 1]);
    queues.take(7, () => false, 1);
    queues.push(7, rumour(0, 6, 1_000_000));
    expect([queues.size, queues.dropped]).toEqual([4, 1]);
  });
});

describe('what the application has been given', () => {
  it('is known without holes and beyond them', () => {
    const handed = HandedOver.nothing(2);
    for (const counter of [2, 4, 1]) handed.add(0, counter);
    expect(handed.vector).toEqual([2, 0]);
    handed.add(0, 3);
    expect(handed.vector).toEqual([4, 0]);
    const copy = handed.clone();
    copy.add(1, 1);
    expect(handed.vector).toEqual([4, 0]);
  });
});
