import { HyperSyncError, parseJson, LIMITS, sha512Hex } from '@hypersync/base';
import { parseTier, tierName, type TierId } from '@hypersync/manifest';
import type { Context } from '../context.ts';
import { fetchRelease } from '../fetch-artifacts.ts';
import { OfflineContents } from '../offline-bundle.ts';
import { openOrigin } from '../origin.ts';
import { size } from '../report.ts';

/** `hyper-install bundle`: what another host needs to install or upgrade this tier without a connection. */
export async function bundle(context: Context, out: string | null): Promise<number> {
  const { environment, report } = context;
  const tier = tierOf(context);
  const metadata = new Map<string, Uint8Array>();
  const origin = await openOrigin(context, tier, 'fetch', (path, bytes) => metadata.set(path, bytes));
  try {
    report.progress({ event: 'phase', phase: 'download', message: 'Fetching and verifying' });
    const artifacts = await fetchRelease(context, origin);
    // Hosts whose installer is older than ours go on from the root that they know.
    for (const [name, bytes] of origin.catalog.files()) {
      if (name.endsWith('.root.json')) metadata.set(`metadata/${name}`, bytes);
    }
    const contents = new OfflineContents();
    for (const [path, bytes] of metadata) contents.metadata(path, bytes);
    for (const { entry, tarball, bundle: signatures } of artifacts) contents.artifact(entry, tarball, signatures);
    const { release } = origin.manifest.manifest;
    const packed = contents.pack({ tier, release });
    const file = out ?? `${environment.cwd}/hypersync-${tier}-${release}.tgz`;
    write(context, file, packed);
    const expires = endOf(metadata).toISOString();
    report.result(
      {
        schemaVersion: 1,
        kind: 'bundle',
        tier,
        release,
        file,
        bytes: packed.length,
        sha512: sha512Hex(packed),
        artifacts: artifacts.length,
        expires,
      },
      [
        `${tierName(tier)} release ${release}: ${artifacts.length - 1} plugins and the runtime, ${size(packed.length)}, in ${file}.`,
        `On the other host, until ${expires.slice(0, 10)}: hyper-install --tier ${tier} --offline ${file}`,
      ].join('\n'),
    );
    return 0;
  } finally {
    await origin.close();
  }
}

function tierOf({ settings, store }: Context): TierId {
  if (settings.tier !== null) return parseTier(settings.tier);
  const installed = store.state().generations.find((generation) => generation.current)?.lock?.tier;
  if (installed !== undefined) return installed;
  throw new HyperSyncError('HS-1002', 'A bundle of which tier? None was given, and nothing is installed here.', {
    hint: 'hyper-install bundle --tier CORE needs no license; hyper-install bundle --help shows the rest.',
  });
}

/** When the first of the roles ends, each taken in its newest version. */
function endOf(metadata: ReadonlyMap<string, Uint8Array>): Date {
  const roles = new Map<string, { readonly version: number; readonly expires: number }>();
  for (const [path, bytes] of metadata) {
    const role = /^metadata\/(?:\d+\.)?([a-z-]+)\.json$/.exec(path)?.[1];
    if (role === undefined) continue;
    const limits = { maxBytes: bytes.length, maxDepth: LIMITS.manifestDepth, source: path };
    const { signed } = parseJson(bytes, limits) as { signed: { version: number; expires: string } };
    if (signed.version < (roles.get(role)?.version ?? 0)) continue;
    roles.set(role, { version: signed.version, expires: Date.parse(signed.expires) });
  }
  return new Date(Math.min(...[...roles.values()].map(({ expires }) => expires)));
}

/** Whole or not at all: somebody carries this file away. */
function write({ environment: { fs } }: Context, path: string, bytes: Uint8Array): void {
  const temporary = `${path}.new-${process.pid}`;
  try {
    if (fs.stat(temporary) !== null) fs.remove(temporary);
    fs.writeFile(temporary, bytes, 0o644);
    fs.rename(temporary, path);
  } catch (cause) {
    throw new HyperSyncError('HS-1005', `The bundle cannot be written to ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
