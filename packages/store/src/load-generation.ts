import { bytesEqual, HyperSyncError, LIMITS, sha512Hex, isHyperSyncError } from '@hypersync/base';
import {
  parseLockFile,
  type ArtifactEntry,
  type LockedArtifact,
  type LockFile,
  type PluginEntry,
  type RevocationList,
  type TierManifest,
} from '@hypersync/manifest';
import {
  openStoredCatalog,
  verifyEvidence,
  type AdmittedEvidence,
  type ArtifactRules,
  type TrustAnchor,
  type VerifiedTierManifest,
} from '@hypersync/trust';
import { codeOf, readError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { bundleName, layoutOf, pluginLink, readCurrent, runtimeLink, type Layout } from './layout.ts';
import { readLicense } from './license.ts';
import { parseSeal, SEAL_BYTES } from './seal.ts';
import { readTree } from './tree.ts';

/** One plugin of a generation, every file hashed and equal to the signed list. */
export interface VerifiedPlugin {
  readonly entry: PluginEntry;
  readonly evidence: AdmittedEvidence;
  /** The very bytes that were hashed. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface VerifiedGeneration {
  readonly id: number;
  readonly lock: LockFile;
  readonly manifest: TierManifest;
  readonly plugins: ReadonlyMap<string, VerifiedPlugin>;
  readonly runtimeFiles: ReadonlyMap<string, Uint8Array>;
  /** License keys as signed, for the node limit. */
  readonly licenseKeys: Uint8Array;
  /** The license token kept with the installation; null for none, or where only its owner may read it. */
  readonly license: string | null;
  /** Newest time that the kept metadata states, milliseconds, 0 for none: the floor for judging this machine's clock. */
  readonly latestSignedTime: number;
  /** Withdrawn versions as signed at the time of installation. */
  readonly revocations: RevocationList;
}

/**
 * Verifies a whole generation from the anchor down: metadata signatures, revocations (quarantine), manifest, lock,
 * bundles, and every byte of every file; an extra file is refused like a changed one. Throws HS-15xx/12xx (exit 80).
 */
export async function loadGeneration(options: {
  /** Absolute, without a trailing slash. */
  root: string;
  /** Default: what `current` names. */
  generation?: number;
  anchor: TrustAnchor;
  fs: FileSystem;
}): Promise<VerifiedGeneration> {
  const { root, anchor, fs } = options;
  const layout = layoutOf(root);
  const id = options.generation ?? readCurrent(fs, layout);
  if (id === null) throw new HyperSyncError('HS-1501', `There is no installation in ${root}.`);
  if (fs.stat(layout.generation(id)) === null) {
    throw new HyperSyncError(
      options.generation === undefined ? 'HS-1504' : 'HS-1505',
      `${root} has no generation ${id}.`,
    );
  }
  const kept = readSealed(fs, layout.generation(id));
  const lock = readLock(kept, layout, id);
  const { bundles, metadata } = split(kept);
  const catalog = await openStoredCatalog({ anchor, files: metadata });
  const verified = await catalog.tierManifest(lock.tier);
  checkLock(lock, verified, kept.get('manifest.json'), layout.generation(id));
  const { manifest } = verified;
  const rules: ArtifactRules = {
    policy: catalog.policy,
    evidence: manifest.evidence,
    revocations: catalog.revocations,
  };
  const admit = (entry: ArtifactEntry, locked: LockedArtifact | undefined): AdmittedEvidence =>
    admitted(entry, locked, bundles.get(bundleName(entry)), rules);

  checkLinks(fs, layout, id, manifest);
  admit(manifest.runtime, lock.runtime);
  const plugins = manifest.plugins.map((entry): [string, VerifiedPlugin] => {
    const evidence = admit(entry, lock.plugins[entry.mechanism.id]);
    return [entry.mechanism.id, { entry, evidence, files: readTree(fs, layout.tree(entry.tarball.sha512), entry) }];
  });
  const { runtime } = manifest;
  return {
    id,
    lock,
    manifest,
    plugins: new Map(plugins),
    runtimeFiles: readTree(fs, layout.tree(runtime.tarball.sha512), runtime),
    licenseKeys: catalog.licenseKeys,
    license: readableLicense(fs, layout),
    latestSignedTime: catalog.latestSignedTime,
    revocations: catalog.revocations,
  };
}

/** Every file of the generation's folder, exactly those that the seal names, with the bytes that it names. */
function readSealed(fs: FileSystem, folder: string): ReadonlyMap<string, Uint8Array> {
  const seal = parseSeal(readKept(fs, folder, 'seal.json', SEAL_BYTES), `${folder}/seal.json`);
  const expected = ['lock.json', 'manifest.json', 'metadata', 'plugins', 'runtime', 'seal.json'];
  const present = [
    ...kindedNames(fs, folder),
    ...kindedNames(fs, `${folder}/metadata`).map((name) => `metadata/${name}`),
  ];
  const known = new Set([...expected, ...seal.keys()]);
  for (const name of present) if (!known.has(name)) throw changed(folder, name, 'was added');
  for (const name of known) if (!present.includes(name)) throw changed(folder, name, 'is missing');
  const files = new Map<string, Uint8Array>();
  for (const [name, digest] of seal) {
    const bytes = readKept(fs, folder, name, LIMITS.tufTargetsBytes);
    if (sha512Hex(bytes) !== digest) throw changed(folder, name, 'was changed');
    files.set(name, bytes);
  }
  return files;
}

function kindedNames(fs: FileSystem, folder: string): readonly string[] {
  try {
    if (fs.stat(folder)?.kind === 'directory') return fs.readDirectory(folder);
  } catch (thrown) {
    throw readError(thrown, `Reading ${folder}`);
  }
  throw new HyperSyncError('HS-1504', `${folder} is missing or no folder.`);
}

function readKept(fs: FileSystem, folder: string, name: string, maxBytes: number): Uint8Array {
  try {
    return fs.readFile(`${folder}/${name}`, maxBytes);
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'ENOENT') throw changed(folder, name, 'is missing');
    if (code === 'ELOOP' || code === 'EINVAL' || code === 'EFBIG') throw changed(folder, name, 'was replaced');
    throw readError(thrown, `Reading ${folder}/${name}`);
  }
}

