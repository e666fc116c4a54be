import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { compareBranches, type ChainBranch, type ForkStatus, type Replay, type Vertex } from './branch.ts';
import { VertexTree, type TreeLimits, type TreeRefusal } from './vertex-tree.ts';

/** Why a vertex was not taken. */
export type VertexRefusal = TreeRefusal | 'malformed' | 'too-old' | 'contradicts-final';

export interface LaneLimits extends TreeLimits {
  /** Final vertices before the last one that are still remembered, to tell an old vertex from a contradiction. */
  readonly finalMemory: number;
}

const STATUSES: readonly ForkStatus[] = ['active', 'resolved', 'reconciled', 'failed'];

interface Fork {
  status: ForkStatus;
  /** The vertex that all branches share; it is on the canonical chain. */
  readonly point: string;
  /** While `resolved`: the tip to follow, and the version of the lane for which that was found out. */
  winner: string | null;
  version: number;
}

/**
 * All branches that grow out of one finalized vertex, and which of them is followed (the canonical one). Nothing in here
 * can contradict the finalized vertex, since everything descends from it. There is a fork wherever a canonical vertex has
 * more than one child.
 */
export class Lane {
  readonly #limits: LaneLimits;
  #tree: VertexTree;
  readonly #canonical = new Map<number, string>();
  readonly #forks = new Map<number, Fork>();
  /** For vertices beside the canonical chain: the sequence of the fork where their chain leaves it. */
  readonly #left = new Map<string, number>();
  /** Final hashes before the root, by sequence, oldest first. */
  readonly #final = new Map<number, string>();
  #head: string;
  #version = 0;

  constructor(root: Vertex, limits: LaneLimits) {
    this.#limits = limits;
    this.#tree = new VertexTree(root, limits);
    this.#head = root.hash;
    this.#canonical.set(root.sequence, root.hash);
  }

