import { createHash } from 'node:crypto';
import { sha512Integrity, toUtf8 } from '@hypersync/base';
import type { Catalog, TierId } from '@hypersync/manifest';
import { tierCovers } from '@hypersync/manifest';
import {
  compareVersions,
  selectedVersion,
  yankLevel,
  type CatalogState,
  type PublishedArtifact,
} from './catalog-state.ts';
import { npmKeyId } from './evidence.ts';
import type { KeyRecord } from './keyring.ts';
import type { TreeFile } from './tree-transaction.ts';
import type { VendorFacts } from './workspace.ts';

/** `@hypersync/x` and `1.2.3` as file name without extension: `x-1.2.3`. */
export function fileBase(name: string, version: string): string {
  return `${name.split('/').at(-1)}-${version}`;
}

export function packagePath(name: string, version: string, extension: 'tgz' | 'sigstore.json'): string {
  return `packages/${name}/-/${fileBase(name, version)}.${extension}`;
}

/** Lowest tier that holds a package; the runtime is in all. */
export function firstTierOf(catalog: Catalog, artifact: PublishedArtifact): TierId {
  const { facts } = artifact;
  if (facts.kind === 'runtime') return 'core';
  return catalog.mechanisms.find((mechanism) => mechanism.id === facts.mechanism)?.firstTier ?? 'qm-imperium';
}

/** Everything below the tree that npm clients and the server's decisions need (formats.md 5), without tarballs. */
export function npmSurface(
  state: CatalogState,
  catalog: Catalog,
  vendor: VendorFacts,
  keys: readonly KeyRecord[],
  tarballOf: (artifact: PublishedArtifact) => Uint8Array,
): readonly TreeFile[] {
  const firstTiers = new Map<string, TierId>();
  const packuments: TreeFile[] = [];
  for (const name of Object.keys(state.packages).sort()) {
    const artifacts = Object.values(state.packages[name] ?? {});
    const [first] = artifacts;
    if (first === undefined) continue;
    firstTiers.set(name, firstTierOf(catalog, first));
    const listed = artifacts.filter((artifact) => isListed(state, artifact));
    packuments.push(file(`packages/${name}/packument.json`, packument(state, name, listed, vendor, tarballOf)));
  }
  const views = catalog.tiers.map(({ id }) => {
    const packages = Object.fromEntries(
      [...firstTiers].filter(([, tier]) => tierCovers(id, tier)).map(([name]) => [name, visibleVersions(state, name)]),
    );
    return file(`views/${id}.json`, { schemaVersion: 1, kind: 'tier-view', tier: id, packages });
  });
  const info = {
    schemaVersion: 1,
    kind: 'registry',
    vendor: vendor.vendor,
    origin: vendor.registry,
    release: state.release,
  };
  return [
    file('access.json', { schemaVersion: 1, kind: 'access', packages: Object.fromEntries(firstTiers) }),
    file('keys/npm-keys.json', { keys: npmKeys(keys) }),
    ...packuments,
    ...views,
    file('registry.json', info),
  ];
}

/** Stable versions that plans may choose. */
export function visibleVersions(state: CatalogState, name: string): readonly string[] {
  return Object.values(state.packages[name] ?? {})
    .filter(({ entry, stage }) => stage === 'stable' && yankLevel(state, name, entry.version) === 0)
    .map(({ entry }) => entry.version)
    .sort(compareVersions);
}

/** Hidden, blocked and quarantined versions are not listed; a warned one is, as deprecated. */
function isListed(state: CatalogState, artifact: PublishedArtifact): boolean {
  const yank = state.yanked.find(
    (entry) => entry.package === artifact.entry.name && entry.version === artifact.entry.version,
  );
  return yank === undefined || yank.level === 'warn';
}

function packument(
  state: CatalogState,
  name: string,
  artifacts: readonly PublishedArtifact[],
  vendor: VendorFacts,
  tarballOf: (artifact: PublishedArtifact) => Uint8Array,
): unknown {
  const sorted = [...artifacts].sort((a, b) => compareVersions(a.entry.version, b.entry.version));
  const tags: Record<string, string> = {};
  const latest = selectedVersion(state, name);
  const candidate = sorted.findLast((artifact) => artifact.stage === 'candidate');
  if (latest !== null && artifacts.includes(latest)) tags['latest'] = latest.entry.version;
  if (candidate !== undefined) tags['candidate'] = candidate.entry.version;
  const times = Object.values(state.packages[name] ?? {}).map(
    ({ entry, published }) => [entry.version, published] as const,
  );
  const moments = times.map(([, time]) => time).sort();
  return {
    name,
    'dist-tags': tags,
    versions: Object.fromEntries(
      sorted.map((artifact) => [artifact.entry.version, versionOf(state, artifact, vendor, tarballOf(artifact))]),
    ),
    // npm compares the expiry of a registry key with these; without them an expired key would count for ever.
    time: { created: moments[0], modified: moments.at(-1), ...Object.fromEntries(times) },
    license: sorted.at(-1)?.manifest['license'] ?? 'Apache-2.0',
  };
}

function versionOf(
  state: CatalogState,
  artifact: PublishedArtifact,
  vendor: VendorFacts,
  tarball: Uint8Array,
): unknown {
  const { entry, manifest, npmSignature } = artifact;
  const yank = state.yanked.find(
    (candidate) => candidate.package === entry.name && candidate.version === entry.version,
  );
  return {
    ...manifest,
    _id: `${entry.name}@${entry.version}`,
    ...(yank?.level === 'warn' ? { deprecated: yank.reason } : {}),
    dist: {
      tarball: `${vendor.registry}/${entry.name}/-/${fileBase(entry.name, entry.version)}.tgz`,
      integrity: sha512Integrity(entry.tarball.sha512),
      shasum: createHash('sha1').update(tarball).digest('hex'),
      fileCount: entry.files.length,
      unpackedSize: entry.files.reduce((sum, { size }) => sum + size, 0),
      signatures: [npmSignature],
    },
  };
}

/** Every key that ever signed stays listed: npm refuses a packument with a signature by a key it cannot find. */
function npmKeys(records: readonly KeyRecord[]): readonly unknown[] {
  return records
    .filter((record) => record.role === 'npm' && record.state !== 'revoked')
    .map(({ spki, retired }) => {
      const keyid = npmKeyId(Buffer.from(spki, 'base64'));
      return { expires: retired, keyid, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: spki };
    });
}

function file(path: string, body: unknown): TreeFile {
  return { path, bytes: toUtf8(JSON.stringify(body)) };
}
