import type { Micros, NodeId } from '@hypersync/interface';
import { ByteWriter } from '@hypersync/consensus-kit';
import { replyAccepted } from './acceptor.ts';
import { sameBallot, type Ballot } from './ballot.ts';
import type { Entry } from './entry.ts';
import { adopt, tryAdopt } from './leader.ts';
import type { FetchMessage, Message, SnapshotPart } from './messages.ts';
import { decide, send, type PaxosNode } from './node.ts';
import { resolveCovered } from './proposals.ts';
import { decodePayload, encodePayload, type Snapshot } from './storage.ts';

/**
 * The initial log of a ballot on its way in: a leader fetches the log that it takes over, an acceptor fetches the
 * leader's. It is gathered in memory and becomes the log in one step, when it is complete.
 */
export interface Pull {
  readonly peer: NodeId;
  readonly ballot: Ballot;
  /** The own log is right up to here; what follows is replaced. */
  readonly from: number;
  readonly to: number;
  /** Replaces also what comes before, where the peer has trimmed its log. */
  snapshot: Snapshot | null;
  incoming: { readonly index: number; readonly total: number; received: number; readonly chunks: Uint8Array[] } | null;
  readonly entries: Entry[];
  progressAt: Micros;
}

/** `known`: the first entries after `from`, if they are here already. */
export function startPull(
  node: PaxosNode,
  wanted: Pick<Pull, 'peer' | 'ballot' | 'from' | 'to'>,
  known: readonly Entry[],
): void {
  const entries = known.slice(0, wanted.to - wanted.from);
  node.pull = { ...wanted, snapshot: null, incoming: null, entries, progressAt: node.now };
  proceed(node, node.pull);
}

function lengthOf(pull: Pull): number {
  return (pull.snapshot?.index ?? pull.from) + pull.entries.length;
}

function proceed(node: PaxosNode, pull: Pull): void {
  if (lengthOf(pull) >= pull.to) complete(node, pull);
  else request(node, pull);
}

function request(node: PaxosNode, pull: Pull): void {
  const { peer, ballot, to, incoming } = pull;
  const message: FetchMessage = {
    type: 'fetch',
    ballot,
    from: lengthOf(pull),
    to,
    snapshot: incoming?.index ?? 0,
    offset: incoming?.received ?? 0,
  };
  send(node, peer, message, 'none');
}

/** Repeats the last request. A leader whose source stays silent does without it, if enough others have promised. */
export function retryPull(node: PaxosNode): void {
  const { pull, leading } = node;
  if (pull === null) return;
  if (leading !== null && node.now - pull.progressAt >= 2 * node.settings.electionTimeout) {
    leading.promises.delete(pull.peer);
    node.pull = null;
    tryAdopt(node);
  } else {
    request(node, pull);
  }
}

/** Serves only within a ballot that both take part in: then the log here does not change but by growing. */
export function onFetch(node: PaxosNode, from: NodeId, m: FetchMessage): void {
  const { log, snapshot, settings, promise } = node;
  if (!sameBallot(m.ballot, promise)) return;
  if (m.from >= log.base) {
    if (m.from > log.length) return;
    const entries = log.slice(m.from, m.to, settings.maxAcceptBytes);
    send(node, from, { type: 'fetched', ballot: promise, from: m.from, entries }, 'none', 'bulk');
    return;
  }
  const { index, payload } = snapshot;
  const offset = m.snapshot === index && m.offset <= payload.length ? m.offset : 0;
  const bytes = payload.slice(offset, offset + settings.snapshotChunkBytes);
  send(node, from, { type: 'snapshot', ballot: promise, index, total: payload.length, offset, bytes }, 'none', 'bulk');
}

export function onFetched(node: PaxosNode, from: NodeId, m: Extract<Message, { type: 'fetched' }>): void {
  const { pull } = node;
  if (pull === null || pull.peer !== from || !sameBallot(pull.ballot, m.ballot)) return;
  if (m.from !== lengthOf(pull) || m.entries.length === 0) return;
  pull.entries.push(...m.entries.slice(0, pull.to - m.from));
  pull.progressAt = node.now;
  proceed(node, pull);
}

export function onSnapshotPart(node: PaxosNode, from: NodeId, m: SnapshotPart): void {
  const { pull } = node;
  if (pull === null || pull.peer !== from || !sameBallot(pull.ballot, m.ballot)) return;
  if (m.index <= lengthOf(pull)) return;
  if (m.total > node.settings.maxSnapshotBytes) {
    node.dropped++;
    return;
  }
  if (pull.incoming === null || pull.incoming.index !== m.index || pull.incoming.total !== m.total)
    pull.incoming = { index: m.index, total: m.total, received: 0, chunks: [] };
  const { incoming } = pull;
  if (m.offset !== incoming.received) return;
  incoming.chunks.push(m.bytes);
  incoming.received += m.bytes.length;
  pull.progressAt = node.now;
  if (incoming.received === m.total)
    gathered(node, pull, { index: m.index, payload: joined(incoming.chunks, m.total) });
  proceed(node, pull);
}

function gathered(node: PaxosNode, pull: Pull, snapshot: Snapshot): void {
  pull.incoming = null;
  if (decodePayload(snapshot.payload) === null) {
    node.dropped++;
    return;
  }
  pull.snapshot = snapshot;
  pull.entries.length = 0;
}

function complete(node: PaxosNode, pull: Pull): void {
  node.pull = null;
  if (sameBallot(node.accepted, pull.ballot)) catchUp(node, pull);
  else replace(node, pull);
  const { leading } = node;
  if (leading !== null) adopt(node, leading);
  else replyAccepted(node, pull.peer, false);
}

/** The initial log of a new ballot: what the own log had beyond `from` gives way. */
function replace(node: PaxosNode, pull: Pull): void {
  if (pull.snapshot === null) node.log.truncate(pull.from);
  else install(node, pull.snapshot);
  node.log.append(pull.entries);
  node.accepted = pull.ballot;
  node.acceptorDirty = true;
}

/** The same ballot's log, of which more may have come in meanwhile: nothing is given up. */
function catchUp(node: PaxosNode, pull: Pull): void {
  if (pull.snapshot !== null && pull.snapshot.index > node.log.length) install(node, pull.snapshot);
  const start = pull.snapshot?.index ?? pull.from;
  node.log.append(pull.entries.slice(node.log.length - start));
}

function install(node: PaxosNode, snapshot: Snapshot): void {
  node.log.reset(snapshot.index);
  node.snapshot = snapshot;
  node.snapshotDirty = true;
  decide(node, snapshot.index);
  node.installWanted = snapshot.index > Math.max(node.applied, node.delivered);
  node.delivered = snapshot.index;
  node.sessions = decodePayload(snapshot.payload)!.sessions;
  resolveCovered(node);
}

/** The application's state up to decision `index` is `state`: the log before it may go. */
export function compact(node: PaxosNode, index: number, state: Uint8Array): void {
  if (index <= node.snapshot.index || index > node.delivered || node.log.at(index)?.kind !== 'append') return;
  node.snapshot = { index, payload: encodePayload(node.sessions, index, state) };
  node.sessions.forgetBefore(index);
  node.snapshotDirty = true;
  node.log.trim(index, node.settings.retainedBytes);
}

function joined(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const writer = new ByteWriter(total);
  for (const chunk of chunks) writer.raw(chunk);
  return writer.finish();
}
