import type { Member, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, type WeightTable } from '@hypersync/consensus-kit';
import { ReputationTracker, WeightedVotingSystem, WHOLE } from '@hypersync/governance';

/**
 * What a branch of the chain holds for and against its members: who voted, and who did not. Immutable. Every checkpoint
 * carries the standing as of its block, so that weights come from what is final and from nothing else.
 */
export interface Standing {
  /** Epochs judged so far. Reputation fades by these, not by the clock: rest neither mends nor spoils it. */
  readonly judged: number;
  readonly records: ReadonlyMap<NodeId, StandingRecord>;
}

export interface StandingRecord {
  /** As `ReputationTracker` writes it. */
  readonly reputation: Uint8Array;
  /** Parts per million of the epochs, the last ones counting most. */
  readonly uptime: number;
}

const PREFIX = 'reputation/';
/** An epoch is a sixteenth of the uptime. */
const UPTIME_EPOCHS = 16;
const MAX_RECORD = 64;

export function genesisStanding(table: WeightTable): Standing {
  const tracker = new ReputationTracker();
  for (const id of table.ids) tracker.track(id);
  return { judged: 0, records: recordsOf(tracker, table, () => WHOLE) };
}

/** One epoch more: whoever's vote came on chain in time gains, everybody else loses. */
export function judge(standing: Standing, voted: ReadonlySet<NodeId>, table: WeightTable): Standing {
  const tracker = trackerOf(standing);
  const judged = standing.judged + 1;
  tracker.beginEpoch(judged);
  for (const id of table.ids) tracker.record(id, voted.has(id) ? 'vote-included' : 'vote-missed');
  return {
    judged,
    records: recordsOf(tracker, table, (id) => {
      const uptime = standing.records.get(id)?.uptime ?? 0;
      return voted.has(id)
        ? uptime + Math.ceil((WHOLE - uptime) / UPTIME_EPOCHS)
        : uptime - Math.ceil(uptime / UPTIME_EPOCHS);
    }),
  };
}

/**
 * Weights of `WeightedVotingSystem`: 40 % stake, 40 % reputation, 20 % uptime, capped. Members with equal facts get equal
 * weights (the odd millionths of the division are left out), so that exactly two thirds of them never count as more.
 */
export function cappedWeights(standing: Standing, members: readonly Member[]): ReadonlyMap<NodeId, number> {
  const tracker = trackerOf(standing);
  const voting = new WeightedVotingSystem({ minimumStake: 1n });
  for (const { id, weight } of members) {
    voting.registerNode(id, BigInt(weight));
    voting.updateReputation(id, tracker.scoreOf(id) ?? 0);
    voting.updateUptime(id, standing.records.get(id)?.uptime ?? 0);
  }
  const weights = voting.calculateWeights();
  const least = new Map<string, number>();
  const facts = weights.map(({ stake, reputation, uptime }) => `${stake}/${reputation}/${uptime}`);
  for (const [i, { weight }] of weights.entries()) {
    least.set(facts[i]!, Math.min(weight, least.get(facts[i]!) ?? weight));
  }
  return new Map(weights.map(({ nodeId }, i) => [nodeId, least.get(facts[i]!)!]));
}

/** Reputation in parts per million; 0 for a stranger. */
export function reputationOf(standing: Standing, id: NodeId): number {
  return trackerOf(standing).scoreOf(id) ?? 0;
}

function trackerOf({ judged, records }: Standing): ReputationTracker {
  const tracker = new ReputationTracker();
  tracker.restore(new Map([...records].map(([id, { reputation }]) => [`${PREFIX}${id}`, reputation])));
  tracker.beginEpoch(judged);
  return tracker;
}

function recordsOf(
  tracker: ReputationTracker,
  table: WeightTable,
  uptimeOf: (id: NodeId) => number,
): ReadonlyMap<NodeId, StandingRecord> {
  const written = new Map(
    tracker.takeWrites().flatMap((write) => (write.op === 'put' ? [[write.key, write.value]] : [])),
  );
  return new Map(table.ids.map((id) => [id, { reputation: written.get(`${PREFIX}${id}`)!, uptime: uptimeOf(id) }]));
}

/** In the order of the members. */
export function writeStanding(writer: ByteWriter, { judged, records }: Standing, table: WeightTable): void {
  writer.varint(judged);
  for (const id of table.ids) {
    const { reputation, uptime } = records.get(id)!;
    writer.bytes(reputation).varint(uptime);
  }
}

/** Fails the reader for anything that `writeStanding` does not write. */
export function readStanding(reader: ByteReader, table: WeightTable): Standing {
  const judged = reader.varint();
  const records = new Map(
    table.ids.map((id) => [id, { reputation: reader.bytes(MAX_RECORD), uptime: reader.varint(WHOLE) }]),
  );
  const standing = { judged, records };
  if (reader.ok && !isReadable(standing)) reader.fail();
  return standing;
}

/** `restore` throws on a damaged record, since it means a node's own disk; these bytes come from outside. */
function isReadable(standing: Standing): boolean {
  try {
    trackerOf(standing);
    return true;
  } catch {
    return false;
  }
}
