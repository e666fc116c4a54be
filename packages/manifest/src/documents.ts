import type { MechanismCapabilities, TierSource } from './catalog.ts';
import type { LockFile } from './lock-file.ts';
import type { AccessTable, RegistryInfo, TierView } from './registry-tree.ts';
import type { RevocationList } from './revocations.ts';
import type { Rules } from './rules.ts';
import type { SignerPolicy } from './signer-policy.ts';
import type { MechanismFacts, ResourceProfile, TierManifest } from './tier-manifest.ts';
import type { TierId } from './tier.ts';

export type Config = Readonly<Record<string, unknown>>;

interface Head<K extends string> {
  readonly schemaVersion: 1;
  readonly kind: K;
}

/** `license-keys.json`; its reader is the room entitlement. */
interface LicenseKeys extends Head<'license-keys'> {
  readonly vendor: string;
  readonly keys: readonly { readonly kid: string; readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }[];
  readonly revokedSerials: readonly string[];
}

/** What an installation is made of: all that installer and host read. */
export interface InstallationDocuments {
  readonly 'tier-manifest': TierManifest;
  readonly 'signer-policy': SignerPolicy;
  readonly revocations: RevocationList;
  readonly lock: LockFile;
}

/** What a document is once its schema has accepted it. The keys are the names in `schemas/`, without `.schema.json`. */
export interface Documents extends InstallationDocuments {
  readonly 'license-keys': LicenseKeys;
  readonly 'tier-mapping': Head<'tier-mapping'> & {
    readonly tiers: readonly { readonly id: TierId; readonly name: string }[];
    readonly mechanisms: readonly (MechanismFacts & { readonly number: number })[];
  };
  readonly 'tier-source': Head<'tier-source'> & Omit<TierSource, 'title' | 'mechanisms'>;
  readonly 'resource-profile': Head<'resource-profile'> & ResourceProfile & { readonly mechanism: string };
  readonly 'capability-matrix': Head<'capability-matrix'> & {
    readonly mechanisms: Readonly<Record<string, MechanismCapabilities>>;
  };
  readonly 'mechanism-defaults': Head<'mechanism-defaults'> & { readonly mechanism: string; readonly config: Config };
  readonly 'tier-overrides': Head<'tier-overrides'> & {
    readonly tiers: Readonly<Record<string, Readonly<Record<string, Config>>>>;
  };
  readonly 'validation-rules': Head<'validation-rules'> & Rules;
  readonly 'registry-info': RegistryInfo;
  readonly 'access-table': AccessTable;
  readonly 'tier-view': TierView;
}

/** Names of the schemas in `schemas/`, without `.schema.json`. */
export type SchemaId = keyof Documents;
