import { join } from 'node:path';
import { fixedClock, fromUtf8, HyperSyncError } from '@hypersync/base';
import {
  memoryMetadataStore,
  openTrustedCatalog,
  verifyArtifact,
  type MetadataSource,
  type TrustAnchor,
} from '@hypersync/trust';
import { readBounded } from './durable-files.ts';
import { packagePath } from './npm-surface.ts';
import type { TreeFile } from './tree-transaction.ts';
import type { VendorFacts } from './workspace.ts';

/** The anchor of an installer made now. HS-1710 where the tree has no such root. */
export function anchorFrom(tree: string, vendor: VendorFacts, rootVersion: number, floor: number): TrustAnchor {
  const path = join(tree, 'tuf', 'metadata', `${rootVersion}.root.json`);
  const bytes = readBounded(path, 1024 * 1024);
  if (bytes === null) throw new HyperSyncError('HS-1710', `${path} is missing.`);
  return { vendor: vendor.vendor, root: fromUtf8(bytes), registry: vendor.registry, floor };
}

/**
 * Judges a tree with `files` laid over it as a customer would who has followed this vendor since its first root: first the
 * present state, then the next, every tier and every artifact. Throws HS-1718 with the refusal as cause.
 */
export async function checkAsCustomer(
  tree: string,
  vendor: VendorFacts,
  files: readonly TreeFile[],
  now: number,
): Promise<void> {
  const overlay = new Map(files.map(({ path, bytes }) => [path, bytes]));
  const present = sourceOf(tree, new Map());
  const store = memoryMetadataStore();
  const anchor = anchorFrom(tree, vendor, 1, 0);
  const options = { anchor, store, clock: fixedClock(now) };
  if ((await present.fetch('metadata/timestamp.json', 1024 * 1024)) !== null) {
    // A state that ran out is no reason not to publish the next.
    await openTrustedCatalog({ ...options, source: present }).catch(() => {});
  }
  try {
    const catalog = await openTrustedCatalog({ ...options, source: sourceOf(tree, overlay) });
    for (const tier of catalog.tiers) {
      const { manifest } = await catalog.tierManifest(tier);
      for (const entry of [manifest.runtime, ...manifest.plugins]) {
        const [tarball, bundle] = (['tgz', 'sigstore.json'] as const).map((extension) => {
          const path = packagePath(entry.name, entry.version, extension);
          return overlay.get(path) ?? readBounded(join(tree, path), 64 * 1024 * 1024) ?? new Uint8Array();
        });
        // Withdrawn versions are refused by design, and still named where there is no other.
        const revocations = { ...catalog.revocations, yanked: [] };
        const claim = { entry, tarball: tarball ?? new Uint8Array(), bundle: bundle ?? new Uint8Array() };
        verifyArtifact(claim, { policy: catalog.policy, evidence: manifest.evidence, revocations });
      }
    }
  } catch (cause) {
    throw new HyperSyncError('HS-1718', `A customer would refuse this publication: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function sourceOf(tree: string, overlay: ReadonlyMap<string, Uint8Array>): MetadataSource {
  return {
    fetch: async (path, maxBytes) => overlay.get(`tuf/${path}`) ?? readBounded(join(tree, 'tuf', path), maxBytes),
  };
}
