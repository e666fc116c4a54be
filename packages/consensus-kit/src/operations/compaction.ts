import type { Micros, NodeId } from '@hypersync/interface';
import type { Signed } from '../authenticator.ts';
import type { StateWriter } from '../state-writer.ts';
import type { WeightTable } from '../weights.ts';
import type { CompactionMessage } from './compaction-messages.ts';
import { hashKey } from './hash-key.ts';
import type { LedgerOptions } from './ledger.ts';
import {
  claimOf,
  claimStatement,
  decodeSnapshot,
  encodeSnapshot,
  MAX_SNAPSHOT,
  PARTITION,
  partitionsOf,
  rootOf,
  type Snapshot,
  type SnapshotClaim,
  type StableSnapshot,
} from './snapshot.ts';
import { sha256 } from '../sha256.ts';

type Of<T extends CompactionMessage['t']> = Extract<CompactionMessage, { t: T }>;

export interface CompactionOptions {
  readonly self: NodeId;
  readonly table: WeightTable;
  readonly ledger: LedgerOptions;
  /** A download without progress for this long may be taken over by another peer. */
  readonly patience: Micros;
}

interface Download extends SnapshotClaim {
  readonly from: NodeId;
  readonly signatures: ReadonlyMap<NodeId, Uint8Array>;
  readonly partitions: readonly Uint8Array[];
  /** Of the full size; what is in it is as it was signed where `lacking` does not say otherwise. */
  readonly bytes: Uint8Array;
  /** Places of the partitions that are still to come, rising. */
  readonly lacking: readonly number[];
  readonly until: Micros;
}

/** Own snapshots, and claims of each member, that wait for others to reach the same index. */
const PENDING = 2;

/**
 * When a log may be forgotten, and how a laggard gets what was forgotten: a snapshot becomes stable once more than two
 * thirds of the weight have signed the same one (checkpoints of Castro and Liskov 1999), and then any single peer's copy
 * can be trusted. Needs the hosts to compact at the same indexes; where they do not, nothing is forgotten. What is signed
 * is the root over the digests of partitions: a laggard checks each piece as it comes, goes on with another peer where one
 * fails, and fetches only partitions that its own last snapshot does not have.
 */
export class Compaction {
  readonly #options: CompactionOptions;
  #stable: StableSnapshot | null = null;
  #download: Download | null = null;
  /** Own snapshots that are not stable yet, by index. */
  readonly #pending = new Map<
    number,
    {
      readonly snapshot: Snapshot;
      readonly bytes: Uint8Array;
      readonly partitions: readonly Uint8Array[];
      readonly claim: SnapshotClaim;
    }
  >();
  readonly #claims = new Map<NodeId, readonly (SnapshotClaim & { readonly signature: Uint8Array })[]>();

  constructor(options: CompactionOptions) {
    this.#options = options;
  }

  get stable(): StableSnapshot | null {
    return this.#stable;
  }

  get stableIndex(): number {
    return this.#stable?.index ?? 0;
  }

