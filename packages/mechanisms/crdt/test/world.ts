import { joinVectors, meetVectors, type Vector } from '@hypersync/consensus-kit';
import * as fc from 'fast-check';
import { decodeDelta, encodeDelta, type Delta } from '../src/delta.ts';
import { DeltaLog } from '../src/delta-log.ts';
import type { CrdtValue, Mutation, TypeName } from '../src/index.ts';
import { deltaOf, usedOtherwise, valuesOf } from '../src/objects.ts';
import { ReplicaState } from '../src/replica-state.ts';
import { OpSetModel } from './op-set-model.ts';

export const REPLICAS = 3;
export const NAME = 'o';

/** A mutation for whatever state it meets: places in sequences are given in thousandths. */
export type Draft = Mutation;

export type Event =
  | { readonly do: 'mutate'; readonly at: number; readonly draft: Draft }
  | { readonly do: 'send'; readonly from: number; readonly to: number }
  | { readonly do: 'meet'; readonly from: number; readonly to: number }
  | { readonly do: 'receive'; readonly at: number; readonly which: number };

interface Letter {
  readonly to: number;
  readonly bytes: Uint8Array;
  readonly seen: ReadonlySet<number>;
  readonly matrix: readonly Vector[];
}

interface Replica {
  state: ReplicaState;
  readonly log: DeltaLog;
  readonly seen: Set<number>;
  /** What each is known to have. */
  matrix: Vector[];
}

/** Replicas that make deltas from bounded logs, which arrive late, twice or never, and collect their garbage as they may. */
export class World {
  readonly model = new OpSetModel();
  readonly replicas: readonly Replica[];
  readonly letters: Letter[] = [];

  constructor(logDots: number) {
    const zero = Array.from({ length: REPLICAS }, () => 0);
    this.replicas = Array.from({ length: REPLICAS }, () => ({
      state: new ReplicaState(REPLICAS),
      log: new DeltaLog(zero, logDots),
      seen: new Set<number>(),
      matrix: Array.from({ length: REPLICAS }, () => zero),
    }));
  }

  play(event: Event): void {
    if (event.do === 'mutate') this.mutate(event.at, event.draft);
    else if (event.do === 'send') this.send(event.from, event.to);
    else if (event.do === 'meet') this.meet(event.from, event.to);
    else this.receive(event.at, event.which);
  }

  mutate(at: number, draft: Draft): void {
    const { state, seen, log } = this.replicas[at]!;
    const mutation = settled(draft, this.value(at));
    if (mutation === null || usedOtherwise(state, NAME, mutation)) return;
    const delta = deltaOf(state, NAME, mutation, at, 0)!;
    const number = this.model.perform(at, seen, mutation);
    log.record(state.join(decodeDelta(encodeDelta(delta), REPLICAS)!)!, state.vector);
    seen.add(number);
    this.#collect(at);
  }

  send(from: number, to: number): void {
    const { state, log, seen, matrix } = this.replicas[from]!;
    const { delta } = log.missing(state, matrix[to]!);
    const rows = matrix.map((row, k) => (k === from ? state.vector : row));
    this.letters.push({ to, bytes: encodeDelta(delta), seen: new Set(seen), matrix: rows });
  }

  /** One of the letters that wait for `at`, which stays where it is and may come again. */
  receive(at: number, which: number): void {
    const waiting = this.letters.filter(({ to }) => to === at);
    const letter = waiting[which % Math.max(1, waiting.length)];
    if (letter !== undefined) this.#take(at, letter);
  }

  /** One tells what it has, the other answers with all that it lacks. */
  meet(from: number, to: number): void {
    if (from === to) return;
    this.replicas[from]!.matrix[to] = this.replicas[to]!.state.vector;
    this.send(from, to);
    this.#take(to, this.letters.pop()!);
  }

  #take(at: number, letter: Letter): void {
    const { state, log, seen } = this.replicas[at]!;
    const delta = decodeDelta(letter.bytes, REPLICAS)!;
    const replica = this.replicas[at]!;
    replica.matrix = replica.matrix.map((row, k) => joinVectors(row, letter.matrix[k]!));
    if (!state.accepts(delta)) return;
    const change = state.join(delta);
    if (change === null) throw new Error(`replica ${at} cannot place what it was sent`);
    log.record(change, state.vector);
    for (const number of letter.seen) seen.add(number);
    this.#collect(at);
  }

  #collect(at: number): void {
    const { state, matrix } = this.replicas[at]!;
    matrix[at] = state.vector;
    state.collectGarbage(meetVectors(matrix), matrix.reduce(joinVectors));
  }

  /** Everybody hears everything, and that everybody has. */
  settle(): void {
    this.letters.length = 0;
    for (let round = 0; round < 3; round++) {
      for (let from = 0; from < REPLICAS; from++) {
        for (let to = 0; to < REPLICAS; to++) if (from !== to) this.meet(from, to);
      }
    }
  }

  value(at: number): CrdtValue[] {
    return valuesOf(this.replicas[at]!.state.node(NAME));
  }

  expected(at: number): CrdtValue[] {
    return this.model.value(this.replicas[at]!.seen);
  }
}

