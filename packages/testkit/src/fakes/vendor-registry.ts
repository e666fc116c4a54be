import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HyperSyncError, sha512Integrity } from '@hypersync/base';
import { loadCatalog, type TierId } from '@hypersync/manifest';
import type { Registry } from '@hypersync/registry-client';
import type { FakeArtifact } from './vendor-artifacts.ts';
import { fakeSigningKey } from './vendor-keys.ts';
import { isoSeconds } from './vendor-repository.ts';
import type { FakeVendor } from './vendor.ts';

/** The vendor behind the registry client's interface, without a network. Artifacts come from `vendor.artifacts`. */
export function fakeRegistry(vendor: FakeVendor): Registry {
  const artifact = (name: string, version: string): FakeArtifact => {
    const found = vendor.artifacts.get(`${name}@${version}`);
    if (found === undefined) throw new HyperSyncError('HS-1001', `the fake registry has no ${name}@${version}`);
    vendor.requests.push(`${name}@${version}`);
    return found;
  };
  return {
    address: vendor.anchor.registry,
    kind: 'hypersync',
    metadata: (path, maxBytes) => vendor.source.fetch(path, maxBytes),
    tarball: async (wanted, onProgress) => {
      const { tarball } = artifact(wanted.name, wanted.version);
      onProgress?.({ name: wanted.name, received: tarball.length, total: wanted.size });
      return tarball;
    },
    bundle: async (wanted) => artifact(wanted.name, wanted.version).bundle,
    close: async () => {},
  };
}

/** Writes the registry tree of formats.md 5 into an empty folder: what `hyper-registry serve` serves. */
export async function writeVendorTree(vendor: FakeVendor, directory: string): Promise<void> {
  const npmKey = fakeSigningKey('npm');
  const keyid = `SHA256:${createHash('sha256').update(Buffer.from(npmKey.spki, 'base64')).digest('base64').replace(/=+$/, '')}`;
  const origin = vendor.anchor.registry;
  const keys = [
    { expires: null, keyid, keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256', key: npmKey.spki },
  ];
  await put(directory, 'registry.json', {
    schemaVersion: 1,
    kind: 'registry',
    vendor: vendor.anchor.vendor,
    origin,
    release: vendor.release,
  });
  await put(directory, 'keys/npm-keys.json', { keys });
  await put(directory, 'access.json', { schemaVersion: 1, kind: 'access', packages: accessTable(vendor) });
  for (const tier of vendor.tiers) {
    const manifest = vendor.manifest(tier);
    const packages = Object.fromEntries(
      [manifest.runtime, ...manifest.plugins].map((entry) => [entry.name, [entry.version]]),
    );
    await put(directory, `views/${tier}.json`, { schemaVersion: 1, kind: 'tier-view', tier, packages });
  }
  const byName = Map.groupBy(vendor.artifacts.values(), (artifact) => artifact.entry.name);
  for (const [name, versions] of byName) {
    const sign = (text: string) => ({ keyid, sig: Buffer.from(npmKey.sign(Buffer.from(text))).toString('base64') });
    await put(
      directory,
      `packages/${name}/packument.json`,
      packument(name, versions, origin, isoSeconds(vendor.now), sign),
    );
    for (const { entry, tarball, bundle } of versions) {
      const base = `packages/${name}/-/${name.split('/')[1]}-${entry.version}`;
      await put(directory, `${base}.tgz`, tarball);
      await put(directory, `${base}.sigstore.json`, bundle);
    }
  }
  for (const [path, bytes] of vendor.repository.files) await put(directory, `tuf/${path}`, bytes);
}

function accessTable(vendor: FakeVendor): Record<string, TierId> {
  const firstTiers = new Map(
    loadCatalog().mechanisms.map((mechanism) => [`@hypersync/mechanism-${mechanism.id}`, mechanism.firstTier]),
  );
  const names = new Set([...vendor.artifacts.values()].map((artifact) => artifact.entry.name));
  return Object.fromEntries([...names].sort().map((name) => [name, firstTiers.get(name) ?? 'core']));
}

function packument(
  name: string,
  artifacts: readonly FakeArtifact[],
  origin: string,
  time: string,
  sign: (text: string) => { keyid: string; sig: string },
): unknown {
  const versions: Record<string, unknown> = {};
  for (const { entry, tarball } of artifacts) {
    const integrity = sha512Integrity(entry.tarball.sha512);
    versions[entry.version] = {
      name,
      version: entry.version,
      dist: {
        tarball: `${origin}/${name}/-/${name.split('/')[1]}-${entry.version}.tgz`,
        integrity,
        shasum: createHash('sha1').update(tarball).digest('hex'),
        unpackedSize: entry.files.reduce((sum, file) => sum + file.size, 0),
        fileCount: entry.files.length,
        signatures: [sign(`${name}@${entry.version}:${integrity}`)],
      },
    };
  }
  const latest = artifacts.at(-1)?.entry.version;
  const times = Object.fromEntries(artifacts.map(({ entry }) => [entry.version, time]));
  return { name, 'dist-tags': { latest }, versions, time: { created: time, modified: time, ...times } };
}

async function put(directory: string, path: string, body: unknown): Promise<void> {
  const file = join(directory, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, body instanceof Uint8Array ? body : JSON.stringify(body));
}
