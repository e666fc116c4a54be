import { join } from 'node:path';
import { canonicalJsonBytes, HyperSyncError, parseJson, type JsonObject, type JsonValue } from '@hypersync/base';
import type { ArtifactEntry, Revocation } from '@hypersync/manifest';
import { readBounded } from './durable-files.ts';

/** What a tier manifest needs to know of a package beside digests. */
export type PackageFacts =
  | { readonly kind: 'plugin'; readonly mechanism: string; readonly interfaceVersion: string }
  | { readonly kind: 'runtime'; readonly entry: string; readonly interfaceRange: string; readonly node: string };

/** `candidate`: served, but no tier manifest names it. `stable`: what tiers install. */
export type Stage = 'candidate' | 'stable';

/** One published version. */
export interface PublishedArtifact {
  readonly entry: ArtifactEntry;
  readonly facts: PackageFacts;
  readonly stage: Stage;
  readonly published: string;
  /** Id of the plugin-signing key of the bundle. */
  readonly signedBy: string;
  readonly npmSignature: { readonly keyid: string; readonly sig: string };
  /** The package.json inside, for the packument. */
  readonly manifest: JsonObject;
}

/** What the publisher knows and everything served is derived from. Kept in the tree, never served. */
export interface CatalogState {
  readonly schemaVersion: 1;
  readonly kind: 'publisher-state';
  readonly vendor: string;
  readonly release: number;
  /** Package name to version to artifact. */
  readonly packages: Readonly<Record<string, Readonly<Record<string, PublishedArtifact>>>>;
  readonly yanked: readonly Revocation[];
  readonly revokedSerials: readonly string[];
  /** `keyListDigest` of the keys that signed it; null before the first publication. */
  readonly keys: string | null;
}

export const STATE_PATH = '.publish/catalog.json';
const MAX_STATE_BYTES = 64 * 1024 * 1024;

export function readState(tree: string, vendor: string): CatalogState {
  const path = join(tree, STATE_PATH);
  const bytes = readBounded(path, MAX_STATE_BYTES);
  if (bytes === null) {
    return {
      schemaVersion: 1,
      kind: 'publisher-state',
      vendor,
      release: 0,
      packages: {},
      yanked: [],
      revokedSerials: [],
      keys: null,
    };
  }
  const value = parseJson(bytes, { maxBytes: MAX_STATE_BYTES, maxDepth: 16, source: path }) as unknown as CatalogState;
  if (value.kind !== 'publisher-state' || value.vendor !== vendor) {
    throw new HyperSyncError(
      'HS-1710',
      `${path} belongs to ${JSON.stringify(value.vendor)}, not to ${JSON.stringify(vendor)}.`,
    );
  }
  return value;
}

export function stateBytes(state: CatalogState): Uint8Array {
  return canonicalJsonBytes(state as unknown as JsonValue);
}

/** Throws HS-1711, which names the versions that there are. */
export function artifactOf(state: CatalogState, name: string, version: string): PublishedArtifact {
  const versions = state.packages[name];
  const artifact = versions !== undefined && Object.hasOwn(versions, version) ? versions[version] : undefined;
  if (artifact !== undefined) return artifact;
  const known = versions === undefined ? Object.keys(state.packages) : Object.keys(versions);
  throw new HyperSyncError('HS-1711', `${name}@${version} was never published.`, {
    hint: `${versions === undefined ? 'Published packages' : 'Published versions'}: ${known.sort().join(', ') || 'none'}.`,
  });
}

export function withArtifact(state: CatalogState, artifact: PublishedArtifact): CatalogState {
  const { name, version } = artifact.entry;
  return { ...state, packages: { ...state.packages, [name]: { ...state.packages[name], [version]: artifact } } };
}

/** Harsher levels last. */
const LEVELS: readonly string[] = ['none', 'hidden', 'warn', 'block', 'quarantine'];

export function yankLevel(state: CatalogState, name: string, version: string): number {
  const yank = state.yanked.find((entry) => entry.package === name && entry.version === version);
  return LEVELS.indexOf(yank?.level ?? 'none');
}

/**
 * The version that tier manifests name: the highest stable one that is not withdrawn. Where all are, the least harshly
 * withdrawn one stays named, for a role of TUF cannot disappear; installers then refuse it by its revocation.
 */
export function selectedVersion(state: CatalogState, name: string): PublishedArtifact | null {
  const stable = Object.values(state.packages[name] ?? {}).filter((artifact) => artifact.stage === 'stable');
  const ranked = stable.sort(
    (a, b) =>
      yankLevel(state, name, a.entry.version) - yankLevel(state, name, b.entry.version) ||
      compareVersions(b.entry.version, a.entry.version),
  );
  return ranked[0] ?? null;
}

/** Precedence of semver 2.0 without build metadata: negative when `a` comes first. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.labels.length === 0 || right.labels.length === 0) return right.labels.length - left.labels.length;
  for (let i = 0; i < Math.max(left.labels.length, right.labels.length); i++) {
    const [x, y] = [left.labels[i], right.labels[i]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    if (x !== y) return compareLabels(x, y);
  }
  return 0;
}

function compareLabels(x: string, y: string): number {
  const [p, q] = [/^\d+$/.test(x), /^\d+$/.test(y)];
  if (p && q) return Number(x) - Number(y);
  if (p !== q) return p ? -1 : 1;
  return x < y ? -1 : 1;
}

function split(version: string): { numbers: readonly number[]; labels: readonly string[] } {
  const cut = version.indexOf('-');
  const core = cut < 0 ? version : version.slice(0, cut);
  return { numbers: core.split('.').map(Number), labels: cut < 0 ? [] : version.slice(cut + 1).split('.') };
}
