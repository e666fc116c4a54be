import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateWriter, WeightTable } from '@hypersync/consensus-kit';
import {
  ByzantineGuard,
  decodeConvictions,
  decodeEvidence,
  encodeEvidence,
  makeEvidence,
  NONCE_WINDOW,
  type Evidence,
  type GuardConfig,
  type Suspicion,
} from '../src/index.ts';
import { check, doubleVote, signAs, vote } from './signing.ts';

const SECOND = 1_000_000;
const MAX_PAYLOAD = 64;

function cluster(n: number): WeightTable {
  return new WeightTable(Array.from({ length: n }, (_, i) => ({ id: `n${i}`, weight: 1 })));
}

function guardOf(n = 4, config: Partial<GuardConfig> = {}): ByzantineGuard {
  return new ByzantineGuard({
    self: 'n0',
    members: cluster(n),
    epoch: 1,
    conflict: doubleVote,
    maxPayload: MAX_PAYLOAD,
    config,
  });
}

/** What `culprit` really signed. */
function realEvidence(culprit: string, height = 5): Evidence {
  return makeEvidence(doubleVote, culprit, signAs(culprit, vote(height, 'a')), signAs(culprit, vote(height, 'b')))!;
}

/** What a liar makes up about `victim`: the right form, signatures of its own. */
function forgedEvidence(victim: string, liar: string, height = 5): Evidence {
  return makeEvidence(doubleVote, victim, signAs(victim, vote(height, 'a')), signAs(liar, vote(height, 'b')))!;
}

function fingerprint(guard: ByzantineGuard): string {
  const state = new StateWriter();
  guard.writeTo(state);
  return state.digest().join();
}

describe('equivocation', () => {
  it('is found when a signer contradicts itself in one slot, and quarantines at once', () => {
    const guard = guardOf();
    expect(guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'a')))).toBeNull();
    const evidence = guard.witness(1, 'n1', 5, signAs('n1', vote(5, 'b')));
    expect(evidence).toMatchObject({ culprit: 'n1', offence: 'double-vote' });
    expect(guard.standingOf(1, 'n1')).toBe('quarantined');
    const [report] = guard.takeReports();
    expect(report).toMatchObject({ culprit: 'n1', kind: 'double-vote', provable: true });
    expect(decodeEvidence(report!.proof, doubleVote, MAX_PAYLOAD)).toEqual(evidence);
    expect(guard.takeReports()).toEqual([]);
  });

  it('is not a repetition, another slot, or a pair that the rule allows', () => {
    const guard = guardOf();
    guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'a')));
    expect(guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'a')))).toBeNull();
    expect(guard.witness(0, 'n1', 6, signAs('n1', vote(6, 'b')))).toBeNull();
    expect(guard.witness(0, 'n1', 5, signAs('n1', vote(7, 'b')))).toBeNull();
    expect(guard.standingOf(0, 'n1')).toBe('trusted');
    const [a, b] = [signAs('n1', vote(5, 'a')), signAs('n1', vote(5, 'a'))];
    expect(makeEvidence(() => 'always', 'n1', a, b)).toBeNull();
  });

  it('of a stranger concerns nobody, and of an epoch that has ended has been dealt with', () => {
    const guard = guardOf();
    guard.witness(0, 'stranger', 5, signAs('stranger', vote(5, 'a')));
    expect(guard.witness(0, 'stranger', 5, signAs('stranger', vote(5, 'b')))).toBeNull();
    guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'a')));
    guard.endEpoch(0);
    expect(guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'b')))).toBeNull();
  });

  it('is proven a bounded number of times: more of the same says nothing new', () => {
    const guard = guardOf();
    for (let height = 0; height < 50; height++) {
      guard.witness(0, 'n1', height, signAs('n1', vote(height, 'a')));
      guard.witness(0, 'n1', height, signAs('n1', vote(height, 'b')));
    }
    expect(guard.provenEvidence()).toHaveLength(8);
    expect(guard.takeReports()).toHaveLength(8);
  });

  it('is looked for among a bounded number of statements per member, so that one member cannot push out another', () => {
    const guard = guardOf(4, { statementsPerMember: 3 });
    guard.witness(0, 'n2', 1, signAs('n2', vote(1, 'a')));
    for (let height = 1; height <= 4; height++) guard.witness(0, 'n1', height, signAs('n1', vote(height, 'a')));
    expect(guard.witness(0, 'n1', 1, signAs('n1', vote(1, 'b')))).toBeNull();
    expect(guard.witness(0, 'n1', 4, signAs('n1', vote(4, 'b')))).not.toBeNull();
    expect(guard.witness(0, 'n2', 1, signAs('n2', vote(1, 'b')))).not.toBeNull();
  });
});

