import type { Micros } from '@hypersync/interface';

/** How much the cluster has reason to expect. */
export type ThreatLevel = 'normal' | 'elevated' | 'high';

export const THREAT_LEVELS: readonly ThreatLevel[] = ['normal', 'elevated', 'high'];

/** What a certificate must strictly exceed: two thirds ("67 %"), 75 %, 82 % of all weight. */
export const QUORUM_THRESHOLDS = {
  normal: { numerator: 2, denominator: 3 },
  elevated: { numerator: 75, denominator: 100 },
  high: { numerator: 82, denominator: 100 },
} as const satisfies Readonly<Record<ThreatLevel, { readonly numerator: number; readonly denominator: number }>>;

export interface AdaptiveQuorumConfig {
  /** Evidence counts for so many epochs, the present one among them. */
  readonly windowEpochs: number;
  /** Members with evidence over members, parts per million, from which the level is raised. */
  readonly elevatedRate: number;
  readonly highRate: number;
  /** So many members at least, or the level is not `high`: one of four is 25 %, and one alone is no conspiracy. */
  readonly highMembers: number;
  /** Epochs that must be calm and stable before the level goes one step down. */
  readonly cooldownEpochs: number;
  /** Below this stability (parts per million) no level goes down. */
  readonly stabilityFloor: number;
  /** Latency that is as good as any. */
  readonly latencyTarget: Micros;
  /** After so long a wait, more than two thirds suffice at any level. */
  readonly fallbackAfter: Micros;
  /** Kept per member, the newest. */
  readonly detectionsPerMember: number;
}

export const DEFAULT_ADAPTIVE_QUORUM: AdaptiveQuorumConfig = {
  windowEpochs: 8,
  elevatedRate: 50_000,
  highRate: 150_000,
  highMembers: 2,
  cooldownEpochs: 4,
  stabilityFloor: 700_000,
  latencyTarget: 500_000,
  fallbackAfter: 2_000_000,
  detectionsPerMember: 16,
};

const RANGES: { readonly [K in keyof AdaptiveQuorumConfig]: readonly [number, number] } = {
  windowEpochs: [1, 1_000_000],
  elevatedRate: [1, 1_000_000],
  highRate: [1, 1_000_000],
  highMembers: [2, 1_000_000],
  cooldownEpochs: [1, 1_000_000],
  stabilityFloor: [0, 1_000_000],
  latencyTarget: [1, 3_600_000_000],
  fallbackAfter: [0, 3_600_000_000],
  detectionsPerMember: [1, 1024],
};

/** Defaults filled in. Throws RangeError for a value out of range. */
export function adaptiveQuorumConfig(config: Partial<AdaptiveQuorumConfig>): AdaptiveQuorumConfig {
  const whole = { ...DEFAULT_ADAPTIVE_QUORUM, ...config };
  for (const [key, [min, max]] of Object.entries(RANGES)) {
    const value = whole[key as keyof AdaptiveQuorumConfig];
    if (!Number.isInteger(value) || value < min || value > max)
      throw new RangeError(`adaptiveQuorum.${key}: an integer from ${min} to ${max}, not ${value}`);
  }
  if (whole.elevatedRate > whole.highRate) throw new RangeError('adaptiveQuorum: elevatedRate is above highRate');
  return whole;
}
