import type { Member, Membership, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

/**
 * Who decides. While `outgoing` is not empty, a change is under way and nothing counts without a majority of both sides
 * (joint consensus, section 6 of the paper). Learners are given the log and counted nowhere.
 */
export interface Configuration {
  readonly voters: readonly Member[];
  readonly outgoing: readonly Member[];
  readonly learners: readonly NodeId[];
}

export const MAX_ID = 64;
const MAX_MEMBERS = 1024;
const MAX_WEIGHT = 2 ** 40;

export function stable(voters: readonly Member[], learners: readonly NodeId[] = []): Configuration {
  return { voters, outgoing: [], learners };
}

export function isJoint(c: Configuration): boolean {
  return c.outgoing.length > 0;
}

export function isVoter(c: Configuration, id: NodeId): boolean {
  return hasId(c.voters, id) || hasId(c.outgoing, id);
}

export function hasId(members: readonly Member[], id: NodeId): boolean {
  return members.some((member) => member.id === id);
}

/** Everybody who is given the log, each once, in order of name. */
export function everybody(c: Configuration): readonly NodeId[] {
  const ids = new Set([...c.voters, ...c.outgoing].map((member) => member.id));
  for (const id of c.learners) ids.add(id);
  return [...ids].sort();
}

/** Everybody who may vote, each once. */
export function electorate(c: Configuration): readonly NodeId[] {
  return isJoint(c)
    ? [...new Set([...c.voters, ...c.outgoing].map((member) => member.id))]
    : c.voters.map(({ id }) => id);
}

export function isQuorum(c: Configuration, has: (id: NodeId) => boolean): boolean {
  return isMajority(c.voters, has) && (!isJoint(c) || isMajority(c.outgoing, has));
}

function isMajority(members: readonly Member[], has: (id: NodeId) => boolean): boolean {
  let count = 0;
  for (const { id } of members) if (has(id)) count++;
  return 2 * count > members.length;
}

/** The highest value that a quorum has reached. */
export function quorumValue(c: Configuration, valueOf: (id: NodeId) => number): number {
  const value = majorityValue(c.voters, valueOf);
  return isJoint(c) ? Math.min(value, majorityValue(c.outgoing, valueOf)) : value;
}

/** Filled and read in one go. */
const VALUES: number[] = [];

/** The largest value that more than half have reached: few members, so by insertion. */
function majorityValue(members: readonly Member[], valueOf: (id: NodeId) => number): number {
  for (let i = 0; i < members.length; i++) {
    const value = valueOf(members[i]!.id);
    let place = i;
    for (; place > 0 && VALUES[place - 1]! < value; place--) VALUES[place] = VALUES[place - 1]!;
    VALUES[place] = value;
  }
  return VALUES[members.length >>> 1]!;
}

export function sameVoters(a: Configuration, b: Configuration): boolean {
  return a.voters.length === b.voters.length && a.voters.every(({ id }) => hasId(b.voters, id));
}

/** As the driver is told: in a joint phase both sides. */
export function membershipOf(c: Configuration): Membership {
  const voters = [...c.voters, ...c.outgoing.filter(({ id }) => !hasId(c.voters, id))];
  const learners = c.learners.filter((id) => !hasId(voters, id));
  return { voters: voters.sort((a, b) => (a.id < b.id ? -1 : 1)), learners };
}

/** Null for what cannot be a cluster: nobody to vote, a name twice, a weight that is no positive integer. */
export function fromMembership({ voters, learners }: Membership): Configuration | null {
  const ids = [...voters.map(({ id }) => id), ...learners];
  if (voters.length === 0 || ids.length > MAX_MEMBERS || new Set(ids).size !== ids.length) return null;
  if (ids.some((id) => id.length === 0 || id.length > MAX_ID)) return null;
  if (voters.some(({ weight }) => !(Number.isSafeInteger(weight) && weight > 0 && weight < MAX_WEIGHT))) return null;
  const byId = (a: Member, b: Member): number => (a.id < b.id ? -1 : 1);
  return stable([...voters].map(({ id, weight }) => ({ id, weight })).sort(byId), [...learners].sort());
}

export function writeConfiguration(writer: ByteWriter, c: Configuration): void {
  const members = (list: readonly Member[]): void =>
    void writer.list(list, (w, { id, weight }) => void w.string(id).varint(weight));
  members(c.voters);
  members(c.outgoing);
  writer.list(c.learners, (w, id) => void w.string(id));
}

export function readConfiguration(reader: ByteReader): Configuration {
  const members = (): Member[] =>
    reader.list(MAX_MEMBERS, (r) => ({ id: r.string(MAX_ID), weight: r.varint(MAX_WEIGHT) }));
  const c = { voters: members(), outgoing: members(), learners: reader.list(MAX_MEMBERS, (r) => r.string(MAX_ID)) };
  if (fromMembership(c) === null) reader.fail();
  return c;
}

/** The value of a `config` entry. */
export function encodeConfiguration(c: Configuration): Uint8Array {
  const writer = new ByteWriter(64);
  writeConfiguration(writer, c);
  return writer.finish();
}

/** Null when the bytes are no configuration. */
export function decodeConfiguration(bytes: Uint8Array): Configuration | null {
  const reader = new ByteReader(bytes);
  const c = readConfiguration(reader);
  return reader.done() ? c : null;
}