describe("this node's own view", () => {
  it('slows, de-prioritises and quarantines as suspicion grows, and forgives with time', () => {
    const guard = guardOf(4, { halfLifeMs: 1000, quarantineMs: 1000 });
    const seen = [guard.standingOf(0, 'n1')];
    for (let i = 0; i < 12; i++) {
      guard.suspect(0, 'n1', 'bad-signature');
      seen.push(guard.standingOf(0, 'n1'));
    }
    expect([...new Set(seen)]).toEqual(['trusted', 'slowed', 'deprioritised', 'quarantined']);
    expect(guard.takeReports()).toMatchObject([{ culprit: 'n1', kind: 'suspected-bad-signature', provable: false }]);
    expect(guard.standingOf(SECOND - 1, 'n1')).toBe('quarantined');
    expect(guard.standingOf(SECOND, 'n1')).toBe('slowed');
    expect(guard.standingOf(4 * SECOND, 'n1')).toBe('trusted');
    expect(guard.penaltyOf(60 * SECOND, 'n1')).toBe(0);
  });

  it('doubles the next quarantine', () => {
    const guard = guardOf(4, { quarantineMs: 1000 });
    guard.suspect(0, 'n1', 'malformed', 20);
    guard.suspect(2 * SECOND, 'n1', 'malformed', 20);
    expect(guard.standingOf(4 * SECOND - 1, 'n1')).toBe('quarantined');
    expect(guard.standingOf(4 * SECOND, 'n1')).not.toBe('quarantined');
  });

  it.each(['silence', 'replay', 'stale', 'wrong-epoch', 'flood'] as const satisfies readonly Suspicion[])(
    'never quarantines for %s: an honest peer behind a bad network does that, too',
    (what) => {
      const guard = guardOf();
      guard.suspect(0, 'n1', what, 10_000);
      expect(guard.standingOf(0, 'n1')).toBe('deprioritised');
    },
  );

  it('quarantines less than a third of the weight, so that a node cannot talk itself out of its cluster', () => {
    const guard = guardOf(7);
    for (const peer of ['n1', 'n2', 'n3', 'n4']) guard.suspect(0, peer, 'malformed', 100);
    expect(guard.quarantined(0)).toEqual(['n1', 'n2']);
    expect(guard.standingOf(0, 'n3')).toBe('deprioritised');
  });

  it('reads all of a trusted peer, puts off a suspect, and reads little of a quarantined one, but never nothing', () => {
    const guard = guardOf(4, { slowedPerSecond: 10, quarantinedPerSecond: 2 });
    expect(guard.admit(0, 'n1')).toBe('process');
    expect(guard.admit(0, 'stranger')).toBe('drop');
    guard.suspect(0, 'n1', 'malformed', 3);
    const slowed = Array.from({ length: 100 }, (_, i) => guard.admit(i * 10_000, 'n1'));
    expect(slowed.filter((answer) => answer === 'process')).toHaveLength(9);
    expect(slowed).not.toContain('drop');
    guard.suspect(SECOND, 'n1', 'malformed', 100);
    const quarantined = Array.from({ length: 301 }, (_, i) => guard.admit(SECOND + i * 10_000, 'n1'));
    expect(quarantined.filter((answer) => answer === 'defer')).toHaveLength(6);
    expect(quarantined.filter((answer) => answer === 'process')).toHaveLength(0);
  });

  it('charges the sender, whoever is named in the message, and nobody for what a stranger or the node itself does', () => {
    const guard = guardOf();
    const before = fingerprint(guard);
    guard.suspect(0, 'stranger', 'malformed', 100);
    guard.suspect(0, 'n0', 'malformed', 100);
    expect(fingerprint(guard)).toBe(before);
  });

  it('is forgotten when an operator releases the peer', () => {
    const guard = guardOf();
    guard.suspect(0, 'n1', 'malformed', 100);
    guard.release(1, 'n1');
    expect([guard.standingOf(1, 'n1'), guard.penaltyOf(1, 'n1')]).toEqual(['trusted', 0]);
  });

  it('is not changed by looking', () => {
    const guard = guardOf();
    guard.suspect(0, 'n1', 'malformed', 4);
    const before = fingerprint(guard);
    for (let now = 0; now < 100; now++) {
      guard.standingOf(now * SECOND, 'n1');
      guard.penaltyOf(now * SECOND, 'n1');
      guard.quarantined(now * SECOND);
    }
    expect(fingerprint(guard)).toBe(before);
  });
});

