/** One whole, in parts per million: the unit of shares, scores and weights. */
export const WHOLE = 1_000_000;

/** How votes are weighed. All shares in parts per million. */
export interface WeightConfig {
  /** The three shares sum to one whole. */
  readonly stakeShare: number;
  readonly reputationShare: number;
  readonly uptimeShare: number;
  /** No member has more than this, or than 1/n where that is more. */
  readonly cap: number;
  /** Members with less have no vote. */
  readonly minimumStake: bigint;
  /** Reputation and uptime of a newcomer. */
  readonly initialReputation: number;
  readonly initialUptime: number;
  /**
   * How 40 % for reputation and 20 % for uptime are divided. `stake`: in proportion to stake times score, so that a stake
   * split over many identities weighs what it weighed before. `member`: in proportion to score alone; then every identity
   * brings weight of its own, and an attacker gains by splitting (test/attacks.test.ts shows how much).
   */
  readonly scoresPer: 'member' | 'stake';
  readonly maxMembers: number;
}

export const DEFAULT_WEIGHTS: WeightConfig = {
  stakeShare: 400_000,
  reputationShare: 400_000,
  uptimeShare: 200_000,
  cap: 150_000,
  minimumStake: 1000n,
  initialReputation: 100_000,
  initialUptime: 100_000,
  scoresPer: 'stake',
  maxMembers: 10_000,
};

/** Defaults filled in. Throws RangeError for shares that are no shares of one whole, and for values out of range. */
export function weightConfig(config: Partial<WeightConfig>): WeightConfig {
  const whole = { ...DEFAULT_WEIGHTS, ...config };
  const shares = ['stakeShare', 'reputationShare', 'uptimeShare', 'initialReputation', 'initialUptime'] as const;
  for (const key of shares) {
    if (!isShare(whole[key])) throw new RangeError(`weights.${key}: an integer from 0 to ${WHOLE}, not ${whole[key]}`);
  }
  if (whole.stakeShare + whole.reputationShare + whole.uptimeShare !== WHOLE)
    throw new RangeError(`weights: stakeShare, reputationShare and uptimeShare must sum to ${WHOLE}`);
  if (whole.stakeShare === 0) throw new RangeError('weights.stakeShare: without stake in them, identities are free');
  if (!isShare(whole.cap) || whole.cap === 0) throw new RangeError(`weights.cap: an integer from 1 to ${WHOLE}`);
  if (whole.minimumStake < 1n) throw new RangeError('weights.minimumStake: at least 1, or identities are free');
  if (!Number.isInteger(whole.maxMembers) || whole.maxMembers < 1 || whole.maxMembers > WHOLE)
    throw new RangeError(`weights.maxMembers: an integer from 1 to ${WHOLE}`);
  return whole;
}

/** An integer in parts per million, from none to all. */
export function isShare(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= WHOLE;
}
