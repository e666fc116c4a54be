import type { Micros } from '@hypersync/interface';
import { appendOwn } from './replication.ts';
import type { RaftNode } from './node.ts';
import type { Entry } from './entry.ts';

/**
 * Leases in the log (LeaseGuard: Davis, Demirbas et al., SIGMOD 2026). Every entry says when it was made. While the newest
 * committed one is surely younger than the lease, no other leader can have committed anything: a new leader commits
 * nothing of its own before the last entry it found is surely older than the lease. True time, with its known error, comes
 * in as `clock`; a node without a clock has no lease, and as a new leader waits by its own timer.
 */

/** What this leader must let run out before it commits; null when nothing. */
export interface LeaseGuard {
  /** The last entry found was made before this true time; 0 where it does not say. */
  readonly latest: number;
  /** Own monotonic time at which the lease has run out also without a clock: an eighth more for its drift. */
  readonly until: Micros;
}

export function stamp(node: RaftNode): Pick<Entry, 'earliest' | 'latest'> {
  const clock = node.settings.lease > 0 ? freshClock(node) : null;
  return clock === null ? { earliest: 0, latest: 0 } : { earliest: clock.earliest, latest: clock.latest };
}

function freshClock(node: RaftNode): RaftNode['clock'] {
  return node.clock !== null && node.clock.at === node.now ? node.clock : null;
}

/** At the start of a reign, before its first entry. `released`: the leader before gave up its lease when it handed over. */
export function guardAgainstOldLease(node: RaftNode, releasedTerm: number): void {
  const { lease } = node.settings;
  const last = node.log.lastIndex;
  node.firstOwn = last + 1;
  node.leaseGuard = null;
  if (lease === 0 || last === 0 || (releasedTerm > 0 && node.log.lastTerm === releasedTerm)) return;
  node.leaseGuard = { latest: node.log.at(last)?.latest ?? 0, until: node.now + lease + Math.ceil(lease / 8) };
}

/** May entries of this reign become committed? */
export function oldLeaseIsOver(node: RaftNode): boolean {
  const guard = node.leaseGuard;
  if (guard === null) return true;
  const clock = freshClock(node);
  const over =
    guard.latest > 0 && clock !== null ? clock.earliest > guard.latest + node.settings.lease : node.now >= guard.until;
  if (over) node.leaseGuard = null;
  return over;
}

/** When it is worth looking again. */
export function guardDeadline(node: RaftNode): Micros {
  const guard = node.leaseGuard!;
  if (guard.latest === 0 || node.clock === null || node.clock.at !== node.now) return guard.until;
  const left = guard.latest + node.settings.lease - node.clock.earliest + 1;
  return Math.max(node.now + 1, node.clock.at + left);
}

/**
 * The commit index may be read without asking anybody. Within its own reign, or before: a new leader may use the lease of
 * the one before it as long as nothing that it found is in doubt (the paper's limbo region, here for all keys at once).
 */
export function leaseHolds(node: RaftNode): boolean {
  const { lease } = node.settings;
  const clock = freshClock(node);
  if (lease === 0 || clock === null || node.leaseReleased) return false;
  const newest = node.log.at(node.commit);
  if (newest === undefined || newest.earliest === 0) return false;
  if (newest.term !== node.term && node.commit !== node.firstOwn - 1) return false;
  return clock.latest < newest.earliest + lease;
}

/** Somebody wants to read and the lease has run out: an entry without a value begins it anew. */
export function renewLease(node: RaftNode): void {
  if (node.settings.lease === 0 || node.leaseReleased || freshClock(node) === null) return;
  if (node.commit !== node.log.lastIndex || node.stopInLog) return;
  appendOwn(node, NOOP);
}

export const NOOP = {
  kind: 'noop',
  proposer: '',
  boot: 0,
  serial: 0,
  session: 0,
  sequence: 0,
  value: new Uint8Array(0),
} as const;
