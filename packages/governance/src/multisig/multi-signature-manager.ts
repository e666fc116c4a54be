import type { NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256, type WeightTable } from '@hypersync/consensus-kit';
import { compareBytes } from '../guard/evidence.ts';
import { Durations, type Metric, type Stopwatch } from '../metrics.ts';
import {
  decodeAggregated,
  encodeAggregated,
  MAX_HASH,
  type AggregatedSignature,
  type PartialSignature,
} from './aggregated-signature.ts';
import { Collection } from './collection.ts';
import { multiSignatureConfig, type MultiSignatureConfig } from './multi-signature-config.ts';
import { VerificationQueue, type VerificationOutcome, type VerificationRequest } from './verification-queue.ts';

/** Why nothing was done. */
export type PartialRefusal =
  | 'not-collecting'
  | 'unknown-signer'
  | 'bad-length'
  | 'duplicate'
  | 'sender-rejected'
  | 'sender-busy';
export type AggregateRefusal =
  | 'other-committee'
  | 'bad-hash'
  | 'unknown-signer'
  | 'not-ordered'
  | 'bad-length'
  | 'too-few'
  | 'too-light'
  | 'busy';

export interface MultiSignatureOptions {
  readonly members: WeightTable;
  readonly config: Partial<MultiSignatureConfig> & Pick<MultiSignatureConfig, 'domain' | 'threshold'>;
  readonly stopwatch?: Stopwatch;
}

const NO_KEY = new Uint8Array(0);
const VERSION = 1;

/**
 * Collects the signatures of t of n members under a message, and checks such collections of others. It signs and verifies
 * nothing: `bytesToSign` and `VerificationRequest` say what the driver's keys and cores are to do, `answerVerification`
 * brings the result back, in any order. A bad signature costs its sender, not the signer whose name it bears.
 */
export class MultiSignatureManager {
  readonly #options: MultiSignatureOptions;
  readonly #config: MultiSignatureConfig;
  readonly #table: WeightTable;
  readonly #keys = new Map<NodeId, Uint8Array>();
  /** By the message's hash. */
  readonly #collections = new Map<string, Collection>();
  readonly #queue = new VerificationQueue();
  readonly #verifying: Durations;
  readonly #aggregating: Durations;
  #committee: Uint8Array | null = null;
  #collected = 0;
  #rejected = 0;
  #completed = 0;

  /** Throws RangeError for a bad configuration. */
  constructor(options: MultiSignatureOptions) {
    this.#options = options;
    this.#table = options.members;
    this.#config = multiSignatureConfig(options.config, options.members.size);
    this.#verifying = new Durations(options.stopwatch ?? null);
    this.#aggregating = new Durations(options.stopwatch ?? null);
  }

