import type { Descriptor } from './descriptor.ts';
import type { Effects } from './effects.ts';
import type { Guarantee, Position } from './guarantee.ts';
import type { Epoch, Input, Micros, NodeId } from './inputs.ts';

/** `weight` is a positive integer; the sum over a cluster stays below 2^40, so that 3 * sum is exact. */
export interface Member {
  readonly id: NodeId;
  readonly weight: number;
}

/** Who takes part: `voters` count towards quorums; `learners` are given everything and vote nowhere. Both sorted by id. */
export interface Membership {
  readonly voters: readonly Member[];
  readonly learners: readonly NodeId[];
}

/** What survived the last crash: the durable image that the persist effects built. Keys in UTF-16 order. */
export type DurableImage = ReadonlyMap<string, Uint8Array>;

export interface MechanismInit {
  readonly self: NodeId;
  /**
   * All members, sorted by id, `self` among them; without `self` for a node that will be let in later (membership `joint`):
   * it is silent until it hears that it belongs.
   */
  readonly members: readonly Member[];
  readonly epoch: Epoch;
  /** 32-bit unsigned; all randomness of this incarnation comes from it. */
  readonly seed: number;
  /** Time of creation; the first step is at or after it. */
  readonly now: Micros;
  /** Checked by `validateConfig` before; defaults are merged by the mechanism. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Total order: the last index that the application has durably applied; delivery goes on after it. 0 at first. */
  readonly applied: number;
}

/** For observers and invariant checks; cheap and pure. */
export interface Status<G extends Guarantee = Guarantee> {
  /** The protocol's word: leader, follower, replica, validator, ... */
  readonly role: string;
  readonly leader: NodeId | null;
  /** Term, ballot number, view, slot: whatever grows when leadership may change. */
  readonly term: number;
  readonly position: Position<G> | null;
  /** False while this node knows that it cannot make progress (no leader, no quorum). */
  readonly ready: boolean;
  /** Mechanism-specific numbers that invariant checkers and dashboards read. */
  readonly detail: Readonly<Record<string, number | string | boolean>>;
}

/**
 * A consensus mechanism: a synchronous, deterministic state machine. It has no clock, network, disk or randomness; all
 * come in as inputs and go out as effects.
 */
export interface ConsensusMechanism<G extends Guarantee = Guarantee> {
  readonly descriptor: Descriptor<G>;
  /** The only mutator. `now` never goes back. Never throws on bytes from peers; they are dropped and counted in status. */
  step(now: Micros, inputs: readonly Input<G>[]): Effects<G>;
  /** When `{ t: 'time' }` is wanted next; null for never. The driver may be late, not early. */
  nextDeadline(): Micros | null;
  status(): Status<G>;
  /** Canonical bytes of the whole state: equal states, equal bytes. For determinism checks and state-space search. */
  fingerprint(): Uint8Array;
  /** An independent copy: steps of one never show in the other. */
  clone(): ConsensusMechanism<G>;
}

/** What is wrong with one key of a configuration. */
export interface ConfigProblem {
  readonly key: string;
  readonly allowed: string;
  readonly reason: string;
}

/** The default export of a plugin: its one entry. */
export interface MechanismPlugin<G extends Guarantee = Guarantee> {
  readonly descriptor: Descriptor<G>;
  /** Empty when `create` will accept the configuration for a cluster of this size. */
  validateConfig(config: Readonly<Record<string, unknown>>, nodes: number): readonly ConfigProblem[];
  /** With an image, continues from it; a fresh node gets an empty one. */
  create(init: MechanismInit, image: DurableImage): ConsensusMechanism<G>;
  /** One line for people and traces; never throws, also on garbage. */
  describeMessage(bytes: Uint8Array): string;
}
