import type {
  DurableImage,
  Epoch,
  Lane,
  MechanismInit,
  Micros,
  NodeId,
  Send,
  StoreOp,
  Token,
} from '@hypersync/interface';
import { EffectsBuilder, type Sessions } from '@hypersync/consensus-kit';
import { sameBallot, type Ballot } from './ballot.ts';
import { readSettings, type Settings } from './config.ts';
import { initialElection, type Election } from './election.ts';
import type { Leading } from './leader.ts';
import type { SequenceLog } from './log.ts';
import { encodeMessage, type Message } from './messages.ts';
import type { Proposal } from './proposals.ts';
import type { PendingRead } from './reads.ts';
import { putAcceptor, putNumber, putSnapshot, restore, type Snapshot } from './storage.ts';
import type { Pull } from './transfer.ts';

/** What must be on disk before a message may leave: nothing, this incarnation's number, the promise, or everything. */
export type Gate = 'none' | 'boot' | 'acceptor' | 'all';

/** The whole state of one node. The other files of this room are the rules that change it. */
export interface PaxosNode {
  readonly self: NodeId;
  readonly peers: readonly NodeId[];
  readonly epoch: Epoch;
  readonly settings: Settings;
  readonly boot: number;
  readonly applied: number;
  readonly fx: EffectsBuilder<'total-order'>;

  now: Micros;
  /** Acceptor: see `Acceptor` in storage.ts. */
  promise: Ballot;
  accepted: Ballot;
  decided: number;
  log: SequenceLog;
  snapshot: Snapshot;
  /** Which client operations were delivered, and where: a retry has the place of the first. */
  sessions: Sessions;
  /** The ballot whose leader was heard last and is alive; null while there is none to ask. */
  following: Ballot | null;
  /** Learner: entries up to here were handed to the application. */
  delivered: number;
  /** Index of the decided stop-sign; 0 while the epoch goes on. */
  sealedAt: number;
  /** The application has to be given `snapshot` before the next decision. */
  installWanted: boolean;
  /** Round of leader election in which the promise was given. */
  promisedInRound: number;
  /** A ballot known to have its initial log accepted by a write quorum, and how long that log is. */
  opened: { readonly ballot: Ballot; readonly initial: number } | null;

  election: Election;
  leading: Leading | null;
  pull: Pull | null;
  tickAt: Micros;

  nextSerial: number;
  /** By serial, which is also the order of their deadlines. */
  proposals: Map<number, Proposal>;
  /** Serials of open proposals by client operation (see `nameOf`): the first of them that is decided answers all. */
  retries: Map<string, readonly number[]>;
  /** Serials of those that a leader was sent and has not acknowledged. */
  unacked: Set<number>;
  nextRead: number;
  reads: Map<number, PendingRead>;
  /** Messages from peers that were malformed or impossible. */
  dropped: number;

  bootDirty: boolean;
  acceptorDirty: boolean;
  snapshotDirty: boolean;
  /** `decided` moved; written along with the next batch, never for its own sake. */
  decidedDirty: boolean;
  bootToken: Token;
  acceptorToken: Token;
  lastToken: Token;
  durableToken: Token;
  outbox: { readonly to: Send['to']; readonly bytes: Uint8Array; readonly lane: Lane; readonly gate: Gate }[];
}

export function createNode(init: MechanismInit, image: DurableImage): PaxosNode {
  const restored = restore(image);
  const { promise, accepted, decided, log, snapshot, sessions } = restored;
  return {
    self: init.self,
    peers: init.members.map((member) => member.id).filter((id) => id !== init.self),
    epoch: init.epoch,
    settings: readSettings(init.config, init.members.length),
    boot: restored.boot + 1,
    applied: init.applied,
    fx: new EffectsBuilder(),
    now: init.now,
    promise,
    accepted,
    decided,
    log,
    snapshot,
    sessions,
    following: null,
    delivered: snapshot.index,
    sealedAt: 0,
    installWanted: snapshot.index > init.applied,
    promisedInRound: 0,
    opened: null,
    election: initialElection(init.self, promise, init.now),
    leading: null,
    pull: null,
    tickAt: init.now,
    nextSerial: 1,
    proposals: new Map(),
    retries: new Map(),
    unacked: new Set(),
    nextRead: 1,
    reads: new Map(),
    dropped: 0,
    bootDirty: true,
    acceptorDirty: false,
    snapshotDirty: false,
    decidedDirty: false,
    bootToken: 0,
    acceptorToken: 0,
    lastToken: 0,
    durableToken: 0,
    outbox: [],
  };
}

export function send(node: PaxosNode, to: Send['to'], message: Message, gate: Gate, lane: Lane = 'control'): void {
  node.outbox.push({ to, bytes: encodeMessage(node.epoch, message), lane, gate });
}

export function promiseTo(node: PaxosNode, ballot: Ballot): void {
  if (sameBallot(node.promise, ballot)) return;
  node.promise = ballot;
  node.promisedInRound = node.election.round;
  node.acceptorDirty = true;
}

export function decide(node: PaxosNode, decided: number): void {
  if (decided <= node.decided) return;
  node.decided = decided;
  node.decidedDirty = true;
}

/** One atomic, synced batch with everything that changed in this step; then the messages that were waiting for it. */
export function flush(node: PaxosNode): void {
  const writes: StoreOp[] = [];
  if (node.bootDirty) writes.push(putNumber('boot', node.boot));
  if (node.snapshotDirty) writes.push(putNumber('base', node.log.base), putSnapshot(node.snapshot));
  node.log.takeWrites(writes);
  const acceptor = node.acceptorDirty || node.snapshotDirty || (node.decidedDirty && writes.length > 0);
  if (acceptor) writes.push(putAcceptor(node));
  if (writes.length > 0) {
    const token = node.fx.persist(writes);
    node.log.inFlight(token);
    node.lastToken = token;
    if (node.acceptorDirty) node.acceptorToken = token;
    if (node.bootDirty) node.bootToken = token;
    if (acceptor) node.decidedDirty = false;
    node.bootDirty = node.acceptorDirty = node.snapshotDirty = false;
  }
  for (const { to, bytes, lane, gate } of node.outbox) {
    const token = gateToken(node, gate);
    node.fx.send(to, bytes, { lane, after: token > node.durableToken ? token : undefined });
  }
  node.outbox = [];
}

function gateToken(node: PaxosNode, gate: Gate): Token {
  switch (gate) {
    case 'none':
      return 0;
    case 'boot':
      return node.bootToken;
    case 'acceptor':
      return Math.max(node.acceptorToken, node.bootToken);
    case 'all':
      return node.lastToken;
  }
}

/** Promise and accepted ballot are on disk as they are in memory. */
export function isAcceptorDurable(node: PaxosNode): boolean {
  return !node.acceptorDirty && node.acceptorToken <= node.durableToken;
}
