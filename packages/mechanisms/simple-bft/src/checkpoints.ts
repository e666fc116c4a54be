import type { NodeId } from '@hypersync/interface';
import {
  ByteReader,
  ByteWriter,
  hashKey,
  Ledger,
  sha256,
  type LedgerOptions,
  type Signed,
  type StateWriter,
} from '@hypersync/consensus-kit';
import type { Tip } from './block.ts';
import { MAX_SNAPSHOT, SNAPSHOT_CHUNK } from './messages.ts';

/** What a checkpoint vote says: the snapshot of the state after decision `index` has this size and digest. */
export interface CheckpointClaim {
  readonly index: number;
  readonly size: number;
  readonly digest: Uint8Array;
}

/**
 * A snapshot: the application's state after `index`, and the chain up to `tip`, the last block boundary at or below it.
 * A function of the decided order, so that correct nodes that compact at the same index make the same bytes.
 */
export interface Snapshot {
  readonly index: number;
  readonly tip: Tip;
  /** As of `tip`. */
  readonly ledger: Ledger;
  readonly state: Uint8Array;
}

/** A snapshot with signatures of more than two thirds of the weight. */
export interface StableSnapshot extends CheckpointClaim {
  readonly bytes: Uint8Array;
  readonly height: number;
  readonly signatures: ReadonlyMap<NodeId, Uint8Array>;
}

export interface Download extends CheckpointClaim {
  readonly from: NodeId;
  readonly signatures: ReadonlyMap<NodeId, Uint8Array>;
  readonly bytes: Uint8Array;
  readonly received: number;
}

const CHECKPOINT_TAG = 0x43;
/** Own snapshots and claims of each peer that wait for others to reach the same index. */
const PENDING = 2;

/** Compaction: which snapshots exist, who vouches for them, and the newest that more than two thirds vouch for. */
export class Checkpoints {
  stable: StableSnapshot | null = null;
  download: Download | null = null;
  /** After this another peer may take the download over. */
  downloadUntil = 0;
  /** The ledger and the block where the chain's log starts. */
  base: Ledger;
  baseTip: Tip;
  /** Own snapshots that are not stable yet, by index. */
  readonly pending = new Map<number, { readonly snapshot: Snapshot; readonly bytes: Uint8Array }>();
  readonly #claims = new Map<NodeId, readonly (CheckpointClaim & { readonly signature: Uint8Array })[]>();

  constructor(base: Ledger, baseTip: Tip) {
    this.base = base;
    this.baseTip = baseTip;
  }

  addPending(snapshot: Snapshot, bytes: Uint8Array): void {
    this.pending.set(snapshot.index, { snapshot, bytes });
    for (const index of this.pending.keys()) {
      if (this.pending.size <= PENDING) return;
      this.pending.delete(index);
    }
  }

  /** Keeps the newest claims of each member. */
  addClaim(signer: NodeId, claim: CheckpointClaim, signature: Uint8Array): void {
    const others = (this.#claims.get(signer) ?? []).filter(({ index }) => index !== claim.index);
    const newest = [...others, { ...claim, signature }].sort((a, b) => b.index - a.index);
    this.#claims.set(signer, newest.slice(0, PENDING));
  }

  /** Who vouches for exactly this claim. */
  signaturesFor({ index, size, digest }: CheckpointClaim): Map<NodeId, Uint8Array> {
    const found = new Map<NodeId, Uint8Array>();
    for (const [signer, claims] of this.#claims) {
      for (const claim of claims) {
        const same = claim.index === index && claim.size === size && hashKey(claim.digest) === hashKey(digest);
        if (same) found.set(signer, claim.signature);
      }
    }
    return found;
  }

  makeStable(stable: StableSnapshot, base: Ledger, baseTip: Tip): void {
    this.stable = stable;
    this.base = base;
    this.baseTip = baseTip;
    for (const index of this.pending.keys()) if (index <= stable.index) this.pending.delete(index);
    for (const [signer, claims] of this.#claims) {
      this.#claims.set(
        signer,
        claims.filter(({ index }) => index > stable.index),
      );
    }
  }

  clone(): Checkpoints {
    const copy = new Checkpoints(this.base.clone(), this.baseTip);
    copy.stable = this.stable;
    copy.download = this.download === null ? null : { ...this.download, bytes: this.download.bytes.slice() };
    copy.downloadUntil = this.downloadUntil;
    for (const [index, entry] of this.pending) copy.pending.set(index, entry);
    for (const [signer, claims] of this.#claims) copy.#claims.set(signer, claims);
    return copy;
  }

  writeTo(state: StateWriter): void {
    this.base.writeTo(state);
    state.data([
      this.stable?.digest,
      [...this.pending.keys()],
      this.download?.digest,
      this.download?.received,
      this.downloadUntil,
    ]);
    state.map(this.#claims, (writer, claims) => {
      writer.data(claims.map(({ index, size, digest, signature }) => [index, size, digest, signature]));
    });
  }
}

export function checkpointStatement({ index, size, digest }: CheckpointClaim): Uint8Array {
  return new ByteWriter(64).u8(CHECKPOINT_TAG).varint(index).varint(size).raw(digest).finish();
}

export function isCheckpointStatement(payload: Uint8Array): boolean {
  return payload[0] === CHECKPOINT_TAG;
}

export function checkpointStatements(claim: CheckpointClaim, signatures: ReadonlyMap<NodeId, Uint8Array>): Signed[] {
  const payload = checkpointStatement(claim);
  return [...signatures].map(([signer, signature]) => ({ signer, payload, signature }));
}

export function encodeSnapshot({ index, tip, ledger, state }: Snapshot): Uint8Array {
  const writer = new ByteWriter(state.length + 4096).varint(index).varint(tip.height).raw(tip.hash);
  return writer.bytes(ledger.encode()).bytes(state).finish();
}

export function decodeSnapshot(bytes: Uint8Array, options: LedgerOptions): Snapshot | null {
  const reader = new ByteReader(bytes);
  const index = reader.varint();
  const height = reader.varint();
  const hash = reader.raw(32);
  const ledger = Ledger.decode(reader.bytes(MAX_SNAPSHOT), options);
  const state = reader.bytes(MAX_SNAPSHOT);
  if (!reader.done() || ledger === null || ledger.index > index) return null;
  return { index, tip: { height, hash, key: hashKey(hash) }, ledger, state };
}

export function claimOf(index: number, bytes: Uint8Array): CheckpointClaim {
  return { index, size: bytes.length, digest: sha256(bytes) };
}

/** The next chunk in its place; null when it does not continue the download. */
export function addChunk(download: Download, offset: number, chunk: Uint8Array): Download | null {
  const expected = Math.min(SNAPSHOT_CHUNK, download.size - download.received);
  if (offset !== download.received || chunk.length !== expected) return null;
  download.bytes.set(chunk, offset);
  return { ...download, received: offset + chunk.length };
}
