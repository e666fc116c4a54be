import type { NodeId } from '@hypersync/interface';
import type { StateWriter } from '@hypersync/consensus-kit';
import { hashKey } from '@hypersync/consensus-kit';
import type { Attestation, Checkpoint } from './attestation.ts';
import { totalStake } from './chain-state.ts';
import type { Stakes } from './schedule.ts';
import { epochOf } from './transition.ts';
import type { BlockTree, TreeNode } from './tree.ts';

interface LatestMessage {
  readonly epoch: number;
  readonly slot: number;
  readonly head: string;
}

export interface ForkChoiceRules {
  readonly slotsPerEpoch: number;
  readonly boostPercent: number;
}

/**
 * LMD GHOST from the justified checkpoint (Gasper, section 4.2), with proposer boost and with equivocators' votes
 * discounted, as in the Ethereum specification.
 */
export class ForkChoice {
  readonly #rules: ForkChoiceRules;
  justified: Checkpoint;
  finalized: Checkpoint;
  /** The stakes of the justified checkpoint's state: what votes weigh. */
  stakes: Stakes;
  /** A block that came in time in the current slot. */
  #boosted: string | null = null;
  readonly #latest = new Map<NodeId, LatestMessage>();
  /** Provably two-faced: what they say about the head no longer counts. */
  readonly #equivocators = new Set<NodeId>();
  /** The last answer of `head`, until something changes. */
  #cached: { readonly version: number; readonly epoch: number; readonly head: TreeNode } | null = null;

  constructor(rules: ForkChoiceRules, checkpoint: Checkpoint, stakes: Stakes) {
    this.#rules = rules;
    this.justified = checkpoint;
    this.finalized = checkpoint;
    this.stakes = stakes;
  }

  get boosted(): string | null {
    return this.#boosted;
  }

  set boosted(key: string | null) {
    this.#boosted = key;
    this.#cached = null;
  }

  /** Takes a verified attestation of a past slot; only a validator's newest counts. */
  attest({ validator, data }: Attestation): void {
    const known = this.#latest.get(validator);
    if (known !== undefined && known.epoch >= data.target.epoch) return;
    this.#cached = null;
    this.#latest.set(validator, { epoch: data.target.epoch, slot: data.slot, head: hashKey(data.head) });
  }

  discount(validator: NodeId): void {
    this.#equivocators.add(validator);
    this.#cached = null;
  }

  /** Begins anew at a checkpoint that is known to be final; votes stay. */
  restart(checkpoint: Checkpoint, stakes: Stakes): void {
    this.justified = checkpoint;
    this.finalized = checkpoint;
    this.stakes = stakes;
    this.boosted = null;
  }

  /** Raises the checkpoints; `stakesOf` is asked only when the justified one changes. */
  raise(justified: Checkpoint, finalized: Checkpoint, stakesOf: (checkpoint: Checkpoint) => Stakes | null): void {
    this.#cached = null;
    if (finalized.epoch > this.finalized.epoch) this.finalized = finalized;
    if (justified.epoch <= this.justified.epoch) return;
    const stakes = stakesOf(justified);
    if (stakes === null) return;
    this.justified = justified;
    this.stakes = stakes;
  }

  /** The head of the chain as of the current slot. */
  head(tree: BlockTree, currentSlot: number): TreeNode {
    const epoch = epochOf(currentSlot, this.#rules.slotsPerEpoch);
    const { version } = tree;
    if (this.#cached?.version === version && this.#cached.epoch === epoch) return this.#cached.head;
    const head = this.#findHead(tree, epoch);
    this.#cached = { version, epoch, head };
    return head;
  }

  #findHead(tree: BlockTree, epoch: number): TreeNode {
    const start = tree.get(this.justified.key) ?? tree.root;
    const weights = this.#weights(tree);
    const viable = this.#viable(tree, start, epoch);
    let at = start;
    for (;;) {
      let best: TreeNode | null = null;
      for (const key of tree.childrenOf(at.key)) {
        const child = tree.get(key)!;
        if (viable.has(key) && (best === null || isHeavier(weights, child, best))) best = child;
      }
      if (best === null) return at;
      at = best;
    }
  }

  /** Votes and boost for every block or a descendant of it. */
  #weights(tree: BlockTree): Map<string, number> {
    const weights = new Map<string, number>();
    const support = (head: string, weight: number): void => {
      for (let node = tree.get(head); node !== undefined; node = tree.get(node.parentKey)) {
        weights.set(node.key, (weights.get(node.key) ?? 0) + weight);
      }
    };
    for (const [validator, { head }] of this.#latest) {
      if (!this.#equivocators.has(validator)) support(head, 100 * (this.stakes.get(validator) ?? 0));
    }
    if (this.boosted !== null) support(this.boosted, this.boostWeight);
    return weights;
  }

  /** In hundredths of a stake unit, so that the percentage stays exact. */
  get boostWeight(): number {
    return Math.floor((this.#rules.boostPercent * totalStake(this.stakes)) / this.#rules.slotsPerEpoch);
  }

  /** Blocks with a leaf below them that agrees with our justified and finalized checkpoints. */
  #viable(tree: BlockTree, start: TreeNode, currentEpoch: number): Set<string> {
    const viable = new Set<string>();
    for (const leaf of tree.nodes) {
      if (tree.childrenOf(leaf.key).length > 0 || !this.#isViableLeaf(tree, leaf, currentEpoch)) continue;
      for (let node: TreeNode | undefined = leaf; node !== undefined && node !== start;) {
        if (viable.has(node.key)) break;
        viable.add(node.key);
        node = tree.get(node.parentKey);
      }
    }
    return viable;
  }

  #isViableLeaf(tree: BlockTree, leaf: TreeNode, currentEpoch: number): boolean {
    const source = leaf.state.epoch < currentEpoch ? leaf.unrealized.justified : leaf.state.justified;
    const agrees =
      this.justified.epoch === 0 || source.epoch === this.justified.epoch || source.epoch + 2 >= currentEpoch;
    return agrees && (tree.get(this.finalized.key) === undefined || tree.isAncestor(this.finalized.key, leaf.key));
  }

  clone(): ForkChoice {
    const copy = new ForkChoice(this.#rules, this.justified, this.stakes);
    copy.finalized = this.finalized;
    copy.boosted = this.boosted;
    for (const [id, message] of this.#latest) copy.#latest.set(id, message);
    for (const id of this.#equivocators) copy.#equivocators.add(id);
    return copy;
  }

  writeTo(state: StateWriter): void {
    const { justified, finalized, boosted } = this;
    state.data([justified.epoch, justified.key, finalized.epoch, finalized.key, boosted, this.#equivocators]);
    state.data(new Map(this.stakes));
    state.map(this.#latest, (writer, { epoch, slot, head }) => void writer.data([epoch, slot, head]));
  }
}

function isHeavier(weights: ReadonlyMap<string, number>, a: TreeNode, b: TreeNode): boolean {
  const [wa, wb] = [weights.get(a.key) ?? 0, weights.get(b.key) ?? 0];
  return wa === wb ? a.key > b.key : wa > wb;
}
