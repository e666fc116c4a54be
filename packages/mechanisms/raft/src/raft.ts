import type {
  ConsensusMechanism,
  DurableImage,
  Effects,
  Input,
  MechanismInit,
  Micros,
  NodeId,
  Status,
} from '@hypersync/interface';
import { StateWriter } from '@hypersync/consensus-kit';
import { deliver } from './delivery.ts';
import { descriptor } from './descriptor.ts';
import { isVoter } from './configuration.ts';
import { becomeFollower, onHardStateDurable, onVote, onVoteReply, startPreVote } from './election.ts';
import { hear, learnCommit, onAppend, onHeartbeat } from './follower.ts';
import { decodeMessage, type Message } from './messages.ts';
import { cloneNode, writeNode } from './copy.ts';
import { guardDeadline, oldLeaseIsOver } from './lease.ts';
import { advanceChange, announceMembers, onReconfigure } from './membership.ts';
import { createNode, flush, resetElectionTimer, type RaftNode } from './node.ts';
import { expireProposals, onForward, onForwardReply, onPropose, onStop, resendForwards } from './proposals.ts';
import {
  answerReads,
  askAgain,
  confirmReads,
  expireReads,
  hasUnconfirmed,
  onHeartbeatReply,
  onRead,
  onReadReply,
  onReadRequest,
  startRound,
} from './reads.ts';
import { advanceCommit, checkQuorum, heartbeat, onAppendReply, replicate } from './replication.ts';
import { compact, onSnapshotChunk, onSnapshotReply } from './snapshots.ts';
import { advanceTransfer, completeHandOver, onTimeoutNow, onTransfer } from './transfer.ts';

/** One node of a Raft cluster (Ongaro, Ousterhout 2014). Inputs first, then what their time brings, then effects. */
export class Raft implements ConsensusMechanism<'total-order'> {
  readonly descriptor = descriptor;
  readonly #node: RaftNode;

  private constructor(node: RaftNode) {
    this.#node = node;
  }

  static create(init: MechanismInit, image: DurableImage): Raft {
    return new Raft(createNode(init, image));
  }

  step(now: Micros, inputs: readonly Input<'total-order'>[]): Effects<'total-order'> {
    const node = this.#node;
    node.now = now;
    for (const input of inputs) handle(node, input);
    passTime(node);
    settle(node);
    flush(node);
    return node.fx.take();
  }

  nextDeadline(): Micros | null {
    const node = this.#node;
    const due = node.role === 'leader' ? [node.heartbeatAt, node.quorumCheckAt] : [];
    if (node.role !== 'leader' && (mayStand(node) || node.leader !== null)) due.push(node.electionAt);
    if (node.leaseGuard !== null) due.push(guardDeadline(node));
    for (const waiting of [node.transfer, node.handOver, node.change]) if (waiting !== null) due.push(waiting.deadline);
    for (const first of [node.proposals.values().next().value, node.reads.values().next().value])
      if (first !== undefined) due.push(first.deadline);
    if (isWaiting(node)) due.push(node.resendAt);
    return due.length === 0 ? null : Math.min(...due);
  }

  status(): Status<'total-order'> {
    const node = this.#node;
    const index = Math.max(node.decisions, node.applied);
    return {
      role: node.role,
      leader: node.leader,
      term: node.term,
      position: index === 0 ? null : { class: 'total-order', epoch: node.epoch, index },
      ready: node.leader !== null,
      detail: {
        commit: node.commit,
        delivered: node.delivered,
        baseIndex: node.log.base.index,
        lastIndex: node.log.lastIndex,
        lastTerm: node.log.lastTerm,
        durableIndex: node.log.durableIndex,
        snapshotIndex: node.snapshot.point.index,
        voters: node.log.configuration.voters.map(({ id }) => id).join(' '),
        outgoing: node.log.configuration.outgoing.map(({ id }) => id).join(' '),
        learners: node.log.configuration.learners.join(' '),
        votedFor: node.votedFor ?? '',
        boot: node.boot,
        pending: node.proposals.size + node.reads.size,
        sealed: node.sealedAt > 0,
        dropped: node.dropped,
      },
    };
  }

