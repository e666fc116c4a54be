import { describe, expect, it } from 'vitest';
import { decodeConvictions } from '@hypersync/governance';
import { encodeHeader, makeBlock, type Block } from '../src/block.ts';
import { contradiction, lunacy, offenceOf, phantom, readEvidence } from '../src/evidence.ts';
import { encodeMembers, ValidatorSet } from '../src/validators.ts';
import { NIL, proposalStatement, readStatement, voteStatement, type Vote } from '../src/vote.ts';
import { Cluster, decidedBy, EPOCH, names } from './cluster.ts';

const id = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const vote = (change: Partial<Vote> = {}): Vote => ({
  type: 'prevote',
  height: 5,
  round: 2,
  id: id(1),
  polRound: -1,
  ...change,
});
const read = (one: Vote) => readStatement(voteStatement(one));
const signed = (one: Vote) => ({ payload: voteStatement(one), signature: new Uint8Array([1]) });

describe('what two signatures prove', () => {
  it.each([
    ['another value in the same step', vote(), vote({ id: id(2) }), 'double-vote'],
    ['nil and a value', vote(), vote({ id: NIL }), 'double-vote'],
    ['one value on two proofs', vote({ polRound: 0 }), vote({ polRound: 1 }), 'double-vote'],
    ['two precommits', vote({ type: 'precommit' }), vote({ type: 'precommit', id: id(2) }), 'double-vote'],
    ['the same vote', vote(), vote(), null],
    ['another round', vote(), vote({ round: 3, id: id(2) }), null],
    ['another height', vote(), vote({ height: 6, id: id(2) }), null],
    ['prevote one, precommit the other', vote(), vote({ type: 'precommit', id: id(2) }), null],
    ['a forgotten lock', vote({ type: 'precommit' }), vote({ round: 3, id: id(2) }), 'amnesia'],
    ['... on a proof from before', vote({ type: 'precommit' }), vote({ round: 3, id: id(2), polRound: 1 }), 'amnesia'],
    ['unlocked by the same round', vote({ type: 'precommit' }), vote({ round: 3, id: id(2), polRound: 2 }), null],
    ['unlocked later', vote({ type: 'precommit' }), vote({ round: 9, id: id(2), polRound: 7 }), null],
    ['the locked value again', vote({ type: 'precommit' }), vote({ round: 3 }), null],
    ['nil after a lock', vote({ type: 'precommit' }), vote({ round: 3, id: NIL }), null],
    ['nil is no lock', vote({ type: 'precommit', id: NIL }), vote({ round: 3, id: id(2) }), null],
    ['a prevote before the lock', vote({ type: 'precommit' }), vote({ round: 1, id: id(2) }), null],
    [
      'two precommits in two rounds',
      vote({ type: 'precommit' }),
      vote({ type: 'precommit', round: 3, id: id(2) }),
      null,
    ],
  ] as const)('%s: %#', (_name, first, second, offence) => {
    expect(offenceOf(read(first), read(second))).toBe(offence);
    expect(offenceOf(read(second), read(first))).toBe(offence);
    const proof = contradiction('n1', signed(first), signed(second));
    expect(proof?.kind ?? null).toBe(offence);
    if (proof !== null) expect(readEvidence(proof.proof)).toMatchObject({ kind: offence, culprit: 'n1' });
  });

  it('a proposer proposes once per round, and forgets no lock either', () => {
    const head = { height: 5, round: 3, id: id(2), polRound: -1 };
    const proposal = readStatement(proposalStatement(head));
    expect(offenceOf(proposal, readStatement(proposalStatement({ ...head, id: id(1) })))).toBe('double-proposal');
    expect(offenceOf(proposal, readStatement(proposalStatement({ ...head, polRound: 0 })))).toBe('double-proposal');
    expect(offenceOf(proposal, proposal)).toBeNull();
    expect(offenceOf(read(vote({ type: 'precommit' })), proposal)).toBe('amnesia');
    expect(
      offenceOf(read(vote({ type: 'precommit' })), readStatement(proposalStatement({ ...head, polRound: 2 }))),
    ).toBeNull();
  });

  it('a claim that its statements do not bear out is none', () => {
    const { proof } = contradiction('n1', signed(vote()), signed(vote({ id: id(2) })))!;
    expect(readEvidence(proof)).not.toBeNull();
    const otherKind = proof.slice();
    otherKind[0] = 2; // amnesia
    expect(readEvidence(otherKind)).toBeNull();
    for (let at = 0; at < proof.length; at++) expect(readEvidence(proof.slice(0, at))).toBeNull();
  });
});

