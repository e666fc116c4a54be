import type { Micros, NodeId } from '@hypersync/interface';
import { witnessTimeout } from './accountability.ts';
import { showCommitted } from './catch-up.ts';
import type { TimeoutShare } from './certificate.ts';
import { testifyAgain } from './forensics.ts';
import { encodeMessage, type Message } from './messages.ts';
import { hasWork } from './payload.ts';
import { propose } from './proposing.ts';
import { learnQc, learnTc } from './rounds.ts';
import type { Casting, State } from './state.ts';
import { gate, recordVote, sign } from './voting.ts';

type Of<T extends Message['t']> = Extract<Message, { t: T }>;

/**
 * The pacemaker (DiemBFT): a round is entered by a QC or a TC of the round before, and given up when it lasts too long.
 * A member rests while everything it knows of is committed: no proposals, no time-outs, only heartbeats.
 */
export function pace(s: State): void {
  if (!hasWork(s)) s.workSince = null;
  else s.workSince ??= s.now;
  propose(s);
  if (s.workSince === null) return;
  const end = roundEnd(s)!;
  if (s.gaveUp < s.round) {
    if (s.now >= end) giveUp(s);
    else if (!s.nudged && s.now >= nudgeAt(s)!) nudge(s);
  } else if (s.repeatAt !== null && s.now >= s.repeatAt) repeat(s);
}

/** Doubles for every two rounds given up since the last commit, in case the first time-out is set too small. */
function roundLength(s: State): Micros {
  const doublings = Math.min(30, Math.floor(s.failures / 2));
  return Math.min(s.setup.base * 2 ** doublings, s.setup.config.maxTimeoutMs * 1000);
}

function roundEnd(s: State): Micros | null {
  return s.workSince === null ? null : Math.max(s.roundSince, s.workSince) + roundLength(s);
}

/** Half-way through a round in which nothing was proposed. */
function nudgeAt(s: State): Micros | null {
  return s.workSince === null ? null : Math.max(s.roundSince, s.workSince) + Math.ceil(s.setup.base / 2);
}

/** The leader may not have what our clients want. */
function nudge(s: State): void {
  s.nudged = true;
  if (!s.proposals.has(s.round)) sendBundles(s, s.leaderOf(s.round), true);
}

function sendBundles(s: State, to: NodeId, onlyOwn: boolean): void {
  const most = { bytes: s.setup.config.maxBlockBytes, count: 256 };
  const bundles = s.pool
    .select(most, s.tree.bundlesBelow(s.highQc.key), s.round)
    .filter(({ origin }) => !onlyOwn || origin === s.setup.self);
  if (to === s.setup.self || bundles.length === 0) return;
  s.fx.send(to, encodeMessage({ t: 'batch', bundles }, s.setup.table), { lane: 'bulk' });
}

/** Gives up on the round: no vote in it any more, and everybody shall know, with our highest QC. */
export function giveUp(s: State): void {
  if (s.isSilent || s.gaveUp >= s.round) return;
  s.gaveUp = s.round;
  const leader = s.leaderOf(s.round);
  if (!s.proposals.has(s.round)) s.guard.suspect(s.now, leader, 'silence');
  s.repeatAt = s.now + s.setup.base;
  const record = s.safety.giveUp(s.round);
  const token = s.fx.persist([s.setup.journal.safety(record), ...s.unsavedCertificates()]);
  s.ownTimeout = { round: s.round, highQc: s.highQc, signature: new Uint8Array(0) };
  sign(s, { kind: 'timeout', round: s.round, highRound: s.highQc.round }, token);
}

/** Our signature under our time-out arrived. */
export function timeoutSigned(s: State, round: number, { signature, token }: Casting): void {
  if (s.ownTimeout?.round !== round || signature === null) return;
  s.ownTimeout = { ...s.ownTimeout, signature };
  sendTimeout(s, token);
}

/** Our vote in the round goes with it: should the next leader be dead, everybody can make the QC. */
function sendTimeout(s: State, token: number): void {
  if (s.ownTimeout === null || s.ownTimeout.signature.length === 0) return;
  const vote = s.ballots.voteOf(s.setup.self, s.ownTimeout.round);
  s.fx.send('all', encodeMessage({ t: 'timeout', ...s.ownTimeout, vote }, s.setup.table), { after: gate(s, token) });
}

