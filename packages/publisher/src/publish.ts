import { HyperSyncError, sha512Hex } from '@hypersync/base';
import type { Revocation, YankLevel } from '@hypersync/manifest';
import { readBuilds, type StoredBuild } from './builds.ts';
import {
  artifactOf,
  withArtifact,
  type CatalogState,
  type PackageFacts,
  type PublishedArtifact,
  type Stage,
} from './catalog-state.ts';
import { changeCatalog, type ChangeOptions, type ChangeResult } from './change-catalog.ts';
import { signEvidence, signForNpm } from './evidence.ts';
import type { Secret } from '@hypersync/registry-client';
import { newestSigner, type Keyring } from './keyring.ts';
import { packagePath } from './npm-surface.ts';
import { tierContents } from './tier-manifests.ts';
import type { TreeFile } from './tree-transaction.ts';
import type { Workspace } from './workspace.ts';

export interface PublishOptions extends ChangeOptions {
  /** `name`, `name@version` or a mechanism id; default: everything that was built. */
  readonly only?: readonly string[];
  /** Default `stable`: tiers install it at once. */
  readonly stage?: Stage;
}

/**
 * Publishes what was built, and renews what runs out. Safe to repeat. Throws HS-1703 where a version would change its
 * bytes, HS-1712 where no tier would be complete.
 */
export async function publish(
  workspace: Workspace,
  passphrase: Secret | null,
  options: PublishOptions = {},
): Promise<ChangeResult> {
  const builds = chosen(readBuilds(workspace), options.only ?? []);
  return changeCatalog(workspace, passphrase, options, async (before, { heads, catalog, keyring, now, dryRun }) => {
    const stage = options.stage ?? 'stable';
    const fresh = builds.filter((build) => isNew(build, before));
    const outlook = fresh.reduce((state, build) => withArtifact(state, unsigned(build, stage, now)), before);
    if (dryRun) return { state: outlook, artifacts: [] };
    const contents = tierContents(outlook, catalog);
    if (heads.tiers.size === 0 && contents.every((content) => content.missing.length > 0)) {
      const [smallest] = contents;
      throw new HyperSyncError(
        'HS-1712',
        `No tier is complete: ${smallest?.tier.title} lacks ${smallest?.missing.join(', ')}.`,
      );
    }
    let state = before;
    const artifacts: TreeFile[] = [];
    for (const build of fresh) {
      workspace.onProgress({ step: 'sign', detail: `${build.name}@${build.version}` });
      const made = await signBuild(build, workspace, keyring, stage, now);
      artifacts.push(...made.files);
      state = withArtifact(state, made.artifact);
    }
    return { state, artifacts };
  });
}

/** Makes candidates stable. Throws HS-1711. */
export async function promote(
  workspace: Workspace,
  passphrase: Secret | null,
  what: { readonly packages: readonly string[] },
  options: ChangeOptions = {},
): Promise<ChangeResult> {
  return changeCatalog(workspace, passphrase, options, async (before) => {
    const candidates = Object.values(before.packages).flatMap((versions) =>
      Object.values(versions).filter(({ stage }) => stage === 'candidate'),
    );
    const wanted = what.packages.length === 0 ? candidates : what.packages.map((id) => named(before, id));
    if (wanted.length === 0) throw new HyperSyncError('HS-1711', 'There is no candidate to promote.');
    const state = wanted.reduce((next, artifact) => withArtifact(next, { ...artifact, stage: 'stable' }), before);
    return { state, artifacts: [] };
  });
}

export interface YankRequest {
  /** `name@version`. */
  readonly package: string;
  readonly level: YankLevel | 'none';
  readonly reason: string;
  /** Version to use instead, or null. */
  readonly replacement: string | null;
}

/** Withdraws a version, or with the level `none` takes that back. Throws HS-1711 for a version or replacement that is not there. */
export async function yank(
  workspace: Workspace,
  passphrase: Secret | null,
  request: YankRequest,
  options: ChangeOptions = {},
): Promise<ChangeResult> {
  return changeCatalog(workspace, passphrase, options, async (before, { now }) => {
    const { name, version } = named(before, request.package).entry;
    if (request.replacement !== null) artifactOf(before, name, request.replacement);
    const others = before.yanked.filter((entry) => entry.package !== name || entry.version !== version);
    const { level, reason, replacement } = request;
    const entry =
      level === 'none'
        ? []
        : [
            {
              package: name,
              version,
              level,
              reason,
              replacement,
              at: new Date(now).toISOString(),
            } satisfies Revocation,
          ];
    return { state: { ...before, yanked: [...others, ...entry] }, artifacts: [] };
  });
}

