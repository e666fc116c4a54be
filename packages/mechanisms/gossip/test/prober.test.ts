import { Prng } from '@hypersync/consensus-kit';
import { describe, expect, it } from 'vitest';
import { ClaimQueue } from '../src/claim-queue.ts';
import { readConfig } from '../src/config.ts';
import { Membership } from '../src/membership.ts';
import { Prober, type Known, type ProbeAction } from '../src/prober.ts';
import { CLAIM_BYTES } from '../src/swim-view.ts';

const TIMES = { interval: 1_000, timeout: 300, indirect: 3, maxDoubt: 8 };
const everybody: Known = { isAlive: () => true, hasLeft: () => false };

function start(members = 6): {
  prober: Prober;
  tick: (now: number, known?: Known) => ProbeAction[];
} {
  const prober = new Prober(0, 0, members, TIMES);
  const prng = new Prng(1);
  return { prober, tick: (now, known = everybody) => [...prober.tick(now, known, prng)] };
}

const pinged = (actions: readonly ProbeAction[]): { target: number; sequence: number } => {
  const ping = actions.find((action) => action.kind === 'ping');
  if (ping === undefined) throw new Error(`no ping in ${JSON.stringify(actions)}`);
  return ping;
};

describe('probing', () => {
  it('reaches every other member once per round, and never this one', () => {
    const { prober, tick } = start();
    const targets: number[] = [];
    for (let i = 1; i <= 10; i++) {
      const { target, sequence } = pinged(tick(i * 1_000));
      prober.answered(target, sequence);
      targets.push(target);
    }
    expect(new Set(targets.slice(0, 5))).toEqual(new Set([1, 2, 3, 4, 5]));
    expect(new Set(targets.slice(5))).toEqual(new Set([1, 2, 3, 4, 5]));
  });

  it('asks three others before it suspects, and suspects nobody who answers any way', () => {
    const { prober, tick } = start();
    const { target, sequence } = pinged(tick(1_000));
    expect(tick(1_299)).toEqual([]);
    const requests = tick(1_300);
    expect(requests.pop()).toEqual({ kind: 'ping', target, sequence, fallback: true }); // and once more itself
    expect(requests.length).toBe(3);
    for (const request of requests) {
      expect(request).toMatchObject({ kind: 'ping-request', target, sequence });
      expect('through' in request && ![0, target].includes(request.through)).toBe(true);
    }
    expect(tick(1_400)).toEqual([]);
    prober.answered(target, sequence);
    expect(tick(2_000).some((action) => action.kind === 'suspect')).toBe(false);
    expect(prober.doubt).toBe(0);
  });

  it('suspects who answered neither, and doubts itself the more the more helpers are silent, too', () => {
    const { prober, tick } = start();
    const { target } = pinged(tick(1_000));
    tick(1_300);
    expect(tick(2_000)[0]).toEqual({ kind: 'suspect', target });
    expect(prober.doubt).toBe(3);
    expect(tick(3_199)).toEqual([]); // four times as patient now: 4 x 300 to the requests, 4 x 1000 to the next
    expect(tick(3_200)).toHaveLength(4);
    const { target: next, sequence } = pinged(tick(6_000));
    expect(prober.doubt).toBe(6);
    prober.answered(next, sequence);
    expect(prober.doubt).toBe(5);
    for (let i = 0; i < 20; i++) prober.accused();
    expect(prober.doubt).toBe(8);
  });

  it('does not doubt itself when all helpers say that they are there and the target is silent', () => {
    const { prober, tick } = start();
    const { target, sequence } = pinged(tick(1_000));
    for (const request of tick(1_300)) if ('through' in request) prober.refused(request.through, sequence);
    expect(tick(2_000)[0]).toEqual({ kind: 'suspect', target });
    expect(prober.doubt).toBe(0);
  });

  it('counts each helper once, and nobody else as one', () => {
    const { prober, tick } = start();
    const { target, sequence } = pinged(tick(1_000));
    const [first] = tick(1_300);
    if (first?.kind !== 'ping-request') throw new Error('expected a request');
    for (const from of [first.through, first.through, target]) prober.refused(from, sequence);
    tick(2_000);
    expect(prober.doubt).toBe(2);
  });

  it('tells who asked, in time, that the target is silent', () => {
    const { prober, tick } = start();
    const own = prober.relay(0, 4, 77, 2);
    expect(prober.deadline).toBe(240);
    expect(tick(239)).toEqual([]);
    expect(tick(240)).toEqual([{ kind: 'nack', to: 4, about: 2, sequence: 77 }]);
    expect(tick(500)).toEqual([]);
    expect(prober.answered(2, own)).toMatchObject({ to: 4, theirs: 77 }); // late, and still good news
  });

  it('leaves in peace who has left', () => {
    const { tick } = start(3);
    const known: Known = { isAlive: () => true, hasLeft: (member) => member === 1 };
    const targets = Array.from({ length: 8 }, (_, i) => pinged(tick((i + 1) * 20_000, known)).target);
    expect(new Set(targets)).toEqual(new Set([2]));
    expect(tick(200_000, { isAlive: () => true, hasLeft: () => true })).toEqual([]);
  });

  it('takes an answer only from whom it asked, to the question it asked', () => {
    const { prober, tick } = start();
    const { target, sequence } = pinged(tick(1_000));
    prober.answered(target === 1 ? 2 : 1, sequence);
    prober.answered(target, sequence + 7);
    expect(tick(2_000).some((action) => action.kind === 'suspect')).toBe(true);
  });

  it('hands an answer on to the member that it pinged for, once', () => {
    const { prober } = start();
    const own = prober.relay(0, 4, 77, 2);
    expect(prober.answered(3, own)).toBeNull(); // about somebody else
    expect(prober.answered(2, own)).toMatchObject({ to: 4, theirs: 77 });
    expect(prober.answered(2, own)).toBeNull();
    const first = prober.relay(0, 4, 1, 2);
    for (let i = 0; i < 200; i++) prober.relay(0, 4, i, 2);
    expect(prober.answered(2, first)).toBeNull(); // forgotten: relays are bounded
  });

  it('probes next whom the failure detector worries about', () => {
    const { prober, tick } = start(20);
    prober.hurry(13);
    prober.hurry(99);
    expect(pinged(tick(1_000)).target).toBe(13);
  });
});