  fingerprint(): Uint8Array {
    const state = new StateWriter(1024);
    writeNode(this.#node, state);
    return state.digest();
  }

  clone(): Raft {
    return new Raft(cloneNode(this.#node));
  }

  /** Term of the entry at a log index; undefined outside the log. For invariant checks (log matching). */
  termAt(index: number): number | undefined {
    return this.#node.log.termAt(index);
  }

  /** Value of the entry at a log index, for invariant checks. */
  valueAt(index: number): Uint8Array | undefined {
    return this.#node.log.at(index)?.value;
  }
}

function handle(node: RaftNode, input: Input<'total-order'>): void {
  switch (input.t) {
    case 'message':
      onMessage(node, input.from, input.bytes);
      return;
    case 'propose':
      onPropose(node, input);
      return;
    case 'read':
      onRead(node, input);
      return;
    case 'stop':
      onStop(node, input);
      return;
    case 'durable':
      node.durableToken = Math.max(node.durableToken, input.token);
      node.log.durable(node.durableToken);
      onHardStateDurable(node);
      return;
    case 'compact':
      compact(node, input.index, input.state);
      return;
    case 'transfer':
      onTransfer(node, input);
      return;
    case 'reconfigure':
      onReconfigure(node, input);
      return;
    case 'clock':
      if (node.settings.lease > 0) node.clock = { at: node.now, earliest: input.earliest, latest: input.latest };
      return;
    case 'time':
    case 'signed':
    case 'verified':
    case 'suspicion':
      return;
  }
}

function onMessage(node: RaftNode, from: NodeId, bytes: Uint8Array): void {
  // Whoever the transport lets in: a node that is behind does not know yet who has joined.
  const message = from === node.self ? null : decodeMessage(node.epoch, bytes);
  if (message === null) node.dropped++;
  else if (message.type === 'vote') onVote(node, from, message);
  else if (message.type === 'vote-reply') onVoteReply(node, from, message);
  else if (isFromLeader(message)) fromLeader(node, from, message);
  else if (message.term > node.term) becomeFollower(node, message.term, null);
  else if (message.term === node.term || message.type === 'read' || message.type === 'read-reply')
    fromPeer(node, from, message);
}

type FromLeader = Extract<Message, { type: 'append' | 'heartbeat' | 'commit' | 'snapshot' | 'timeout-now' }>;
type FromPeer = Exclude<Message, FromLeader | { type: 'vote' | 'vote-reply' }>;

const FROM_LEADER: ReadonlySet<Message['type']> = new Set(['append', 'heartbeat', 'commit', 'snapshot', 'timeout-now']);

function isFromLeader(m: Message): m is FromLeader {
  return FROM_LEADER.has(m.type);
}

function fromLeader(node: RaftNode, from: NodeId, m: FromLeader): void {
  if (!hear(node, from, m.term)) return;
  switch (m.type) {
    case 'append':
      onAppend(node, from, m);
      return;
    case 'heartbeat':
      onHeartbeat(node, from, m);
      return;
    case 'commit':
      learnCommit(node, m.commit);
      return;
    case 'snapshot':
      onSnapshotChunk(node, from, m);
      return;
    case 'timeout-now':
      onTimeoutNow(node, m);
      return;
  }
}

function fromPeer(node: RaftNode, from: NodeId, m: FromPeer): void {
  switch (m.type) {
    case 'append-reply':
      onAppendReply(node, from, m);
      return;
    case 'heartbeat-reply':
      onHeartbeatReply(node, from, m);
      return;
    case 'snapshot-reply':
      onSnapshotReply(node, from, m);
      return;
    case 'forward':
      onForward(node, from, m);
      return;
    case 'forward-reply':
      onForwardReply(node, from, m);
      return;
    case 'read':
      onReadRequest(node, from, m);
      return;
    case 'read-reply':
      onReadReply(node, m);
      return;
  }
}

function passTime(node: RaftNode): void {
  if (node.role === 'leader' && node.now >= node.quorumCheckAt) checkQuorum(node);
  if (node.role === 'leader' && node.now >= node.heartbeatAt) heartbeat(node);
  if (node.role !== 'leader' && node.now >= node.electionAt) {
    if (mayStand(node)) startPreVote(node);
    else forgetLeader(node);
  }
  expireProposals(node);
  expireReads(node);
  if (node.now < node.resendAt) return;
  node.resendAt = node.now + 2 * node.settings.heartbeatInterval;
  resendForwards(node);
  askAgain(node);
}

/** What follows from everything that happened: commits, answers, deliveries, and what is to be sent. */
function settle(node: RaftNode): void {
  if (node.role === 'leader' && oldLeaseIsOver(node)) advanceCommit(node);
  deliver(node);
  if (node.role === 'leader') {
    advanceChange(node);
    advanceTransfer(node);
  }
  if (node.role === 'leader') {
    startRound(node);
    confirmReads(node);
    replicate(node);
  }
  answerReads(node);
  completeHandOver(node);
  announceMembers(node);
}

/** Who may not stand only learns that nobody tells it anything any more. */
function forgetLeader(node: RaftNode): void {
  becomeFollower(node, node.term, null);
  resetElectionTimer(node);
}

/**
 * Learners, and who was removed or is not let in yet, never stand. But who has its removal only in its own log may be the one
 * whom the others need: until that is committed, it stands by the configuration before (thesis 4.2.2).
 */
function mayStand({ role, log, commit, self }: RaftNode): boolean {
  if (role === 'leader') return false;
  if (isVoter(log.configuration, self)) return true;
  const { configurationIndex } = log;
  return configurationIndex > commit && isVoter(log.configurationAt(configurationIndex - 1), self);
}

/** There is somebody to ask again. */
function isWaiting(node: RaftNode): boolean {
  return node.role !== 'leader' && node.leader !== null && (node.unacked.size > 0 || hasUnconfirmed(node));
}
