import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Decision } from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import { ApproximateJudge } from '../src/judges/approximate.ts';
import { vectorSpace } from '../src/judges/approximate-space.ts';
import { hullDistance } from '../src/judges/hull.ts';
import { judgeFor } from '../src/judges/index.ts';
import type { Operation } from '../src/simulator/operations.ts';
import type { ViolationKind } from '../src/simulator/violation.ts';
import { broken, makeWorld } from './fixtures/judged-world.ts';

type G = 'approximate';

const PLANE = { dimension: 2, epsilon: 0.1, low: 1, high: 3, extreme: 100, tolerance: 1e-9 } as const;

describe('the judge of approximate agreement', () => {
  let w: ReturnType<typeof makeWorld<G>>;
  let judge: ApproximateJudge;
  const position = (round: number, epsilon = 0.1) => ({ class: 'approximate', epoch: 1, round, epsilon }) as const;
  const bytes = (...vector: number[]) => {
    const view = new DataView(new ArrayBuffer(8 * vector.length));
    for (const [i, value] of vector.entries()) view.setFloat64(8 * i, value);
    return new Uint8Array(view.buffer);
  };
  const output = (round: number, ...vector: number[]): Decision<G> => ({
    position: position(round),
    proposer: 'a',
    session: 0,
    sequence: 0,
    key: '',
    value: bytes(...vector),
    certificate: new Uint8Array(0),
  });
  const input = (node: 'a' | 'b', ...vector: number[]): Operation<G> => {
    const operation = w.wish(judge, { node });
    operation.op = { kind: 'input', value: vector };
    return operation;
  };
  const start = (validity: 'hull' | 'box', epsilon = 0.1) => {
    w = makeWorld<G>();
    (w.world as { space: unknown }).space = vectorSpace({ ...PLANE, epsilon, validity });
    judge = new ApproximateJudge(w.world);
  };
  beforeEach(() => start('hull'));

  it('is silent on an honest history, also when a node misses an agreement and repeats its last one after a crash', () => {
    const [one, two] = [input('a', 1, 1), input('b', 3, 1)];
    judge.deliver(w.a, output(1, 2, 1));
    judge.committed(one, w.a, position(1));
    judge.deliver(w.b, output(1, 2.05, 1));
    judge.committed(two, w.b, position(1));
    judge.crashed(w.a);
    judge.deliver(w.a, output(1, 2, 1));
    judge.deliver(w.b, output(2, 1.5, 1));
    expect(judge.unsettled()).toBeNull();
    (w.world as { now: number }).now += 1_000_000;
    expect(judge.unsettled()).toBe('a has delivered neither agreement 2 nor a later one');
    judge.deliver(w.b, output(3, 1.5, 1));
    judge.deliver(w.a, output(3, 1.5, 1));
    const read = w.wish(judge, { kind: 'read', level: 'eventual' });
    expect(judge.values(read, w.a, position(3), [bytes(1.5, 1)])).toBe(true);
    judge.finish();
    expect(judge.decisions).toBe(3);
  });

  it('takes the origin for a member whose first reading may not have taken part', () => {
    input('a', 1, 1);
    judge.deliver(w.a, output(1, 0.5, 0.5));
    const [one, two] = [input('a', 1, 1), input('b', 3, 1)];
    judge.deliver(w.a, output(2, 2, 1));
    judge.committed(one, w.a, position(2));
    judge.deliver(w.b, output(2, 2, 1));
    judge.committed(two, w.b, position(2));
    broken('validity', () => judge.deliver(w.a, output(3, 0.5, 0.5)));
  });

  it.each<[string, ViolationKind, () => void]>([
    [
      'outputs too far apart',
      'agreement',
      () => {
        judge.deliver(w.a, output(1, 0, 0));
        judge.deliver(w.b, output(1, 0.08, 0.08));
      },
    ],
    [
      'outputs that differ where they must be equal',
      'agreement',
      () => {
        start('hull', 0);
        const at = { ...output(1, 0, 0), position: position(1, 0) };
        judge.deliver(w.a, at);
        judge.deliver(w.b, { ...at, value: bytes(-0, 0) });
      },
    ],
    [
      'an output outside the hull',
      'validity',
      () => {
        input('a', 2, 2);
        judge.deliver(w.a, output(1, 0.5, 1.5));
      },
    ],
    [
      'an output outside the box',
      'validity',
      () => {
        start('box');
        input('a', 2, 2);
        judge.deliver(w.a, output(1, 0.5, 1.97));
        judge.deliver(w.b, output(1, 0.5, 2.01));
      },
    ],
    ['an output that is no number', 'validity', () => judge.deliver(w.a, output(1, Number.NaN, 0))],
    ['an output of another dimension', 'validity', () => judge.deliver(w.a, output(1, 0, 0, 0))],
    [
      'a second output of one node in one agreement',
      'agreement',
      () => {
        judge.deliver(w.a, output(1, 0, 0));
        judge.crashed(w.a);
        input('a', 1, 1);
        judge.deliver(w.a, output(1, 0.01, 0.01));
      },
    ],
    [
      'an agreement twice',
      'order',
      () => {
        judge.deliver(w.a, output(1, 0, 0));
        judge.deliver(w.a, output(1, 0, 0));
      },
    ],
    [
      'going back after a crash',
      'order',
      () => {
        judge.deliver(w.a, output(2, 0, 0));
        judge.crashed(w.a);
        judge.deliver(w.a, output(1, 0, 0));
      },
    ],
    ['agreement number zero', 'contract', () => judge.deliver(w.a, output(0, 0, 0))],
    [
      'a looser promise than configured',
      'contract',
      () => judge.deliver(w.a, { ...output(1, 0, 0), position: position(1, 5) }),
    ],
    ['an installed state', 'contract', () => judge.install(w.a)],
    ['an acknowledgement without output', 'ticket', () => judge.committed(input('a', 1, 1), w.a, position(1))],
    [
      'an acknowledgement in an agreement that was over',
      'ticket',
      () => {
        judge.deliver(w.a, output(1, 0, 0));
        w.tick();
        judge.committed(input('a', 1, 1), w.a, position(1));
      },
    ],
    [
      'two readings in one agreement',
      'ticket',
      () => {
        const [one, two] = [input('a', 1, 1), input('a', 1, 1)];
        judge.deliver(w.a, output(1, 0, 0));
        judge.committed(one, w.a, position(1));
        judge.committed(two, w.a, position(1));
      },
    ],
    [
      'a reading that should have been refused',
      'validity',
      () => {
        const one = input('a', Number.NaN, 1);
        judge.deliver(w.a, output(1, 0, 0));
        judge.committed(one, w.a, position(1));
      },
    ],
    [
      'a rejected reading that took part',
      'ticket',
      () => {
        const one = input('a', 1, 1);
        judge.deliver(w.a, output(1, 0, 0));
        judge.committed(one, w.a, position(1));
        one.failed = true;
        judge.finish();
      },
    ],
    [
      'a read of something else than the last output',
      'order',
      () => {
        judge.deliver(w.a, output(1, 0, 0));
        judge.values(w.wish(judge, { kind: 'read' }), w.a, position(1), [bytes(0, 1)]);
      },
    ],
  ])('notices %s', (_what, kind, run) => broken(kind, run));

  it('is not made without a space', () => {
    const descriptor = { guarantee: 'approximate' } as Parameters<typeof judgeFor<G>>[0];
    expect(() => judgeFor<G>(descriptor, makeWorld<G>().world)).toThrow(/space/);
  });
});

