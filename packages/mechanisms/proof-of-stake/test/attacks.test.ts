import { afterAll, describe, expect, it } from 'vitest';
import { ByteWriter, sha256, WeightTable } from '@hypersync/consensus-kit';
import { drawLeader } from '@hypersync/governance';
import { makeCheckpoint } from '../src/attestation.ts';
import type { Attestation } from '../src/attestation.ts';
import type { Block } from '../src/block.ts';
import { makeAnchor, type ChainState } from '../src/chain-state.ts';
import { ForkChoice } from '../src/fork-choice.ts';
import { raiseCheckpoints } from '../src/importing.ts';
import { proposerAt, seedOf } from '../src/schedule.ts';
import { makeSetup, State } from '../src/state.ts';
import { applyBlock } from '../src/transition.ts';
import { BlockTree } from '../src/tree.ts';
import { blockOn, extend, SLOTS, signature, vote, world } from './chain.ts';
import { Cluster, EPOCH, type Flight } from './cluster.ts';

/** The attacks on proof of stake that the literature knows, each with and without what stands against it here. */
const rows: string[][] = [['attack', 'tried', 'without the defence', 'with it']];

afterAll(() => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | '));
  process.stdout.write(`\nattacks on proof-of-stake\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
});

/** One observer's fork choice over a tree of its own; forty members, ten per slot. */
function observer(boostPercent: number) {
  const w = world(40);
  const tree = new BlockTree(w.genesis);
  const fork = new ForkChoice(
    { slotsPerEpoch: SLOTS, boostPercent },
    makeCheckpoint(0, w.genesis.root),
    w.genesis.stakes,
  );
  const states = new Map<string, ChainState>();
  return {
    w,
    fork,
    add(parent: ChainState, block: Block): ChainState {
      const state = states.get(block.key) ?? (applyBlock(parent, block, w.rules) as ChainState);
      if (!states.has(block.key)) tree.add({ block, signature }, state);
      states.set(block.key, state);
      return state;
    },
    attest(validator: string, on: ChainState, epoch = 1): void {
      fork.attest({ ...vote(on, validator, { target: makeCheckpoint(epoch, on.root) }), validator });
    },
    head: (): string => fork.head(tree, 7).key,
  };
}

/** Who attests where does not matter to these scripts: ten names per slot. */
const committee = (slot: number): string[] => Array.from({ length: 10 }, (_, i) => `n${(slot % 4) * 10 + i + 1}`);

describe('ex-ante reorganisation (a withheld block and withheld votes for it)', () => {
  /** True when the honest block of the next slot is thrown out. */
  function reorg(votes: number, boostPercent: number): boolean {
    const view = observer(boostPercent);
    const withheld = extend(view.w, view.w.genesis, 4);
    const late = blockOn(view.w, view.w.genesis, 4);
    const honest = view.add(view.w.genesis, blockOn(view.w, view.w.genesis, 5));
    view.fork.boosted = honest.key;
    view.add(view.w.genesis, late);
    for (const id of committee(4).slice(0, votes)) view.attest(id, withheld);
    const chosen = view.head() === honest.key ? honest : withheld;
    view.fork.boosted = null;
    for (const id of committee(5)) view.attest(id, chosen);
    return view.head() !== honest.key;
  }

  it('works with one vote without the boost, and needs two fifths of a committee against it', () => {
    const tried = [1, 2, 3, 4, 5];
    const without = tried.filter((votes) => reorg(votes, 0));
    const against = tried.filter((votes) => reorg(votes, 40));
    rows.push([
      'ex-ante reorg',
      'votes withheld of a committee of 10, 1 to 5',
      `works with ${without.join()}`,
      `works with ${against.join()}`,
    ]);
    expect(without).toEqual(tried);
    expect(against.every((votes) => votes >= 4)).toBe(true);
    expect(against).toContain(5);
  });
});

describe('balancing (votes shown to one half only keep two halves on two branches)', () => {
  /** Slots until both halves of the honest members see one head; 12 when they never did. */
  function slotsOfDisagreement(boostPercent: number): number {
    const halves = [observer(boostPercent), observer(boostPercent)] as const;
    const { w } = halves[0];
    const blocks = [blockOn(w, w.genesis, 4), blockOn(w, w.genesis, 5)] as const;
    const tips = blocks.map((block) => halves.map((view) => view.add(w.genesis, block))[0]!);
    const hidden = [4, 5, 6, 7].flatMap((one) => committee(one).slice(8));
    let slot = 6;
    for (; slot < 18; slot++) {
      const boosted = tips[slot % 2]!; // the honest proposer builds on what its half sees
      for (const view of halves) view.fork.boosted = boosted.key;
      // the attacker shows each half as many votes as it takes to keep it where it is
      for (const [half, view] of halves.entries()) {
        while (view.head() !== tips[half]!.key && hidden.length > 0)
          view.attest(hidden.pop()!, tips[half]!, Math.floor(slot / SLOTS));
      }
      const heads = halves.map((view) => view.head());
      if (heads[0] === heads[1]) return slot - 6;
      for (const [i, id] of committee(slot).slice(0, 8).entries()) {
        for (const view of halves) view.attest(id, tips[i % 2]!, Math.floor(slot / SLOTS));
      }
    }
    return slot - 6;
  }

  it('is over as soon as an honest proposer has a boost', () => {
    const [without, against] = [slotsOfDisagreement(0), slotsOfDisagreement(40)];
    rows.push([
      'balancing',
      'a fifth of the stake, hidden votes: slots of disagreement',
      `${without} of 12`,
      `${against} of 12`,
    ]);
    expect(without).toBe(12);
    expect(against).toBeLessThanOrEqual(2);
  });
});

describe('bouncing (a justification released in the middle of an epoch moves those who have not voted yet)', () => {
  /** Honest members, of seven, whose vote for the head follows the released branch. */
  function moved(atOnce: boolean): number {
    const w = world(10);
    const members = w.ids.map((id) => ({ id, weight: 1 }));
    const config = { weighting: 'stake', slotMs: 12 };
    const setup = makeSetup({ self: 'n1', members, epoch: 1, seed: 1, now: 0, config, applied: 0 }, new Map());
    const s = new State(setup, 0);
    const grow = (parent: ChainState, slot: number, attestations: Attestation[] = []): ChainState => {
      const block = blockOn(w, parent, slot, { attestations });
      const state = applyBlock(parent, block, w.rules) as ChainState;
      const node = s.tree.add({ block, signature }, state);
      raiseCheckpoints(s, node);
      if (atOnce) s.fork.raise(node.unrealized.justified, s.fork.finalized, () => state.stakes);
      return state;
    };
    const votes = (ids: readonly string[], on: ChainState): Attestation[] => ids.map((id) => vote(on, id));
    const honest = w.ids.filter((id) => !['n8', 'n9', 'n10'].includes(id));
    s.slot = 8;
    const common = grow(w.genesis, 8);
    s.slot = 15;
    const right = grow(common, 12);
    const left = grow(common, 13);
    // four honest votes of epoch 3 are for the right branch; with the three of the liars it is justified
    const tip = grow(right, 15, votes(honest.slice(0, 4), right));
    for (const one of votes(honest.slice(4), { ...left, current: makeAnchor(3, left.root, 13, left.standing) })) {
      s.fork.attest(one);
    }
    s.slot = 17;
    const followers: string[] = [];
    for (const [i, id] of honest.entries()) {
      if (i === 4) grow(tip, 18, votes(['n8', 'n9', 'n10'], right));
      const head = i < 4 ? left : s.fork.head(s.tree, 18).state;
      if (s.tree.isAncestor(right.key, head.key)) followers.push(id);
      s.fork.attest(vote(head, id, { target: makeCheckpoint(4, head.root) }));
    }
    return followers.length;
  }

  it('moves nobody before the epoch is over', () => {
    const [without, against] = [moved(true), moved(false)];
    rows.push([
      'bouncing',
      '3 of 10 release votes mid-epoch: honest votes that follow',
      `${without} of 3`,
      `${against} of 3`,
    ]);
    expect(without).toBe(3);
    expect(against).toBe(0);
  });
});

describe('withholding (proposals and votes are kept back, or come an epoch late)', () => {
  function epochsToFinality(liars: readonly string[]): number {
    const cluster = new Cluster(7);
    const late: Flight[] = [];
    cluster.passes = (flight) => {
      const isHeld = liars.includes(flight.from) && ['block', 'attestations'].includes(flight.message.t);
      if (isHeld) late.push(flight);
      return !isHeld;
    };
    cluster.propose('n1', 'x');
    cluster.settle();
    for (let epochs = 1; epochs <= 20; epochs++) {
      cluster.advance(EPOCH);
      for (const { from, to, message } of late.splice(0)) cluster.inject(from, to, message);
      cluster.settle();
      if (cluster.values('n1').length > 0) return epochs;
    }
    return Infinity;
  }

  it('costs blocks, never finality, with less than a third', () => {
    const [alone, attacked] = [epochsToFinality([]), epochsToFinality(['n6', 'n7'])];
    rows.push([
      'withholding',
      '2 of 7 keep everything back for an epoch: epochs to finality',
      `${alone} (nobody)`,
      `${attacked}`,
    ]);
    expect(attacked).toBeLessThanOrEqual(alone + 4);
  });
});

describe('long range (all keys of the past sign another past)', () => {
  it('convinces who trusts keys alone, and nobody who knows one checkpoint', () => {
    const run = (cluster: Cluster, id: string, ...texts: string[]): Cluster => {
      for (const text of texts) {
        cluster.propose(id, text);
        cluster.settle();
        cluster.advance(5 * EPOCH);
      }
      return cluster;
    };
    const [truth, forged] = [run(new Cluster(4), 'n1', 'a', 'b'), run(new Cluster(4), 'n2', 'c', 'd', 'e')];
    const decided = (config: Record<string, unknown>): number => {
      forged.wipe('n4');
      forged.overrides.set('n4', config);
      forged.restart('n4', 0);
      forged.settle();
      forged.advance(6 * EPOCH);
      return forged.values('n4').length;
    };
    const without = decided({});
    const against = decided({
      checkpointEpoch: truth.detail('n1', 'finalizedEpoch'),
      checkpointRoot: truth.detail('n1', 'finalizedRoot'),
    });
    rows.push(['long range', 'a past signed by all keys: decisions of it taken over', `${without}`, `${against}`]);
    expect([without, against]).toEqual([3, 0]);
  });
});

describe('grinding (a proposer tries block contents until the draw suits it)', () => {
  it('changes nothing, since no block content is in the seed', () => {
    const ids = Array.from({ length: 10 }, (_, i) => `n${i}`);
    const stakes = new Map(ids.map((id) => [id, 16]));
    const table = new WeightTable(ids.map((id) => ({ id, weight: 1 })));
    const epochs = 500;
    const led = (leader: (epoch: number, place: number) => string): number => {
      let count = 0;
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (let place = 0; place < SLOTS; place++) if (leader(epoch, place) === 'n0') count++;
      }
      return count / (epochs * SLOTS);
    };
    /** The seed comes from a block's root, and the attacker takes the best of 32 blocks. */
    const best = new Map<number, Uint8Array>();
    for (let epoch = 0; epoch < epochs; epoch++) {
      let most = -1;
      for (let content = 0; content < 32; content++) {
        const root = sha256(new ByteWriter(16).varint(epoch).varint(content).finish());
        const places = [0, 1, 2, 3].filter((place) => drawLeader(root, place, table) === 'n0').length;
        if (places > most) best.set(epoch, root);
        most = Math.max(most, places);
      }
    }
    const without = led((epoch, place) => drawLeader(best.get(epoch)!, place, table));
    const against = led((epoch, place) => proposerAt(seedOf(epoch, new Uint8Array(32)), place, stakes));
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    rows.push([
      'grinding',
      'a tenth of the stake, 32 block contents: slots proposed',
      percent(without),
      percent(against),
    ]);
    expect(without).toBeGreaterThan(0.25);
    // four standard deviations of 2,000 draws
    expect(Math.abs(against - 0.1)).toBeLessThan(0.027);
  });
});
