import { describe, expect, it } from 'vitest';
import { hashKey, Prng } from '@hypersync/consensus-kit';
import {
  attestationStatement,
  makeCheckpoint,
  proposalStatement,
  type Attestation,
  type AttestationData,
} from '../src/attestation.ts';
import { decodeChainState, encodeChainState, STAKE_UNITS, type ChainState } from '../src/chain-state.ts';
import { checkConfig, mergeConfig } from '../src/config.ts';
import { ForkChoice } from '../src/fork-choice.ts';
import { decodeProtection, encodeProtection, SlashProtection } from '../src/slash-protection.ts';
import { makeEvidence, offenceOf, type Evidence } from '../src/offences.ts';
import { committees, proposerAt, seedOf } from '../src/schedule.ts';
import { SlotClock } from '../src/slot-clock.ts';
import { advance, applyBlock, attestingSlot, proposerOf } from '../src/transition.ts';
import { BlockTree } from '../src/tree.ts';
import { Watch, WATCH_EPOCHS, type Contradiction } from '../src/watch.ts';

import { at, blockOn, epochWith, extend, SLOTS, signature, vote, world } from './chain.ts';

describe('justification and finalization (Casper FFG)', () => {
  const cases: [Record<string, number> | number, string[], boolean][] = [
    [3, ['n1', 'n2'], false],
    [3, ['n1', 'n2', 'n3'], true],
    [4, ['n1', 'n2', 'n3'], true],
    [{ a: 4, b: 1, c: 1 }, ['a'], false],
    [{ a: 5, b: 1, c: 1 }, ['a'], true],
  ];
  it.each(cases)(
    'with weights %o the votes of %s justify: %s (strictly more than two thirds)',
    (weights, voters, expected) => {
      const w = world(weights);
      const state = at(w, epochWith(w, w.genesis, 2, voters), 3);
      expect(state.justified.epoch === 2).toBe(expected);
    },
  );

  it('finalizes a checkpoint whose successor is justified from it (k = 1)', () => {
    const w = world(4);
    let state = w.genesis;
    for (const epoch of [2, 3]) state = epochWith(w, state, epoch, w.ids);
    expect(at(w, state, 4)).toMatchObject({ justified: { epoch: 3 }, finalized: { epoch: 2, slot: 8 } });
  });

  it('finalizes across one epoch in between, if that is justified too (k = 2)', () => {
    const w = world(4);
    const second = extend(w, w.genesis, 8);
    // the votes of epochs 2 and 3 come an epoch late, so those of 3 still link from genesis, and those of 4 from 2
    const third = extend(w, second, 12, { attestations: w.ids.map((id) => vote(second, id)) });
    const votesOf3 = w.ids.map((id) => vote(third, id));
    expect(votesOf3[0]!.data.source.epoch).toBe(0);
    const fourth = extend(w, third, 16, { attestations: votesOf3 });
    const votesOf4 = w.ids.map((id) => vote(fourth, id));
    expect(votesOf4[0]!.data.source.epoch).toBe(2);
    const state = extend(w, fourth, 19, { attestations: votesOf4 });
    expect(at(w, state, 5)).toMatchObject({ justified: { epoch: 4 }, finalized: { epoch: 2 } });
  });

  it('finalizes a checkpoint whose link arrives an epoch late', () => {
    const w = world(4);
    const justified = at(w, epochWith(w, w.genesis, 2, w.ids), 3);
    const first = extend(w, justified, 12);
    const state = extend(w, first, 16, { attestations: w.ids.map((id) => vote(first, id)) });
    expect(at(w, state, 5)).toMatchObject({ justified: { epoch: 3 }, finalized: { epoch: 2 } });
  });

  it('does not finalize across an epoch that is not justified', () => {
    const w = world(4);
    const justified = at(w, epochWith(w, w.genesis, 2, w.ids), 3);
    const state = epochWith(w, epochWith(w, justified, 3, ['n1', 'n2']), 4, w.ids);
    expect(at(w, state, 5)).toMatchObject({ justified: { epoch: 4 }, finalized: { epoch: 0 } });
  });

  it('rests for ages and goes on: the gap itself neither justifies nor counts as absence', () => {
    const w = world(4, 1);
    let state = epochWith(w, epochWith(w, w.genesis, 2, w.ids), 3, w.ids);
    const far = 1_000_000_000;
    state = advance(state, far * SLOTS, w.rules);
    expect(state).toMatchObject({ epoch: far, justified: { epoch: 3 }, finalized: { epoch: 2 }, stalled: 0 });
    state = epochWith(w, epochWith(w, state, far, w.ids), far + 1, w.ids);
    expect(at(w, state, far + 2).finalized.epoch).toBe(far);
    expect(state.leaked.size).toBe(0);
  });

  it('gives the same state however many steps the clock took to get there', () => {
    const w = world(4);
    const state = epochWith(w, w.genesis, 2, w.ids);
    let slowly = state;
    for (let slot = 11; slot <= 60; slot++) slowly = advance(slowly, slot, w.rules);
    expect(encodeChainState(slowly, w.table)).toEqual(encodeChainState(advance(state, 60, w.rules), w.table));
  });

  it('encodes canonically and reads back', () => {
    const w = world(4, 1);
    const state = at(w, epochWith(w, epochWith(w, w.genesis, 2, w.ids), 3, ['n2', 'n1']), 4);
    const bytes = encodeChainState(state, w.table);
    expect(encodeChainState(decodeChainState(bytes, w.table)!, w.table)).toEqual(bytes);
    expect(decodeChainState(bytes.slice(1), w.table)).toBeNull();
    expect(decodeChainState(bytes, world({ x: 1 }).table)).toBeNull();
  });
});

