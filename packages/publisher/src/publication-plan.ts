import type { TierId } from '@hypersync/manifest';
import type { CatalogState } from './catalog-state.ts';
import { yankLevel } from './catalog-state.ts';
import { tierContents, type TierContent } from './tier-manifests.ts';
import type { Catalog } from '@hypersync/manifest';

/** One package in the eyes of one tier. */
export interface TierChange {
  readonly package: string;
  readonly from: string | null;
  readonly to: string;
  /** The version named is withdrawn and there is no other. */
  readonly withdrawn: boolean;
}

export interface TierOutlook {
  readonly tier: TierId;
  readonly title: string;
  /** `unclaimed`: not published, for `missing` does not exist. */
  readonly status: 'new' | 'changed' | 'unchanged' | 'unclaimed';
  readonly missing: readonly string[];
  readonly packages: readonly TierChange[];
}

/** What each tier will see after a change: shown before anything is written. */
export interface PublicationPlan {
  readonly release: { readonly from: number; readonly to: number };
  /** `name@version` that are served for the first time. */
  readonly added: readonly string[];
  readonly tiers: readonly TierOutlook[];
}

export function planPublication(
  before: CatalogState,
  after: CatalogState,
  catalog: Catalog,
  published: ReadonlySet<string>,
): PublicationPlan {
  const earlier = new Map(tierContents(before, catalog).map((content) => [content.tier.id, content]));
  const tiers = tierContents(after, catalog).map((content) =>
    outlook(content, earlier.get(content.tier.id), after, published),
  );
  const added = namesOf(after).filter((id) => !namesOf(before).includes(id));
  return { release: { from: before.release, to: after.release }, added, tiers };
}

function outlook(
  content: TierContent,
  earlier: TierContent | undefined,
  after: CatalogState,
  published: ReadonlySet<string>,
): TierOutlook {
  const { id, title } = content.tier;
  const was = published.has(id);
  if (content.missing.length > 0 && !was)
    return { tier: id, title, status: 'unclaimed', missing: content.missing, packages: [] };
  const old = was && earlier !== undefined ? versionsOf(earlier) : new Map<string, string>();
  const packages = [...versionsOf(content)].map(([name, to]) => {
    const withdrawn = yankLevel(after, name, to) > 0;
    return { package: name, from: old.get(name) ?? null, to, withdrawn };
  });
  const changed = packages.some((change) => change.from !== change.to) || packages.length !== old.size;
  return {
    tier: id,
    title,
    status: !was ? 'new' : changed ? 'changed' : 'unchanged',
    missing: content.missing,
    packages,
  };
}

function versionsOf(content: TierContent): Map<string, string> {
  const artifacts = [...(content.runtime === null ? [] : [content.runtime]), ...content.plugins.values()];
  return new Map(artifacts.map(({ entry }) => [entry.name, entry.version]));
}

function namesOf(state: CatalogState): readonly string[] {
  return Object.entries(state.packages)
    .flatMap(([name, versions]) => Object.keys(versions).map((version) => `${name}@${version}`))
    .sort();
}

/** The plan as a table for people. */
export function formatPlan(plan: PublicationPlan): string {
  const lines = [`Release ${plan.release.from} -> ${plan.release.to}`];
  for (const tier of plan.tiers) {
    if (tier.status === 'unclaimed') {
      lines.push(`  ${tier.title.padEnd(12)} not published: lacks ${tier.missing.join(', ')}`);
      continue;
    }
    lines.push(`  ${tier.title.padEnd(12)} ${tier.status}, ${tier.packages.length} packages`);
    for (const change of tier.packages) {
      if (change.from === change.to && !change.withdrawn) continue;
      const move = change.from === null ? `+ ${change.to}` : `${change.from} -> ${change.to}`;
      lines.push(
        `      ${change.package.padEnd(40)} ${move}${change.withdrawn ? '  (withdrawn, no other version)' : ''}`,
      );
    }
  }
  return lines.join('\n');
}
