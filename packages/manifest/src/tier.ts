import { HyperSyncError } from '@hypersync/base';
import mapping from '@hypersync/manifests/tier-mapping.json' with { type: 'json' };

/** The slug: how a tier is written in paths, roles and files. */
export type TierId = 'core' | 'basic' | 'pro' | 'advanced' | 'qm-venture' | 'qm-campaign' | 'qm-imperium';

/** From the smallest to the largest; each covers all before it. */
export const TIERS: readonly TierId[] = mapping.tiers.map((tier) => tier.id as TierId);

/** As people write it: `CORE`, `QM Venture`. */
export function tierName(tier: TierId): string {
  return mapping.tiers.find((candidate) => candidate.id === tier)?.name ?? tier;
}

/** Without regard to case, space, hyphen or underscore. Throws HS-1101, which names the seven. */
export function parseTier(text: string): TierId {
  const wanted = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  const tier = TIERS.find((candidate) => candidate === wanted);
  if (tier !== undefined) return tier;
  const names = TIERS.map(tierName).join(', ');
  throw new HyperSyncError('HS-1101', `There is no tier ${JSON.stringify(text.slice(0, 40))}.`, {
    hint: `Use one of: ${names}.`,
    details: { given: text.slice(0, 40), tiers: TIERS.map(tierName) },
  });
}

/** Whether who is entitled to `held` may have what belongs to `wanted`. */
export function tierCovers(held: TierId, wanted: TierId): boolean {
  return TIERS.indexOf(wanted) <= TIERS.indexOf(held);
}

export function tiersCoveredBy(held: TierId): readonly TierId[] {
  return TIERS.filter((tier) => tierCovers(held, tier));
}
