import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision, Position } from '@hypersync/interface';
import { TotalOrderJudge } from '../src/judges/total-order.ts';
import type { SimNode } from '../src/simulator/node.ts';
import type { Operation } from '../src/simulator/operations.ts';
import type { ViolationKind } from '../src/simulator/violation.ts';
import { broken, decision, makeWorld } from './fixtures/judged-world.ts';

type G = 'total-order';

let w: ReturnType<typeof makeWorld<G>>;
let judge: TotalOrderJudge;
let compacted: { node: SimNode<G>; index: number; state: Uint8Array }[];

const at = (index: number): Position<G> => ({ class: 'total-order', epoch: 1, index });
const write = (fields: Partial<Operation<G>> = {}) => w.wish(judge, fields);
const decide = (node: SimNode<G>, operation: Operation<G> | null, index: number, more: Partial<Decision<G>> = {}) =>
  judge.deliver(node, decision(operation, at(index), more));
const acknowledge = (operation: Operation<G>, index: number) => {
  judge.committed(operation, w.a, at(index));
  Object.assign(operation, { return: w.tick(), position: at(index) });
};
const read = (node: SimNode<G>, index: number): Operation<G> => {
  const operation = w.wish(judge, { kind: 'read', level: 'linearizable' });
  judge.values(operation, node, at(index));
  return operation;
};

beforeEach(() => {
  w = makeWorld<G>();
  compacted = [];
  Object.assign(w.world, {
    compact: (node: SimNode<G>, index: number, state: Uint8Array) => compacted.push({ node, index, state }),
  });
  judge = new TotalOrderJudge(w.world, true);
});

it('is silent on one log, reads that see it, and a retried operation that was decided twice', () => {
  const [one, two] = [write(), write({ attempts: 2 })];
  for (const node of [w.a, w.b]) {
    decide(node, one, 1);
    decide(node, two, 2);
    decide(node, two, 3);
  }
  acknowledge(one, 1);
  acknowledge(two, 3);
  expect(read(w.b, 3).values).toEqual([String(two.id)]);
  expect(judge.unsettled()).toBeNull();
  judge.finish();
  expect(judge.decisions).toBe(3);
});

it('a read waits for its position, and sees the state of then', () => {
  const [one, two] = [write(), write()];
  const early = read(w.a, 2);
  decide(w.a, one, 1);
  expect(early.return).toBeNull();
  decide(w.a, two, 2);
  expect(early.values).toEqual([String(two.id)]);
});

it('a read through the log sees what was before it', () => {
  const [one, through] = [write(), w.wish(judge, { kind: 'read', level: null })];
  expect(through.op).toMatchObject({ kind: 'append' });
  decide(w.a, one, 1);
  decide(w.a, through, 2);
  acknowledge(through, 2);
  judge.finish();
  expect(through.values).toEqual([String(one.id)]);
});

describe('refuses', () => {
  it.each<[string, ViolationKind, () => void]>([
    ['a gap', 'order', () => decide(w.a, write(), 2)],
    [
      'a repetition',
      'order',
      () => {
        const one = write();
        decide(w.a, one, 1);
        decide(w.a, one, 1);
      },
    ],
    [
      'two logs',
      'agreement',
      () => {
        decide(w.a, write(), 1);
        decide(w.b, write(), 1);
      },
    ],
    ['a value that nobody proposed', 'validity', () => decide(w.a, null, 1)],
    ['a value under a foreign name', 'validity', () => decide(w.a, write(), 1, { sequence: 77 })],
    [
      'an operation tried once and decided twice',
      'order',
      () => {
        const one = write();
        decide(w.a, one, 1);
        decide(w.a, one, 2);
      },
    ],
    ['a rejected operation that is decided', 'ticket', () => decide(w.a, write({ failed: true }), 1)],
    [
      'an operation rejected after it was decided',
      'ticket',
      () => {
        const one = write();
        decide(w.a, one, 1);
        one.failed = true;
        judge.finish();
      },
    ],
    [
      'an acknowledgement of a foreign index',
      'durability',
      () => {
        decide(w.a, write(), 1);
        judge.committed(write(), w.a, at(1));
      },
    ],
    [
      'an acknowledgement that later turns out foreign',
      'durability',
      () => {
        judge.committed(write(), w.a, at(1));
        decide(w.a, write(), 1);
      },
    ],
    [
      'one index promised to two',
      'agreement',
      () => {
        judge.committed(write(), w.a, at(1));
        judge.committed(write(), w.b, at(1));
      },
    ],
    [
      'an acknowledged operation that never appears',
      'durability',
      () => {
        judge.committed(write(), w.a, at(1));
        judge.finish();
      },
    ],
    ['an index that is none', 'contract', () => judge.committed(write(), w.a, at(0))],
    ['a read at a foreign position', 'contract', () => judge.values(write(), w.a, { class: 'register' } as never)],
    [
      'a read that misses what was answered before',
      'linearizability',
      () => {
        const one = write();
        decide(w.a, one, 1);
        acknowledge(one, 1);
        read(w.b, 0);
        judge.finish();
      },
    ],
    [
      'an operation placed before one that was answered earlier',
      'linearizability',
      () => {
        const one = write();
        judge.committed(one, w.a, at(2));
        Object.assign(one, { return: w.tick(), position: at(2) });
        const two = write();
        decide(w.a, two, 1);
        decide(w.a, one, 2);
        acknowledge(two, 1);
        judge.finish();
      },
    ],
  ])('%s', (_, kind, run) => broken(kind, run));

  it('what others proposed in the name of an attacker is not held against it', () => {
    decide(w.a, null, 1, { proposer: 'x' });
    decide(w.a, write(), 2, { proposer: 'x', sequence: 5 });
  });
});

describe('snapshots', () => {
  const fill = (node: SimNode<G>, operations: readonly Operation<G>[]) =>
    operations.forEach((one, i) => decide(node, one, i + 1));

  it('are taken at the same indexes everywhere and can be installed', () => {
    const operations = Array.from({ length: 20 }, () => write());
    fill(w.a, operations);
    expect(compacted.map(({ index }) => index)).toEqual([8, 17]);
    expect(judge.unsettled()).toMatch(/b applied 0 of 20/);
    judge.install(w.b, { index: 17, state: compacted[1]!.state });
    expect(w.b.applied).toBe(17);
  });

  it.each<[string, ViolationKind, () => void]>([
    ['of the past', 'order', () => judge.install(w.a, { index: 8, state: compacted[0]!.state })],
    ['of the future', 'agreement', () => judge.install(w.b, { index: 21, state: compacted[0]!.state })],
    ['with another state', 'agreement', () => judge.install(w.b, { index: 8, state: compacted[1]!.state })],
  ])('are refused %s', (_, kind, run) => {
    fill(
      w.a,
      Array.from({ length: 20 }, () => write()),
    );
    broken(kind, run);
  });

  it('a crash keeps at least what a snapshot has made durable', () => {
    fill(
      w.a,
      Array.from({ length: 12 }, () => write()),
    );
    judge.crashed(w.a);
    expect(w.a.applied).toBeGreaterThanOrEqual(8);
    expect(w.a.applied).toBeLessThanOrEqual(12);
  });
});
