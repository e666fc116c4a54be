import { integerProblems, withDefaults, type IntegerSetting } from '@hypersync/consensus-kit';

/** What a `ByzantineGuard` can be told, as data: a mechanism may offer these keys in its own configuration. */
export const GUARD_SETTINGS = {
  halfLifeMs: {
    min: 100,
    max: 3_600_000,
    default: 30_000,
    reason: 'suspicion halves in this time; much longer punishes the past, much shorter forgets an attack in progress',
  },
  slowAt: { min: 1, max: 10_000, default: 50, reason: 'points from which a peer is slowed' },
  deprioritiseAt: { min: 1, max: 10_000, default: 100, reason: 'points from which a peer comes after the others' },
  quarantineAt: { min: 1, max: 10_000, default: 200, reason: 'points from which a peer is quarantined' },
  quarantineMs: {
    min: 10,
    max: 3_600_000,
    default: 10_000,
    reason: 'length of a first quarantine; it doubles with each further one, up to 64 times',
  },
  slowedPerSecond: { min: 1, max: 1_000_000, default: 1000, reason: 'messages a slowed peer may have handled at once' },
  quarantinedPerSecond: {
    min: 1,
    max: 1_000_000,
    default: 50,
    reason: 'messages of a quarantined peer still read: its votes count, so they must get through',
  },
  silenceMs: { min: 1, max: 3_600_000, default: 2000, reason: 'how long an expected message may be missing' },
  replayWindowMs: { min: 1000, max: 3_600_000, default: 300_000, reason: 'age at which a dated message is too old' },
  statementsPerMember: {
    min: 1,
    max: 65_536,
    default: 512,
    reason: 'statements remembered per member, to be compared with later ones; the oldest go first',
  },
  entriesPerMember: { min: 4, max: 4096, default: 64, reason: 'audit entries kept per member; the oldest go first' },
} as const satisfies Readonly<Record<string, IntegerSetting>>;

export type GuardConfig = { readonly [K in keyof typeof GUARD_SETTINGS]: number };

/** Defaults filled in. Throws RangeError for an unknown key, a value out of range, or levels that do not rise. */
export function guardConfig(config: Partial<GuardConfig>): GuardConfig {
  const [problem] = integerProblems(GUARD_SETTINGS, config);
  if (problem !== undefined) throw new RangeError(`guard.${problem.key}: ${problem.allowed}; ${problem.reason}`);
  const whole = withDefaults(GUARD_SETTINGS, config);
  if (!(whole.slowAt <= whole.deprioritiseAt && whole.deprioritiseAt <= whole.quarantineAt))
    throw new RangeError('guard: slowAt, deprioritiseAt and quarantineAt must not fall');
  return whole;
}
