import type { StateWriter } from '@hypersync/consensus-kit';
import type { Checkpoint } from './attestation.ts';
import type { Block, SignedBlock } from './block.ts';
import type { ChainState } from './chain-state.ts';
import { justify } from './transition.ts';

export interface TreeNode {
  /** Null for genesis and for the tip of an installed snapshot. */
  readonly signed: SignedBlock | null;
  readonly key: string;
  readonly parentKey: string;
  readonly slot: number;
  readonly state: ChainState;
  /** Justified and finalized if the epoch ended here: the votes are on chain already. */
  readonly unrealized: { readonly justified: Checkpoint; readonly finalized: Checkpoint };
}

/** Blocks above the finalized one, each with the state it leads to. */
export class BlockTree {
  #root: TreeNode;
  readonly #nodes = new Map<string, TreeNode>();
  readonly #children = new Map<string, readonly string[]>();
  /** The last answer of `leaves`. */
  #counted = { version: -1, leaves: 0 };

  constructor(state: ChainState, signed: SignedBlock | null = null) {
    this.#root = nodeOf(state, signed, '');
    this.#nodes.set(this.#root.key, this.#root);
  }

  /** The newest finalized block. */
  get root(): TreeNode {
    return this.#root;
  }

  /** Of the blocks above the root. */
  bytes = 0;
  /** Grows with every change. */
  version = 0;

  get size(): number {
    return this.#nodes.size;
  }

  get(key: string): TreeNode | undefined {
    return this.#nodes.get(key);
  }

  get nodes(): readonly TreeNode[] {
    return [...this.#nodes.values()];
  }

  /** Branches that nobody has built on yet. */
  get leaves(): number {
    if (this.#counted.version === this.version) return this.#counted.leaves;
    let leaves = 0;
    for (const key of this.#nodes.keys()) if (this.childrenOf(key).length === 0) leaves++;
    this.#counted = { version: this.version, leaves };
    return leaves;
  }

  childrenOf(key: string): readonly string[] {
    return this.#children.get(key) ?? [];
  }

  add(signed: SignedBlock, state: ChainState): TreeNode {
    const node = nodeOf(state, signed, signed.block.parentKey);
    this.#nodes.set(node.key, node);
    this.bytes += signed.block.size;
    this.version++;
    this.#children.set(node.parentKey, [...this.childrenOf(node.parentKey), node.key]);
    return node;
  }

  /** The newest ancestor (or the node itself) at or below `slot`; null when that is below the tree's root. */
  ancestorAt(key: string, slot: number): TreeNode | null {
    let node = this.#nodes.get(key);
    while (node !== undefined && node.slot > slot) node = this.#nodes.get(node.parentKey);
    return node ?? null;
  }

  isAncestor(ancestorKey: string, key: string): boolean {
    const ancestor = this.#nodes.get(ancestorKey);
    return ancestor !== undefined && this.ancestorAt(key, ancestor.slot)?.key === ancestorKey;
  }

  /** Nodes from just above the root up to `key`, oldest first. */
  pathTo(key: string): TreeNode[] {
    const path: TreeNode[] = [];
    for (let node = this.#nodes.get(key); node !== undefined && node !== this.#root;) {
      path.push(node);
      node = this.#nodes.get(node.parentKey);
    }
    return path.reverse();
  }

  /** Blocks at one slot by one proposer. */
  countAt(slot: number, proposer: string): number {
    let count = 0;
    for (const { signed } of this.#nodes.values()) {
      if (signed?.block.slot === slot && signed.block.proposer === proposer) count++;
    }
    return count;
  }

  /** Makes a node the root and drops everything that does not descend from it. Returns what was dropped beside the path. */
  prune(key: string): TreeNode[] {
    const path = new Set([this.#root.key, ...this.pathTo(key).map((node) => node.key)]);
    const kept = new Set<string>();
    const stack = [key];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      kept.add(next);
      stack.push(...this.childrenOf(next));
    }
    this.#root = this.#nodes.get(key)!;
    const lost: TreeNode[] = [];
    for (const node of this.#nodes.values()) {
      if (kept.has(node.key)) continue;
      this.#nodes.delete(node.key);
      this.#children.delete(node.key);
      if (!path.has(node.key)) lost.push(node);
    }
    this.#recount();
    return lost;
  }

  #recount(): void {
    this.version++;
    this.bytes = 0;
    for (const node of this.#nodes.values()) if (node !== this.#root) this.bytes += node.signed?.block.size ?? 0;
  }

  /** Drops the branches beside the way to `headKey` that end below `slot`. Returns their blocks. */
  evict(headKey: string, slot: number): Block[] {
    const kept = new Set([this.#root.key, ...this.pathTo(headKey).map((node) => node.key)]);
    for (const node of this.#nodes.values()) {
      if (node.slot >= slot) for (const { key } of this.pathTo(node.key)) kept.add(key);
    }
    const lost = [...this.#nodes.values()].filter(({ key }) => !kept.has(key));
    for (const { key } of lost) {
      this.#nodes.delete(key);
      this.#children.delete(key);
    }
    for (const [key, children] of this.#children) {
      const left = children.filter((child) => kept.has(child));
      if (left.length < children.length) this.#children.set(key, left);
    }
    this.#recount();
    return lost.flatMap(({ signed }) => (signed === null ? [] : [signed.block]));
  }

  clone(): BlockTree {
    const copy = new BlockTree(this.#root.state, this.#root.signed);
    copy.#root = this.#root;
    copy.#nodes.clear();
    copy.bytes = this.bytes;
    copy.version = this.version;
    for (const [key, node] of this.#nodes) copy.#nodes.set(key, node);
    for (const [key, children] of this.#children) copy.#children.set(key, children);
    return copy;
  }

  /** A block's key determines its state, up to what was already final. */
  writeTo(state: StateWriter): void {
    state.string(this.#root.key).set(new Set(this.#nodes.keys()));
  }
}

function nodeOf(state: ChainState, signed: SignedBlock | null, parentKey: string): TreeNode {
  const { justified, finalized } = justify(state);
  return { signed, key: state.key, parentKey, slot: state.slot, state, unrealized: { justified, finalized } };
}
