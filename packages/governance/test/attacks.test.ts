import { afterAll, describe, expect, it } from 'vitest';
import { ByteWriter, Prng, sha256, WeightTable } from '@hypersync/consensus-kit';
import {
  AdaptiveQuorumManager,
  ByzantineGuard,
  commitmentTo,
  drawLeader,
  encodeEvidence,
  ForkDetector,
  nextSeed,
  WeightedVotingSystem,
  type Evidence,
  type Vertex,
  type WeightConfig,
} from '../src/index.ts';
import { chiSquare, chiSquareBound } from './chi-square.ts';
import { check, doubleVote, signAs, vote } from './signing.ts';

/** What came of it. Each line: what the attacker tries, what it gets where the defence is missing, and what it gets here. */
const results: { attack: string; try: string; undefended: string; defended: string }[] = [];

function record(attack: string, attempt: string, undefended: string, defended: string): void {
  results.push({ attack, try: attempt, undefended, defended });
}

afterAll(() => {
  const head = { attack: 'attack', try: 'what is tried', undefended: 'without the defence', defended: 'with it' };
  const columns = ['attack', 'try', 'undefended', 'defended'] as const;
  const width = (column: (typeof columns)[number]): number =>
    Math.max(...[head, ...results].map((row) => row[column].length));
  const line = (row: typeof head): string =>
    columns
      .map((column) => row[column].padEnd(width(column)))
      .join('  ')
      .trimEnd();
  console.log(['', ...[head, ...results].map(line), ''].join('\n'));
});

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

describe('Sybil', () => {
  /** The attacker's share of the weight, with a fifth of the stake, split over so many identities of full reputation. */
  function shareOfAttacker(identities: number, config: Partial<WeightConfig>): number {
    const system = new WeightedVotingSystem({ minimumStake: 1000n, ...config });
    const join = (id: string, stake: bigint): void => {
      expect(system.registerNode(id, stake)).toBe('registered');
      system.updateReputation(id, 900_000);
      system.updateUptime(id, 990_000);
    };
    for (let i = 0; i < 20; i++) join(`honest${i}`, 40_000n);
    for (let i = 0; i < identities; i++) join(`sybil${i}`, 200_000n / BigInt(identities));
    const weights = system.calculateWeights().filter(({ nodeId }) => nodeId.startsWith('sybil'));
    return weights.reduce((sum, { weight }) => sum + weight, 0) / 1_000_000;
  }

  it('gains nothing from many identities, since scores count in proportion to stake', () => {
    for (const identities of [1, 10, 100, 200]) {
      const undefended = shareOfAttacker(identities, { scoresPer: 'member', cap: 1_000_000 });
      const defended = shareOfAttacker(identities, {});
      record(
        'Sybil',
        `20 % of the stake over ${identities} identities: weight`,
        percent(undefended),
        percent(defended),
      );
      expect(defended).toBeLessThanOrEqual(0.2001);
    }
    expect(shareOfAttacker(200, { scoresPer: 'member' })).toBeGreaterThan(1 / 3); // what it is about
  });

  it('is bounded in identities by the minimum stake', () => {
    const joined = (minimumStake: bigint): number => {
      const system = new WeightedVotingSystem({ minimumStake });
      let left = 200_000n;
      let identities = 0;
      while (identities < 5000 && left >= 1n) {
        const stake = minimumStake < 40n ? 40n : minimumStake;
        if (left < stake || system.registerNode(`sybil${identities}`, stake) !== 'registered') break;
        left -= stake;
        identities++;
      }
      return identities;
    };
    expect(joined(1000n)).toBe(200);
    record('Sybil', 'identities that a stake of 200,000 buys', String(joined(1n)), String(joined(1000n)));
  });

  it('is bounded by the cap, where it does not split: no identity exceeds 15 %', () => {
    const whale = (cap: number): number => {
      const system = new WeightedVotingSystem({ minimumStake: 1n, cap });
      for (let i = 0; i < 9; i++) system.registerNode(`n${i}`, 100n);
      system.registerNode('whale', 100_000n);
      return system.calculateWeights().find(({ nodeId }) => nodeId === 'whale')!.weight / 1_000_000;
    };
    record('Sybil', 'one identity with 99 % of the stake: weight', percent(whale(1_000_000)), percent(whale(150_000)));
    expect(whale(150_000)).toBe(0.15);
  });

  it('has a limit that is ours to state: the cap counts identities, so a capped honest holder makes others heavier', () => {
    const system = new WeightedVotingSystem({ minimumStake: 1n });
    system.registerNode('honest-whale', 400n);
    for (let i = 0; i < 7; i++) system.registerNode(`honest${i}`, 50n);
    for (let i = 0; i < 5; i++) system.registerNode(`sybil${i}`, 50n);
    const weights = system.calculateWeights().filter(({ nodeId }) => nodeId.startsWith('sybil'));
    const share = weights.reduce((sum, { weight }) => sum + weight, 0) / 1_000_000;
    record(
      'Sybil',
      'limit: 25 % of the stake split, 40 % in one honest (capped) hand',
      '25.0 % (no cap)',
      percent(share),
    );
    expect(share).toBeCloseTo(0.85 * (250 / 600), 3);
  });
});