describe('what a block may hold', () => {
  const w = world(4);
  const parent = extend(w, w.genesis, 8);
  const good = vote(parent, 'n1');
  const refusal = (slot: number, body: Parameters<typeof blockOn>[3]): unknown =>
    applyBlock(parent, blockOn(w, parent, slot, body), w.rules);

  it('takes a vote with the right source and target', () => {
    expect(refusal(9, { attestations: [good] })).toMatchObject({ slot: 9 });
  });

  it.each<[string, Partial<AttestationData>]>([
    ['a source that is not the justified checkpoint', { source: makeCheckpoint(1, parent.root) }],
    ['a target of another branch', { target: makeCheckpoint(2, new Uint8Array(32)) }],
    ['a target of another epoch', { target: makeCheckpoint(3, parent.root) }],
    ['a slot that is not of the target epoch', { slot: 7 }],
    ['a slot that is not over', { slot: 9 }],
  ])('refuses %s', (_what, change) => {
    expect(refusal(9, { attestations: [vote(parent, 'n1', change)] })).toBe('attestation does not count here');
  });

  it('refuses the same voter twice, strangers, a wrong proposer, an old slot and a wrong parent', () => {
    expect(refusal(9, { attestations: [good, good] })).toBe('attestation does not count here');
    const turn = proposerOf(advance(parent, 9, w.rules), 9, w.rules);
    expect(refusal(9, { proposer: w.ids.find((id) => id !== turn)! })).toBe('not its turn');
    expect(applyBlock(parent, blockOn(w, parent, 8), w.rules)).toBe('slot does not rise');
    expect(applyBlock(w.genesis, blockOn(w, parent, 9), w.rules)).toBe('wrong parent');
  });
});