function readLock(kept: ReadonlyMap<string, Uint8Array>, layout: Layout, id: number): LockFile {
  const path = `${layout.generation(id)}/lock.json`;
  try {
    const lock = parseLockFile(kept.get('lock.json') ?? new Uint8Array(), path);
    if (lock.generation === id) return lock;
  } catch (cause) {
    if (!isHyperSyncError(cause)) throw cause;
    throw new HyperSyncError('HS-1504', `${path}: ${cause.message}`, { cause });
  }
  throw new HyperSyncError('HS-1504', `${path} belongs to another generation.`);
}

function split(kept: ReadonlyMap<string, Uint8Array>): {
  bundles: ReadonlyMap<string, Uint8Array>;
  metadata: ReadonlyMap<string, Uint8Array>;
} {
  const bundles = new Map<string, Uint8Array>();
  const metadata = new Map<string, Uint8Array>();
  for (const [path, bytes] of kept) {
    if (!path.startsWith('metadata/')) continue;
    const name = path.slice('metadata/'.length);
    (name.endsWith('.sigstore.json') ? bundles : metadata).set(name, bytes);
  }
  return { bundles, metadata };
}

/** The lock is not signed: whatever it says about origin must be what the signed manifest says. */
function checkLock(lock: LockFile, verified: VerifiedTierManifest, kept: Uint8Array | undefined, folder: string): void {
  const { manifest, bytes } = verified;
  if (kept === undefined || !bytesEqual(kept, bytes)) throw changed(folder, 'manifest.json', 'is not the signed one');
  const said = lock.manifest;
  const agrees =
    said.sha512 === verified.sha512 &&
    said.release === manifest.release &&
    said.role === verified.role &&
    said.roleVersion === verified.roleVersion &&
    said.rootVersion === verified.rootVersion &&
    Object.keys(lock.plugins).length === manifest.plugins.length;
  if (!agrees) throw changed(folder, 'lock.json', 'contradicts the signed manifest');
}

function admitted(
  entry: ArtifactEntry,
  locked: LockedArtifact | undefined,
  bundle: Uint8Array | undefined,
  rules: ArtifactRules,
): AdmittedEvidence {
  const what = `${entry.name} ${entry.version}`;
  if (bundle === undefined) throw new HyperSyncError('HS-1504', `The signature bundle of ${what} is missing.`);
  const evidence = verifyEvidence(entry, bundle, rules);
  const agrees =
    locked !== undefined &&
    locked.name === entry.name &&
    locked.version === entry.version &&
    locked.sha512 === entry.tarball.sha512 &&
    JSON.stringify(sorted(locked.evidence)) === JSON.stringify(sorted(evidence));
  if (!agrees) throw new HyperSyncError('HS-1504', `The lock file says about ${what} what its signatures do not say.`);
  return evidence;
}

function sorted({ keys, mode, provenance }: AdmittedEvidence): unknown {
  return [keys, mode, provenance?.builder ?? null, provenance?.source ?? null];
}

/** The runtime is started through these links, so each must lead to the tree that was verified. */
function checkLinks(fs: FileSystem, layout: Layout, id: number, manifest: TierManifest): void {
  const folder = layout.generation(id);
  const expected = new Map([
    ['runtime', runtimeLink(manifest.runtime.tarball.sha512)],
    ...manifest.plugins.map((entry): [string, string] => [
      `plugins/${entry.mechanism.id}`,
      pluginLink(entry.tarball.sha512),
    ]),
  ]);
  for (const name of kindedNames(fs, `${folder}/plugins`)) {
    if (!expected.has(`plugins/${name}`)) throw changed(folder, `plugins/${name}`, 'was added', 'HS-1503');
  }
  for (const [name, target] of expected) {
    let actual: string | null = null;
    try {
      actual = fs.readLink(`${folder}/${name}`);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code !== 'ENOENT' && code !== 'EINVAL') throw readError(thrown, `Reading ${folder}/${name}`);
    }
    if (actual !== target) throw changed(folder, name, 'does not lead to its tree', 'HS-1503');
  }
}

/** It is the owner's secret; that somebody else may not read it says nothing about the generation. */
function readableLicense(fs: FileSystem, layout: Layout): string | null {
  try {
    return readLicense(fs, layout);
  } catch (thrown) {
    if (isHyperSyncError(thrown) && thrown.code === 'HS-1004') return null;
    throw thrown;
  }
}

function changed(folder: string, name: string, what: string, code: 'HS-1503' | 'HS-1504' = 'HS-1504'): HyperSyncError {
  return new HyperSyncError(code, `${folder}/${name} ${what}.`, { details: { path: `${folder}/${name}` } });
}
