import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import type { Vertex } from './branch.ts';

export interface TreeLimits {
  readonly maxVertices: number;
  /** Children of one vertex. */
  readonly maxBranches: number;
}

export type TreeRefusal = 'unknown-parent' | 'bad-sequence' | 'too-many-branches' | 'full';

/** Vertices of one author on one parent: two prove the fork, a third says nothing new. */
const PER_AUTHOR = 2;
const MAX_WEIGHT = 2 ** 32 - 1;

/** Most vertices have one child, so that one is kept without a list of its own. */
interface TreeNode {
  readonly vertex: Vertex;
  weight: number;
  child: string | null;
  others: string[] | null;
}

/** Vertices that descend from one root, with their weights. */
export class VertexTree {
  readonly #limits: TreeLimits;
  readonly #nodes = new Map<string, TreeNode>();
  root: string;

  constructor(root: Vertex, limits: TreeLimits) {
    this.#limits = limits;
    this.root = root.hash;
    this.#nodes.set(root.hash, { vertex: root, weight: root.weight, child: null, others: null });
  }

  has(hash: string): boolean {
    return this.#nodes.has(hash);
  }

  /** Throws RangeError for what is not here: callers have asked `has`, or took the hash from the tree. */
  get(hash: string): Vertex {
    return this.#node(hash).vertex;
  }

  childrenOf(hash: string): readonly string[] {
    const { child, others } = this.#node(hash);
    return child === null ? [] : others === null ? [child] : [child, ...others];
  }

  #setChildren(hash: string, children: readonly string[]): void {
    const node = this.#node(hash);
    node.child = children[0] ?? null;
    node.others = children.length > 1 ? children.slice(1) : null;
  }

  #node(hash: string): TreeNode {
    const node = this.#nodes.get(hash);
    if (node === undefined) throw new RangeError(`no vertex ${hash}`);
    return node;
  }

  /** Null when taken. Time depends on the number of siblings only, which is bounded. */
  insert(vertex: Vertex): TreeRefusal | null {
    const parent = this.#nodes.get(vertex.parent);
    if (parent === undefined) return 'unknown-parent';
    if (vertex.sequence <= parent.vertex.sequence) return 'bad-sequence';
    if (this.#nodes.size >= this.#limits.maxVertices) return 'full';
    const siblings = parent.child === null ? [] : this.childrenOf(vertex.parent);
    if (siblings.length >= this.#limits.maxBranches) return 'too-many-branches';
    const own = siblings.filter((hash) => this.#node(hash).vertex.author === vertex.author);
    if (own.length >= PER_AUTHOR) return 'too-many-branches';
    if (parent.child === null) parent.child = vertex.hash;
    else if (parent.others === null) parent.others = [vertex.hash];
    else parent.others.push(vertex.hash);
    this.#nodes.set(vertex.hash, { vertex, weight: vertex.weight, child: null, others: null });
    return null;
  }

  /** False for an unknown vertex, and when it would weigh too much. */
  support(hash: string, weight: number): boolean {
    const node = this.#nodes.get(hash);
    if (node === undefined || !isWeight(weight) || node.weight + weight > MAX_WEIGHT) return false;
    node.weight += weight;
    return true;
  }

  /** All chains that begin at `from`, one per vertex below it: where each ends, its length and weight. O(vertices below). */
  *chains(from: string): Generator<{ readonly tip: string; readonly length: number; readonly weight: number }> {
    const open = [{ tip: from, length: 1, weight: this.#node(from).weight }];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      yield at;
      for (const tip of this.childrenOf(at.tip))
        open.push({ tip, length: at.length + 1, weight: at.weight + this.#node(tip).weight });
    }
  }

  /** Forgets a vertex that is not the root, and all below it. Returns what went. */
  prune(hash: string): string[] {
    const lost = [...this.chains(hash)].map(({ tip }) => tip);
    const { parent } = this.get(hash);
    const left = this.childrenOf(parent).filter((child) => child !== hash);
    this.#setChildren(parent, left);
    for (const gone of lost) this.#nodes.delete(gone);
    return lost;
  }

  /** Makes a vertex the root and forgets all that is not below it. Returns what went. */
  reroot(hash: string): string[] {
    const kept = new Set([...this.chains(hash)].map(({ tip }) => tip));
    const lost = [...this.#nodes.keys()].filter((other) => !kept.has(other));
    for (const gone of lost) this.#nodes.delete(gone);
    this.root = hash;
    return lost;
  }

  /** Parents before children, and siblings by hash: equal trees give equal bytes. */
  write(writer: ByteWriter): void {
    const nodes = [...this.#nodes.values()].sort((a, b) => inOrder(a.vertex, b.vertex));
    writer.list(nodes, (w, { vertex: { hash, parent, sequence, author }, weight }) => {
      w.string(hash).string(parent).varint(sequence).string(author).varint(weight);
    });
  }

  /** The vertices as `write` has ordered them; empty, and the reader failed, for anything else. */
  static readVertices(reader: ByteReader, limits: TreeLimits): readonly Vertex[] {
    const vertices = reader.list(limits.maxVertices, (r): Vertex => {
      const [hash, parent, sequence] = [r.string(128), r.string(128), r.varint()];
      return { hash, parent, sequence, author: r.string(64), weight: r.varint(MAX_WEIGHT) };
    });
    const [, ...rest] = vertices;
    const isOrdered = rest.every((vertex, i) => isVertex(vertex) && inOrder(vertices[i]!, vertex) < 0);
    if (vertices.length === 0 || !isOrdered) reader.fail();
    return reader.ok ? vertices : [];
  }

  clone(): VertexTree {
    const copy = new VertexTree(this.get(this.root), this.#limits);
    for (const [hash, node] of this.#nodes) {
      const others = node.others === null ? null : [...node.others];
      copy.#nodes.set(hash, { ...node, others });
    }
    return copy;
  }
}

function inOrder(a: Vertex, b: Vertex): number {
  return a.sequence !== b.sequence ? a.sequence - b.sequence : a.hash < b.hash ? -1 : 1;
}

export function isVertex({ hash, parent, sequence, author, weight }: Vertex): boolean {
  const isNamed = hash.length > 0 && hash.length <= 128 && parent.length <= 128 && author.length <= 64;
  return isNamed && Number.isSafeInteger(sequence) && sequence >= 0 && isWeight(weight);
}

function isWeight(weight: number): boolean {
  return Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT;
}
