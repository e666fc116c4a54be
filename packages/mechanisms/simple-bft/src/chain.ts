import { hashKey as keyOf, type StateWriter } from '@hypersync/consensus-kit';
import { tipOf, type Block, type Tip } from './block.ts';
import type { Certificate } from './vote.ts';

/** A finalized block and what proves it: its own finalization, or only its place below a later one that has. */
export interface LogEntry {
  readonly block: Block;
  readonly finalization: Certificate | null;
  readonly notarization: Certificate | null;
  /** Index of the last decision in it or below it. */
  readonly endIndex: number;
}

interface Notarized {
  block: Certificate | null;
  dummy: Certificate | null;
}

/**
 * The block tree above the finalized tip: block contents, notarizations, dummies. Heights only enter through
 * certificates or our own votes, so that nobody without a quorum can make it grow.
 */
export class Chain {
  /** The finalized tip. */
  tip: Tip;
  #log: LogEntry[] = [];
  /** The highest finalization seen; above `tip` while blocks are missing. */
  finalization: Certificate | null = null;
  readonly #blocks = new Map<string, Block>();
  /** The blocks of `log`. */
  readonly #logged = new Map<string, Block>();
  readonly #certificates = new Map<number, Notarized>();

  constructor(tip: Tip) {
    this.tip = tip;
  }

  /** Finalized blocks since the last checkpoint, oldest first. */
  get log(): readonly LogEntry[] {
    return this.#log;
  }

