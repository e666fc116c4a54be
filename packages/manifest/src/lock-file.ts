import { canonicalJsonBytes, HyperSyncError, type JsonValue, type Sha512Hex, bytesEqual } from '@hypersync/base';
import { readInstallationDocument } from './read-installation-document.ts';
import type { TierId } from './tier.ts';

/** One admitted artifact: what it is, and what admitted it. */
export interface LockedArtifact {
  readonly name: string;
  readonly version: string;
  /** Digest of the tarball; also names the tree in the store. */
  readonly sha512: Sha512Hex;
  readonly evidence: {
    /** Ids of the policy keys whose signatures verified. */
    readonly keys: readonly string[];
    readonly mode: 'public-key';
    readonly provenance: { readonly builder: string; readonly source: string } | null;
  };
}

/** `lock.json` of a generation. Security rests on the signed manifest; the lock says how it was met. */
export interface LockFile {
  readonly schemaVersion: 1;
  readonly kind: 'lock';
  readonly generation: number;
  readonly created: string;
  readonly tier: TierId;
  readonly registry: string;
  /** TUF versions, the release counter and the digest of `manifest.json`. */
  readonly manifest: {
    readonly role: string;
    readonly roleVersion: number;
    readonly rootVersion: number;
    readonly release: number;
    readonly sha512: Sha512Hex;
  };
  readonly license: { readonly serial: string; readonly customer: string; readonly tier: TierId } | null;
  readonly runtime: LockedArtifact;
  /** Keyed by mechanism id. */
  readonly plugins: Readonly<Record<string, LockedArtifact>>;
}

export function serializeLockFile(lock: LockFile): Uint8Array {
  return canonicalJsonBytes(lock as unknown as JsonValue);
}

/** Refuses anything but the exact canonical bytes (HS-1105), so that no byte can change unseen. */
export function parseLockFile(bytes: Uint8Array, source: string): LockFile {
  const lock = readInstallationDocument('lock', bytes, source);
  if (!bytesEqual(serializeLockFile(lock), bytes)) {
    throw new HyperSyncError('HS-1105', `${source}: not in canonical form; the file was edited.`);
  }
  return lock;
}
