import { errorFrom, isHyperSyncError, LIMITS, sha512Hex, type Clock, type JsonObject } from '@hypersync/base';
import { yankOf, type ArtifactEntry } from '@hypersync/manifest';
import type { TrustedCatalog } from '@hypersync/trust';
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { openSignedState } from './signed-state.ts';
import { baseOf, bundlePath, JOURNAL_PATH, packumentPath, readFileOf, tarballPath } from './tree-files.ts';
import { readTree, type Package, type Tree } from './tree.ts';
import { listTree } from './tree-listing.ts';

/** One thing that is wrong, and where. `path` is relative to the tree. */
export interface Fault {
  readonly kind:
    | 'refused'
    | 'missing'
    | 'changed'
    | 'unsigned'
    | 'contradiction'
    | 'stale'
    | 'orphan'
    | 'strange'
    | 'unfinished';
  readonly path: string;
  readonly message: string;
}

export interface FsckReport {
  readonly schemaVersion: 1;
  readonly kind: 'fsck';
  readonly tree: string;
  readonly ok: boolean;
  readonly checked: {
    readonly packages: number;
    readonly versions: number;
    readonly tiers: number;
    readonly files: number;
    readonly bytes: number;
  };
  readonly faults: readonly Fault[];
}

/**
 * Checks everything that a client of any tier could ask for: the server's own files, each tarball against its packument,
 * each npm signature against the served keys, the whole signed metadata with its dates, and each tier manifest against the
 * packages. Files that nothing leads to are faults too. Never throws for what is wrong with the tree.
 */
export async function fsck(directory: string, clock: Clock): Promise<FsckReport> {
  const faults: Fault[] = [];
  const fault = (kind: Fault['kind'], path: string, message: string): void => void faults.push({ kind, path, message });
  const counts = { packages: 0, versions: 0, tiers: 0 };

  const listing = await listTree(directory);
  for (const path of listing.strange)
    fault('strange', path, 'is neither a file nor a folder; the server does not follow it');
  if (listing.files.has(JOURNAL_PATH)) {
    fault('unfinished', JOURNAL_PATH, 'a publication is under way or was interrupted; hyper-publish finishes it');
  }
  const tree = await attempt(
    () => readTree(directory, null),
    (message) => fault('refused', '.', message),
  );
  if (tree !== null) {
    const known = new Set<string>(['registry.json', 'access.json', 'keys/npm-keys.json']);
    for (const tier of tree.views.keys()) known.add(`views/${tier}.json`);
    await checkPackages(tree, fault, known, counts);
    await checkSigned(tree, clock, fault, counts);
    for (const path of listing.files.keys()) {
      const besides = path.startsWith('.publish/') || path.startsWith('tuf/');
      if (!besides && !known.has(path)) fault('orphan', path, 'nothing leads to this file');
    }
  }
  const bytes = [...listing.files.values()].reduce((sum, size) => sum + size, 0);
  return {
    schemaVersion: 1,
    kind: 'fsck',
    tree: directory,
    ok: faults.length === 0,
    checked: { ...counts, files: listing.files.size, bytes },
    faults,
  };
}

type Report = (kind: Fault['kind'], path: string, message: string) => void;

async function attempt<T>(
  action: () => Promise<T>,
  failed: (message: string, code: string) => void,
): Promise<T | null> {
  try {
    return await action();
  } catch (thrown) {
    const error = errorFrom(thrown);
    failed(error.message, error.code);
    return null;
  }
}

async function checkPackages(
  tree: Tree,
  fault: Report,
  known: Set<string>,
  counts: { packages: number; versions: number },
): Promise<void> {
  const keys = npmKeysOf(tree, fault);
  for (const held of tree.packages.values()) {
    counts.packages++;
    known.add(packumentPath(held.name));
    for (const [version, sha512] of held.versions) {
      counts.versions++;
      known.add(tarballPath(held.name, version)).add(bundlePath(held.name, version));
      await checkVersion(tree, held, version, sha512, keys, fault);
    }
    // Withdrawn versions may be left out of the packument; locks that hold them still need the files.
    for (const yank of tree.revocations.yanked.filter((one) => one.package === held.name)) {
      known.add(tarballPath(held.name, yank.version)).add(bundlePath(held.name, yank.version));
    }
  }
  for (const [tier, view] of tree.views) {
    for (const [name, versions] of view) {
      const held = tree.packages.get(name);
      for (const version of versions) {
        if (held?.versions.has(version) === true || yankOf(tree.revocations, name, version) !== null) continue;
        fault('contradiction', `views/${tier}.json`, `shows ${name}@${version}, which is not published`);
      }
    }
  }
}