describe('silence', () => {
  it('is charged when an expected message does not come, and only then', () => {
    const guard = guardOf(4, { silenceMs: 1000 });
    guard.expect(0, 'stranger');
    guard.expect(0, 'n0');
    expect(guard.nextDeadline()).toBeNull();
    guard.expect(0, 'n1');
    guard.expect(0, 'n2');
    guard.expect(500_000, 'n1'); // does not prolong
    guard.heard('n2');
    expect(guard.nextDeadline()).toBe(SECOND);
    guard.tick(SECOND - 1);
    expect(guard.penaltyOf(SECOND, 'n1')).toBe(0);
    guard.tick(SECOND);
    expect(guard.penaltyOf(SECOND, 'n1')).toBeGreaterThan(0);
    expect(guard.penaltyOf(SECOND, 'n2')).toBe(0);
    expect(guard.nextDeadline()).toBeNull();
    guard.expect(SECOND, 'n1');
    guard.endEpoch(SECOND);
    expect(guard.nextDeadline()).toBeNull();
  });
});

describe('replays', () => {
  const nonce = fc.oneof(
    fc.nat(20),
    fc.nat(20).map((n) => n + NONCE_WINDOW),
    fc.nat(3 * NONCE_WINDOW),
  );

  it('lets each nonce of an epoch through once, in any order within the window', () => {
    fc.assert(
      fc.property(fc.array(nonce, { maxLength: 200 }), (nonces) => {
        const guard = guardOf();
        const seen = new Set<number>();
        let highest = -1;
        for (const nonce of nonces) {
          const expected = !seen.has(nonce) && nonce > highest - NONCE_WINDOW;
          expect(guard.isFresh(0, 'n1', { epoch: 1, nonce, age: null })).toBe(expected);
          if (expected) seen.add(nonce);
          highest = Math.max(highest, nonce);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses another epoch, what is older than five minutes, and strangers; keeps one window per sender', () => {
    const guard = guardOf();
    expect(guard.isFresh(0, 'n1', { epoch: 2, nonce: 1, age: 0 })).toBe(false);
    expect(guard.isFresh(0, 'n1', { epoch: 1, nonce: 1, age: 300 * SECOND + 1 })).toBe(false);
    expect(guard.isFresh(0, 'n1', { epoch: 1, nonce: 1, age: 300 * SECOND })).toBe(true);
    expect(guard.isFresh(0, 'n2', { epoch: 1, nonce: 1, age: 0 })).toBe(true);
    expect(guard.isFresh(0, 'stranger', { epoch: 1, nonce: 1, age: 0 })).toBe(false);
    expect(guard.penaltyOf(0, 'n1')).toBeGreaterThan(0);
  });

  it('knows the messages of an epoch that has ended as such', () => {
    const guard = guardOf();
    guard.isFresh(0, 'n1', { epoch: 1, nonce: 7, age: null });
    guard.endEpoch(1);
    expect(guard.isFresh(2, 'n1', { epoch: 1, nonce: 8, age: null })).toBe(false);
    expect(guard.isFresh(2, 'n1', { epoch: 2, nonce: 7, age: null })).toBe(true);
  });
});

describe('accusations', () => {
  it('are believed only after both signatures were checked', () => {
    const guard = guardOf();
    const inquiry = guard.accuse(0, 'n2', encodeEvidence(realEvidence('n1')))!;
    expect(inquiry.statements).toHaveLength(2);
    expect(guard.standingOf(0, 'n1')).toBe('trusted');
    expect(guard.answer(0, inquiry.id, check(inquiry))).toMatchObject({ culprit: 'n1' });
    expect(guard.standingOf(0, 'n1')).toBe('quarantined');
    expect(guard.provenEvidence()).toHaveLength(1);
  });

  it('with a forged signature fall back on the accuser', () => {
    const guard = guardOf();
    const inquiry = guard.accuse(0, 'n2', encodeEvidence(forgedEvidence('n1', 'n2')))!;
    expect(guard.answer(0, inquiry.id, check(inquiry))).toBeNull();
    expect(guard.standingOf(0, 'n1')).toBe('trusted');
    expect(guard.standingOf(0, 'n2')).toBe('slowed');
    const penalty = guard.penaltyOf(0, 'n2');
    guard.answer(0, inquiry.id, false);
    expect(guard.penaltyOf(0, 'n2')).toBe(penalty); // an answer counts once
  });

  it('of a stranger are nothing to us: who passes them on may know other members', () => {
    const guard = guardOf();
    expect(guard.accuse(0, 'n2', encodeEvidence(realEvidence('stranger')))).toBeNull();
    expect(guard.penaltyOf(0, 'n2')).toBe(0);
  });

  it('are asked once, answered once, and only a few at a time', () => {
    const guard = guardOf();
    const bytes = encodeEvidence(realEvidence('n1'));
    const inquiry = guard.accuse(0, 'n2', bytes)!;
    expect(guard.answer(0, inquiry.id, true)).not.toBeNull();
    expect(guard.answer(0, inquiry.id, true)).toBeNull();
    expect(guard.answer(0, 999, true)).toBeNull();
    expect(guard.accuse(0, 'n3', bytes)).toBeNull();
    const asked = Array.from({ length: 10 }, (_, i) => guard.accuse(0, 'n2', encodeEvidence(realEvidence('n3', i))));
    expect(asked.filter((inquiry) => inquiry !== null)).toHaveLength(4);
    expect(guard.accuse(0, 'n3', encodeEvidence(realEvidence('n3', 99)))).not.toBeNull();
  });

  it('in any bytes never throw, and never touch anybody but their sender', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const guard = guardOf();
        expect(guard.accuse(0, 'n3', bytes)).toBeNull();
        expect(guard.decide(0, 1, 'n3', bytes)).toBeNull();
        expect(guard.standingOf(0, 'n1')).toBe('trusted');
        expect(guard.mayEndEpoch).toBe(true);
      }),
    );
  });

  it('have one encoding', () => {
    const evidence = realEvidence('n1');
    const bytes = encodeEvidence(evidence);
    expect(decodeEvidence(bytes, doubleVote, MAX_PAYLOAD)).toEqual(evidence);
    const swapped = encodeEvidence({ ...evidence, statements: [evidence.statements[1], evidence.statements[0]] });
    expect(decodeEvidence(swapped, doubleVote, MAX_PAYLOAD)).toBeNull();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const read = decodeEvidence(damaged, doubleVote, MAX_PAYLOAD);
        if (read !== null) expect(encodeEvidence(read)).toEqual(damaged);
      }),
    );
    expect(decodeEvidence(bytes, doubleVote, 3)).toBeNull();
  });
});

