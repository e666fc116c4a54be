import { describe, expect, it } from 'vitest';
import { Prng } from '@hypersync/consensus-kit';
import { BinaryConsensus, MOST_BINARY_ROUNDS, type BinaryStatement, type Bit } from '../src/binary-consensus.ts';

const DELTA = 1000;

interface Letter {
  readonly from: number;
  readonly to: number;
  readonly statement: BinaryStatement;
}

/**
 * Members 0 .. f-1 lie: each says something random to each member, whenever something happens. Letters between two members stay
 * in order; otherwise any may come next, and time passes when none is under way, or as a coin falls.
 */
function run(
  n: number,
  f: number,
  seed: number,
  wishes: readonly Bit[],
): { decisions: (Bit | null)[]; rounds: number } {
  const random = new Prng(seed);
  const members = Array.from({ length: n }, (_, self) => new BinaryConsensus({ n, f, self }, DELTA, seed));
  const links = new Map<number, Letter[]>();
  let now = 0;
  const post = (from: number, to: number, statement: BinaryStatement) => {
    const link = links.get(from * n + to) ?? [];
    links.set(from * n + to, [...link, { from, to, statement }]);
  };
  const speak = (from: number) => {
    for (const statement of members[from]!.takeStatements()) for (let to = 0; to < n; to++) post(from, to, statement);
  };
  const lie = () => {
    if (f === 0 || !random.chance(1, 3)) return;
    const round = random.between(1, 4);
    const bit = random.nextInt(2) as Bit;
    const statement = random.pick<BinaryStatement>([
      { kind: 'estimate', round, bit },
      { kind: 'coordinate', round, bit },
      { kind: 'aux', round, bits: random.pick([[0], [1], [0, 1]] as const) },
    ]);
    post(random.nextInt(f), random.between(f, n - 1), statement);
  };
  for (let i = f; i < n; i++) {
    members[i]!.propose(now, wishes[i]!);
    speak(i);
  }
  for (let events = 0; events < 40_000; events++) {
    if (members.slice(f).every(({ decision }) => decision !== null)) break;
    lie();
    const busy = [...links].filter(([, link]) => link.length > 0);
    if (busy.length === 0 || random.chance(1, 200)) {
      now += DELTA / 2;
      for (let i = f; i < n; i++) {
        members[i]!.time(now);
        speak(i);
      }
      continue;
    }
    const [key, link] = random.pick(busy);
    links.set(key, link.slice(1));
    const { from, to, statement } = link[0]!;
    if (to < f) continue;
    members[to]!.hear(now, from, statement);
    speak(to);
  }
  const honest = members.slice(f);
  return { decisions: honest.map(({ decision }) => decision), rounds: Math.max(...honest.map(({ round }) => round)) };
}

describe('binary consensus', () => {
  it.each([
    [4, 1],
    [7, 2],
    [5, 1],
  ])('%d members of which %d lie decide one bit that a correct one wanted', (n, f) => {
    let most = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const random = new Prng(seed, 5);
      const wishes = Array.from({ length: n }, (): Bit => (random.chance(seed % 5, 4) ? 1 : 0));
      const { decisions, rounds } = run(n, f, seed, wishes);
      expect(new Set(decisions).size, `seed ${seed}: ${decisions.join()}`).toBe(1);
      expect(wishes.slice(f), `seed ${seed}`).toContain(decisions[0]);
      most = Math.max(most, rounds);
    }
    expect(most).toBeLessThan(20);
  });

  it('decides 1 in the first round, without waiting for a coordinator, when all want it', () => {
    const { decisions, rounds } = run(4, 0, 3, [1, 1, 1, 1]);
    expect(decisions).toEqual([1, 1, 1, 1]);
    expect(rounds).toBeLessThanOrEqual(2);
  });

  it('goes on for two rounds after its decision, and no further', () => {
    const one = new BinaryConsensus({ n: 1, f: 0, self: 0 }, DELTA, 0);
    one.propose(0, 1);
    for (let i = 0; i < 50; i++) for (const statement of one.takeStatements()) one.hear(i * DELTA * 10, 0, statement);
    expect([one.decision, one.round, one.deadline]).toEqual([1, 4, null]);
  });

  it('says nothing again that it recalls, and takes no coordinate from others than the coordinator', () => {
    const member = new BinaryConsensus({ n: 4, f: 1, self: 0 }, DELTA, 0);
    member.recall({ kind: 'estimate', round: 1, bit: 1 });
    member.propose(0, 1);
    expect(member.takeStatements()).toEqual([]);
    expect(member.hear(0, 2, { kind: 'coordinate', round: 1, bit: 0 })).toBe(false);
    expect(member.hear(0, 1, { kind: 'coordinate', round: 1, bit: 0 })).toBe(true);
    expect(member.hear(0, 1, { kind: 'estimate', round: MOST_BINARY_ROUNDS + 1, bit: 0 })).toBe(false);
    expect(member.hear(0, 1, { kind: 'estimate', round: 0, bit: 0 })).toBe(false);
  });
});
