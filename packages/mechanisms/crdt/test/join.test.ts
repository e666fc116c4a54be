import { covers } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesEqual } from '@hypersync/base';
import { decodeDelta, encodeDelta } from '../src/delta.ts';
import { DeltaLog } from '../src/delta-log.ts';
import type { TypeName } from '../src/entry.ts';
import type { Mutation } from '../src/mutation.ts';
import { deltaOf, readObject } from '../src/objects.ts';
import { ReplicaState } from '../src/replica-state.ts';

const REPLICAS = 3;
const element = fc.constantFrom('x', 'y', 'z');
const value = fc.uint8Array({ maxLength: 3 });

const MUTATIONS: { readonly [T in TypeName]: fc.Arbitrary<Mutation> } = {
  'pn-counter': fc.record({
    type: fc.constant('pn-counter' as const),
    action: fc.constant('add' as const),
    amount: fc.integer({ min: -9, max: 9 }),
  }),
  'lww-register': registerMutation('lww-register'),
  'mv-register': registerMutation('mv-register'),
  'or-set': fc.oneof(
    fc.record({
      type: fc.constant('or-set' as const),
      action: fc.constantFrom('add' as const, 'remove' as const),
      element,
    }),
    fc.record({ type: fc.constant('or-set' as const), action: fc.constant('clear' as const) }),
  ),
  'or-map': fc.oneof(
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('put' as const), field: element, value }),
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('remove' as const), field: element }),
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('clear' as const) }),
  ),
};

function registerMutation(type: 'lww-register' | 'mv-register'): fc.Arbitrary<Mutation> {
  return fc.oneof(
    fc.record({ type: fc.constant(type), action: fc.constant('set' as const), value }),
    fc.record({ type: fc.constant(type), action: fc.constant('clear' as const) }),
  );
}

type Event = { readonly at: number; readonly mutation: Mutation } | { readonly at: number; readonly from: number };

const history = (type: TypeName): fc.Arbitrary<Event[]> =>
  fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ at: fc.nat(REPLICAS - 1), mutation: MUTATIONS[type] }) },
      { weight: 1, arbitrary: fc.record({ at: fc.nat(REPLICAS - 1), from: fc.nat(REPLICAS - 1) }) },
    ),
    { minLength: 1, maxLength: 30 },
  );

/** Replicas after a history of mutations and joins of whole states. */
function replicasAfter(events: readonly Event[]): ReplicaState[] {
  const replicas = Array.from({ length: REPLICAS }, () => new ReplicaState(REPLICAS));
  for (const event of events) {
    const replica = replicas[event.at]!;
    if ('from' in event) replica.join(replicas[event.from]!.whole());
    else replica.join(deltaOf(replica, 'o', event.mutation, event.at, 0)!);
  }
  return replicas;
}

const bytes = (state: ReplicaState): Uint8Array => encodeDelta(state.whole());
const joined = (a: ReplicaState, b: ReplicaState): ReplicaState => {
  const copy = a.clone();
  copy.join(b.whole());
  return copy;
};

const TYPES = Object.keys(MUTATIONS) as TypeName[];

describe.each(TYPES)('join of %s', (type) => {
  it('is commutative, associative, idempotent and inflationary', () => {
    fc.assert(
      fc.property(history(type), (events) => {
        const [a, b, c] = replicasAfter(events) as [ReplicaState, ReplicaState, ReplicaState];
        expect(bytes(joined(a, b))).toEqual(bytes(joined(b, a)));
        expect(bytes(joined(joined(a, b), c))).toEqual(bytes(joined(a, joined(b, c))));
        expect(bytes(joined(a, a))).toEqual(bytes(a));
        const both = joined(a, b);
        expect(bytes(joined(both, a))).toEqual(bytes(both)); // a is within a join b
        expect(covers(both.vector, a.vector)).toBe(true);
        expect(both.root() === joined(b, a).root()).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same state for the same mutations, by whichever deltas they came', () => {
    fc.assert(
      fc.property(history(type), fc.nat(), (events, salt) => {
        const replicas = replicasAfter(events);
        const whole = replicas.map((replica) => replica.clone());
        for (const replica of whole) for (const other of replicas) replica.join(other.whole());
        // The same by way of each replica's log, bounded so that it sometimes has to give the whole state.
        const logs = replicas.map(() => new DeltaLog([0, 0, 0], 1 + (salt % 7)));
        const live = replicas.map(() => new ReplicaState(REPLICAS));
        for (const event of events) {
          const delta =
            'from' in event
              ? logs[event.from]!.missing(live[event.from]!, live[event.at]!.vector).delta
              : deltaOf(live[event.at]!, 'o', event.mutation, event.at, 0)!;
          expect(live[event.at]!.accepts(delta)).toBe(true);
          logs[event.at]!.record(
            live[event.at]!.join(decodeDelta(encodeDelta(delta), REPLICAS)!),
            live[event.at]!.vector,
          );
        }
        for (let round = 0; round < 2; round++) {
          for (let to = 0; to < REPLICAS; to++) {
            for (let from = 0; from < REPLICAS; from++) {
              const { delta } = logs[from]!.missing(live[from]!, live[to]!.vector);
              logs[to]!.record(live[to]!.join(delta), live[to]!.vector);
            }
          }
        }
        for (const replica of live) expect(bytesEqual(bytes(replica), bytes(whole[0]!))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('add wins', () => {
  it('keeps an element that was added while another replica removed it', () => {
    const a = new ReplicaState(2);
    const b = new ReplicaState(2);
    a.join(deltaOf(a, 's', { type: 'or-set', action: 'add', element: 'x' }, 0, 0)!);
    b.join(a.whole());
    a.join(deltaOf(a, 's', { type: 'or-set', action: 'add', element: 'x' }, 0, 0)!);
    b.join(deltaOf(b, 's', { type: 'or-set', action: 'remove', element: 'x' }, 1, 0)!);
    a.join(b.whole());
    b.join(a.whole());
    expect(bytes(a)).toEqual(bytes(b));
    expect(a.size).toBe(1);
  });

  it('leaves nothing behind of what was removed', () => {
    const a = new ReplicaState(1);
    for (let i = 0; i < 100; i++) {
      a.join(deltaOf(a, 's', { type: 'or-set', action: 'add', element: `${i}` }, 0, 0)!);
      a.join(deltaOf(a, 's', { type: 'or-set', action: 'remove', element: `${i}` }, 0, 0)!);
    }
    expect(a.size).toBe(0);
    expect(a.bytes).toBe(0);
    expect(readObject(a, 's')).toEqual([]);
  });
});
