import type { NodeId } from '@hypersync/interface';
import { becomeFollower } from './election.ts';
import { everybody, isQuorum, quorumValue } from './configuration.ts';
import { sizeOfEntry, type Entry, type EntryFields } from './entry.ts';
import { guardAgainstOldLease, NOOP, stamp } from './lease.ts';
import { encodeMessage, type AppendMessage, type AppendReply } from './messages.ts';
import { resetElectionTimer, send, type RaftNode } from './node.ts';
import { acknowledge, newProgress, probeFrom, type Progress } from './progress.ts';
import { placeQueued } from './proposals.ts';
import { askAgain } from './reads.ts';
import { sendChunk, startTransfer } from './snapshots.ts';

/** Won: lead the term, and open it with an entry of its own so that older entries become committed (section 8). */
export function lead(node: RaftNode): void {
  node.role = 'leader';
  node.leader = node.self;
  node.votes.clear();
  node.seen.clear();
  node.leaderReads.clear();
  const peers = everybody(node.log.configuration).filter((id) => id !== node.self);
  node.progress = new Map(peers.map((peer) => [peer, newProgress(node.log.lastIndex, node.now)]));
  guardAgainstOldLease(node, node.releasedTerm);
  node.releasedTerm = 0;
  node.heartbeatAt = node.now;
  node.quorumCheckAt = node.now + node.settings.electionTimeout;
  node.uncommittedBytes = 0;
  node.stopInLog = node.sealedAt > 0;
  for (let index = node.commit + 1; index <= node.log.lastIndex; index++) {
    const entry = node.log.at(index)!;
    node.uncommittedBytes += sizeOfEntry(entry);
    if (entry.kind === 'stop') node.stopInLog = true;
  }
  appendOwn(node, NOOP);
  placeQueued(node);
  askAgain(node);
}

export function appendOwn(node: RaftNode, fields: EntryFields): void {
  const entry: Entry = { ...fields, term: node.term, ...stamp(node) };
  node.log.append([entry]);
  node.uncommittedBytes += sizeOfEntry(entry);
  if (entry.kind === 'stop') node.stopInLog = true;
}

/** A leader that no longer reaches a quorum steps down, so that its clients learn it (thesis 6.2). */
export function checkQuorum(node: RaftNode): void {
  node.quorumCheckAt = node.now + node.settings.electionTimeout;
  const since = node.now - node.settings.electionTimeout;
  const reached = (id: NodeId): boolean => id === node.self || (node.progress.get(id)?.contactAt ?? -1) >= since;
  if (isQuorum(node.log.configuration, reached)) return;
  becomeFollower(node, node.term, null);
  node.leaderHeardAt = null;
  resetElectionTimer(node);
}

/** Periodic: says who leads, and repeats what seems to have been lost. */
export function heartbeat(node: RaftNode): void {
  node.heartbeatAt = node.now + node.settings.heartbeatInterval;
  sendHeartbeats(node);
  for (const [peer, p] of node.progress) {
    p.probed = false;
    if (p.mode === 'snapshot') sendChunk(node, peer, p);
    else if (p.mode === 'replicate' && p.match < node.log.lastIndex && p.match === p.matchAtTick)
      sendAppend(node, peer, p, [], null);
    p.matchAtTick = p.match;
  }
}

/** The commit index is cut to what this follower is known to hold: its log may differ beyond. */
export function sendHeartbeats(node: RaftNode): void {
  for (const [peer, p] of node.progress) {
    p.told = Math.min(p.match, node.commit);
    send(node, peer, { type: 'heartbeat', term: node.term, commit: p.told, round: node.round }, 'none');
  }
}

/** Sends every follower what it lacks, as far as its window allows. */
export function replicate(node: RaftNode): void {
  let last: Sent | null = null;
  for (const [peer, p] of node.progress) {
    last = pump(node, peer, p, last);
    const known = Math.min(p.match, node.commit);
    if (known > p.told) {
      p.told = known;
      send(node, peer, { type: 'commit', term: node.term, commit: known }, 'none');
    }
  }
}

