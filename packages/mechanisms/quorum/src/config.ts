import type { ConfigProblem, NodeId } from '@hypersync/interface';
import type { WeightTable } from '@hypersync/consensus-kit';

/** Times in microseconds; quorums as shares of the total weight, null for more than half. */
export interface Settings {
  readonly readPercent: number | null;
  readonly writePercent: number | null;
  readonly operationTimeout: number;
  readonly retransmit: number;
  readonly sealGrace: number;
  readonly maxPending: number;
  readonly repairInterval: number;
  readonly maxHints: number;
  readonly maxKeys: number;
  readonly maxBytes: number;
  /** Members whose stores may lie; 0: none does, and nothing is signed. */
  readonly faultyStores: number;
}

interface Range {
  readonly byDefault: number | null;
  readonly low: number;
  readonly high: number;
  readonly reason: string;
}

const RANGES: Readonly<Record<string, Range>> = {
  readPercent: {
    byDefault: null,
    low: 1,
    high: 100,
    reason: 'share of the total weight that a read asks; by default more than half, or what writePercent leaves',
  },
  writePercent: {
    byDefault: null,
    low: 1,
    high: 100,
    reason: 'share of the total weight that must store a write; by default more than half, or what readPercent leaves',
  },
  operationTimeoutMs: {
    byDefault: 10_000,
    low: 10,
    high: 600_000,
    reason: 'after it, an operation without a quorum is given up',
  },
  retransmitMs: {
    byDefault: 100,
    low: 1,
    high: 10_000,
    reason: 'members that have not answered are asked again this often; longer than a round trip and a synced write',
  },
  sealGraceMs: {
    byDefault: 2000,
    low: 0,
    high: 60_000,
    reason: 'how long the end of an epoch waits for the frontiers of slow members once it has enough of them',
  },
  maxPending: {
    byDefault: 4096,
    low: 1,
    high: 65_536,
    reason: 'operations that one node keeps open; more are answered overloaded',
  },
  repairIntervalMs: {
    byDefault: 1000,
    low: 10,
    high: 600_000,
    reason: 'members that missed a write are brought up to date this often',
  },
  maxHints: {
    byDefault: 4096,
    low: 0,
    high: 1_048_576,
    reason: 'keys remembered for members that missed a write; more wait for a read to repair them',
  },
  maxKeys: {
    byDefault: 1_048_576,
    low: 1,
    high: 16_777_216,
    reason: 'registers of one replica; beyond it, writes of new keys are answered overloaded',
  },
  maxBytes: {
    byDefault: 268_435_456,
    low: 1024,
    high: 68_719_476_736,
    reason:
      'keys and values that one replica holds in memory; beyond it, writes that need more are answered overloaded',
  },
  faultyStores: {
    byDefault: 0,
    low: 0,
    high: 341,
    reason: 'members whose stores may lie: values are signed, and quorums have more than so many members in common',
  },
};

/** Every key that is unknown, of the wrong type or out of range, and quorums that need not meet. */
export function validateConfig(config: Readonly<Record<string, unknown>>, nodes: number): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const key of Object.keys(config)) {
    const range = Object.hasOwn(RANGES, key) ? RANGES[key] : undefined;
    if (range === undefined)
      problems.push({ key, allowed: Object.keys(RANGES).join(', '), reason: 'the quorum mechanism has no such key' });
    else if (!isWithin(config[key], range))
      problems.push({ key, allowed: `a whole number from ${range.low} to ${range.high}`, reason: range.reason });
  }
  if (!Number.isInteger(nodes) || nodes < 1)
    problems.push({ key: 'nodes', allowed: 'at least 1', reason: 'somebody has to store the registers' });
  if (problems.length > 0) return problems;
  const { readPercent, writePercent, faultyStores } = readSettings(config);
  if (faultyStores > 0 && readPercent !== null)
    problems.push({
      key: 'faultyStores',
      allowed: '0 where readPercent or writePercent is given',
      reason: 'the shares follow from how many stores may lie',
    });
  if (nodes <= 3 * faultyStores)
    problems.push({
      key: 'faultyStores',
      allowed: `0 to ${Math.floor((nodes - 1) / 3)} of ${nodes} members`,
      reason: 'without those that lie there must still be a quorum (Malkhi, Reiter 1998)',
    });
  if (readPercent !== null && writePercent !== null && readPercent + writePercent <= 100)
    problems.push({
      key: 'readPercent',
      allowed: 'readPercent + writePercent above 100',
      reason: 'every read quorum must meet every write quorum, or a read misses a completed write (Gifford 1979)',
    });
  return problems;
}

