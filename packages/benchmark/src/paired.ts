import { median } from './result.ts';

/** Something that is timed; `prepare` runs before each round and is not timed. */
export interface Contender {
  readonly name: string;
  readonly prepare?: () => Promise<void> | void;
  readonly run: () => Promise<void> | void;
}

/** Milliseconds per round, in the order of rounds. */
export type Timings = readonly number[];

/**
 * Runs all contenders in turn, round by round (A B C A B C ...), so that drift of the machine hits all alike. The first
 * round warms up and is not counted. The order alternates from round to round.
 */
export async function inTurn(contenders: readonly Contender[], rounds: number): Promise<ReadonlyMap<string, Timings>> {
  const timings = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? contenders : [...contenders].reverse();
    for (const contender of order) {
      await contender.prepare?.();
      const start = performance.now();
      await contender.run();
      if (round > 0) timings.get(contender.name)?.push(performance.now() - start);
    }
  }
  return timings;
}

/** The median of the ratios of each round: steadier than the ratio of medians. */
export function pairedRatio(ours: Timings, peer: Timings): number {
  return median(ours.map((value, round) => value / (peer[round] ?? Number.NaN)));
}
