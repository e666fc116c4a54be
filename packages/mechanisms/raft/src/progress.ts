import type { Micros } from '@hypersync/interface';
import type { Snapshot } from './storage.ts';

/**
 * What the leader knows about one follower. `probe`: the place where the logs agree is not known, one batch at a time.
 * `replicate`: batches are pipelined, `next` runs ahead of the answers. `snapshot`: the entries it needs are compacted.
 */
export interface Progress {
  mode: 'probe' | 'replicate' | 'snapshot';
  /** Known to be equal to the leader's log, and durable, up to here. */
  match: number;
  next: number;
  /** The one batch of `probe` mode is on its way. */
  probed: boolean;
  inflight: { readonly last: number; readonly bytes: number }[];
  inflightBytes: number;
  contactAt: Micros;
  /** Last confirmation round that it answered in this term. */
  round: number;
  /** The commit index it was told last. */
  told: number;
  /** `match` at the last heartbeat: no change while something is in flight means that something was lost. */
  matchAtTick: number;
  transfer: { readonly snapshot: Snapshot; acked: number } | null;
}

export function newProgress(lastIndex: number, now: Micros): Progress {
  return {
    mode: 'probe',
    match: 0,
    next: lastIndex + 1,
    probed: false,
    inflight: [],
    inflightBytes: 0,
    contactAt: now,
    round: 0,
    told: 0,
    matchAtTick: 0,
    transfer: null,
  };
}

/** The follower's log is known to match up to `index`. */
export function acknowledge(p: Progress, index: number): void {
  if (index < p.match) return;
  p.match = index;
  p.next = Math.max(p.next, index + 1);
  p.probed = false;
  if (p.mode === 'probe' || (p.transfer !== null && index >= p.transfer.snapshot.point.index)) {
    p.mode = 'replicate';
    p.transfer = null;
    p.next = index + 1;
    p.inflight = [];
    p.inflightBytes = 0;
  }
  while (p.inflight.length > 0 && p.inflight[0]!.last <= index) p.inflightBytes -= p.inflight.shift()!.bytes;
}

/** Back to one batch at a time from `next` on. */
export function probeFrom(p: Progress, next: number): void {
  p.mode = 'probe';
  p.next = Math.max(next, p.match + 1);
  p.probed = false;
  p.inflight = [];
  p.inflightBytes = 0;
}

export function cloneProgress(p: Progress): Progress {
  return { ...p, inflight: p.inflight.slice(), transfer: p.transfer && { ...p.transfer } };
}
