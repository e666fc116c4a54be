import {
  effectiveConfig,
  type Catalog,
  type PluginEntry,
  type TierId,
  type TierManifest,
  type TierSource,
} from '@hypersync/manifest';
import { selectedVersion, type CatalogState, type PublishedArtifact } from './catalog-state.ts';
import { isoSeconds } from './tuf-author.ts';

const RUNTIME = '@hypersync/runtime';

/** What a tier would hold, and what it lacks to be published at all. */
export interface TierContent {
  readonly tier: TierSource;
  readonly runtime: PublishedArtifact | null;
  /** By mechanism id, sorted. */
  readonly plugins: ReadonlyMap<string, PublishedArtifact>;
  /** Ids of mechanisms without a stable version; `runtime` beside them. */
  readonly missing: readonly string[];
}

export function tierContents(state: CatalogState, catalog: Catalog): readonly TierContent[] {
  const byMechanism = new Map<string, PublishedArtifact>();
  for (const name of Object.keys(state.packages)) {
    const artifact = selectedVersion(state, name);
    if (artifact?.facts.kind === 'plugin') byMechanism.set(artifact.facts.mechanism, artifact);
  }
  const runtime = selectedVersion(state, RUNTIME);
  return catalog.tiers.map((tier) => {
    const plugins = new Map<string, PublishedArtifact>();
    const missing = runtime === null ? ['runtime'] : [];
    for (const id of [...tier.mechanisms].sort()) {
      const artifact = byMechanism.get(id);
      if (artifact === undefined) missing.push(id);
      else plugins.set(id, artifact);
    }
    return { tier, runtime, plugins, missing };
  });
}

/** The manifest of a tier whose runtime exists; plugins that it lacks are left out. */
export function tierManifest(
  content: TierContent,
  catalog: Catalog,
  release: number,
  now: number,
): TierManifest | null {
  const { tier, runtime } = content;
  if (runtime?.facts.kind !== 'runtime') return null;
  const { entry, interfaceRange, node } = runtime.facts;
  return {
    schemaVersion: 1,
    kind: 'tier-manifest',
    tier: tier.id,
    title: tier.title,
    release,
    issued: isoSeconds(now),
    maxNodes: tier.maxNodes,
    support: tier.support,
    evidence: tier.evidence,
    runtime: { ...runtime.entry, entry, interfaceRange, node },
    plugins: [...content.plugins].map(([id, artifact]) => pluginEntry(artifact, catalog, tier.id, id)),
  };
}

function pluginEntry(artifact: PublishedArtifact, catalog: Catalog, tier: TierId, id: string): PluginEntry {
  const mechanism = catalog.mechanisms.find((candidate) => candidate.id === id);
  const { facts, entry } = artifact;
  if (mechanism === undefined || facts.kind !== 'plugin') throw new TypeError(`no mechanism ${id}`);
  const { title, guarantee, weight, firstTier, profile } = mechanism;
  return {
    ...entry,
    mechanism: { id, title, guarantee, weight, firstTier },
    interfaceVersion: facts.interfaceVersion,
    profile,
    config: effectiveConfig(catalog, tier, id),
  };
}
