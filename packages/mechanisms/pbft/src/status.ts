import type { NodeId } from '@hypersync/interface';
import { hashKey } from '@hypersync/consensus-kit';
import { repeatOwn, sendGated } from './casting.ts';
import { repeatCheckpoints } from './checkpointing.ts';
import { dispute } from './disputes.ts';
import { encodeMessage, SLOT, type Message, type StatusReport } from './messages.ts';
import type { State } from './state.ts';
import { showWay } from './transfer.ts';

/** Numbers that one status speaks of, and is answered with votes for. */
const MOST_SLOTS = 64;

function lastShown(s: State, executed: number): number {
  return Math.min(s.slots.high, executed + Math.min(MOST_SLOTS, s.setup.config.watermarkWindow));
}

function say(s: State, to: NodeId, message: Message): void {
  s.fx.send(to, encodeMessage(message, s.setup.shape));
}

/** Tells where we stand: who is ahead will send what we lack (retransmission of TOCS 2002, section 5.2). */
export function sendStatus(s: State, to: NodeId = 'all'): void {
  const { ids } = s.setup.table;
  const changes = s.active ? [] : ids.flatMap((id, i) => (s.changes.get(id)?.view === s.view ? [i] : []));
  say(s, to, {
    t: 'STATUS',
    view: s.view,
    active: s.active,
    stable: s.stable.statement.number,
    executed: s.executed,
    chain: s.log.chain,
    changes,
    slots: slotFlags(s),
  });
  if (to === 'all') s.heartbeatAt = s.now + s.setup.config.heartbeatMs * 1000;
}

function slotFlags(s: State): Uint8Array {
  const flags: number[] = [];
  const end = lastShown(s, s.executed);
  for (let number = s.executed + 1; number <= end; number++) {
    const slot = s.slots.peek(number);
    const have = slot === undefined ? 0 : slot.batch === null ? 0 : SLOT.prePrepared;
    const more = (slot?.prepared ? SLOT.prepared : 0) | (slot?.committed == null ? 0 : SLOT.committed);
    flags.push(have | more);
  }
  return Uint8Array.from(flags);
}

/** A peer says where it stands: whoever is ahead sends the other what it lacks. */
export function onStatus(s: State, from: NodeId, report: StatusReport): void {
  helpIntoView(s, from, report);
  helpWithVotes(s, from, report);
  if (report.stable <= s.slots.low) repeatCheckpoints(s, from);
  const known = s.log.chainAt(report.executed);
  if (known !== undefined && hashKey(known) !== hashKey(report.chain)) dispute(s, from);
  s.claims.set(from, { executed: report.executed, chain: report.chain });
  if (report.stable < s.slots.low || report.executed < s.executed) showWay(s, from, report.executed);
  const behind = report.view > s.view || report.stable > s.slots.low || report.executed > s.executed;
  if (!behind || s.now - (s.answered.get(from) ?? -Infinity) < s.setup.config.retransmitMs * 1000) return;
  s.answered.set(from, s.now);
  sendStatus(s, from);
}

function helpIntoView(s: State, from: NodeId, { view, active, changes }: StatusReport): void {
  if (view > s.view || (view === s.view && active)) return;
  if (s.active) {
    if (s.newView?.view === s.view) sendGated(s, from, { t: 'NEW-VIEW', newView: s.newView }, s.viewToken);
    return;
  }
  const own = s.changes.get(s.setup.self);
  const knows = view === s.view && changes.some((place) => s.setup.table.ids[place] === s.setup.self);
  if (own?.view === s.view && !knows) sendGated(s, from, { t: 'VIEW-CHANGE', change: own }, s.viewToken);
}

/** Our own statements at the numbers that the peer has not finished. */
function helpWithVotes(s: State, from: NodeId, report: StatusReport): void {
  const sameView = report.view === s.view && report.active && s.active;
  const end = lastShown(s, report.executed);
  for (let number = report.executed + 1; number <= end; number++) {
    const flags = report.slots[number - report.executed - 1] ?? 0;
    if ((flags & SLOT.committed) > 0) continue;
    const wanted = ['COMMIT' as const];
    const phases = sameView ? [...missingPhases(flags), ...wanted] : wanted;
    for (const phase of phases) {
      repeatOwn(s, phase, number, from);
    }
  }
}

function missingPhases(flags: number): ('PRE-PREPARE' | 'PREPARE')[] {
  if ((flags & SLOT.prepared) > 0) return [];
  return (flags & SLOT.prePrepared) > 0 ? ['PREPARE'] : ['PRE-PREPARE', 'PREPARE'];
}
