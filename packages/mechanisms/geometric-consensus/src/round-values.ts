import type { StateWriter } from '@hypersync/consensus-kit';
import type { GridPoint } from './grid.ts';
import type { RoundValue } from './statements.ts';

interface MemberValues {
  /** As delivered; may have holes. */
  readonly delivered: Map<number, RoundValue>;
  /** Without holes from round 0 on, up to a final one. */
  readonly chain: GridPoint[];
  over: boolean;
}

/**
 * Everybody's values by round, as the reliable broadcast delivers them: the same for all correct members. A member's value
 * of a round counts once all its earlier ones are there; its final one stands for it in all later rounds, whatever it sends.
 * Sets of members are bits, since there are at most 13.
 */
export class RoundValues {
  readonly #maxRounds: number;
  readonly #members: MemberValues[];
  readonly #reports = new Map<number, Map<number, number>>();

  constructor(members: number, maxRounds: number) {
    this.#maxRounds = maxRounds;
    this.#members = Array.from({ length: members }, () => ({ delivered: new Map(), chain: [], over: false }));
  }

  add(member: number, round: number, value: RoundValue): void {
    const known = this.#members[member]!;
    known.delivered.set(round, value);
    for (;;) {
      const next = known.delivered.get(known.chain.length);
      if (next === undefined || known.over) return;
      known.chain.push(next.point);
      known.over = next.final;
    }
  }

  /** By member and round, without holes. */
  get chains(): readonly (readonly GridPoint[])[] {
    return this.#members.map(({ chain }) => chain);
  }

  /** The highest round of which somebody's value is there. */
  get rounds(): number {
    return Math.max(...this.#members.map(({ chain }) => chain.length)) - 1;
  }

  /** Null while it is not there. */
  #value({ chain, over }: MemberValues, round: number): GridPoint | null {
    return (over && round >= chain.length ? chain.at(-1) : chain[round]) ?? null;
  }

  membersWith(round: number): number {
    let bits = 0;
    for (const [member, values] of this.#members.entries())
      if (this.#value(values, round) !== null) bits |= 1 << member;
    return bits;
  }

  count(round: number): number {
    return bitCount(this.membersWith(round));
  }

  /** In the order of members. */
  points(round: number): readonly GridPoint[] {
    return this.#members.map((values) => this.#value(values, round)).filter((point) => point !== null);
  }

  /** Somebody has a value of this very round. */
  live(round: number): boolean {
    return this.#members.some(({ chain }) => chain.length > round);
  }

  /** A member's report; the first one per round counts. False for one that nobody correct would make. */
  report(from: number, round: number, members: number, quorum: number): boolean {
    if (round > this.#maxRounds || members >= 1 << this.#members.length || bitCount(members) < quorum) return false;
    const reports = this.#reports.get(round) ?? new Map<number, number>();
    this.#reports.set(round, reports);
    if (!reports.has(from)) reports.set(from, members);
    return true;
  }

  /** Members all of whose reported values are there. */
  witnesses(round: number): number {
    const have = this.membersWith(round);
    return [...(this.#reports.get(round)?.values() ?? [])].filter((members) => (members & ~have) === 0).length;
  }

  clone(): RoundValues {
    const copy = new RoundValues(this.#members.length, this.#maxRounds);
    for (const [i, { delivered, chain, over }] of this.#members.entries())
      copy.#members[i] = { delivered: new Map(delivered), chain: [...chain], over };
    for (const [round, reports] of this.#reports) copy.#reports.set(round, new Map(reports));
    return copy;
  }

  writeTo(state: StateWriter): void {
    for (const { delivered, chain, over } of this.#members) {
      state.map(delivered, (writer, { point, final }) => void writer.data([point, final]));
      state.data([chain, over]);
    }
    state.map(this.#reports, (writer, reports) => void writer.data(reports));
  }
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}
