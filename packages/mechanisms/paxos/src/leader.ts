import type { NodeId } from '@hypersync/interface';
import { compareBallots, sameBallot, type Ballot } from './ballot.ts';
import { nameOf, sizeOfEntry, type Entry, type OperationName } from './entry.ts';
import type { AcceptedMessage, PromiseMessage } from './messages.ts';
import { decide, isAcceptorDurable, promiseTo, send, type PaxosNode } from './node.ts';
import { placeQueued, type SeenForwards } from './proposals.ts';
import { askAgain, type LeaderRead } from './reads.ts';
import { startPull } from './transfer.ts';

/** What the leader of a ballot knows about one acceptor. */
export interface Acceptance {
  /** `promise`: not promised yet. `sync`: being given the initial log. `accept`: in step, entries are pipelined. */
  mode: 'promise' | 'sync' | 'accept';
  sync: { readonly from: number; readonly to: number } | null;
  /** Holds so much of this ballot's log on disk. */
  acked: number;
  /** Entries up to here were sent. */
  sent: number;
  inflightBytes: number;
  /** `acked` at the last tick: no change while something is in flight means that something was lost. */
  ackedAtTick: number;
  /** Length at which it last reported a gap, so that one loss is repaired once. */
  rewound: number;
  told: number;
  /** Last confirmation round that it answered in this ballot. */
  round: number;
}

/** A proposer at work in its ballot: first to learn what may be decided already (phase 1), then to add to it (phase 2). */
export interface Leading {
  readonly ballot: Ballot;
  phase: 'prepare' | 'accept';
  readonly promises: Map<NodeId, PromiseMessage>;
  /** The log taken over: in which ballot it had been accepted, and its length. */
  adopted: { readonly from: Ballot; readonly length: number };
  readonly acceptors: Map<NodeId, Acceptance>;
  /** A write quorum has accepted the initial log: earlier ballots can decide nothing else any more. */
  opened: boolean;
  round: number;
  /** By origin, incarnation and number. */
  readonly reads: Map<string, LeaderRead>;
  readonly seen: Map<NodeId, SeenForwards>;
  undecidedBytes: number;
  stopInLog: boolean;
  /** Client operations in the log beyond what was delivered here. With `sessions`: every operation that the log holds. */
  readonly undelivered: Set<string>;
}

function newAcceptance(): Acceptance {
  return {
    mode: 'promise',
    sync: null,
    acked: 0,
    sent: 0,
    inflightBytes: 0,
    ackedAtTick: 0,
    rewound: -1,
    told: 0,
    round: 0,
  };
}

/** Phase 1a. The own promise must be on disk before anybody hears of the ballot. */
export function lead(node: PaxosNode, ballot: Ballot): void {
  promiseTo(node, ballot);
  node.pull = null;
  node.following = ballot;
  node.leading = {
    ballot,
    phase: 'prepare',
    promises: new Map(),
    adopted: { from: node.accepted, length: 0 },
    acceptors: new Map(node.peers.map((peer) => [peer, newAcceptance()])),
    opened: false,
    round: 0,
    reads: new Map(),
    seen: new Map(),
    undecidedBytes: 0,
    stopInLog: false,
    undelivered: new Set(),
  };
  send(node, 'all', { type: 'prepare', ballot }, 'acceptor');
}

export function onPromise(node: PaxosNode, from: NodeId, m: PromiseMessage): void {
  const acceptance = acceptanceIn(node, from, m.ballot);
  if (acceptance === null || acceptance.mode !== 'promise') return;
  node.leading!.promises.set(from, m);
  if (node.leading!.phase === 'accept') startSync(node, from, acceptance, m);
}

export function acceptanceIn(node: PaxosNode, from: NodeId, ballot: Ballot): Acceptance | null {
  const { leading } = node;
  return leading !== null && sameBallot(leading.ballot, ballot) ? (leading.acceptors.get(from) ?? null) : null;
}

/**
 * Phase 1b is complete once a read quorum has promised. Whatever was decided is held by one of them in the highest ballot
 * that any accepted, and in that ballot by the longest log (section 4.2): that log is taken over whole.
 */