/** With the places in thousandths turned into indexes; null where there is nothing to delete. */
function settled(draft: Draft, values: readonly CrdtValue[]): Mutation | null {
  if (draft.type === 'or-map' && draft.action === 'update') {
    const map = values.find(({ type }) => type === 'or-map');
    const below = map?.type === 'or-map' ? (map.fields.find(([field]) => field === draft.field)?.[1] ?? []) : [];
    const mutation = settled(draft.mutation, below);
    return mutation === null ? null : { ...draft, mutation };
  }
  if (draft.type !== 'text' && draft.type !== 'list') return draft;
  if (draft.action === 'clear') return draft;
  const value = values.find(({ type }) => type === draft.type);
  const length =
    value === undefined ? 0 : 'text' in value ? value.text.length : 'values' in value ? value.values.length : 0;
  const index = Math.floor((draft.index * length) / 1_000);
  if (draft.action === 'insert') return { ...draft, index };
  const most = Math.min(draft.length, length - index);
  return most === 0 ? null : { ...draft, index, length: most };
}

const element = fc.constantFrom('x', 'y', 'z');
const value = fc.uint8Array({ maxLength: 3 });
const place = fc.integer({ min: 0, max: 1_000 });

function register(type: 'lww-register' | 'mv-register'): fc.Arbitrary<Mutation> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ type: fc.constant(type), action: fc.constant('set' as const), value }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant(type), action: fc.constant('clear' as const) }) },
  );
}

function cuts(type: 'text' | 'list'): { weight: number; arbitrary: fc.Arbitrary<Mutation> }[] {
  const length = fc.integer({ min: 1, max: 5 });
  const cut = fc.record({ type: fc.constant(type), action: fc.constant('delete' as const), index: place, length });
  const clear = fc.record({ type: fc.constant(type), action: fc.constant('clear' as const) });
  return [
    { weight: 4, arbitrary: cut },
    { weight: 1, arbitrary: clear },
  ];
}

const counter = (type: 'g-counter' | 'pn-counter'): fc.Arbitrary<Mutation> =>
  fc.record({
    type: fc.constant(type),
    action: fc.constant('add' as const),
    amount: fc.integer({ min: type === 'g-counter' ? 0 : -9, max: 9 }).map((amount) => amount + 0),
  });

const FLAT = {
  'g-counter': counter('g-counter'),
  'pn-counter': counter('pn-counter'),
  'lww-register': register('lww-register'),
  'mv-register': register('mv-register'),
  'or-set': fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('or-set' as const),
        action: fc.constantFrom('add' as const, 'remove' as const),
        element,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('or-set' as const), action: fc.constant('clear' as const) }),
    },
  ),
  text: fc.oneof(
    {
      weight: 7,
      arbitrary: fc.record({
        type: fc.constant('text' as const),
        action: fc.constant('insert' as const),
        index: place,
        text: fc.string({ minLength: 1, maxLength: 4 }),
      }),
    },
    ...cuts('text'),
  ),
  list: fc.oneof(
    {
      weight: 7,
      arbitrary: fc.record({
        type: fc.constant('list' as const),
        action: fc.constant('insert' as const),
        index: place,
        values: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
    },
    ...cuts('list'),
  ),
} satisfies { readonly [T in Exclude<TypeName, 'or-map'>]: fc.Arbitrary<Mutation> };

/** Maps in maps. No counters below: what a removal leaves of one that is counted on meanwhile is said in the README. */
const map: fc.Arbitrary<Mutation> = fc.letrec<{ map: Mutation; leaf: Mutation }>((tie) => ({
  leaf: fc.oneof(FLAT['mv-register'], FLAT['or-set'], FLAT.text, FLAT.list, FLAT['lww-register']),
  map: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('put' as const), field: element, value }),
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('remove' as const), field: element }),
    fc.record({
      type: fc.constant('or-map' as const),
      action: fc.constant('update' as const),
      field: element,
      mutation: tie('leaf'),
    }),
    fc.record({
      type: fc.constant('or-map' as const),
      action: fc.constant('update' as const),
      field: element,
      mutation: tie('map'),
    }),
    fc.record({ type: fc.constant('or-map' as const), action: fc.constant('clear' as const) }),
  ),
})).map;

export const DRAFTS: { readonly [T in TypeName]: fc.Arbitrary<Draft> } = { ...FLAT, 'or-map': map };

export const history = (type: TypeName, maxLength = 60): fc.Arbitrary<Event[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('mutate' as const), at: fc.nat(REPLICAS - 1), draft: DRAFTS[type] }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          do: fc.constant('send' as const),
          from: fc.nat(REPLICAS - 1),
          to: fc.nat(REPLICAS - 1),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('meet' as const),
          from: fc.nat(REPLICAS - 1),
          to: fc.nat(REPLICAS - 1),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ do: fc.constant('receive' as const), at: fc.nat(REPLICAS - 1), which: fc.nat(5) }),
      },
    ),
    { minLength: 1, maxLength, size: 'max' },
  );

export const canonical = (state: ReplicaState): Uint8Array => encodeDelta(state.canonical());
export const wholeOf = (state: ReplicaState): Delta => state.whole();