  /**
   * One key per member and one member per key, or one key would sign for two. The committee is part of what is signed, so
   * whatever is being collected is void from here on.
   */
  registerPublicKey(
    nodeId: NodeId,
    publicKey: Uint8Array,
  ): 'registered' | 'unknown-node' | 'bad-length' | 'known' | 'in-use' {
    if (!this.#table.has(nodeId)) return 'unknown-node';
    if (publicKey.length !== this.#config.publicKeyBytes) return 'bad-length';
    if (this.#keys.has(nodeId)) return 'known';
    for (const other of this.#keys.values()) if (compareBytes(other, publicKey) === 0) return 'in-use';
    this.#keys.set(nodeId, publicKey.slice());
    this.#committee = null;
    this.#collections.clear();
    return 'registered';
  }

  /** What a member signs: domain and committee are part of it. */
  bytesToSign(messageHash: Uint8Array): Uint8Array {
    const writer = new ByteWriter(192).string('hypersync/multi-signature/1').string(this.#config.domain);
    return writer.raw(this.committee()).bytes(messageHash).finish();
  }

  /** Digest of members, weights, keys and thresholds; the same on all nodes that registered the same. */
  committee(): Uint8Array {
    if (this.#committee !== null) return this.#committee;
    const { threshold, weight } = this.#config;
    const writer = new ByteWriter(1024)
      .varint(threshold)
      .varint(weight?.numerator ?? 0)
      .varint(weight?.denominator ?? 0);
    writer.list(this.#table.members, (w, { id, weight }) => {
      w.string(id)
        .varint(weight)
        .bytes(this.#keys.get(id) ?? NO_KEY);
    });
    return (this.#committee = sha256(writer.finish()));
  }

  /** Begins to collect for a message (its hash, at most 64 bytes). False while too many are open, and when it is already. */
  openAggregation(messageHash: Uint8Array): boolean {
    const key = hashKey(messageHash);
    const room = this.#collections.size < this.#config.maxOpen && !this.#collections.has(key);
    if (!room || messageHash.length === 0 || messageHash.length > MAX_HASH) return false;
    this.#collections.set(key, new Collection(messageHash.slice(), this.#aggregating.now()));
    return true;
  }

  /** Gives up on a message. */
  abandonAggregation(messageHash: Uint8Array): void {
    this.#collections.delete(hashKey(messageHash));
  }

  /**
   * `from` is the authenticated sender, who may pass on what others signed. Returns what to verify, or why not. A sender
   * has one partial being verified at a time, and none any more for this message once one was bad.
   */
  addPartialSignature(
    messageHash: Uint8Array,
    partial: PartialSignature,
    from: NodeId = partial.signer,
  ): VerificationRequest | PartialRefusal {
    const { signer, signature } = partial;
    const collection = this.#collections.get(hashKey(messageHash));
    if (collection === undefined) return 'not-collecting';
    const publicKey = this.#keys.get(signer);
    if (publicKey === undefined) return 'unknown-signer';
    if (signature.length !== this.#config.signatureBytes) return this.#refuse('bad-length');
    if (collection.has(signer)) return 'duplicate';
    const entry = collection.enter(from);
    if (entry !== 'entered') return entry;
    const message = this.bytesToSign(messageHash);
    const purpose = { kind: 'partial', collection, partial, from } as const;
    return this.#queue.ask(purpose, { signer, publicKey, message, signature }, this.#verifying.now());
  }

  #refuse(reason: PartialRefusal): PartialRefusal {
    this.#rejected++;
    return reason;
  }

  /** The driver's answer. Null while an aggregate waits for more, and for what nobody waits for any longer. */
  answerVerification(id: number, valid: boolean): VerificationOutcome | null {
    const answered = this.#queue.answer(id, valid);
    if (answered === null) return null;
    const now = this.#verifying.now();
    if (now !== null && answered.since !== null) this.#verifying.add(now - answered.since);
    const { purpose, verdict } = answered;
    if (purpose.kind === 'aggregate')
      return verdict === null ? null : { kind: 'aggregate', id: purpose.id, valid: verdict };
    if (valid) this.#collected++;
    else this.#rejected++;
    const { collection, partial, from } = purpose;
    const { messageHash } = collection;
    collection.settle(partial, from, valid, this.#table.weightOf(partial.signer));
    const isOpen = this.#collections.get(hashKey(messageHash)) === collection;
    const ready = isOpen && this.#suffices(collection);
    return { kind: 'partial', messageHash, signer: partial.signer, from, valid, ready };
  }

  #suffices({ size, weight }: Collection): boolean {
    return size >= this.#config.threshold && this.#isHeavy(weight);
  }

  /** The fewest signers that suffice, heaviest first, ties to the lower id; null while they do not. */
  #select(collection: Collection): PartialSignature[] | null {
    const byWeight = collection.accepted().sort((a, b) => {
      const difference = this.#table.weightOf(b.signer) - this.#table.weightOf(a.signer);
      return difference !== 0 ? difference : a.signer < b.signer ? -1 : 1;
    });
    let weight = 0;
    for (const [i, { signer }] of byWeight.entries()) {
      weight += this.#table.weightOf(signer);
      if (i + 1 >= this.#config.threshold && this.#isHeavy(weight))
        return byWeight.slice(0, i + 1).sort((a, b) => (a.signer < b.signer ? -1 : 1));
    }
    return null;
  }

  #isHeavy(weight: number): boolean {
    const share = this.#config.weight;
    return share === null || this.#table.exceeds(weight, share.numerator, share.denominator);
  }

  /** Ends the collection; null while too few have signed. O(s). */
  finalizeAggregation(messageHash: Uint8Array): AggregatedSignature | null {
    const collection = this.#collections.get(hashKey(messageHash));
    const partials = collection === undefined ? null : this.#select(collection);
    if (collection === undefined || partials === null) return null;
    this.#collections.delete(hashKey(messageHash));
    this.#completed++;
    const now = this.#aggregating.now();
    if (now !== null && collection.since !== null) this.#aggregating.add(now - collection.since);
    return { messageHash: collection.messageHash, committee: this.committee(), partials, ...this.#weigh(partials) };
  }

  #weigh(partials: readonly PartialSignature[]): Pick<AggregatedSignature, 'weight' | 'totalWeight'> {
    return { weight: this.#table.tally(partials.map(({ signer }) => signer)), totalWeight: this.#table.total };
  }

  /**
   * What has to be verified before an aggregate holds, or why it cannot: everything that needs no cryptography is judged
   * here, from this node's own table. The outcome of the last answer (or of the first bad one) carries the returned id. O(s).
   */
  verifyAggregatedSignature(
    aggregated: AggregatedSignature,
  ): { readonly id: number; readonly requests: readonly VerificationRequest[] } | AggregateRefusal {
    const refusal = this.#flawOf(aggregated);
    if (refusal !== null) return refusal;
    if (this.#queue.aggregates >= this.#config.maxOpen) return 'busy';
    const message = this.bytesToSign(aggregated.messageHash);
    const checks = aggregated.partials.map(({ signer, signature }) => {
      return { signer, publicKey: this.#keys.get(signer)!, message, signature };
    });
    return this.#queue.askAll(checks, this.#verifying.now());
  }

  #flawOf({ messageHash, committee, partials }: AggregatedSignature): AggregateRefusal | null {
    if (compareBytes(committee, this.committee()) !== 0) return 'other-committee';
    if (messageHash.length === 0 || messageHash.length > MAX_HASH) return 'bad-hash';
    let previous = '';
    for (const { signer, signature } of partials) {
      if (!this.#keys.has(signer)) return 'unknown-signer';
      if (signer <= previous) return 'not-ordered';
      if (signature.length !== this.#config.signatureBytes) return 'bad-length';
      previous = signer;
    }
    if (partials.length < this.#config.threshold) return 'too-few';
    return this.#isHeavy(this.#table.tally(partials.map(({ signer }) => signer))) ? null : 'too-light';
  }

  /** About 4,627 bytes per signer: ML-DSA-87 has no shorter form. */
  encodeAggregated(aggregated: AggregatedSignature): Uint8Array {
    return encodeAggregated(aggregated, this.#table.ids);
  }

  /** Null for anything but one encoding for this committee's size. Says nothing about validity. */
  decodeAggregated(bytes: Uint8Array): AggregatedSignature | null {
    const read = decodeAggregated(bytes, this.#table.ids, this.#config.signatureBytes);
    return read === null ? null : { ...read, ...this.#weigh(read.partials) };
  }

  metrics(): readonly Metric[] {
    const counter = (name: string, help: string, value: number): Metric => ({ name, type: 'counter', help, value });
    return [
      counter('multisig_signatures_collected_total', 'Partial signatures accepted.', this.#collected),
      counter('multisig_signatures_rejected_total', 'Partial signatures found bad.', this.#rejected),
      counter('multisig_aggregations_completed_total', 'Aggregates completed.', this.#completed),
      {
        name: 'multisig_verification_duration_seconds',
        type: 'histogram',
        help: 'From the request to the answer, per signature.',
        value: this.#verifying.distribution(),
      },
      {
        name: 'multisig_aggregation_duration_seconds',
        type: 'histogram',
        help: 'From opening to completion, per message.',
        value: this.#aggregating.distribution(),
      },
    ];
  }

  /** Keys, and what was collected so far; questions under way are not kept, their senders ask again. */
  encode(): Uint8Array {
    const keys = [...this.#keys].sort(([a], [b]) => (a < b ? -1 : 1));
    const open = [...this.#collections].sort(([a], [b]) => (a < b ? -1 : 1));
    return new ByteWriter(4096)
      .u8(VERSION)
      .list(keys, (w, [id, key]) => void w.string(id).raw(key))
      .list(open, (w, [, collection]) => {
        w.bytes(collection.messageHash);
        w.list(collection.accepted(), (v, { signer, signature }) => void v.string(signer).raw(signature));
      })
      .finish();
  }

  /** False, and unchanged, unless the bytes come from `encode` and fit members and configuration. */
  restore(bytes: Uint8Array): boolean {
    const copy = new MultiSignatureManager(this.#options);
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) reader.fail();
    reader.list(this.#table.size, (r) => {
      const [id, key] = [r.string(64), r.raw(this.#config.publicKeyBytes)];
      if (copy.registerPublicKey(id, key) !== 'registered') r.fail();
    });
    reader.list(this.#config.maxOpen, (r) => {
      const hash = r.bytes(MAX_HASH);
      if (!copy.openAggregation(hash)) r.fail();
      const collection = copy.#collections.get(hashKey(hash));
      r.list(this.#table.size, (v) => {
        const partial = { signer: v.string(64), signature: v.raw(this.#config.signatureBytes) };
        if (!copy.#keys.has(partial.signer) || collection?.has(partial.signer) !== false) v.fail();
        collection?.settle(partial, partial.signer, true, this.#table.weightOf(partial.signer));
      });
    });
    if (!reader.done()) return false;
    this.#keys.clear();
    for (const [id, key] of copy.#keys) this.#keys.set(id, key);
    this.#collections.clear();
    for (const [key, collection] of copy.#collections) this.#collections.set(key, collection);
    this.#committee = null;
    return true;
  }
}
