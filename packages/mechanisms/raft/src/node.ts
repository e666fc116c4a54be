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
import { EffectsBuilder, Prng, type Sessions } from '@hypersync/consensus-kit';
import { readSettings, type Settings } from './config.ts';
import { electorate, stable, type Configuration } from './configuration.ts';
import type { LeaseGuard } from './lease.ts';
import type { RaftLog } from './log.ts';
import type { Change } from './membership.ts';
import { encodeMessage, type Message } from './messages.ts';
import type { Progress } from './progress.ts';
import type { Proposal, SeenForwards } from './proposals.ts';
import type { LeaderRead, PendingRead } from './reads.ts';
import type { IncomingSnapshot } from './snapshots.ts';
import { putBase, putBoot, putHard, putSnapshot, restore, type Snapshot } from './storage.ts';
import type { HandOver, Transfer } from './transfer.ts';

export type Role = 'follower' | 'pre-candidate' | 'candidate' | 'leader';

/** What must be on disk before a message may leave: nothing, this incarnation's number, term and vote, or everything. */
export type Gate = 'none' | 'boot' | 'hard' | 'all';

/** The whole state of one Raft node. The other files of this room are the rules that change it. */
export interface RaftNode {
  readonly self: NodeId;
  readonly epoch: Epoch;
  readonly settings: Settings;
  readonly boot: number;
  readonly applied: number;
  readonly fx: EffectsBuilder<'total-order'>;
  readonly rng: Prng;

  now: Micros;
  term: number;
  votedFor: NodeId | null;
  log: RaftLog;
  snapshot: Snapshot;

  role: Role;
  leader: NodeId | null;
  /** Highest log index known to be committed, and handed to the application. */
  commit: number;
  delivered: number;
  /** Count of decisions up to `delivered`: `append` entries that repeat no earlier one. */
  decisions: number;
  /** Log index of each decision after the snapshot. */
  decidedAt: number[];
  sessions: Sessions;
  /** The application's state of `snapshot`. */
  snapshotState: Uint8Array;
  /** The last configuration that the driver was told of. */
  announced: Configuration;
  /** Log index of the committed stop sign; 0 while the epoch goes on. */
  sealedAt: number;
  /** The application has to be given `snapshot` before the next decision. */
  installWanted: boolean;

  electionAt: Micros;
  /** When a leader of the current term was last heard; null for never. */
  leaderHeardAt: Micros | null;
  votes: Set<NodeId>;

  heartbeatAt: Micros;
  quorumCheckAt: Micros;
  progress: Map<NodeId, Progress>;
  /** Confirmation rounds for reads: the last one started. */
  round: number;
  /** By origin, incarnation and number. */
  leaderReads: Map<string, LeaderRead>;
  seen: Map<NodeId, SeenForwards>;
  change: Change | null;
  transfer: Transfer | null;
  handOver: HandOver | null;
  /** Term of the leader that told us to stand and gave up its lease; 0 for none. */
  releasedTerm: number;
  /** True time at `at`, as the driver knows it; null without a clock. */
  clock: { readonly at: Micros; readonly earliest: number; readonly latest: number } | null;
  leaseGuard: LeaseGuard | null;
  /** While leading: no read is answered under the lease any more. */
  leaseReleased: boolean;
  /** While leading: log index of the first entry of this reign. */
  firstOwn: number;
  /** Bytes of entries beyond the commit index, while leading. */
  uncommittedBytes: number;
  /** While leading: the log holds a stop sign, so no value may follow. */
  stopInLog: boolean;

  nextSerial: number;
  /** By serial, which is also the order of their deadlines. */
  proposals: Map<number, Proposal>;
  /** Serials of those that a leader was sent and has not acknowledged. */
  unacked: Set<number>;
  nextRead: number;
  reads: Map<number, PendingRead>;
  resendAt: Micros;
  incoming: IncomingSnapshot | null;
  /** Messages from peers that were malformed or impossible. */
  dropped: number;

  hardDirty: boolean;
  bootDirty: boolean;
  snapshotDirty: boolean;
  hardToken: Token;
  bootToken: Token;
  lastToken: Token;
  durableToken: Token;
  /** Messages of this step that wait for its persist effect. */
  outbox: { readonly to: Send['to']; readonly bytes: Uint8Array; readonly lane: Lane; readonly gate: Gate }[];
}

