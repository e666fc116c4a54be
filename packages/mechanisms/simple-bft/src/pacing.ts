import type { Micros, NodeId } from '@hypersync/interface';
import { encodeMessage } from './messages.ts';
import { blockRoom, mayPropose, propose, sendProposal } from './proposing.ts';
import type { State } from './state.ts';
import { resendVotes, skip } from './voting.ts';

/**
 * When things happen. A replica rests while everything it knows of is final: no blocks, no votes, only heartbeats. Work
 * (an undecided bundle, or somebody's vote in this iteration) starts the iteration's clock:
 *
 * - at once: a leader with something new proposes it.
 * - after Delta: everybody passes what it knows on to the leader (so that a faulty origin cannot show an operation to a
 *   few and let them give up alone), and a leader with nothing new proposes an empty block, which finalizes its parent.
 * - 3 Delta later (the paper's T_h): vote for the dummy block.
 */
export function pace(s: State): void {
  noteWork(s);
  if (s.workSince === null) return;
  if (mayPropose(s)) propose(s, s.now >= pauseEnd(s));
  if (!s.nudged && s.now >= pauseEnd(s)) nudge(s);
  if (s.now >= giveUpAt(s)) skip(s);
  if (s.resendAt === null) s.resendAt = s.now + 2 * s.setup.delta;
  else if (s.now >= s.resendAt) resend(s);
}

function noteWork(s: State): void {
  const busy = s.ledger.sealed === null && !s.broken && (s.pool.size > 0 || s.book.isStirred(s.iteration));
  if (!busy) {
    s.workSince = null;
    s.resendAt = null;
  } else s.workSince ??= s.now;
}

function pauseEnd(s: State): Micros {
  return s.workSince! + s.setup.delta;
}

/** The paper fixes 3 Delta; it doubles for every two rounds of leaders that finalize nothing, in case Delta is set too small. */
export function patience(s: State): Micros {
  const open = s.iteration - 1 - s.chain.tip.height;
  const doublings = Math.min(5, Math.floor(open / (2 * s.setup.table.size)));
  return 3 * s.setup.delta * 2 ** doublings;
}

function giveUpAt(s: State): Micros {
  return pauseEnd(s) + patience(s);
}

function nudge(s: State): void {
  s.nudged = true;
  const leader = s.leaderOf(s.iteration);
  const parent = s.chain.parentFor(s.iteration);
  if (leader === s.setup.self || s.proposals.has(s.iteration) || parent === null) return;
  const bundles = s.pool.select(blockRoom(s), s.chain.bundlesBelow(parent), s.iteration);
  if (bundles.length > 0) s.fx.send(leader, encodeMessage({ t: 'bundles', bundles }, s.setup.table), { lane: 'bulk' });
}

function resend(s: State): void {
  s.resendAt = s.now + 2 * s.setup.delta;
  resendVotes(s);
  const own = s.proposals.get(s.iteration);
  if (own !== undefined && s.ballots.at(s.iteration).proposed === own.block.key) {
    const waiting = [...s.casting.values()].reduce((latest, { token }) => Math.max(latest, token), 0);
    for (const id of s.setup.table.ids) if (!s.book.hasNotarized(id, s.iteration)) sendProposal(s, own, waiting, id);
  }
  sendStatus(s);
}

export function sendStatus(s: State, to: NodeId = 'all'): void {
  const { tip, completeHeight: complete } = s.chain;
  const status = { t: 'status', iteration: s.iteration, finalized: tip.height, complete } as const;
  s.fx.send(to, encodeMessage(status, s.setup.table));
  if (to === 'all') s.heartbeatAt = s.now + s.setup.config.heartbeatMs * 1000;
}

/** The earliest time at which `pace` has something to do; null for none. */
export function nextPace(s: State): Micros | null {
  if (s.workSince === null) return null;
  const times = [s.resendAt ?? s.now];
  if (!s.nudged || (mayPropose(s) && s.now < pauseEnd(s))) times.push(pauseEnd(s));
  const { dummy, finalized } = s.ballots.at(s.iteration);
  if (!dummy && finalized === '') times.push(giveUpAt(s));
  return Math.min(...times);
}
