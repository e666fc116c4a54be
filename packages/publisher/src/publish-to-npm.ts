import { join } from 'node:path';
import { HyperSyncError, LIMITS, toUtf8 } from '@hypersync/base';
import { METADATA_PACKAGE, publishPackage, type Secret } from '@hypersync/registry-client';
import { packTarball } from './build/tarball.ts';
import { readState, selectedVersion, type PublishedArtifact } from './catalog-state.ts';
import { readBounded } from './durable-files.ts';
import { fileBase, packagePath, visibleVersions } from './npm-surface.ts';
import { namesIn } from './tree-transaction.ts';
import { readHeads, type TufHeads } from './tuf-author.ts';
import type { Workspace } from './workspace.ts';

export interface NpmTarget {
  /** Base address of an npm registry. */
  readonly address: string;
  readonly token: Secret | null;
}

export interface NpmResult {
  readonly published: readonly string[];
  /** There before, with the same bytes. */
  readonly existing: readonly string[];
}

/**
 * Puts what is published here into any npm registry: each visible version, and `@hypersync/metadata` with the TUF
 * repository and the bundles. Safe to repeat. Throws HS-1409 where that registry holds other bytes of a version.
 */
export async function publishToNpm(workspace: Workspace, target: NpmTarget): Promise<NpmResult> {
  const state = readState(workspace.paths.tree, workspace.vendor);
  const heads = readHeads(workspace.paths.tree);
  const [published, existing]: [string[], string[]] = [[], []];
  const put = async (manifest: Readonly<Record<string, unknown>>, tarball: Uint8Array, tag: string): Promise<void> => {
    const id = `${String(manifest['name'])}@${String(manifest['version'])}`;
    workspace.onProgress({ step: 'publish', detail: id });
    const outcome = await publishPackage({ ...target, manifest, tarball, tag });
    (outcome === 'published' ? published : existing).push(id);
  };
  const bundles = new Map<string, Uint8Array>();
  for (const name of Object.keys(state.packages).sort()) {
    for (const version of visibleVersions(state, name)) {
      const artifact = state.packages[name]?.[version];
      if (artifact === undefined) continue;
      bundles.set(
        `bundles/${fileBase(name, version)}.sigstore.json`,
        read(workspace, packagePath(name, version, 'sigstore.json')),
      );
      const tag = selectedVersion(state, name) === artifact ? 'latest' : 'earlier';
      await put(manifestOf(artifact), read(workspace, packagePath(name, version, 'tgz')), tag);
    }
  }
  // Last, for it names the others: before it is there, clients see the release before.
  const metadata = await metadataPackage(workspace, state.release, heads, bundles);
  await put(metadata.manifest, metadata.tarball, 'latest');
  return { published, existing };
}

function manifestOf({ manifest, npmSignature }: PublishedArtifact): Readonly<Record<string, unknown>> {
  return { ...manifest, dist: { signatures: [npmSignature] } };
}

/** Its version grows with every release and every renewal of the timestamp. */
async function metadataPackage(
  workspace: Workspace,
  release: number,
  heads: TufHeads,
  bundles: ReadonlyMap<string, Uint8Array>,
): Promise<{ manifest: Readonly<Record<string, unknown>>; tarball: Uint8Array }> {
  const { timestamp } = heads;
  if (timestamp === null) throw new HyperSyncError('HS-1711', 'Nothing is published here yet.');
  const manifest = {
    name: METADATA_PACKAGE,
    version: `${release}.${timestamp.version}.0`,
    description: `TUF metadata and signature bundles of ${workspace.vendor}.`,
    license: 'Apache-2.0',
  };
  const files = new Map<string, Uint8Array>(bundles);
  for (const [name, path] of currentMetadata(workspace, heads)) files.set(name, read(workspace, path));
  files.set('package.json', toUtf8(`${JSON.stringify(manifest, null, 2)}\n`));
  return { manifest, tarball: (await packTarball(files)).bytes };
}

/**
 * Every root, and of the rest what the newest timestamp leads to: name in the package to path in the tree. Targets go by
 * their plain names, for one with its digest does not fit a plain archive header.
 */
function currentMetadata(
  workspace: Workspace,
  { timestamp, snapshot, targets, tiers }: TufHeads,
): ReadonlyMap<string, string> {
  const roots = namesIn(join(workspace.paths.tree, 'tuf', 'metadata')).filter((name) => name.endsWith('.root.json'));
  const roles = Object.entries(snapshot?.meta ?? {}).map(([name, { version }]) => `${version}.${name}`);
  const metadata = [...roots, 'timestamp.json', `${timestamp?.snapshotMeta.version}.snapshot.json`, ...roles];
  const files = new Map(metadata.map((name) => [`tuf/metadata/${name}`, `tuf/metadata/${name}`]));
  for (const { path, hashes } of [targets, ...tiers.values()].flatMap((role) => Object.values(role?.targets ?? {}))) {
    const cut = path.lastIndexOf('/') + 1;
    files.set(`tuf/targets/${path}`, `tuf/targets/${path.slice(0, cut)}${hashes['sha512']}.${path.slice(cut)}`);
  }
  return files;
}

function read(workspace: Workspace, path: string): Uint8Array {
  const bytes = readBounded(join(workspace.paths.tree, path), LIMITS.tarballBytes);
  if (bytes === null) throw new HyperSyncError('HS-1710', `${join(workspace.paths.tree, path)} is missing.`);
  return bytes;
}
