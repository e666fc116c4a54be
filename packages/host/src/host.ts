import { fromUtf8, HyperSyncError, isHyperSyncError, systemClock } from '@hypersync/base';
import type { MechanismFacts, TierManifest } from '@hypersync/manifest';
import { loadGeneration, nodeFileSystem, openStore, type FileSystem, type VerifiedGeneration } from '@hypersync/store';
import type { TrustAnchor } from '@hypersync/trust';
import { admitPlugin, type AdmittedPlugin } from './admit-plugin.ts';
import { readNodeLimits, type NodeLimits } from './node-limits.ts';
import type { RuntimeParts } from './plugin-worker.ts';

/** A generation whose every plugin may be loaded. */
export interface Host {
  readonly generation: number;
  readonly tier: TierManifest['tier'];
  readonly runtimeVersion: string;
  /** By id. */
  readonly mechanisms: readonly InstalledMechanism[];
  /** Throws HS-2012, which names what is installed. */
  plugin(mechanism: string): AdmittedPlugin;
  readonly limits: NodeLimits;
  /** Lets go of the generation, which `gc` may then remove. Running clusters do not need it. */
  close(): void;
  readonly parts: RuntimeParts;
}

export interface InstalledMechanism extends Pick<MechanismFacts, 'id' | 'title' | 'guarantee' | 'weight'> {
  readonly version: string;
  readonly interfaceVersion: string;
  readonly minNodes: number;
  /** 0 means no limit of its own. */
  readonly maxNodes: number;
}

/**
 * Verifies the current generation from the anchor down and admits its plugins. Nothing of a plugin runs here; each is
 * evaluated when a cluster starts, from the bytes held since. Throws HS-2001 without an anchor, HS-12xx and HS-15xx (exit
 * 80) for anything unverified, HS-2002 to HS-2006.
 */
export async function openHost(options: {
  /** Absolute path of the installation. */
  readonly root: string;
  readonly anchor: TrustAnchor | null;
  /** Default: what `current` names. */
  readonly generation?: number;
  readonly fs?: FileSystem;
  /** Default: `worker.mjs` and `prelude.mjs` of the verified runtime. */
  readonly parts?: RuntimeParts;
}): Promise<Host> {
  const { root, anchor, generation, parts, fs = nodeFileSystem } = options;
  if (anchor === null)
    throw new HyperSyncError('HS-2001', 'This runtime was not published by a vendor: it trusts nobody.');
  const verified = await loadGeneration({ root, anchor, fs, ...(generation === undefined ? {} : { generation }) });
  const host = await admitGeneration(verified, parts ?? partsOf(verified));
  return fs === nodeFileSystem ? { ...host, close: hold(root, verified.id) } : host;
}

/**
 * Keeps the installer's `gc` away from the generation. Where this user may not write beside the installation there is no
 * lock to take: what was verified is in memory already, so the host runs on.
 */
function hold(root: string, generation: number): () => void {
  try {
    return openStore({ root, fs: nodeFileSystem, clock: systemClock }).use(generation);
  } catch (error) {
    if (isHyperSyncError(error)) throw error;
    return () => {};
  }
}

/** The second half of `openHost`: from verified values to a host. */
export async function admitGeneration(
  verified: Pick<VerifiedGeneration, 'id' | 'manifest' | 'plugins' | 'license' | 'licenseKeys'>,
  parts: RuntimeParts,
): Promise<Host> {
  const { manifest } = verified;
  const plugins = new Map<string, AdmittedPlugin>();
  for (const [id, plugin] of verified.plugins) {
    plugins.set(id, admitPlugin(plugin, manifest.runtime.interfaceRange));
  }
  const mechanisms = [...plugins.values()].map(summaryOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    generation: verified.id,
    tier: manifest.tier,
    runtimeVersion: manifest.runtime.version,
    mechanisms,
    limits: await readNodeLimits(verified),
    parts,
    close: () => {},
    plugin(mechanism) {
      const plugin = plugins.get(mechanism);
      if (plugin !== undefined) return plugin;
      throw new HyperSyncError('HS-2012', `The mechanism ${JSON.stringify(mechanism.slice(0, 64))} is not installed.`, {
        hint: `Installed are: ${mechanisms.map(({ id }) => id).join(', ')}.`,
        details: { mechanism, installed: mechanisms.map(({ id }) => id) },
      });
    },
  };
}

/** The worker and the prelude as verified bytes: what runs is what was hashed. */
function partsOf({ runtimeFiles, manifest }: VerifiedGeneration): RuntimeParts {
  const text = (path: string): string => {
    const bytes = runtimeFiles.get(path);
    if (bytes === undefined) {
      throw new HyperSyncError('HS-2002', `${manifest.runtime.name} ${manifest.runtime.version} has no ${path}.`);
    }
    return fromUtf8(bytes);
  };
  return { worker: text('worker.mjs'), prelude: text('prelude.mjs') };
}

function summaryOf({ entry }: AdmittedPlugin): InstalledMechanism {
  const { id, title, guarantee, weight } = entry.mechanism;
  const { minNodes, maxNodes } = entry.profile;
  return {
    id,
    title,
    guarantee,
    weight,
    version: entry.version,
    interfaceVersion: entry.interfaceVersion,
    minNodes,
    maxNodes,
  };
}
