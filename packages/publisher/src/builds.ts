import { join } from 'node:path';
import { canonicalJsonBytes, HyperSyncError, LIMITS, parseJson, sha512Hex, type JsonValue } from '@hypersync/base';
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { buildPlugin, buildRuntime, type BuiltArtifact } from './build/artifact.ts';
import { readSourcePackage } from './build/bundle.ts';
import { readBounded, writeDurably } from './durable-files.ts';
import { fileBase } from './npm-surface.ts';
import { anchorFrom } from './self-check.ts';
import { readHeads } from './tuf-author.ts';
import type { Workspace } from './workspace.ts';

/** A build in the workspace: what `publish` takes. */
export type StoredBuild = BuiltArtifact;

export interface BuildOptions {
  /** Root of the sources: a checkout of HyperSync. */
  readonly source: string;
  /** Mechanism ids, and `runtime`; default: the runtime and every mechanism whose source is there. */
  readonly only?: readonly string[];
  /** Stamped in place of the version that the sources state. */
  readonly version?: string;
}

/** Bundles packages into the workspace. The same sources give the same bytes. Throws HS-1708, HS-1711, HS-1713, HS-1714. */
export async function buildPackages(workspace: Workspace, options: BuildOptions): Promise<readonly StoredBuild[]> {
  const checkout = sourceRoot(options.source);
  const stamp = options.version === undefined ? {} : { version: checkVersion(options.version) };
  const made: StoredBuild[] = [];
  for (const id of wantedIds(checkout, options.only)) {
    workspace.onProgress({ step: 'build', detail: id });
    const build = id === 'runtime' ? await runtime(workspace, checkout, stamp) : await plugin(checkout, id, stamp);
    storeBuild(workspace, build);
    made.push(build);
  }
  return made;
}

function plugin(checkout: string, id: string, stamp: { version?: string }): Promise<BuiltArtifact> {
  return buildPlugin({ checkout, directory: join(checkout, 'packages', 'mechanisms', id), ...stamp });
}

function runtime(workspace: Workspace, checkout: string, stamp: { version?: string }): Promise<BuiltArtifact> {
  const directory = join(checkout, 'packages', 'host');
  const root = readHeads(workspace.paths.tree).root?.document.signed.version ?? 1;
  // No floor: it would give the same version other bytes after every release. Installers carry one.
  const anchor = JSON.stringify(anchorFrom(workspace.paths.tree, workspace, root, 0));
  const { hypersync } = readSourcePackage(directory) as { hypersync?: { interfaceRange?: string } };
  const interfaceRange = hypersync?.interfaceRange ?? '^1.0.0';
  return buildRuntime({ checkout, directory, name: '@hypersync/runtime', interfaceRange, anchor, ...stamp });
}

function sourceRoot(source: string): string {
  if (existsSync(join(source, 'packages', 'mechanisms'))) return realpathSync(source);
  throw new HyperSyncError('HS-1713', `${source} is no checkout of HyperSync: it has no packages/mechanisms.`);
}

/** What can be built from a checkout, the runtime first. */
export function buildable(checkout: string): readonly string[] {
  const folder = join(checkout, 'packages', 'mechanisms');
  const ids = readdirSync(folder).filter((id) => existsSync(join(folder, id, 'src', 'index.ts')));
  return ['runtime', ...ids.sort()];
}

function wantedIds(checkout: string, only: readonly string[] | undefined): readonly string[] {
  const known = buildable(checkout);
  if (only === undefined || only.length === 0) return known;
  const unknown = only.find((id) => !known.includes(id));
  if (unknown === undefined) return [...new Set(only)];
  throw new HyperSyncError('HS-1711', `There is no source of ${JSON.stringify(unknown.slice(0, 64))}.`, {
    hint: `Use some of: ${known.join(', ')}.`,
  });
}

function checkVersion(version: string): string {
  if (/^(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})\.(0|[1-9]\d{0,9})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/.test(version))
    return version;
  throw new HyperSyncError('HS-1714', `${JSON.stringify(version.slice(0, 64))} is not a version like 1.2.3.`);
}

function storeBuild(workspace: Workspace, build: StoredBuild): void {
  const { tarball, ...facts } = build;
  const base = join(workspace.paths.builds, fileBase(build.name, build.version));
  writeDurably(`${base}.tgz`, tarball);
  writeDurably(`${base}.json`, canonicalJsonBytes(facts as unknown as JsonValue));
}

/** Everything that was built here. Throws HS-1710 where a tarball is not the one that was built. */
export function readBuilds(workspace: Pick<Workspace, 'paths'>): readonly StoredBuild[] {
  const folder = workspace.paths.builds;
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readBuild(join(folder, name)));
}

function readBuild(path: string): StoredBuild {
  const bytes = readBounded(path, LIMITS.manifestBytes) ?? new Uint8Array();
  const facts = parseJson(bytes, { maxBytes: LIMITS.manifestBytes, maxDepth: 16, source: path }) as unknown as Omit<
    StoredBuild,
    'tarball'
  >;
  const file = path.replace(/\.json$/, '.tgz');
  const tarball = readBounded(file, LIMITS.tarballBytes);
  if (tarball === null || sha512Hex(tarball) !== facts.sha512) {
    throw new HyperSyncError('HS-1710', `${file} is not the tarball that was built; build it again.`);
  }
  return { ...facts, tarball };
}
