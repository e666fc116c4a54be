import { HyperSyncError, isHyperSyncError } from '@hypersync/base';
import {
  decide,
  parseLicenseKeys,
  refuseSuperseded,
  verifyLicense,
  type Decision,
  type License,
  type LicenseAction,
} from '@hypersync/entitlement';
import { tierName, TIERS, type TierId } from '@hypersync/manifest';
import { readSecretFile, type Registry } from '@hypersync/registry-client';
import { fileMetadataStore } from '@hypersync/store';
import {
  memoryMetadataStore,
  openTrustedCatalog,
  type MetadataStore,
  type TrustAnchor,
  type TrustedCatalog,
  type VerifiedTierManifest,
} from '@hypersync/trust';
import { anchorOf, checkInterrupted, type Context } from './context.ts';
import { closeRegistries, openRegistries, registryFor, type Registries, type RegistryKind } from './registries.ts';

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
  /** Throws HS-1310 where the installation has used a later license. Asked again under its lock. */
  refuseOldLicense(): void;
  /** Writes metadata that was held back while nothing was installed yet. */
  keepMetadata(): Promise<void>;
  close(): Promise<void>;
}

/** Is told every file of trust metadata that was needed, by its name in the repository. */
export type Recorder = (path: string, bytes: Uint8Array) => void;

/**
 * In this order: is a license there at all, TUF refresh, is the license genuine, the latest and does it cover the tier, tier
 * manifest.
 * A refusal on a host without an installation leaves nothing on its disk. With `record`, nothing that this host has seen
 * before is used, and nothing is kept.
 */
export async function openOrigin(
  context: Context,
  tier: TierId,
  action: LicenseAction,
  record: Recorder | null = null,
): Promise<Origin> {
  const { environment, settings, report } = context;
  const anchor = anchorOf(context);
  // The first tier is open to all. A license that lapsed must not stand in its way, so it is not even shown.
  const token = tier === TIERS[0] ? null : await readToken(context);
  decideOrRefuse({ license: null, tier, action, now: 0, latestSignedTime: 0, hasToken: token !== null });
  const address = settings.registry ?? anchor.registry;
  const asked = settings.offline === null ? `Asking ${address} for` : `Reading ${settings.offline}:`;
  report.progress({ event: 'phase', phase: 'catalog', message: `${asked} the signed catalog` });
  const { metadata, flush } = record === null ? metadataStore(context) : nothingKept();
  const { registries, catalog } = await openCatalog(context, { anchor, address, token, metadata, record });
  try {
    const keys = parseLicenseKeys(catalog.licenseKeys, 'license-keys.json');
    const license = token === null ? null : await verifyLicense(token, keys);
    const refuseOldLicense = (): void => {
      const kept = license === null ? null : context.store.readLicense();
      if (license !== null && kept !== null && kept !== token?.trim()) refuseSuperseded(license, kept, keys);
    };
    refuseOldLicense();
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
      refuseOldLicense,
      keepMetadata: flush,
      close: () => closeRegistries(registries),
    };
  } catch (thrown) {
    await closeRegistries(registries);
    checkInterrupted(context);
    throw thrown;
  }
}

/**
 * The address that is compiled in is taken for the vendor's own registry without asking, which saves a round trip; where it
 * turns out to have no metadata, it is asked what it is (the vendor may serve from a stock npm registry).
 */
async function openCatalog(
  context: Context,
  from: {
    readonly anchor: TrustAnchor;
    readonly address: string;
    readonly token: string | null;
    readonly metadata: MetadataStore;
    readonly record: Recorder | null;
  },
): Promise<{ readonly registries: Registries; readonly catalog: TrustedCatalog }> {
  const { environment, settings } = context;
  const { anchor, address, token, metadata, record } = from;
  const assumed = settings.offline === null && settings.registry === null && settings.registryKind === 'auto';
  const attempt = async (kind: RegistryKind) => {
    const registries = await openRegistries(context, { address, token, kind, resume: record === null });
    try {
      const fetch = async (path: string, maxBytes: number) => {
        const bytes = await registryFor(path, registries).metadata(path, maxBytes);
        if (bytes !== null) record?.(path, bytes);
        return bytes;
      };
      const { clock } = environment;
      return { registries, catalog: await openTrustedCatalog({ anchor, source: { fetch }, store: metadata, clock }) };
    } catch (thrown) {
      await closeRegistries(registries);
      checkInterrupted(context);
      throw thrown;
    }
  };
  if (!assumed) return attempt(settings.registryKind);
  try {
    return await attempt('hypersync');
  } catch (thrown) {
    if (!isHyperSyncError(thrown) || thrown.code !== 'HS-1218') throw thrown;
    return attempt('auto');
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

/** `--license` first, then the one that an earlier installation kept. */
async function readToken({ settings, store }: Context): Promise<string | null> {
  if (settings.license === null) return store.readLicense();
  return (await readSecretFile(settings.license)).reveal();
}

/** What is made for other hosts starts from the anchor like them, and leaves no trace here. */
function nothingKept(): { metadata: MetadataStore; readonly flush: () => Promise<void> } {
  return { metadata: memoryMetadataStore(), flush: async () => {} };
}

/** Straight to disk where something is installed; held back in memory on a host where a refusal must leave nothing. */
function metadataStore({ environment, store }: Context): {
  metadata: MetadataStore;
  readonly flush: () => Promise<void>;
} {
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
      const kept = [...held].flatMap(([name, bytes]) => (bytes === null ? [] : [[name, bytes] as const]));
      await disk.writeAll(new Map(kept));
      for (const [name, bytes] of held) if (bytes === null) await disk.remove(name);
      held.clear();
    },
  };
}
