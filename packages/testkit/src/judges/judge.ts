import type { Decision, Guarantee, Install, Op, Position, VersionVector } from '@hypersync/interface';
import type { Prng } from '@hypersync/consensus-kit';
import type { Operation, Operations } from '../simulator/operations.ts';
import type { SimNode } from '../simulator/node.ts';
import type { ApproximateSpace } from './approximate-space.ts';

/** What a judge may look at; it changes nothing but its own notes and a node's `applied`. */
export interface JudgedWorld<G extends Guarantee = Guarantee> {
  readonly now: number;
  readonly nodes: readonly SimNode<G>[];
  readonly honest: readonly SimNode<G>[];
  /** Honest nodes that are there at the end: only they can be asked to hold everything. */
  readonly live: readonly SimNode<G>[];
  readonly operations: Operations<G>;
  readonly random: Prng;
  /** Approximate agreement only. */
  readonly space: ApproximateSpace | null;
  isHonest(id: string): boolean;
  /** A read that had to wait may be answered now. */
  complete(operation: Operation<G>, values: readonly string[], position: Position<G>): void;
  /** Hands the application's snapshot to the node's mechanism. */
  compact(node: SimNode<G>, index: number, state: Uint8Array): void;
}

/** Holds a run to the promise of one guarantee class. Every method may throw a ViolationError. */
export interface Judge<G extends Guarantee = Guarantee> {
  /** What a client proposes for this wish; null when the wish is a read by `read`. */
  propose(operation: Operation<G>): Op<G> | null;
  /** The session token to ask with, where the class has them and this client keeps one. */
  after?(operation: Operation<G>): VersionVector | undefined;
  deliver(node: SimNode<G>, decision: Decision<G>): void;
  install(node: SimNode<G>, install: Install): void;
  /** The node answered `committed`. */
  committed(operation: Operation<G>, node: SimNode<G>, position: Position<G>): void;
  /** The node answered `values`; true when the client has its answer, false when `complete` will be called. */
  values(operation: Operation<G>, node: SimNode<G>, position: Position<G>, values: readonly Uint8Array[]): boolean;
  /** Memory is lost; also the place to decide what the application kept. */
  crashed(node: SimNode<G>): void;
  /** After every step of an honest node, for classes whose promise shows in `status`. */
  stepped?(node: SimNode<G>): void;
  /** Null when all honest nodes agree and nothing acknowledged is missing; else what is missing. */
  unsettled(): string | null;
  /** Keys to be read everywhere at the end; empty where agreement is seen without. */
  readonly sweepsReads: boolean;
  /** The whole history is known. */
  finish(): void;
  readonly decisions: number;
}
