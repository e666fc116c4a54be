import type { ConfigProblem } from '@hypersync/interface';

/** The configuration as the protocol uses it; times in microseconds, quorums as numbers of members. */
export interface Settings {
  /** Members that must promise before a ballot may lead (Q1), and that must accept before an entry is decided (Q2). */
  readonly readQuorum: number;
  readonly writeQuorum: number;
  /** One round of ballot leader election. */
  readonly electionTimeout: number;
  readonly heartbeatInterval: number;
  readonly proposalTimeout: number;
  readonly maxAcceptBytes: number;
  readonly maxInflightBytes: number;
  readonly maxUndecidedBytes: number;
  readonly maxPending: number;
  readonly snapshotChunkBytes: number;
  readonly maxSnapshotBytes: number;
  readonly retainedBytes: number;
}

interface Range {
  readonly byDefault: number;
  readonly low: number;
  readonly high: number;
  readonly reason: string;
}

const KIB = 1024;
const MIB = 1024 * KIB;
/** Quorums of 0 are replaced by what makes them meet. */
const BY_SIZE = 0;

const RANGES: Readonly<Record<string, Range>> = {
  readQuorum: {
    byDefault: BY_SIZE,
    low: 1,
    high: 1024,
    reason: 'members that must promise before a ballot may lead; by default a majority, or what writeQuorum leaves',
  },
  writeQuorum: {
    byDefault: BY_SIZE,
    low: 1,
    high: 1024,
    reason: 'members that must accept an entry; by default a majority, or what readQuorum leaves',
  },
  electionTimeoutMs: {
    byDefault: 500,
    low: 10,
    high: 60_000,
    reason: 'one round of leader election: a failed leader is replaced within four of them',
  },
  heartbeatIntervalMs: {
    byDefault: 100,
    low: 1,
    high: 10_000,
    reason: 'what got no answer is sent again this often; longer than a round trip and a synced write',
  },
  proposalTimeoutMs: {
    byDefault: 10_000,
    low: 10,
    high: 600_000,
    reason: 'after it, a proposal without an answer ends as unknown, a read as no-quorum',
  },
  maxAcceptBytes: {
    byDefault: 256 * KIB,
    low: KIB,
    high: 2 * MIB,
    reason: 'a batch of entries and one large entry must fit into a message of 4 MiB',
  },
  maxInflightBytes: {
    byDefault: 8 * MIB,
    low: KIB,
    high: 256 * MIB,
    reason: 'bounds what is sent to one follower before its answer',
  },
  maxUndecidedBytes: {
    byDefault: 32 * MIB,
    low: KIB,
    high: 1024 * MIB,
    reason: 'beyond it the leader answers overloaded, so that its log cannot grow without a quorum',
  },
  maxPending: {
    byDefault: 4096,
    low: 1,
    high: 65_536,
    reason: 'proposals (and, apart, reads) that one node keeps open; more are answered overloaded',
  },
  snapshotChunkBytes: {
    byDefault: 256 * KIB,
    low: 16,
    high: 2 * MIB,
    reason: 'a chunk must fit into a message of 4 MiB',
  },
  maxSnapshotBytes: {
    byDefault: 256 * MIB,
    low: KIB,
    high: 1024 * MIB,
    reason: 'a member gathers a snapshot in memory before it installs it',
  },
  retainedBytes: {
    byDefault: 4 * MIB,
    low: 0,
    high: 256 * MIB,
    reason: 'entries kept behind a snapshot, so that a member slightly behind needs no snapshot',
  },
};

const RATIO = 3;

/** Every key that is unknown, of the wrong type or out of range, and quorums that need not meet. */
export function validateConfig(config: Readonly<Record<string, unknown>>, nodes: number): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key of Object.keys(config)) {
    const range = Object.hasOwn(RANGES, key) ? RANGES[key] : undefined;
    if (range === undefined)
      problems.push({ key, allowed: Object.keys(RANGES).join(', '), reason: 'Paxos has no such key' });
    else if (!isWithin(config[key], range))
      problems.push({ key, allowed: `a whole number from ${range.low} to ${range.high}`, reason: range.reason });
  }
  if (!Number.isInteger(nodes) || nodes < 1)
    problems.push({ key: 'nodes', allowed: 'at least 1', reason: 'somebody has to accept' });
  return problems.length > 0 ? problems : validateTogether(readSettings(config, nodes), nodes);
}

function validateTogether(settings: Settings, nodes: number): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { readQuorum, writeQuorum } = settings;
  for (const [key, size] of Object.entries({ readQuorum, writeQuorum }))
    if (size < 1 || size > nodes)
      problems.push({ key, allowed: `1 to ${nodes}, the number of members`, reason: RANGES[key]!.reason });
  if (readQuorum + writeQuorum <= nodes)
    problems.push({
      key: 'readQuorum',
      allowed: `readQuorum + writeQuorum above ${nodes}`,
      reason: 'a new leader must meet every quorum that decided something, or it forgets it (Flexible Paxos)',
    });
  if (settings.electionTimeout < RATIO * settings.heartbeatInterval)
    problems.push({
      key: 'electionTimeoutMs',
      allowed: `at least ${RATIO} times heartbeatIntervalMs`,
      reason: 'a heartbeat that was lost must be repeated within the round',
    });
  return problems;
}

/** Defaults merged in, milliseconds turned into microseconds. The configuration has passed `validateConfig`. */
export function readSettings(config: Readonly<Record<string, unknown>>, nodes: number): Settings {
  const value = (key: string): number => (config[key] as number | undefined) ?? RANGES[key]!.byDefault;
  const quorum = (key: string, other: string): number => {
    if (value(key) !== BY_SIZE) return value(key);
    return value(other) === BY_SIZE ? Math.floor(nodes / 2) + 1 : Math.max(1, nodes + 1 - value(other));
  };
  return {
    readQuorum: quorum('readQuorum', 'writeQuorum'),
    writeQuorum: quorum('writeQuorum', 'readQuorum'),
    electionTimeout: value('electionTimeoutMs') * 1000,
    heartbeatInterval: value('heartbeatIntervalMs') * 1000,
    proposalTimeout: value('proposalTimeoutMs') * 1000,
    maxAcceptBytes: value('maxAcceptBytes'),
    maxInflightBytes: value('maxInflightBytes'),
    maxUndecidedBytes: value('maxUndecidedBytes'),
    maxPending: value('maxPending'),
    snapshotChunkBytes: value('snapshotChunkBytes'),
    maxSnapshotBytes: value('maxSnapshotBytes'),
    retainedBytes: value('retainedBytes'),
  };
}

function isWithin(value: unknown, range: Range): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= range.low && value <= range.high;
}
