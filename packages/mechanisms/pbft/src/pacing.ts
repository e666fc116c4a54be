import type { Micros, NodeId } from '@hypersync/interface';
import { encodeMessage } from './messages.ts';
import { mayPropose } from './normal-case.ts';
import type { State } from './state.ts';
import { sendStatus } from './status.ts';
import { startViewChange, viewTimeout } from './view-changing.ts';

/** Stands for batches that are accepted and not executed, beside the origins whose requests wait. */
const IN_FLIGHT = '';

/**
 * When things happen. A request that is not executed within the time-out makes this replica vote for the next view; so
 * does a primary that falls short of what others have achieved. Each origin has one clock, for its oldest request, which
 * starts anew with every request of that origin that is executed: nobody can be starved, and a flood only delays itself.
 */
export function pace(s: State): void {
  noteWaiting(s);
  if (s.speaks && s.active) judgePrimary(s);
  else if (s.speaks && s.viewDeadline !== null && s.now >= s.viewDeadline) startViewChange(s, s.view + 1);
  const lost = !s.active || s.executed < s.slots.low;
  if (!lost && s.heads.size === 0) s.resendAt = null;
  else if (s.resendAt === null) s.resendAt = s.now + retransmitTime(s);
  else if (s.now >= s.resendAt) {
    const due = lost ? s.now : Math.min(...s.heads.values()) + retransmitTime(s);
    if (due <= s.now) resend(s);
    else s.resendAt = due; // things move
  }
  if (s.now >= s.heartbeatAt) sendStatus(s);
}

/** Not before things have taken several times what they usually take: saying all again would only add to the load. */
function retransmitTime(s: State): Micros {
  const { retransmitMs, viewChangeTimeoutMs } = s.setup.config;
  const patient = Math.min(4 * s.expectation.typical, viewChangeTimeoutMs * 500);
  return Math.max(retransmitMs * 1000, patient);
}

function noteWaiting(s: State): void {
  const waiting = new Set<NodeId>(s.pool.origins);
  if (s.active && s.assigned > s.executed) waiting.add(IN_FLIGHT);
  for (const origin of waiting) if (!s.heads.has(origin)) s.heads.set(origin, s.now);
  for (const origin of s.heads.keys()) if (!waiting.has(origin)) s.heads.delete(origin);
}

/** A replica that lags behind a stable checkpoint has itself to blame for what is not executed here. */
function judgePrimary(s: State): void {
  if (s.executed < s.slots.low) return;
  const primary = s.primaryOf(s.view);
  const late = suspectAt(s);
  if (late !== null && s.now >= late) s.guard.suspect(s.now, primary, 'silence');
  else if (!s.expectation.isDisappointed) return;
  startViewChange(s, s.view + 1);
}

/** When the primary has had its time; null while nothing waits. A quarantined one gets a quarter of it. */
function suspectAt(s: State): Micros | null {
  if (s.heads.size === 0) return null;
  const quarantined = s.guard.standingOf(s.now, s.primaryOf(s.view)) === 'quarantined';
  const patience = viewTimeout(s) / (quarantined ? 4 : 1);
  return Math.min(...s.heads.values()) + Math.floor(patience);
}

/**
 * Says again what may have been lost: where we stand, and the requests that wait for so long already. To the primary all of
 * them; between views our own to everybody, since the others may have a primary that we do not know of.
 */
function resend(s: State): void {
  s.resendAt = s.now + retransmitTime(s);
  sendStatus(s);
  const { self } = s.setup;
  const to = s.active ? s.primaryOf(s.view) : 'all';
  if (to === self) return;
  const { maxBatch, maxBatchBytes } = s.setup.config;
  const due = s.now - retransmitTime(s);
  const bundles = s.pool
    .select({ bytes: maxBatchBytes, count: maxBatch }, s.inFlight, 0)
    .filter(({ origin }) => (s.active || origin === self) && (s.heads.get(origin) ?? s.now) <= due);
  if (bundles.length === 0) return;
  s.fx.send(to, encodeMessage({ t: 'REQUEST', bundles }, s.setup.shape), { lane: 'bulk' });
}

/** The earliest time at which `pace` or `propose` has something to do. */
export function nextPace(s: State): Micros {
  const times = [s.heartbeatAt];
  if (s.resendAt !== null) times.push(s.resendAt);
  const late = s.active ? (s.executed < s.slots.low ? null : suspectAt(s)) : s.viewDeadline;
  if (s.speaks && late !== null) times.push(late);
  if (s.heldUntil !== null && mayPropose(s)) times.push(s.heldUntil);
  return Math.min(...times);
}