describe('lunatics and phantoms', () => {
  const cluster = new Cluster(4, { puppets: ['n1', 'n2', 'n3', 'n4'] });
  const parent = cluster.block('n1', 'a');
  const after = cluster.genesis.apply(parent);
  const headerOf = (block: Block) => encodeHeader(block.header);
  const voteFor = (block: Block, height = block.header.height) => signed(vote({ height, id: block.id }));
  const place = after.place(after.time + 1);

  it('a header that contradicts the parent it names condemns whoever votes for it', () => {
    const wrongs = [
      { ...place, height: 7 },
      { ...place, time: after.time },
      { ...place, validatorsHash: id(9) },
    ].map((wrong) => makeBlock(wrong, [], []));
    for (const block of wrongs)
      expect(lunacy('n2', voteFor(block), headerOf(block), headerOf(parent))).toMatchObject({ kind: 'lunatic' });
  });

  it('but not one that could follow, nor one of another branch', () => {
    const good = makeBlock(place, [], []);
    expect(lunacy('n2', voteFor(good), headerOf(good), headerOf(parent))).toBeNull();
    const elsewhere = makeBlock({ ...place, parent: id(8), validatorsHash: id(9) }, [], []);
    expect(lunacy('n2', voteFor(elsewhere), headerOf(elsewhere), headerOf(parent))).toBeNull();
    expect(lunacy('n2', voteFor(good, 3), headerOf(good), null)).toMatchObject({ kind: 'lunatic' }); // another height
    const wrong = makeBlock({ ...place, time: after.time }, [], []);
    expect(lunacy('n2', voteFor(good), headerOf(wrong), headerOf(parent))).toBeNull(); // voted for another header
  });

  it('a phantom votes for a header whose validators do not include it', () => {
    const rest = new ValidatorSet(cluster.members.filter((member) => member.id !== 'n4'));
    const block = makeBlock({ ...place, validatorsHash: rest.hash }, [], []);
    const members = encodeMembers(rest.table.members);
    expect(phantom('n4', voteFor(block), headerOf(block), members)).toMatchObject({ kind: 'phantom', culprit: 'n4' });
    expect(phantom('n3', voteFor(block), headerOf(block), members)).toBeNull();
    const all = encodeMembers(cluster.members);
    expect(phantom('n4', voteFor(block), headerOf(block), all)).toBeNull(); // not the set that the header names
  });

  it('a proposer of a lunatic header is reported by everybody who gets it', () => {
    const live = new Cluster(4, { puppets: ['n2'] });
    live.propose('n1', 'a');
    live.settle();
    expect(live.detail('n1', 'decidedHeight')).toBe(1);
    const [first] = decidedBy(live, 'n1');
    const chain = live.genesis.apply(first!.block);
    const bad = makeBlock({ ...chain.place(chain.time), time: chain.time }, [], []);
    live.inject('n2', live.proposal('n2', 0, bad)); // n2 proposes at height 2
    live.settle();
    for (const node of ['n1', 'n3', 'n4']) {
      expect(live.accused(node)).toEqual(['n2 lunatic']);
      expect(live.said(node).filter((text) => text.startsWith('prevote 0'))).toContain('prevote 0 nil');
    }
  });
});