async function checkVersion(
  tree: Tree,
  held: Package,
  version: string,
  sha512: string,
  keys: ReadonlyMap<string, KeyObject>,
  fault: Report,
): Promise<void> {
  const { name } = held;
  const path = tarballPath(name, version);
  const tarball = await readOrFault(tree, path, LIMITS.tarballBytes, fault);
  const dist = ((held.packument['versions'] as JsonObject)[version] as JsonObject)['dist'] as JsonObject;
  if (tarball !== null) {
    if (sha512Hex(tarball) !== sha512) fault('changed', path, 'its SHA-512 is not that of the packument');
    const sha1 = dist['shasum'];
    if (sha1 !== undefined && sha1 !== createHash('sha1').update(tarball).digest('hex')) {
      fault('contradiction', packumentPath(name), `shasum of ${version} is not that of the tarball`);
    }
  }
  await readOrFault(tree, bundlePath(name, version), LIMITS.bundleBytes, fault);
  const address = `${tree.info.origin}/${name}/-/${baseOf(name)}-${version}.tgz`;
  if (dist['tarball'] !== address)
    fault('contradiction', packumentPath(name), `tarball of ${version} is not at ${address}`);
  if ('attestations' in dist)
    fault('contradiction', packumentPath(name), `dist.attestations of ${version} would make npm audit fail`);
  const problem = signatureProblem(`${name}@${version}:${dist['integrity'] as string}`, dist['signatures'], keys);
  if (problem !== null) fault('unsigned', packumentPath(name), `${version}: ${problem}`);
}

async function readOrFault(tree: Tree, path: string, maxBytes: number, fault: Report): Promise<Uint8Array | null> {
  const bytes = await attempt(
    () => readFileOf(tree.directory, path, maxBytes),
    (message) => fault('strange', path, message),
  );
  if (bytes === null) fault('missing', path, 'is missing, or cannot be read');
  return bytes;
}

/** npm stops at the first signature whose key it does not find, so every one must be good. */
function signatureProblem(signed: string, signatures: unknown, keys: ReadonlyMap<string, KeyObject>): string | null {
  if (!Array.isArray(signatures) || signatures.length === 0) return 'has no registry signature';
  for (const { keyid, sig } of signatures as { keyid?: unknown; sig?: unknown }[]) {
    const key = keys.get(String(keyid));
    if (key === undefined) return `is signed by ${String(keyid)}, which keys/npm-keys.json does not list`;
    if (typeof sig !== 'string' || !verify('sha256', Buffer.from(signed), key, Buffer.from(sig, 'base64'))) {
      return 'its registry signature does not verify';
    }
  }
  return null;
}

function npmKeysOf(tree: Tree, fault: Report): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  if (tree.npmKeys === null) fault('missing', 'keys/npm-keys.json', 'is missing');
  else {
    try {
      const { keys: listed } = JSON.parse(Buffer.from(tree.npmKeys).toString()) as {
        keys: { keyid: string; key: string }[];
      };
      for (const { keyid, key } of listed)
        keys.set(keyid, createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }));
    } catch (error) {
      fault('changed', 'keys/npm-keys.json', `is no list of keys: ${(error as Error).message}`);
    }
  }
  return keys;
}

/** The metadata as a client of today would judge it, and every tier manifest against the packages. */
async function checkSigned(tree: Tree, clock: Clock, fault: Report, counts: { tiers: number }): Promise<void> {
  const open = (judge: Clock | null): Promise<TrustedCatalog> => openSignedState(tree.directory, tree.info, judge);
  let catalog = await attempt(
    () => open(clock),
    (message, code) => fault(code === 'HS-1207' ? 'stale' : 'refused', 'tuf/metadata', message),
  );
  catalog ??= await attempt(
    () => open(null),
    () => undefined,
  );
  for (const tier of catalog?.tiers ?? []) {
    const verified = await attempt(
      () => (catalog as TrustedCatalog).tierManifest(tier),
      (message) => fault('refused', `tuf/targets/${tier}`, message),
    );
    if (verified === null) continue;
    counts.tiers++;
    if (verified.manifest.release > tree.info.release) {
      fault(
        'contradiction',
        'registry.json',
        `release ${tree.info.release} is behind the manifest of ${tier}, ${verified.manifest.release}`,
      );
    }
    for (const entry of [verified.manifest.runtime, ...verified.manifest.plugins])
      await checkEntry(tree, tier, entry, fault);
  }
}

/** What a signed manifest names must be there, with these bytes: otherwise every installation of the tier fails. */
async function checkEntry(tree: Tree, tier: string, entry: ArtifactEntry, fault: Report): Promise<void> {
  const { name, version } = entry;
  const held = tree.packages.get(name);
  const published = held?.versions.get(version);
  if (published === undefined && yankOf(tree.revocations, name, version) === null) {
    fault('missing', packumentPath(name), `the manifest of ${tier} names ${version}, which is not published`);
    return;
  }
  if (published !== undefined && published !== entry.tarball.sha512) {
    fault('contradiction', packumentPath(name), `the manifest of ${tier} names other bytes for ${version}`);
  }
  const bundle = await readFileOf(tree.directory, bundlePath(name, version), LIMITS.bundleBytes).catch(
    (error: unknown) => {
      if (isHyperSyncError(error)) return null;
      throw error;
    },
  );
  if (bundle !== null && sha512Hex(bundle) !== entry.bundle.sha512) {
    fault('changed', bundlePath(name, version), `is not the bundle that the manifest of ${tier} names`);
  }
}