describe('what the log decided', () => {
  it('takes a vote away, but only at the end of the epoch', () => {
    const guard = guardOf();
    const inquiry = guard.decide(0, 10, 'n2', encodeEvidence(realEvidence('n1')))!;
    guard.answer(0, inquiry.id, check(inquiry));
    expect(guard.votingMembers().map(({ id }) => id)).toEqual(['n0', 'n1', 'n2', 'n3']);
    expect(guard.endEpoch(1)).toEqual([{ member: 'n1', offence: 'double-vote', epoch: 1, index: 10 }]);
    expect(guard.votingMembers().map(({ id }) => id)).toEqual(['n0', 'n2', 'n3']);
  });

  it('is checked by every node itself: what liars decide changes nothing', () => {
    const guard = guardOf();
    const inquiry = guard.decide(0, 10, 'n2', encodeEvidence(forgedEvidence('n1', 'n2')))!;
    guard.answer(0, inquiry.id, check(inquiry));
    expect(guard.endEpoch(1)).toEqual([]);
    expect(guard.votingMembers()).toHaveLength(4);
  });

  it('does not let an epoch end before all was checked, else nodes would differ', () => {
    const guard = guardOf();
    const inquiry = guard.decide(0, 10, 'n2', encodeEvidence(realEvidence('n1')))!;
    expect(guard.mayEndEpoch).toBe(false);
    expect(() => guard.endEpoch(0)).toThrow(RangeError);
    guard.answer(0, inquiry.id, true);
    expect(guard.mayEndEpoch).toBe(true);
  });

  it('comes out the same, whoever knew what before and in whatever order answers come', () => {
    const real = encodeEvidence(realEvidence('n1'));
    const forged = encodeEvidence(forgedEvidence('n3', 'n2'));
    const decided = (order: readonly number[], knewBefore: boolean): ByzantineGuard => {
      const guard = guardOf();
      if (knewBefore) {
        const heard = guard.accuse(0, 'n3', real)!;
        guard.answer(0, heard.id, true);
      }
      const inquiries = [
        guard.decide(0, 1, 'n2', forged),
        guard.decide(0, 2, 'n3', real),
        guard.decide(0, 3, 'n2', real),
      ];
      for (const i of order) {
        const inquiry = inquiries[i];
        if (inquiry) guard.answer(0, inquiry.id, check(inquiry));
      }
      guard.endEpoch(0);
      return guard;
    };
    const outcomes = [decided([0, 1, 2], false), decided([2, 1, 0], false), decided([1, 0, 2], true)];
    const [first] = outcomes;
    for (const guard of outcomes) {
      expect(guard.convictions).toEqual([{ member: 'n1', offence: 'double-vote', epoch: 1, index: 2 }]);
      expect(guard.encodeDecided()).toEqual(first!.encodeDecided());
    }
  });

  it('cannot be crowded out: a culprit that accuses itself with forgeries is convicted by the next one all the same', () => {
    const guard = guardOf();
    let index = 1;
    for (let height = 0; height < 50; height++) {
      const inquiry = guard.decide(0, index++, 'n1', encodeEvidence(forgedEvidence('n1', 'n3', height)));
      if (inquiry !== null) guard.answer(0, inquiry.id, check(inquiry));
    }
    const inquiry = guard.decide(0, index, 'n2', encodeEvidence(realEvidence('n1')))!;
    guard.answer(0, inquiry.id, check(inquiry));
    expect(guard.endEpoch(0)).toMatchObject([{ member: 'n1', index }]);
  });

  it('is void about strangers, from strangers, about the convicted, and beyond what one submitter may have', () => {
    const guard = guardOf(25);
    expect(guard.decide(0, 1, 'n2', encodeEvidence(realEvidence('stranger')))).toBeNull();
    expect(guard.decide(0, 1, 'stranger', encodeEvidence(realEvidence('n1')))).toBeNull();
    expect(guard.mayEndEpoch).toBe(true);
    const asked = Array.from({ length: 20 }, (_, i) =>
      guard.decide(0, 2, 'n24', encodeEvidence(realEvidence(`n${i}`))),
    );
    expect(asked.filter((inquiry) => inquiry !== null)).toHaveLength(16);
    for (const inquiry of asked) if (inquiry !== null) guard.answer(0, inquiry.id, check(inquiry));
    expect(guard.endEpoch(0)).toHaveLength(16);
    expect(guard.decide(0, 3, 'n23', encodeEvidence(realEvidence('n1', 9)))).toBeNull();
    expect(guard.mayEndEpoch).toBe(true);
    expect(guard.endEpoch(0)).toEqual([]);
  });

  it('is handed on in snapshots, and what was not checked by then is asked anew', () => {
    const guard = guardOf();
    const first = guard.decide(0, 1, 'n2', encodeEvidence(realEvidence('n1')))!;
    guard.answer(0, first.id, true);
    guard.endEpoch(0);
    guard.decide(0, 2, 'n3', encodeEvidence(realEvidence('n2', 8)));
    const copy = guardOf();
    expect(copy.restoreDecided(guard.encodeDecided())).toBe(true);
    expect(copy.encodeDecided()).toEqual(guard.encodeDecided());
    expect(copy.votingMembers()).toHaveLength(3);
    const [again] = copy.openInquiries();
    expect(copy.mayEndEpoch).toBe(false);
    copy.answer(0, again!.id, check(again!));
    expect(copy.endEpoch(0)).toMatchObject([{ member: 'n2' }]);
  });

  it('is restored from nothing but its own encoding', () => {
    const guard = guardOf(7);
    for (const culprit of ['n5', 'n6']) {
      const inquiry = guard.decide(0, 1, 'n3', encodeEvidence(realEvidence(culprit)))!;
      guard.answer(0, inquiry.id, true);
    }
    guard.endEpoch(0);
    guard.decide(0, 2, 'n3', encodeEvidence(realEvidence('n2', 8)));
    guard.decide(0, 6, 'n3', encodeEvidence(realEvidence('n1', 8)));
    const bytes = guard.encodeDecided();
    const empty = guardOf(7).encodeDecided();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = bytes.slice();
        damaged[at]! ^= flip;
        const copy = guardOf(7);
        if (copy.restoreDecided(damaged)) expect(copy.encodeDecided()).toEqual(damaged);
        else expect(copy.encodeDecided()).toEqual(empty);
      }),
      { numRuns: 1000 },
    );
    // two convictions in the wrong order, and the accusations in the wrong order
    const place = (id: string): number =>
      bytes.findIndex((_, i) => bytes[i] === 2 && bytes[i + 1] === 110 && bytes[i + 2] === id.charCodeAt(1));
    const swapped = bytes.slice();
    [swapped[place('n5') + 2], swapped[place('n6') + 2]] = [54, 53];
    expect(guardOf(7).restoreDecided(swapped)).toBe(false);
    const late = bytes.slice();
    late[place('n3') - 1] = 7; // the first of them now comes after the second
    expect(guardOf(7).restoreDecided(bytes)).toBe(true);
    expect(guardOf(7).restoreDecided(late)).toBe(false);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (any) => void guardOf().restoreDecided(any)));
    expect(guardOf().restoreDecided(bytes.slice(0, -1))).toBe(false);
  });
});

