import { describe, expect, it } from 'vitest';
import type { NodeId } from '@hypersync/interface';
import type { Block } from '../src/block.ts';
import { Cluster, names } from './cluster.ts';

/** n4 runs; n1, n2, n3 are played. Proposers of rounds 0, 1, 2, 3, ...: n1, n2, n3, n4, ... */
const PLAYED: readonly NodeId[] = ['n1', 'n2', 'n3'];

function stage() {
  const cluster = new Cluster(4, { puppets: PLAYED });
  const [a, b] = [cluster.block('n1', 'a'), cluster.block('n2', 'b')];
  const known = names({ a, b });
  return { cluster, a, b, said: () => cluster.said('n4', known), lock: () => cluster.detail('n4', 'lockedRound') };
}

type Stage = ReturnType<typeof stage>;

/** A round in which the block wins a proof of lock, but nothing is decided. */
function winsLock({ cluster }: Stage, round: number, block: Block, pol = null as null | { round: number }): void {
  const proof = pol === null ? null : cluster.certificate(PLAYED, 'prevote', pol.round, block);
  cluster.inject(PLAYED[round % 3]!, cluster.proposal(PLAYED[round % 3]!, round, block, proof));
  cluster.inject('n1', cluster.votes(['n1', 'n2'], 'prevote', round, block, pol?.round ?? -1));
  cluster.settle();
}

/** The played members move on to the next round. */
function fails({ cluster }: Stage, round: number): void {
  cluster.inject('n1', cluster.votes(PLAYED, 'precommit', round, null));
  cluster.settle();
  cluster.advance(100);
}

describe('locks', () => {
  it('a proof of lock locks: the same node prevotes nothing else without a newer one (lines 22 to 26)', () => {
    const s = stage();
    winsLock(s, 0, s.a);
    expect(s.said()).toEqual(['prevote 0 a', 'precommit 0 a']);
    expect(s.lock()).toBe(0);
    fails(s, 0);
    s.cluster.inject('n2', s.cluster.proposal('n2', 1, s.b));
    s.cluster.settle();
    expect(s.said()).toEqual(['prevote 0 a', 'precommit 0 a', 'prevote 1 nil']);
  });

  it('the locked value itself is prevoted again, with or without a proof', () => {
    const s = stage();
    winsLock(s, 0, s.a);
    fails(s, 0);
    s.cluster.inject('n2', s.cluster.proposal('n2', 1, s.a));
    s.cluster.settle();
    expect(s.said().at(-1)).toBe('prevote 1 a');
  });

  it('a proof of lock from a later round unlocks (lines 28 to 31)', () => {
    const s = stage();
    winsLock(s, 0, s.a);
    fails(s, 0);
    fails(s, 1); // without n4 the others have prevoted b
    s.cluster.inject('n3', s.cluster.proposal('n3', 2, s.b, s.cluster.certificate(PLAYED, 'prevote', 1, s.b)));
    s.cluster.settle();
    expect(s.said().at(-1)).toBe('prevote 2 b on 1');
    s.cluster.inject('n1', s.cluster.votes(['n1', 'n2'], 'prevote', 2, s.b, 1));
    s.cluster.settle();
    expect(s.said().at(-1)).toBe('precommit 2 b');
    expect(s.lock()).toBe(2);
  });

  it('a proof of lock from an earlier round than the lock does not unlock', () => {
    const s = stage();
    fails(s, 0); // without n4 the others have prevoted b
    winsLock(s, 1, s.a);
    expect(s.lock()).toBe(1);
    fails(s, 1);
    s.cluster.inject('n3', s.cluster.proposal('n3', 2, s.b, s.cluster.certificate(PLAYED, 'prevote', 0, s.b)));
    s.cluster.settle();
    expect(s.said().at(-1)).toBe('prevote 2 nil');
  });

  it('a claimed proof of lock without its 2f+1 prevotes is none', () => {
    const s = stage();
    winsLock(s, 0, s.a);
    fails(s, 0);
    fails(s, 1);
    const pol = s.cluster.certificate(['n1', 'n2'], 'prevote', 1, s.b); // two of four
    s.cluster.inject('n3', s.cluster.proposal('n3', 2, s.b, pol));
    s.cluster.settle();
    expect(s.said().some((text) => text.startsWith('prevote 2 b'))).toBe(false);
  });

  it('prevotes that name different proofs do not add up', () => {
    const s = stage();
    s.cluster.inject('n1', s.cluster.votes(PLAYED, 'prevote', 0, null));
    fails(s, 0);
    s.cluster.inject('n2', s.cluster.proposal('n2', 1, s.a));
    s.cluster.inject('n1', s.cluster.votes(['n1'], 'prevote', 1, s.a, -1));
    s.cluster.inject('n3', s.cluster.votes(['n3'], 'prevote', 1, s.a, 0));
    s.cluster.settle();
    expect(s.said().filter((text) => text.startsWith('precommit 1 a'))).toEqual([]);
    s.cluster.inject('n2', s.cluster.votes(['n2'], 'prevote', 1, s.a, -1));
    s.cluster.settle();
    expect(s.said().at(-1)).toBe('precommit 1 a');
  });

  it('a proof of lock that comes too late to lock still becomes the valid value, and is proposed again (lines 36, 42, 16)', () => {
    const s = stage();
    s.cluster.inject('n1', s.cluster.proposal('n1', 0, s.a));
    s.cluster.settle();
    s.cluster.inject('n1', s.cluster.votes(['n1'], 'prevote', 0, s.a));
    s.cluster.inject('n2', s.cluster.votes(['n2'], 'prevote', 0, null));
    s.cluster.settle();
    s.cluster.advance(45); // timeoutPrevote
    expect(s.said()).toEqual(['prevote 0 a', 'precommit 0 nil']);
    s.cluster.inject('n3', s.cluster.votes(['n3'], 'prevote', 0, s.a));
    s.cluster.settle();
    expect([s.lock(), s.cluster.detail('n4', 'validRound')]).toEqual([-1, 0]);
    s.cluster.inject('n1', s.cluster.votes(PLAYED, 'prevote', 3, null)); // n4 proposes in round 3
    s.cluster.settle();
    const proposal = s.cluster.sent.findLast(({ message }) => message.t === 'proposal')?.message;
    expect(proposal).toMatchObject({
      t: 'proposal',
      round: 3,
      polRound: 0,
      outline: { key: s.a.key },
      pol: { round: 0 },
    });
    expect(s.said()).toContain('prevote 3 a on 0');
  });

  it('what made a node lock is told to all while the round is undecided', () => {
    const s = stage();
    winsLock(s, 0, s.a);
    s.cluster.advance(20);
    const told = s.cluster.sent.filter(({ message }) => message.t === 'certificates');
    expect(told.map(({ to }) => to)).toEqual(PLAYED);
  });
});

