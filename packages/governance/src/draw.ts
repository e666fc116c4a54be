import type { Epoch, NodeId } from '@hypersync/interface';
import { ByteWriter, sha256, type WeightTable } from '@hypersync/consensus-kit';

const DRAW = 'hypersync/draw/1';
const SEED = 'hypersync/seed/1';
const COMMITMENT = 'hypersync/commitment/1';
const TWO_20 = 2 ** 20;
const TWO_32 = 2 ** 32;
const TWO_52 = 2 ** 52;

/**
 * The leader of a place (slot, round), drawn in exact proportion to weight: whoever has a tenth of the weight leads a tenth
 * of the places. The same on every node; depends on seed and place alone, and on all 32 bytes of the seed.
 */
export function drawLeader(seed: Uint8Array, place: number, table: WeightTable): NodeId {
  const limit = TWO_52 - (TWO_52 % table.total); // beyond, some would be drawn more often
  for (let attempt = 0; ; attempt++) {
    const digest = sha256(new ByteWriter(96).string(DRAW).bytes(seed).varint(place).varint(attempt).finish());
    const view = new DataView(digest.buffer, digest.byteOffset);
    const drawn = (view.getUint32(0) % TWO_20) * TWO_32 + view.getUint32(4);
    if (drawn < limit) return at(table, drawn % table.total);
  }
}

function at(table: WeightTable, point: number): NodeId {
  let rest = point;
  for (const { id, weight } of table.members) {
    if (rest < weight) return id;
    rest -= weight;
  }
  throw new RangeError('a point beyond the total weight');
}

/** What a member adds to a seed: it commits to a secret one epoch, and shows it in the next. */
export interface SeedContribution {
  readonly nodeId: NodeId;
  /** `commitmentTo(nodeId, secret)`, decided in the log before anybody's secret was known. */
  readonly commitment: Uint8Array;
  /** Null when it was not shown in time. */
  readonly secret: Uint8Array | null;
}

export function commitmentTo(nodeId: NodeId, secret: Uint8Array): Uint8Array {
  return sha256(new ByteWriter(160).string(COMMITMENT).string(nodeId).bytes(secret).finish());
}

/**
 * The seed of an epoch. Never from the contents of a block: its author could try contents until the draw suits it. With no
 * contributions nobody has any influence, but everybody can compute the leaders of all future. Contributions make them
 * unpredictable; what is left to k colluding members is to withhold secrets, that is a choice among 2^k seeds, and it shows:
 * they are returned in `withheld`, for reputation and stake to answer.
 */
export function nextSeed(
  previous: Uint8Array,
  epoch: Epoch,
  contributions: readonly SeedContribution[] = [],
): { readonly seed: Uint8Array; readonly withheld: readonly NodeId[] } {
  const sorted = contributions.toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  const withheld: NodeId[] = [];
  const shown: { nodeId: NodeId; secret: Uint8Array }[] = [];
  for (const { nodeId, commitment, secret } of sorted) {
    if (secret !== null && same(commitmentTo(nodeId, secret), commitment)) shown.push({ nodeId, secret });
    else withheld.push(nodeId);
  }
  const writer = new ByteWriter(128).string(SEED).bytes(previous).varint(epoch);
  writer.list(shown, (w, { nodeId, secret }) => void w.string(nodeId).bytes(secret));
  return { seed: sha256(writer.finish()), withheld };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
