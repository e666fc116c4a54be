import type { ConfigProblem } from '@hypersync/interface';

/** All times in milliseconds, sizes in bytes. */
export interface Config {
  /** Blocks of consecutive rounds, each certified, that commit the first of them: 2 is Jolteon, 3 is chained HotStuff. */
  readonly chainLength: 2 | 3;
  /** How long a round with work may last at first. */
  readonly baseTimeoutMs: number;
  /** What it may grow to while nothing is committed. */
  readonly maxTimeoutMs: number;
  /** How often a node tells a peer where it stands. */
  readonly heartbeatMs: number;
  readonly maxValueBytes: number;
  /** Payload of one block. */
  readonly maxBlockBytes: number;
  readonly maxPending: number;
  readonly ticketTimeoutMs: number;
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

const RULES: { readonly [K in NumberKey]: Rule } = {
  chainLength: {
    byDefault: 2,
    min: 2,
    max: 3,
    reason: '2 is Jolteon (one round less to a decision), 3 is chained HotStuff; one certified block decides nothing',
  },
  baseTimeoutMs: {
    byDefault: 1000,
    min: 1,
    max: 60_000,
    reason: 'too small gives up on honest leaders, too large waits long for dead ones',
  },
  maxTimeoutMs: { byDefault: 60_000, min: 1, max: 3_600_000, reason: 'time-outs double while nothing is committed' },
  heartbeatMs: { byDefault: 2000, min: 10, max: 600_000, reason: 'resting nodes must find out that they lag behind' },
  maxValueBytes: { byDefault: 1_048_576, min: 1, max: 1_048_576, reason: 'the limit of one proposal' },
  maxBlockBytes: {
    byDefault: 2_097_152,
    min: 16_384,
    max: 2_097_152,
    reason: 'a block with its payload must fit into one message of 4 MiB when a node catches up',
  },
  maxPending: { byDefault: 4096, min: 1, max: 100_000, reason: 'operations of own clients held in memory' },
  ticketTimeoutMs: {
    byDefault: 30_000,
    min: 10,
    max: 3_600_000,
    reason: 'when an operation without a decision is answered "unknown"',
  },
};

const STOP_REASON = 'with "one", a single faulty member can end the epoch; with "third", every host must ask for it';

/** Bytes that a payload needs beside one value. */
const PAYLOAD_ROOM = 1024;

export function checkConfig(config: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [key, value] of Object.entries(config)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as NumberKey] : undefined;
    if (key === 'stopEndorsement') {
      if (value !== 'one' && value !== 'third') problems.push({ key, allowed: 'one, third', reason: STOP_REASON });
    } else if (rule === undefined) {
      const allowed = [...Object.keys(RULES), 'stopEndorsement'].join(', ');
      problems.push({ key, allowed, reason: 'hotstuff has no such key' });
    } else if (!(Number.isInteger(value) && (value as number) >= rule.min && (value as number) <= rule.max)) {
      problems.push({ key, allowed: `an integer from ${rule.min} to ${rule.max}`, reason: rule.reason });
    }
  }
  return problems.length > 0 ? problems : checkTogether(mergeConfig(config));
}

function checkTogether(merged: Config): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  if (merged.maxBlockBytes < merged.maxValueBytes + PAYLOAD_ROOM) {
    const allowed = `at least maxValueBytes + ${PAYLOAD_ROOM} = ${merged.maxValueBytes + PAYLOAD_ROOM}`;
    problems.push({ key: 'maxBlockBytes', allowed, reason: 'the largest value must fit into a block' });
  }
  if (merged.maxTimeoutMs < merged.baseTimeoutMs) {
    const allowed = `at least baseTimeoutMs = ${merged.baseTimeoutMs}`;
    problems.push({ key: 'maxTimeoutMs', allowed, reason: 'time-outs only grow' });
  }
  return problems;
}

/** Defaults filled in; `config` has passed `checkConfig`. */
export function mergeConfig(config: Readonly<Record<string, unknown>>): Config {
  const value = (key: NumberKey): number => (config[key] as number | undefined) ?? RULES[key].byDefault;
  return {
    chainLength: value('chainLength') === 3 ? 3 : 2,
    baseTimeoutMs: value('baseTimeoutMs'),
    maxTimeoutMs: value('maxTimeoutMs'),
    heartbeatMs: value('heartbeatMs'),
    maxValueBytes: value('maxValueBytes'),
    maxBlockBytes: value('maxBlockBytes'),
    maxPending: value('maxPending'),
    ticketTimeoutMs: value('ticketTimeoutMs'),
    stopEndorsement: config['stopEndorsement'] === 'third' ? 'third' : 'one',
  };
}
