import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeVendor, fakeTufKey, type FakeVendor } from '@hypersync/testkit';
import { memoryMetadataStore, openStoredCatalog, verifyArtifact } from '@hypersync/trust';
import { Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { expect, test } from 'vitest';
import { expectRefusal, open } from './support.ts';

test('a whole honest release is accepted, and again from the kept files', async () => {
  const vendor = await createFakeVendor();
  const catalog = await open(vendor);
  const { manifest, role, roleVersion } = await catalog.tierManifest('pro');
  expect([role, roleVersion, catalog.tiers]).toEqual(['tier-pro', 1, ['core', 'basic', 'pro']]);
  const kept = await openStoredCatalog({ anchor: vendor.anchor, files: catalog.files() });
  expect((await kept.tierManifest('pro')).manifest).toEqual(manifest);
  for (const entry of [manifest.runtime, ...manifest.plugins]) {
    const { tarball, bundle } = vendor.artifacts.get(`${entry.name}@${entry.version}`)!;
    const { policy, revocations } = catalog;
    const verified = verifyArtifact({ entry, tarball, bundle }, { policy, evidence: manifest.evidence, revocations });
    expect(verified.evidence.keys).toEqual(['plugins-1']);
  }
});

async function keptFiles(vendor: FakeVendor): Promise<Map<string, Uint8Array>> {
  const catalog = await open(vendor);
  await catalog.tierManifest('core');
  return new Map(catalog.files());
}

const KEPT = [
  '2.root.json',
  'timestamp.json',
  'snapshot.json',
  'targets.json',
  'tier-core.json',
  'policy.json',
  'revocations.json',
  'license-keys.json',
  'core.manifest.json',
];

test.each(KEPT)('N20: a changed byte or a missing file is refused: kept %s', async (name) => {
  const vendor = await createFakeVendor({ tiers: ['core'], mechanisms: ['gossip'] });
  vendor.repository.keys['timestamp'] = [fakeTufKey()];
  vendor.repository.rotateRoot();
  vendor.publish();
  const files = await keptFiles(vendor);
  const anchor = vendor.anchorAt(1);
  const reopened = async () => (await openStoredCatalog({ anchor, files })).tierManifest('core');
  await expect(reopened()).resolves.toBeDefined();
  const bytes = files.get(name)!;
  for (const place of [1, Math.floor(bytes.length / 2), bytes.length - 3]) {
    files.set(name, bytes.with(place, bytes[place]! ^ 1));
    await expectRefusal(reopened(), 'HS-12');
  }
  files.delete(name);
  await expectRefusal(reopened(), 'HS-12');
});

test('a kept generation is verified without asking the time, but not below the floor', async () => {
  const vendor = await createFakeVendor({
    tiers: ['core'],
    mechanisms: ['gossip'],
    now: Date.parse('2001-01-01T00:00:00Z'),
  });
  const files = await keptFiles(vendor);
  const kept = await openStoredCatalog({ anchor: vendor.anchor, files });
  expect((await kept.tierManifest('core')).manifest.release).toBe(1);
  const raised = await openStoredCatalog({ anchor: vendor.anchorAt(1, 2), files });
  await expectRefusal(raised.tierManifest('core'), 'HS-1219');
});

/** The same repository through tuf-js's own client: what we accept is standard TUF, not a dialect. */
async function stockClient(vendor: FakeVendor, target: string): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'tuf-'));
  try {
    writeFileSync(join(directory, 'root.json'), vendor.anchorAt(1).root);
    const read = (url: string): Buffer => {
      const bytes = vendor.repository.files.get(new URL(url).pathname.slice(1));
      if (bytes === undefined) throw new DownloadHTTPError('absent', 404);
      return Buffer.from(bytes);
    };
    const updater = new Updater({
      metadataDir: directory,
      metadataBaseUrl: 'http://repository/metadata',
      targetDir: directory,
      targetBaseUrl: 'http://repository/targets',
      fetcher: {
        downloadBytes: async (url) => read(url),
        downloadFile: async (url, _limit, handle) => {
          const file = join(directory, 'download');
          writeFileSync(file, read(url));
          return handle(file);
        },
      },
    });
    await updater.refresh();
    const info = await updater.getTargetInfo(target);
    if (info === undefined) throw new Error('no such target');
    await updater.downloadTarget(info, join(directory, 'target'));
    return info.length;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test('tuf-js accepts the same repository, and refuses with us', async () => {
  const vendor = await createFakeVendor({ tiers: ['core', 'pro'], mechanisms: ['gossip'], now: Date.now() });
  vendor.repository.keys['root']?.splice(0, 1, fakeTufKey());
  vendor.repository.rotateRoot();
  vendor.publish();
  const { bytes } = await (await open(vendor)).tierManifest('pro');
  expect(await stockClient(vendor, 'pro/manifest.json')).toBe(bytes.length);
  expect(await stockClient(vendor, 'policy.json')).toBeGreaterThan(100);
  vendor.publish({ signers: { targets: [fakeTufKey()] } });
  await expect(stockClient(vendor, 'policy.json')).rejects.toThrow('targets was signed by 0/2');
  await expectRefusal(open(vendor), 'HS-1205');
});

test('concurrent runs over one store agree', async () => {
  const vendor = await createFakeVendor({ tiers: ['core'], mechanisms: ['gossip'] });
  const store = memoryMetadataStore();
  const catalogs = await Promise.all(Array.from({ length: 12 }, () => open(vendor, { store })));
  for (const catalog of catalogs) await expect(catalog.tierManifest('core')).resolves.toBeDefined();
});
