import { HyperSyncError } from '@hypersync/base';
import { parseLicenseKeys, verifyLicense, type License } from '@hypersync/entitlement';
import { tierCovers, tierName, TIERS, type PluginEntry, type TierId, type TierManifest } from '@hypersync/manifest';

/** What bounds the number of nodes of a cluster on this installation. 0 means no bound. */
export interface NodeLimits {
  readonly tier: TierManifest['tier'];
  readonly byTier: number;
  /** Null without a license, where the tier needs none. */
  readonly byLicense: number | null;
  /** Why no cluster may be formed at all; null when one may. */
  readonly refusal: HyperSyncError | null;
}

/**
 * The license is verified, not its dates: an expired license never stops a cluster from running here (DESIGN 5.4). A license
 * that does not verify, or none where the tier demands one, does.
 */
export async function readNodeLimits(options: {
  readonly manifest: TierManifest;
  readonly license: string | null;
  readonly licenseKeys: Uint8Array;
}): Promise<NodeLimits> {
  const { manifest, license } = options;
  const base = { tier: manifest.tier, byTier: manifest.maxNodes };
  if (!manifest.evidence.license) return { ...base, byLicense: null, refusal: null };
  if (license === null) {
    const message = `The tier ${tierName(manifest.tier)} needs a license to form a cluster, and none is kept here.`;
    return { ...base, byLicense: null, refusal: new HyperSyncError('HS-2016', message) };
  }
  let verified: License;
  try {
    verified = await verifyLicense(license, parseLicenseKeys(options.licenseKeys, 'license-keys.json'));
  } catch (error) {
    return { ...base, byLicense: null, refusal: error as HyperSyncError };
  }
  if (!tierCovers(verified.tier as TierId, manifest.tier)) {
    const message = `The license ${verified.serial} covers ${verified.tier}, the installation is ${manifest.tier}.`;
    return { ...base, byLicense: null, refusal: new HyperSyncError('HS-2016', message) };
  }
  return { ...base, byLicense: verified.nodes, refusal: null };
}

/**
 * Throws HS-2013 above the tier's or license's limit, HS-2014 outside the mechanism's resource profile, or what the license
 * is refused for. Diagnosis needs no license: it is never hidden.
 */
export function checkNodes(
  nodes: number,
  entry: PluginEntry,
  limits: NodeLimits,
  purpose: 'work' | 'diagnosis' = 'work',
): void {
  const { minNodes, maxNodes } = entry.profile;
  if (limits.refusal !== null && purpose === 'work') throw limits.refusal;
  const { byTier, byLicense, tier } = limits;
  if (byTier > 0 && nodes > byTier) {
    const next = TIERS[TIERS.indexOf(tier) + 1];
    throw new HyperSyncError('HS-2013', `A cluster of ${nodes} nodes: the tier ${tierName(tier)} allows ${byTier}.`, {
      hint:
        next === undefined
          ? 'Form a smaller cluster.'
          : `${tierName(next)} is the next tier that allows more: hyper-install --tier ${tierName(next)}.`,
      details: { nodes, limit: byTier, by: 'tier', tier, liftedBy: next ?? null },
    });
  }
  if (byLicense !== null && byLicense > 0 && nodes > byLicense) {
    throw new HyperSyncError('HS-2013', `A cluster of ${nodes} nodes: the license allows ${byLicense}.`, {
      hint: `Ask the vendor for a license for more nodes; the tier ${tierName(tier)} itself allows ${byTier === 0 ? 'any number' : byTier}.`,
      details: { nodes, limit: byLicense, by: 'license', tier },
    });
  }
  if (!Number.isSafeInteger(nodes) || nodes < minNodes || (maxNodes > 0 && nodes > maxNodes)) {
    const range = maxNodes > 0 ? `${minNodes} to ${maxNodes}` : `at least ${minNodes}`;
    throw new HyperSyncError('HS-2014', `${entry.mechanism.title} runs on ${range} nodes, not on ${nodes}.`, {
      details: { nodes, minNodes, maxNodes },
    });
  }
}
