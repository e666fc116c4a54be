import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '@hypersync/consensus-kit';
import { DEFAULT_WEIGHTS, WeightedVotingSystem, WHOLE, type WeightConfig } from '../src/index.ts';

interface Facts {
  readonly stake: bigint;
  readonly reputation: number;
  readonly uptime: number;
}

function systemOf(members: readonly Facts[], config: Partial<WeightConfig> = {}): WeightedVotingSystem {
  const system = new WeightedVotingSystem({ minimumStake: 1n, ...config });
  members.forEach(({ stake, reputation, uptime }, i) => {
    const id = idOf(i);
    expect(system.registerNode(id, stake)).toBe('registered');
    system.updateReputation(id, reputation);
    system.updateUptime(id, uptime);
  });
  return system;
}

const idOf = (i: number): string => `n${String(i).padStart(3, '0')}`;
const weightsOf = (system: WeightedVotingSystem): number[] => system.calculateWeights().map(({ weight }) => weight);
const capFor = (n: number): number => Math.max(150_000, Math.ceil(WHOLE / n));

const stake = fc.oneof(fc.bigInt({ min: 1n, max: 20n }), fc.bigInt({ min: 1n, max: 10n ** 30n }));
const score = fc.integer({ min: 0, max: WHOLE });
const member: fc.Arbitrary<Facts> = fc.record({ stake, reputation: score, uptime: score });
const members = fc.array(member, { minLength: 1, maxLength: 40 });

