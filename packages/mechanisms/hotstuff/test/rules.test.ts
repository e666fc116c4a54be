import { describe, expect, it } from 'vitest';
import { ByteReader, hashKey, WeightTable } from '@hypersync/consensus-kit';
import { BallotBox } from '../src/ballot-box.ts';
import { genesisQc, genesisTip, makeBlock, type Block, type FullBlock } from '../src/block.ts';
import { BlockTree } from '../src/block-tree.ts';
import { encodeStatement, makeQc, makeTc, type TimeoutCertificate } from '../src/certificate.ts';
import { encodeCommitProof, proofsOf, readCommitProof } from '../src/commit-proof.ts';
import { offenceOf } from '../src/evidence.ts';
import { LeaderSchedule } from '../src/leaders.ts';
import { decodeSafety, encodeSafety, isCommitChain, SafetyRules, voteFor } from '../src/safety.ts';

const members = ['n1', 'n2', 'n3', 'n4'].map((id) => ({ id, weight: 1 }));
const table = new WeightTable(members);
const genesis = genesisTip(1, members, 2);

function child(parent: Block | null, round: number): Block {
  const signatures = new Map(['n1', 'n2', 'n3'].map((id) => [id, new Uint8Array(64)]));
  const qc = parent === null ? genesisQc(genesis) : makeQc(voteFor(parent, 3), signatures);
  const height = (parent?.height ?? 0) + 1;
  return makeBlock({ round, height, author: 'n1', qc, bundleIds: [], evidence: [] });
}

const full = (block: Block): FullBlock => ({ block, bundles: [] });
const qcOf = (block: Block) => child(block, block.round + 1).qc;

function tcOf(round: number, highRound: number): TimeoutCertificate {
  return makeTc(round, [{ signer: 'n1', highRound, signature: new Uint8Array(64) }]);
}

/** A chain of blocks of these rounds. */
function chainOf(rounds: readonly number[]): Block[] {
  const chain: Block[] = [];
  for (const round of rounds) chain.push(child(chain.at(-1) ?? null, round));
  return chain;
}

describe('safety rules', () => {
  it('vote in strictly rising rounds, whatever was voted for or given up', () => {
    const rules = new SafetyRules(2);
    const first = child(null, 1);
    expect(rules.allows(first, null)).toBe(true);
    rules.vote(first, null);
    expect(rules.allows(first, null)).toBe(false);
    expect(() => rules.vote(first, null)).toThrow(RangeError);
    rules.giveUp(2);
    expect(rules.allows(child(first, 2), null)).toBe(false);
    expect(rules.record).toMatchObject({ lastVotedRound: 2, lastVote: { round: 1 } });
    rules.giveUp(1);
    expect(rules.record.lastVotedRound).toBe(2);
  });

  it('a round is entered by the QC or by a TC of the round before, by nothing else', () => {
    for (const length of [2, 3] as const) {
      const rules = new SafetyRules(length);
      expect(rules.allows(child(null, 2), null)).toBe(false);
      expect(rules.allows(child(null, 3), tcOf(1, 0))).toBe(false);
      expect(rules.allows(child(null, 2), tcOf(1, 0))).toBe(true);
    }
  });

  it('two-chain: after a TC, only on a QC as high as any of its signers knew', () => {
    const rules = new SafetyRules(2);
    const [first] = chainOf([1]);
    expect(rules.allows(child(null, 4), tcOf(3, 1))).toBe(false);
    expect(rules.allows(child(first!, 4), tcOf(3, 1))).toBe(true);
    expect(rules.allows(child(first!, 2), tcOf(1, 9))).toBe(true); // by the QC of the round before
  });

  it('three-chain: never below the lock, the head of the highest two-chain voted for', () => {
    const rules = new SafetyRules(3);
    const chain = chainOf([1, 2, 3]);
    for (const block of chain) rules.vote(block, null);
    expect(rules.record.preferredRound).toBe(1);
    expect(rules.allows(child(null, 5), tcOf(4, 0))).toBe(false);
    expect(rules.allows(child(chain[0]!, 5), tcOf(4, 0))).toBe(true);
  });

  it('survive the disk', () => {
    const rules = new SafetyRules(3);
    for (const block of chainOf([1, 2, 3])) rules.vote(block, null);
    rules.giveUp(7);
    expect(decodeSafety(encodeSafety(rules.record))).toEqual(rules.record);
    expect(decodeSafety(encodeSafety(new SafetyRules(2).record))).toEqual(new SafetyRules(2).record);
    expect(decodeSafety(encodeSafety(rules.record).subarray(1))).toBeNull();
  });

  it('the commit rule wants consecutive rounds, and as many as the chain is long', () => {
    expect(isCommitChain([5, 4], 2)).toBe(true);
    expect(isCommitChain([6, 4], 2)).toBe(false);
    expect(isCommitChain([6, 5, 4], 3)).toBe(true);
    expect(isCommitChain([6, 5, 3], 3)).toBe(false);
    expect(isCommitChain([7, 5, 4], 3)).toBe(false);
    expect(isCommitChain([5, 4], 3)).toBe(false);
    expect(isCommitChain([5], 2)).toBe(false);
  });
});