  /** Place in the log of the first block above `height`; the log's length for none. */
  firstAbove(height: number): number {
    let [low, high] = [0, this.#log.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#log[middle]!.block.height > height) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  addBlock(block: Block): void {
    if (block.height > this.tip.height) this.#blocks.set(block.key, block);
  }

  block(key: string): Block | undefined {
    return this.#blocks.get(key) ?? this.#logged.get(key);
  }

  notarization(height: number): Certificate | null {
    return this.#certificates.get(height)?.block ?? null;
  }

  dummy(height: number): Certificate | null {
    return this.#certificates.get(height)?.dummy ?? null;
  }

  /** The highest height with a block or a dummy notarized, at least the tip's. */
  get notarizedHeight(): number {
    return Math.max(this.tip.height, ...this.#certificates.keys());
  }

  /** Up to there every height above the tip has a certificate. */
  get completeHeight(): number {
    let height = this.tip.height;
    while (this.#certificates.has(height + 1)) height++;
    return height;
  }

  /** Heights above the tip that were given up on. */
  get dummies(): number {
    let count = 0;
    for (const { dummy } of this.#certificates.values()) if (dummy !== null) count++;
    return count;
  }

  /** Blocks above the tip. */
  get openBlocks(): number {
    return this.#blocks.size;
  }

  /** Takes a verified notarization of a block or a dummy. False when it was known already or is below the tip. */
  addCertificate(certificate: Certificate): boolean {
    const { height, kind } = certificate;
    if (height <= this.tip.height || kind === 'finalize') return false;
    let entry = this.#certificates.get(height);
    if (entry === undefined) this.#certificates.set(height, (entry = { block: null, dummy: null }));
    const slot = kind === 'notarize' ? 'block' : 'dummy';
    if (entry[slot] !== null) return false;
    entry[slot] = certificate;
    return true;
  }

  /** What a leader of `height` builds on: the highest notarized block with nothing but dummies above it. Null while certificates lack. */
  parentFor(height: number): Tip | null {
    for (let h = height - 1; h > this.tip.height; h--) {
      const entry = this.#certificates.get(h);
      if (entry?.block) return { height: h, hash: entry.block.hash, key: entry.block.key };
      if (!entry?.dummy) return null;
    }
    return this.tip;
  }

  /** May a block be notarized, as far as its place in the chain goes? `unknown` while certificates lack. */
  judgePlace(block: Block): 'valid' | 'invalid' | 'unknown' {
    if (block.parentHeight < this.tip.height) return 'invalid';
    for (let h = block.height - 1; h > block.parentHeight; h--) if (!this.dummy(h)) return 'unknown';
    const parent = block.parentHeight === this.tip.height ? this.tip : this.notarization(block.parentHeight);
    if (parent === null) return 'unknown';
    return parent.hash.every((byte, i) => byte === block.parentHash[i]) ? 'valid' : 'invalid';
  }

  /** The certificates that let others see that a block on `parent` has its place at `height`. */
  certificatesBetween(parent: Tip, height: number): Certificate[] {
    const found = [this.notarization(parent.height) ?? this.#proofOfTip(parent)];
    for (let h = parent.height + 1; h < height; h++) found.push(this.dummy(h));
    return found.filter((certificate) => certificate !== null);
  }

  #proofOfTip(parent: Tip): Certificate | null {
    const entry = this.log.at(-1);
    return entry?.block.key === parent.key ? (entry.notarization ?? entry.finalization) : null;
  }

  /** All certificates above `height`, lowest first. */
  certificatesAbove(height: number): Certificate[] {
    const heights = [...this.#certificates.keys()].filter((h) => h > height).sort((a, b) => a - b);
    return heights.flatMap((h) => [this.notarization(h), this.dummy(h)].filter((c) => c !== null));
  }

  /**
   * The blocks from above the tip up to `key`, oldest first. `missing` names the first one lacking on the way down;
   * `conflict` means that the way does not lead to our tip: more than a third of the weight is faulty.
   */
  pathTo(target: Tip): { path: Block[] } | { missing: Tip } | 'conflict' {
    const path: Block[] = [];
    let at = target;
    while (at.height > this.tip.height) {
      const block = this.#blocks.get(at.key);
      if (block === undefined) return { missing: at };
      if (block.height !== at.height) return 'conflict';
      path.push(block);
      at = { height: block.parentHeight, hash: block.parentHash, key: keyOf(block.parentHash) };
    }
    return at.height === this.tip.height && at.key === this.tip.key ? { path: path.reverse() } : 'conflict';
  }

  /** Bundles on the way from the tip to `parent`, as far as the blocks are known. */
  bundlesBelow(parent: Tip): Set<string> {
    const keys = new Set<string>();
    let block = this.#blocks.get(parent.key);
    while (block !== undefined && block.height > this.tip.height) {
      for (const bundle of block.bundles) keys.add(bundle.key);
      block = this.#blocks.get(keyOf(block.parentHash));
    }
    return keys;
  }

  /** Moves the tip over one finalized block and forgets what it decides. Returns the blocks that lost. */
  finalize(block: Block, finalization: Certificate | null, endIndex: number): Block[] {
    this.#log.push({ block, finalization, notarization: this.notarization(block.height), endIndex });
    this.#logged.set(block.key, block);
    this.tip = tipOf(block);
    this.#blocks.delete(block.key);
    return this.#forget();
  }

  #forget(): Block[] {
    for (const height of this.#certificates.keys()) if (height <= this.tip.height) this.#certificates.delete(height);
    const lost = [...this.#blocks.values()].filter((block) => block.height <= this.tip.height);
    for (const block of lost) this.#blocks.delete(block.key);
    if (this.finalization !== null && this.finalization.height <= this.tip.height) this.finalization = null;
    return lost;
  }

  /** Starts over at a checkpoint's tip. */
  reset(tip: Tip): void {
    this.tip = tip;
    this.#log = [];
    this.#logged.clear();
    this.#forget();
  }

  /** Drops log entries up to and with `height`. */
  trim(height: number): void {
    for (const { block } of this.#log.splice(0, this.firstAbove(height))) this.#logged.delete(block.key);
  }

  clone(): Chain {
    const copy = new Chain(this.tip);
    copy.#log = [...this.#log];
    for (const [key, block] of this.#logged) copy.#logged.set(key, block);
    copy.finalization = this.finalization;
    for (const [key, block] of this.#blocks) copy.#blocks.set(key, block);
    for (const [height, entry] of this.#certificates) copy.#certificates.set(height, { ...entry });
    return copy;
  }

  writeTo(state: StateWriter): void {
    state.data([this.tip.hash, this.tip.height, this.finalization?.height, this.log.map(({ block }) => block.hash)]);
    state.set(new Set(this.#blocks.keys()));
    state.map(this.#certificates, (writer, entry) => {
      writer.data([entry.block?.key, signersOf(entry.block), signersOf(entry.dummy)]);
    });
  }
}

function signersOf(certificate: Certificate | null): readonly string[] | null {
  return certificate?.signatures.map(({ signer }) => signer) ?? null;
}
