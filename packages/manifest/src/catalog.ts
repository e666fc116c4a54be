import type { EvidenceDemand, MechanismFacts, ResourceProfile } from './tier-manifest.ts';
import type { TierId } from './tier.ts';

/** A tier as `manifests/` states it. */
export interface TierSource {
  readonly id: TierId;
  readonly title: string;
  readonly maxNodes: number;
  readonly support: string;
  readonly evidence: EvidenceDemand;
  /** Ids of all mechanisms of the tier, inherited ones included. */
  readonly mechanisms: readonly string[];
}

/** A mechanism as `manifests/` states it. */
export interface MechanismSource extends MechanismFacts {
  readonly number: number;
  readonly profile: ResourceProfile;
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Everything in `manifests/`, validated and cross-checked. */
export interface Catalog {
  readonly tiers: readonly TierSource[];
  readonly mechanisms: readonly MechanismSource[];
  /** Tier to mechanism to configuration keys that replace the defaults. */
  readonly overrides: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

/** Reads and checks the whole of `directory` (default: the manifests room). Throws HS-11xx with file, path and fix. */
export function loadCatalog(_directory?: string): Catalog {
  throw new Error('not written yet');
}

/** A mechanism's defaults with a tier's overrides. */
export function effectiveConfig(_catalog: Catalog, _tier: TierId, _mechanism: string): Readonly<Record<string, unknown>> {
  throw new Error('not written yet');
}
