import type { Guarantee, Op, VersionVector } from './guarantee.ts';
import type { ReadLevel } from './descriptor.ts';
import type { Membership } from './mechanism.ts';

/** 1 to 64 characters of `a-z 0-9 . _ -`; unique in a cluster; authenticated by the transport, never by a message. */
export type NodeId = string;
/** Microseconds on this node's monotonic clock, a safe integer. */
export type Micros = number;
/** The reign of one mechanism in a cluster, counted from 1. */
export type Epoch = number;
/** Chosen by the driver, unique per node incarnation; answered exactly once. */
export type Ticket = number;
/** Chosen by the mechanism, strictly increasing per incarnation; names one persist or crypto effect. */
export type Token = number;

/** What follows a sealed epoch. Opaque to the mechanism but for the epoch number. */
export interface StopSign {
  readonly nextEpoch: Epoch;
  readonly metadata: Uint8Array;
}

/**
 * Everything that can happen to a mechanism. Order within a batch is the order of arrival.
 *
 * - `time`: a deadline may have passed; `now` of the step says which.
 * - `message`: bytes from a peer. `from` is authenticated by the transport; the bytes are not trusted at all.
 * - `propose`, `read`: a client's wish. `session` and `sequence` identify a retry (0 = no session). `after` is for the causal class
 *   (since 1.1): what the client's session has seen and written; it is not served before this node has all of that, so that sessions
 *   may move between nodes (Terry et al. 1994).
 * - `durable`: every write of that persist effect, and of all before it, is on stable storage.
 * - `verified`, `signed`: answers to crypto effects, in any order.
 * - `suspicion`: phi value of the failure detector for a peer (Hayashibara 2004); advice, never proof.
 * - `clock`: the true time is within [earliest, latest], microseconds since 1970. Before every batch for `synchronous-slots`,
 *   and for `capabilities.leases` and `capabilities.clock` where the host has a clock with a known error; without it there are
 *   no leases.
 * - `compact`: the application's state up to and with decision `index` is `state`; older log may be forgotten.
 * - `stop`: end this epoch. Answered by an outcome for the ticket and, in time, a `sealed` effect on every node.
 * - `transfer`: hand leadership to `to`, or to the most suitable peer where null. Committed once this node knows the new
 *   leader; a mechanism without a leader answers `unsupported`.
 * - `reconfigure`: from now on these take part. Committed once the old members count no more; only for mechanisms whose
 *   `capabilities.membership` is `joint`, the others change at the end of an epoch.
 */
export type Input<G extends Guarantee = Guarantee> =
  | { readonly t: 'time' }
  | { readonly t: 'message'; readonly from: NodeId; readonly bytes: Uint8Array }
  | {
      readonly t: 'propose';
      readonly ticket: Ticket;
      readonly op: Op<G>;
      readonly session: number;
      readonly sequence: number;
      readonly after?: VersionVector;
    }
  | {
      readonly t: 'read';
      readonly ticket: Ticket;
      readonly level: ReadLevel;
      readonly key: string;
      readonly after?: VersionVector;
    }
  | { readonly t: 'durable'; readonly token: Token }
  | { readonly t: 'signed'; readonly token: Token; readonly signature: Uint8Array }
  | { readonly t: 'verified'; readonly token: Token; readonly valid: boolean }
  | { readonly t: 'suspicion'; readonly node: NodeId; readonly phi: number }
  | { readonly t: 'clock'; readonly earliest: Micros; readonly latest: Micros }
  | { readonly t: 'compact'; readonly index: number; readonly state: Uint8Array }
  | { readonly t: 'stop'; readonly ticket: Ticket; readonly sign: StopSign }
  | { readonly t: 'transfer'; readonly ticket: Ticket; readonly to: NodeId | null }
  | { readonly t: 'reconfigure'; readonly ticket: Ticket; readonly membership: Membership };
