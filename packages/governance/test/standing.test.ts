import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreOp } from '@hypersync/interface';
import { StateWriter } from '@hypersync/consensus-kit';
import { REPUTATION_EVENTS, ReputationTracker, StakeManager, type ReputationEvent } from '../src/index.ts';
import { decayed } from '../src/decay.ts';

const WHOLE = 1_000_000;

/** What a disk makes of persist effects. */
function store(image: Map<string, Uint8Array>, writes: readonly StoreOp[]): void {
  for (const write of writes) {
    if (write.op === 'put') image.set(write.key, write.value);
    else if (write.op === 'delete') image.delete(write.key);
  }
}

function fingerprint(what: { writeTo(state: StateWriter): void }): string {
  const state = new StateWriter();
  what.writeTo(state);
  return state.digest().join();
}

describe('decay', () => {
  it('halves exactly once per half-life, never rises, and never goes below nothing', () => {
    expect([0, 10, 20, 30].map((elapsed) => decayed(800, elapsed, 10))).toEqual([800, 400, 200, 100]);
    expect([0, 5, 10].map((elapsed) => decayed(800, elapsed, 10))).toEqual([800, 600, 400]);
    fc.assert(
      fc.property(
        fc.nat(WHOLE),
        fc.nat(100_000),
        fc.nat(1000),
        fc.integer({ min: 1, max: 5000 }),
        (value, t, dt, half) => {
          const [sooner, later] = [decayed(value, t, half), decayed(value, t + dt, half)];
          expect(later).toBeLessThanOrEqual(sooner);
          expect(later).toBeGreaterThanOrEqual(0);
        },
      ),
    );
    expect(decayed(WHOLE, 1e12, 1)).toBe(0);
  });
});

describe('reputation', () => {
  const events = fc.constantFrom(...(Object.keys(REPUTATION_EVENTS) as ReputationEvent[]));

  it('gains a share of the gap to the top, and loses a share of what is there', () => {
    const tracker = new ReputationTracker();
    tracker.track('a');
    expect(tracker.scoreOf('a')).toBe(500_000);
    expect(tracker.record('a', 'proposal-decided')).toBe(510_000);
    expect(tracker.record('a', 'proposal-missed')).toBe(484_500);
    expect(tracker.record('a', 'equivocation')).toBe(0);
    expect([tracker.record('nobody', 'vote-missed'), tracker.scoreOf('nobody')]).toEqual([null, null]);
  });

  it('drifts back to neutral, half the way per half-life from above, four times slower from below', () => {
    const tracker = new ReputationTracker({ halfLifeEpochs: 8, gainPerEpoch: WHOLE });
    for (const id of ['good', 'bad']) tracker.track(id);
    for (let i = 0; i < 500; i++) tracker.record('good', 'proposal-decided');
    tracker.record('bad', 'equivocation');
    const best = tracker.scoreOf('good')!;
    tracker.beginEpoch(8);
    expect(tracker.scoreOf('good')).toBe(500_000 + Math.ceil((best - 500_000) / 2) - ((best - 500_000) % 2));
    expect(tracker.scoreOf('bad')).toBe(62_500);
    tracker.beginEpoch(32);
    expect(tracker.scoreOf('bad')).toBe(250_000);
  });

  it('gains no more than the limit in an epoch, whatever a member does for show', () => {
    const tracker = new ReputationTracker();
    tracker.track('a');
    for (let i = 0; i < 1000; i++) tracker.record('a', 'evidence-submitted');
    expect(tracker.scoreOf('a')).toBe(550_000);
    tracker.beginEpoch(1);
    const before = tracker.scoreOf('a')!;
    for (let i = 0; i < 1000; i++) tracker.record('a', 'evidence-submitted');
    expect(tracker.scoreOf('a')).toBe(before + 50_000);
    // a loss in between does not make room for more
    tracker.record('a', 'vote-missed');
    const low = tracker.scoreOf('a')!;
    expect(tracker.record('a', 'vote-included')).toBe(low);
  });

  it('stays within bounds, is the same for the same events, and survives a crash at any time', () => {
    const steps = fc.array(
      fc.record({ who: fc.constantFrom('a', 'b', 'c'), what: events, epochs: fc.nat(20), crash: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const steady = new ReputationTracker();
        let crashing = new ReputationTracker();
        const image = new Map<string, Uint8Array>();
        let epoch = 0;
        for (const tracker of [steady, crashing]) for (const id of ['a', 'b', 'c']) tracker.track(id);
        for (const { who, what, epochs, crash } of all) {
          epoch += epochs;
          for (const tracker of [steady, crashing]) tracker.beginEpoch(epoch);
          const score = steady.record(who, what)!;
          expect(crashing.record(who, what)).toBe(score);
          expect(score >= 0 && score <= WHOLE).toBe(true);
          store(image, crashing.takeWrites());
          if (!crash) continue;
          crashing = new ReputationTracker();
          crashing.restore(image);
          crashing.beginEpoch(epoch);
        }
        expect(crashing.scores()).toEqual(steady.scores());
      }),
    );
  });

  it('refuses a damaged record, loudly', () => {
    const image = new Map<string, Uint8Array>([['reputation/a', Uint8Array.of(9, 9)]]);
    expect(() => new ReputationTracker().restore(image)).toThrow(/reputation\/a/);
    const other = new ReputationTracker();
    other.restore(
      new Map([
        ['something-else', Uint8Array.of(9)],
        ['reputationx', Uint8Array.of(9)],
      ]),
    );
    expect(other.scores()).toEqual([]);
  });

  it('keeps a bounded number of members, forgets on demand, and copies do not share', () => {
    const tracker = new ReputationTracker({ maxMembers: 1 });
    expect([tracker.track('a'), tracker.track('a'), tracker.track('b')]).toEqual([true, true, false]);
    const copy = tracker.clone();
    const before = fingerprint(tracker);
    copy.record('a', 'equivocation');
    expect(fingerprint(tracker)).toBe(before);
    expect(fingerprint(copy)).not.toBe(before);
    tracker.forget('a');
    expect(tracker.takeWrites()).toEqual([{ op: 'delete', key: 'reputation/a' }]);
    expect(tracker.takeWrites()).toEqual([]);
    expect(() => tracker.beginEpoch(-1)).toThrow(RangeError);
  });

  it.each([{ neutral: -1 }, { halfLifeEpochs: 0 }, { gainPerEpoch: 0.5 }, { recoveryFactor: 0 }])(
    'refuses %o',
    (config) => {
      expect(() => new ReputationTracker(config)).toThrow(RangeError);
    },
  );
});

