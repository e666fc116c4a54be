import type { NodeId } from '@hypersync/interface';

/** A block, or a vertex of a DAG, as far as forks are concerned. The caller has checked its signature and contents. */
export interface Vertex {
  /** Names the contents: equal hash, equal vertex. 1 to 128 characters. */
  readonly hash: string;
  /** A chain: the block before. A DAG: the author's own vertex before, '' for the author's first. */
  readonly parent: string;
  /** Height, or round: larger than the parent's. */
  readonly sequence: number;
  readonly author: NodeId;
  /** Of those who vouch for it: its author, its voters. A non-negative integer below 2^32. */
  readonly weight: number;
}

/** One side of a fork: the best chain that begins at one of the conflicting vertices. */
export interface ChainBranch {
  /** The conflicting vertex. */
  readonly root: string;
  readonly tip: string;
  /** Vertices from root to tip. */
  readonly length: number;
  /** The sum of their weights. */
  readonly weight: number;
  /** Is it the one that is being followed? */
  readonly canonical: boolean;
}

/**
 * `active`: not resolved since something last changed. `resolved`: the winner is known. `reconciled`: and is followed.
 * `failed`: a branch contradicts the finalized prefix, so there is nothing to choose; kept as evidence.
 */
export type ForkStatus = 'active' | 'resolved' | 'reconciled' | 'failed';

export interface ForkInfo {
  /** Where the branches part: the first sequence after the vertex that they share. */
  readonly sequence: number;
  /** Whose lane of a DAG; null in a chain. */
  readonly author: NodeId | null;
  readonly status: ForkStatus;
  /** Best first. */
  readonly branches: readonly ChainBranch[];
  /** The tip to follow, once resolved. */
  readonly winner: string | null;
}

/** What the application does to follow another branch: take back the one list, newest first, then apply the other, oldest first. */
export interface Replay {
  readonly rollback: readonly string[];
  readonly apply: readonly string[];
}

/** Negative when `a` is better: the longer, then the heavier, then the lower hash. A total order, so order of arrival is nothing. */
export function compareBranches(a: ChainBranch, b: ChainBranch): number {
  if (a.length !== b.length) return b.length - a.length;
  if (a.weight !== b.weight) return b.weight - a.weight;
  return a.tip < b.tip ? -1 : a.tip > b.tip ? 1 : 0;
}
