import { HyperSyncError } from '@hypersync/base';
import {
  decide,
  parseLicenseKeys,
  verifyLicense,
  type Decision,
  type License,
  type LicenseAction,
} from '@hypersync/entitlement';
import { tierName, TIERS, type TierId } from '@hypersync/manifest';
import { readSecretFile, secretOf, type Registry, type Secret } from '@hypersync/registry-client';
import { fileMetadataStore } from '@hypersync/store';
import {
  openTrustedCatalog,
  type MetadataStore,
  type TrustedCatalog,
  type VerifiedTierManifest,
} from '@hypersync/trust';
import { anchorOf, checkInterrupted, type Context } from './context.ts';

/** The vendor as this host sees it now: a verified catalog, what the license allows, and where artifacts come from. */
export interface Origin {
  readonly registry: string;
  readonly catalog: TrustedCatalog;
  readonly manifest: VerifiedTierManifest;
  readonly license: License | null;
  readonly decision: Decision;
  /** The token that was used; null for none. */
  readonly token: string | null;
  readonly artifacts: Registry;
  /** Writes metadata that was held back while nothing was installed yet. */
  keepMetadata(): Promise<void>;
  close(): Promise<void>;
}

/**
 * In this order: is a license there at all, TUF refresh, is the license genuine and does it cover the tier, tier manifest.
 * A refusal on a host without an installation leaves nothing on its disk.
 */
export async function openOrigin(context: Context, tier: TierId, action: LicenseAction): Promise<Origin> {
  const { environment, settings, report } = context;
  const anchor = anchorOf(context);
  // The first tier is open to all. A license that lapsed must not stand in its way, so it is not even shown.
  const token = tier === TIERS[0] ? null : await readToken(context);
  decideOrRefuse({ license: null, tier, action, now: 0, latestSignedTime: 0, hasToken: token !== null });
  const address = settings.registry ?? anchor.registry;
  report.progress({ event: 'phase', phase: 'catalog', message: `Asking ${address} for the signed catalog` });
  const registries = await openRegistries(context, address, token);
  const { metadata, flush } = await metadataStore(context);
  try {
    const source = {
      fetch: (path: string, maxBytes: number) => registryFor(path, registries).metadata(path, maxBytes),
    };
    const catalog = await openTrustedCatalog({ anchor, source, store: metadata, clock: environment.clock });
    const license = token === null ? null : await genuineLicense(token, catalog);
    const { latestSignedTime } = catalog;
    const now = environment.clock.now();
    const decision = decideOrRefuse({ license, tier, action, now, latestSignedTime, hasToken: false });
    const manifest = await catalog.tierManifest(tier, { floor: license?.floor ?? 0 });
    checkInterrupted(context);
    return {
      registry: registries.open.address,
      catalog,
      manifest,
      license,
      decision,
      token,
      artifacts: registries.entitled,
      keepMetadata: flush,
      close: () => closeAll(registries),
    };
  } catch (thrown) {
    await closeAll(registries);
    checkInterrupted({ environment });
    throw thrown;
  }
}

/** A first, cheap look with `hasToken`: without any license the answer needs no network. */
function decideOrRefuse(question: {
  license: License | null;
  tier: TierId;
  action: LicenseAction;
  now: number;
  latestSignedTime: number;
  hasToken: boolean;
}): Decision {
  const decision = decide({ ...question, tiers: TIERS });
  if (decision.allowed || question.hasToken || decision.code === null) return decision;
  const covers = decision.covers.map((slug) => tierName(slug as TierId));
  throw new HyperSyncError(decision.code, `${decision.reason} Covered: ${covers.join(', ')}.`, {
    details: { tier: question.tier, covers, state: decision.state },
  });
}

function genuineLicense(token: string, catalog: TrustedCatalog): Promise<License> {
  return verifyLicense(token, parseLicenseKeys(catalog.licenseKeys, 'license-keys.json'));
}

/** `--license` first, then the one that an earlier installation kept. */
async function readToken({ settings, store }: Context): Promise<string | null> {
  if (settings.license === null) return store.readLicense();
  return (await readSecretFile(settings.license)).reveal();
}

interface Registries {
  /** Without the license: metadata is open to all, and a credential goes nowhere that does not need it. */
  readonly open: Registry;
  readonly entitled: Registry;
}

async function openRegistries(context: Context, address: string, token: string | null): Promise<Registries> {
  const { environment, settings, store, report } = context;
  const own = settings.tokenFile === null ? null : await readSecretFile(settings.tokenFile);
  const secret: Secret | null = own ?? (token === null ? null : secretOf(token));
  const ca = settings.ca === null ? {} : { ca: await readText(context, settings.ca) };
  const common = { address, ...ca, signal: environment.interrupted, environment: environment.env };
  const unpack = async (tarball: Uint8Array) =>
    (await import('./unpack.ts')).unpackTarball(tarball, `the metadata package of ${address}`);
  const open = await environment.openRegistry(
    { ...common, kind: settings.registryKind, token: own, partials: null },
    unpack,
  );
  if (open.kind === 'npm') report.progress({ event: 'note', message: `${address} is an npm registry` });
  // A stock npm registry knows its own accounts, not licenses.
  const token_ = open.kind === 'npm' ? own : secret;
  const entitled = await environment.openRegistry(
    { ...common, kind: open.kind, token: token_, partials: `${store.root}/partial` },
    unpack,
  );
  return { open, entitled };
}

function registryFor(path: string, { open, entitled }: Registries): Registry {
  const [top, folder] = path.split('/');
  return top === 'targets' && TIERS.some((tier) => tier === folder) ? entitled : open;
}

async function closeAll({ open, entitled }: Registries): Promise<void> {
  await Promise.allSettled([open.close(), entitled.close()]);
}

/** Straight to disk where something is installed; held back in memory on a host where a refusal must leave nothing. */
async function metadataStore({
  environment,
  store,
}: Context): Promise<{ metadata: MetadataStore; readonly flush: () => Promise<void> }> {
  const { fs } = environment;
  const disk = fileMetadataStore(`${store.root}/trust`, fs);
  if (store.state().current !== null) return { metadata: disk, flush: async () => {} };
  const held = new Map<string, Uint8Array | null>();
  return {
    metadata: {
      read: async (name) => (held.has(name) ? (held.get(name) ?? null) : disk.read(name)),
      write: async (name, bytes) => void held.set(name, bytes.slice()),
      remove: async (name) => void held.set(name, null),
    },
    flush: async () => {
      for (const [name, bytes] of held) await (bytes === null ? disk.remove(name) : disk.write(name, bytes));
      held.clear();
    },
  };
}

async function readText({ environment }: Context, path: string): Promise<string> {
  try {
    return Buffer.from(environment.fs.readFile(path, 1 << 20)).toString('utf8');
  } catch (cause) {
    throw new HyperSyncError('HS-1004', `${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