describe('stake', () => {
  it('counts from the epoch after it was bonded', () => {
    const stakes = new StakeManager();
    expect(stakes.register('a', 999n)).toBe('stake-too-small');
    expect(stakes.register('a', 5000n)).toBe('registered');
    expect(stakes.register('a', 5000n)).toBe('known');
    expect(stakes.activeStakeOf('a')).toBe(0n);
    stakes.beginEpoch(1);
    stakes.deposit('a', 100n);
    expect([stakes.activeStakeOf('a'), stakes.bondedOf('a'), stakes.totalActive()]).toEqual([5000n, 5100n, 5000n]);
    stakes.beginEpoch(2);
    expect(stakes.activeStakeOf('a')).toBe(5100n);
    expect([stakes.deposit('b', 1n), stakes.withdraw('b', 1n), stakes.activeStakeOf('b')]).toEqual([
      'unknown',
      'unknown',
      0n,
    ]);
  });

  it('leaves at least the minimum, or nothing, and is paid out after the wait', () => {
    const stakes = new StakeManager({ unbondingEpochs: 3 });
    stakes.register('a', 5000n);
    stakes.beginEpoch(1);
    expect(stakes.withdraw('a', 5001n)).toBe('too-much');
    expect(stakes.withdraw('a', 4001n)).toBe('below-minimum');
    expect(stakes.withdraw('a', 4000n)).toBe('unbonding');
    expect([stakes.beginEpoch(2), stakes.beginEpoch(3)]).toEqual([[], []]);
    expect(stakes.beginEpoch(4)).toEqual([{ nodeId: 'a', amount: 4000n }]);
    expect(stakes.withdraw('a', 1000n)).toBe('unbonding');
    stakes.beginEpoch(7);
    expect([stakes.members(), stakes.register('a', 1000n)]).toEqual([[], 'registered']);
  });

  it('is slashed where it is leaving, too: withdrawing first does not help', () => {
    const stakes = new StakeManager();
    stakes.register('a', 10_000n);
    stakes.beginEpoch(1);
    stakes.withdraw('a', 9000n);
    expect(stakes.slash('a', 100_000, 'double-vote/1/7')).toBe(1000n);
    expect([stakes.bondedOf('a'), stakes.unbondingOf('a')]).toEqual([900n, 8100n]);
    expect(stakes.activeStakeOf('a')).toBe(10_000n); // votes change at the end of an epoch only
    stakes.beginEpoch(2);
    expect(stakes.activeStakeOf('a')).toBe(0n); // 900 is below the minimum
  });

  it('is slashed once per offence, however many proofs there are', () => {
    const stakes = new StakeManager();
    stakes.register('a', 10_000n);
    expect(stakes.slash('a', 500_000, 'double-vote/1/7')).toBe(5000n);
    expect(stakes.slash('a', 500_000, 'double-vote/1/7')).toBe(0n);
    expect(stakes.slash('a', 500_000, 'double-vote/1/8')).toBe(2500n);
    expect(stakes.slash('nobody', 500_000, 'double-vote/1/8')).toBe(0n);
    expect(() => stakes.slash('a', -1, 'x')).toThrow(RangeError);
    expect(() => stakes.slash('a', 1, '')).toThrow(RangeError);
    expect(stakes.historyOf('a')).toEqual([
      { epoch: 0, change: 'registered', amount: 10_000n, offence: '' },
      { epoch: 0, change: 'slashed', amount: 5000n, offence: 'double-vote/1/7' },
      { epoch: 0, change: 'slashed', amount: 2500n, offence: 'double-vote/1/8' },
    ]);
  });

  it('neither appears nor vanishes: what came in is here, was paid out or was taken', () => {
    const amount = fc.bigInt({ min: 0n, max: 3000n });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('deposit' as const), amount }),
      fc.record({ kind: fc.constant('withdraw' as const), amount }),
      fc.record({ kind: fc.constant('slash' as const), share: fc.nat(WHOLE) }),
      fc.record({ kind: fc.constant('epoch' as const) }),
      fc.record({ kind: fc.constant('crash' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let stakes = new StakeManager({ unbondingEpochs: 2 });
        const image = new Map<string, Uint8Array>();
        let [put, out, taken, epoch] = [5000n, 0n, 0n, 0];
        stakes.register('a', 5000n);
        steps.forEach((step, i) => {
          if (step.kind === 'deposit' && stakes.deposit('a', step.amount) === 'deposited') put += step.amount;
          if (step.kind === 'withdraw') stakes.withdraw('a', step.amount);
          if (step.kind === 'slash') taken += stakes.slash('a', step.share, `offence-${i}`);
          if (step.kind === 'epoch') for (const { amount: paid } of stakes.beginEpoch(++epoch)) out += paid;
          store(image, stakes.takeWrites());
          if (step.kind === 'crash') {
            const before = fingerprint(stakes);
            stakes = new StakeManager({ unbondingEpochs: 2 });
            stakes.restore(image);
            expect(fingerprint(stakes)).toBe(before);
          }
          expect(stakes.bondedOf('a') + stakes.unbondingOf('a') + out + taken).toBe(put);
        });
      }),
    );
  });

  it('remembers after a crash which epoch it is, also when nothing else changed', () => {
    const [stakes, image] = [new StakeManager({ unbondingEpochs: 3 }), new Map<string, Uint8Array>()];
    stakes.register('a', 5000n);
    for (const epoch of [1, 2, 3]) {
      stakes.beginEpoch(epoch);
      store(image, stakes.takeWrites());
    }
    const copy = new StakeManager({ unbondingEpochs: 3 });
    copy.restore(image);
    expect([copy.epoch, fingerprint(copy)]).toEqual([3, fingerprint(stakes)]);
    expect(copy.takeWrites()).toEqual([]);
  });

  it('keeps a bounded history and a bounded number of members and withdrawals', () => {
    const stakes = new StakeManager({ historyPerMember: 3, maxMembers: 1 });
    stakes.register('a', 50_000n);
    expect(stakes.register('b', 5000n)).toBe('full');
    const answers = Array.from({ length: 300 }, () => stakes.withdraw('a', 1n));
    expect(answers.filter((answer) => answer === 'unbonding')).toHaveLength(256);
    expect(answers.at(-1)).toBe('too-many');
    expect(stakes.historyOf('a')).toHaveLength(3);
    const copy = stakes.clone();
    copy.slash('a', WHOLE, 'x');
    expect(stakes.bondedOf('a')).toBe(50_000n - 256n);
  });

  it('refuses a damaged record, loudly, and epochs that go back', () => {
    const stakes = new StakeManager();
    expect(() => stakes.restore(new Map([['stake/a', Uint8Array.of(1, 2, 3)]]))).toThrow(/stake\/a/);
    expect(() => stakes.restore(new Map([['stake/', Uint8Array.of(0x80)]]))).toThrow(/damaged/);
    stakes.beginEpoch(3);
    expect(() => stakes.beginEpoch(2)).toThrow(RangeError);
    expect(() => stakes.register('a', 2n ** 128n)).toThrow(RangeError);
    expect(() => new StakeManager({ minimumStake: 0n })).toThrow(RangeError);
    expect(() => new StakeManager({ unbondingEpochs: 0 })).toThrow(RangeError);
  });
});
