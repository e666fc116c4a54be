import { fixedClock, fromUtf8, HyperSyncError, LIMITS, type Clock } from '@hypersync/base';
import type { RegistryInfo } from '@hypersync/manifest';
import { memoryMetadataStore, openTrustedCatalog, type TrustedCatalog } from '@hypersync/trust';
import { join } from 'node:path';
import { readFileOf } from './tree-files.ts';

/**
 * The signed state of a tree, checked from its own first root on: every signature, digest and version. A server has no
 * anchor of its own, so this proves that the tree is whole, not whose it is; clients prove that with theirs. With `clock`
 * null, expired metadata is accepted: clients refuse it, and a server that stopped over it would only hide why.
 */
export async function openSignedState(
  directory: string,
  info: RegistryInfo,
  clock: Clock | null,
): Promise<TrustedCatalog> {
  const root = await readFileOf(directory, 'tuf/metadata/1.root.json', LIMITS.tufRootBytes);
  if (root === null) {
    throw new HyperSyncError(
      'HS-1808',
      `${join(directory, 'tuf/metadata/1.root.json')} is missing: the tree was never signed.`,
    );
  }
  return openTrustedCatalog({
    anchor: { vendor: info.vendor, root: fromUtf8(root), registry: info.origin, floor: 0 },
    source: { fetch: (path, maxBytes) => readFileOf(directory, `tuf/${path}`, maxBytes) },
    store: memoryMetadataStore(),
    clock: clock ?? fixedClock(0),
  });
}