describe('a space of vectors', () => {
  it('draws readings that are accepted, but for a few, and lies that are accepted too', () => {
    const space = vectorSpace({ ...PLANE, validity: 'box' });
    const random = new Prng(3);
    const drawn = Array.from({ length: 500 }, () => space.accepts(space.draw(random)));
    expect(drawn.filter((accepted) => !accepted).length).toBeGreaterThan(5);
    expect(drawn.filter((accepted) => accepted).length).toBeGreaterThan(450);
    expect(space.accepts(space.hostile(random))).toBe(true);
  });
});

describe('hullDistance', () => {
  it('knows triangles', () => {
    const triangle = [
      [0, 0],
      [4, 0],
      [0, 3],
    ];
    expect(hullDistance(triangle, [1, 1])).toBeCloseTo(0, 9);
    expect(hullDistance(triangle, [4, 3])).toBeCloseTo(12 / 5, 9);
    expect(hullDistance(triangle, [-1, -1])).toBeCloseTo(Math.SQRT2, 9);
    expect(hullDistance([[5, 5]], [5, 8])).toBe(3);
  });

  it('finds convex combinations inside, and what is beyond a supporting plane outside', () => {
    const vectors = (d: number) =>
      fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: d, maxLength: d }), {
        minLength: 1,
        maxLength: 12,
      });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }).chain(vectors), fc.nat(), (points, seed) => {
        const random = new Prng(seed);
        const weights = points.map(() => random.nextInt(100) + 1);
        const total = weights.reduce((a, b) => a + b, 0);
        const inside = points[0]!.map((_, i) => points.reduce((sum, p, k) => sum + p[i]! * weights[k]!, 0) / total);
        expect(hullDistance(points, inside)).toBeLessThan(1e-5);
        const direction = points[0]!.map(() => random.nextInt(7) - 3);
        const length = Math.hypot(...direction);
        if (length === 0) return;
        const along = (p: readonly number[]) => p.reduce((sum, value, i) => sum + value * direction[i]!, 0) / length;
        const far = Math.max(...points.map(along));
        const top = points.find((point) => along(point) === far)!;
        const outside = top.map((value, i) => value + (2 * direction[i]!) / length);
        expect(hullDistance(points, outside)).toBeCloseTo(2, 5);
      }),
      { numRuns: 300 },
    );
  });
});
