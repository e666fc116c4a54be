import type { NodeId } from '@hypersync/interface';
import { hashKey } from '@hypersync/consensus-kit';
import { extendChain, NULL_KEY, type Batch } from './batch.ts';
import { becomeStable, offerSnapshot } from './checkpointing.ts';
import { dispute } from './disputes.ts';
import { executeReady, plannedDigest } from './executing.ts';
import { encodeMessage, MAX_DIGESTS, type Message } from './messages.ts';
import { admitRequest, embodyAwaiting } from './normal-case.ts';
import type { State } from './state.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

const MIB = 1024 * 1024;
/** Batches in one answer; one more of the largest size must still fit into a message. */
const ANSWER_BYTES = 1.5 * MIB;
/** Batches asked for at once. */
const FETCH_AHEAD = 256;

function reply(s: State, peer: NodeId, message: Message): void {
  const bytes = encodeMessage(message, s.setup.shape);
  if (s.served.spend(peer, bytes.length, s.now)) s.fx.send(peer, bytes, { lane: 'bulk' });
}

/** Shows a peer that has executed `executed` what comes after it, or the snapshot where that is forgotten. */
export function showWay(s: State, peer: NodeId, executed: number): void {
  if (executed < s.log.floor) offerSnapshot(s, peer, executed);
  const near = executed < s.log.floor ? null : s.log.proofAbove(executed, MAX_DIGESTS);
  const proof = near ?? s.stable;
  const reach = executed < s.log.floor ? executed : (near?.statement.number ?? s.executed);
  const end = Math.min(reach, executed + MAX_DIGESTS);
  const digests: Uint8Array[] = [];
  for (let number = executed + 1; number <= end; number++) digests.push(s.log.at(number)!.batch.digest);
  reply(s, peer, { t: 'META-DATA', proof, first: executed + 1, digests });
}

export function isMetaDataWanted(s: State, { proof, first, digests }: Of<'META-DATA'>): boolean {
  const end = first + digests.length - 1;
  return proof.statement.number > s.slots.low || (end > s.executed && plannedDigest(s, s.executed + 1) === null);
}

/** A proof whose signatures are good, and digests that are the right ones if they lead from our own log to what is known. */
export function onMetaData(s: State, from: NodeId, { proof, first, digests }: Of<'META-DATA'>): void {
  becomeStable(s, proof);
  const end = first + digests.length - 1;
  const start = s.log.chainAt(first - 1);
  if (end <= s.executed || start === undefined) return;
  const chain = hashKey(digests.reduce(extendChain, start));
  const { number, digest } = proof.statement;
  if (end === number && chain !== hashKey(digest)) return dispute(s, from);
  if (end !== number && !isReached(s, end, chain)) return;
  s.plan = { first, digests };
  executeReady(s);
}

/** Members with more than a third of the weight, hence somebody honest, say that they have executed exactly this log. */
function isReached(s: State, number: number, chain: string): boolean {
  const there = [...s.claims].filter(([, claim]) => claim.executed === number && hashKey(claim.chain) === chain);
  return s.setup.table.hasOneThird(there.map(([id]) => id));
}

/** Keys of the bodies that this replica lacks now, most urgent first. */
function missing(s: State): string[] {
  const keys: string[] = [];
  const need = (key: string): void => {
    if (key !== NULL_KEY && s.batches.get(key) === undefined && !s.fetched.has(key)) keys.push(key);
  };
  for (let number = s.executed + 1; keys.length < FETCH_AHEAD; number++) {
    const committed = s.slots.peek(number)?.committed;
    const planned = plannedDigest(s, number);
    if (committed != null) need(committed.key);
    else if (planned !== null) need(hashKey(planned));
    else if (number > s.slots.high) break;
  }
  for (const [number, since] of s.awaiting) {
    const accepted = s.slots.peek(number)?.accepted;
    const patient = accepted?.ids != null && s.now < since + bodyPatience(s);
    if (accepted != null && !patient && keys.length < FETCH_AHEAD) need(accepted.key);
  }
  return keys;
}

/** Requests may be overtaken by the pre-prepare that names them; so long they are waited for. */
function bodyPatience(s: State): number {
  return Math.max(
    s.setup.config.retransmitMs * 500,
    Math.min(s.expectation.typical, s.setup.config.retransmitMs * 4000),
  );
}

/** When an awaited body is to be asked for; null for never. */
export function bodyDeadline(s: State): number | null {
  const times = [...s.awaiting.values()].map((since) => since + bodyPatience(s)).filter((time) => time > s.now);
  return times.length === 0 ? null : Math.min(...times);
}

/** Asks for what is missing, one peer after another until it is there. */
export function fetchMissing(s: State): void {
  if (s.plan !== null && s.plan.first + s.plan.digests.length <= s.executed + 1) s.plan = null;
  if (s.fetched.size > 0 && s.plan === null && s.executed >= s.slots.low && s.awaiting.size === 0) s.fetched.clear();
  if (s.plan === null && s.awaiting.size === 0 && s.slots.peek(s.executed + 1)?.committed == null) {
    s.fetch = null;
    return;
  }
  const keys = missing(s);
  const [key] = keys;
  if (key === undefined) {
    s.fetch = null;
    return;
  }
  if (s.fetch?.key === key && s.now < s.fetch.until) return;
  const attempt = s.fetch === null ? 0 : s.fetch.key === key ? s.fetch.attempt + 1 : s.fetch.attempt;
  s.fetch = { key, attempt, until: s.now + s.setup.config.retransmitMs * 1000 };
  const peer = sourceOf(s, attempt);
  if (peer === null) return;
  const digests = keys.map(bytesOf);
  s.fx.send(peer, encodeMessage({ t: 'FETCH', digests }, s.setup.shape));
}

/** The primary first, then the others in turn, the suspicious ones last. */
function sourceOf(s: State, attempt: number): NodeId | null {
  const primary = s.primaryOf(s.view);
  const peers = s.setup.table.ids.filter((id) => id !== s.setup.self);
  const rank = (id: NodeId): number => (s.guard.standingOf(s.now, id) === 'trusted' ? 0 : 2) + (id === primary ? 0 : 1);
  peers.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return peers[attempt % Math.max(1, peers.length)] ?? null;
}

function bytesOf(key: string): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(key.slice(2 * i, 2 * i + 2), 16));
}

/** Answers with the bodies at hand, as many as fit. */
export function onFetch(s: State, from: NodeId, { digests }: Of<'FETCH'>): void {
  const batches: Batch[] = [];
  let bytes = 0;
  for (const digest of digests) {
    const batch = s.batches.get(hashKey(digest));
    if (batch === undefined || batch.key === NULL_KEY) continue;
    if (bytes > 0 && bytes + batch.size > ANSWER_BYTES) break;
    bytes += batch.size;
    batches.push(batch);
  }
  if (batches.length > 0) reply(s, from, { t: 'DATA', batches });
}

/** Keeps only what this replica has asked for: a peer cannot make it store anything else. */
export function siftData(s: State, { batches }: Of<'DATA'>): Of<'DATA'> | null {
  const wanted = new Set(missing(s));
  const useful = batches.filter(({ key }) => wanted.has(key));
  return useful.length === 0 ? null : { t: 'DATA', batches: useful };
}

export function onData(s: State, { batches }: Of<'DATA'>): void {
  const wanted = new Set(missing(s));
  for (const batch of batches) {
    if (!wanted.has(batch.key)) continue;
    s.fetched.set(batch.key, batch);
    for (const bundle of batch.bundles) admitRequest(s, bundle);
  }
  embodyAwaiting(s);
  executeReady(s);
}