  /** Notes our own snapshot; the statement to sign, or null when it is too large. */
  propose(snapshot: Snapshot): Uint8Array | null {
    const bytes = encodeSnapshot(snapshot);
    if (bytes.length > MAX_SNAPSHOT) return null;
    const partitions = partitionsOf(bytes); // kept: a snapshot is large, and asked about at every signature
    const claim = claimOf(snapshot.index, bytes, partitions);
    this.#pending.set(snapshot.index, { snapshot, bytes, partitions, claim });
    for (const index of this.#pending.keys()) if (this.#pending.size > PENDING) this.#pending.delete(index);
    return claimStatement(claim);
  }

  /** Our signature under a statement of `propose` arrived: the claim to spread; null when the statement is something else. */
  signed({ payload, signature }: Signed): Of<'claim'> | null {
    for (const { claim } of this.#pending.values()) {
      if (hashKey(claimStatement(claim)) === hashKey(payload)) return { t: 'claim', ...claim, signature };
    }
    return null;
  }

  /** Is the message of use to a node that has decided `index`? Checks everything but signatures. */
  wants(message: CompactionMessage, index: number): boolean {
    if (message.t === 'claim') return message.index > this.stableIndex;
    if (message.t === 'fetch') return this.#stable !== null;
    if (message.index <= index || message.size === 0 || (message.offset === 0 && !isWhole(message))) return false;
    return this.#options.table.hasByzantineQuorum(this.#signers(message).keys());
  }

  #signers({ signatures }: Of<'chunk'>): Map<NodeId, Uint8Array> {
    return new Map(signatures.map(({ place, signature }) => [this.#options.table.ids[place]!, signature]));
  }

  /** The statements whose signatures must be checked before the message is acted upon. */
  statements(from: NodeId, message: CompactionMessage): Signed[] {
    if (message.t === 'fetch') return [];
    const payload = claimStatement(message);
    if (message.t === 'claim') return [{ signer: from, payload, signature: message.signature }];
    return [...this.#signers(message)].map(([signer, signature]) => ({ signer, payload, signature }));
  }

  /** A verified claim. Returns the snapshot that has become stable by it: the log up to its boundary may go. */
  claim(signer: NodeId, claim: Of<'claim'>): Snapshot | null {
    if (claim.index <= this.stableIndex) return null;
    const others = (this.#claims.get(signer) ?? []).filter(({ index }) => index !== claim.index);
    this.#claims.set(signer, [...others, claim].sort((a, b) => b.index - a.index).slice(0, PENDING));
    const own = this.#pending.get(claim.index);
    if (own === undefined) return null;
    const ours = own.claim;
    const signatures = this.#signaturesFor(ours);
    if (!this.#options.table.hasByzantineQuorum(signatures.keys())) return null;
    const { bytes, partitions } = own;
    this.settle({ ...ours, place: own.snapshot.place, bytes, partitions, signatures });
    return own.snapshot;
  }

  #signaturesFor(wanted: SnapshotClaim): Map<NodeId, Uint8Array> {
    const key = hashKey(claimStatement(wanted));
    const found = new Map<NodeId, Uint8Array>();
    for (const [signer, claims] of this.#claims) {
      for (const claim of claims) if (hashKey(claimStatement(claim)) === key) found.set(signer, claim.signature);
    }
    return found;
  }

  /** Takes a snapshot as stable: our own, an installed one, or the one from our disk. */
  settle(stable: StableSnapshot): void {
    this.#stable = stable;
    for (const index of this.#pending.keys()) if (index <= stable.index) this.#pending.delete(index);
    for (const [signer, claims] of this.#claims) {
      const open = claims.filter(({ index }) => index > stable.index);
      this.#claims.set(signer, open);
    }
  }

  /** A piece for a peer that has nothing above `place`; null when we have no snapshot that helps it. */
  serve(place: number): Of<'chunk'> | null {
    return this.#stable === null || place >= this.#stable.place ? null : this.#chunk(this.#stable, 0, PARTITION);
  }

  /** The same without bytes: tells that there is a snapshot. */
  offer(place: number): Of<'chunk'> | null {
    return this.#stable === null || place >= this.#stable.place ? null : this.#chunk(this.#stable, 0, 0);
  }

  /** The answer to a `fetch`. When another snapshot has become stable meanwhile, its beginning. */
  answer({ index, offset }: Of<'fetch'>): Of<'chunk'> | null {
    if (this.#stable === null) return null;
    const at = this.#stable.index === index ? offset : 0;
    return at >= this.#stable.size || at % PARTITION !== 0 ? null : this.#chunk(this.#stable, at, PARTITION);
  }

  #chunk(stable: StableSnapshot, offset: number, most: number): Of<'chunk'> {
    const { ids } = this.#options.table;
    const signatures = [...stable.signatures]
      .map(([signer, signature]) => ({ place: ids.indexOf(signer), signature }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place);
    const { index, size, digest } = stable;
    const partitions = offset === 0 ? stable.partitions : [];
    const bytes = stable.bytes.slice(offset, offset + most);
    return { t: 'chunk', index, size, digest, signatures, offset, partitions, bytes };
  }

  /** A verified piece, or the offer of one. Downloads from one peer at a time; returns what to ask that peer for next. */
  chunk(from: NodeId, message: Of<'chunk'>, now: Micros): Of<'fetch'> | null {
    const current = this.#download;
    const isSame = current !== null && hashKey(current.digest) === hashKey(message.digest);
    const mayReplace = current === null || now >= current.until || message.index > current.index;
    if (!(isSame && current.from === from) && (!mayReplace || message.offset !== 0 || !isWhole(message))) return null;
    const until = now + this.#options.patience;
    const download = isSame ? { ...current, from, until } : this.#begin(from, message, until);
    const added = message.bytes.length === 0 ? null : addPartition(download, message);
    if (added === 'bad') {
      this.#download = { ...download, until: now }; // whoever offers it next may go on
      return null;
    }
    if (isSame && current.from === from && added === null && now < current.until) return null; // a repetition
    this.#download = added ?? download;
    const [next] = this.#download.lacking;
    return next === undefined ? null : { t: 'fetch', index: message.index, offset: next * PARTITION };
  }

  /** What our own snapshots, or an older download, have in common with this one need not come again. */
  #begin(from: NodeId, message: Of<'chunk'>, until: Micros): Download {
    const { index, size, digest, partitions } = message;
    const known = new Map<string, Uint8Array>();
    for (const source of [...this.#pending.values(), this.#stable, this.#download]) {
      const lacking = new Set(source !== null && 'lacking' in source ? source.lacking : []);
      for (const [place, one] of source?.partitions.entries() ?? [])
        if (!lacking.has(place)) known.set(hashKey(one), partitionAt(source!.bytes, place));
    }
    const bytes = new Uint8Array(size);
    const lacking: number[] = [];
    for (const [place, one] of partitions.entries()) {
      const same = known.get(hashKey(one));
      if (same?.length === partitionAt(bytes, place).length) bytes.set(same, place * PARTITION);
      else lacking.push(place);
    }
    return { index, size, digest, from, signatures: this.#signers(message), partitions, bytes, lacking, until };
  }

  /** True when a download is complete: `takeDownload` has something to say. */
  get isComplete(): boolean {
    return this.#download?.lacking.length === 0;
  }

  /** The snapshot of a complete download; the download is over in any case. */
  takeDownload(): { readonly stable: StableSnapshot; readonly snapshot: Snapshot } | null {
    const download = this.#download;
    if (download === null || !this.isComplete) return null;
    this.#download = null;
    const { bytes, index, size, digest, partitions, signatures } = download;
    const snapshot = decodeSnapshot(bytes, this.#options.ledger);
    if (snapshot === null || snapshot.index !== index) return null;
    return { snapshot, stable: { index, size, digest, place: snapshot.place, bytes, partitions, signatures } };
  }

  clone(): Compaction {
    const copy = new Compaction(this.#options);
    copy.#stable = this.#stable;
    copy.#download = this.#download === null ? null : { ...this.#download, bytes: this.#download.bytes.slice() };
    for (const [index, entry] of this.#pending) copy.#pending.set(index, entry);
    for (const [signer, claims] of this.#claims) copy.#claims.set(signer, claims);
    return copy;
  }

  writeTo(state: StateWriter): void {
    const download = this.#download;
    state.data([this.#stable?.digest, [...this.#pending.keys()]]);
    state.data(download === null ? null : [download.digest, download.from, download.lacking, download.until]);
    state.map(this.#claims, (writer, claims) => {
      writer.data(claims.map(({ index, size, digest, signature }) => [index, size, digest, signature]));
    });
  }
}

/** The digests that come with an offer are those under the root that was signed. */
function isWhole({ size, digest, partitions }: Of<'chunk'>): boolean {
  return partitions.length === Math.ceil(size / PARTITION) && hashKey(rootOf(partitions)) === hashKey(digest);
}

function partitionAt(bytes: Uint8Array, place: number): Uint8Array {
  return bytes.subarray(place * PARTITION, (place + 1) * PARTITION);
}

/** A partition in its place; null when it is not lacking, `bad` when it is not what was signed. */
function addPartition(download: Download, { offset, bytes }: Of<'chunk'>): Download | 'bad' | null {
  const place = offset / PARTITION;
  if (!download.lacking.includes(place)) return null;
  const expected = hashKey(download.partitions[place]!);
  if (bytes.length !== partitionAt(download.bytes, place).length || hashKey(sha256(bytes)) !== expected) return 'bad';
  download.bytes.set(bytes, offset);
  return { ...download, lacking: download.lacking.filter((other) => other !== place) };
}
