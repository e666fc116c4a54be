import { describe, expect, it } from 'vitest';
import { SwimView, type Claim, type Health } from '../src/swim-view.ts';

const times = { shortest: 1_000, longest: 6_000 };
const view = (members = 5): SwimView => {
  const fresh = new SwimView(0, members, times);
  fresh.rise(1);
  return fresh;
};
const claim = (member: number, health: Health, incarnation: number, accuser = member): Claim => ({
  member,
  health,
  incarnation,
  accuser,
});

describe('the SWIM view', () => {
  it('lets the higher incarnation win, and worse news within one', () => {
    const v = view();
    expect(v.hear(0, claim(1, 'alive', 3))).toBe(true);
    expect(v.hear(0, claim(1, 'suspect', 2, 2))).toBe(false);
    expect(v.hear(0, claim(1, 'suspect', 3, 2))).toBe(true);
    expect(v.hear(0, claim(1, 'alive', 3))).toBe(false); // the suspicion needs a real refutation
    expect(v.healthOf(1)).toBe('suspect');
    expect(v.hear(0, claim(1, 'alive', 4))).toBe(true);
    expect(v.healthOf(1)).toBe('alive');
  });

  it('never brings the dead back by stale news', () => {
    const v = view();
    v.hear(0, claim(1, 'dead', 3, 2));
    for (const stale of [claim(1, 'alive', 3), claim(1, 'alive', 2), claim(1, 'suspect', 3, 4)]) {
      expect(v.hear(1, stale)).toBe(false);
    }
    expect(v.healthOf(1)).toBe('dead');
    expect(v.hear(1, claim(1, 'alive', 4))).toBe(true);
  });

  it('refutes what is said of this member by a higher incarnation, and only when needed', () => {
    const v = view();
    expect(v.hear(0, claim(0, 'suspect', 0, 2))).toBe(false);
    expect(v.ownIncarnation).toBe(1);
    expect(v.hear(0, claim(0, 'suspect', 1, 2))).toBe(true);
    expect(v.ownIncarnation).toBe(2);
    expect(v.hear(0, claim(0, 'dead', 7, 2))).toBe(true);
    expect(v.ownIncarnation).toBe(8);
    expect(v.hear(0, claim(0, 'alive', 8))).toBe(false);
    expect(v.healthOf(0)).toBe('alive');
  });

  it('gives a suspect less time the more members accuse it independently', () => {
    const deadline = (accusers: readonly number[]): number => {
      const v = view();
      for (const accuser of accusers) v.hear(0, claim(1, 'suspect', 0, accuser));
      return v.deadline;
    };
    expect(deadline([2])).toBe(6_000);
    expect(deadline([2, 2, 2])).toBe(6_000); // the same accuser is no confirmation
    expect(deadline([2, 3])).toBe(3_500);
    expect(deadline([2, 3, 4])).toBe(2_040);
    expect(deadline([2, 3, 4, 0])).toBe(1_000);
  });

  it('takes a member’s word for its leaving, and nobody else’s; only a new life ends that', () => {
    const v = view();
    expect(v.hear(0, claim(1, 'left', 0, 2))).toBe(false);
    expect(v.hear(0, claim(1, 'left', 0))).toBe(true);
    for (const late of [claim(1, 'suspect', 0, 2), claim(1, 'dead', 0, 2)]) expect(v.hear(1, late)).toBe(false);
    expect(v.healthOf(1)).toBe('left');
    expect(v.hear(1, claim(1, 'alive', 1))).toBe(true);
  });

  it('does not refute once this member has left', () => {
    const v = view();
    v.leave();
    expect(v.hear(0, claim(0, 'suspect', 9, 2))).toBe(false);
    expect([v.healthOf(0), v.ownIncarnation]).toEqual(['left', 1]);
  });

  it('declares dead only who did not refute in time', () => {
    const v = view();
    v.hear(0, claim(1, 'suspect', 0, 2));
    v.hear(0, claim(2, 'suspect', 0, 3));
    v.hear(10, claim(2, 'alive', 1));
    expect(v.expire(5_999)).toEqual([]);
    expect(v.expire(6_000)).toEqual([1]);
    expect(v.healthOf(2)).toBe('alive');
    expect(v.deadline).toBe(Number.POSITIVE_INFINITY);
  });
});