/** What the follower before was sent in this step: most often the next lacks the same. */
interface Sent {
  readonly message: AppendMessage;
  readonly bytes: Uint8Array;
}

function pump(node: RaftNode, peer: NodeId, p: Progress, before: Sent | null): Sent | null {
  let last = before;
  const { maxAppendBytes, maxInflightAppends, maxInflightBytes } = node.settings;
  while (p.mode !== 'snapshot' && p.next <= node.log.lastIndex) {
    if (p.mode === 'probe' && p.probed) return last;
    if (p.inflight.length >= maxInflightAppends || p.inflightBytes >= maxInflightBytes) return last;
    if (p.next <= node.log.base.index) {
      startTransfer(node, peer, p);
      return last;
    }
    const entries = node.log.slice(p.next, maxAppendBytes);
    last = sendAppend(node, peer, p, entries, last);
    if (p.mode === 'probe') {
      p.probed = true;
      return last;
    }
    const bytes = entries.reduce((sum, entry) => sum + sizeOfEntry(entry), 0);
    p.next += entries.length;
    p.inflight.push({ last: p.next - 1, bytes });
    p.inflightBytes += bytes;
  }
  return last;
}

/** Leaders send before their own disk has the entries; only acknowledgements wait for disks (thesis 10.2.1). */
function sendAppend(
  node: RaftNode,
  peer: NodeId,
  p: Progress,
  entries: readonly Entry[],
  last: Sent | null,
): Sent | null {
  const prevIndex = p.next - 1;
  const prevTerm = node.log.termAt(prevIndex);
  if (prevTerm === undefined) {
    startTransfer(node, peer, p);
    return last;
  }
  const commit = Math.min(node.commit, prevIndex + entries.length);
  p.told = Math.max(p.told, Math.min(p.match, commit));
  const lane = entries.length > 0 ? 'bulk' : 'control';
  const message = { type: 'append', term: node.term, prevIndex, prevTerm, commit, entries } as const;
  const bytes = last !== null && isSame(last.message, message) ? last.bytes : encodeMessage(node.epoch, message);
  node.outbox.push({ to: peer, bytes, lane, gate: 'hard' });
  return { message, bytes };
}

/** Within one step the log does not change, so that place and count say which entries. */
function isSame(a: AppendMessage, b: AppendMessage): boolean {
  return a.prevIndex === b.prevIndex && a.commit === b.commit && a.entries.length === b.entries.length;
}

export function onAppendReply(node: RaftNode, from: NodeId, m: AppendReply): void {
  const p = node.progress.get(from);
  if (p === undefined) return;
  p.contactAt = node.now;
  if (m.index > node.log.lastIndex) {
    node.dropped++;
    return;
  }
  if (m.ok) {
    acknowledge(p, m.index);
    return;
  }
  // What was refused lies behind what is known to match: an old answer.
  if (m.index <= p.match || p.mode === 'snapshot') return;
  if (p.mode === 'probe' && m.index !== p.next - 1) return;
  const agree = node.log.lastNotAfter(Math.min(m.hint, m.index - 1), m.hintTerm);
  probeFrom(p, agree + 1);
}

/**
 * The highest index on a quorum of disks, if it is of this term: an older entry there may still be overwritten
 * (section 5.4.2, figure 8); with one of this term on top, all before it are committed too.
 */
export function advanceCommit(node: RaftNode): void {
  if (node.commit === node.log.lastIndex) return;
  const onDisk = (id: NodeId): number =>
    id === node.self ? node.log.durableIndex : (node.progress.get(id)?.match ?? 0);
  const index = quorumValue(node.log.configuration, onDisk);
  if (index > node.commit && node.log.termAt(index) === node.term) node.commit = index;
}
