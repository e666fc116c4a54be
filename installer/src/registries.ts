import { HyperSyncError } from '@hypersync/base';
import { TIERS } from '@hypersync/manifest';
import { readSecretFile, secretOf, type Registry, type Secret } from '@hypersync/registry-client';
import type { Context } from './context.ts';

/** One vendor's registry, asked in two ways. */
export interface Registries {
  /** Without the license: metadata is open to all, and a credential goes nowhere that does not need it. */
  readonly open: Registry;
  readonly entitled: Registry;
}

export type RegistryKind = 'auto' | 'hypersync' | 'npm';

export async function openRegistries(
  context: Context,
  at: {
    readonly address: string;
    readonly token: string | null;
    readonly kind: RegistryKind;
    /** Whether broken-off downloads are kept below the root, to go on with them later. */
    readonly resume: boolean;
  },
): Promise<Registries> {
  if (context.settings.offline !== null) {
    const { openOfflineBundle } = await import('./offline-bundle.ts');
    const bundle = openOfflineBundle(context, context.settings.offline, at.address);
    return { open: bundle, entitled: bundle };
  }
  const { address, token } = at;
  const { environment, settings, store, report } = context;
  const own = settings.tokenFile === null ? null : await readSecretFile(settings.tokenFile);
  const secret: Secret | null = own ?? (token === null ? null : secretOf(token));
  const ca = settings.ca === null ? {} : { ca: await readText(context, settings.ca) };
  const common = { address, ...ca, signal: environment.interrupted, environment: environment.env };
  const unpack = async (tarball: Uint8Array) =>
    (await import('./unpack.ts')).unpackTarball(tarball, `the metadata package of ${address}`);
  const open = await environment.openRegistry({ ...common, kind: at.kind, token: own, partials: null }, unpack);
  if (open.kind === 'npm') report.progress({ event: 'note', message: `${address} is an npm registry` });
  // A stock npm registry knows its own accounts, not licenses.
  const token_ = open.kind === 'npm' ? own : secret;
  const entitled = await environment.openRegistry(
    { ...common, kind: open.kind, token: token_, partials: at.resume ? `${store.root}/partial` : null },
    unpack,
  );
  return { open, entitled };
}

export function registryFor(path: string, { open, entitled }: Registries): Registry {
  const [top, folder] = path.split('/');
  return top === 'targets' && TIERS.some((tier) => tier === folder) ? entitled : open;
}

export async function closeRegistries({ open, entitled }: Registries): Promise<void> {
  await Promise.allSettled([open.close(), entitled.close()]);
}

async function readText({ environment }: Context, path: string): Promise<string> {
  try {
    return Buffer.from(environment.fs.readFile(path, 1 << 20)).toString('utf8');
  } catch (cause) {
    throw new HyperSyncError('HS-1004', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
