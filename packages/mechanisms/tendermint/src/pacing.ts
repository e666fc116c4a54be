import type { Micros, NodeId } from '@hypersync/interface';
import { MAX_BUNDLES } from './block.ts';
import { expireTimeouts, progress, startRound } from './algorithm.ts';
import { sendVotes } from './casting.ts';
import { encodeMessage } from './messages.ts';
import { emptyAt, mayPropose, propose, sendProposal } from './proposing.ts';
import type { State } from './state.ts';
import { timeoutPropose, timeoutVote } from './timeouts.ts';

/**
 * When things happen. A replica rests while everything it knows of is decided: no blocks, no votes, only heartbeats. Work
 * (an undecided bundle, evidence, or somebody's message for this height) starts round 0. A proposer with nothing to propose
 * waits half of timeoutPropose, after a quarter of which the others pass on to it what they know: so an operation shown
 * to a few only, by a faulty origin, is decided all the same.
 */
export function pace(s: State): void {
  begin(s);
  progress(s);
  expireTimeouts(s);
  if (mayPropose(s)) propose(s);
  progress(s);
  nudge(s);
  relayPol(s);
  resend(s);
  catchUp(s);
}

function catchUp(s: State): void {
  if (s.lag === null || s.now < s.lag.at) return;
  if (s.lag.height === s.instance.height) sendStatus(s, s.lag.from);
  s.lag = null;
}

function hasWork(s: State): boolean {
  return s.pool.size > 0 || s.evidence.size > 0 || s.instance.isStirred;
}

function begin(s: State): void {
  if (s.instance.step !== 'new-height' || s.now < s.restUntil || !mayBegin(s)) return;
  startRound(s, 0);
}

function mayBegin(s: State): boolean {
  return s.ledger.sealed === null && !s.broken && hasWork(s);
}

function nudgeAt(s: State): Micros | null {
  const { instance: i } = s;
  if (i.step !== 'propose' || i.nudged || i.proposer(i.round) === s.setup.self || i.proposals.has(i.round)) return null;
  return i.startedAt + timeoutPropose(s.setup.config, i.round) / 4;
}

function nudge(s: State): void {
  const at = nudgeAt(s);
  if (at === null || s.now < at) return;
  s.instance.nudged = true;
  const proposer = s.instance.proposer(s.instance.round);
  const room = { bytes: s.setup.config.maxBlockBytes, count: MAX_BUNDLES };
  const bundles = s.pool.select(room, new Set(), s.instance.height);
  const { table } = s.setup;
  if (bundles.length > 0) s.fx.send(proposer, encodeMessage({ t: 'bundles', bundles }, table), { lane: 'bulk' });
  if (s.evidence.size === 0) return;
  s.fx.send(proposer, encodeMessage({ t: 'evidence', proofs: [...s.evidence.values()].slice(0, 16) }, table));
}

/**
 * What made us lock must reach everybody before the next round ends, also where a faulty voter told it to us alone (the
 * paper's gossip property). Not needed where the round decides, so it waits a little.
 */
function relayPol(s: State): void {
  const { instance: i } = s;
  if (i.relayPolAt === null || s.now < i.relayPolAt) return;
  i.relayPolAt = null;
  sendPol(s, i.round);
}

function sendPol(s: State, round: number): void {
  const pol = s.instance.votes.pol(round);
  if (pol === null) return;
  s.fx.send('all', encodeMessage({ t: 'certificates', certificates: [pol] }, s.setup.table));
}

/** Says again what may have been lost: our votes of this round, our proposal, the proof of our valid value. */
function resend(s: State): void {
  const { instance: i } = s;
  if (i.resendAt === null || s.now < i.resendAt) return;
  i.resendAt = s.now + 2 * timeoutVote(s.setup.config, i.round);
  const { self, table } = s.setup;
  const own = (['prevote', 'precommit'] as const).map((type) => i.votes.cast(type, i.round, self));
  const votes = own.filter((cast) => cast !== undefined);
  if (votes.length > 0) sendVotes(s, votes);
  if (i.valid.round >= 0) sendPol(s, i.valid.round);
  const proposal = i.proposals.get(i.round);
  if (proposal !== undefined && i.proposer(i.round) === self) {
    const silent = table.ids.filter((id) => id !== self && i.votes.cast('prevote', i.round, id) === undefined);
    const after = i.proposalToken > s.durable ? i.proposalToken : undefined;
    for (const id of silent) sendProposal(s, i.round, proposal, after, id);
  }
  sendStatus(s);
}

export function sendStatus(s: State, to: NodeId = 'all'): void {
  const { height, id } = s.chain;
  const { round, votes } = s.instance;
  const [prevotes, precommits] = [votes.voters('prevote', round), votes.voters('precommit', round)];
  const status = { t: 'status', height, id, round, prevotes, precommits, asks: to !== 'all' } as const;
  s.fx.send(to, encodeMessage(status, s.setup.table));
  if (to === 'all') s.heartbeatAt = s.now + s.setup.config.heartbeatMs * 1000;
}

/** The earliest time at which `pace` has something to do; null for none. */
export function nextPace(s: State): Micros | null {
  const { instance: i } = s;
  if (s.ledger.sealed !== null || s.broken) return s.lag?.at ?? null;
  const times = i.step === 'new-height' ? [mayBegin(s) ? Math.max(s.now, s.restUntil) : null] : roundTimes(s);
  const wanted = [...times, s.lag?.at ?? null].filter((time) => time !== null);
  return wanted.length === 0 ? null : Math.min(...wanted);
}

/** When the bundles that a proposal names will be missed. */
function fetchTime(s: State): Micros | null {
  const { instance: i } = s;
  const proposal = i.proposals.get(i.round);
  if (proposal === undefined || i.step !== 'propose' || i.values.has(proposal.key)) return null;
  return proposal.fetchAt > s.now ? proposal.fetchAt : null;
}

function roundTimes(s: State): (Micros | null)[] {
  const { instance: i } = s;
  return [
    i.step === 'propose' ? i.timeoutPropose : null,
    i.step === 'prevote' ? i.timeoutPrevote : null,
    i.timeoutPrecommit,
    i.relayPolAt,
    i.resendAt,
    nudgeAt(s),
    mayPropose(s) && s.now < emptyAt(s) ? emptyAt(s) : null,
    fetchTime(s),
  ];
}
