import type { ConfigProblem } from '@hypersync/interface';

/** All times in milliseconds, sizes in bytes. */
export interface Config {
  /** The paper's timeoutPropose(r) = timeoutPropose + r * delta. */
  readonly timeoutProposeMs: number;
  readonly timeoutProposeDeltaMs: number;
  /** timeoutPrevote(r) and timeoutPrecommit(r), likewise. */
  readonly timeoutVoteMs: number;
  readonly timeoutVoteDeltaMs: number;
  /** No timeout grows beyond this: a cluster that was halted for long must not wait for hours. */
  readonly timeoutMaxMs: number;
  /** Pause between a decision and the next height. */
  readonly timeoutCommitMs: number;
  /** How often a resting node tells the others where it stands. */
  readonly heartbeatMs: number;
  readonly maxValueBytes: number;
  readonly maxBlockBytes: number;
  readonly maxPending: number;
  readonly ticketTimeoutMs: number;
  /** Who was proven guilty loses its vote at the next multiple of so many heights, plus one. */
  readonly validatorPeriod: number;
  /** Proposer-based timestamps: how well clocks agree, and how long a proposal may be under way. */
  readonly precisionMs: number;
  readonly messageDelayMs: number;
  /** Who may end the epoch: any `one` member, or members with more than a `third` of the weight. */
  readonly stopEndorsement: 'one' | 'third';
}

interface Rule {
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
}

type NumberKey = Exclude<keyof Config, 'stopEndorsement'>;

const HOUR = 3_600_000;
const GROWTH = 'timeouts must grow with the round until they exceed the delays of the network';

const RULES: { readonly [K in NumberKey]: Rule } = {
  timeoutProposeMs: {
    byDefault: 1000,
    min: 1,
    max: HOUR,
    reason: 'too small skips correct proposers, too large waits long for dead ones',
  },
  timeoutProposeDeltaMs: { byDefault: 500, min: 1, max: HOUR, reason: GROWTH },
  timeoutVoteMs: { byDefault: 500, min: 1, max: HOUR, reason: 'how long late votes are waited for' },
  timeoutVoteDeltaMs: { byDefault: 250, min: 1, max: HOUR, reason: GROWTH },
  timeoutMaxMs: { byDefault: 60_000, min: 1, max: HOUR, reason: 'after a long halt rounds must still end' },
  timeoutCommitMs: { byDefault: 0, min: 0, max: HOUR, reason: 'a pause after each block; 0 for none' },
  heartbeatMs: { byDefault: 2000, min: 10, max: 600_000, reason: 'resting nodes must find out that they lag behind' },
  maxValueBytes: { byDefault: 1_048_576, min: 1, max: 1_048_576, reason: 'the limit of one proposal' },
  maxBlockBytes: {
    byDefault: 2_097_152,
    min: 16_384,
    max: 2_097_152,
    reason: 'a block and its proof of lock must fit into one message of 4 MiB',
  },
  maxPending: { byDefault: 4096, min: 1, max: 100_000, reason: 'operations of own clients held in memory' },
  ticketTimeoutMs: {
    byDefault: 30_000,
    min: 10,
    max: HOUR,
    reason: 'when an operation without a decision is answered "unknown"',
  },
  validatorPeriod: { byDefault: 64, min: 2, max: 1_000_000, reason: 'heights between two changes of the validators' },
  precisionMs: { byDefault: 500, min: 1, max: 60_000, reason: 'the largest difference between two correct clocks' },
  messageDelayMs: { byDefault: 15_000, min: 1, max: HOUR, reason: 'how old a proposal may be when it arrives' },
};

const STOP_REASON = 'with "one", a single faulty member can end the epoch; with "third", every host must ask for it';
/** Bytes that a block needs beside one value: header, bundle, signature, one piece of evidence. */
const BLOCK_ROOM = 10_240;

export function checkConfig(config: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [key, value] of Object.entries(config)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as NumberKey] : undefined;
    if (key === 'stopEndorsement') {
      if (value !== 'one' && value !== 'third') problems.push({ key, allowed: 'one, third', reason: STOP_REASON });
    } else if (rule === undefined) {
      const allowed = [...Object.keys(RULES), 'stopEndorsement'].join(', ');
      problems.push({ key, allowed, reason: 'tendermint has no such key' });
    } else if (!(Number.isInteger(value) && (value as number) >= rule.min && (value as number) <= rule.max)) {
      problems.push({ key, allowed: `an integer from ${rule.min} to ${rule.max}`, reason: rule.reason });
    }
  }
  return problems.length > 0 ? problems : relations(mergeConfig(config));
}

function relations(merged: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const least = merged.maxValueBytes + BLOCK_ROOM;
  if (merged.maxBlockBytes < least) {
    const allowed = `at least maxValueBytes + ${BLOCK_ROOM} = ${least}`;
    problems.push({ key: 'maxBlockBytes', allowed, reason: 'the largest value must fit into a block' });
  }
  const longest = Math.max(merged.timeoutProposeMs, merged.timeoutVoteMs);
  if (merged.timeoutMaxMs < longest) {
    const allowed = `at least timeoutProposeMs and timeoutVoteMs, ${longest}`;
    problems.push({ key: 'timeoutMaxMs', allowed, reason: 'timeouts grow, they never shrink' });
  }
  return problems;
}

/** Defaults filled in; `config` has passed `checkConfig`. */
export function mergeConfig(config: Readonly<Record<string, unknown>>): Config {
  const numbers = Object.fromEntries(
    Object.entries(RULES).map(([key, { byDefault }]) => [key, (config[key] as number | undefined) ?? byDefault]),
  ) as Record<NumberKey, number>;
  return { ...numbers, stopEndorsement: config['stopEndorsement'] === 'third' ? 'third' : 'one' };
}