export function tryAdopt(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null || leading.phase !== 'prepare' || node.pull !== null || !isAcceptorDurable(node)) return;
  if (leading.promises.size + 1 < node.settings.readQuorum) return;
  let best: { readonly pid: NodeId; readonly accepted: Ballot; readonly length: number } = {
    pid: node.self,
    accepted: node.accepted,
    length: node.log.length,
  };
  for (const [pid, { accepted, length }] of leading.promises) {
    const order = compareBallots(accepted, best.accepted);
    if (order > 0 || (order === 0 && length > best.length)) best = { pid, accepted, length };
  }
  leading.adopted = { from: best.accepted, length: best.length };
  if (best.pid === node.self) adopt(node, leading);
  else {
    // Entries beyond the decided ones agree only with logs of the same ballot.
    const from = sameBallot(best.accepted, node.accepted) ? node.log.length : node.decided;
    startPull(node, { peer: best.pid, ballot: leading.ballot, from, to: best.length }, []);
  }
}

/** The initial log is complete: accept it in this ballot, and bring everybody who promised to the same. */
export function adopt(node: PaxosNode, leading: Leading): void {
  node.accepted = leading.ballot;
  node.acceptorDirty = true;
  leading.phase = 'accept';
  for (const { decided } of leading.promises.values()) decide(node, Math.min(decided, node.log.length));
  for (let index = node.delivered + 1; index <= node.log.length; index++) {
    const entry = node.log.at(index);
    if (entry === undefined) continue;
    note(leading, entry);
    if (index > node.decided) leading.undecidedBytes += sizeOfEntry(entry);
  }
  if (node.sealedAt > 0) leading.stopInLog = true;
  for (const [peer, promise] of leading.promises) startSync(node, peer, leading.acceptors.get(peer)!, promise);
  placeQueued(node);
  askAgain(node);
}

/** Where this acceptor's log agrees with the initial one is known: up to its end in the same ballot, else as far as decided. */
function startSync(node: PaxosNode, peer: NodeId, acceptance: Acceptance, promise: PromiseMessage): void {
  const { ballot, adopted } = node.leading!;
  let from = Math.min(promise.decided, node.log.length);
  if (sameBallot(promise.accepted, ballot)) from = promise.length;
  else if (sameBallot(promise.accepted, adopted.from)) from = Math.min(promise.length, adopted.length);
  acceptance.mode = 'sync';
  acceptance.sync = { from, to: node.log.length };
  sendSync(node, peer, acceptance, true);
}

/** The first time with as many entries as fit, which is all there is in the usual case; the rest is fetched. */
function sendSync(node: PaxosNode, peer: NodeId, { sync }: Acceptance, first: boolean): void {
  const { from, to } = sync!;
  const { ballot } = node.leading!;
  const entries = first && from >= node.log.base ? node.log.slice(from, to, node.settings.maxAcceptBytes) : [];
  send(node, peer, { type: 'sync', ballot, from, to, entries }, 'acceptor', 'bulk');
}

/** Phase 2a for one more entry. */
export function appendOwn(node: PaxosNode, entry: Entry): void {
  const leading = node.leading!;
  node.log.append([entry]);
  leading.undecidedBytes += sizeOfEntry(entry);
  note(leading, entry);
}

function note(leading: Leading, entry: Entry): void {
  if (entry.kind === 'stop') leading.stopInLog = true;
  if (entry.session !== 0) leading.undelivered.add(nameOf(entry));
}

/**
 * The operation is in this leader's log already: a retry is not appended a second time. Logs only ever come about by
 * taking one over whole and adding to it, so no log holds an operation twice, and the place in the log is the decision.
 */
export function holds(node: PaxosNode, leading: Leading, { session, sequence }: OperationName): boolean {
  if (session === 0) return false;
  return (
    leading.undelivered.has(nameOf({ session, sequence })) || node.sessions.find(session, sequence, node.delivered) > 0
  );
}

export function onAccepted(node: PaxosNode, from: NodeId, m: AcceptedMessage): void {
  const acceptance = acceptanceIn(node, from, m.ballot);
  if (acceptance === null) return;
  if (node.leading!.phase !== 'accept' || m.length > node.log.length) {
    node.dropped++;
    return;
  }
  if (acceptance.mode !== 'accept') {
    acceptance.mode = 'accept';
    acceptance.sync = null;
    acceptance.sent = m.length;
    acceptance.inflightBytes = 0;
  }
  acceptance.acked = Math.max(acceptance.acked, m.length);
  acceptance.sent = Math.max(acceptance.sent, acceptance.acked);
  if (acceptance.sent === acceptance.acked) acceptance.inflightBytes = 0;
  if (m.gap && m.length === acceptance.acked && acceptance.rewound !== m.length) rewind(acceptance);
}

