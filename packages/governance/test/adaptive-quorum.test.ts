import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter, WeightTable } from '@hypersync/consensus-kit';
import {
  AdaptiveQuorumManager,
  QUORUM_THRESHOLDS,
  THREAT_LEVELS,
  type AdaptiveQuorumConfig,
  type ThreatLevel,
} from '../src/index.ts';

const table = (n: number): WeightTable =>
  new WeightTable(Array.from({ length: n }, (_, i) => ({ id: `n${String(i).padStart(3, '0')}`, weight: 1 })));

function managerOf(n: number, config: Partial<AdaptiveQuorumConfig> = {}): AdaptiveQuorumManager {
  return new AdaptiveQuorumManager(table(n), config);
}

/** The level after evidence against so many of n members. */
function levelWith(n: number, guilty: number): ThreatLevel {
  const manager = managerOf(n);
  for (const { id } of table(n).members.slice(0, guilty)) expect(manager.reportDetection(id, 'double-vote')).toBe(true);
  return manager.evaluateThreatLevel(1);
}

describe('the threat level', () => {
  it.each([
    [100, 0, 'normal'],
    [100, 4, 'normal'],
    [100, 5, 'elevated'],
    [100, 14, 'elevated'],
    [100, 15, 'high'],
    [4, 1, 'elevated'], // 25 %, but one alone
    [7, 1, 'elevated'],
    [7, 2, 'high'],
    [20, 1, 'elevated'],
    [21, 1, 'normal'],
  ] as const)('of %i members with evidence against %i is %s', (n, guilty, level) => {
    expect(levelWith(n, guilty)).toBe(level);
  });

  it('counts members, not reports, and no strangers', () => {
    const manager = managerOf(100);
    for (let i = 0; i < 1000; i++) manager.reportDetection('n000', 'double-vote');
    expect(manager.reportDetection('stranger', 'double-vote')).toBe(false);
    expect(manager.evaluateThreatLevel(1)).toBe('normal');
    expect(manager.stats()).toMatchObject({ membersWithEvidence: 1, detectionRate: 10_000, detections: 16 });
  });

  it('no longer counts a member that left', () => {
    const manager = managerOf(7);
    manager.reportDetection('n005', 'x');
    manager.reportDetection('n006', 'x');
    manager.updateMembers(table(6));
    expect(manager.evaluateThreatLevel(1)).toBe('elevated');
  });

  it('rises at once and goes down one step at a time, after the window and a cool-down', () => {
    const manager = managerOf(7, { windowEpochs: 3, cooldownEpochs: 2 });
    manager.evaluateThreatLevel(10);
    manager.reportDetection('n000', 'x');
    manager.reportDetection('n001', 'x');
    const levels = Array.from({ length: 10 }, (_, i) => manager.evaluateThreatLevel(10 + i));
    expect(levels.map((level) => THREAT_LEVELS.indexOf(level))).toEqual([2, 2, 2, 2, 2, 1, 1, 0, 0, 0]);
    expect(manager.stats().levelChanges).toBe(3);
  });

  it('begins its cool-down anew with each new evidence', () => {
    const manager = managerOf(20, { windowEpochs: 1, cooldownEpochs: 3 });
    const evaluate = (epoch: number, isGuilty = false): ThreatLevel => {
      manager.evaluateThreatLevel(epoch);
      if (isGuilty) manager.reportDetection('n000', 'x');
      return manager.evaluateThreatLevel(epoch);
    };
    expect(evaluate(1, true)).toBe('elevated');
    expect([evaluate(2), evaluate(3), evaluate(4, true)]).toEqual(['elevated', 'elevated', 'elevated']);
    expect([5, 6, 7, 8].map((epoch) => evaluate(epoch))).toEqual(['elevated', 'elevated', 'elevated', 'normal']);
  });

  it('is held, not raised, by an unstable network', () => {
    const manager = managerOf(20, { windowEpochs: 1, cooldownEpochs: 1 });
    manager.updateStability({ averageUptime: 100_000, partitionEvents: 9, latency: 60_000_000 });
    expect(manager.evaluateThreatLevel(1)).toBe('normal');
    manager.reportDetection('n000', 'x');
    expect(manager.evaluateThreatLevel(1)).toBe('elevated');
    for (let epoch = 2; epoch < 20; epoch++) expect(manager.evaluateThreatLevel(epoch)).toBe('elevated');
    manager.updateStability({ averageUptime: 990_000, partitionEvents: 0, latency: 1 });
    expect(manager.stats().stability).toBe(990_000);
    manager.evaluateThreatLevel(20);
    expect(manager.stats().cooldown).toBe(1);
    expect(manager.evaluateThreatLevel(21)).toBe('normal');
  });

  it('refuses epochs that go back, and numbers that mean nothing', () => {
    const manager = managerOf(4);
    manager.evaluateThreatLevel(5);
    expect(() => manager.evaluateThreatLevel(4)).toThrow(RangeError);
    for (const averageUptime of [-1, Number.NaN, 1_000_001])
      expect(() => manager.updateStability({ averageUptime, partitionEvents: 0, latency: 0 })).toThrow(RangeError);
  });
});