describe('what is said to a member', () => {
  it('begins with what is held against it, so that it can refute', () => {
    const membership = new Membership(0, 0, 3, readConfig({}));
    membership.rise(1);
    const accusation = { member: 1, health: 'suspect' as const, incarnation: 4, accuser: 2 };
    membership.hear(0, [accusation]);
    for (let i = 0; i < 50; i++) membership.claimsFor(2, 1_000); // until it is no news any more
    expect(membership.hasNews).toBe(false);
    expect(membership.claimsFor(1, 1_000)).toEqual([accusation]);
    expect(membership.claimsFor(2, 1_000)).toEqual([]);
  });

  it('confirms by a failed probe of its own what others suspect', () => {
    const membership = new Membership(0, 0, 4, readConfig({ indirectProbes: 0 }));
    for (const member of [1, 2, 3]) membership.hear(0, [{ member, health: 'suspect', incarnation: 0, accuser: 3 }]);
    for (const now of [1_000_000, 2_000_000]) membership.tick(now, new Prng(1));
    expect([1, 2, 3].map((member) => membership.view.accusersOf(member).length).reduce((a, b) => a + b)).toBe(4);
  });

  it('hurries to probe whom the failure detector holds dead, and accuses nobody for that', () => {
    const membership = new Membership(0, 0, 50, readConfig({}));
    membership.advise(33, 7.9);
    membership.advise(44, 8);
    const [ping] = membership.tick(1_000_000, new Prng(1));
    expect(ping).toMatchObject({ to: 44, purpose: { type: 'ping' } });
    expect(membership.detail([])).toMatchObject({ alive: 50, suspect: 0 });
  });

  it('answers a ping, passes a request on, and brings the answer back', () => {
    const membership = new Membership(0, 0, 4, readConfig({}));
    expect(membership.handle(0, 1, { type: 'ping', sequence: 5, fallback: true })).toEqual({
      to: 1,
      lane: 'bulk', // where it was asked
      purpose: { type: 'ack', sequence: 5, about: 0 },
    });
    const ping = membership.handle(0, 1, { type: 'ping-request', sequence: 6, target: 3 });
    if (ping?.purpose.type !== 'ping') throw new Error('expected a ping');
    expect(ping.to).toBe(3);
    expect(membership.handle(0, 3, { type: 'ack', sequence: ping.purpose.sequence, about: 3 })).toEqual({
      to: 1,
      purpose: { type: 'ack', sequence: 6, about: 3 },
    });
    for (const target of [0, 1])
      expect(membership.handle(0, 1, { type: 'ping-request', sequence: 7, target })).toBeNull();
  });
});

describe('news of members', () => {
  const claim = (member: number, incarnation = 1) => ({
    member,
    health: 'alive' as const,
    incarnation,
    accuser: member,
  });

  it('travels the least sent first, within the budget, and so often only', () => {
    const queue = new ClaimQueue(3);
    for (const member of [3, 1, 2]) queue.push(claim(member));
    const members = (budget: number): number[] => queue.take(budget).map(({ member }) => member);
    expect(members(2 * CLAIM_BYTES)).toEqual([1, 2]);
    expect(members(CLAIM_BYTES)).toEqual([3]);
    expect(members(CLAIM_BYTES - 1)).toEqual([]);
    expect(members(1_000)).toEqual([1, 2, 3]);
    expect(members(1_000)).toEqual([1, 2, 3]);
    expect(members(1_000)).toEqual([]);
  });

  it('is replaced by newer news of the same member', () => {
    const queue = new ClaimQueue(2);
    queue.push(claim(1, 1));
    queue.take(1_000);
    queue.push(claim(1, 2));
    expect(queue.take(1_000)).toEqual([claim(1, 2)]);
    expect(queue.take(1_000)).toEqual([claim(1, 2)]);
    expect(queue.size).toBe(0);
  });
});
