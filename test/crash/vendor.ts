import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry } from '@hypersync/registry-client';
import type { TrustAnchor } from '@hypersync/trust';

/** What a vendor had published at one moment: enough to install from, small enough to hand to another process. */
export interface Release {
  readonly anchor: TrustAnchor;
  readonly now: number;
  /** TUF repository by path. */
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** Tarballs and bundles by `name@version`. */
  readonly artifacts: ReadonlyMap<string, { readonly tarball: Uint8Array; readonly bundle: Uint8Array }>;
}

/** The moment as a registry, without a network: what is tested here is the disk. */
export function registryOf(release: Release): Registry {
  const artifact = (name: string, version: string) => {
    const found = release.artifacts.get(`${name}@${version}`);
    if (found === undefined) throw new Error(`no ${name}@${version} in this release`);
    return found;
  };
  return {
    address: release.anchor.registry,
    kind: 'hypersync',
    metadata: async (path) => release.metadata.get(path) ?? null,
    tarball: async ({ name, version }) => artifact(name, version).tarball,
    bundle: async ({ name, version }) => artifact(name, version).bundle,
    close: async () => {},
  };
}

export function saveRelease(release: Release, folder: string): void {
  const put = (kind: string, name: string, bytes: Uint8Array): void => {
    mkdirSync(join(folder, kind), { recursive: true });
    writeFileSync(join(folder, kind, encodeURIComponent(name)), bytes);
  };
  put('.', 'facts.json', Buffer.from(JSON.stringify({ anchor: release.anchor, now: release.now })));
  for (const [path, bytes] of release.metadata) put('metadata', path, bytes);
  for (const [name, { tarball, bundle }] of release.artifacts) {
    put('tarballs', name, tarball);
    put('bundles', name, bundle);
  }
}

export function loadRelease(folder: string): Release {
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8')) as Pick<Release, 'anchor' | 'now'>;
  const read = (kind: string): Map<string, Uint8Array> =>
    new Map(
      readdirSync(join(folder, kind)).map((name) => [decodeURIComponent(name), readFileSync(join(folder, kind, name))]),
    );
  const bundles = read('bundles');
  const artifacts = new Map(
    [...read('tarballs')].map(([name, tarball]) => [name, { tarball, bundle: bundles.get(name) ?? new Uint8Array() }]),
  );
  return { ...facts, metadata: read('metadata'), artifacts };
}
