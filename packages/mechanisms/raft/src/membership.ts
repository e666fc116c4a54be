import type { Input, Micros, NodeId } from '@hypersync/interface';
import {
  decodeConfiguration,
  encodeConfiguration,
  everybody,
  fromMembership,
  hasId,
  isJoint,
  isVoter,
  membershipOf,
  sameVoters,
  stable,
  type Configuration,
} from './configuration.ts';
import { becomeFollower } from './election.ts';
import type { Entry, EntryFields } from './entry.ts';
import { send, type RaftNode } from './node.ts';
import { newProgress } from './progress.ts';
import { enqueue, resolveCommitted, type Proposal } from './proposals.ts';
import { appendOwn } from './replication.ts';
import { beginTransfer, successor } from './transfer.ts';

/** A change of members that this leader has taken on and not yet written: first the newcomers learn what there is. */
export interface Change {
  readonly target: Configuration;
  readonly fields: Omit<EntryFields, 'value'>;
  /** As it was before newcomers were let in as learners. */
  readonly before: Configuration;
  readonly deadline: Micros;
  /** Log index that every newcomer must hold; null while they are not let in. */
  goal: number | null;
}

export function onReconfigure(node: RaftNode, input: Extract<Input<'total-order'>, { t: 'reconfigure' }>): void {
  const { ticket } = input;
  node.fx.open(ticket);
  const target = fromMembership(input.membership);
  if (target === null) return node.fx.reject(ticket, 'invalid');
  enqueue(node, { ticket, kind: 'config', session: 0, sequence: 0, value: encodeConfiguration(target) });
}

/** One change at a time, and none behind a stop sign. */
export function mayChange(node: RaftNode): boolean {
  const { log } = node;
  return node.change === null && !isJoint(log.configuration) && log.configurationIndex <= node.commit;
}

export function beginChange(node: RaftNode, value: Uint8Array, fields: Omit<EntryFields, 'value'>): void {
  const target = decodeConfiguration(value)!;
  const deadline = node.now + node.settings.proposalTimeout;
  node.change = { target, fields, before: node.log.configuration, deadline, goal: null };
}

/**
 * Newcomers as learners until they have what was there when they came (thesis 4.2.1), then both sides together, then the
 * new side alone. Nothing before an entry of this term is committed (raft-dev 2015: an older configuration may come back).
 */
export function advanceChange(node: RaftNode): void {
  const { log, change } = node;
  if (change !== null && node.now >= change.deadline) return abandon(node, change);
  if (log.termAt(node.commit) !== node.term) return;
  if (isJoint(log.configuration)) {
    if (log.configurationIndex <= node.commit) finishJoint(node, log.at(log.configurationIndex));
    return;
  }
  if (change === null || log.configurationIndex > node.commit) return;
  const newcomers = change.target.voters.filter(({ id }) => !hasId(change.before.voters, id)).map(({ id }) => id);
  if (change.goal === null) {
    change.goal = node.commit;
    const learners = [...new Set([...change.before.learners, ...newcomers])].sort();
    if (learners.length > change.before.learners.length)
      appendConfiguration(node, stable(change.before.voters, learners), null);
    return;
  }
  if (newcomers.some((id) => id !== node.self && (node.progress.get(id)?.match ?? 0) < change.goal!)) return;
  node.change = null;
  const { target, before, fields } = change;
  const outgoing = sameVoters(target, before) ? [] : before.voters;
  appendConfiguration(node, { ...target, outgoing }, fields);
}

/** The newcomers did not come: as before, if that can be said yet. The ticket ends by its own time-out. */
function abandon(node: RaftNode, change: Change): void {
  node.change = null;
  const { configuration, configurationIndex } = node.log;
  if (configurationIndex <= node.commit && configuration.learners.length !== change.before.learners.length)
    appendConfiguration(node, change.before, null);
}

/** A joint configuration is committed: any leader leads on to the new side alone, in the name of who asked. */
function finishJoint(node: RaftNode, entry: Entry | undefined): void {
  const { voters, learners } = node.log.configuration;
  appendConfiguration(node, stable(voters, learners), entry ?? null);
}

type Asked = Pick<Entry, 'proposer' | 'boot' | 'serial'>;

function appendConfiguration(node: RaftNode, configuration: Configuration, asked: Asked | null): void {
  const { proposer, boot, serial } = asked ?? { proposer: '', boot: 0, serial: 0 };
  const value = encodeConfiguration(configuration);
  appendOwn(node, { kind: 'config', proposer, boot, serial, session: 0, sequence: 0, value });
  followConfiguration(node);
}

/** Whom a leader writes to. Those who leave are kept until the change is committed, so that they learn of it. */
export function followConfiguration(node: RaftNode): void {
  for (const id of everybody(node.log.configuration))
    if (id !== node.self && !node.progress.has(id))
      node.progress.set(id, newProgress(node.log.lastIndex - 1, node.now)); // the last entry is sent, and finds the place
}

/** A configuration is committed. */
export function onConfigurationCommitted(node: RaftNode, entry: Entry): void {
  const configuration = decodeConfiguration(entry.value)!;
  if (isJoint(configuration)) {
    keepWaiting(node, entry);
    return;
  }
  resolveCommitted(node, entry, node.decisions);
  if (node.role !== 'leader') return;
  dropOutsiders(node, node.log.configuration);
  if (isVoter(node.log.configuration, node.self)) return;
  // It leads, but is not in what it leads to (section 6): it hands over and goes.
  const next = successor(node);
  if (next !== null && node.transfer === null) beginTransfer(node, next, null);
  else if (next === null) becomeFollower(node, node.term, null);
}

/** The change is certain now; only its last entry is missing, which any leader will write. */
function keepWaiting(node: RaftNode, entry: Entry): void {
  if (entry.proposer !== node.self || entry.boot !== node.boot) return;
  const proposal: Proposal | undefined = node.proposals.get(entry.serial);
  if (proposal === undefined) return;
  proposal.term = Number.MAX_SAFE_INTEGER;
  node.unacked.delete(proposal.serial);
}

function dropOutsiders(node: RaftNode, configuration: Configuration): void {
  const inside = new Set<NodeId>(everybody(configuration));
  for (const [id, p] of node.progress) {
    if (inside.has(id)) continue;
    const commit = Math.min(node.commit, p.match);
    send(node, id, { type: 'commit', term: node.term, commit }, 'none');
    node.progress.delete(id);
  }
}

/** The driver connects to whom we count with. */
export function announceMembers(node: RaftNode): void {
  const { configuration } = node.log;
  if (configuration === node.announced) return;
  node.announced = configuration;
  node.fx.membership(membershipOf(configuration));
}