describe('weights', () => {
  describe('are 40 % stake, 40 % reputation and 20 % uptime', () => {
    const plain = { stake: 1n, reputation: 100_000, uptime: 100_000 };
    const rest = Array.from({ length: 19 }, () => plain);
    /** Of the first of twenty, who differs from the others in one respect. */
    const weight = (scoresPer: WeightConfig['scoresPer'], change: Partial<Facts>): number =>
      weightsOf(systemOf([{ ...plain, ...change }, ...rest], { cap: WHOLE, scoresPer }))[0]!;

    it('where members have equal stakes', () => {
      for (const scoresPer of ['member', 'stake'] as const) {
        expect(weight(scoresPer, {})).toBe(50_000);
        expect(weight(scoresPer, { reputation: 900_000 })).toBe(Math.floor((400_000 * 9) / 28) + 30_000);
        expect(weight(scoresPer, { uptime: 900_000 })).toBe(Math.floor((200_000 * 9) / 28) + 40_000);
        expect(weight(scoresPer, { reputation: 0 })).toBe(30_000);
        expect(weight(scoresPer, { uptime: 0 })).toBe(40_000);
      }
    });

    it('where stakes differ: scores count per stake, or per member', () => {
      expect(weight('member', { stake: 19n })).toBe(400_000 / 2 + 30_000);
      expect(weight('stake', { stake: 19n })).toBe(500_000);
      const reputed = weight('stake', { stake: 2n, reputation: 900_000 });
      expect(Math.abs(reputed - ((600_000 * 2) / 21 + (400_000 * 18) / 37))).toBeLessThan(1);
    });
  });

  it('sum to one whole exactly and stay within the cap, which is 15 % or 1/n', () => {
    fc.assert(
      fc.property(members, fc.constantFrom<WeightConfig['scoresPer'][]>('member', 'stake'), (all, scoresPer) => {
        const weights = weightsOf(systemOf(all, { scoresPer }));
        expect(weights.reduce((a, b) => a + b, 0)).toBe(WHOLE);
        expect(Math.max(...weights)).toBeLessThanOrEqual(capFor(all.length));
      }),
    );
  });

  it.each([1, 2, 3, 4, 5, 6])(
    'are equal, up to one millionth, among %i members: fifteen percent each is too little',
    (n) => {
      fc.assert(
        fc.property(fc.array(member, { minLength: n, maxLength: n }), (all) => {
          const weights = weightsOf(systemOf(all));
          expect(Math.max(...weights) - Math.min(...weights)).toBeLessThanOrEqual(1);
          expect(weights.reduce((a, b) => a + b, 0)).toBe(WHOLE);
        }),
        { numRuns: 20 },
      );
    },
  );

  it('rank as their facts do: more stake and equal scores never weigh less', () => {
    fc.assert(
      fc.property(members, fc.nat(), (all, at) => {
        const lesser = all[at % all.length]!;
        const greater = { stake: lesser.stake + 1n, reputation: lesser.reputation, uptime: lesser.uptime };
        const weights = weightsOf(systemOf([...all, greater]));
        // up to six members all weigh the same, and the odd millionths go to the lowest ids
        const odd = weights.length <= 6 ? 1 : 0;
        expect(weights.at(-1)!).toBeGreaterThanOrEqual(weights[at % all.length]! - odd);
      }),
    );
  });

  it('do not fall when a member gains, up to the rounding of one millionth', () => {
    fc.assert(
      fc.property(members, fc.nat(), member, (all, at, more) => {
        const i = at % all.length;
        const old = all[i]!;
        const gained = {
          stake: old.stake + more.stake,
          reputation: Math.max(old.reputation, more.reputation),
          uptime: Math.max(old.uptime, more.uptime),
        };
        const before = weightsOf(systemOf(all));
        const after = weightsOf(systemOf(all.with(i, gained)));
        expect(after[i]!).toBeGreaterThanOrEqual(before[i]! - 1);
      }),
    );
  });

  it('where nobody has any reputation or uptime are the stakes alone', () => {
    const all = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n].map((stake) => ({ stake, reputation: 0, uptime: 0 }));
    expect(weightsOf(systemOf(all, { cap: WHOLE }))).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((stake) => Math.round((stake * WHOLE) / 36)),
    );
  });

  it('give odd millionths to those with the largest remainder, and among equals to the lowest id', () => {
    const equal = Array.from({ length: 7 }, () => ({ stake: 5n, reputation: 5, uptime: 5 }));
    expect(weightsOf(systemOf(equal))).toEqual([142_858, ...Array<number>(6).fill(142_857)]);
  });

  it('do not depend on the order of registration', () => {
    fc.assert(
      fc.property(members, fc.infiniteStream(fc.nat()), (all, random) => {
        const shuffled = all.map((facts, i) => ({ facts, i, key: random.next().value as number }));
        shuffled.sort((a, b) => a.key - b.key);
        const system = new WeightedVotingSystem({ minimumStake: 1n });
        for (const { facts, i } of shuffled) {
          system.registerNode(idOf(i), facts.stake);
          system.updateReputation(idOf(i), facts.reputation);
          system.updateUptime(idOf(i), facts.uptime);
        }
        expect(system.calculateWeights()).toEqual(systemOf(all).calculateWeights());
      }),
    );
  });

  it('by default gain nothing from splitting a stake over many identities', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.integer({ min: 1, max: 50 }), (parts, each) => {
        const honest = Array.from({ length: 30 }, () => ({ stake: 1000n, reputation: 500_000, uptime: 900_000 }));
        const whole = { stake: BigInt(parts * each), reputation: 500_000, uptime: 900_000 };
        const split = Array.from({ length: parts }, () => ({ ...whole, stake: BigInt(each) }));
        const config = { cap: WHOLE };
        const one = weightsOf(systemOf([...honest, whole], config)).slice(30);
        const many = weightsOf(systemOf([...honest, ...split], config)).slice(30);
        expect(Math.abs(many.reduce((a, b) => a + b, 0) - one[0]!)).toBeLessThanOrEqual(parts);
      }),
    );
  });

  it('change only when they are calculated anew', () => {
    const system = systemOf(Array.from({ length: 10 }, () => ({ stake: 100n, reputation: WHOLE, uptime: WHOLE })));
    system.calculateWeights();
    const before = system.weightTable();
    system.slashStake(idOf(0), WHOLE);
    system.updateReputation(idOf(1), 0);
    system.unregisterNode(idOf(2));
    expect(system.weightTable()).toBe(before);
    expect(before!.weightOf(idOf(2))).toBe(100_000);
    system.calculateWeights();
    expect([0, 1, 2].map((i) => system.weightTable()!.weightOf(idOf(i)) < 100_000)).toEqual([true, true, true]);
    expect(system.weightTable()!.has(idOf(0))).toBe(false);
  });
});