describe('stake', () => {
  const evidence = (culprit: string): Evidence => {
    const [a, b] = [1, 2].map((fill) => ({ payload: proposalStatement(5, new Uint8Array(32).fill(fill)), signature }));
    return makeEvidence(culprit, a!, b!)!;
  };

  it('is lost by evidence only once the block with it is final', () => {
    const w = world(4);
    let state = epochWith(w, w.genesis, 2, w.ids, [evidence('n4')]);
    const voters = ['n1', 'n2', 'n3'];
    expect(state.slashed.get('n4')).toBe(8);
    state = epochWith(w, state, 3, voters);
    expect(state.stakes.get('n4')).toBe(STAKE_UNITS);
    state = at(w, state, 4);
    expect(state.finalized.slot).toBe(8);
    expect(state.stakes.get('n4')).toBe(0);
    expect(state.stakes.get('n1')).toBe(STAKE_UNITS);
  });

  it('is not lost by evidence above the finalized block', () => {
    const w = world(4);
    let state = epochWith(w, epochWith(w, w.genesis, 2, w.ids), 3, w.ids, [evidence('n4')]);
    state = at(w, state, 4);
    expect(state.finalized.slot).toBe(8);
    expect(state.slashed.get('n4')).toBe(12);
    expect(state.stakes.get('n4')).toBe(STAKE_UNITS);
  });

  it('evidence counts once', () => {
    const w = world(4);
    const state = extend(w, w.genesis, 8, { evidence: [evidence('n4')] });
    expect(applyBlock(state, blockOn(w, state, 9, { evidence: [evidence('n4')] }), w.rules)).toMatch(/evidence/);
    expect(applyBlock(state, blockOn(w, state, 9, { evidence: [evidence('nobody')] }), w.rules)).toMatch(/evidence/);
  });

  it('of the absent leaks while finality stalls, until the present are enough; then it comes back with them', () => {
    const w = world(4, 2);
    const present = ['n1', 'n2'];
    let state = w.genesis;
    let epoch = 2;
    while (state.finalized.epoch === 0 && epoch < 40) state = at(w, epochWith(w, state, epoch, present), ++epoch);
    expect(state.finalized.epoch).toBeGreaterThan(4);
    expect(state.stakes.get('n4')).toBeLessThan(STAKE_UNITS);
    expect(state.stakes.get('n1')).toBe(STAKE_UNITS);
    const low = state.stakes.get('n4')!;
    state = at(w, epochWith(w, state, epoch, w.ids), ++epoch);
    expect(state.stakes.get('n4')).toBe(low + 1);
  });

  it('does not leak while the chain rests, however long', () => {
    const w = world(4, 2);
    let state = w.genesis;
    for (let epoch = 2; epoch < 9; epoch++) state = epochWith(w, state, epoch, ['n1', 'n2']);
    state = at(w, state, 9);
    expect(state.leaked.get('n4')).toBeGreaterThan(0);
    for (const epoch of [10, 12, 500]) expect(at(w, state, epoch).leaked).toEqual(state.leaked);
  });

  it('never leaks where the configuration does not say so', () => {
    const w = world(4);
    let state = w.genesis;
    for (let epoch = 2; epoch < 60; epoch++) state = epochWith(w, state, epoch, ['n1', 'n2']);
    expect(state.finalized.epoch).toBe(0);
    expect([...state.stakes.values()]).toEqual([STAKE_UNITS, STAKE_UNITS, STAKE_UNITS, STAKE_UNITS]);
  });
});

