import type { Sha512Hex } from '@hypersync/base';
import type { TierId } from './tier.ts';
import { readInstallationDocument } from './read-installation-document.ts';

/** One file of an artifact's tree; `path` is relative, `/`-separated, without the leading `package/`. */
export interface ArtifactFile {
  readonly path: string;
  readonly size: number;
  readonly sha512: Sha512Hex;
}

/** A tarball, its tree and its signature bundle, each by digest. */
export interface ArtifactEntry {
  /** npm name, `@hypersync/mechanism-raft`. */
  readonly name: string;
  /** Semver. */
  readonly version: string;
  readonly tarball: { readonly size: number; readonly sha512: Sha512Hex };
  readonly files: readonly ArtifactFile[];
  readonly bundle: { readonly size: number; readonly sha512: Sha512Hex };
}

/** CPU cores, bytes, Mbit/s, milliseconds. `maxNodes` 0 means no limit of its own. */
export interface ResourceProfile {
  readonly cpuCores: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly networkMbps: number;
  readonly latencyMs: number;
  readonly minNodes: number;
  readonly maxNodes: number;
}

/** What people and programs are told about a mechanism without loading it. */
export interface MechanismFacts {
  readonly id: string;
  readonly title: string;
  readonly guarantee: 'total-order' | 'register' | 'causal' | 'convergent' | 'approximate';
  readonly weight: 'lightweight' | 'light' | 'moderate' | 'heavy' | 'very-heavy';
  readonly firstTier: TierId;
}

export interface PluginEntry extends ArtifactEntry {
  readonly mechanism: MechanismFacts;
  /** Version of the mechanism interface that it was built for. */
  readonly interfaceVersion: string;
  readonly profile: ResourceProfile;
  /** Defaults with the tier's overrides already merged. */
  readonly config: Readonly<Record<string, unknown>>;
}

export interface RuntimeEntry extends ArtifactEntry {
  /** Path of the entry file within the tree. */
  readonly entry: string;
  /** Semver range of interface versions that it can drive. */
  readonly interfaceRange: string;
  /** Semver range of Node. */
  readonly node: string;
}

/** What must be proven before an artifact of this tier is admitted. Only what is really checked may be demanded. */
export interface EvidenceDemand {
  readonly bundle: true;
  readonly provenance: boolean;
  readonly license: boolean;
}

export interface TierManifest {
  readonly schemaVersion: 1;
  readonly kind: 'tier-manifest';
  readonly tier: TierId;
  readonly title: string;
  /** Grows by one with every change of any tier; never goes back. */
  readonly release: number;
  readonly issued: string;
  /** 0 means unlimited. */
  readonly maxNodes: number;
  readonly support: string;
  readonly evidence: EvidenceDemand;
  readonly runtime: RuntimeEntry;
  /** Sorted by mechanism id. */
  readonly plugins: readonly PluginEntry[];
}

/** Throws HS-1003, HS-1008 or HS-1103 (names the path and the fix). */
export function parseTierManifest(bytes: Uint8Array, source: string): TierManifest {
  return readInstallationDocument('tier-manifest', bytes, source);
}