function named(state: CatalogState, id: string): PublishedArtifact {
  const cut = id.lastIndexOf('@');
  if (cut <= 0)
    throw new HyperSyncError('HS-1711', `${JSON.stringify(id.slice(0, 200))} is not of the form name@version.`);
  return artifactOf(state, packageName(id.slice(0, cut)), id.slice(cut + 1));
}

/** A mechanism id stands for its package. */
function packageName(name: string): string {
  if (name.startsWith('@')) return name;
  return name === 'runtime' ? '@hypersync/runtime' : `@hypersync/mechanism-${name}`;
}

function chosen(builds: readonly StoredBuild[], only: readonly string[]): readonly StoredBuild[] {
  if (only.length === 0) return builds;
  const found = new Set<StoredBuild>();
  for (const id of only) {
    const matching = builds.filter((build) => {
      const name = packageName(id.replace(/(?!^)@.*$/, ''));
      return build.name === name && (!/(?!^)@/.test(id) || id.endsWith(`@${build.version}`));
    });
    if (matching.length === 0) {
      const known = builds.map((build) => `${build.name}@${build.version}`);
      throw new HyperSyncError('HS-1711', `${id} was not built here.`, {
        hint: `Builds: ${known.join(', ') || 'none'}.`,
      });
    }
    for (const build of matching) found.add(build);
  }
  return [...found];
}

/** False for what is published already; HS-1703 where it is published with other bytes. */
function isNew(build: StoredBuild, state: CatalogState): boolean {
  const held = state.packages[build.name]?.[build.version];
  if (held === undefined) return true;
  if (held.entry.tarball.sha512 === build.sha512) return false;
  const id = `${build.name}@${build.version}`;
  throw new HyperSyncError('HS-1703', `${id} is published with other bytes than the build here.`, {
    details: { package: id, published: held.entry.tarball.sha512, built: build.sha512 },
  });
}

/** As a dry run sees it. */
function unsigned(build: StoredBuild, stage: Stage, now: number): PublishedArtifact {
  return {
    entry: {
      name: build.name,
      version: build.version,
      tarball: { size: build.tarball.length, sha512: build.sha512 },
      files: build.files,
      bundle: { size: 0, sha512: '' },
    },
    facts: factsOf(build),
    stage,
    published: new Date(now).toISOString(),
    signedBy: '',
    npmSignature: { keyid: '', sig: '' },
    manifest: build.manifest,
  };
}

async function signBuild(
  build: StoredBuild,
  workspace: Workspace,
  keyring: Keyring,
  stage: Stage,
  now: number,
): Promise<{ artifact: PublishedArtifact; files: readonly TreeFile[] }> {
  const [signer, npmSigner] = [newestSigner(keyring, 'plugins'), newestSigner(keyring, 'npm')];
  const bundle = await signEvidence(build, workspace, signer);
  const plain = unsigned(build, stage, now);
  const artifact: PublishedArtifact = {
    ...plain,
    entry: { ...plain.entry, bundle: { size: bundle.length, sha512: sha512Hex(bundle) } },
    signedBy: signer.id,
    npmSignature: await signForNpm(build, npmSigner),
  };
  const path = (extension: 'tgz' | 'sigstore.json'): string => packagePath(build.name, build.version, extension);
  const files = [
    { path: path('tgz'), bytes: build.tarball },
    { path: path('sigstore.json'), bytes: bundle },
  ];
  return { artifact, files };
}

function factsOf(build: StoredBuild): PackageFacts {
  if (build.mechanism !== null)
    return { kind: 'plugin', mechanism: build.mechanism, interfaceVersion: build.interface };
  return { kind: 'runtime', entry: 'runtime.mjs', interfaceRange: build.interface, node: '>=24.15' };
}
