import type { Run } from './run.ts';

const LEAF_SIZE = 32;
const BRANCH_SIZE = 32;

export interface Leaf {
  parent: Branch | null;
  readonly runs: Run[];
  visible: number;
}

interface Branch {
  parent: Branch | null;
  readonly children: (Leaf | Branch)[];
  visible: number;
}

const isLeaf = (node: Leaf | Branch): node is Leaf => 'runs' in node;

/** Runs in their order, with the number of visible elements below each node (a counted B+ tree): every step is O(log n). */
export class RunList {
  #root: Leaf | Branch;

  constructor(first: Run) {
    const leaf: Leaf = { parent: null, runs: [first], visible: first.visible };
    first.leaf = leaf;
    this.#root = leaf;
  }

  /** Visible elements. */
  get visible(): number {
    return this.#root.visible;
  }

  insertAfter(anchor: Run, run: Run): void {
    this.#insert(anchor.leaf!, anchor.leaf!.runs.indexOf(anchor) + 1, run);
  }

  insertBefore(anchor: Run, run: Run): void {
    this.#insert(anchor.leaf!, anchor.leaf!.runs.indexOf(anchor), run);
  }

  #insert(leaf: Leaf, at: number, run: Run): void {
    leaf.runs.splice(at, 0, run);
    run.leaf = leaf;
    count(leaf, run.visible);
    if (leaf.runs.length > LEAF_SIZE) this.#splitLeaf(leaf);
  }

  #splitLeaf(leaf: Leaf): void {
    const half = leaf.runs.splice(leaf.runs.length >> 1);
    const right: Leaf = { parent: leaf.parent, runs: half, visible: 0 };
    for (const run of half) {
      run.leaf = right;
      right.visible += run.visible;
    }
    leaf.visible -= right.visible;
    this.#hang(leaf, right);
  }

  /** `right`, split off `node`, becomes its neighbour; the tree grows at the root. */
  #hang(node: Leaf | Branch, right: Leaf | Branch): void {
    const parent = node.parent;
    if (parent === null) {
      const root: Branch = { parent: null, children: [node, right], visible: node.visible + right.visible };
      node.parent = root;
      right.parent = root;
      this.#root = root;
      return;
    }
    parent.children.splice(parent.children.indexOf(node) + 1, 0, right);
    if (parent.children.length <= BRANCH_SIZE) return;
    const children = parent.children.splice(parent.children.length >> 1);
    const sibling: Branch = { parent: parent.parent, children, visible: 0 };
    for (const child of children) {
      child.parent = sibling;
      sibling.visible += child.visible;
    }
    parent.visible -= sibling.visible;
    this.#hang(parent, sibling);
  }

  /** The run's visible length has changed. */
  adjust(run: Run, difference: number): void {
    count(run.leaf!, difference);
  }

  remove(run: Run): void {
    const leaf = run.leaf!;
    leaf.runs.splice(leaf.runs.indexOf(run), 1);
    count(leaf, -run.visible);
    run.leaf = null;
    let empty: Leaf | Branch = leaf;
    let size = leaf.runs.length;
    while (size === 0 && empty.parent !== null) {
      const parent: Branch = empty.parent;
      parent.children.splice(parent.children.indexOf(empty), 1);
      size = parent.children.length;
      empty = parent;
    }
    while (!isLeaf(this.#root) && this.#root.children.length === 1) {
      this.#root = this.#root.children[0]!;
      this.#root.parent = null;
    }
  }

  /** The run that holds visible element `index`, and where in it; `index` is less than `visible`. */
  find(index: number): { readonly run: Run; readonly offset: number } {
    let node = this.#root;
    let rest = index;
    while (!isLeaf(node)) {
      let i = 0;
      while (rest >= node.children[i]!.visible) rest -= node.children[i++]!.visible;
      node = node.children[i]!;
    }
    let i = 0;
    while (rest >= node.runs[i]!.visible) rest -= node.runs[i++]!.visible;
    return { run: node.runs[i]!, offset: rest };
  }

  /** The nearest visible run before. */
  before(run: Run): Run | null {
    const { runs } = run.leaf!;
    for (let i = runs.indexOf(run) - 1; i >= 0; i--) if (runs[i]!.content !== null) return runs[i]!;
    let node: Leaf | Branch = run.leaf!;
    for (let up = node.parent; up !== null; node = up, up = node.parent) {
      for (let i = up.children.indexOf(node) - 1; i >= 0; i--) {
        if (up.children[i]!.visible > 0) return outermost(up.children[i]!, true);
      }
    }
    return null;
  }

  /** The nearest visible run after. */
  after(run: Run): Run | null {
    const { runs } = run.leaf!;
    for (let i = runs.indexOf(run) + 1; i < runs.length; i++) if (runs[i]!.content !== null) return runs[i]!;
    let node: Leaf | Branch = run.leaf!;
    for (let up = node.parent; up !== null; node = up, up = node.parent) {
      for (let i = up.children.indexOf(node) + 1; i < up.children.length; i++) {
        if (up.children[i]!.visible > 0) return outermost(up.children[i]!, false);
      }
    }
    return null;
  }

  /** In order, deleted ones too. */
  *runs(): Generator<Run> {
    const path: { readonly node: Leaf | Branch; next: number }[] = [{ node: this.#root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      if (isLeaf(top.node)) {
        yield* top.node.runs;
        path.pop();
      } else if (top.next < top.node.children.length) path.push({ node: top.node.children[top.next++]!, next: 0 });
      else path.pop();
    }
  }
}

function count(leaf: Leaf, difference: number): void {
  if (difference === 0) return;
  leaf.visible += difference;
  for (let up = leaf.parent; up !== null; up = up.parent) up.visible += difference;
}

/** The last (or first) visible run below a node that has one. */
function outermost(from: Leaf | Branch, last: boolean): Run {
  let node = from;
  while (!isLeaf(node)) {
    const children: readonly (Leaf | Branch)[] = node.children;
    node = (last ? children.findLast((child) => child.visible > 0) : children.find((child) => child.visible > 0))!;
  }
  const isVisible = (run: Run): boolean => run.content !== null;
  return (last ? node.runs.findLast(isVisible) : node.runs.find(isVisible))!;
}
