import type { ConfigProblem } from '@hypersync/interface';

/** The configuration as the protocol uses it; times in microseconds. */
export interface Settings {
  /** A follower that hears nothing for a random time in [T, 2T) asks for a pre-vote. */
  readonly electionTimeout: number;
  readonly heartbeatInterval: number;
  readonly proposalTimeout: number;
  /** 0: no leases. */
  readonly lease: number;
  readonly maxAppendBytes: number;
  readonly maxInflightAppends: number;
  readonly maxInflightBytes: number;
  readonly maxUncommittedBytes: number;
  readonly maxPending: number;
  readonly snapshotChunkBytes: number;
  readonly maxSnapshotBytes: number;
  readonly retainedBytes: number;
}

interface Range {
  readonly setting: keyof Settings;
  readonly byDefault: number;
  readonly low: number;
  readonly high: number;
  readonly factor: number;
  readonly reason: string;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const RANGES: Readonly<Record<string, Range>> = {
  electionTimeoutMs: {
    setting: 'electionTimeout',
    byDefault: 1000,
    low: 10,
    high: 60_000,
    factor: 1000,
    reason: 'must exceed a round trip and a synced write many times over; longer means slower recovery',
  },
  heartbeatIntervalMs: {
    setting: 'heartbeatInterval',
    byDefault: 100,
    low: 1,
    high: 10_000,
    factor: 1000,
    reason: 'the leader speaks this often when there is nothing else to say',
  },
  proposalTimeoutMs: {
    setting: 'proposalTimeout',
    byDefault: 10_000,
    low: 10,
    high: 600_000,
    factor: 1000,
    reason: 'after it, a proposal without an answer ends as unknown, a read as no-quorum',
  },
  leaseMs: {
    setting: 'lease',
    byDefault: 0,
    low: 0,
    high: 60_000,
    factor: 1000,
    reason: 'reads under a lease need no round; after a crash of the leader, writes wait this long. 0 for no leases',
  },
  maxAppendBytes: {
    setting: 'maxAppendBytes',
    byDefault: 256 * KIB,
    low: KIB,
    high: 2 * MIB,
    factor: 1,
    reason: 'a batch of entries and one large entry must fit into a message of 4 MiB',
  },
  maxInflightAppends: {
    setting: 'maxInflightAppends',
    byDefault: 64,
    low: 1,
    high: 4096,
    factor: 1,
    reason: 'batches sent to one follower before its first answer',
  },
  maxInflightBytes: {
    setting: 'maxInflightBytes',
    byDefault: 8 * MIB,
    low: KIB,
    high: 256 * MIB,
    factor: 1,
    reason: 'bounds the memory that a slow follower holds up',
  },
  maxUncommittedBytes: {
    setting: 'maxUncommittedBytes',
    byDefault: 32 * MIB,
    low: KIB,
    high: 1024 * MIB,
    factor: 1,
    reason: 'beyond it the leader answers overloaded, so that its log cannot grow without a quorum',
  },
  maxPending: {
    setting: 'maxPending',
    byDefault: 4096,
    low: 1,
    high: 65_536,
    factor: 1,
    reason: 'proposals (and, apart, reads) that one node keeps open; more are answered overloaded',
  },
  snapshotChunkBytes: {
    setting: 'snapshotChunkBytes',
    byDefault: 256 * KIB,
    low: 16,
    high: 2 * MIB,
    factor: 1,
    reason: 'a chunk must fit into a message of 4 MiB',
  },
  maxSnapshotBytes: {
    setting: 'maxSnapshotBytes',
    byDefault: 256 * MIB,
    low: KIB,
    high: 1024 * MIB,
    factor: 1,
    reason: 'a follower gathers a snapshot in memory before it installs it',
  },
  retainedBytes: {
    setting: 'retainedBytes',
    byDefault: 4 * MIB,
    low: 0,
    high: 256 * MIB,
    factor: 1,
    reason: 'entries kept behind a snapshot, so that a follower slightly behind needs no snapshot',
  },
};

const RATIO = 5;

/** Every key that is unknown, of the wrong type or out of range, and what does not fit together. */
export function validateConfig(config: Readonly<Record<string, unknown>>, nodes: number): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key of Object.keys(config)) {
    const range = Object.hasOwn(RANGES, key) ? RANGES[key] : undefined;
    if (range === undefined) {
      problems.push({ key, allowed: Object.keys(RANGES).join(', '), reason: 'Raft has no such key' });
    } else if (!isWithin(config[key], range)) {
      problems.push({ key, allowed: `a whole number from ${range.low} to ${range.high}`, reason: range.reason });
    }
  }
  if (!Number.isInteger(nodes) || nodes < 1)
    problems.push({ key: 'nodes', allowed: 'at least 1', reason: 'somebody has to vote' });
  if (problems.length > 0) return problems;
  const settings = readSettings(config);
  if (settings.electionTimeout < RATIO * settings.heartbeatInterval)
    problems.push({
      key: 'electionTimeoutMs',
      allowed: `at least ${RATIO} times heartbeatIntervalMs`,
      reason: 'a few lost heartbeats must not start an election',
    });
  return problems;
}

/** Defaults merged in, milliseconds turned into microseconds. The configuration has passed `validateConfig`. */
export function readSettings(config: Readonly<Record<string, unknown>>): Settings {
  const settings: Partial<Record<keyof Settings, number>> = {};
  for (const [key, range] of Object.entries(RANGES)) {
    settings[range.setting] = ((config[key] as number | undefined) ?? range.byDefault) * range.factor;
  }
  return settings as Settings;
}

function isWithin(value: unknown, range: Range): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= range.low && value <= range.high;
}