/** Says again what may have been lost; and shows the payload that others may not have, or they would not care. */
function repeat(s: State): void {
  s.repeats++;
  s.repeatAt = s.now + s.setup.base;
  if (s.ownTimeout?.round === s.round) sendTimeout(s, 0);
  sendBundles(s, 'all', s.repeats === 1);
}

/** Counts a verified time-out. More than two thirds end the round; with more than a third, somebody honest is right. */
export function recordTimeout(s: State, round: number, share: TimeoutShare): void {
  witnessTimeout(s, { ...share, round });
  if (round < s.round) return;
  const tc = s.ballots.timeoutCertificate(s.round);
  if (tc !== null) learnTc(s, tc);
  else if (s.ballots.isDoubted(s.round)) giveUp(s);
}

/** A peer's time-out whose signatures are good. */
export function onTimeout(s: State, from: NodeId, { round, highQc, signature, vote }: Of<'timeout'>): void {
  learnQc(s, highQc);
  if (vote !== null) recordVote(s, from, vote);
  recordTimeout(s, round, { signer: from, highRound: highQc.round, signature });
  const isLate = round < s.round && (round < s.round - 1 || s.now - s.roundSince >= s.setup.base / 2);
  if (isLate || highQc.round < s.highQc.round - 1) sendSync(s, from);
  else if (round > s.round) sendStatus(s, from);
}

export function onSync(s: State, from: NodeId, { highQc, tc }: Of<'sync'>): void {
  learnQc(s, highQc);
  if (tc !== null) learnTc(s, tc);
  if (highQc.round < s.highQc.round) sendSync(s, from);
}

/** A peer says where it stands: whoever is ahead helps the other. */
export function onStatus(s: State, from: NodeId, { round, highRound, height }: Of<'status'>): void {
  if (round < s.round || highRound < s.highQc.round) sendSync(s, from);
  else if (height < s.tree.tip.height && mayAnswer(s, from)) showCommitted(s, from, height);
  else if (round > s.round || highRound > s.highQc.round) sendSync(s, from);
  else if (height > s.tree.tip.height) sendStatus(s, from);
}

/** At most one answer per peer and quarter of a time-out: what it says costs it more than us. */
function mayAnswer(s: State, peer: NodeId): boolean {
  if (s.now - (s.answered.get(peer) ?? -Infinity) < s.setup.base / 4) return false;
  s.answered.set(peer, s.now);
  return true;
}

function sendSync(s: State, peer: NodeId): void {
  if (!mayAnswer(s, peer)) return;
  const tc = s.highTc?.round === s.round - 1 ? s.highTc : null;
  s.fx.send(peer, encodeMessage({ t: 'sync', highQc: s.highQc, tc }, s.setup.table));
}

function sendStatus(s: State, peer: NodeId): void {
  if (mayAnswer(s, peer)) tellStatus(s, peer);
}

function tellStatus(s: State, peer: NodeId): void {
  const status = { t: 'status', round: s.round, highRound: s.highQc.round, height: s.tree.tip.height } as const;
  s.fx.send(peer, encodeMessage(status, s.setup.table));
}

/** Peers that hear from us at one heartbeat: in turn, so that resting stays linear as well. */
const HEARTBEAT_PEERS = 2;

export function heartbeat(s: State): void {
  if (s.now < s.heartbeatAt) return;
  s.heartbeatAt = s.now + s.setup.config.heartbeatMs * 1000;
  const { ids } = s.setup.table;
  const own = ids.indexOf(s.setup.self);
  const peers = Array.from({ length: ids.length - 1 }, (_, i) => ids[(own + 1 + i) % ids.length]!);
  for (let i = 0; i < Math.min(HEARTBEAT_PEERS, peers.length); i++) {
    const peer = peers[s.heartbeats++ % peers.length]!;
    tellStatus(s, peer);
    testifyAgain(s, peer);
  }
}

/** The earliest time at which `pace` has something to do; null for none. */
export function nextPace(s: State): Micros | null {
  const end = roundEnd(s);
  if (end === null) return null;
  if (s.gaveUp >= s.round) return s.repeatAt;
  return s.nudged ? end : Math.min(end, nudgeAt(s)!);
}
