import type { NodeId } from '@hypersync/interface';
import { Prng } from '@hypersync/consensus-kit';
import { nextSeed } from '@hypersync/governance';

/** Stake in force, in units of 1/16 of a weight, so that the leak has something to take from a weight of 1. */
export type Stakes = ReadonlyMap<NodeId, number>;

/**
 * The seed of an epoch's duties: from the root of the chain (members, stakes, epoch of the cluster) and the number alone.
 * No block content goes into it, so there is nothing to try out and nothing to grind; the price is that everybody knows
 * all duties to come.
 */
export function seedOf(epoch: number, genesis: Uint8Array): Uint8Array {
  return nextSeed(genesis, epoch).seed;
}

function prngOf(seed: Uint8Array, stream: number): Prng {
  return new Prng(new DataView(seed.buffer, seed.byteOffset).getUint32(0), stream);
}

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/** The proposer of the `place`-th slot of the epoch: drawn with probability in proportion to stake. */
export function proposerAt(seed: Uint8Array, place: number, stakes: Stakes): NodeId {
  const ids = [...stakes.keys()].sort();
  const total = ids.reduce((sum, id) => sum + stakes.get(id)!, 0);
  if (total === 0) return ids[place % ids.length]!;
  const random = prngOf(seed, 1 + place);
  const limit = TWO_53 - (TWO_53 % total);
  let drawn = limit;
  while (drawn >= limit) drawn = random.nextInt(2 ** 21) * TWO_32 + random.nextU32();
  let rest = drawn % total;
  for (const id of ids) {
    rest -= stakes.get(id)!;
    if (rest < 0) return id;
  }
  return ids[0]!;
}

/** Which slot of the epoch (from 0) each member attests in: a shuffle, cut into committees of nearly equal number. */
export function committees(seed: Uint8Array, slotsPerEpoch: number, stakes: Stakes): ReadonlyMap<NodeId, number> {
  const order = prngOf(seed, 0).shuffle([...stakes.keys()].sort());
  return new Map(order.map((id, i) => [id, Math.floor((i * slotsPerEpoch) / order.length)]));
}
