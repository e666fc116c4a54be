import { describe, expect, it } from 'vitest';
import { ByteReader } from '@hypersync/consensus-kit';
import { totalStake, type ChainState } from '../src/chain-state.ts';
import { isValidating, readRequest, type Request } from '../src/registry.ts';
import { reputationOf } from '../src/standing.ts';
import { applyBlock } from '../src/transition.ts';
import { at, blockOn, epochWith, extend, SLOTS, signature, vote, world, type World } from './chain.ts';
import { Cluster, EPOCH } from './cluster.ts';

const capped = (weights: Record<string, number> | number): World => world(weights, 0, { weighting: 'capped' });

function epochsWith(w: World, from: ChainState, epochs: readonly number[], voters: readonly string[]): ChainState {
  return epochs.reduce((state, epoch) => epochWith(w, state, epoch, voters), from);
}

describe('weights of stake, reputation and uptime', () => {
  it.each([
    [3, 2],
    [6, 4],
    [9, 6],
  ])('of %i equal members, exactly two thirds are no supermajority', (n, two) => {
    const w = capped(n);
    expect(at(w, epochWith(w, w.genesis, 2, w.ids.slice(0, two)), 3).justified.epoch).toBe(0);
    expect(at(w, epochWith(w, w.genesis, 2, w.ids.slice(0, two + 1)), 3).justified.epoch).toBe(2);
  });

  it('nobody has more than the cap, however much stake it has', () => {
    const w = capped({ a: 1000, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1 });
    expect(w.genesis.stakes.get('a')! / totalStake(w.genesis.stakes)).toBeLessThanOrEqual(0.1501);
    const plain = world({ a: 1000, b: 1, c: 1, d: 1 });
    expect(plain.genesis.stakes.get('a')! / totalStake(plain.genesis.stakes)).toBeGreaterThan(0.99);
  });

  it('who does not vote loses weight, at an epoch boundary, once the epochs in which it did not are final', () => {
    const w = capped(10);
    const voters = w.ids.filter((id) => id !== 'n10');
    let state = w.genesis;
    const weightOf = (id: string): number => state.stakes.get(id)! / totalStake(state.stakes);
    for (let epoch = 2; epoch < 12; epoch++) {
      const before = state.stakes;
      state = epochWith(w, state, epoch, voters);
      const expected = state.finalized.standing;
      // never within an epoch, and never from more than what is final
      if (expected.judged === 0) expect(state.stakes).toEqual(w.genesis.stakes);
      expect(extend(w, state, epoch * SLOTS + SLOTS).stakes).toEqual(at(w, state, epoch + 1).stakes);
      if (epoch < 4) expect(state.stakes).toEqual(before);
    }
    expect(weightOf('n10')).toBeLessThan(0.098);
    expect(weightOf('n1')).toBeGreaterThan(0.1);
    expect(reputationOf(state.standing, 'n10')).toBeLessThan(reputationOf(state.standing, 'n1'));
  });

  it('nothing that is not final weighs, however long it lasts', () => {
    const w = capped(10);
    const state = epochsWith(w, w.genesis, [2, 3, 4, 5, 6, 7], w.ids.slice(0, 6));
    expect(state.standing.judged).toBeGreaterThan(3);
    expect(state.finalized.epoch).toBe(0);
    expect(at(w, state, 8).stakes).toEqual(w.genesis.stakes);
  });

  it('rest neither mends nor spoils a reputation', () => {
    const w = capped(10);
    const state = epochsWith(w, w.genesis, [2, 3, 4, 5], w.ids.slice(0, 8));
    const rested = at(w, state, 500);
    expect(rested.standing).toEqual(at(w, state, 7).standing);
    expect(at(w, state, 9000).stakes).toEqual(rested.stakes);
  });
});

