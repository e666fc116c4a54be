import type { ArtifactEntry, EvidenceDemand, LockedArtifact, RevocationList, SignerPolicy } from '@hypersync/manifest';

declare const verifiedArtifact: unique symbol;

/** What was offered for one entry of a verified manifest. */
export interface ArtifactClaim {
  readonly entry: ArtifactEntry;
  readonly tarball: Uint8Array;
  readonly bundle: Uint8Array;
}

/** What proved an artifact's origin; goes into lock file and `verify` output. */
export type AdmittedEvidence = LockedArtifact['evidence'];

/** Bytes whose digest the signed manifest names and whose signatures obey the policy. Only this room makes one. */
export interface VerifiedArtifact {
  readonly [verifiedArtifact]: true;
  readonly entry: ArtifactEntry;
  readonly tarball: Uint8Array;
  readonly bundle: Uint8Array;
  readonly evidence: AdmittedEvidence;
}

/**
 * Order: limits, digests, signature mode, signatures, statement (subject, name, version, provenance where demanded).
 * Any throw inside is a refusal with HS-12xx. `quarantine` in the revocations refuses too (HS-1212, exit 81).
 */
export function verifyArtifact(
  _claim: ArtifactClaim,
  _rules: { policy: SignerPolicy; evidence: EvidenceDemand; revocations: RevocationList },
): VerifiedArtifact {
  throw new Error('not written yet');
}
