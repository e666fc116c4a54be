import type { Micros } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { sendGated } from './casting.ts';
import { becomeStable } from './checkpointing.ts';
import { executeReady } from './executing.ts';
import { ACCOUNT } from './messages.ts';
import { accept } from './normal-case.ts';
import type { State } from './state.ts';
import { encodeStatement } from './statements.ts';
import {
  decideNewView,
  makeNewView,
  makeViewChange,
  viewChangeStatements,
  type NewView,
  type NewViewPlan,
  type ViewChange,
} from './view-change.ts';

/** Views that fail in a row double the time-out so many times at most. */
const MAX_DOUBLINGS = 6;

/** How long a request may wait in this view, and a NEW-VIEW between views: doubles with every view that failed. */
export function viewTimeout(s: State): Micros {
  return s.setup.config.viewChangeTimeoutMs * 1000 * 2 ** Math.min(s.attempts, MAX_DOUBLINGS);
}

/** Leaves the current view for `view`: from now on nothing is accepted in it but commits of others and checkpoints. */
export function startViewChange(s: State, view: number): void {
  if (view <= s.view || !s.speaks) return;
  s.view = view;
  s.active = false;
  s.attempts++;
  s.viewDeadline = null;
  s.offered = null;
  s.awaiting.clear();
  s.inFlight.clear();
  s.flow.reset();
  s.expectation.leave();
  for (const slot of s.slots.all()) slot.leaveView(view);
  s.viewChanged = true;
  s.writes.push(s.setup.journal.view(view, false, s.attempts));
  announceChange(s);
}

/** VIEW-CHANGE with all that this replica has prepared and pre-prepared above the stable checkpoint. */
export function announceChange(s: State): void {
  const slots = s.slots.sorted();
  const change = makeViewChange({
    sender: s.setup.self,
    view: s.view,
    stable: s.stable,
    prepared: slots.flatMap((slot) => slot.preparedClaim ?? []),
    prePrepared: slots.flatMap((slot) => [...slot.prePreparedClaims.values()].sort((a, b) => a.view - b.view)),
  });
  s.outbox.push({ t: 'VIEW-CHANGE', change });
}

export function isChangeWanted(s: State, change: ViewChange): boolean {
  if (change.sender === s.setup.self) return false;
  const known = s.changes.get(change.sender);
  const stale = change.view < s.view || (change.view === s.view && s.active);
  if (stale || (known !== undefined && !isNewer(change, known))) {
    s.drop('view', change.sender);
    return false;
  }
  return true;
}

function isNewer(change: ViewChange, known: ViewChange): boolean {
  if (change.view !== known.view) return change.view > known.view;
  return change.stable.statement.number > known.stable.statement.number;
}

/** A VIEW-CHANGE whose signatures are good. */
export function onViewChange(s: State, change: ViewChange): void {
  if (change.stable.statement.number > s.slots.low) becomeStable(s, change.stable);
  recordChange(s, change);
}

export function recordChange(s: State, change: ViewChange): void {
  const known = s.changes.get(change.sender);
  if (known !== undefined && !isNewer(change, known)) return;
  s.changes.set(change.sender, change);
  joinOthers(s);
  considerNewView(s);
}

/** More than a third, hence somebody honest, want a later view: waiting longer makes no sense. */
function joinOthers(s: State): void {
  const later = [...s.changes.values()].filter(({ view, sender }) => view > s.view && sender !== s.setup.self);
  if (!s.setup.table.hasOneThird(later.map(({ sender }) => sender))) return;
  startViewChange(s, Math.min(...later.map(({ view }) => view)));
}

/**
 * Starts the wait for the new primary, or is the new primary. Whoever wants a later view has given up on this one too: it
 * counts for the wait, though not for the NEW-VIEW (the network may have lost what it said before).
 */
export function considerNewView(s: State): void {
  if (s.active) return;
  const { table } = s.setup;
  const leaving = [...s.changes.values()].filter(({ view }) => view >= s.view);
  if (!table.hasByzantineQuorum(leaving.map(({ sender }) => sender))) return;
  s.viewDeadline ??= s.now + viewTimeout(s);
  const changes = leaving.filter(({ view }) => view === s.view);
  if (!s.isPrimary || s.offered !== null || !s.speaks || !changes.some(({ sender }) => sender === s.setup.self)) return;
  changes.sort((a, b) => (a.sender < b.sender ? -1 : 1));
  if (decideNewView(changes, table) === null) return;
  s.offered = makeNewView(s.view, changes);
  s.outbox.push({ t: 'NEW-VIEW', newView: s.offered });
}

/** As the new primary: our NEW-VIEW is signed. It leaves once it is on disk, so that no restart makes another one. */
export function enterOffered(s: State, newView: NewView): void {
  if (s.active || s.view !== newView.view || s.offered === null) return;
  const plan = decideNewView(newView.changes, s.setup.table);
  if (plan === null) return;
  enterView(s, newView, plan);
  s.spread = true;
}

export function isNewViewWanted(s: State, { view }: NewView): boolean {
  if (view > s.view || (view === s.view && !s.active)) return true;
  s.drop('view', s.primaryOf(view));
  return false;
}

export function newViewStatements(s: State, { view, digest, signature, changes }: NewView): Signed[] {
  const own = { signer: s.primaryOf(view), payload: encodeStatement({ t: 'NEW-VIEW', view, digest }), signature };
  return [own, ...changes.flatMap(viewChangeStatements)];
}

/** A NEW-VIEW whose signatures are good: what it starts with is computed again, not believed. */
export function onNewView(s: State, newView: NewView): void {
  if (newView.view < s.view || (newView.view === s.view && s.active)) return;
  const plan = decideNewView(newView.changes, s.setup.table);
  if (plan === null) return s.guard.suspect(s.now, s.primaryOf(newView.view), 'malformed');
  enterView(s, newView, plan);
}

function enterView(s: State, newView: NewView, plan: NewViewPlan): void {
  const start = plan.stable.statement.number;
  s.view = newView.view;
  s.active = true;
  s.newView = newView;
  s.newViews = [...s.newViews, newView].slice(-ACCOUNT.newViews);
  s.offered = null;
  s.viewDeadline = null;
  s.awaiting.clear();
  s.inFlight.clear();
  if (start > s.slots.low) becomeStable(s, plan.stable);
  for (const slot of s.slots.all()) slot.leaveView(s.view);
  s.viewStart = startOf(s.view, plan);
  s.newViewHigh = start + plan.digests.length;
  s.assigned = Math.max(s.newViewHigh, s.slots.low, s.executed);
  s.viewChanged = true;
  s.writes.push(s.setup.journal.view(s.view, true, s.attempts), s.setup.journal.newView(newView));
  for (const [i, digest] of plan.digests.entries()) {
    const slot = s.slots.at(start + 1 + i);
    if (slot === null) continue;
    accept(s, slot, { view: s.view, digest, key: hashKey(digest), ids: null, signature: new Uint8Array(0) });
  }
  for (const origin of s.heads.keys()) s.heads.set(origin, s.now);
  for (const [sender, change] of s.changes) if (change.view <= s.view) s.changes.delete(sender);
  s.expectation.enter(s.now);
  s.resendAt = null;
  executeReady(s);
}

export function startOf(view: number, { stable, digests }: NewViewPlan): State['viewStart'] {
  return { view, stable: stable.statement.number, keys: digests.map(hashKey) };
}

export function spreadNewView(s: State): void {
  s.spread = false;
  if (s.newView !== null) sendGated(s, 'all', { t: 'NEW-VIEW', newView: s.newView }, s.viewToken);
}