describe('exit and activation', () => {
  const request = (validator: string, sequence: number): Request => ({ validator, sequence, signature });

  it('an exit counts some epochs after the block with it is final; then it can be undone the same way', () => {
    const w = world(5);
    const rest = ['n1', 'n2', 'n3', 'n4'];
    const asked = extend(w, w.genesis, 2 * SLOTS, { requests: [request('n5', 1)] });
    expect(asked.registry.get('n5')).toEqual({ sequence: 1, slot: 2 * SLOTS, due: null });
    let state = extend(w, asked, 2 * SLOTS + 3, { attestations: w.ids.map((id) => vote(asked, id)) });
    expect(at(w, state, 3).registry.get('n5')!.due).toBeNull();
    state = epochWith(w, state, 3, w.ids);
    const due = at(w, state, 4).registry.get('n5')!.due!;
    expect(due).toBe(4 + 3);
    for (let epoch = 4; epoch < due; epoch++) {
      expect(isValidating(at(w, state, epoch).registry, 'n5', epoch)).toBe(true);
      state = epochWith(w, state, epoch, w.ids);
    }
    const left = at(w, state, due);
    expect([...left.stakes.keys()]).toEqual(rest);
    const block = extend(w, state, due * SLOTS);
    const late = blockOn(w, block, due * SLOTS + 1, { attestations: [vote(block, 'n5')] });
    expect(applyBlock(block, late, w.rules)).toMatch(/does not count/);
    state = epochWith(w, state, due, rest);
    const back = extend(w, state, (due + 1) * SLOTS, { requests: [request('n5', 2)] });
    let again = extend(w, back, (due + 1) * SLOTS + 3, { attestations: rest.map((id) => vote(back, id)) });
    for (const epoch of [due + 2, due + 3, due + 4]) again = epochWith(w, again, epoch, rest);
    expect([...at(w, again, due + 5).stakes.keys()]).toEqual(w.ids);
  });

  it('a request is taken in its turn only: not twice, not an old one, not one that skips, nobody convicted', () => {
    const w = world(6);
    const state = extend(w, w.genesis, 8, { requests: [request('n5', 1)] });
    for (const sequence of [1, 2, 3]) {
      const block = blockOn(w, state, 9, { requests: [request('n5', sequence)] });
      expect(applyBlock(state, block, w.rules)).toBe('a request that is not due');
    }
    const skipping = blockOn(w, state, 9, { requests: [request('n6', 2)] });
    expect(applyBlock(state, skipping, w.rules)).toBe('a request that is not due');
    const twice = blockOn(w, state, 9, { requests: [request('n6', 1), request('n6', 2)] });
    expect(applyBlock(state, twice, w.rules)).toBe('a request that is not due');
  });

  it('never leaves fewer than four', () => {
    const w = world(5);
    const state = extend(w, w.genesis, 8, { requests: [request('n5', 1)] });
    expect(applyBlock(state, blockOn(w, state, 9, { requests: [request('n4', 1)] }), w.rules)).toMatch(/not due/);
    expect(applyBlock(w.genesis, blockOn(world(4), world(4).genesis, 9), w.rules)).toBe('wrong parent');
  });

  it('those who leave queue: one per epoch in a small cluster, the first to ask first', () => {
    const w = world(8);
    let state = extend(w, w.genesis, 8, { requests: [request('n7', 1)] });
    state = extend(w, state, 9, { requests: [request('n3', 1), request('n2', 1)] });
    const votes = w.ids.map((id) => vote({ ...state, current: at(w, state, 2).current }, id));
    state = extend(w, state, 11, { attestations: votes });
    for (const epoch of [3, 4, 5, 6]) state = epochWith(w, state, epoch, w.ids);
    const due = (id: string): number => at(w, state, 7).registry.get(id)!.due!;
    expect([due('n2') - due('n7'), due('n3') - due('n2')]).toEqual([1, 1]);
  });

  it('a request of a stranger, or of none, does not decode', () => {
    const w = world(4);
    const reader = new ByteReader(new Uint8Array([2, 120, 120, 1, 0]));
    readRequest(reader, w.table);
    expect(reader.ok).toBe(false);
  });

  it('a member that its operator puts on standby leaves, and comes back when it is wanted again', () => {
    const config = { activationDelayEpochs: 2, exitDelayEpochs: 2 };
    const cluster = new Cluster(5, config);
    cluster.crash('n5');
    cluster.overrides.set('n5', { standby: 'n5' });
    cluster.restart('n5');
    cluster.settle();
    cluster.advance(12 * EPOCH);
    expect(cluster.ids.map((id) => cluster.detail(id, 'validators'))).toEqual([4, 4, 4, 4, 4]);
    expect(cluster.detail('n5', 'validating')).toBe(false);
    expect(cluster.detail('n1', 'resting')).toBe(true);
    const before = cluster.sent.length;
    cluster.propose('n5', 'x');
    cluster.settle();
    cluster.advance(5 * EPOCH);
    expect(cluster.values('n5')).toEqual(['x']);
    const voted = cluster.sent
      .slice(before)
      .filter(({ from, message }) => from === 'n5' && message.t === 'attestations');
    expect(voted).toEqual([]);
    cluster.crash('n5');
    cluster.overrides.clear();
    cluster.restart('n5');
    cluster.settle();
    cluster.advance(12 * EPOCH);
    expect(cluster.ids.map((id) => cluster.detail(id, 'validators'))).toEqual([5, 5, 5, 5, 5]);
    expect(cluster.detail('n5', 'validating')).toBe(true);
  });
});
