import { toUtf8, type JsonObject, type JsonValue } from '@hypersync/base';
import { newestVersion, tiersCoveredBy, yankOf, type TierId } from '@hypersync/manifest';
import { baseOf } from './tree-files.ts';
import { isObject, type Package, type Tree } from './tree.ts';

/** Whose eyes a package is seen with: all stages that a tier covers, or exactly one tier's view. */
export interface Sight {
  readonly tier: TierId;
  readonly view: TierId | null;
}

/**
 * Versions on offer, in the packument's order. Within a view: what was promoted to its tier. Elsewhere: all stages, also
 * candidates, and versions with a warning; `latest` never leads to either.
 */
export function visibleVersions(tree: Tree, held: Package, sight: Sight): readonly string[] {
  return [...held.versions.keys()].filter((version) => {
    const level = yankOf(tree.revocations, held.name, version)?.level;
    return sight.view === null
      ? level === undefined || level === 'warn'
      : isPromoted(tree, held.name, version, [sight.view]);
  });
}

function isPromoted(tree: Tree, name: string, version: string, tiers: readonly TierId[]): boolean {
  const promoted = tiers.some((tier) => tree.views.get(tier)?.get(name)?.has(version) === true);
  return promoted && yankOf(tree.revocations, name, version) === null;
}

/** What install clients need of a version (npm's abbreviated form, "corgi"). */
const ABBREVIATED = [
  'name',
  'version',
  'deprecated',
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundleDependencies',
  'bin',
  'directories',
  'dist',
  'engines',
  'cpu',
  'os',
  'hasInstallScript',
  '_hasShrinkwrap',
] as const;

/** The packument as seen by `sight`; null where nothing of it is on offer. */
export function renderPackument(
  tree: Tree,
  held: Package,
  sight: Sight,
  origin: string,
  form: 'full' | 'abbreviated',
): Uint8Array | null {
  const visible = visibleVersions(tree, held, sight);
  if (visible.length === 0) return null;
  const versions = Object.fromEntries(
    visible.map((version) => {
      const whole = versionManifest(tree, held, version, sight, origin);
      return [version, form === 'full' ? whole : pick(whole, ABBREVIATED)];
    }),
  );
  const tags = distTags(tree, held, visible, sight);
  const time = timesOf(held, visible);
  const view =
    form === 'abbreviated'
      ? { name: held.name, modified: time['modified'], 'dist-tags': tags, versions }
      : { ...held.packument, _id: held.name, 'dist-tags': tags, versions, time };
  return toUtf8(JSON.stringify(view));
}

/** Tags whose version is on offer; where `latest` is not, or was withdrawn, it moves to the newest promoted one that is. */
export function distTags(tree: Tree, held: Package, visible: readonly string[], sight: Sight): Record<string, string> {
  const tags: Record<string, string> = {};
  const stored = held.packument['dist-tags'];
  for (const [tag, version] of Object.entries(isObject(stored) ? stored : {})) {
    if (typeof version === 'string' && visible.includes(version)) tags[tag] = version;
  }
  const tiers = sight.view === null ? tiersCoveredBy(sight.tier) : [sight.view];
  const promoted = visible.filter((version) => isPromoted(tree, held.name, version, tiers));
  const latest = tags['latest'];
  const newest = newestVersion(promoted.length > 0 ? promoted : visible);
  if (newest !== null && (latest === undefined || (promoted.length > 0 && !promoted.includes(latest))))
    tags['latest'] = newest;
  return tags;
}

function timesOf(held: Package, visible: readonly string[]): Record<string, JsonValue | undefined> {
  const stored = held.packument['time'];
  return isObject(stored) ? pick(stored, ['created', 'modified', ...visible]) : {};
}

/** One version's manifest: its warning, and the tarball at our own address; the tree may have been built for another. */
export function versionManifest(tree: Tree, held: Package, version: string, sight: Sight, origin: string): JsonObject {
  const entry = (held.packument['versions'] as JsonObject)[version] as JsonObject;
  const yank = yankOf(tree.revocations, held.name, version);
  const dist = { ...(entry['dist'] as JsonObject), tarball: tarballAddress(origin, sight.view, held.name, version) };
  return { ...entry, ...(yank === null ? {} : { deprecated: yank.reason }), dist };
}

/** Within `/tiers/<slug>/`, tarballs lie there too: npm sends a token only below the address that it was given for. */
function tarballAddress(origin: string, view: TierId | null, name: string, version: string): string {
  return `${origin}${view === null ? '' : `/tiers/${view}`}/${name}/-/${baseOf(name)}-${version}.tgz`;
}

function pick(from: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]));
}
