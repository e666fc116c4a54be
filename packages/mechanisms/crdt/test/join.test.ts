import { covers } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dot, DotRange } from '../src/dots.ts';
import type { Change } from '../src/replica-state.ts';
import type { Mutation, TypeName } from '../src/index.ts';
import { deltaOf, readObject } from '../src/objects.ts';
import { ReplicaState } from '../src/replica-state.ts';
import { canonical, DRAFTS, history, World } from './world.ts';

const joined = (a: ReplicaState, b: ReplicaState): ReplicaState => {
  const copy = a.clone();
  expect(copy.join(b.whole())).not.toBeNull();
  return copy;
};

const TYPES = Object.keys(DRAFTS) as TypeName[];

/** The states of three replicas after some history. */
function statesAfter(events: Parameters<World['play']>[0][]): [ReplicaState, ReplicaState, ReplicaState] {
  const world = new World(20);
  for (const event of events) world.play(event);
  return world.replicas.map(({ state }) => state) as [ReplicaState, ReplicaState, ReplicaState];
}

describe.each(TYPES)('join of %s', (type) => {
  it('is commutative, associative, idempotent and inflationary', () => {
    fc.assert(
      fc.property(history(type, 30), (events) => {
        const [a, b, c] = statesAfter(events);
        expect(canonical(joined(a, b))).toEqual(canonical(joined(b, a)));
        expect(canonical(joined(joined(a, b), c))).toEqual(canonical(joined(a, joined(b, c))));
        expect(canonical(joined(a, a))).toEqual(canonical(a));
        const both = joined(a, b);
        expect(canonical(joined(both, a))).toEqual(canonical(both)); // a is within a join b
        expect(covers(both.vector, a.vector)).toBe(true);
        expect(both.root()).toBe(joined(b, a).root());
      }),
      { numRuns: 25 },
    );
  });

  it('tells its irredundant part: with that alone it comes to the same, and the second time there is none', () => {
    fc.assert(
      fc.property(history(type, 30), (events) => {
        const [a, b] = statesAfter(events);
        const both = a.clone();
        const change = both.join(b.whole())!;
        const before = new Set(a.entries());
        for (const entry of change.added) expect(before.has(entry)).toBe(false);
        for (const entry of change.removed) expect(a.has(entry)).toBe(true);
        for (const range of change.deleted) expect(a.has(range)).toBe(true);
        expect(sizeAfter(a, change, both)).toBe(both.size);
        const again = both.join(b.whole())!;
        expect(pieces(again)).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('survives a copy: clones are equal and go their own ways', () => {
    fc.assert(
      fc.property(history(type, 30), (events) => {
        const [a, b] = statesAfter(events);
        const copy = a.clone();
        expect(copy.root()).toBe(a.root());
        expect(copy.whole()).toEqual(a.whole());
        const before = canonical(a);
        copy.join(b.whole());
        expect(canonical(a)).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });
});

function pieces({ added, removed, inserted, deleted }: Change): number {
  return added.length + removed.length + inserted.length + deleted.length;
}

/** Elements that came deleted do not count. */
function sizeAfter(state: ReplicaState, change: Change, after: ReplicaState): number {
  const visible = change.inserted.flatMap(dots).filter((dot) => after.has(dot));
  return (
    state.size + change.added.length - change.removed.length + visible.length - change.deleted.flatMap(dots).length
  );
}

function dots({ author, counter, length }: DotRange): Dot[] {
  return Array.from({ length }, (_, i) => ({ author, counter: counter + i }));
}

const change = (state: ReplicaState, self: number, mutation: Mutation): void => {
  state.join(deltaOf(state, 's', mutation, self, 0)!);
};

describe('add wins', () => {
  it('keeps an element that was added while another replica removed it', () => {
    const a = new ReplicaState(2);
    const b = new ReplicaState(2);
    change(a, 0, { type: 'or-set', action: 'add', element: 'x' });
    b.join(a.whole());
    change(a, 0, { type: 'or-set', action: 'add', element: 'x' });
    change(b, 1, { type: 'or-set', action: 'remove', element: 'x' });
    a.join(b.whole());
    b.join(a.whole());
    expect(canonical(a)).toEqual(canonical(b));
    expect(a.size).toBe(1);
  });

  it('leaves nothing behind of what was removed', () => {
    const a = new ReplicaState(1);
    for (let i = 0; i < 100; i++) {
      change(a, 0, { type: 'or-set', action: 'add', element: `${i}` });
      change(a, 0, { type: 'or-set', action: 'remove', element: `${i}` });
    }
    expect([a.size, a.bytes, a.names()]).toEqual([0, 0, []]);
    expect(readObject(a, 's')).toEqual([]);
  });
});
