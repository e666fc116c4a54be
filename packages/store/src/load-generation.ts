import type { LockFile, PluginEntry, TierManifest } from '@hypersync/manifest';
import type { AdmittedEvidence, TrustAnchor } from '@hypersync/trust';
import type { FileSystem } from './file-system.ts';

/** One plugin of a generation, every file hashed and equal to the signed list. */
export interface VerifiedPlugin {
  readonly entry: PluginEntry;
  readonly evidence: AdmittedEvidence;
  /** The very bytes that were hashed. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface VerifiedGeneration {
  readonly id: number;
  readonly lock: LockFile;
  readonly manifest: TierManifest;
  readonly plugins: ReadonlyMap<string, VerifiedPlugin>;
  readonly runtimeFiles: ReadonlyMap<string, Uint8Array>;
  /** License keys as signed, for the node limit. */
  readonly licenseKeys: Uint8Array;
  /** The license token kept with the installation, or null. */
  readonly license: string | null;
}

/**
 * Verifies a whole generation from the anchor down: metadata signatures, revocations (quarantine), manifest, lock,
 * bundles, and every byte of every file; an extra file is refused like a changed one. Throws HS-15xx/12xx (exit 80).
 */
export async function loadGeneration(_options: {
  root: string;
  /** Default: what `current` names. */
  generation?: number;
  anchor: TrustAnchor;
  fs: FileSystem;
}): Promise<VerifiedGeneration> {
  throw new Error('not written yet');
}
