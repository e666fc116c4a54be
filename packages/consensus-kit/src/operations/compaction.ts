import type { Micros, NodeId } from '@hypersync/interface';
import type { Signed } from '../authenticator.ts';
import type { StateWriter } from '../state-writer.ts';
import type { WeightTable } from '../weights.ts';
import { SNAPSHOT_CHUNK, type CompactionMessage } from './compaction-messages.ts';
import { hashKey } from './hash-key.ts';
import type { LedgerOptions } from './ledger.ts';
import {
  claimOf,
  claimStatement,
  decodeSnapshot,
  encodeSnapshot,
  MAX_SNAPSHOT,
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
  /** Of the full size; filled up to `received`. */
  readonly bytes: Uint8Array;
  readonly received: number;
  readonly until: Micros;
}

/** Own snapshots, and claims of each member, that wait for others to reach the same index. */
const PENDING = 2;

/**
 * When a log may be forgotten, and how a laggard gets what was forgotten: a snapshot becomes stable once more than two
 * thirds of the weight have signed the same one (checkpoints of Castro and Liskov 1999), and then any single peer's copy
 * can be trusted. Needs the hosts to compact at the same indexes; where they do not, nothing is forgotten.
 */
export class Compaction {
  readonly #options: CompactionOptions;
  #stable: StableSnapshot | null = null;
  #download: Download | null = null;
  /** Own snapshots that are not stable yet, by index. */
  readonly #pending = new Map<
    number,
    { readonly snapshot: Snapshot; readonly bytes: Uint8Array; readonly claim: SnapshotClaim }
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
    const claim = claimOf(snapshot.index, bytes); // kept: a snapshot is large, and asked about at every signature
    this.#pending.set(snapshot.index, { snapshot, bytes, claim });
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
    if (message.index <= index || message.size === 0) return false;
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
    this.settle({ ...ours, place: own.snapshot.place, bytes: own.bytes, signatures });
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
    return this.#stable === null || place >= this.#stable.place ? null : this.#chunk(this.#stable, 0, SNAPSHOT_CHUNK);
  }

  /** The same without bytes: tells that there is a snapshot. */
  offer(place: number): Of<'chunk'> | null {
    return this.#stable === null || place >= this.#stable.place ? null : this.#chunk(this.#stable, 0, 0);
  }

  /** The answer to a `fetch`. When another snapshot has become stable meanwhile, its beginning. */
  answer({ index, offset }: Of<'fetch'>): Of<'chunk'> | null {
    if (this.#stable === null) return null;
    const at = this.#stable.index === index ? offset : 0;
    return at >= this.#stable.size ? null : this.#chunk(this.#stable, at, SNAPSHOT_CHUNK);
  }

  #chunk(stable: StableSnapshot, offset: number, most: number): Of<'chunk'> {
    const { ids } = this.#options.table;
    const signatures = [...stable.signatures]
      .map(([signer, signature]) => ({ place: ids.indexOf(signer), signature }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place);
    const { index, size, digest, bytes } = stable;
    return { t: 'chunk', index, size, digest, signatures, offset, bytes: bytes.slice(offset, offset + most) };
  }

  /** A verified piece, or the offer of one. Downloads from one peer at a time; returns what to ask that peer for next. */
  chunk(from: NodeId, message: Of<'chunk'>, now: Micros): Of<'fetch'> | null {
    const { index, size, digest, offset, bytes } = message;
    const current = this.#download;
    const isCurrent = current !== null && current.from === from && hashKey(current.digest) === hashKey(digest);
    const mayReplace = current === null || now >= current.until || index > current.index;
    if (!isCurrent && (offset !== 0 || !mayReplace)) return null;
    const until = now + this.#options.patience;
    const download = isCurrent
      ? current
      : {
          index,
          size,
          digest,
          from,
          signatures: this.#signers(message),
          bytes: new Uint8Array(size),
          received: 0,
          until,
        };
    const next = bytes.length === 0 ? null : addChunk(download, offset, bytes);
    if (next === null && isCurrent && now < current.until) return null; // a repetition
    this.#download = { ...(next ?? download), until };
    const { received } = this.#download;
    return received === size ? null : { t: 'fetch', index, offset: received };
  }

  /** True when a download is complete: `takeDownload` has something to say. */
  get isComplete(): boolean {
    return this.#download !== null && this.#download.received === this.#download.size;
  }

  /** The snapshot of a complete download, if its bytes are what was signed; the download is over in any case. */
  takeDownload(): { readonly stable: StableSnapshot; readonly snapshot: Snapshot } | null {
    const download = this.#download;
    if (download === null || !this.isComplete) return null;
    this.#download = null;
    const { bytes, index, size, digest, signatures } = download;
    if (hashKey(sha256(bytes)) !== hashKey(digest)) return null;
    const snapshot = decodeSnapshot(bytes, this.#options.ledger);
    if (snapshot === null || snapshot.index !== index) return null;
    return { snapshot, stable: { index, size, digest, place: snapshot.place, bytes, signatures } };
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
    state.data(download === null ? null : [download.digest, download.from, download.received, download.until]);
    state.map(this.#claims, (writer, claims) => {
      writer.data(claims.map(({ index, size, digest, signature }) => [index, size, digest, signature]));
    });
  }
}

/** The next chunk in its place; null when it does not continue the download. */
function addChunk(download: Download, offset: number, chunk: Uint8Array): Download | null {
  const expected = Math.min(SNAPSHOT_CHUNK, download.size - download.received);
  if (offset !== download.received || chunk.length !== expected) return null;
  download.bytes.set(chunk, offset);
  return { ...download, received: offset + chunk.length };
}
