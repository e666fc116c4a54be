import type { Member, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256, type StateWriter, WeightTable } from '@hypersync/consensus-kit';

const MAX_MEMBERS = 4096;

/** Who votes at a height, with what weight. */
export class ValidatorSet {
  readonly table: WeightTable;
  readonly hash: Uint8Array;
  readonly key: string;

  constructor(members: readonly Member[]) {
    this.table = new WeightTable(members);
    this.hash = sha256(encodeMembers(this.table.members));
    this.key = hashKey(this.hash);
  }

  has(id: NodeId): boolean {
    return this.table.has(id);
  }
}

export function encodeMembers(members: readonly Member[]): Uint8Array {
  const writer = new ByteWriter(256);
  writer.list(members, (w, { id, weight }) => void w.string(id).varint(weight));
  return writer.finish();
}

/** Null for anything that no validator set looks like. */
export function decodeMembers(bytes: Uint8Array): ValidatorSet | null {
  const reader = new ByteReader(bytes);
  const members = reader.list(MAX_MEMBERS, (r) => ({ id: r.string(64), weight: r.varint() }));
  if (!reader.done()) return null;
  try {
    return new ValidatorSet(members);
  } catch {
    return null; // a repeated id, or weights out of range
  }
}

/** Spread of priorities, in multiples of the total weight (CometBFT's PriorityWindowSizeFactor). */
const WINDOW = 2;

/**
 * Weighted round robin by accumulated priority (CometBFT, "Proposer selection procedure"): in each turn everybody gains its
 * weight, and whoever then has most proposes and pays the total weight. In any stretch of turns each validator proposes in
 * proportion to its weight, and never long apart. Priorities sum to (nearly) zero, so they stay small.
 */
export class ProposerRotation {
  readonly #priorities: Map<NodeId, number>;

  constructor(priorities: ReadonlyMap<NodeId, number> = new Map()) {
    this.#priorities = new Map(priorities);
  }

  /** Takes in a set of validators: newcomers start at zero, who left is forgotten, the rest is centred again. */
  follow({ members, total }: WeightTable): void {
    const kept = new Map(members.map(({ id }) => [id, this.#priorities.get(id) ?? 0]));
    const values = [...kept.values()];
    const spread = Math.max(...values) - Math.min(...values);
    const divisor = Math.max(1, Math.ceil(spread / (WINDOW * total)));
    const average = Math.floor(values.reduce((sum, value) => sum + Math.trunc(value / divisor), 0) / values.length);
    this.#priorities.clear();
    for (const [id, value] of kept) this.#priorities.set(id, Math.trunc(value / divisor) - average);
  }

  /** The next turn's proposer. `table` is the one followed last. */
  next({ members, total }: WeightTable): NodeId {
    let chosen = members[0]!.id;
    let most = -Infinity;
    for (const { id, weight } of members) {
      const priority = this.#priorities.get(id)! + weight;
      this.#priorities.set(id, priority);
      if (priority > most) [chosen, most] = [id, priority]; // members are sorted: the smaller id wins a tie
    }
    this.#priorities.set(chosen, most - total);
    return chosen;
  }

  /** Sorted, for encoding. */
  get priorities(): readonly (readonly [NodeId, number])[] {
    return [...this.#priorities].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  clone(): ProposerRotation {
    return new ProposerRotation(this.#priorities);
  }

  writeTo(state: StateWriter): void {
    state.data(this.#priorities);
  }
}

/** Rounds behind the latest asked for that are remembered. */
const WINDOW_BEHIND = 64;

/** Who proposes in each round of one height: computed as far as it was asked for, remembered for the latest rounds. */
export class Proposers {
  readonly #table: WeightTable;
  readonly #start: ProposerRotation;
  #rotation: ProposerRotation;
  /** The round of the first entry. */
  #first = 0;
  #ids: NodeId[] = [];

  constructor(rotation: ProposerRotation, table: WeightTable) {
    this.#table = table;
    this.#start = rotation.clone();
    this.#rotation = rotation.clone();
  }

  /** The paper's proposer(h, round). */
  of(round: number): NodeId {
    if (round < this.#first) {
      this.#rotation = this.#start.clone();
      this.#first = 0;
      this.#ids = [];
    }
    while (this.#first + this.#ids.length <= round) {
      this.#ids.push(this.#rotation.next(this.#table));
      if (this.#ids.length < 2 * WINDOW_BEHIND) continue;
      this.#ids.splice(0, WINDOW_BEHIND);
      this.#first += WINDOW_BEHIND;
    }
    return this.#ids[round - this.#first]!;
  }
}