function rewind(acceptance: Acceptance): void {
  acceptance.rewound = acceptance.acked;
  acceptance.sent = acceptance.acked;
  acceptance.inflightBytes = 0;
}

/** Phase 2b: an entry that a write quorum holds on disk in this ballot is decided, and all before it. */
export function advanceDecided(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null || leading.phase !== 'accept') return;
  if (leading.opened && node.decided === node.log.length) return;
  const { writeQuorum } = node.settings;
  const lengths = isAcceptorDurable(node) ? [node.log.durableLength] : [];
  for (const { mode, acked } of leading.acceptors.values()) if (mode === 'accept') lengths.push(acked);
  if (lengths.length < writeQuorum) return;
  lengths.sort((a, b) => b - a);
  const accepted = lengths[writeQuorum - 1]!;
  if (accepted >= leading.adopted.length && !leading.opened) {
    leading.opened = true;
    node.opened = { ballot: leading.ballot, initial: leading.adopted.length };
  }
  for (let index = node.decided + 1; index <= accepted; index++)
    leading.undecidedBytes -= sizeOfEntry(node.log.at(index)!);
  decide(node, accepted);
}

/** Sends every acceptor in step what it lacks, as far as its window allows, and what is decided. */
export function replicate(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null || leading.phase !== 'accept') return;
  for (const [peer, acceptance] of leading.acceptors) {
    if (acceptance.mode !== 'accept') continue;
    if (acceptance.sent < node.log.base) resync(node, peer, acceptance);
    else pump(node, leading, peer, acceptance);
    const known = Math.min(acceptance.acked, node.decided);
    if (known > acceptance.told) sendDecide(node, leading, peer, acceptance);
  }
}

/** What it lacks has been trimmed: it starts over from what it has, by way of a snapshot. */
function resync(node: PaxosNode, peer: NodeId, acceptance: Acceptance): void {
  acceptance.mode = 'sync';
  acceptance.sync = { from: acceptance.acked, to: node.log.length };
  sendSync(node, peer, acceptance, true);
}

function pump(node: PaxosNode, { ballot }: Leading, peer: NodeId, acceptance: Acceptance): void {
  const { maxAcceptBytes, maxInflightBytes } = node.settings;
  while (acceptance.sent < node.log.length && acceptance.inflightBytes < maxInflightBytes) {
    const from = acceptance.sent;
    const entries = node.log.slice(from, node.log.length, maxAcceptBytes);
    acceptance.sent += entries.length;
    for (const entry of entries) acceptance.inflightBytes += sizeOfEntry(entry);
    const decided = Math.min(node.decided, acceptance.sent);
    acceptance.told = Math.max(acceptance.told, Math.min(decided, acceptance.acked));
    send(node, peer, { type: 'accept', ballot, from, decided, entries }, 'acceptor', 'bulk');
  }
}

function sendDecide(node: PaxosNode, leading: Leading, peer: NodeId, acceptance: Acceptance): void {
  acceptance.told = Math.min(acceptance.acked, node.decided);
  const { ballot, opened, adopted } = leading;
  const message = { type: 'decide', ballot, decided: acceptance.told, initial: adopted.length, opened } as const;
  send(node, peer, message, 'none');
}

/** Periodic: repeats what seems to have been lost, and says who leads. */
export function repeat(node: PaxosNode): void {
  const { leading } = node;
  if (leading === null) return;
  for (const [peer, acceptance] of leading.acceptors) {
    if (acceptance.mode === 'promise') send(node, peer, { type: 'prepare', ballot: leading.ballot }, 'acceptor');
    else if (acceptance.mode === 'sync') sendSync(node, peer, acceptance, false);
    else {
      if (acceptance.sent > acceptance.acked && acceptance.acked === acceptance.ackedAtTick) rewind(acceptance);
      acceptance.ackedAtTick = acceptance.acked;
      sendDecide(node, leading, peer, acceptance);
    }
  }
}

/** At work in its ballot, with a write quorum that has not gone over to a higher one. */
export function isServing(node: PaxosNode): boolean {
  const { leading } = node;
  if (leading === null || leading.phase !== 'accept' || !node.election.connected) return false;
  let inStep = 1;
  for (const { mode } of leading.acceptors.values()) if (mode === 'accept') inStep++;
  return inStep >= node.settings.writeQuorum;
}

/** An acceptor has promised a higher ballot: it accepts nothing from this leader any more. */
export function lose(acceptance: Acceptance): void {
  acceptance.mode = 'promise';
  acceptance.sync = null;
}
