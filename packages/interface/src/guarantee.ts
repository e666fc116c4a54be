import type { Epoch, NodeId } from './inputs.ts';

/**
 * What a mechanism promises about the operations it accepts. Five classes, not fourteen fake logs: a class that cannot
 * order (convergent) has no index, one that cannot compare-and-swap (register) has no such operation.
 */
export type Guarantee = 'total-order' | 'register' | 'causal' | 'convergent' | 'approximate';

/** How much of every author's history is included: author to number of their events (1-based counters). */
export type VersionVector = Readonly<Record<NodeId, number>>;

/** One opaque value that every correct node will deliver at the same place of one sequence. */
export interface TotalOrderOp {
  readonly kind: 'append';
  readonly value: Uint8Array;
}

/** Overwrites one atomic register (Lamport 1986), named by its key. */
export interface RegisterOp {
  readonly kind: 'write';
  readonly key: string;
  readonly value: Uint8Array;
}

/** A write that knows what its author had seen: `context` as returned by a read, null for a blind write. */
export interface CausalOp {
  readonly kind: 'put';
  readonly key: string;
  readonly value: Uint8Array;
  readonly context: VersionVector | null;
}

/**
 * `publish`: spread a value to everybody once. `put` and `delete`: a keyed set with a winner per key.
 * `mutate`: an operation of a replicated data type, encoded as that mechanism documents. One is common to all, so that a
 * driver can use any of them: 0x02 0x01 <LEB128 length> <value> sets a last-writer-wins register.
 */
export type ConvergentOp =
  | { readonly kind: 'publish'; readonly value: Uint8Array }
  | { readonly kind: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: 'delete'; readonly key: string }
  | { readonly kind: 'mutate'; readonly key: string; readonly value: Uint8Array };

/**
 * A node's own reading, as coordinates. An epoch has a sequence of agreements; in each, every member takes part with one
 * reading: the oldest of its clients' that was not in one before, else its last one again, else the mechanism's origin. The
 * outputs of all correct members are close to each other, and where the correct members' readings allow.
 */
export interface ApproximateOp {
  readonly kind: 'input';
  readonly value: readonly number[];
}

interface Ops {
  'total-order': TotalOrderOp;
  register: RegisterOp;
  causal: CausalOp;
  convergent: ConvergentOp;
  approximate: ApproximateOp;
}

export type Op<G extends Guarantee = Guarantee> = Ops[G];
export type OpKind<G extends Guarantee = Guarantee> = Op<G>['kind'];

/** Every operation's name, as data for validation and codecs. */
export const OP_KINDS = {
  'total-order': ['append'],
  register: ['write'],
  causal: ['put'],
  convergent: ['publish', 'put', 'delete', 'mutate'],
  approximate: ['input'],
} as const satisfies { readonly [G in Guarantee]: readonly OpKind<G>[] };

interface Positions {
  /** `index` counts decisions from 1 without gaps. */
  'total-order': { readonly class: 'total-order'; readonly epoch: Epoch; readonly index: number };
  /** Tags order writes: by `ts`, then by `writer` (Lynch, Shvartsman 1997). */
  register: {
    readonly class: 'register';
    readonly epoch: Epoch;
    readonly key: string;
    readonly ts: number;
    readonly writer: NodeId;
  };
  /** `dot` is the event itself, `context` its causal past (without it). */
  causal: {
    readonly class: 'causal';
    readonly epoch: Epoch;
    readonly dot: { readonly node: NodeId; readonly counter: number };
    readonly context: VersionVector;
  };
  /** `frontier` is what the state contains, `root` a digest of that state (hex; empty where none is kept). */
  convergent: {
    readonly class: 'convergent';
    readonly epoch: Epoch;
    readonly root: string;
    readonly frontier: VersionVector;
  };
  /** `round` counts the epoch's agreements from 1 (0: none was reached here yet); `epsilon` is the largest distance between
   * two correct members' outputs of one of them, 0 where they are equal. A member may miss an agreement, never go back. */
  approximate: {
    readonly class: 'approximate';
    readonly epoch: Epoch;
    readonly round: number;
    readonly epsilon: number;
  };
}

/** Where a decision stands, as precisely as its class can say. */
export type Position<G extends Guarantee = Guarantee> = Positions[G];