describe('registration and slashing', () => {
  it('refuses a stake below the minimum, a second registration, and more members than there is room for', () => {
    const system = new WeightedVotingSystem({ maxMembers: 1 });
    expect(system.registerNode('a', 999n)).toBe('stake-too-small');
    expect(system.registerNode('a', 1000n)).toBe('registered');
    expect(system.registerNode('a', 5000n)).toBe('known');
    expect(system.registerNode('b', 5000n)).toBe('full');
    expect(() => system.registerNode('c', -1n)).toThrow(RangeError);
  });

  it('takes exactly the share, rounded up, and the vote of whoever falls below the minimum', () => {
    const system = new WeightedVotingSystem();
    system.registerNode('a', 1001n);
    system.registerNode('b', 5000n);
    expect(system.slashStake('a', 500)).toBe(1n);
    expect(system.calculateWeights().map(({ weight }) => weight)).toEqual([500_000, 500_000]);
    expect(system.slashStake('a', 500)).toBe(1n);
    expect(system.slashStake('stranger', 500)).toBe(0n);
    expect(system.calculateWeights()).toMatchObject([
      { nodeId: 'a', stake: 999n, weight: 0 },
      { nodeId: 'b', weight: WHOLE },
    ]);
    expect(() => system.slashStake('a', WHOLE + 1)).toThrow(RangeError);
  });

  it('has weights of nobody where nobody is eligible', () => {
    const system = new WeightedVotingSystem();
    expect(system.calculateWeights()).toEqual([]);
    expect(system.weightTable()).toBeNull();
    expect(() => system.calculateVoteResult([])).toThrow(RangeError);
  });

  it.each([
    [{ stakeShare: 500_000 }, /sum/],
    [{ stakeShare: 0, reputationShare: 800_000 }, /identities are free/],
    [{ cap: 0 }, /cap/],
    [{ minimumStake: 0n }, /minimumStake/],
    [{ initialReputation: 0.5 }, /initialReputation/],
    [{ maxMembers: 0 }, /maxMembers/],
  ])('refuses the configuration %o', (config, message) => {
    expect(() => new WeightedVotingSystem(config)).toThrow(message);
  });

  it('refuses scores that are no parts per million', () => {
    const system = systemOf([{ stake: 1n, reputation: 0, uptime: 0 }]);
    for (const bad of [-1, 0.5, WHOLE + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => system.updateReputation(idOf(0), bad)).toThrow(RangeError);
      expect(() => system.updateUptime(idOf(0), bad)).toThrow(RangeError);
    }
    expect(system.updateUptime('stranger', 5)).toBe(false);
  });
});

describe('votes', () => {
  const ten = systemOf(Array.from({ length: 10 }, () => ({ stake: 1n, reputation: 1, uptime: 1 })));
  ten.calculateWeights();
  const cast = (yes: number, no = 0) => [
    ...Array.from({ length: yes }, (_, i) => ({ nodeId: idOf(i), choice: 'yes' as const })),
    ...Array.from({ length: no }, (_, i) => ({ nodeId: idOf(9 - i), choice: 'no' as const })),
  ];

  it('accept with strictly more than two thirds of all weight', () => {
    expect(ten.calculateVoteResult(cast(6)).outcome).toBe('open');
    expect(ten.calculateVoteResult(cast(7)).outcome).toBe('accepted');
    expect(ten.calculateVoteResult(cast(6, 3)).outcome).toBe('open');
    expect(ten.calculateVoteResult(cast(6, 4)).outcome).toBe('rejected');
  });

  it('do not pass with exactly two thirds', () => {
    const table = systemOf(
      [666_666, 1, 333_333].map((stake) => ({ stake: BigInt(stake), reputation: 0, uptime: 0 })),
      { cap: WHOLE },
    );
    table.calculateWeights();
    // 666,667 of a million is the least that is more than two thirds
    expect(table.calculateVoteResult([{ nodeId: idOf(0), choice: 'yes' }]).outcome).toBe('open');
    expect(table.calculateVoteResult([0, 1].map((i) => ({ nodeId: idOf(i), choice: 'yes' as const }))).outcome).toBe(
      'accepted',
    );
  });

  it('count each member once, and not at all who votes two ways or has no vote', () => {
    const result = ten.calculateVoteResult([
      ...cast(6),
      ...cast(6),
      { nodeId: 'stranger', choice: 'yes' },
      { nodeId: idOf(0), choice: 'no' },
      { nodeId: idOf(8), choice: 'abstain' },
    ]);
    expect(result).toMatchObject({ equivocators: [idOf(0)], strangers: 1, no: 0, total: WHOLE });
    const weightOf = (i: number): number => ten.weightTable()!.weightOf(idOf(i));
    expect(result.yes).toBe([1, 2, 3, 4, 5].reduce((sum, i) => sum + weightOf(i), 0));
    expect(result.abstain).toBe(weightOf(8));
  });

  it('of two accepted results share more than a third of the weight', () => {
    const side = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(members, side, side, (all, left, right) => {
        const system = systemOf(all);
        system.calculateWeights();
        const ballots = (picked: boolean[]) =>
          all.flatMap((_, i) => (picked[i] === true ? [{ nodeId: idOf(i), choice: 'yes' as const }] : []));
        const accepted = [left, right].every((s) => system.calculateVoteResult(ballots(s)).outcome === 'accepted');
        fc.pre(accepted);
        const both = all.map((_, i) => idOf(i)).filter((_, i) => left[i] === true && right[i] === true);
        expect(3 * system.weightTable()!.tally(both)).toBeGreaterThan(WHOLE);
      }),
    );
  });
});