describe('the hidden lock (a faulty voter shows its prevote to one node only)', () => {
  it('is decided all the same: the lock is shown before the next round ends', () => {
    const cluster = new Cluster(4, { puppets: ['n4'] });
    // only n1 gets the third prevote
    cluster.passes = ({ from, to, message }) =>
      !(
        message.t === 'votes' &&
        message.votes.every(({ vote }) => vote.round === 0 && vote.type === 'prevote') &&
        to !== 'n1' &&
        from !== to
      );
    cluster.propose('n1', 'a');
    cluster.settle();
    expect(cluster.detail('n1', 'lockedRound')).toBe(0);
    expect(cluster.detail('n2', 'lockedRound')).toBe(-1);
    cluster.propose('n2', 'b');
    cluster.advance(1000);
    for (const id of ['n1', 'n2', 'n3']) expect(cluster.values(id)).toEqual(['a', 'b']);
  });

  it('votes of a voter that is silent by now are passed on to whoever lacks them', () => {
    const cluster = new Cluster(4, { puppets: ['n4'] });
    cluster.passes = ({ message }) => message.t === 'proposal' || message.t === 'bundles';
    cluster.propose('n1', 'a');
    cluster.settle();
    const { outline: block } = cluster.sent.flatMap(({ message }) => (message.t === 'proposal' ? [message] : []))[0]!;
    cluster.inject('n4', cluster.votes(['n4'], 'prevote', 0, block), ['n1']);
    cluster.settle();
    cluster.passes = () => true;
    cluster.crash('n3'); // with n3 gone, n4's prevote is needed, and only n1 has it
    cluster.advance(100);
    expect(cluster.detail('n2', 'lockedRound')).toBe(0);
  });
});
