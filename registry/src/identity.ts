import { LIMITS, type Clock } from '@hypersync/base';
import { isHyperSyncError } from '@hypersync/base';
import { licenseState, verifyLicense, type License } from '@hypersync/entitlement';
import { TIERS, type TierId } from '@hypersync/manifest';
import { createHash } from 'node:crypto';
import { LruMap } from './lru-map.ts';
import type { Tree } from './tree.ts';

/** Who asks. `refused`: a token came, but it is no license that counts now. */
export type Identity =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'licensed'; readonly tier: TierId; readonly customer: string; readonly serial: string };

export interface Identifier {
  identify(authorization: string | undefined): Promise<Identity>;
}

type Verdict = { readonly license: License } | { readonly reason: string };

const REMEMBERED_TOKENS = 10_000;

/**
 * Signatures are checked once per token and tree; dates at every request. Tokens are remembered by their SHA-256, so that
 * a memory dump holds none, and forgotten with the tree whose keys and revocations judged them.
 */
export function createIdentifier(tree: Tree, clock: Clock): Identifier {
  const verdicts = new LruMap<string, Promise<Verdict>>(REMEMBERED_TOKENS);
  return {
    async identify(authorization) {
      if (authorization === undefined || authorization === '') return { kind: 'anonymous' };
      const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(authorization)?.[1];
      if (token === undefined || token.length > LIMITS.licenseBytes) {
        return { kind: 'refused', reason: 'The Authorization header holds no license (Bearer <license>).' };
      }
      const key = createHash('sha256').update(token).digest('base64');
      const verdict = await verdicts.getOrMake(key, () => verify(token, tree));
      return 'license' in verdict
        ? judgeDates(verdict.license, tree, clock)
        : { kind: 'refused', reason: verdict.reason };
    },
  };
}

async function verify(token: string, tree: Tree): Promise<Verdict> {
  try {
    const license = await verifyLicense(token, tree.licenseKeys);
    if (!TIERS.includes(license.tier as TierId))
      return { reason: 'The license is for a tier that this registry does not know.' };
    return { license };
  } catch (error) {
    // Whatever went wrong, the answer is no. The message of our own errors is safe to show; it never quotes the token.
    return { reason: isHyperSyncError(error) ? error.message : 'The license cannot be read.' };
  }
}

function judgeDates(license: License, tree: Tree, clock: Clock): Identity {
  const state = licenseState(license, clock.now(), tree.latestSignedTime);
  if (state === 'active' || state === 'grace') {
    return { kind: 'licensed', tier: license.tier as TierId, customer: license.customer, serial: license.serial };
  }
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const reasons = {
    none: 'There is no license.',
    'not-yet': `The license begins on ${day(license.notBefore)}.`,
    expired: `The license expired on ${day(license.expires)}, and its grace of ${license.graceDays} days is over.`,
    'clock-suspect': "This server's clock stands before a time that was already signed; it cannot judge licenses.",
  };
  return { kind: 'refused', reason: reasons[state] };
}
