import { fixedClock } from '@hypersync/base';
import type { ArtifactEntry, LockedArtifact, TierId } from '@hypersync/manifest';
import {
  bundleName,
  nodeFileSystem,
  openStore,
  type FileSystem,
  type GenerationArtifact,
  type GenerationContent,
} from '@hypersync/store';
import { memoryMetadataStore, openTrustedCatalog, verifyArtifact, type AdmittedEvidence } from '@hypersync/trust';
import { memoryLockFiles } from './memory-disk.ts';
import type { FakeVendor } from './vendor.ts';

/** What an honest installer would hand to the store for the vendor's current release of a tier. */
export async function generationContent(vendor: FakeVendor, tier: TierId): Promise<GenerationContent> {
  const catalog = await openTrustedCatalog({
    anchor: vendor.anchor,
    source: vendor.source,
    store: memoryMetadataStore(),
    clock: fixedClock(vendor.now),
  });
  const verified = await catalog.tierManifest(tier);
  const { manifest } = verified;
  const rules = { policy: catalog.policy, evidence: manifest.evidence, revocations: catalog.revocations };
  const metadata = new Map(catalog.files());
  const admit = (entry: ArtifactEntry): GenerationArtifact => {
    const made = vendor.artifacts.get(`${entry.name}@${entry.version}`);
    if (made === undefined) throw new Error(`the fake vendor never made ${entry.name}@${entry.version}`);
    metadata.set(bundleName(entry), made.bundle);
    return {
      artifact: verifyArtifact({ entry, tarball: made.tarball, bundle: made.bundle }, rules),
      files: made.files,
    };
  };
  const runtime = admit(manifest.runtime);
  const plugins = new Map(manifest.plugins.map((entry) => [entry.mechanism.id, admit(entry)]));
  const { role, roleVersion, rootVersion, sha512 } = verified;
  return {
    lock: {
      schemaVersion: 1,
      kind: 'lock',
      tier,
      registry: vendor.anchor.registry,
      manifest: { role, roleVersion, rootVersion, release: manifest.release, sha512 },
      license: null,
      runtime: lockedArtifact(runtime.artifact),
      plugins: Object.fromEntries([...plugins].map(([id, { artifact }]) => [id, lockedArtifact(artifact)])),
    },
    manifest: verified.bytes,
    metadata,
    runtime,
    plugins,
  };
}

/** Commits the vendor's current release of a tier to a root, with the license if given. Returns the generation's number. */
export async function installFake(
  vendor: FakeVendor,
  tier: TierId,
  root: string,
  options: { readonly license?: string; readonly fs?: FileSystem } = {},
): Promise<number> {
  const fs = options.fs ?? nodeFileSystem;
  const locks = fs === nodeFileSystem ? {} : { locks: memoryLockFiles() };
  const store = openStore({ root, fs, clock: fixedClock(vendor.now), ...locks });
  return store.write('install', async (session) => {
    if (options.license !== undefined) await session.keepLicense(options.license);
    const id = await session.commit(await generationContent(vendor, tier));
    await session.markHealthy(id);
    return id;
  });
}

function lockedArtifact({ entry, evidence }: { entry: ArtifactEntry; evidence: AdmittedEvidence }): LockedArtifact {
  return { name: entry.name, version: entry.version, sha512: entry.tarball.sha512, evidence };
}
