import type { Clock } from '@hypersync/base';
import type { RevocationList, SignerPolicy, TierId, TierManifest } from '@hypersync/manifest';
import type { TrustAnchor } from './anchor.ts';
import type { MetadataSource, MetadataStore } from './metadata-store.ts';

declare const verifiedManifest: unique symbol;

/** A tier manifest whose bytes a chain from the anchor signed. */
export interface VerifiedTierManifest {
  readonly [verifiedManifest]: true;
  readonly manifest: TierManifest;
  readonly bytes: Uint8Array;
  readonly sha512: string;
  /** The delegated role and its version, and the root version that was in force. */
  readonly role: string;
  readonly roleVersion: number;
  readonly rootVersion: number;
}

/** One refreshed, consistent, signed state of the vendor's catalog. */
export interface TrustedCatalog {
  readonly rootVersion: number;
  readonly policy: SignerPolicy;
  readonly revocations: RevocationList;
  /** Raw, verified bytes of `license-keys.json`; the entitlement room reads them. */
  readonly licenseKeys: Uint8Array;
  /** Throws HS-12xx; HS-1209 where the vendor publishes no such tier. */
  tierManifest(tier: TierId): Promise<VerifiedTierManifest>;
  /** Every metadata file and target seen so far, by flat name: what a generation keeps so that it can be verified again. */
  files(): ReadonlyMap<string, Uint8Array>;
}

/** Replays the root from the anchor, refreshes, checks floors, remembers. Fixed start time (TUF 5.1). */
export async function openTrustedCatalog(_options: {
  anchor: TrustAnchor;
  source: MetadataSource;
  store: MetadataStore;
  clock: Clock;
}): Promise<TrustedCatalog> {
  throw new Error('not written yet');
}

/** The same from files kept in a generation: every signature and revocation is checked again, freshness is not. */
export async function openStoredCatalog(_options: {
  anchor: TrustAnchor;
  files: ReadonlyMap<string, Uint8Array>;
}): Promise<TrustedCatalog> {
  throw new Error('not written yet');
}
