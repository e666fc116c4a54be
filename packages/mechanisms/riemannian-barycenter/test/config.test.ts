import { describe, expect, it } from 'vitest';
import { checkConfig, mergeConfig } from '../src/config.ts';
import { MANIFOLDS } from '../src/manifolds/index.ts';
import plugin from '../src/index.ts';

const keysOf = (config: Record<string, unknown>, nodes = 4) => checkConfig(config, nodes).map(({ key }) => key);

describe('the configuration', () => {
  it('withstands less than a third of liars, and none when it iterates', () => {
    expect([4, 6, 7, 10].map((nodes) => mergeConfig({}, nodes).f)).toEqual([1, 1, 2, 3]);
    expect(mergeConfig({ mode: 'iterate' }, 10).f).toBe(0);
  });

  it.each([
    [{ manifold: 'sphere', centre: 'median' }, Math.PI / 4],
    [{ manifold: 'sphere', centre: 'mean' }, 1.57],
    [{ manifold: 'sphere', centre: 'huber' }, Math.PI / 4],
    [{ manifold: 'rotations', dimension: 3, centre: 'median' }, 1.57],
    [{ manifold: 'hyperbolic' }, 8],
    [{ manifold: 'spd' }, 10],
    [{ manifold: 'euclidean' }, 1e6],
  ])('admits readings where the centre is unique: %j within %d', (config, radius) => {
    expect(keysOf({ ...config, ballRadius: radius * 0.999 })).toEqual([]);
    expect(keysOf({ ...config, ballRadius: radius * 1.001 })).toEqual(['ballRadius']);
  });

  it('refuses what cannot be, naming the key', () => {
    expect(keysOf({})).toEqual([]);
    expect(keysOf({}, 64)).toEqual([]);
    expect(keysOf({}, 65)).toEqual(['nodes']);
    expect(keysOf({ manifold: 'torus' })).toEqual(['manifold']);
    expect(keysOf({ manifold: 'rotations' })).toEqual([]);
    expect(keysOf({ manifold: 'rotations', dimension: 2 })).toEqual(['dimension']);
    expect(keysOf({ manifold: 'spd', dimension: 1 })).toEqual(['dimension']);
    expect(keysOf({ manifold: 'spd', dimension: 7 })).toEqual(['dimension']);
    expect(keysOf({ dimension: 17 })).toEqual(['dimension']);
    expect(keysOf({ ballRadius: Number.NaN, huberWidth: 0 })).toEqual(['ballRadius', 'huberWidth']);
    expect(keysOf({ mode: 'iterate', maxRounds: 5 })).toEqual(['maxRounds']);
    expect(keysOf({ mode: 'iterate', topology: 'ring' }, 64)).toEqual(['maxRounds']);
    expect(keysOf({ mode: 'guess', centre: 'middle', topology: 'tree', stopEndorsement: 'all' })).toHaveLength(4);
    expect(keysOf({ radius: 1 })).toEqual(['radius']);
  });
});

describe('the ball', () => {
  const { ball } = mergeConfig({ manifold: 'sphere', dimension: 2, ballRadius: 0.5, quantizationBits: 20 }, 4);

  it('takes points, and velocities that lead to them from the base', () => {
    expect(ball.admit([0, 0, 1])).toEqual([0, 0, 1]);
    expect(ball.admit([0.3, 0])![2]).toBeCloseTo(Math.cos(0.3), 12);
    expect(ball.admit(ball.admit([0.3, 0.1])!)).not.toBeNull();
  });

  it.each([
    [[0, 0, -1]],
    [[1, 0, 0]],
    [[0.6, 0]],
    [[0, 0, 1.1]],
    [[Number.NaN, 0]],
    [[0, Infinity, 1]],
    [[0, 0, 0, 1]],
    [[]],
  ])('refuses %j', (reading) => {
    expect(ball.admit(reading)).toBeNull();
    const members = ['a', 'b', 'c', 'd'].map((id) => ({ id, weight: 1 }));
    const config = { manifold: 'sphere', dimension: 2, ballRadius: 0.5 };
    const node = plugin.create({ self: 'a', members, epoch: 1, seed: 1, now: 0, config, applied: 0 }, new Map());
    const op = { kind: 'input', value: reading } as const;
    const { resolve } = node.step(1, [{ t: 'propose', ticket: 7, op, session: 1, sequence: 1 }]);
    expect(resolve).toMatchObject([{ ticket: 7, outcome: { kind: 'rejected', reason: 'invalid' } }]);
  });

  it('takes from others what it would have sent, and nothing else', () => {
    const point = ball.admit([0.2, -0.4])!;
    expect(ball.decode(ball.encode(point))).not.toBeNull();
    for (const bad of [
      [0, 0, -1],
      [0.9, 0, Math.sqrt(0.19)],
      [0, 0, 2],
      [Number.NaN, 0, 1],
      [0, 0, Infinity],
    ])
      expect(ball.decode(ball.encode(bad))).toBeNull();
    expect(ball.decode(ball.encode(point).slice(1))).toBeNull();
    expect(ball.decode(new Uint8Array(0))).toBeNull();
  });

  it('puts out whole multiples of the fineness, and no negative zero', () => {
    const bytes = ball.quantise([1 / 3, -1e-12, 0.942809]);
    const view = new DataView(bytes.buffer);
    const values = [0, 8, 16].map((at) => view.getFloat64(at));
    expect(values.every((value) => Number.isInteger(value * 2 ** 20))).toBe(true);
    expect(Object.is(values[1], 0)).toBe(true);
  });

  it('has a base on every manifold', () => {
    for (const { make, min } of Object.values(MANIFOLDS)) {
      const manifold = make(min);
      expect(manifold.settle(manifold.base)).toEqual(manifold.base);
    }
  });
});