export function createNode(init: MechanismInit, image: DurableImage): RaftNode {
  const initial = stable(init.members);
  const restored = restore(image, initial);
  const settings = readSettings(init.config);
  const rng = new Prng(init.seed);
  const node: RaftNode = {
    self: init.self,
    epoch: init.epoch,
    settings,
    boot: restored.boot + 1,
    applied: init.applied,
    fx: new EffectsBuilder(),
    rng,
    now: init.now,
    ...restored.hard,
    log: restored.log,
    snapshot: restored.snapshot,
    snapshotState: restored.content.state,
    sessions: restored.content.sessions,
    decidedAt: [],
    announced: initial,
    ...freshVolatile(init.now),
    // What was applied may lie beyond what this disk holds, so it proves nothing about entries of the log here.
    commit: restored.snapshot.point.index,
    delivered: restored.snapshot.point.index,
    decisions: restored.snapshot.decision,
    installWanted: restored.snapshot.decision > init.applied,
    bootDirty: true,
  };
  resetElectionTimer(node);
  return node;
}

function freshVolatile(now: Micros) {
  return {
    role: 'follower' as Role,
    leader: null as NodeId | null,
    sealedAt: 0,
    electionAt: now,
    leaderHeardAt: null as Micros | null,
    votes: new Set<NodeId>(),
    heartbeatAt: now,
    quorumCheckAt: now,
    progress: new Map<NodeId, Progress>(),
    round: 0,
    leaderReads: new Map<string, LeaderRead>(),
    seen: new Map<NodeId, SeenForwards>(),
    change: null as Change | null,
    transfer: null as Transfer | null,
    handOver: null as HandOver | null,
    releasedTerm: 0,
    clock: null as RaftNode['clock'],
    leaseGuard: null as LeaseGuard | null,
    leaseReleased: false,
    firstOwn: 0,
    uncommittedBytes: 0,
    stopInLog: false,
    nextSerial: 1,
    proposals: new Map<number, Proposal>(),
    unacked: new Set<number>(),
    nextRead: 1,
    reads: new Map<number, PendingRead>(),
    resendAt: now,
    incoming: null as IncomingSnapshot | null,
    dropped: 0,
    hardDirty: false,
    snapshotDirty: false,
    hardToken: 0,
    bootToken: 0,
    lastToken: 0,
    durableToken: 0,
    outbox: [] as RaftNode['outbox'],
  };
}

/** Randomised in [T, 2T), so that one candidate is usually first (section 5.2 of the paper). */
export function resetElectionTimer(node: RaftNode): void {
  node.electionAt = node.now + node.settings.electionTimeout + node.rng.nextInt(node.settings.electionTimeout);
}

export function setTerm(node: RaftNode, term: number, votedFor: NodeId | null): void {
  node.term = term;
  node.votedFor = votedFor;
  node.hardDirty = true;
}

export function send(node: RaftNode, to: Send['to'], message: Message, gate: Gate, lane: Lane = 'control'): void {
  node.outbox.push({ to, bytes: encodeMessage(node.epoch, message), lane, gate });
}

/** To everybody whose vote may count. */
export function sendToElectorate(node: RaftNode, message: Message, gate: Gate): void {
  const bytes = encodeMessage(node.epoch, message);
  for (const to of electorate(node.log.configuration))
    if (to !== node.self) node.outbox.push({ to, bytes, lane: 'control', gate });
}

/** One atomic, synced batch with everything that changed in this step; then the messages that were waiting for it. */
export function flush(node: RaftNode): void {
  const writes: StoreOp[] = [];
  if (node.bootDirty) writes.push(putBoot(node.boot));
  if (node.hardDirty) writes.push(putHard(node));
  if (node.snapshotDirty) {
    const { base } = node.log;
    writes.push(putBase(base, node.log.configurationAt(base.index)), putSnapshot(node.snapshot));
  }
  node.log.takeWrites(writes);
  if (writes.length > 0) {
    const token = node.fx.persist(writes);
    node.log.inFlight(token);
    node.lastToken = token;
    if (node.hardDirty) node.hardToken = token;
    if (node.bootDirty) node.bootToken = token;
    node.hardDirty = node.bootDirty = node.snapshotDirty = false;
  }
  for (const { to, bytes, lane, gate } of node.outbox) {
    const token = gateToken(node, gate);
    node.fx.send(to, bytes, { lane, after: token > node.durableToken ? token : undefined });
  }
  node.outbox = [];
}

function gateToken(node: RaftNode, gate: Gate): Token {
  switch (gate) {
    case 'none':
      return 0;
    case 'boot':
      return node.bootToken;
    case 'hard':
      return Math.max(node.hardToken, node.bootToken);
    case 'all':
      return node.lastToken;
  }
}

export function isHardStateDurable(node: RaftNode): boolean {
  return !node.hardDirty && node.hardToken <= node.durableToken;
}
