import { describe, expect, it } from 'vitest';
import { WeightTable } from '@hypersync/consensus-kit';
import { ChainState } from '../src/chain-state.ts';
import { makeBlock } from '../src/block.ts';
import { checkConfig, mergeConfig } from '../src/config.ts';
import { EarlyMail } from '../src/early-mail.ts';
import { contradiction } from '../src/evidence.ts';
import { HeightVotes } from '../src/height-votes.ts';
import { timeoutPropose, timeoutVote } from '../src/timeouts.ts';
import { ProposerRotation, Proposers, ValidatorSet } from '../src/validators.ts';
import { makeCertificate, NIL, voteStatement, type Vote } from '../src/vote.ts';
import { isTimely, WallClock } from '../src/wall-clock.ts';
import { Cluster, names } from './cluster.ts';

const table = (weights: Record<string, number>) =>
  new WeightTable(Object.entries(weights).map(([id, weight]) => ({ id, weight })));
const id = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const SIGNATURE = new Uint8Array([9]);

describe('proposers by accumulated priority', () => {
  const turns = (weights: Record<string, number>, count: number): string[] => {
    const validators = table(weights);
    const rotation = new ProposerRotation();
    rotation.follow(validators);
    return Array.from({ length: count }, () => rotation.next(validators));
  };

  it('equal weights take turns in the order of their ids', () => {
    expect(turns({ a: 1, b: 1, c: 1 }, 7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });

  it('in any stretch as long as the total weight, everybody proposes exactly as often as it weighs', () => {
    const weights = { a: 5, b: 3, c: 1, d: 1 };
    const order = turns(weights, 200);
    for (let from = 0; from + 10 <= order.length; from++) {
      const counts = Object.entries(weights).map(
        ([member]) => order.slice(from, from + 10).filter((who) => who === member).length,
      );
      expect(counts).toEqual([5, 3, 1, 1]);
    }
  });

  it('nobody proposes long in a row: the heavy one is interrupted', () => {
    expect(turns({ a: 3, b: 1 }, 8).join('')).toBe('aabaaaba');
  });

  it('who leaves is forgotten, and the rest goes on where it was', () => {
    const rotation = new ProposerRotation();
    const before = table({ a: 1, b: 1, c: 1, d: 1 });
    rotation.follow(before);
    rotation.next(before);
    const after = table({ b: 1, c: 1, d: 1 });
    rotation.follow(after);
    expect([1, 2, 3, 4].map(() => rotation.next(after))).toEqual(['b', 'c', 'd', 'b']);
    expect(rotation.priorities.map(([member]) => member)).toEqual(['b', 'c', 'd']);
  });

  it('priorities stay within twice the total weight, whatever the weights', () => {
    const validators = table({ a: 2 ** 38, b: 7, c: 2 ** 20 });
    const rotation = new ProposerRotation(new Map([['a', 2 ** 50]]));
    rotation.follow(validators);
    for (let turn = 0; turn < 2000; turn++) rotation.next(validators);
    for (const [, priority] of rotation.priorities)
      expect(Math.abs(priority)).toBeLessThanOrEqual(2 * validators.total);
  });

  it('rounds may be asked for in any order, and far apart', () => {
    const validators = table({ a: 3, b: 2, c: 1 });
    const rotation = new ProposerRotation();
    rotation.follow(validators);
    const proposers = new Proposers(rotation, validators);
    const far = proposers.of(5000);
    expect(proposers.of(3)).toBe(new Proposers(rotation, validators).of(3));
    expect(proposers.of(5000)).toBe(far);
  });
});

describe('votes of a height', () => {
  const vote = (type: Vote['type'], round: number, fill: number, polRound = -1): Vote => ({
    type,
    height: 1,
    round,
    id: fill === 0 ? NIL : id(fill),
    polRound,
  });
  const votesOf = (weights: Record<string, number>) => new HeightVotes(1, new ValidatorSet(table(weights).members));
  const add = (votes: HeightVotes, voters: string, one: Vote, current = 0) =>
    voters.split('').flatMap((voter) => votes.add(voter, one, SIGNATURE, current));

  it('count each voter once, for its first vote; a second is evidence, once', () => {
    const votes = votesOf({ a: 1, b: 1, c: 1, d: 1 });
    add(votes, 'aaab', vote('prevote', 0, 1));
    expect(add(votes, 'c', vote('prevote', 0, 2))).toEqual([]);
    expect(add(votes, 'c', vote('prevote', 0, 1)).map(({ kind }) => kind)).toEqual(['double-vote']);
    expect(add(votes, 'c', vote('prevote', 0, 3))).toEqual([]);
    expect(votes.pol(0)).toBeNull();
    add(votes, 'd', vote('prevote', 0, 1));
    expect(votes.pol(0)?.votes.map(({ signer }) => signer)).toEqual(['a', 'b', 'd']);
  });

  it('strangers and members without a vote count nothing', () => {
    const votes = votesOf({ a: 1, b: 1, c: 1, d: 1 });
    add(votes, 'abxyz', vote('precommit', 0, 1));
    expect(votes.commit).toBeNull();
    expect(votes.hasAny('precommit', 0)).toBe(false);
  });

  it('a certificate holds although one of its signers told us something else', () => {
    const votes = votesOf({ a: 1, b: 1, c: 1, d: 1 });
    add(votes, 'c', vote('prevote', 0, 0));
    const pol = makeCertificate(vote('prevote', 0, 1), new Map(['a', 'b', 'c'].map((voter) => [voter, SIGNATURE])));
    expect(votes.learn(pol, 0).map(({ culprit }) => culprit)).toEqual(['c']);
    expect(votes.pol(0)?.key).toBe(pol.key);
    const weak = makeCertificate(vote('precommit', 0, 1), new Map(['a', 'b'].map((voter) => [voter, SIGNATURE])));
    votes.learn(weak, 0);
    expect(votes.commit).toBeNull();
  });

  it('know when a round cannot be won any more', () => {
    const votes = votesOf({ a: 2, b: 2, c: 1, d: 1 });
    expect(votes.isOpen('prevote', 0)).toBe(true);
    add(votes, 'a', vote('prevote', 0, 0));
    expect(votes.isOpen('prevote', 0)).toBe(false); // four of six remain: no more than two thirds
    add(votes, 'a', vote('prevote', 1, 1));
    add(votes, 'c', vote('prevote', 1, 0));
    expect(votes.isOpen('prevote', 1)).toBe(true);
    add(votes, 'd', vote('prevote', 1, 2));
    expect(votes.isOpen('prevote', 1)).toBe(false);
  });

  it('of rounds far ahead only the newest two of each voter are kept', () => {
    const votes = votesOf({ a: 1, b: 1, c: 1, d: 1 });
    for (let round = 1; round <= 500; round++) add(votes, 'a', vote('prevote', round, 1));
    expect([...votes.all()].map(({ vote: { round } }) => round)).toEqual([499, 500]);
    add(votes, 'bcd', vote('precommit', 499, 1));
    expect(votes.commit?.round).toBe(499);
  });

  it('of rounds long past nothing is kept but what they proved', () => {
    const votes = votesOf({ a: 1, b: 1, c: 1, d: 1 });
    add(votes, 'abc', vote('prevote', 0, 1));
    for (let round = 1; round <= 300; round++) add(votes, 'a', vote('prevote', round, 0), round);
    expect([...votes.all()].length).toBeLessThan(100);
    expect(votes.pol(0)?.votes).toHaveLength(3);
  });
});

describe('the chain', () => {
  const members = table({ a: 1, b: 1, c: 1, d: 1 });
  const rules = { validatorPeriod: 4, stopEndorsement: 'one' } as const;
  const genesis = ChainState.genesis(1, members, rules);
  const guilty = (culprit: string, fill = 1): Uint8Array => {
    const [first, second] = [1, 2].map((other) => {
      const vote: Vote = { type: 'prevote', height: 9, round: fill, id: id(other), polRound: -1 };
      return { payload: voteStatement(vote), signature: SIGNATURE };
    });
    return contradiction(culprit, first!, second!)!.proof;
  };
  const grow = (chain: ChainState, evidence: Uint8Array[] = []) =>
    chain.apply(makeBlock(chain.place(chain.time + 1), [], evidence));

  it('is bound to epoch, members and rules', () => {
    const others = [
      ChainState.genesis(2, members, rules),
      ChainState.genesis(1, table({ a: 1, b: 1, c: 1, d: 2 }), rules),
      ChainState.genesis(1, members, { ...rules, validatorPeriod: 5 }),
      ChainState.genesis(1, members, { ...rules, stopEndorsement: 'third' }),
    ];
    expect(new Set([genesis, ...others].map(({ key }) => key)).size).toBe(5);
  });

  it('announces its validators one height ahead, and changes them at a boundary only', () => {
    let chain = grow(genesis, [guilty('d')]);
    const sizes: string[] = [];
    for (let height = 2; height <= 7; height++) {
      chain = grow(chain);
      sizes.push(`${chain.height}: ${chain.validators.table.size} ${chain.nextValidators.table.size}`);
    }
    // height 5 begins a period: its set is announced by block 4, hence known after block 3
    expect(sizes).toEqual(['2: 4 4', '3: 4 3', '4: 3 3', '5: 3 3', '6: 3 3', '7: 3 3']);
    expect(chain.proposers().of(0)).not.toBe('d');
  });

  it('takes no vote away once a third is guilty: then nobody is left to say who lies', () => {
    let chain = grow(genesis, [guilty('d'), guilty('c', 2)]);
    for (let height = 2; height <= 9; height++) chain = grow(chain);
    expect(chain.validators.table.size).toBe(4);
    expect(chain.isOverwhelmed()).toBe(true);
  });

  it('refuses blocks that do not follow, and evidence that is none or old', () => {
    const place = genesis.place(1);
    const wrong = [
      makeBlock({ ...place, height: 2 }, [], []),
      makeBlock({ ...place, parent: id(3) }, [], []),
      makeBlock({ ...place, time: 0 }, [], []),
      makeBlock({ ...place, validatorsHash: id(3) }, [], []),
      makeBlock({ ...place, nextValidatorsHash: id(3) }, [], []),
      makeBlock(place, [], [new Uint8Array([1])]),
      makeBlock(place, [], [guilty('d'), guilty('d', 2)]),
      makeBlock(place, [], [guilty('stranger')]),
    ];
    expect(wrong.map((block) => genesis.blockProblem(block)).filter((problem) => problem === null)).toEqual([]);
    expect(genesis.blockProblem(makeBlock(place, [], [guilty('d')]))).toBeNull();
    const after = grow(genesis, [guilty('d')]);
    expect(after.blockProblem(makeBlock(after.place(2), [], [guilty('d', 3)]))).not.toBeNull();
  });

  it('is the same after encoding, rotation and all', () => {
    let chain = grow(genesis, [guilty('b')]);
    for (let height = 2; height <= 6; height++) chain = grow(chain);
    const copy = genesis.decode(chain.encode())!;
    expect(copy.encode()).toEqual(chain.encode());
    expect([0, 1, 2, 3].map((round) => copy.proposers().of(round))).toEqual(
      [0, 1, 2, 3].map((round) => chain.proposers().of(round)),
    );
    expect(genesis.decode(chain.encode().slice(1))).toBeNull();
  });
});

describe('proposer-based timestamps', () => {
  const limits = { precision: 10, messageDelay: 100 };

  it('refuse only what is certainly wrong', () => {
    const at = { earliest: 1000, latest: 1020 };
    const timely = [900 - 10, 1030, 1010].map((time) => isTimely(time, 0, at, limits));
    expect(timely).toEqual([true, true, true]);
    expect([889, 1031].map((time) => isTimely(time, 0, at, limits))).toEqual([false, false]);
    expect(isTimely(889, 5, at, limits)).toBe(true); // the delay grows with the round
    expect(isTimely(1031, 5, at, limits)).toBe(false); // the precision does not
    expect(isTimely(1, 0, null, limits)).toBe(true);
  });

  it('the clock goes on between two readings', () => {
    const clock = new WallClock();
    expect(clock.read(5)).toBeNull();
    clock.set(100, 5000, 5010);
    expect(clock.read(150)).toEqual({ earliest: 5050, latest: 5060 });
    clock.set(200, Number.NaN, 1);
    expect(clock.read(150)).toEqual({ earliest: 5050, latest: 5060 });
  });

  it('a block from the future is not prevoted, and blocks carry the time where clocks do', () => {
    const now = 1_700_000_000_000_000;
    const cluster = new Cluster(4, { config: { precisionMs: 5, messageDelayMs: 50 }, puppets: ['n1'] });
    cluster.wall = () => ({ earliest: now + cluster.now - 1000, latest: now + cluster.now + 1000 });
    for (const node of ['n2', 'n3', 'n4']) cluster.input(node, { t: 'time' });
    cluster.settle();
    const future = makeBlock(cluster.genesis.place(now + cluster.now + 20_000), [cluster.bundle('n1', 'a')], []);
    cluster.inject('n1', cluster.proposal('n1', 0, future));
    cluster.settle();
    expect(cluster.said('n2', names({ future }))).toContain('prevote 0 nil');
    cluster.advance(200);
    expect(cluster.values('n2')).toEqual(['a']); // proposed again by a correct node
    expect(Number(cluster.detail('n2', 'blockTime'))).toBeGreaterThan(now);
    expect(Number(cluster.detail('n2', 'blockTime'))).toBeLessThan(now + cluster.now);
  });
});

describe('early mail', () => {
  it('is bounded per peer, and given out for its height alone', () => {
    const mail = new EarlyMail();
    for (let k = 0; k < 100; k++) mail.keep('a', 2, new Uint8Array([k]), 1);
    mail.keep('b', 3, new Uint8Array([1]), 1);
    mail.keep('b', 4, new Uint8Array([1]), 1); // too far ahead
    expect(
      mail
        .take(2)
        .map(({ from, bytes }) => `${from}${bytes[0]}`)
        .slice(-2),
    ).toEqual(['a98', 'a99']);
    expect(mail.take(2)).toEqual([]);
    expect(mail.take(3)).toHaveLength(1);
    expect(mail.take(4)).toEqual([]);
    for (let k = 0; k < 9; k++) mail.keep('c', 2, new Uint8Array(2 ** 20), 1);
    expect(mail.take(2)).toHaveLength(5);
  });
});

describe('configuration', () => {
  it('has defaults that fit, and timeouts that grow up to their cap', () => {
    expect(checkConfig({})).toEqual([]);
    const config = mergeConfig({ timeoutMaxMs: 2000 });
    expect([0, 1, 2, 9].map((round) => timeoutPropose(config, round))).toEqual([1e6, 1.5e6, 2e6, 2e6]);
    expect([0, 1, 99].map((round) => timeoutVote(config, round))).toEqual([5e5, 7.5e5, 2e6]);
  });

  it('names the key, the range and the reason', () => {
    expect(checkConfig({ timeoutVoteMs: 0 })).toEqual([
      { key: 'timeoutVoteMs', allowed: 'an integer from 1 to 3600000', reason: 'how long late votes are waited for' },
    ]);
    expect(checkConfig({ maxBlockBytes: 100_000 })[0]).toMatchObject({ key: 'maxBlockBytes' });
    expect(checkConfig({ timeoutMaxMs: 10 })[0]).toMatchObject({ key: 'timeoutMaxMs' });
    expect(checkConfig({ toString: 1 })[0]).toMatchObject({ key: 'toString' });
  });
});