describe('long range', () => {
  const block = (chain: string, sequence: number, parent: string, weight: number): Vertex => ({
    hash: `${chain}${sequence}`,
    parent,
    sequence,
    author: chain,
    weight,
  });

  /** How many blocks of an honest chain of 60 are replaced by one of 500 that branches off after `from`. */
  function replaced(from: number, finalized: number): number {
    const root = { hash: 'h0', parent: '', sequence: 0, author: 'h', weight: 0 };
    const detector = new ForkDetector({ layout: 'chain', root });
    for (let i = 1; i <= 60; i++) detector.addVertex(block('h', i, `h${i - 1}`, 10));
    detector.finalize(`h${finalized}`);
    for (let i = from + 1; i <= from + 500; i++)
      detector.addVertex(block('evil', i, i === from + 1 ? `h${from}` : `evil${i - 1}`, 1000));
    for (const { sequence } of detector.forks()) detector.reconcileChain(sequence);
    return Array.from({ length: 60 }, (_, i) => detector.getCanonical(i + 1)).filter((hash) => hash?.startsWith('evil'))
      .length;
  }

  it('never replaces what is final, from wherever it starts', () => {
    for (const from of [0, 25, 49]) {
      record(
        'long range',
        `rewrite from block ${from} with 500 blocks: blocks replaced`,
        `${replaced(from, 0)} of 60`,
        `${replaced(from, 50)} of 60`,
      );
      expect(replaced(from, 50)).toBe(0);
    }
    expect(replaced(25, 0)).toBe(35);
    expect(replaced(55, 50)).toBe(5); // beside what is final, the longer chain wins, as it should
  });
});

describe('eclipse', () => {
  it('shows its victim no quorum, however long it waits and at whatever level', () => {
    let [fooled, decided] = [0, 0];
    for (let seed = 0; seed < 1000; seed++) {
      const random = new Prng(seed);
      const n = random.between(4, 40);
      const table = new WeightTable(
        Array.from({ length: n }, (_, i) => ({ id: `n${i}`, weight: random.between(1, 1000) })),
      );
      // as many attackers as are tolerated, around one victim
      const attackers: string[] = [];
      for (const id of random.shuffle(table.ids.slice(1)))
        if (3 * table.tally([...attackers, id]) < table.total) attackers.push(id);
      const seen = table.tally([...attackers, table.ids[0]!]);
      const among = table.tally(attackers);
      if (3 * among > 2 * seen) fooled++; // a victim that counts only whom it hears
      const manager = new AdaptiveQuorumManager(table);
      if (manager.checkQuorum(among, 3_600_000_000).reached) decided++;
    }
    record(
      'eclipse',
      'a victim that hears attackers only decides with them',
      `${fooled} of 1000 seeds`,
      `${decided} of 1000 seeds`,
    );
    expect(decided).toBe(0);
    expect(fooled).toBeGreaterThan(500);
  });
});

