import type { StateWriter } from '@hypersync/consensus-kit';
import { tipOf, type FullBlock, type Tip } from './block.ts';
import type { QuorumCertificate } from './certificate.ts';
import { isCommitChain, type ChainLength } from './safety.ts';

/** A committed block. */
export interface LogEntry extends FullBlock {
  /** Index of the last decision in it or below it. */
  readonly endIndex: number;
}

/** `path`: the blocks to commit, oldest first. `above`: the rest of the commit chain; `qc` certifies the last of it. */
export interface Committed {
  readonly path: readonly FullBlock[];
  readonly above: readonly FullBlock[];
  readonly qc: QuorumCertificate;
}

/** Is the block at place `top` of a certified path the last of a chain that commits the first of it? */
export function endsCommitChain(path: readonly FullBlock[], top: number, chainLength: ChainLength): boolean {
  const chain = path.slice(Math.max(0, top + 1 - chainLength), top + 1);
  return isCommitChain(chain.map(({ block }) => block.round).reverse(), chainLength);
}

/**
 * The block tree above the committed tip, and the committed chain below it. A block enters only with its payload, and
 * only when we vote for it or a QC names it, itself or through its descendants: nobody else can make the tree grow.
 */
export class BlockTree {
  /** The last committed block. */
  tip: Tip;
  #log: LogEntry[] = [];
  readonly #blocks = new Map<string, FullBlock>();
  /** Ids above the tip that have a QC, with their rounds; their blocks may be missing. */
  readonly #certified = new Map<string, number>();
  /** Blocks above the tip that carry a payload. */
  #loaded = 0;

  constructor(tip: Tip) {
    this.tip = tip;
  }

  /** Committed blocks since the last snapshot, oldest first. */
  get log(): readonly LogEntry[] {
    return this.#log;
  }

  /** Is there a payload that is not committed? */
  get hasPayload(): boolean {
    return this.#loaded > 0;
  }

  /** Above the tip. */
  get blocks(): Iterable<FullBlock> {
    return this.#blocks.values();
  }

  get size(): number {
    return this.#blocks.size;
  }

  /** Place in the log of the first block above `height`; the log's length for none. */
  firstAbove(height: number): number {
    const first = this.#log[0]?.block.height ?? 0;
    return Math.min(this.#log.length, Math.max(0, height + 1 - first));
  }

  /** Above the tip only. */
  get(key: string): FullBlock | undefined {
    return this.#blocks.get(key);
  }

  /** False when it was there, or is not above the tip. */
  add(full: FullBlock): boolean {
    const { key, round, height, bundleIds } = full.block;
    if (round <= this.tip.round || height <= this.tip.height || this.#blocks.has(key)) return false;
    this.#blocks.set(key, full);
    if (bundleIds.length > 0) this.#loaded++;
    return true;
  }

  #remove(key: string): FullBlock[] {
    const full = this.#blocks.get(key);
    if (full === undefined) return [];
    this.#blocks.delete(key);
    if (full.block.bundleIds.length > 0) this.#loaded--;
    return [full];
  }

  /** Is the block with this id certified, as far as we know? Everything committed is. */
  isCertified(qc: Pick<QuorumCertificate, 'round' | 'key'>): boolean {
    return qc.round <= this.tip.round ? qc.key === this.tip.key : this.#certified.has(qc.key);
  }

  /** Takes note of a verified QC. */
  certify({ round, key }: Pick<QuorumCertificate, 'round' | 'key'>): void {
    if (round > this.tip.round) this.#certified.set(key, round);
  }

  /**
   * The blocks from above the tip up to `key`, oldest first. `missing` names the first that lacks on the way down;
   * `conflict` means that the way does not lead to the tip.
   */
  pathTo(qc: Pick<QuorumCertificate, 'round' | 'key'>): { path: FullBlock[] } | { missing: string } | 'conflict' {
    const path: FullBlock[] = [];
    let at = qc;
    while (at.round > this.tip.round) {
      const full = this.#blocks.get(at.key);
      if (full === undefined) return { missing: at.key };
      path.push(full);
      at = full.block.qc;
      if (full.block.height <= this.tip.height + 1 && at.key !== this.tip.key) return 'conflict';
    }
    return at.key === this.tip.key ? { path: path.reverse() } : 'conflict';
  }

  /**
   * What this QC commits: the highest place on the way down where certified blocks are of consecutive rounds. Null when
   * there is none above the tip, or a block lacks.
   */
  committedBy(qc: QuorumCertificate, chainLength: ChainLength): Committed | 'conflict' | null {
    const way = this.pathTo(qc);
    if (way === 'conflict') return way;
    if ('missing' in way) return null;
    for (let top = way.path.length - 1; top >= chainLength - 1; top--) {
      if (!endsCommitChain(way.path, top, chainLength)) continue;
      const [path, above] = [way.path.slice(0, top + 2 - chainLength), way.path.slice(top + 2 - chainLength, top + 1)];
      return { path, above, qc: way.path[top + 1]?.block.qc ?? qc };
    }
    return null;
  }

  /** Keys of the bundles between the tip and this block, as far as the blocks are known. */
  bundlesBelow(key: string): Set<string> {
    const keys = new Set<string>();
    for (let full = this.#blocks.get(key); full !== undefined; full = this.#blocks.get(full.block.qc.key)) {
      for (const bundle of full.bundles) keys.add(bundle.key);
    }
    return keys;
  }

  /** Evidence in the blocks between the tip and this block. */
  evidenceBelow(key: string): Uint8Array[] {
    const found: Uint8Array[] = [];
    for (let full = this.#blocks.get(key); full !== undefined; full = this.#blocks.get(full.block.qc.key)) {
      found.push(...full.block.evidence);
    }
    return found;
  }

  /** Moves the tip over the next block of the chain. Returns the blocks that lost, and are forgotten. */
  commit(full: FullBlock, endIndex: number): FullBlock[] {
    this.#log.push({ ...full, endIndex });
    this.#remove(full.block.key);
    this.tip = tipOf(full.block);
    return this.#forget();
  }

  #forget(): FullBlock[] {
    for (const [key, round] of this.#certified) if (round <= this.tip.round) this.#certified.delete(key);
    const dead = new Set<string>();
    const rising = [...this.#blocks.values()].sort((a, b) => a.block.height - b.block.height);
    for (const { block } of rising) {
      const low = block.round <= this.tip.round || block.height <= this.tip.height;
      const aside = block.qc.round <= this.tip.round && block.qc.key !== this.tip.key;
      if (low || aside || dead.has(block.qc.key)) dead.add(block.key);
    }
    return [...dead].flatMap((key) => this.#remove(key));
  }

  /** Starts over at a snapshot's tip. Returns the blocks that are forgotten. */
  reset(tip: Tip): FullBlock[] {
    this.tip = tip;
    this.#log = [];
    return this.#forget();
  }

  /** Drops log entries up to and with `height`. */
  trim(height: number): void {
    this.#log.splice(0, this.firstAbove(height));
  }

  clone(): BlockTree {
    const copy = new BlockTree(this.tip);
    copy.#log = [...this.#log];
    for (const [key, full] of this.#blocks) copy.#blocks.set(key, full);
    for (const [key, round] of this.#certified) copy.#certified.set(key, round);
    copy.#loaded = this.#loaded;
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.tip.id, this.#log.map(({ block }) => block.id), this.#certified]);
    state.set(new Set(this.#blocks.keys()));
  }
}