describe('conviction', () => {
  it('evidence is decided in a block and costs the vote at the next period, not before; nobody else is touched', () => {
    const cluster = new Cluster(4, { config: { validatorPeriod: 4 }, puppets: ['n4'] });
    const [a, b] = [cluster.block('n4', 'a'), cluster.block('n4', 'b')];
    cluster.inject('n4', cluster.votes(['n4'], 'prevote', 5, a), ['n1']);
    cluster.inject('n4', cluster.votes(['n4'], 'prevote', 5, b), ['n1']);
    cluster.settle();
    expect(cluster.accused('n3')).toEqual(['n4 double-vote']); // n1 tells, and proves it
    expect(cluster.detail('n3', 'convicted')).toBe('n4');
    expect(cluster.detail('n3', 'validators')).toBe(4);
    for (let k = 0; k < 8; k++) {
      cluster.propose('n1', `v${k}`);
      cluster.advance(150);
    }
    for (const node of ['n1', 'n2', 'n3']) {
      expect(cluster.detail(node, 'convicted')).toBe('n4');
      expect(cluster.detail(node, 'validators')).toBe(3);
      expect(cluster.values(node)).toHaveLength(8);
    }
    // n4 is no proposer any more, and the three decide without ever waiting for it
    const proposers = new Set(
      decidedBy(cluster, 'n1')
        .slice(5)
        .map(({ commit }) => commit.round),
    );
    expect([...proposers]).toEqual([0]);
  });

  it('is told at the end of the epoch, the same by all, also where the period is not over; and the guard keeps the proof', () => {
    const cluster = new Cluster(5, { config: { validatorPeriod: 64 }, puppets: ['n5'] });
    const [a, b] = [cluster.block('n5', 'a'), cluster.block('n5', 'b')];
    for (const block of [a, b]) cluster.inject('n5', cluster.votes(['n5'], 'prevote', 5, block), ['n1']);
    cluster.settle();
    cluster.propose('n1', 'x');
    cluster.advance(150);
    cluster.crash('n4');
    cluster.restart('n4');
    cluster.settle();
    const survivors = ['n1', 'n2', 'n3', 'n4'];
    for (const node of survivors) expect(cluster.detail(node, 'validators')).toBe(5);
    cluster.stop('n2');
    cluster.advance(300);
    for (const node of survivors) {
      const { state } = cluster.host(node).sealed!;
      expect(decodeConvictions(state)).toMatchObject([{ member: 'n5', offence: 'double-vote', epoch: EPOCH }]);
      expect(state).toEqual(cluster.host('n1').sealed!.state);
    }
    const [line] = cluster
      .host('n4')
      .mechanism.auditTrail()
      .filter(({ kind }) => kind === 'convicted');
    expect(readEvidence(line!.proof)).toMatchObject({ culprit: 'n5', kind: 'double-vote' });
  });

  it('survives in a snapshot, with offence and height', () => {
    const cluster = new Cluster(4, { puppets: ['n4'] });
    const [a, b] = [cluster.block('n4', 'a'), cluster.block('n4', 'b')];
    const proof = cluster.doubleVote('n4', 5, a, b);
    const chain = cluster.genesis.apply(makeBlock(cluster.genesis.place(1), [], [proof]));
    expect(chain.verdicts).toEqual([{ member: 'n4', offence: 'double-vote', height: 1 }]);
    expect(cluster.genesis.decode(chain.encode())!.verdicts).toEqual(chain.verdicts);
  });

  it('a forged accusation is dropped and charged to the accuser', () => {
    const cluster = new Cluster(4, { puppets: ['n4'] });
    const [a, b] = [cluster.block('n4', 'a'), cluster.block('n4', 'b')];
    const pair = [a, b].map((block) => {
      const payload = voteStatement(vote({ height: 1, id: block.id }));
      return { payload, signature: cluster.sign('n4', payload) }; // signed by the accuser, not by n2
    });
    const { proof } = contradiction('n2', pair[0]!, pair[1]!)!;
    for (let k = 0; k < 12; k++) cluster.inject('n4', { t: 'evidence', proofs: [proof] });
    cluster.settle();
    cluster.propose('n1', 'a');
    cluster.settle();
    for (const node of ['n1', 'n2', 'n3']) {
      expect(cluster.accused(node)).toEqual([]);
      expect(cluster.detail(node, 'convicted')).toBe('');
      expect(cluster.detail(node, 'quarantined')).toBe('n4');
      expect(cluster.values(node)).toEqual(['a']);
    }
    const bad = makeBlock(cluster.genesis.place(1), [], [proof]);
    cluster.inject('n1', cluster.proposal('n1', 0, bad), ['n2']);
    cluster.settle();
    expect(cluster.detail('n2', 'convicted')).toBe('');
  });
});

