import type { Member, NodeId } from '@hypersync/interface';

/** Sums stay below this, so that three times any of them is an exact double. */
const MAX_TOTAL = 2 ** 40;

/**
 * Who counts how much. All thresholds are strict comparisons of exact integers; a tally over a list counts every member
 * once however often it is named, and strangers not at all.
 */
export class WeightTable {
  readonly members: readonly Member[];
  /** Sorted by UTF-16 code units. */
  readonly ids: readonly NodeId[];
  /** The sum of all weights, W below. */
  readonly total: number;
  readonly #weights: ReadonlyMap<NodeId, number>;

  /** Throws RangeError for an empty list, a repeated id, a weight that is not a positive integer, or a sum of 2^40 or more. */
  constructor(members: readonly Member[]) {
    const weights = new Map<NodeId, number>();
    let total = 0;
    for (const { id, weight } of members) {
      if (!Number.isInteger(weight) || weight < 1 || weight >= MAX_TOTAL)
        throw new RangeError(`weight of ${id}: ${weight}`);
      if (weights.has(id)) throw new RangeError(`member ${id} is listed twice`);
      weights.set(id, weight);
      total += weight;
    }
    if (weights.size === 0) throw new RangeError('no members');
    if (total >= MAX_TOTAL) throw new RangeError(`sum of weights: ${total}`);
    this.members = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.ids = this.members.map((member) => member.id);
    this.total = total;
    this.#weights = weights;
  }

  get size(): number {
    return this.ids.length;
  }

  has(id: NodeId): boolean {
    return this.#weights.has(id);
  }

  /** 0 for a stranger. */
  weightOf(id: NodeId): number {
    return this.#weights.get(id) ?? 0;
  }

  /** The weight of the distinct members named. */
  tally(ids: Iterable<NodeId>): number {
    const distinct = ids instanceof Set ? (ids as Set<NodeId>) : new Set(ids);
    let sum = 0;
    for (const id of distinct) sum += this.weightOf(id);
    return sum;
  }

  /** More than half: any two such sets share a member. */
  isMajority(weight: number): boolean {
    return 2 * weight > this.total;
  }

  /** More than two thirds: any two such sets share more than a third, hence an honest member (Byzantine quorum). */
  isByzantineQuorum(weight: number): boolean {
    return 3 * weight > 2 * this.total;
  }

  /** More than a third: at least one honest member among them. */
  isOneThird(weight: number): boolean {
    return 3 * weight > this.total;
  }

  hasMajority(ids: Iterable<NodeId>): boolean {
    return this.isMajority(this.tally(ids));
  }

  hasByzantineQuorum(ids: Iterable<NodeId>): boolean {
    return this.isByzantineQuorum(this.tally(ids));
  }

  hasOneThird(ids: Iterable<NodeId>): boolean {
    return this.isOneThird(this.tally(ids));
  }

  /** True when the weight is more than `numerator / denominator` of the total; both below 2^13, so that products are exact. */
  exceeds(weight: number, numerator: number, denominator: number): boolean {
    if (!(numerator >= 0 && numerator < 8192 && denominator > 0 && denominator < 8192))
      throw new RangeError('bad fraction');
    return weight * denominator > this.total * numerator;
  }
}