describe('equivocation', () => {
  it('costs every equivocator its vote, and no honest member anything', () => {
    const ids = Array.from({ length: 10 }, (_, i) => `n${i}`);
    const members = new WeightTable(ids.map((id) => ({ id, weight: 1 })));
    const traitors = ['n7', 'n8', 'n9'];
    const honest = ids.filter((id) => !traitors.includes(id));
    let [convictions, wrong, votesLost] = [0, 0, 0];
    for (let seed = 0; seed < 50; seed++) {
      const random = new Prng(seed);
      const guards = honest.map(
        (self) => new ByzantineGuard({ self, members, epoch: 1, conflict: doubleVote, maxPayload: 64 }),
      );
      const found: Evidence[] = [];
      for (let height = 1; height <= 4; height++) {
        for (const id of ids) {
          const faces = traitors.includes(id) ? ['a', 'b'] : ['a'];
          for (const guard of guards) {
            // each honest node sees one face, and some see the other passed on by a neighbour
            for (const face of random.sample(faces, random.chance(1, 3) ? 2 : 1)) {
              const evidence = guard.witness(height, id, height, signAs(id, vote(height, face)));
              if (evidence !== null) found.push(evidence);
            }
          }
        }
      }
      // traitors answer with accusations of their own
      const lies = traitors.map((liar) => {
        const victim = random.pick(honest);
        const statements = [signAs(victim, vote(1, 'a')), signAs(liar, vote(1, 'b'))] as const;
        return { submitter: liar, bytes: encodeEvidence({ culprit: victim, offence: 'double-vote', statements }) };
      });
      const proofs = found.map((evidence) => ({ submitter: random.pick(honest), bytes: encodeEvidence(evidence) }));
      const log = random.shuffle([...proofs, ...lies]);
      for (const guard of guards) {
        for (const [index, { submitter, bytes }] of log.entries()) {
          const inquiry = guard.decide(10, index, submitter, bytes);
          if (inquiry !== null) guard.answer(10, inquiry.id, check(inquiry));
        }
        votesLost += members.size - guard.votingMembers().length;
        for (const { member } of guard.endEpoch(11)) {
          if (traitors.includes(member)) convictions++;
          else wrong++;
        }
      }
    }
    const possible = 50 * honest.length;
    record(
      'equivocation',
      '3 of 10 vote both ways: convicted at the end of the epoch',
      '0 of 3',
      `${convictions / possible} of 3`,
    );
    record(
      'equivocation',
      'and accuse honest members falsely: honest members convicted',
      'as many as accused',
      `${wrong}`,
    );
    expect([convictions, wrong, votesLost]).toEqual([3 * possible, 0, 0]);
  });
});

