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
import { belongs, onAccept, onDecide, onPrepare, onSync } from './acceptor.ts';
import type { Ballot } from './ballot.ts';
import { cloneNode, writeNode } from './copy.ts';
import { decisionsOf, deliver } from './delivery.ts';
import { descriptor } from './descriptor.ts';
import type { Entry } from './entry.ts';
import { endRound, onElectionMessage, onNack, repeatHeartbeats } from './election.ts';
import { advanceDecided, isServing, onAccepted, onPromise, repeat, replicate, tryAdopt } from './leader.ts';
import { decodeMessage, type BallotMessage } from './messages.ts';
import { createNode, flush, type PaxosNode } from './node.ts';
import {
  expireProposals,
  leaderOf,
  onForward,
  onForwardReply,
  onPropose,
  onStop,
  resendForwards,
} from './proposals.ts';
import {
  answerReads,
  askAgain,
  confirmReads,
  expireReads,
  hasUnconfirmed,
  onConfirm,
  onConfirmed,
  onRead,
  onReadReply,
  onReadRequest,
  repeatRound,
  startRound,
} from './reads.ts';
import { compact, onFetch, onFetched, onSnapshotPart, retryPull } from './transfer.ts';

/** One node of Sequence Paxos with Ballot Leader Election (Omni-Paxos: Ng, Haridi, Carbone 2023). */
export class Paxos implements ConsensusMechanism<'total-order'> {
  readonly descriptor = descriptor;
  readonly #node: PaxosNode;

  private constructor(node: PaxosNode) {
    this.#node = node;
  }

  static create(init: MechanismInit, image: DurableImage): Paxos {
    return new Paxos(createNode(init, image));
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

  nextDeadline(): Micros {
    const node = this.#node;
    const due = [node.election.endsAt];
    for (const first of [node.proposals.values().next().value, node.reads.values().next().value])
      if (first !== undefined) due.push(first.deadline);
    if (needsTick(node)) due.push(node.tickAt);
    return Math.min(...due);
  }

  status(): Status<'total-order'> {
    const node = this.#node;
    const { leading, following } = node;
    const index = decisionsOf(node);
    return {
      role: leading !== null ? 'leader' : 'follower',
      leader: leaderOf(node),
      term: node.promise.n,
      position: index === 0 ? null : { class: 'total-order', epoch: node.epoch, index },
      ready: leading !== null ? isServing(node) : following !== null,
      detail: {
        phase: leading?.phase ?? 'follow',
        promise: ballotText(node.promise),
        accepted: ballotText(node.accepted),
        ballot: ballotText(node.election.ballot),
        connected: node.election.connected,
        pulling: node.pull !== null,
        decided: node.decided,
        delivered: node.delivered,
        length: node.log.length,
        base: node.log.base,
        snapshotIndex: node.snapshot.index,
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

  clone(): Paxos {
    return new Paxos(cloneNode(this.#node));
  }

  /** What this acceptor has promised and accepted, for invariant checks. */
  acceptor(): {
    readonly promise: Ballot;
    readonly accepted: Ballot;
    readonly decided: number;
    readonly length: number;
  } {
    const { promise, accepted, decided, log } = this.#node;
    return { promise, accepted, decided, length: log.length };
  }

  /** The entry at an index of the log, for invariant checks. */
  entryAt(index: number): Entry | undefined {
    return this.#node.log.at(index);
  }
}

function ballotText({ n, pid }: Ballot): string {
  return `${n}.${pid}`;
}

function handle(node: PaxosNode, input: Input<'total-order'>): void {
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
      return;
    case 'compact':
      compact(node, input.index, input.state);
      return;
    case 'time':
    case 'signed':
    case 'verified':
    case 'transfer': // for other capabilities
    case 'reconfigure':
    case 'suspicion':
    case 'clock':
      return;
  }
}

function onMessage(node: PaxosNode, from: NodeId, bytes: Uint8Array): void {
  const message = node.peers.includes(from) ? decodeMessage(node.epoch, bytes) : null;
  if (message === null) node.dropped++;
  else if (message.type === 'heartbeat' || message.type === 'heartbeat-reply') onElectionMessage(node, from, message);
  else if (message.type === 'prepare') onPrepare(node, from, message.ballot);
  else onBallotMessage(node, from, message);
}

function onBallotMessage(node: PaxosNode, from: NodeId, m: Exclude<BallotMessage, { type: 'prepare' }>): void {
  switch (m.type) {
    case 'sync':
      if (belongs(node, from, m.ballot)) onSync(node, from, m);
      return;
    case 'accept':
      if (belongs(node, from, m.ballot)) onAccept(node, from, m);
      return;
    case 'decide':
      if (belongs(node, from, m.ballot)) onDecide(node, m);
      return;
    case 'confirm':
      if (belongs(node, from, m.ballot)) onConfirm(node, from, m);
      return;
    case 'promise':
      onPromise(node, from, m);
      return;
    case 'accepted':
      onAccepted(node, from, m);
      return;
    case 'nack':
      onNack(node, from, m);
      return;
    case 'fetch':
      onFetch(node, from, m);
      return;
    case 'fetched':
      onFetched(node, from, m);
      return;
    case 'snapshot':
      onSnapshotPart(node, from, m);
      return;
    case 'confirmed':
      onConfirmed(node, from, m);
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

function passTime(node: PaxosNode): void {
  if (node.now >= node.election.endsAt) endRound(node);
  expireProposals(node);
  expireReads(node);
  if (node.now < node.tickAt) return;
  node.tickAt = node.now + node.settings.heartbeatInterval;
  repeatHeartbeats(node);
  repeat(node);
  retryPull(node);
  resendForwards(node);
  askAgain(node);
  repeatRound(node);
}

function needsTick(node: PaxosNode): boolean {
  const { election, peers, leading, pull, following } = node;
  if (leading !== null || pull !== null || election.replies.size < peers.length) return true;
  return following !== null && (node.unacked.size > 0 || hasUnconfirmed(node));
}

/** What follows from everything that happened: phases, decisions, answers, and what is to be sent. */
function settle(node: PaxosNode): void {
  tryAdopt(node);
  advanceDecided(node);
  deliver(node);
  startRound(node);
  confirmReads(node);
  replicate(node);
  answerReads(node);
}
