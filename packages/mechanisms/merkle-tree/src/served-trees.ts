import type { StateWriter } from '@hypersync/consensus-kit';
import { sameBytes } from './hex.ts';
import { rootHash, type Tree } from './search-tree.ts';

/** Trees on offer per peer; a tree costs only what has changed since, but not nothing. */
const TREES_PER_PEER = 4;

interface Served {
  readonly root: Uint8Array;
  readonly tree: Tree;
}

/** The trees that peers were told of, so that a peer that is reading one can go on reading it while writes continue. */
export class ServedTrees {
  #byPeer = new Map<number, readonly Served[]>();

  /** Offers the tree to the peer; the least lately read of too many goes. */
  offer(peer: number, tree: Tree): void {
    const root = rootHash(tree);
    const others = (this.#byPeer.get(peer) ?? []).filter((served) => !sameBytes(served.root, root));
    this.#byPeer.set(peer, [...others, { root, tree }].slice(-TREES_PER_PEER));
  }

  /** Undefined when the tree was never offered or had to go. */
  find(peer: number, root: Uint8Array): Tree | undefined {
    const found = this.#byPeer.get(peer)?.find((served) => sameBytes(served.root, root));
    if (found === undefined) return undefined;
    this.offer(peer, found.tree);
    return found.tree;
  }

  clone(): ServedTrees {
    const copy = new ServedTrees();
    copy.#byPeer = new Map(this.#byPeer);
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.map(this.#byPeer, (writer, served) => writer.list(served, (inner, { root }) => inner.raw(root)));
  }
}