/** Defaults merged in. One of the two shares given: the other is the smallest that meets it. */
export function readSettings(config: Readonly<Record<string, unknown>>): Settings {
  const value = (key: string): number => (config[key] as number | undefined) ?? RANGES[key]!.byDefault!;
  const share = (key: string, other: string): number | null => {
    if (config[key] !== undefined) return config[key] as number;
    return config[other] === undefined ? null : 101 - (config[other] as number);
  };
  return {
    readPercent: share('readPercent', 'writePercent'),
    writePercent: share('writePercent', 'readPercent'),
    operationTimeout: value('operationTimeoutMs') * 1000,
    retransmit: value('retransmitMs') * 1000,
    sealGrace: value('sealGraceMs') * 1000,
    maxPending: value('maxPending'),
    repairInterval: value('repairIntervalMs') * 1000,
    maxHints: value('maxHints'),
    maxKeys: value('maxKeys'),
    maxBytes: value('maxBytes'),
    faultyStores: value('faultyStores'),
  };
}

function isWithin(value: unknown, range: Range): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= range.low && value <= range.high;
}

/** Weighted voting (Gifford 1979): which sets of members are enough. Exact integers throughout. */
export interface Quorums {
  isRead(ids: Iterable<NodeId>): boolean;
  isWrite(ids: Iterable<NodeId>): boolean;
  /** Meets every read and every write quorum: what such a set refuses, nobody can complete. */
  isSeal(ids: Iterable<NodeId>): boolean;
}

type QuorumSettings = Pick<Settings, 'readPercent' | 'writePercent' | 'faultyStores'>;

export function quorumsOf(table: WeightTable, settings: QuorumSettings): Quorums {
  if (settings.faultyStores > 0) return disseminationQuorums(table, settings.faultyStores);
  const enough = (percent: number | null, weight: number): boolean =>
    percent === null ? table.isMajority(weight) : weight * 100 >= percent * table.total;
  const { readPercent, writePercent } = settings;
  return {
    isRead: (ids) => enough(readPercent, table.tally(ids)),
    isWrite: (ids) => enough(writePercent, table.tally(ids)),
    isSeal: (ids) => {
      const outside = table.total - table.tally(ids);
      return !enough(readPercent, outside) && !enough(writePercent, outside);
    },
  };
}

/** The weight of the heaviest members that may lie. */
export function lyingWeight(table: WeightTable, faultyStores: number): number {
  const weights = table.ids.map((id) => table.tally([id])).sort((a, b) => b - a);
  return weights.slice(0, faultyStores).reduce((sum, weight) => sum + weight, 0);
}

/** Any two quorums have more in common than the heaviest `faultyStores` members weigh, so a correct member is among them. */
function disseminationQuorums(table: WeightTable, faultyStores: number): Quorums {
  const lying = lyingWeight(table, faultyStores);
  const enough = (weight: number): boolean => 2 * weight > table.total + lying;
  const isQuorum = (ids: Iterable<NodeId>): boolean => enough(table.tally(ids));
  return {
    isRead: isQuorum,
    isWrite: isQuorum,
    // Whoever is outside completes nothing, not even with the help of those inside that lie.
    isSeal: (ids) => !enough(table.total - table.tally(ids) + lying),
  };
}