describe('duties', () => {
  it('everybody attests exactly once per epoch, in committees of nearly equal number', () => {
    for (const n of [1, 3, 4, 7, 10]) {
      const { genesis } = world(n);
      for (let epoch = 0; epoch < 20; epoch++) {
        const places = committees(seedOf(epoch, genesis.root), SLOTS, genesis.stakes);
        expect(places.size).toBe(n);
        const sizes = Array.from(
          { length: SLOTS },
          (_, slot) => [...places.values()].filter((place) => place === slot).length,
        );
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('proposers are drawn in proportion to stake, and the slashed not at all', () => {
    const stakes = new Map([
      ['a', 60],
      ['b', 30],
      ['c', 10],
      ['out', 0],
    ]);
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 2000; epoch++) {
      const id = proposerAt(seedOf(epoch, new Uint8Array(32)), 0, stakes);
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.get('out')).toBeUndefined();
    expect(counts.get('a')! / 2000).toBeCloseTo(0.6, 1);
    expect(counts.get('c')! / 2000).toBeCloseTo(0.1, 1);
  });

  it('the order changes from epoch to epoch and with what is final', () => {
    const { genesis } = world(7);
    const order = (epoch: number, root: Uint8Array): string =>
      [...committees(seedOf(epoch, root), SLOTS, genesis.stakes).keys()].join();
    expect(order(1, genesis.root)).not.toBe(order(2, genesis.root));
    expect(order(1, genesis.root)).not.toBe(order(1, new Uint8Array(32)));
    expect(order(1, genesis.root)).toBe(order(1, genesis.root.slice()));
    const w = world(4);
    expect(attestingSlot(at(w, w.genesis, 5), 'n1', w.rules)).toBeGreaterThanOrEqual(20);
  });
});

describe('slashing', () => {
  const data = (source: number, target: number, fill = 1): AttestationData => ({
    slot: target * SLOTS,
    head: new Uint8Array(32).fill(fill),
    source: makeCheckpoint(source, new Uint8Array(32).fill(source)),
    target: makeCheckpoint(target, new Uint8Array(32).fill(target)),
  });

  it.each([
    [data(1, 2), data(1, 2), null],
    [data(1, 2), data(1, 2, 9), 'double-vote'],
    [data(1, 4), data(2, 3), 'surround-vote'],
    [data(2, 3), data(1, 4), 'surround-vote'],
    [data(1, 2), data(2, 3), null],
    [data(1, 2), data(1, 3), null],
    [data(1, 3), data(2, 3), 'double-vote'],
    [data(1, 4), data(1, 3), null],
    [data(0, 9), data(1, 9), 'double-vote'],
  ])('two attestations are %#: judged as they should', (a, b, offence) => {
    expect(offenceOf(attestationStatement(a), attestationStatement(b))).toBe(offence);
  });

  it('two blocks for one slot are an offence, for two slots not', () => {
    const [a, b] = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
    expect(offenceOf(proposalStatement(7, a!), proposalStatement(7, b!))).toBe('double-proposal');
    expect(offenceOf(proposalStatement(7, a!), proposalStatement(8, b!))).toBeNull();
    expect(offenceOf(proposalStatement(7, a!), attestationStatement(data(1, 2)))).toBeNull();
  });

  it('whatever the guard lets through in whatever order can never be held against the node', () => {
    const random = new Prng(3);
    let allowed = 0;
    for (let run = 0; run < 50; run++) {
      let guard = new SlashProtection();
      const signed: AttestationData[] = [];
      for (let i = 0; i < 60; i++) {
        const target = random.between(1, 30);
        const wanted = data(random.nextInt(target), target, random.nextInt(3));
        if (guard.allowsAttestation(wanted)) {
          guard.markAttestation(wanted);
          signed.push(wanted);
        } else expect(() => guard.markAttestation(wanted)).toThrow(RangeError);
        if (random.chance(1, 5)) {
          const record = decodeProtection(encodeProtection(guard.record))!;
          guard = new SlashProtection();
          guard.record = record;
        }
      }
      allowed += signed.length;
      for (const [i, a] of signed.entries()) {
        for (const b of signed.slice(i + 1))
          expect(offenceOf(attestationStatement(a), attestationStatement(b))).toBeNull();
      }
    }
    expect(allowed).toBeGreaterThan(150);
  });

  it('the guard allows one proposal per slot, in rising order', () => {
    const guard = new SlashProtection();
    guard.markProposal(7);
    expect(guard.allowsProposal(7)).toBe(false);
    expect(guard.allowsProposal(6)).toBe(false);
    expect(() => guard.markProposal(7)).toThrow(RangeError);
    expect(guard.allowsProposal(8)).toBe(true);
  });

  it('the watch finds what contradicts itself, and forgets no more than it must', () => {
    const watch = new Watch();
    const offence = (pair: Contradiction | null) => pair && offenceOf(pair[0].payload, pair[1].payload);
    const seen = (validator: string, one: AttestationData) =>
      offence(watch.attestation({ validator, data: one, signature }));
    expect(seen('n1', data(2, 3))).toBeNull();
    expect(seen('n2', data(1, 4))).toBeNull();
    expect(seen('n1', data(2, 3))).toBeNull();
    expect(seen('n1', data(1, 4))).toBe('surround-vote');
    expect(seen('n1', data(3, 5))).toBeNull();
    for (let target = 10; target < 10 + 3 * WATCH_EPOCHS; target++) seen('n3', data(target - 1, target));
    expect(seen('n3', data(10 + 3 * WATCH_EPOCHS - 2, 10 + 3 * WATCH_EPOCHS - 1, 5))).toBe('double-vote');
    expect(watch.proposal('n4', 5, new Uint8Array(32), signature)).toBeNull();
    expect(watch.proposal('n4', 5, new Uint8Array(32), signature)).toBeNull();
    expect(offence(watch.proposal('n4', 5, new Uint8Array(32).fill(1), signature))).toBe('double-proposal');
  });
});

describe('the fork choice (LMD GHOST)', () => {
  const rulesOf = (boostPercent = 40) => ({ slotsPerEpoch: SLOTS, boostPercent });

  function forked(n = 4, boostPercent = 40) {
    const w = world(n);
    const tree = new BlockTree(w.genesis);
    const fork = new ForkChoice(rulesOf(boostPercent), makeCheckpoint(0, w.genesis.root), w.genesis.stakes);
    const add = (parent: ChainState, slot: number, mark: Evidence[] = []): ChainState => {
      const block = blockOn(w, parent, slot, { evidence: mark });
      const state = applyBlock(parent, block, w.rules) as ChainState;
      tree.add({ block, signature }, state);
      return state;
    };
    const attest = (validator: string, head: ChainState, epoch = 1): void =>
      fork.attest({
        validator,
        data: {
          slot: epoch * SLOTS,
          head: head.root,
          source: w.genesis.justified,
          target: makeCheckpoint(epoch, w.genesis.root),
        },
        signature,
      });
    const head = (slot = 6): string => fork.head(tree, slot).key;
    return { w, tree, fork, add, attest, head };
  }
  const mark = (culprit: string): Evidence[] => {
    const [a, b] = [1, 2].map((fill) => ({ payload: proposalStatement(5, new Uint8Array(32).fill(fill)), signature }));
    return [makeEvidence(culprit, a!, b!)!];
  };

  it('follows the heavier branch at every fork, not the longer one', () => {
    const { w, add, attest, head } = forked();
    const a = add(w.genesis, 4);
    const b = add(w.genesis, 4, mark('n1'));
    const longer = add(add(a, 5), 6);
    attest('n1', b);
    attest('n2', b);
    attest('n3', longer);
    expect(head()).toBe(b.key);
    attest('n4', a);
    attest('n2', a, 2);
    expect(head()).toBe(longer.key);
  });

  it('counts only the newest message of a validator, and a repetition of an old one not at all', () => {
    const { w, add, attest, head } = forked(3);
    const a = add(w.genesis, 4);
    const b = add(w.genesis, 4, mark('n1'));
    attest('n1', a, 2);
    attest('n2', b, 2);
    attest('n3', b, 2);
    attest('n2', a, 1);
    attest('n3', a, 2);
    expect(head()).toBe(b.key);
  });

  it('lends weight to a timely block for its slot, less than a committee has', () => {
    const { w, fork, add, attest, head } = forked(8);
    const withheld = add(w.genesis, 4);
    const honest = add(w.genesis, 5);
    const [low, high] = [withheld, honest].map((state) => state.key).sort();
    fork.boosted = low!;
    expect(head()).toBe(low);
    expect(fork.boostWeight).toBe(Math.floor((40 * 8 * STAKE_UNITS) / SLOTS));
    attest('n1', high === honest.key ? honest : withheld);
    expect(head()).toBe(high);
    fork.boosted = null;
    expect(head()).toBe(high);
  });

  it('an ex-ante reorg with one withheld block and one withheld vote fails against the boost', () => {
    const { w, fork, add, attest, head } = forked(8, 60);
    const withheld = add(w.genesis, 4);
    const honest = add(w.genesis, 5);
    attest('n1', withheld);
    fork.boosted = honest.key;
    expect(head()).toBe(honest.key);
    fork.boosted = null;
    expect(head()).toBe(withheld.key);
  });

  it('discounts equivocators', () => {
    const { w, fork, add, attest, head } = forked();
    const a = add(w.genesis, 4);
    const b = add(w.genesis, 4, mark('n1'));
    attest('n1', a);
    attest('n2', a);
    attest('n3', b);
    expect(head()).toBe(a.key);
    fork.discount('n1');
    fork.discount('n2');
    expect(head()).toBe(b.key);
  });

  it('starts at the justified checkpoint, whatever weighs more elsewhere', () => {
    const { w, fork, add, attest, head, tree } = forked();
    const a = add(w.genesis, 4);
    const b = add(w.genesis, 4, mark('n1'));
    for (const id of ['n1', 'n2', 'n3', 'n4']) attest(id, b);
    expect(head()).toBe(b.key);
    fork.raise(makeCheckpoint(1, a.root), makeCheckpoint(0, w.genesis.root), ({ key }) => tree.get(key)!.state.stakes);
    expect(head()).toBe(a.key);
  });

  it('ignores a branch whose states know nothing of our justified checkpoint', () => {
    const w = world(4);
    const tree = new BlockTree(w.genesis);
    const fork = new ForkChoice(rulesOf(), makeCheckpoint(0, w.genesis.root), w.genesis.stakes);
    const grow = (parent: ChainState, slot: number, attestations: Attestation[] = []): ChainState => {
      const block = blockOn(w, parent, slot, { attestations });
      const state = applyBlock(parent, block, w.rules) as ChainState;
      tree.add({ block, signature }, state);
      return state;
    };
    const base = grow(w.genesis, 8);
    const justifying = grow(
      base,
      11,
      w.ids.map((id) => vote(base, id)),
    );
    const next = grow(justifying, 12);
    const ignorant = grow(base, 9);
    const late = grow(ignorant, 30);
    for (const validator of w.ids)
      fork.attest({
        validator,
        data: { ...vote(late, validator).data, target: makeCheckpoint(7, late.root) },
        signature,
      });
    fork.raise(next.justified, next.finalized, ({ key }) => tree.get(key)!.state.stakes);
    expect(fork.justified.epoch).toBe(2);
    expect(fork.head(tree, 31).key).toBe(next.key);
  });

  it('pruning keeps the branch of the finalized block and nothing else', () => {
    const { w, tree, add } = forked();
    const a = add(w.genesis, 4);
    const child = add(a, 5);
    const lost = add(w.genesis, 4, mark('n1'));
    const dropped = tree.prune(a.key);
    expect(dropped.map(({ key }) => key)).toEqual([lost.key]);
    expect(tree.root.key).toBe(a.key);
    expect(tree.size).toBe(2);
    expect(tree.isAncestor(a.key, child.key)).toBe(true);
    expect(tree.get(hashKey(w.genesis.root))).toBeUndefined();
  });
});

describe('the block tree', () => {
  it('evicts branches that ended long ago, and never the way to the head', () => {
    const w = world(4);
    const tree = new BlockTree(w.genesis);
    const grow = (parent: ChainState, slot: number): ChainState => {
      const block = blockOn(w, parent, slot);
      const state = applyBlock(parent, block, w.rules) as ChainState;
      tree.add({ block, signature }, state);
      return state;
    };
    const old = grow(w.genesis, 4);
    const oldHead = grow(old, 5);
    const stale = [grow(old, 6), grow(grow(w.genesis, 7), 8)];
    const fresh = grow(grow(w.genesis, 9), 30);
    const bytes = tree.bytes;
    const lost = tree.evict(oldHead.key, 20);
    expect(lost.length).toBe(3);
    for (const state of stale) expect(tree.get(state.key)).toBeUndefined();
    expect([old, oldHead, fresh].every((state) => tree.get(state.key) !== undefined)).toBe(true);
    expect(tree.childrenOf(old.key)).toEqual([oldHead.key]);
    expect(tree.bytes).toBe(bytes - lost.reduce((sum, { size }) => sum + size, 0));
    tree.prune(old.key);
    expect(tree.bytes).toBe(tree.get(oldHead.key)!.signed!.block.size);
  });
});

describe('the slot clock', () => {
  it('counts from the middle of the interval and is carried on by the monotonic clock', () => {
    const clock = new SlotClock(1000, 10_000);
    expect(clock.slotAt(5)).toBe(-1);
    clock.set(100, 12_400, 12_600);
    expect(clock.slotAt(100)).toBe(2);
    expect(clock.slotAt(600)).toBe(3);
    expect(clock.timeOf(3)).toBe(600);
    expect(clock.timeOf(3, 1)).toBe(933);
    expect(clock.error).toBe(100);
  });

  it('is not known while the interval is wider than half a slot, or upside down', () => {
    const clock = new SlotClock(1000, 0);
    clock.set(0, 5000, 5600);
    expect(clock.isKnown).toBe(false);
    expect(clock.slotAt(0)).toBe(-1);
    clock.set(0, 5000, 5400);
    expect(clock.isKnown).toBe(true);
    clock.set(0, 9000, 5000);
    expect(clock.slotAt(0)).toBe(5);
  });
});

describe('configuration', () => {
  it.each([
    [{ slotMs: 5 }, 'slotMs'],
    [{ slotsPerEpoch: 1 }, 'slotsPerEpoch'],
    [{ slotsPerEpoch: 65 }, 'slotsPerEpoch'],
    [{ leakAfterEpochs: -1 }, 'leakAfterEpochs'],
    [{ proposerBoostPercent: 100.5 }, 'proposerBoostPercent'],
    [{ stopEndorsement: true }, 'stopEndorsement'],
    [{ slots: 4 }, 'slots'],
    [{ maxValueBytes: 1_048_576, maxBlockBytes: 1_048_576 }, 'maxBlockBytes'],
  ])('refuses %o and names %s', (config, key) => {
    expect(checkConfig(config)[0]?.key).toBe(key);
  });

  it('takes its own defaults', () => {
    expect(checkConfig({ ...mergeConfig({}) })).toEqual([]);
  });
});
