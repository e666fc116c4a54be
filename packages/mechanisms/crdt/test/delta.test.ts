import { describe, expect, it } from 'vitest';
import { decodeDelta, encodeDelta, type Delta } from '../src/delta.ts';
import { DeltaLog } from '../src/delta-log.ts';
import { EarlyDeltas } from '../src/early-deltas.ts';
import { deltaOf } from '../src/objects.ts';
import { ReplicaState } from '../src/replica-state.ts';
import { Transfers } from '../src/transfer.ts';

const add = (state: ReplicaState, self: number, element: string): Delta =>
  deltaOf(state, 's', { type: 'or-set', action: 'add', element }, self, 0)!;

describe('the causal delta-merging condition', () => {
  it('keeps a delta out until its base is there', () => {
    const [a, b] = [new ReplicaState(2), new ReplicaState(2)];
    const first = add(a, 0, 'x');
    a.join(first);
    const second = add(a, 0, 'x'); // replaces the first: joined alone, the first would stay
    a.join(second);
    expect(b.accepts(second)).toBe(false);
    const early = new EarlyDeltas(4);
    early.hold(second);
    expect(early.takeReady(b)).toBeNull();
    b.join(first);
    b.join(early.takeReady(b)!);
    expect(encodeDelta(b.whole())).toEqual(encodeDelta(a.whole()));
  });

  it('holds early deltas in bounded number and forgets what has become old', () => {
    const a = new ReplicaState(2);
    const deltas = ['x', 'y', 'z'].map((element) => {
      const delta = add(a, 0, element);
      a.join(delta);
      return delta;
    });
    const early = new EarlyDeltas(1);
    early.hold(deltas[1]!);
    early.hold(deltas[2]!);
    expect([early.count, early.dropped]).toEqual([1, 1]);
    expect(early.takeReady(a)).toBeNull();
    expect(early.count).toBe(0);
  });
});

describe('the delta log', () => {
  it('gives a peer that is a little behind a little, and one that is far behind everything', () => {
    const state = new ReplicaState(2);
    const log = new DeltaLog(state.vector, 8);
    for (let i = 0; i < 20; i++) log.record(state.join(add(state, 0, `e${i}`))!, state.vector);
    const near = log.missing(state, [19, 0]);
    expect([near.whole, near.delta.entries.length, near.delta.kept.length]).toEqual([false, 1, 0]);
    const far = log.missing(state, [3, 0]);
    expect([far.whole, far.delta.entries.length, far.delta.kept.length]).toEqual([true, 17, 1]);
  });

  it('tells of removals of what the peer has, also when this replica never had it', () => {
    // c learns of x and its removal at once; b has x and hears of the removal from c only.
    const [a, b, c] = [new ReplicaState(3), new ReplicaState(3), new ReplicaState(3)];
    const log = new DeltaLog(c.vector, 100);
    a.join(add(a, 0, 'x'));
    b.join(a.whole());
    a.join(deltaOf(a, 's', { type: 'or-set', action: 'remove', element: 'x' }, 0, 0)!);
    log.record(c.join(a.whole())!, c.vector);
    const { delta } = log.missing(c, b.vector);
    expect(b.accepts(delta)).toBe(true);
    b.join(delta);
    expect(b.size).toBe(0);
  });

  it('forgets what everybody has', () => {
    const state = new ReplicaState(2);
    const log = new DeltaLog(state.vector, 100);
    for (let i = 0; i < 5; i++) log.record(state.join(add(state, 0, `e${i}`))!, state.vector);
    log.prune([3, 0]);
    expect(log.dots).toBe(4);
    expect(log.missing(state, [3, 0]).whole).toBe(false);
    expect(log.missing(state, [2, 0]).whole).toBe(true);
  });
});

describe('a delta from outside', () => {
  it('is refused when its parts contradict each other', () => {
    const state = new ReplicaState(2);
    state.join(add(state, 0, 'x'));
    const good = add(state, 1, 'y');
    const dot = { author: 0, counter: 1, length: 1 };
    expect(decodeDelta(encodeDelta(good), 2)).toEqual(good);
    for (const bad of [
      { ...good, upTo: [0, 0] },
      { ...good, since: [5, 5] },
      { ...good, base: good.upTo },
      { ...good, kept: [dot] },
      { ...good, removed: [{ author: 0, counter: 2, length: 1 }] },
      { ...good, removed: [{ author: 0, counter: 0, length: 1 }] },
      { ...good, removed: [{ author: 0, counter: 1, length: 0 }] },
      { ...good, removed: [dot, dot] },
      { ...good, entries: [...good.entries, ...good.entries] },
    ]) {
      expect(decodeDelta(encodeDelta(bad), 2)).toBeNull();
    }
    expect(decodeDelta(encodeDelta(good), 1)).toBeNull();
    expect(decodeDelta(new Uint8Array([1, 2, 3]), 2)).toBeNull();
  });
});

describe('the canonical form', () => {
  it('is the same after a restart, whose image lists entries in another order', () => {
    const state = new ReplicaState(2);
    for (let i = 0; i < 12; i++) state.join(add(state, i % 2, `e${i}`));
    const restored = new ReplicaState(2);
    const byName = state
      .entries()
      .toSorted((a, b) => (`${a.author}/${a.counter}` < `${b.author}/${b.counter}` ? -1 : 1));
    restored.restore(state.vector, byName.toReversed(), []);
    expect(encodeDelta(restored.whole())).toEqual(encodeDelta(state.whole()));
    expect(restored.root()).toBe(state.root());
  });
});

describe('a transfer in parts', () => {
  const whole = Uint8Array.from({ length: 25 }, (_, i) => i);

  it('arrives whole, asked for piece by piece, also when a piece gets lost', () => {
    const [from, to] = [new Transfers(10, 100), new Transfers(10, 100)];
    const first = from.begin(0, 1, whole)!;
    expect(to.receive(0, 0, first)).toBe(1);
    from.part(0, 1, first.id, 1); // lost on the way
    expect(to.overdue(50, 100)).toBeNull();
    expect(to.overdue(100, 100)).toEqual({ from: 0, id: first.id, index: 1 });
    expect(to.receive(100, 0, from.part(100, 1, first.id, 1)!)).toBe(2);
    from.part(100, 1, first.id, 2); // the last one lost
    expect(to.receive(300, 0, from.part(300, 1, first.id, 2)!)).toEqual(whole);
    expect(to.isReceiving(300)).toBe(false);
  });

  it('is bounded, and gives its memory back when it rests', () => {
    const [from, to] = [new Transfers(10, 100), new Transfers(10, 15)];
    const first = from.begin(0, 1, whole)!;
    expect(to.receive(0, 0, first)).toBe(1);
    expect(to.receive(0, 0, from.part(0, 1, first.id, 1)!)).toBeNull(); // 20 bytes are too many
    expect(from.begin(1, 2, whole)).toBeNull(); // another member is being served
    expect(from.begin(6_000_000, 2, whole)?.id).toBe(first.id + 1);
    expect(to.overdue(6_000_000, 100)).toBeNull();
    expect(to.isReceiving(6_000_000)).toBe(false);
    expect(from.part(0, 1, first.id, 1)).toBeNull();
  });
});