describe('a conviction by the mechanism itself', () => {
  it('takes the vote at once, once, of members only, and is told like any other', () => {
    const guard = guardOf();
    const proof = new Uint8Array([1, 2, 3]);
    const conviction = { member: 'n2', offence: 'amnesia', epoch: 1, index: 7 };
    guard.convict(SECOND, conviction, proof);
    guard.convict(SECOND, { ...conviction, offence: 'another', index: 9 }, proof);
    guard.convict(SECOND, { ...conviction, member: 'stranger' }, proof);
    expect(guard.votingMembers().map(({ id }) => id)).toEqual(['n0', 'n1', 'n3']);
    expect(decodeConvictions(guard.encodeDecided())).toEqual([conviction]);
    expect(guard.auditTrail()).toMatchObject([{ member: 'n2', kind: 'convicted', detail: 'amnesia', proof }]);
  });

  it('keeps no proof that is too large for the trail to be taken over', () => {
    const guard = guardOf();
    guard.convict(SECOND, { member: 'n2', offence: 'amnesia', epoch: 1, index: 7 }, new Uint8Array(100_000));
    expect(guardOf().restoreAudit(guard.exportAudit())).toBe(true);
  });
});

describe('false accusation by f nodes', () => {
  it('changes nothing for the accused: no standing, no penalty, no vote', () => {
    const liars = ['n4', 'n5'];
    const suspicions: readonly Suspicion[] = ['malformed', 'bad-signature', 'flood', 'silence'];
    const lie = fc.record({
      liar: fc.constantFrom(...liars),
      victim: fc.constantFrom('n1', 'n2', 'n3'),
      height: fc.nat(50),
      how: fc.constantFrom('accuse', 'decide', 'half-true'),
      own: fc.constantFrom(...suspicions),
    });
    fc.assert(
      fc.property(fc.array(lie, { maxLength: 60 }), (lies) => {
        const guard = guardOf(7);
        lies.forEach(({ liar, victim, height, how, own }, i) => {
          const once = signAs(victim, vote(height, 'a'));
          const evidence =
            how === 'half-true'
              ? { culprit: victim, offence: 'double-vote', statements: [once, once] as const }
              : forgedEvidence(victim, liar, height);
          const bytes = encodeEvidence(evidence);
          const inquiry = how === 'decide' ? guard.decide(i, i + 1, liar, bytes) : guard.accuse(i, liar, bytes);
          if (inquiry !== null) expect(guard.answer(i, inquiry.id, check(inquiry))).toBeNull();
          guard.suspect(i, liar, own);
        });
        for (const victim of ['n1', 'n2', 'n3', 'n6']) {
          expect(guard.standingOf(100, victim)).toBe('trusted');
          expect(guard.penaltyOf(100, victim)).toBe(0);
          expect(guard.admit(100, victim)).toBe('process');
        }
        expect(guard.provenEvidence()).toEqual([]);
        expect(guard.endEpoch(100)).toEqual([]);
        expect(guard.votingMembers()).toHaveLength(7);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the audit trail', () => {
  it('tells what was seen and done, with proof, and can be exported and taken over', () => {
    const guard = guardOf();
    guard.suspect(1, 'n2', 'bad-signature');
    guard.suspect(2, 'n2', 'bad-signature');
    guard.witness(3, 'n1', 5, signAs('n1', vote(5, 'a')));
    guard.witness(4, 'n1', 5, signAs('n1', vote(5, 'b')));
    const trail = guard.auditTrail();
    expect(trail[0]).toMatchObject({ member: 'n2', detail: 'bad-signature', first: 1, last: 2, count: 2 });
    const proven = trail.find((entry) => entry.kind === 'proven')!;
    expect(decodeEvidence(proven.proof, doubleVote, MAX_PAYLOAD)?.culprit).toBe('n1');
    const copy = guardOf();
    expect(copy.restoreAudit(guard.exportAudit())).toBe(true);
    expect(copy.auditTrail()).toEqual(trail);
  });

  it('is bounded per member: noise about one pushes out nothing about another, and proofs go last', () => {
    const guard = guardOf(4, { entriesPerMember: 4, halfLifeMs: 100, quarantineMs: 10 });
    guard.suspect(0, 'n2', 'flood');
    guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'a')));
    guard.witness(0, 'n1', 5, signAs('n1', vote(5, 'b')));
    for (let i = 1; i < 500; i++) guard.suspect(i * 10 * SECOND, 'n1', i % 2 === 0 ? 'malformed' : 'bad-signature', 5);
    const trail = guard.auditTrail();
    expect(trail.filter((entry) => entry.member === 'n1')).toHaveLength(4);
    expect(trail.some((entry) => entry.member === 'n1' && entry.kind === 'proven')).toBe(true);
    expect(trail.some((entry) => entry.member === 'n2')).toBe(true);
  });

  it('takes over nothing but its own encoding', () => {
    const guard = guardOf();
    guard.suspect(1, 'n2', 'bad-signature');
    const bytes = guard.exportAudit();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        const copy = guardOf();
        expect(copy.restoreAudit(new Uint8Array([...bytes, ...tail]))).toBe(tail.length === 0);
        copy.restoreAudit(tail);
      }),
    );
    guard.suspect(2, 'n1', 'malformed');
    const two = guard.exportAudit();
    fc.assert(
      fc.property(fc.nat(two.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const damaged = two.slice();
        damaged[at]! ^= flip;
        const copy = guardOf();
        if (copy.restoreAudit(damaged)) expect(copy.exportAudit()).toEqual(damaged);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('copies', () => {
  it('do not share state', () => {
    const guard = guardOf();
    guard.suspect(0, 'n1', 'malformed', 3);
    guard.isFresh(0, 'n1', { epoch: 1, nonce: 3, age: null });
    const copy = guard.clone();
    expect(fingerprint(copy)).toBe(fingerprint(guard));
    const before = fingerprint(guard);
    copy.suspect(1, 'n1', 'malformed', 30);
    copy.witness(1, 'n2', 1, signAs('n2', vote(1, 'a')));
    copy.isFresh(1, 'n1', { epoch: 1, nonce: 4, age: null });
    copy.expect(1, 'n3');
    copy.accuse(1, 'n3', encodeEvidence(realEvidence('n2')));
    copy.decide(1, 1, 'n3', encodeEvidence(realEvidence('n2')));
    expect(fingerprint(guard)).toBe(before);
    expect(fingerprint(copy)).not.toBe(before);
  });

  it('of a bad configuration are refused with the key', () => {
    expect(() => guardOf(4, { slowAt: 0 })).toThrow(/slowAt/);
    expect(() => guardOf(4, { slowAt: 300 })).toThrow(/must not fall/);
    expect(() => guardOf(4, { sloAt: 3 } as never)).toThrow(/sloAt/);
  });
});
