import type { Guarantee, Position } from './guarantee.ts';
import type { NodeId, StopSign, Ticket, Token } from './inputs.ts';
import type { Membership } from './mechanism.ts';

/** A durable image is an ordered map from string keys (at most 256 bytes) to bytes. Ranges are [from, to) in UTF-16 order. */
export type StoreOp =
  | { readonly op: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'delete-range'; readonly from: string; readonly to: string };

/**
 * One atomic batch of writes. Batches become durable in the order they were emitted; a crash keeps some prefix. With
 * `sync`, the driver flushes and answers `durable`; without, the batch becomes durable with the next synced one.
 */
export interface Persist {
  readonly token: Token;
  readonly writes: readonly StoreOp[];
  readonly sync: boolean;
}

/** `control` messages are never queued behind `bulk` ones. */
export type Lane = 'control' | 'bulk';

/**
 * A message to one peer, or to all other members. With `after`, it must not leave before that token is durable: the
 * precondition is data, so that a driver can send everything else at once and a simulator can break exactly this rule.
 * Messages to oneself are not sent; a mechanism handles its own vote inside `step`.
 */
export interface Send {
  // oxlint-disable-next-line typescript/no-redundant-type-constituents -- says which name is reserved
  readonly to: NodeId | 'all';
  readonly bytes: Uint8Array;
  readonly lane: Lane;
  readonly after?: Token;
}

/** Signing and verifying are slow and need keys, so the driver does them. Answered by `signed` and `verified`. */
export type CryptoRequest =
  | { readonly token: Token; readonly op: 'sign'; readonly message: Uint8Array }
  | {
      readonly token: Token;
      readonly op: 'verify';
      readonly signer: NodeId;
      readonly message: Uint8Array;
      readonly signature: Uint8Array;
    };

/**
 * An operation the class's promise now covers. Total order: gap-free, once, in order, per incarnation from the restored
 * applied position on. `certificate` is the transferable proof where the mechanism has one, else empty.
 */
export interface Decision<G extends Guarantee = Guarantee> {
  readonly position: Position<G>;
  readonly proposer: NodeId;
  readonly session: number;
  readonly sequence: number;
  /** Total order, causal, gossip: the value proposed. Register, keyed: the value, with `key`. Approximate: the output, each
   * coordinate as a big-endian double; every agreement once per incarnation, the last one again after a restart. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly certificate: Uint8Array;
}

export type RejectReason =
  | 'not-leader'
  | 'no-quorum'
  | 'overloaded'
  | 'too-large'
  | 'unsupported'
  | 'invalid'
  | 'superseded'
  | 'sealed';

/**
 * The end of a ticket. `unknown` is honest: the operation may still take effect (or already did); a retry with the same
 * session and sequence is safe.
 *
 * - `committed`: the operation is covered by the class's promise at `position`.
 * - `values`: answer to a read. Total order answers with no values: read the state machine once it has applied `position`.
 *   Causal and convergent reads may hold several (siblings); register reads one or none.
 */
export type Outcome<G extends Guarantee = Guarantee> =
  | { readonly kind: 'committed'; readonly position: Position<G> }
  | { readonly kind: 'values'; readonly position: Position<G>; readonly values: readonly Uint8Array[] }
  | {
      readonly kind: 'rejected';
      readonly reason: RejectReason;
      readonly retryable: boolean;
      readonly hint: NodeId | null;
    }
  | { readonly kind: 'unknown' };

export interface Resolution<G extends Guarantee = Guarantee> {
  readonly ticket: Ticket;
  readonly outcome: Outcome<G>;
}

/** Proof, or at least a report, that a peer broke the protocol. `proof` convinces a third party where `provable`. */
export interface Misbehaviour {
  readonly culprit: NodeId;
  readonly kind: string;
  readonly provable: boolean;
  readonly proof: Uint8Array;
}

/** Replace the application's state: this node was too far behind to be given the decisions one by one. */
export interface Install {
  readonly index: number;
  readonly state: Uint8Array;
}

/**
 * This node's epoch is over: nothing is decided in it after `position`. `state` is the mechanism's own state for the
 * classes that keep one (register, causal, convergent), empty where the application holds it. Total order: whom evidence in
 * the log convicts, where the mechanism decides upon it (`decodeConvictions` of governance); they have no vote in the next epoch.
 */
export interface Sealed<G extends Guarantee = Guarantee> {
  readonly sign: StopSign;
  readonly position: Position<G>;
  readonly state: Uint8Array;
}

/**
 * What must happen, as data. The driver's duties, in order: start every persist; send every message without `after`;
 * start every crypto request; hand `deliver` to the application in order; resolve tickets; then send gated messages as
 * their tokens become durable. A message whose token is lost in a crash is lost with it.
 */
export interface Effects<G extends Guarantee = Guarantee> {
  readonly persist: readonly Persist[];
  readonly send: readonly Send[];
  readonly crypto: readonly CryptoRequest[];
  readonly deliver: readonly Decision<G>[];
  readonly resolve: readonly Resolution<G>[];
  readonly evidence: readonly Misbehaviour[];
  readonly install: Install | null;
  readonly sealed: Sealed<G> | null;
  /**
   * The members that this node now counts with, whenever they change (membership `joint`). During a change both sides are
   * in it. The driver connects to them, and may let go of others after a while.
   */
  readonly membership: Membership | null;
}

export function noEffects<G extends Guarantee>(): Effects<G> {
  return {
    persist: [],
    send: [],
    crypto: [],
    deliver: [],
    resolve: [],
    evidence: [],
    install: null,
    sealed: null,
    membership: null,
  };
}
