import type { ConfigProblem } from '@hypersync/interface';

/** All times in milliseconds, sizes in bytes. */
export interface Config {
  /** A request that is not executed for this long makes a backup vote for the next view; doubles while views fail. */
  readonly viewChangeTimeoutMs: number;
  /** How often a replica that waits for something says what it lacks. */
  readonly retransmitMs: number;
  /** The same for one that waits for nothing. */
  readonly heartbeatMs: number;
  /** K: a checkpoint every so many sequence numbers. */
  readonly checkpointInterval: number;
  /** L: sequence numbers in use above the last stable checkpoint. */
  readonly watermarkWindow: number;
  /** Checkpoint intervals whose batches are kept for laggards although a snapshot covers them. */
  readonly checkpointRetention: number;
  /** Requests (bundles of operations) in one batch. */
  readonly maxBatch: number;
  readonly maxBatchBytes: number;
  /** While others are in flight, a batch waits so long for company. */
  readonly batchDelayMs: number;
  /** Batches that the primary has in flight, at most. */
  readonly maxPipeline: number;
  /** From proposing to executing; flow control aims at it. */
  readonly targetLatencyMs: number;
  readonly maxValueBytes: number;
  readonly maxPending: number;
  readonly ticketTimeoutMs: number;
  /** A primary that takes so many times as long as its predecessors is replaced; 0 for never. */
  readonly slowPrimaryFactor: number;
  /** Who may end the epoch: any `one` member, or members with more than a `third` of the weight. */
  readonly stopEndorsement: 'one' | 'third';
  /** What proves the sender of pre-prepares, prepares and commits: a signature each, or the transport's session MACs. */
  readonly authentication: 'signatures' | 'channel';
}

interface Rule {
  readonly byDefault: number;
  readonly min: number;
  readonly max: number;
  readonly reason: string;
}

const WORDS = {
  stopEndorsement: {
    allowed: ['one', 'third'],
    reason: 'with "one", a single faulty member can end the epoch; with "third", every host must ask for it',
  },
  authentication: {
    allowed: ['signatures', 'channel'],
    reason: 'with "channel", the transport vouches for the normal case: faster, but lies of a primary are not provable',
  },
} as const;

type WordKey = keyof typeof WORDS;
type NumberKey = Exclude<keyof Config, WordKey>;

const RULES: { readonly [K in NumberKey]: Rule } = {
  viewChangeTimeoutMs: {
    byDefault: 2000,
    min: 10,
    max: 600_000,
    reason: 'too small replaces honest primaries, too large waits long for dead ones',
  },
  retransmitMs: { byDefault: 250, min: 1, max: 60_000, reason: 'lost messages are made good this often' },
  heartbeatMs: { byDefault: 2000, min: 10, max: 600_000, reason: 'resting replicas must find out that they lag' },
  checkpointInterval: { byDefault: 128, min: 1, max: 4096, reason: 'how often the log can be garbage-collected' },
  watermarkWindow: { byDefault: 256, min: 2, max: 8192, reason: 'bounds the log, and the size of a view change' },
  checkpointRetention: { byDefault: 1, min: 0, max: 64, reason: 'batches kept in memory for laggards' },
  maxBatch: { byDefault: 256, min: 1, max: 1024, reason: 'requests in one batch' },
  maxBatchBytes: {
    byDefault: 2_097_152,
    min: 16_384,
    max: 2_097_152,
    reason: 'a batch must fit into one message of 4 MiB',
  },
  batchDelayMs: { byDefault: 2, min: 0, max: 1000, reason: 'waiting for company costs latency' },
  maxPipeline: { byDefault: 32, min: 1, max: 4096, reason: 'batches in flight at once' },
  targetLatencyMs: { byDefault: 25, min: 1, max: 60_000, reason: 'flow control aims at it' },
  maxValueBytes: { byDefault: 1_048_576, min: 1, max: 1_048_576, reason: 'the limit of one proposal' },
  maxPending: { byDefault: 8192, min: 1, max: 100_000, reason: 'operations of own clients held in memory' },
  ticketTimeoutMs: {
    byDefault: 30_000,
    min: 10,
    max: 3_600_000,
    reason: 'when an operation without a decision is answered "unknown"',
  },
  slowPrimaryFactor: { byDefault: 8, min: 0, max: 1000, reason: '0 tolerates a primary that is just not silent' },
};

/** Bytes that a batch needs beside one value: the bundle's own fields and signature. */
const BATCH_ROOM = 10_240;
/** Entries of all view changes in one NEW-VIEW; 80 bytes each must fit into one message. */
const MAX_NEW_VIEW_ENTRIES = 40_000;

export function checkConfig(config: Readonly<Record<string, unknown>>, nodes: number): ConfigProblem[] {
  const problems = Object.entries(config).flatMap(([key, value]) => keyProblem(key, value) ?? []);
  return problems.length > 0 ? problems : relationProblems(mergeConfig(config), nodes);
}

function keyProblem(key: string, value: unknown): ConfigProblem | null {
  if (Object.hasOwn(WORDS, key)) {
    const { allowed, reason } = WORDS[key as WordKey];
    if ((allowed as readonly unknown[]).includes(value)) return null;
    return { key, allowed: allowed.join(', '), reason };
  }
  if (!Object.hasOwn(RULES, key)) {
    const allowed = [...Object.keys(RULES), ...Object.keys(WORDS)].join(', ');
    return { key, allowed, reason: 'pbft has no such key' };
  }
  const { min, max, reason } = RULES[key as NumberKey];
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return null;
  return { key, allowed: `an integer from ${min} to ${max}`, reason };
}

function relationProblems(config: Config, nodes: number): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const atLeast = (key: NumberKey, least: number, words: string, reason: string): void => {
    if (config[key] < least) problems.push({ key, allowed: `at least ${words} = ${least}`, reason });
  };
  const { checkpointInterval, maxValueBytes, watermarkWindow } = config;
  atLeast(
    'watermarkWindow',
    2 * checkpointInterval,
    '2 * checkpointInterval',
    'the log must go on while a checkpoint becomes stable',
  );
  atLeast(
    'maxBatchBytes',
    maxValueBytes + BATCH_ROOM,
    `maxValueBytes + ${BATCH_ROOM}`,
    'the largest value must fit into a batch',
  );
  const most = Math.max(2, Math.floor(MAX_NEW_VIEW_ENTRIES / Math.max(1, nodes)));
  if (watermarkWindow > most)
    problems.push({
      key: 'watermarkWindow',
      allowed: `at most ${most} with ${nodes} nodes`,
      reason: 'a NEW-VIEW must fit into one message',
    });
  return problems;
}

/** Defaults filled in; `config` has passed `checkConfig`. */
export function mergeConfig(config: Readonly<Record<string, unknown>>): Config {
  const numbers = Object.fromEntries(
    Object.entries(RULES).map(([key, { byDefault }]) => [key, config[key] ?? byDefault]),
  ) as Record<NumberKey, number>;
  return {
    ...numbers,
    stopEndorsement: config['stopEndorsement'] === 'third' ? 'third' : 'one',
    authentication: config['authentication'] === 'channel' ? 'channel' : 'signatures',
  };
}
