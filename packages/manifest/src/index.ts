/** @file Untrusted YAML and JSON in, typed and validated manifests out; tier names; the plan from what is installed to what is wanted. */
export { TIERS, parseTier, tierCovers, tierName, tiersCoveredBy, type TierId } from './tier.ts';
export type {
  ArtifactEntry,
  ArtifactFile,
  EvidenceDemand,
  MechanismFacts,
  PluginEntry,
  ResourceProfile,
  RuntimeEntry,
  TierManifest,
} from './tier-manifest.ts';
export { parseTierManifest } from './tier-manifest.ts';
export { parseSignerPolicy, type PackageRule, type SignerKey, type SignerPolicy } from './signer-policy.ts';
export { parseRevocationList, yankOf, type Revocation, type RevocationList, type YankLevel } from './revocations.ts';
export { parseLockFile, serializeLockFile, type LockedArtifact, type LockFile } from './lock-file.ts';
export {
  loadCatalog,
  effectiveConfig,
  type Catalog,
  type MechanismCapabilities,
  type MechanismSource,
  type TierSource,
} from './catalog.ts';
export { configurationProblems, type CatalogRule, type ConfigurationRule, type Rules } from './rules.ts';
export {
  parseAccessTable,
  parseRegistryInfo,
  parseTierView,
  type AccessTable,
  type RegistryInfo,
  type TierView,
} from './registry-tree.ts';
export { parseYaml, type YamlLimits } from './parse-yaml.ts';
export { interfaceAccepts, newestVersion } from './compatibility.ts';
export { planChanges, type PlanChange, type PlanChanges } from './plan-changes.ts';
export { SCHEMA_IDS, validateDocument } from './validate.ts';
export type { Documents, SchemaId } from './documents.ts';
export { readDocument } from './read-document.ts';
