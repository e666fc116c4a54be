import { fixedClock } from '@hypersync/base';
import { createFakeVendor } from '@hypersync/testkit';
import { memoryMetadataStore, openStoredCatalog, openTrustedCatalog, verifyArtifact } from '@hypersync/trust';
import { expect, test } from 'vitest';

test('a whole honest release is accepted, and again from the kept files', async () => {
  const vendor = await createFakeVendor();
  const catalog = await openTrustedCatalog({ anchor: vendor.anchor, source: vendor.source, store: memoryMetadataStore(), clock: fixedClock(vendor.now) });
  const { manifest } = await catalog.tierManifest('pro');
  const kept = await openStoredCatalog({ anchor: vendor.anchor, files: catalog.files() });
  expect((await kept.tierManifest('pro')).manifest).toEqual(manifest);
  for (const plugin of manifest.plugins) {
    const artifact = vendor.artifacts.get(`${plugin.name}@${plugin.version}`)!;
    const verified = verifyArtifact({ entry: plugin, tarball: artifact.tarball, bundle: artifact.bundle }, { policy: catalog.policy, evidence: manifest.evidence, revocations: catalog.revocations });
    expect(verified.evidence.keys).toEqual(['plugins-1']);
  }
});
