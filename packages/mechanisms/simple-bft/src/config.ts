import type { ConfigProblem } from '@hypersync/interface';

/** All times in milliseconds, sizes in bytes. */
export interface Config {
  /** Delta: the bound on message delay that holds once the network is stable. */
  readonly deltaMs: number;
  /** How often a resting node tells the others where it stands. */
  readonly heartbeatMs: number;
  readonly maxValueBytes: number;
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
  deltaMs: {
    byDefault: 250,
    min: 1,
    max: 60_000,
    reason: 'too small skips honest leaders, too large waits long for dead ones',
  },
  heartbeatMs: { byDefault: 2000, min: 10, max: 600_000, reason: 'resting nodes must find out that they lag behind' },
  maxValueBytes: { byDefault: 1_048_576, min: 1, max: 1_048_576, reason: 'the limit of one proposal' },
  maxBlockBytes: {
    byDefault: 2_097_152,
    min: 16_384,
    max: 2_097_152,
    reason: 'a block and its certificates must fit into one message of 4 MiB',
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

/** Bytes that a block needs beside one value: header, bundle, signature. */
const BLOCK_ROOM = 10_240;

export function checkConfig(config: Readonly<Record<string, unknown>>): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const [key, value] of Object.entries(config)) {
    const rule = Object.hasOwn(RULES, key) ? RULES[key as NumberKey] : undefined;
    if (key === 'stopEndorsement') {
      if (value !== 'one' && value !== 'third') problems.push({ key, allowed: 'one, third', reason: STOP_REASON });
    } else if (rule === undefined) {
      const allowed = [...Object.keys(RULES), 'stopEndorsement'].join(', ');
      problems.push({ key, allowed, reason: 'simple-bft has no such key' });
    } else if (!(Number.isInteger(value) && (value as number) >= rule.min && (value as number) <= rule.max)) {
      problems.push({ key, allowed: `an integer from ${rule.min} to ${rule.max}`, reason: rule.reason });
    }
  }
  if (problems.length > 0) return problems;
  const merged = mergeConfig(config);
  if (merged.maxBlockBytes < merged.maxValueBytes + BLOCK_ROOM) {
    const allowed = `at least maxValueBytes + ${BLOCK_ROOM} = ${merged.maxValueBytes + BLOCK_ROOM}`;
    problems.push({ key: 'maxBlockBytes', allowed, reason: 'the largest value must fit into a block' });
  }
  return problems;
}

/** Defaults filled in; `config` has passed `checkConfig`. */
export function mergeConfig(config: Readonly<Record<string, unknown>>): Config {
  const value = (key: NumberKey): number => (config[key] as number | undefined) ?? RULES[key].byDefault;
  return {
    deltaMs: value('deltaMs'),
    heartbeatMs: value('heartbeatMs'),
    maxValueBytes: value('maxValueBytes'),
    maxBlockBytes: value('maxBlockBytes'),
    maxPending: value('maxPending'),
    ticketTimeoutMs: value('ticketTimeoutMs'),
    stopEndorsement: config['stopEndorsement'] === 'third' ? 'third' : 'one',
  };
}