describe('what is kept and shown', () => {
  it('is restored exactly, and from nothing but its own encoding', () => {
    fc.assert(
      fc.property(members, (all) => {
        const system = systemOf(all);
        system.calculateWeights();
        system.slashStake(idOf(0), 10_000);
        const copy = new WeightedVotingSystem({ minimumStake: 1n });
        expect(copy.restore(system.encode())).toBe(true);
        expect(copy.encode()).toEqual(system.encode());
        expect(copy.weights()).toEqual(system.weights());
        expect(copy.restore(system.encode().slice(0, -1))).toBe(false);
        expect(copy.encode()).toEqual(system.encode());
      }),
      { numRuns: 30 },
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void new WeightedVotingSystem().restore(bytes)));
    const bytes = systemOf([1n, 256n, 3n].map((stake) => ({ stake, reputation: 5, uptime: 5 }))).encode();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const copy = new WeightedVotingSystem({ minimumStake: 1n });
        if (copy.restore(damaged)) expect(copy.encode()).toEqual(damaged);
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused when damaged in a way that changes a sum', () => {
    const system = systemOf([1n, 2n, 3n].map((stake) => ({ stake, reputation: 5, uptime: 5 })));
    system.calculateWeights();
    const bytes = system.encode();
    bytes[bytes.length - 1]! ^= 1;
    expect(new WeightedVotingSystem().restore(bytes)).toBe(false);
    // the same sum, but one member twice, or one without weight
    const table = (members: readonly (readonly [string, number])[]): Uint8Array =>
      new ByteWriter()
        .u8(1)
        .varint(0)
        .list(members, (w, [id, weight]) => w.string(id).varint(weight))
        .finish();
    expect(
      new WeightedVotingSystem().restore(
        table([
          ['a', 1],
          ['b', WHOLE - 1],
        ]),
      ),
    ).toBe(true);
    expect(
      new WeightedVotingSystem().restore(
        table([
          ['b', 1],
          ['a', WHOLE - 1],
        ]),
      ),
    ).toBe(false);
    expect(
      new WeightedVotingSystem().restore(
        table([
          ['a', 1],
          ['a', WHOLE - 1],
        ]),
      ),
    ).toBe(false);
    expect(
      new WeightedVotingSystem().restore(
        table([
          ['a', 0],
          ['b', WHOLE],
        ]),
      ),
    ).toBe(false);
  });

  it('counts under the names of the metrics', () => {
    let seconds = 0;
    const system = new WeightedVotingSystem({}, { stopwatch: () => (seconds += 0.5) });
    system.registerNode('a', 5000n);
    system.registerNode('b', 5000n);
    system.calculateWeights();
    expect(Object.fromEntries(system.metrics().map(({ name, value }) => [name, value]))).toMatchObject({
      weighted_voting_total_stake: 10_000,
      weighted_voting_eligible_voters: 2,
      weighted_voting_avg_weight: 0.5,
      weighted_voting_calc_duration_seconds: { count: 1, sum: 0.5 },
    });
    expect(DEFAULT_WEIGHTS).toMatchObject({
      stakeShare: 400_000,
      reputationShare: 400_000,
      uptimeShare: 200_000,
      cap: 150_000,
    });
  });
});
