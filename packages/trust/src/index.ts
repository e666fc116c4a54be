/** @file Untrusted bytes in, verified values out: TUF metadata, signer policy, Sigstore bundles, provenance. The one room that constructs `VerifiedArtifact`. */
export { requireAnchor, type TrustAnchor } from './anchor.ts';
export type { MetadataSource, MetadataStore } from './metadata-store.ts';
export { memoryMetadataStore } from './metadata-store.ts';
export {
  openTrustedCatalog,
  openStoredCatalog,
  type TrustedCatalog,
  type VerifiedTierManifest,
} from './trusted-catalog.ts';
export {
  checkQuarantine,
  verifyArtifact,
  verifyEvidence,
  type AdmittedEvidence,
  type ArtifactClaim,
  type ArtifactRules,
  type VerifiedArtifact,
} from './verify-artifact.ts';
export { packageUrl, PREDICATE_TYPE, STATEMENT_TYPE } from './statement.ts';
export { bundleBytes } from './envelope.ts';