describe('a third or more is faulty', () => {
  // n1 and n2 are correct; n3 and n4 sign everything
  it.each([
    ['in one round: equivocation (F1)', [2, 2], 'double-vote'],
    ['in two rounds: amnesia (F2)', [2, 3], 'amnesia'],
  ] as const)('%s: both halves name the two, and nobody honest', (_name, rounds, kind) => {
    const cluster = new Cluster(4, { puppets: ['n3', 'n4'] });
    cluster.passes = () => false;
    const [a, b] = [cluster.block('n3', 'a'), cluster.block('n4', 'b')];
    for (const [k, block] of [a, b].entries()) {
      const [node, round] = [['n1', 'n2'][k]!, rounds[k]!];
      const proposer = ['n1', 'n2', 'n3', 'n4'][round]!;
      cluster.inject('n3', cluster.votes(['n3', 'n4'], 'prevote', round, block), [node]); // and takes it to the round
      cluster.inject('n3', cluster.proposal(proposer, round, block), [node]);
      cluster.settle();
      cluster.inject('n3', cluster.votes(['n3', 'n4'], 'precommit', round, block), [node]);
      cluster.settle();
      cluster.advance(100);
    }
    expect([cluster.values('n1'), cluster.values('n2')]).toEqual([['a'], ['b']]); // agreement is gone
    expect([cluster.accused('n1'), cluster.accused('n2')]).toEqual([[], []]); // and neither knows
    cluster.passes = () => true;
    cluster.advance(1100); // heartbeats meet
    for (const node of ['n1', 'n2']) {
      expect(cluster.accused(node)).toEqual([`n3 ${kind}`, `n4 ${kind}`]);
      expect(cluster.detail(node, 'broken')).toBe(true);
    }
  });

  /** With the liars' help n1 decides in round 2 and n2, on a proof of lock of `polRound`, something else in round 3. */
  const acrossRounds = (cluster: Cluster, polRound: number): void => {
    cluster.passes = () => false;
    const [a, b] = [cluster.block('n3', 'a'), cluster.block('n4', 'b')];
    const halves = [
      ['n2', b, 3, polRound],
      ['n1', a, 2, -1],
    ] as const;
    for (const [node, block, round, pol] of halves) {
      cluster.inject('n3', cluster.votes(['n3', 'n4'], 'prevote', round, block, pol), [node]);
      const proof = pol < 0 ? null : cluster.certificate(['n2', 'n3', 'n4'], 'prevote', pol, block);
      cluster.inject('n3', cluster.proposal(['n3', 'n4'][round - 2]!, round, block, proof), [node]);
      cluster.settle();
      cluster.inject('n3', cluster.votes(['n3', 'n4'], 'precommit', round, block), [node]);
      cluster.settle();
      cluster.advance(100);
    }
    expect([cluster.values('n1'), cluster.values('n2')]).toEqual([['a'], ['b']]);
  };

  it('a proof of lock made up for the round of the lock (F3, back to the past) convicts by itself', () => {
    const cluster = new Cluster(4, { puppets: ['n3', 'n4'] });
    // what n2 prevotes in round 2 is b: the liars show it that value there, and n1 the other
    cluster.passes = () => false;
    const b = cluster.block('n4', 'b');
    cluster.inject('n3', cluster.votes(['n3', 'n4'], 'prevote', 2, b), ['n2']);
    cluster.inject('n3', cluster.proposal('n3', 2, b), ['n2']);
    cluster.settle();
    cluster.inject('n3', cluster.votes(['n3', 'n4'], 'precommit', 2, null), ['n2']);
    cluster.settle();
    expect(cluster.said('n2', names({ b }))).toEqual(['prevote 2 b', 'precommit 2 b']);
    acrossRounds(cluster, 2);
    cluster.passes = () => true;
    cluster.advance(1100);
    for (const node of ['n1', 'n2']) expect(cluster.accused(node)).toEqual(['n3 double-vote', 'n4 double-vote']);
  });

  it('a restart of both halves does not lose what convicts: proofs of lock stay on disk', () => {
    const cluster = new Cluster(4, { puppets: ['n3', 'n4'] });
    acrossRounds(cluster, -1);
    for (const node of ['n1', 'n2']) {
      cluster.crash(node);
      cluster.restart(node);
    }
    cluster.passes = () => true;
    cluster.advance(1100);
    for (const node of ['n1', 'n2']) expect(cluster.accused(node)).toEqual(['n3 amnesia', 'n4 amnesia']);
  });

  it('but what a third or less signs against a decided block stops nobody, however long ago that was', () => {
    const cluster = new Cluster(4, { puppets: ['n4'] });
    for (let k = 0; k < 20; k++) {
      cluster.propose('n1', `v${k}`);
      cluster.advance(130);
    }
    for (const height of [1, 19]) {
      const rival = cluster.block('n4', 'x');
      const commit = cluster.certificate(['n4'], 'precommit', 0, rival, -1, height);
      cluster.inject('n4', { t: 'certificates', certificates: [commit] });
    }
    cluster.settle();
    cluster.crash('n2'); // and without a memory of those heights
    cluster.restart('n2');
    cluster.inject('n4', {
      t: 'certificates',
      certificates: [cluster.certificate(['n4'], 'precommit', 0, cluster.block('n4', 'y'), -1, 19)],
    });
    cluster.settle();
    for (const node of ['n1', 'n2', 'n3']) expect(cluster.detail(node, 'broken')).toBe(false);
  });

  it('whoever knows a third to be guilty signs nothing any more', () => {
    const cluster = new Cluster(4, { puppets: ['n3', 'n4'] });
    const [a, b] = [cluster.block('n3', 'a'), cluster.block('n4', 'b')];
    for (const block of [a, b]) cluster.inject('n3', cluster.votes(['n3', 'n4'], 'precommit', 0, block), ['n1']);
    cluster.settle();
    expect(cluster.detail('n1', 'broken')).toBe(true);
    cluster.sent = [];
    cluster.propose('n1', 'x');
    cluster.advance(500);
    expect(cluster.said('n1')).toEqual([]);
  });
});
