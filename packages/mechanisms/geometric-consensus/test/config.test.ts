import { describe, expect, it } from 'vitest';
import { checkConfig, faultsOf, mergeConfig } from '../src/config.ts';
import plugin from '../src/index.ts';

const keysOf = (config: Record<string, unknown>, nodes = 5) => checkConfig(config, nodes).map(({ key }) => key);

describe('the configuration', () => {
  it('withstands what the papers prove: n > (d + 2) f for the hull, n > 3f for the box', () => {
    for (let f = 1; f <= 3; f++)
      for (let d = 1; d <= 5; d++) {
        expect([faultsOf('hull', d, (d + 2) * f), faultsOf('hull', d, (d + 2) * f + 1)]).toEqual([f - 1, f]);
        expect([faultsOf('box', d, 3 * f), faultsOf('box', d, 3 * f + 1)]).toEqual([f - 1, f]);
      }
  });

  it.each([
    [4, 1, 'hull', 1],
    [4, 2, 'box', 1],
    [5, 2, 'hull', 1],
    [7, 2, 'box', 2],
    [6, 3, 'hull', 1],
    [13, 2, 'box', 4],
  ])('by itself, %d members in %d dimensions agree within the %s and withstand %d', (nodes, dimension, validity, f) => {
    expect(mergeConfig({ dimension }, nodes)).toMatchObject({ validity, f });
  });

  it('refuses what cannot be, naming the key', () => {
    expect(keysOf({})).toEqual([]);
    expect(keysOf({ validity: 'hull' }, 4)).toEqual(['validity']);
    expect(keysOf({ validity: 'hull' }, 5)).toEqual([]);
    expect(keysOf({ validity: 'hull' }, 3)).toEqual([]); // too few for any fault, whatever the validity
    expect(keysOf({}, 13)).toEqual([]);
    expect(keysOf({}, 14)).toEqual(['nodes']);
    expect(keysOf({ dimension: 6, maxRounds: 0, retransmitMs: 0.5 })).toEqual([
      'dimension',
      'maxRounds',
      'retransmitMs',
    ]);
    expect(keysOf({ epsilon: Number.POSITIVE_INFINITY, diameterBound: '7' })).toEqual(['epsilon', 'diameterBound']);
    expect(keysOf({ validity: 'ball', stopEndorsement: 'two' })).toEqual(['validity', 'stopEndorsement']);
    expect(keysOf({ epsilon: 1e-9, diameterBound: 1e12 })).toContain('diameterBound');
    expect(keysOf({ epsilon: 1e-6, validity: 'hull', maxRounds: 30 })).toEqual(['maxRounds']);
    expect(keysOf({ epsilons: 1 })).toEqual(['epsilons']);
  });

  it('says how many rounds the bound needs, and that many are enough', () => {
    const needed = checkConfig({ dimension: 3, validity: 'hull', maxRounds: 5 }, 6)[0]!.allowed;
    const rounds = Number(/\d+/.exec(needed)![0]);
    expect(keysOf({ dimension: 3, validity: 'hull', maxRounds: rounds }, 6)).toEqual([]);
    expect(keysOf({ dimension: 3, validity: 'hull', maxRounds: rounds - 1 }, 6)).toEqual(['maxRounds']);
  });
});

describe('the grid', () => {
  const { grid, epsilon } = mergeConfig({ dimension: 3, epsilon: 0.01, diameterBound: 10 }, 5);

  it('takes finite readings within the bound, rounded by less than a ten-thousandth of epsilon', () => {
    expect(grid.spacing).toBeLessThan(epsilon / 10_000);
    expect(Number.isInteger(Math.log2(grid.spacing))).toBe(true);
    const point = grid.quantise([1, -5, 0.1])!;
    expect(point.map((value) => value * grid.spacing)[2]).toBeCloseTo(0.1, 6);
    expect(Object.is(grid.quantise([-1e-12, 0, 0])![0], 0)).toBe(true);
  });

  it.each([
    [[Number.NaN, 0, 0]],
    [[Number.POSITIVE_INFINITY, 0, 0]],
    [[0, Number.NEGATIVE_INFINITY, 0]],
    [[5.01, 0, 0]],
    [[1e300, 0, 0]],
    [[0, 0]],
    [[0, 0, 0, 0]],
    [[]],
  ])('refuses %j', (coordinates) => {
    expect(grid.quantise(coordinates)).toBeNull();
  });

  it('promises no more than epsilon', () => {
    expect(Math.sqrt(3) * grid.closeness * grid.spacing).toBeLessThanOrEqual(epsilon);
  });
});

describe('a reading that is refused', () => {
  it.each([[[Number.NaN, 1]], [[1e9, 1]], [[1]], [[Number.NEGATIVE_INFINITY, 1]]])(
    '%j is answered "invalid"',
    (value) => {
      const members = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, weight: 1 }));
      const init = { self: 'a', members, epoch: 1, seed: 1, now: 0, config: {}, applied: 0 };
      const node = plugin.create(init, new Map());
      const op = { kind: 'input', value } as const;
      const { resolve, send } = node.step(1, [{ t: 'propose', ticket: 7, op, session: 1, sequence: 1 }]);
      expect(resolve).toMatchObject([
        { ticket: 7, outcome: { kind: 'rejected', reason: 'invalid', retryable: false } },
      ]);
      expect(send.filter(({ bytes }) => bytes[0] === 1)).toEqual([]);
    },
  );
});