describe('the block tree', () => {
  const treeOf = (blocks: readonly Block[]): BlockTree => {
    const tree = new BlockTree(genesis);
    for (const block of blocks) tree.add(full(block));
    return tree;
  };

  it.each([
    [2, [1, 2], 1],
    [2, [1, 3], 0],
    [2, [1, 3, 4], 2],
    [2, [1, 2, 4], 1],
    [3, [1, 2], 0],
    [3, [1, 2, 3], 1],
    [3, [1, 3, 4, 5], 2],
    [3, [1, 2, 4, 5], 0],
  ] as const)('%i-chain: certified rounds %j commit %i blocks', (length, rounds, committed) => {
    const chain = chainOf(rounds);
    const found = treeOf(chain).committedBy(qcOf(chain.at(-1)!), length);
    expect(found === 'conflict' ? found : (found?.path.length ?? 0)).toBe(committed);
  });

  it('commits nothing while a block on the way lacks, and names the first that does', () => {
    const chain = chainOf([1, 2, 3]);
    const tree = treeOf([chain[0]!, chain[2]!]);
    expect(tree.committedBy(qcOf(chain[2]!), 2)).toBeNull();
    expect(tree.pathTo(qcOf(chain[2]!))).toEqual({ missing: chain[1]!.key });
  });

  it('forgets what lost, with everything on it, and calls a rival of the committed a conflict', () => {
    const [first] = chainOf([1]);
    const [rival, onRival] = [child(null, 2), child(child(null, 2), 3)];
    const tree = treeOf([first!, rival, onRival]);
    expect(tree.commit(full(first!), 0).map(({ block }) => block.round)).toEqual([2, 3]);
    expect(tree.size).toBe(0);
    expect(tree.pathTo(qcOf(onRival))).toEqual({ missing: onRival.key });
    tree.add(full(onRival)); // as high as a child of the tip, but another's child
    expect(tree.pathTo(qcOf(onRival))).toBe('conflict');
  });

  it('finds its place in the log by height', () => {
    const chain = chainOf([1, 2, 5, 6]);
    const tree = treeOf(chain);
    for (const block of chain) tree.commit(full(block), 0);
    expect([0, 1, 2, 4, 9].map((height) => tree.firstAbove(height))).toEqual([0, 1, 2, 4, 4]);
    tree.trim(2);
    expect(tree.log.map(({ block }) => block.round)).toEqual([5, 6]);
    expect([1, 2, 3].map((height) => tree.firstAbove(height))).toEqual([0, 0, 1]);
  });
});

describe('commit proofs', () => {
  const proofs = (rounds: readonly number[], length: 2 | 3) => {
    const chain = chainOf(rounds);
    const tree = new BlockTree(genesis);
    for (const block of chain) tree.add(full(block));
    const found = tree.committedBy(qcOf(chain.at(-1)!), length);
    if (found === null || found === 'conflict') throw new Error('nothing is committed');
    return proofsOf(found, length);
  };

  it('are as short as can be, and hold', () => {
    for (const [rounds, length, sizes] of [
      [[1, 2, 3, 4], 2, [2, 2, 2]],
      [[1, 3, 4], 2, [3, 2]],
      [[1, 2, 3, 4], 3, [3, 3]],
      [[1, 2, 4, 5, 6], 3, [5, 4, 3]],
    ] as const) {
      const made = proofs(rounds, length);
      expect(made.map(({ headers }) => headers.length)).toEqual(sizes);
      for (const proof of made) {
        expect(readCommitProof(encodeCommitProof(proof, table), { table, chainLength: length })?.proof).toEqual(proof);
      }
    }
  });

  it('do not hold with a gap, a header too few, another block, or too few votes', () => {
    const reads = (proof: ReturnType<typeof proofs>[number]) =>
      readCommitProof(encodeCommitProof(proof, table), { table, chainLength: 2 });
    const [good] = proofs([1, 2, 3], 2);
    const [gap] = proofs([1, 3, 4], 2);
    expect(reads(good!)).not.toBeNull();
    expect(reads({ ...gap!, headers: gap!.headers.slice(0, 2), qc: child(child(child(null, 1), 3), 4).qc })).toBeNull();
    expect(reads({ ...good!, headers: good!.headers.slice(1) })).toBeNull();
    expect(reads({ ...good!, headers: [...good!.headers].reverse() })).toBeNull();
    expect(reads({ ...good!, bundleIds: [new Uint8Array(32)] })).toBeNull();
    expect(reads({ ...good!, qc: { ...good!.qc, signatures: good!.qc.signatures.slice(1) } })).toBeNull();
  });
});