describe('the quorum', () => {
  const raised = (n: number, guilty: number): AdaptiveQuorumManager => {
    const manager = managerOf(n);
    for (const { id } of table(n).members.slice(0, guilty)) manager.reportDetection(id, 'x');
    manager.evaluateThreatLevel(1);
    return manager;
  };

  it.each([
    ['normal', 0, 200, 201],
    ['elevated', 15, 225, 226],
    ['high', 45, 246, 247],
  ] as const)('at level %s is strictly more than its share', (level, guilty, short, enough) => {
    const manager = raised(300, guilty);
    expect(manager.level).toBe(level);
    expect(manager.checkQuorum(short).reached).toBe(false);
    expect(manager.checkQuorum(enough)).toEqual({ reached: true, fallback: false, confidence: level });
  });

  it('falls back to two thirds after the wait at every level, and never below', () => {
    for (const guilty of [0, 15, 45]) {
      const manager = raised(300, guilty);
      expect(manager.checkQuorum(200, 3_600_000_000).reached).toBe(false);
      expect(manager.checkQuorum(201, 2_000_000).reached).toBe(true);
      if (guilty > 0) {
        expect(manager.checkQuorum(201, 1_999_999).reached).toBe(false);
        expect(manager.checkQuorum(201, 2_000_000)).toEqual({ reached: true, fallback: true, confidence: 'normal' });
      }
    }
  });

  it('of any two levels meets in more than a third of the weight: an honest member is in both', () => {
    const levels = fc.constantFrom(...THREAT_LEVELS);
    const weights = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 4, maxLength: 20 });
    fc.assert(
      fc.property(weights, levels, levels, fc.nat(), fc.nat(), (all, one, other, left, right) => {
        const members = new WeightTable(all.map((weight, i) => ({ id: `n${i}`, weight })));
        const taken = (mask: number): string[] => members.ids.filter((_, i) => ((mask >>> (i % 31)) & 1) === 1);
        const isQuorum = (ids: string[], level: ThreatLevel): boolean => {
          const { numerator, denominator } = QUORUM_THRESHOLDS[level];
          return members.exceeds(members.tally(ids), numerator, denominator);
        };
        const [a, b] = [taken(left), taken(right)];
        fc.pre(isQuorum(a, one) && isQuorum(b, other));
        expect(members.hasOneThird(a.filter((id) => b.includes(id)))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('says how sure it is, whatever was asked for', () => {
    const manager = managerOf(100);
    expect([66, 67, 75, 76, 82, 83].map((weight) => manager.checkQuorum(weight).confidence)).toEqual([
      null,
      'normal',
      'normal',
      'elevated',
      'elevated',
      'high',
    ]);
  });
});

describe('what is kept and shown', () => {
  it('is restored exactly, and from nothing but its own encoding', () => {
    const manager = managerOf(7, { cooldownEpochs: 3 });
    manager.reportDetection('n000', 'x');
    manager.reportDetection('n001', 'y');
    manager.evaluateThreatLevel(3);
    manager.evaluateThreatLevel(12);
    const copy = managerOf(7, { cooldownEpochs: 3 });
    expect(copy.restore(manager.encode())).toBe(true);
    expect(copy.stats()).toEqual(manager.stats());
    for (let epoch = 13; epoch < 30; epoch++)
      expect(copy.evaluateThreatLevel(epoch)).toBe(manager.evaluateThreatLevel(epoch));
    const bytes = manager.encode();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.uint8Array(), (at, flip, any) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const other = managerOf(7);
        if (other.restore(damaged)) expect(other.encode()).toEqual(damaged);
        managerOf(7).restore(any);
      }),
      { numRuns: 1000 },
    );
    const state = (...members: readonly (readonly [string, number])[]): Uint8Array => {
      const writer = new ByteWriter().u8(1).varint(3).u8(0).varint(0).varint(0).varint(0).varint(0);
      return writer
        .list(members, (w, [id, n]) => w.string(id).list(Array(n).fill('x'), (v, x) => v.varint(1).string(String(x))))
        .finish();
    };
    expect(managerOf(7).restore(state(['a', 1], ['b', 2]))).toBe(true);
    expect(managerOf(7).restore(state(['b', 1], ['a', 2]))).toBe(false);
    expect(managerOf(7).restore(state(['a', 1], ['b', 0]))).toBe(false);
  });

  it('counts under the names of the metrics', () => {
    const manager = managerOf(100);
    for (const { id } of table(100).members.slice(0, 15)) manager.reportDetection(id, 'x');
    manager.evaluateThreatLevel(1);
    expect(Object.fromEntries(manager.metrics().map(({ name, value }) => [name, value]))).toEqual({
      adaptive_quorum_threshold: 0.82,
      adaptive_quorum_threat_level: 2,
      adaptive_quorum_detection_rate: 0.15,
      adaptive_quorum_stability: 1,
      adaptive_quorum_level_changes_total: 1,
    });
  });

  it('of a copy is its own', () => {
    const manager = managerOf(7);
    const copy = manager.clone();
    copy.reportDetection('n000', 'x');
    copy.evaluateThreatLevel(1);
    expect([manager.level, copy.level]).toEqual(['normal', 'elevated']);
  });

  it.each([
    { highMembers: 1 },
    { elevatedRate: 200_000 },
    { cooldownEpochs: 0 },
    { fallbackAfter: Number.POSITIVE_INFINITY },
  ])('is refused with the configuration %o', (config) => {
    expect(() => managerOf(4, config)).toThrow(RangeError);
  });
});
