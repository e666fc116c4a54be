import { HyperSyncError } from '@hypersync/base';
import { tierCovers, tierName, yankOf, type TierId } from '@hypersync/manifest';
import type { Identity } from './identity.ts';
import type { Tree } from './tree.ts';

/** What a resource takes: nothing, a tier, or it does not exist. */
export type Needed = 'open' | TierId | null;

/**
 * The table of DESIGN 6, in one place. Returns the tier under which the request is answered, or throws the refusal. Who
 * has no license learns nothing about what is not CORE's: a name that exists and one that does not get the same bytes.
 */
export function admit(identity: Identity, needed: Needed, view: TierId | null): TierId {
  if (needed === 'open') return view ?? 'core';
  if (identity.kind === 'refused') throw new HyperSyncError('HS-1802', identity.reason);
  const wanted = needed === null ? null : higher(needed, view);
  if (identity.kind === 'anonymous') {
    if (wanted === 'core') return 'core';
    throw licenseNeeded();
  }
  if (wanted === null) throw notFound();
  if (tierCovers(identity.tier, wanted)) return identity.tier;
  throw new HyperSyncError(
    'HS-1803',
    `${tierName(wanted)} has this; the license of ${identity.customer} is for ${tierName(identity.tier)}.`,
    {
      details: { tier: wanted, licensed: identity.tier },
    },
  );
}

function higher(tier: TierId, other: TierId | null): TierId {
  return other === null || tierCovers(tier, other) ? tier : other;
}

export function licenseNeeded(): HyperSyncError {
  return new HyperSyncError('HS-1801', 'This needs a license.');
}

export function notFound(): HyperSyncError {
  return new HyperSyncError('HS-1804', 'There is no such thing here.');
}

/** The lowest tier that has the package; null for a name that nobody has. */
export function tierOf(tree: Tree, name: string): TierId | null {
  const tier = tree.access[name];
  return Object.hasOwn(tree.access, name) ? (tier ?? null) : null;
}

/** Throws HS-1805 for a version in quarantine. Milder yanks are hidden from packuments only: locks that hold them still work. */
export function refuseQuarantined(tree: Tree, name: string, version: string): void {
  const yank = yankOf(tree.revocations, name, version);
  if (yank?.level !== 'quarantine') return;
  const instead = yank.replacement === null ? 'There is no replacement yet.' : `Use ${yank.replacement} instead.`;
  throw new HyperSyncError(
    'HS-1805',
    `${name}@${version} is in quarantine since ${yank.at}: ${yank.reason} ${instead}`,
    {
      details: { reason: yank.reason, replacement: yank.replacement, at: yank.at },
    },
  );
}
