import { sha512Hex, toUtf8, type JsonValue } from '@hypersync/base';
import type { MechanismFacts, PluginEntry, TierManifest } from '@hypersync/manifest';
import type { VerifiedPlugin } from '@hypersync/store';
import { admitGeneration, type Host } from '../src/host.ts';
import { runtimeParts } from './bundle.ts';
import { SEQUENCER_DESCRIPTOR, sequencerSource } from './sequencer.ts';

/** What `loadGeneration` would give, made by hand: for tests of what comes after it. */
export interface HandMade {
  readonly source: string;
  readonly descriptor: {
    readonly id: string;
    readonly version: string;
    readonly guarantee: string;
    readonly interfaceVersion: string;
  };
  readonly minNodes?: number;
  readonly maxNodes?: number;
  /** Changes the entry after everything was computed. */
  readonly edit?: (entry: PluginEntry) => PluginEntry;
  /** Replaces files after their digests were listed. */
  readonly swap?: ReadonlyMap<string, Uint8Array>;
}

export const SEQUENCER: HandMade = { source: sequencerSource(), descriptor: SEQUENCER_DESCRIPTOR };

export function verifiedPlugin(made: HandMade): VerifiedPlugin {
  const { id, version, guarantee, interfaceVersion } = made.descriptor;
  const files = new Map([
    ['plugin.mjs', toUtf8(made.source)],
    ['descriptor.json', toUtf8(JSON.stringify(made.descriptor as JsonValue))],
  ]);
  const digest = { size: 1, sha512: '0'.repeat(128) };
  const entry: PluginEntry = {
    name: `@hypersync/mechanism-${id}`,
    version,
    tarball: digest,
    bundle: digest,
    files: [...files].map(([path, bytes]) => ({ path, size: bytes.length, sha512: sha512Hex(bytes) })),
    mechanism: {
      id,
      title: id,
      guarantee: guarantee as MechanismFacts['guarantee'],
      weight: 'light',
      firstTier: 'core',
    },
    interfaceVersion,
    profile: {
      cpuCores: 1,
      memoryBytes: 1,
      diskBytes: 1,
      networkMbps: 1,
      latencyMs: 1,
      minNodes: made.minNodes ?? 1,
      maxNodes: made.maxNodes ?? 0,
    },
    config: {},
  };
  for (const [path, bytes] of made.swap ?? []) files.set(path, bytes);
  return {
    entry: made.edit?.(entry) ?? entry,
    evidence: { keys: ['key'], mode: 'public-key', provenance: null },
    files,
  };
}

export async function handMadeHost(
  made: readonly HandMade[] = [SEQUENCER],
  manifest: Partial<TierManifest> = {},
  license: { token: string | null; keys: Uint8Array } = { token: null, keys: new Uint8Array() },
): Promise<Host> {
  const plugins = made.map(verifiedPlugin);
  const digest = { size: 1, sha512: '0'.repeat(128) };
  const runtime = { name: '@hypersync/runtime', version: '1.0.0', tarball: digest, bundle: digest, files: [] };
  return admitGeneration(
    {
      id: 1,
      manifest: {
        schemaVersion: 1,
        kind: 'tier-manifest',
        tier: 'core',
        title: 'CORE',
        release: 1,
        issued: '2026-01-01T00:00:00Z',
        maxNodes: 8,
        support: '',
        evidence: { bundle: true, provenance: false, license: false },
        runtime: { ...runtime, entry: 'runtime.mjs', interfaceRange: '^1.0.0', node: '>=24' },
        plugins: plugins.map(({ entry }) => entry),
        ...manifest,
      },
      plugins: new Map(plugins.map((plugin) => [plugin.entry.mechanism.id, plugin])),
      license: license.token,
      licenseKeys: license.keys,
    },
    await runtimeParts(),
  );
}