  get #rootSequence(): number {
    return this.#tree.get(this.#tree.root).sequence;
  }

  get forkCount(): number {
    return this.#forks.size;
  }

  canonicalAt(sequence: number): string | null {
    return this.#canonical.get(sequence) ?? null;
  }

  /** The final vertex of a sequence, as far as it is remembered. */
  finalAt(sequence: number): string | null {
    return sequence === this.#rootSequence ? this.#tree.root : (this.#final.get(sequence) ?? null);
  }

  /** Sequences of the forks, ascending. */
  forks(): readonly number[] {
    return [...this.#forks.keys()].sort((a, b) => a - b);
  }

  statusOf(sequence: number): ForkStatus | null {
    const fork = this.#forks.get(sequence);
    if (fork === undefined) return null;
    return fork.status === 'resolved' && fork.version !== this.#version ? 'active' : fork.status;
  }

  /** The tip to follow, once that is known; of a reconciled fork it is the head. */
  winnerOf(sequence: number): string | null {
    const status = this.statusOf(sequence);
    if (status === 'reconciled') return this.#head;
    return status === 'resolved' ? this.#forks.get(sequence)!.winner : null;
  }

  /** The sequence of the fork that the vertex is in a branch of, off the canonical chain; null on it. */
  forkOf(hash: string): number | null {
    return this.#left.get(hash) ?? null;
  }

  /** O(1). `forked` when a branch grew or began beside the canonical chain. */
  insert(vertex: Vertex): 'extended' | 'forked' | 'known' | VertexRefusal {
    if (this.#tree.has(vertex.hash)) return 'known';
    if (vertex.sequence <= this.#rootSequence) return this.#judgeOld(vertex);
    const refusal = this.#tree.insert(vertex);
    if (refusal !== null) return refusal;
    this.#version++;
    if (vertex.parent === this.#head) {
      this.#head = vertex.hash;
      this.#canonical.set(vertex.sequence, vertex.hash);
      return 'extended';
    }
    const left = this.#leaves(vertex);
    this.#left.set(vertex.hash, left);
    const fork = this.#forks.get(left);
    if (fork !== undefined) fork.status = 'active';
    else this.#forks.set(left, { status: 'active', point: vertex.parent, winner: null, version: 0 });
    return 'forked';
  }

  /** Where the chain of a vertex beside the canonical one leaves it: as its parent's does, or right after its parent. */
  #leaves({ parent }: Vertex): number {
    return this.#left.get(parent) ?? this.#tree.get(parent).sequence + 1;
  }

  #judgeOld({ sequence, hash }: Vertex): 'known' | 'too-old' | 'contradicts-final' {
    const final = this.finalAt(sequence);
    if (final === null) return 'too-old';
    return final === hash ? 'known' : 'contradicts-final';
  }

  /** More weight for a vertex, as votes come in. */
  support(hash: string, weight: number): boolean {
    if (!this.#tree.support(hash, weight)) return false;
    this.#version++;
    const fork = this.#forks.get(this.#left.get(hash) ?? -1);
    if (fork !== undefined) fork.status = 'active';
    return true;
  }

  /** Best first; empty where there is no fork. O(b x l). */
  branches(sequence: number): ChainBranch[] {
    const fork = this.#forks.get(sequence);
    if (fork === undefined) return [];
    return this.#tree
      .childrenOf(fork.point)
      .map((root) => this.#best(root))
      .sort(compareBranches);
  }

  #best(root: string): ChainBranch {
    const canonical = !this.#left.has(root);
    let best: ChainBranch | null = null;
    for (const chain of this.#tree.chains(root)) {
      const branch = { root, ...chain, canonical };
      if (best === null || compareBranches(branch, best) < 0) best = branch;
    }
    return best!;
  }

  /** Decides which branch is to be followed, and follows it not yet. Null where there is no fork. O(b x l). */
  resolve(sequence: number): ChainBranch | null {
    const fork = this.#forks.get(sequence);
    const [winner] = this.branches(sequence);
    if (fork === undefined || winner === undefined) return null;
    fork.status = winner.tip === this.#head ? 'reconciled' : 'resolved';
    fork.winner = winner.tip;
    fork.version = this.#version;
    return winner;
  }

  /** Follows the winner. Null where there is no fork. O(b x l). */
  reconcile(sequence: number): Replay | null {
    const winner = this.resolve(sequence);
    if (winner === null) return null;
    const replay = this.#follow(winner.tip);
    this.#forks.get(sequence)!.status = 'reconciled';
    return replay;
  }

  /** Makes the chain that ends in `tip` the canonical one. */
  #follow(tip: string): Replay {
    const apply: string[] = [];
    let shared = tip;
    for (; this.#left.has(shared); shared = this.#tree.get(shared).parent) apply.push(shared);
    apply.reverse();
    const rollback: string[] = [];
    for (let hash = this.#head; hash !== shared; hash = this.#tree.get(hash).parent) {
      rollback.push(hash);
      this.#canonical.delete(this.#tree.get(hash).sequence);
    }
    for (const hash of apply) this.#canonical.set(this.#tree.get(hash).sequence, hash);
    this.#head = tip;
    const { sequence } = this.#tree.get(shared);
    for (const after of this.#forks.keys()) if (after > sequence) this.#forks.delete(after);
    this.#remark(shared);
    return { rollback, apply };
  }

  /** Says anew, below a canonical vertex, what leaves the canonical chain where. The forks found are settled ones. */
  #remark(from: string): void {
    for (const { tip: hash } of this.#tree.chains(from)) {
      const vertex = this.#tree.get(hash);
      if (this.#canonical.get(vertex.sequence) !== hash) this.#left.set(hash, this.#leaves(vertex));
      else {
        this.#left.delete(hash);
        if (this.#tree.childrenOf(hash).length > 1)
          this.#forks.set(vertex.sequence + 1, { status: 'reconciled', point: hash, winner: null, version: 0 });
      }
    }
  }

  /**
   * Everything up to and with this vertex can no longer change: other branches are forgotten, and if another was being
   * followed, the replay says how to come back. Throws RangeError for a vertex that is not known.
   */
  finalize(hash: string): Replay {
    if (!this.#tree.has(hash))
      throw new RangeError(`cannot finalize ${hash}: it is not known, or contradicts what is final`);
    const replay = this.#left.has(hash) ? this.#follow(this.#best(hash).tip) : { rollback: [], apply: [] };
    const { sequence } = this.#tree.get(hash);
    for (const old of this.#forks.keys()) if (old <= sequence) this.#forks.delete(old);
    for (const [old, final] of this.#canonical) {
      if (old >= sequence) continue;
      this.#canonical.delete(old);
      this.#remember(old, final);
    }
    for (const lost of this.#tree.reroot(hash)) this.#left.delete(lost);
    return replay;
  }

  #remember(sequence: number, hash: string): void {
    this.#final.set(sequence, hash);
    if (this.#final.size <= this.#limits.finalMemory) return;
    for (const oldest of this.#final.keys()) {
      this.#final.delete(oldest);
      return;
    }
  }

  /** Forgets the losing branches of forks that are reconciled and lie before `sequence`. Returns how many forks. */
  cleanup(before: number): number {
    let cleaned = 0;
    for (const [sequence, { status, point }] of this.#forks) {
      if (sequence >= before || status !== 'reconciled') continue;
      for (const child of this.#tree.childrenOf(point).filter((hash) => this.#left.has(hash)))
        for (const lost of this.#tree.prune(child)) this.#left.delete(lost);
      this.#forks.delete(sequence);
      cleaned++;
    }
    return cleaned;
  }

  /** Equal lanes give equal bytes. */
  write(writer: ByteWriter): void {
    this.#tree.write(writer);
    writer.string(this.#head).list(this.forks(), (w, sequence) => {
      const status = this.statusOf(sequence)!;
      w.varint(sequence).u8(STATUSES.indexOf(status));
      w.string(status === 'resolved' ? this.#forks.get(sequence)!.winner! : '');
    });
    writer.list([...this.#final], (w, [sequence, hash]) => void w.varint(sequence).string(hash));
  }

  /** Null, and the reader failed, for what is no lane within the limits. */
  static read(reader: ByteReader, limits: LaneLimits): Lane | null {
    const [root, ...rest] = VertexTree.readVertices(reader, limits);
    const head = reader.string(128);
    if (root === undefined) return null;
    const lane = new Lane(root, limits);
    for (const vertex of rest) {
      const taken = lane.insert(vertex);
      if (taken !== 'extended' && taken !== 'forked') reader.fail();
    }
    const isTip = reader.ok && lane.#tree.has(head) && lane.#tree.childrenOf(head).length === 0;
    if (isTip) lane.#follow(head);
    else reader.fail();
    lane.#readForks(reader);
    lane.#readFinal(reader);
    return reader.ok ? lane : null;
  }

  #readForks(reader: ByteReader): void {
    const read = reader.list(this.#limits.maxVertices, (r) => {
      return { sequence: r.varint(), status: STATUSES[r.u8()], winner: r.string(128) };
    });
    const found = this.forks();
    if (read.length !== found.length) reader.fail();
    for (const [i, { sequence, status, winner }] of read.entries()) {
      const fork = this.#forks.get(sequence);
      const hasWinner = winner !== '' && this.#tree.has(winner);
      const fits =
        sequence === found[i] && (hasWinner ? status === 'resolved' : status !== 'resolved' && winner === '');
      if (fork === undefined || status === undefined || status === 'failed' || !fits) reader.fail();
      else {
        fork.status = status;
        fork.winner = hasWinner ? winner : null;
        fork.version = this.#version;
      }
    }
  }

  #readFinal(reader: ByteReader): void {
    let previous = -1;
    reader.list(this.#limits.finalMemory, (r) => {
      const [sequence, hash] = [r.varint(), r.string(128)];
      if (sequence <= previous || sequence >= this.#rootSequence) r.fail();
      previous = sequence;
      this.#final.set(sequence, hash);
    });
  }

  clone(): Lane {
    const copy = new Lane(this.#tree.get(this.#tree.root), this.#limits);
    copy.#tree = this.#tree.clone();
    copy.#canonical.clear();
    for (const [sequence, hash] of this.#canonical) copy.#canonical.set(sequence, hash);
    for (const [sequence, fork] of this.#forks) copy.#forks.set(sequence, { ...fork });
    for (const [hash, left] of this.#left) copy.#left.set(hash, left);
    for (const [sequence, hash] of this.#final) copy.#final.set(sequence, hash);
    copy.#head = this.#head;
    copy.#version = this.#version;
    return copy;
  }
}
