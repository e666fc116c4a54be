import { ByteWriter } from '@hypersync/consensus-kit';
import type { NodeId } from '@hypersync/interface';
import { replyAppended } from './follower.ts';
import type { Message, SnapshotChunk } from './messages.ts';
import { send, type RaftNode } from './node.ts';
import type { Progress } from './progress.ts';
import { forgetCovered } from './proposals.ts';
import { decodePayload, encodePayload } from './storage.ts';

/** A snapshot on its way in, gathered in memory. */
export interface IncomingSnapshot {
  readonly from: NodeId;
  readonly term: number;
  readonly index: number;
  readonly indexTerm: number;
  readonly total: number;
  received: number;
  readonly chunks: Uint8Array[];
}

/** The application's state up to decision `index` is `state`: the log before it may go (section 7). */
export function compact(node: RaftNode, index: number, state: Uint8Array): void {
  if (index <= node.snapshot.decision || index > node.decisions) return;
  const at = node.decidedAt[index - node.snapshot.decision - 1]!;
  const point = { index: at, term: node.log.termAt(at)! };
  const payload = encodePayload(node.log.configurationAt(at), node.sessions, index, state);
  node.decidedAt = node.decidedAt.slice(index - node.snapshot.decision);
  node.sessions.forgetBefore(index);
  node.snapshot = { point, decision: index, payload };
  node.snapshotState = state;
  node.snapshotDirty = true;
  node.log.compact(point.index, node.settings.retainedBytes);
}

/** The entries that this follower needs are gone: it gets the state instead. */
export function startTransfer(node: RaftNode, peer: NodeId, p: Progress): void {
  p.mode = 'snapshot';
  p.inflight = [];
  p.inflightBytes = 0;
  p.transfer = { snapshot: node.snapshot, acked: 0 };
  sendChunk(node, peer, p);
}

/** One chunk at a time; repeated at heartbeats until it is acknowledged. */
export function sendChunk(node: RaftNode, peer: NodeId, p: Progress): void {
  const { snapshot, acked } = p.transfer!;
  const { index, term: indexTerm } = snapshot.point;
  const bytes = snapshot.payload.slice(acked, acked + node.settings.snapshotChunkBytes);
  const [total, { decision }] = [snapshot.payload.length, snapshot];
  send(
    node,
    peer,
    { type: 'snapshot', term: node.term, index, indexTerm, decision, total, offset: acked, bytes },
    'hard',
    'bulk',
  );
}

export function onSnapshotReply(node: RaftNode, from: NodeId, m: Extract<Message, { type: 'snapshot-reply' }>): void {
  const p = node.progress.get(from);
  if (p === undefined) return;
  p.contactAt = node.now;
  const transfer = p.transfer;
  if (transfer === null || m.index !== transfer.snapshot.point.index) return;
  if (m.received === transfer.acked || m.received > transfer.snapshot.payload.length) return;
  transfer.acked = m.received;
  sendChunk(node, from, p);
}

export function onSnapshotChunk(node: RaftNode, from: NodeId, m: SnapshotChunk): void {
  if (m.index <= node.commit) {
    // Old: the log here is as new (mutant "snapshot over newer log").
    node.incoming = null;
    replyAppended(node, from, node.commit);
    return;
  }
  if (m.total > node.settings.maxSnapshotBytes) {
    node.dropped++;
    return;
  }
  const incoming = continues(node.incoming, from, m) ? node.incoming! : begin(node, from, m);
  if (m.offset === incoming.received) {
    incoming.chunks.push(m.bytes);
    incoming.received += m.bytes.length;
  }
  if (incoming.received === m.total) install(node, from, m, joined(incoming.chunks, m.total));
  else
    send(node, from, { type: 'snapshot-reply', term: node.term, index: m.index, received: incoming.received }, 'hard');
}

function continues(incoming: IncomingSnapshot | null, from: NodeId, m: SnapshotChunk): boolean {
  return (
    incoming !== null &&
    incoming.from === from &&
    incoming.term === m.term &&
    incoming.index === m.index &&
    incoming.indexTerm === m.indexTerm &&
    incoming.total === m.total
  );
}

function begin(node: RaftNode, from: NodeId, m: SnapshotChunk): IncomingSnapshot {
  const { term, index, indexTerm, total } = m;
  node.incoming = { from, term, index, indexTerm, total, received: 0, chunks: [] };
  return node.incoming;
}

function install(node: RaftNode, from: NodeId, m: SnapshotChunk, payload: Uint8Array): void {
  node.incoming = null;
  const content = decodePayload(payload);
  if (content === null) {
    node.dropped++;
    return;
  }
  if (node.log.termAt(m.index) === m.indexTerm) {
    // The log holds all of it and perhaps more: it only had not been told that this much is committed.
    node.commit = m.index;
  } else {
    const point = { index: m.index, term: m.indexTerm };
    node.snapshot = { point, decision: m.decision, payload };
    node.snapshotState = content.state;
    node.sessions = content.sessions;
    node.decidedAt = [];
    node.snapshotDirty = true;
    node.log.reset(point, content.configuration);
    node.commit = node.delivered = m.index;
    node.installWanted = m.decision > Math.max(node.applied, node.decisions);
    node.decisions = m.decision;
    forgetCovered(node, m.indexTerm);
  }
  replyAppended(node, from, m.index);
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const writer = new ByteWriter(total);
  for (const chunk of chunks) writer.raw(chunk);
  return writer.finish();
}