describe('the leader schedule', () => {
  const scheduleOf = (weights: Readonly<Record<string, number>>): LeaderSchedule =>
    new LeaderSchedule(new WeightTable(Object.entries(weights).map(([id, weight]) => ({ id, weight }))), 1);
  const even = { n1: 1, n2: 1, n3: 1, n4: 1 };
  /** Runs rounds; those whose leader is `dead` are skipped. */
  const run = (schedule: LeaderSchedule, from: number, to: number, dead: string): number[] => {
    const failed: number[] = [];
    for (let round = from; round <= to; round++) {
      const leader = schedule.leaderOf(round);
      if (leader === dead) failed.push(round);
      else schedule.committed(round, leader);
    }
    return failed;
  };

  it('goes round while nobody fails', () => {
    const schedule = scheduleOf(even);
    expect(run(schedule, 1, 40, 'nobody')).toEqual([]);
    expect([41, 42, 43, 44].map((round) => schedule.leaderOf(round)).toSorted()).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  it('leaves a dead leader out for ever longer, tries it again, and forgives once it succeeds', () => {
    const schedule = scheduleOf(even);
    const failed = run(schedule, 1, 400, 'n2');
    expect(failed.length).toBeLessThan(20); // of a hundred in turn
    expect(failed.filter((round) => round > 200).length).toBeGreaterThan(0);
    const gaps = failed.map((round, i) => round - (failed[i - 1] ?? 0));
    expect(Math.max(...gaps)).toBeGreaterThan(30);
    run(schedule, 401, 800, 'nobody');
    expect(schedule.skippedIn(800)).toEqual([]);
  });

  it('never leaves out a third of the weight: the others must be able to go on without those in turn', () => {
    const schedule = scheduleOf({ n1: 1, n2: 1, n3: 1, n4: 1, n5: 1, n6: 1, n7: 1 });
    for (const id of ['n1', 'n2', 'n3', 'n4']) schedule.convict(id);
    schedule.committed(30, 'n5');
    expect(schedule.skippedIn(60)).toEqual(['n1', 'n2']);
    const heavy = scheduleOf({ n1: 5, n2: 1, n3: 5, n4: 5 });
    heavy.convict('n1');
    expect(heavy.skippedIn(60)).toEqual(['n1']);
    const half = scheduleOf({ n1: 2, n2: 1, n3: 1 });
    half.convict('n1');
    expect(half.skippedIn(60)).toEqual([]);
  });

  it('the leaders of a window are settled before it begins: what is committed within it changes nothing', () => {
    const [ahead, behind] = [scheduleOf(even), scheduleOf(even)];
    for (const schedule of [ahead, behind]) run(schedule, 1, 41, 'n2');
    run(ahead, 42, 44, 'n2');
    for (let round = 42; round <= 47; round++)
      expect(behind.leaderOf(round), `round ${round}`).toBe(ahead.leaderOf(round));
  });

  it('is the same after encoding, and for every chain the same bytes', () => {
    const schedule = scheduleOf(even);
    run(schedule, 1, 30, 'n3');
    schedule.convict('n1');
    const reader = new ByteReader(schedule.encode());
    const copy = LeaderSchedule.decode(reader, table, 1);
    expect(reader.done()).toBe(true);
    run(schedule, 31, 60, 'n3');
    run(copy, 31, 60, 'n3');
    expect(hashKey(copy.encode())).toBe(hashKey(schedule.encode()));
    for (let round = 50; round < 70; round++) expect(copy.leaderOf(round)).toBe(schedule.leaderOf(round));
  });
});

describe('the ballot box', () => {
  const vote = (id: number, round = 1) => ({ round, parentRound: 0, lockRound: 0, id: new Uint8Array(32).fill(id) });
  const signature = new Uint8Array([1]);

  it('makes a QC of more than two thirds, and counts a member once', () => {
    const box = new BallotBox(table);
    box.vote('n1', { vote: vote(1), signature });
    box.vote('n2', { vote: vote(1), signature });
    box.vote('n2', { vote: vote(1), signature });
    expect(box.vote('n3', { vote: vote(2), signature })).toBeNull();
    expect(box.vote('n3', { vote: vote(1), signature })?.vote).toEqual(vote(2));
    expect(box.certificate(vote(1))).toBeNull();
    box.vote('n4', { vote: { ...vote(1), round: 5, parentRound: 1 }, signature });
    expect(box.certificate(vote(1))).toBeNull();
    box.vote('n4', { vote: vote(1), signature });
    expect(box.certificate(vote(1))?.signatures.map(({ signer }) => signer)).toEqual(['n1', 'n2', 'n4']);
  });

  it('votes that name another QC below the same block are other votes', () => {
    const box = new BallotBox(table);
    for (const id of ['n1', 'n2']) box.vote(id, { vote: { ...vote(1), round: 3, parentRound: 2 }, signature });
    box.vote('n3', { vote: { ...vote(1), round: 3, parentRound: 1 }, signature });
    expect(box.certificate({ ...vote(1), round: 3, parentRound: 2 })).toBeNull();
  });

  it('makes a TC of exactly one round, with the highest QC round of its signers', () => {
    const box = new BallotBox(table);
    for (const [signer, round, highRound] of [
      ['n1', 4, 2],
      ['n2', 4, 3],
      ['n3', 5, 3],
    ] as const) {
      box.timeout({ signer, round, highRound, signature });
    }
    expect(box.timeoutCertificate(4)).toBeNull();
    expect(box.isDoubted(4)).toBe(true);
    expect(box.isDoubted(5)).toBe(false);
    box.timeout({ signer: 'n4', round: 4, highRound: 0, signature });
    expect(box.timeoutCertificate(4)).toMatchObject({ round: 4, highRound: 3, shares: { length: 3 } });
  });
});

describe('offences', () => {
  const id = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
  const vote = (round: number, fill: number, parentRound = 0, lockRound = 0) =>
    encodeStatement({ kind: 'vote', round, parentRound, lockRound, id: id(fill) });
  const proposal = (round: number, fill: number) => encodeStatement({ kind: 'proposal', round, id: id(fill) });
  const timeout = (round: number, highRound: number) => encodeStatement({ kind: 'timeout', round, highRound });

  it.each([
    ['two votes in a round', vote(3, 1), vote(3, 2), 'double-vote'],
    ['a vote that lies about the QC below', vote(3, 1, 2), vote(3, 1, 1), 'double-vote'],
    ['two proposals', proposal(3, 1), proposal(3, 2), 'double-proposal'],
    ['a forgotten lock', vote(3, 1, 2), timeout(3, 1), 'forgotten-lock'],
    ['a forgotten lock, later', vote(3, 1, 2), timeout(9, 1), 'forgotten-lock'],
    ['a vote below the lock', vote(3, 1, 2, 1), vote(9, 2), 'forgotten-lock'],
    ['a vote on the lock', vote(3, 1, 2, 1), vote(9, 2, 1), null],
    ['the same vote', vote(3, 1), vote(3, 1), null],
    ['votes in two rounds', vote(3, 1), vote(4, 2), null],
    ['vote and proposal', vote(3, 1), proposal(3, 2), null],
    ['a lock kept', vote(3, 1, 2), timeout(3, 2), null],
    ['a vote after giving up on an earlier round', vote(3, 1, 2), timeout(2, 1), null],
    ['two time-outs', timeout(3, 1), timeout(3, 2), null],
    ['garbage', new Uint8Array([1, 2]), vote(3, 1), null],
  ] as const)('%s', (_what, first, second, offence) => {
    expect(offenceOf(first, second)).toBe(offence);
    expect(offenceOf(second, first)).toBe(offence);
  });
});