describe('grinding', () => {
  const table = new WeightTable([
    { id: 'attacker', weight: 100 },
    ...Array.from({ length: 18 }, (_, i) => ({ id: `h${i}`, weight: 50 })),
  ]);
  const PLACES = 8;
  const EPOCHS = 600;
  const seedFrom = (...parts: readonly number[]): Uint8Array =>
    sha256(new ByteWriter().list(parts, (w, part) => w.varint(part)).finish());
  const places = (seed: Uint8Array, members = table): number =>
    Array.from({ length: PLACES }, (_, place) => drawLeader(seed, place, members)).filter((id) => id === 'attacker')
      .length;
  /** The share of all places that the attacker has, when it may choose one seed per epoch among some. */
  const share = (choices: (epoch: number) => readonly Uint8Array[]): number => {
    let led = 0;
    for (let epoch = 0; epoch < EPOCHS; epoch++) led += Math.max(...choices(epoch).map((seed) => places(seed)));
    return led / (EPOCHS * PLACES);
  };
  /** What chance exceeds once in a million times, for the number of places led of so many. */
  const bound = 0.1 + 4.753 * Math.sqrt((0.1 * 0.9) / (EPOCHS * PLACES));

  it('aside, the draw is in exact proportion to weight', () => {
    const uneven = new WeightTable([1, 2, 3, 5, 8, 13, 21, 34, 55, 89].map((weight, i) => ({ id: `n${i}`, weight })));
    const counts = new Map(uneven.ids.map((id) => [id, 0]));
    const seed = seedFrom(1);
    for (let place = 0; place < 20_000; place++) {
      const leader = drawLeader(seed, place, uneven);
      counts.set(leader, counts.get(leader)! + 1);
    }
    const shares = uneven.members.map(({ weight }) => weight / uneven.total);
    const statistic = chiSquare([...counts.values()], shares);
    record(
      'grinding',
      'no attack: chi-square of 20,000 draws among ten weights',
      '-',
      `${statistic.toFixed(1)} (bound ${chiSquareBound(9).toFixed(1)})`,
    );
    expect(statistic).toBeLessThan(chiSquareBound(9));
    // a number beyond the last whole multiple of all weight is drawn again, or the first members would lead more often
    const heavy = new WeightTable(
      [366_414_419_273, 366_414_419_285, 366_414_419_283].map((weight, i) => ({ id: `n${i}`, weight })),
    );
    const drawn = (place: number, attempt: number): number => {
      const bytes = sha256(
        new ByteWriter().string('hypersync/draw/1').bytes(seed).varint(place).varint(attempt).finish(),
      );
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      return (view.getUint32(0) % 2 ** 20) * 2 ** 32 + view.getUint32(4);
    };
    const limit = 2 ** 52 - (2 ** 52 % heavy.total);
    const again = Array.from({ length: 12_000 }, (_, place) => place).filter((place) => drawn(place, 0) >= limit);
    expect(again.length).toBeGreaterThan(0);
    for (const place of again) {
      const point = drawn(place, 1) % heavy.total;
      const ends = [heavy.members[0]!.weight, heavy.members[0]!.weight + heavy.members[1]!.weight];
      expect(drawLeader(seed, place, heavy)).toBe(point < ends[0]! ? 'n0' : point < ends[1]! ? 'n1' : 'n2');
    }
    // and the bound would notice: a draw that leaves weights out of account fails it
    const blind = uneven.ids.map((_, i) => 20_000 / 10 + (i % 2));
    expect(chiSquare(blind, shares)).toBeGreaterThan(chiSquareBound(9));
  });

  it('of block contents gains nothing, since they are not part of the seed', () => {
    const undefended = share((epoch) => Array.from({ length: 32 }, (_, content) => seedFrom(epoch, content)));
    let seed = seedFrom(2);
    const defended = share((epoch) => [(seed = nextSeed(seed, epoch).seed)]);
    record(
      'grinding',
      '10 % of the weight, 32 block contents tried: places led',
      percent(undefended),
      percent(defended),
    );
    expect(undefended).toBeGreaterThan(0.2);
    expect(Math.abs(defended - 0.1)).toBeLessThan(bound - 0.1);
  });

  it('by withholding secrets gets a choice among 2^k seeds at most, and is named', () => {
    for (const k of [1, 2]) {
      let named = true;
      const led = share((epoch) => {
        const secrets = Array.from({ length: 5 }, (_, i) => seedFrom(epoch, k, i));
        return Array.from({ length: 2 ** k }, (_, mask) => {
          const contributions = secrets.map((secret, i) => {
            const nodeId = `c${i}`;
            const isWithheld = i < k && ((mask >> i) & 1) === 1;
            return { nodeId, commitment: commitmentTo(nodeId, secret), secret: isWithheld ? null : secret };
          });
          const { seed, withheld } = nextSeed(seedFrom(3), epoch, contributions);
          named &&= withheld.length === contributions.filter(({ secret }) => secret === null).length;
          return seed;
        });
      });
      record(
        'grinding',
        `${k} of 5 contributors withhold at will: places led (each refusal is named)`,
        '-',
        percent(led),
      );
      expect(named).toBe(true);
      expect(led).toBeLessThan(0.1 * (k + 1.5)); // far from what 32 contents gave
    }
  });

  it('with a secret that does not fit its commitment is withholding it', () => {
    const [secret, other] = [seedFrom(4), seedFrom(5)];
    const contribution = { nodeId: 'a', commitment: commitmentTo('a', secret), secret };
    const without = nextSeed(seedFrom(6), 1).seed;
    expect(nextSeed(seedFrom(6), 1, [{ ...contribution, secret: other }])).toEqual({ seed: without, withheld: ['a'] });
    expect(nextSeed(seedFrom(6), 1, [contribution]).seed).not.toEqual(without);
    // in whatever order they come
    const two = [contribution, { nodeId: 'b', commitment: commitmentTo('b', other), secret: other }];
    expect(nextSeed(seedFrom(6), 1, two)).toEqual(nextSeed(seedFrom(6), 1, two.toReversed()));
    // the secret of another member is none of one's own
    expect(nextSeed(seedFrom(6), 1, [{ ...contribution, nodeId: 'b' }]).withheld).toEqual(['b']);
  });

  it("of one's own weight at registration gains nothing when the seed is made of secrets shown later", () => {
    const weights = Array.from({ length: 32 }, (_, i) => 100 + i - 16);
    const tables = weights.map((weight) => new WeightTable([{ id: 'attacker', weight }, ...table.members.slice(1)]));
    const measure = (isKnown: boolean): number => {
      let led = 0;
      for (let epoch = 0; epoch < EPOCHS / 4; epoch++) {
        const seed = seedFrom(7, epoch);
        const foreseen = isKnown ? seed : seedFrom(8, epoch);
        let best = tables[0]!;
        let most = -1;
        for (const members of tables) {
          const would = places(foreseen, members);
          if (would > most) [best, most] = [members, would];
        }
        led += places(seed, best);
      }
      return led / ((EPOCHS / 4) * PLACES);
    };
    const [undefended, defended] = [measure(true), measure(false)];
    record(
      'grinding',
      '32 stakes tried at registration, seed known or not: places led',
      percent(undefended),
      percent(defended),
    );
    const chance = 4.753 * Math.sqrt((0.115 * 0.885) / ((EPOCHS / 4) * PLACES));
    expect(Math.abs(defended - 0.1)).toBeLessThan(chance + 0.015);
    expect(undefended).toBeGreaterThan(defended);
  });
});
