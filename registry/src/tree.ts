import {
  hexFromIntegrity,
  HyperSyncError,
  LIMITS,
  parseJson,
  type Clock,
  type JsonObject,
  type JsonValue,
} from '@hypersync/base';
import { parseLicenseKeys, type LicenseKeySet } from '@hypersync/entitlement';
import {
  parseAccessTable,
  parseRegistryInfo,
  parseTierView,
  TIERS,
  type AccessTable,
  type RegistryInfo,
  type RevocationList,
  type TierId,
} from '@hypersync/manifest';
import { join } from 'node:path';
import { openSignedState } from './signed-state.ts';
import { packumentPath, readFileOf } from './tree-files.ts';

/** One package of the tree, as its packument states it. */
export interface Package {
  readonly name: string;
  readonly packument: JsonObject;
  /** Version to the SHA-512 (hex) of its tarball. */
  readonly versions: ReadonlyMap<string, string>;
}

/** One state of the tree, read once; requests see one state and never a mix of two. */
export interface Tree {
  readonly directory: string;
  readonly info: RegistryInfo;
  readonly access: AccessTable['packages'];
  /** What each tier sees: package to versions. */
  readonly views: ReadonlyMap<TierId, ReadonlyMap<string, ReadonlySet<string>>>;
  readonly packages: ReadonlyMap<string, Package>;
  readonly npmKeys: Uint8Array | null;
  readonly licenseKeys: LicenseKeySet;
  readonly revocations: RevocationList;
  /** Newest time that the signed metadata states, milliseconds. */
  readonly latestSignedTime: number;
}

/**
 * Reads and checks everything that decides who may have what. Fails closed: what is missing or malformed is HS-1808, never
 * a default. `clock` judges the freshness of signed metadata; null leaves that to the clients, who refuse stale metadata.
 */
export async function readTree(directory: string, clock: Clock | null): Promise<Tree> {
  try {
    return await readChecked(directory, clock);
  } catch (cause) {
    if (!(cause instanceof HyperSyncError) || cause.code === 'HS-1808') throw cause;
    throw new HyperSyncError('HS-1808', `The tree ${directory} is not served: ${cause.message}`, {
      cause,
      details: { tree: directory, code: cause.code },
    });
  }
}

async function readChecked(directory: string, clock: Clock | null): Promise<Tree> {
  const required = async <T>(path: string, parse: (bytes: Uint8Array, source: string) => T): Promise<T> => {
    const bytes = await readFileOf(directory, path, LIMITS.manifestBytes);
    if (bytes === null) throw refuse(`${join(directory, path)} is missing.`);
    return parse(bytes, join(directory, path));
  };
  const info = await required('registry.json', parseRegistryInfo);
  const access = (await required('access.json', parseAccessTable)).packages;
  const views = await readViews(directory, access);
  const packages = await readPackages(directory, access);
  const signed = await openSignedState(directory, info, clock);
  return {
    directory,
    info,
    access,
    views,
    packages,
    npmKeys: await readFileOf(directory, 'keys/npm-keys.json', LIMITS.policyBytes),
    licenseKeys: parseLicenseKeys(signed.licenseKeys, 'license-keys.json'),
    revocations: signed.revocations,
    latestSignedTime: signed.latestSignedTime,
  };
}

/** A tier without a view sees nothing; a view may hold only what the access table gives to its tier. */
async function readViews(directory: string, access: AccessTable['packages']): Promise<Tree['views']> {
  const views = new Map<TierId, ReadonlyMap<string, ReadonlySet<string>>>();
  for (const tier of TIERS) {
    const path = `views/${tier}.json`;
    const bytes = await readFileOf(directory, path, LIMITS.manifestBytes);
    if (bytes === null) continue;
    const view = parseTierView(bytes, join(directory, path));
    if (view.tier !== tier) throw refuse(`${join(directory, path)} is the view of ${view.tier}.`);
    for (const name of Object.keys(view.packages)) {
      const lowest = Object.hasOwn(access, name) ? access[name] : undefined;
      if (lowest === undefined || TIERS.indexOf(lowest) > TIERS.indexOf(tier)) {
        throw refuse(`${join(directory, path)} shows ${name}, which access.json gives to ${lowest ?? 'no tier'}.`);
      }
    }
    views.set(tier, new Map(Object.entries(view.packages).map(([name, versions]) => [name, new Set(versions)])));
  }
  return views;
}

async function readPackages(directory: string, access: AccessTable['packages']): Promise<Tree['packages']> {
  const packages = new Map<string, Package>();
  for (const name of Object.keys(access)) {
    const path = packumentPath(name);
    const bytes = await readFileOf(directory, path, LIMITS.packumentBytes);
    // Listed, but nothing published yet.
    if (bytes !== null) packages.set(name, readPackument(name, bytes, join(directory, path)));
  }
  return packages;
}

/** The parts of a packument that decide what is served; everything else passes through. */
export function readPackument(name: string, bytes: Uint8Array, source: string): Package {
  const packument = parseJson(bytes, { maxBytes: LIMITS.packumentBytes, maxDepth: LIMITS.manifestDepth, source });
  if (!isObject(packument) || packument['name'] !== name) throw refuse(`${source} is not the packument of ${name}.`);
  const entries = packument['versions'];
  if (!isObject(entries)) throw refuse(`${source} has no versions.`);
  const versions = new Map<string, string>();
  for (const [version, entry] of Object.entries(entries)) {
    const dist = isObject(entry) && entry['name'] === name && entry['version'] === version ? entry['dist'] : undefined;
    const integrity = isObject(dist) ? dist['integrity'] : undefined;
    const sha512 = typeof integrity === 'string' ? hexFromIntegrity(integrity) : null;
    if (sha512 === null || !/^\d[0-9A-Za-z.-]*$/.test(version))
      throw refuse(`${source}: version ${version} has no SHA-512 integrity.`);
    versions.set(version, sha512);
  }
  return { name, packument, versions };
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(message: string): HyperSyncError {
  return new HyperSyncError('HS-1808', message);
}
