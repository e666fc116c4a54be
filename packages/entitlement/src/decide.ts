import type { License } from './license.ts';

/** `clock-suspect`: the clock stands before the latest signed time that this host has seen. */
export type LicenseState = 'none' | 'not-yet' | 'active' | 'grace' | 'expired' | 'clock-suspect';

/** What somebody wants to do. Running and diagnosing are never refused. */
export type LicenseAction = 'fetch' | 'install' | 'upgrade' | 'scale-out' | 'run' | 'diagnose';

export interface Decision {
  readonly allowed: boolean;
  readonly code: 'HS-1301' | 'HS-1302' | 'HS-1303' | 'HS-1304' | 'HS-1305' | null;
  readonly reason: string;
  readonly state: LicenseState;
  /** Tiers that the license covers, as slugs; the smallest always. */
  readonly covers: readonly string[];
}

const DAY_MS = 86_400_000;
/** Signed times are written by another machine's clock; that much disagreement is no sign of tampering. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** `latestSignedTime`: the newest time in signed metadata that this host has accepted, 0 for none. */
export function licenseState(license: License | null, now: number, latestSignedTime: number): LicenseState {
  if (license === null) return 'none';
  if (now + CLOCK_TOLERANCE_MS < Math.max(latestSignedTime, license.issuedAt)) return 'clock-suspect';
  if (now + CLOCK_TOLERANCE_MS < license.notBefore) return 'not-yet';
  if (now < license.expires) return 'active';
  return now < license.expires + license.graceDays * DAY_MS ? 'grace' : 'expired';
}

/**
 * What each state still allows beside running and diagnosing, which are always allowed. Expiry stops new things after
 * the stated grace; it never stops what runs.
 */
const ALLOWED: Readonly<Record<Exclude<LicenseState, 'none'>, readonly LicenseAction[]>> = {
  active: ['fetch', 'install', 'upgrade', 'scale-out'],
  grace: ['fetch', 'upgrade'],
  expired: [],
  'not-yet': [],
  'clock-suspect': [],
};

const REFUSAL = {
  grace: 'HS-1305',
  expired: 'HS-1303',
  'not-yet': 'HS-1302',
  'clock-suspect': 'HS-1304',
  active: 'HS-1301',
} as const;

/** `tiers` from smallest to largest. The first needs no license. */
export function decide(request: {
  license: License | null;
  tier: string;
  action: LicenseAction;
  now: number;
  latestSignedTime: number;
  tiers: readonly string[];
}): Decision {
  const { license, tier, action, tiers } = request;
  const state = licenseState(license, request.now, request.latestSignedTime);
  const rank = tiers.indexOf(tier);
  const held = license === null ? 0 : Math.max(0, tiers.indexOf(license.tier));
  const covers = tiers.slice(0, held + 1);
  const yes = (reason: string): Decision => ({ allowed: true, code: null, reason, state, covers });
  const no = (code: NonNullable<Decision['code']>, reason: string): Decision => ({
    allowed: false,
    code,
    reason,
    state,
    covers,
  });

  if (action === 'run' || action === 'diagnose')
    return yes('Running and diagnosing never depend on a license’s dates.');
  if (rank < 0) return no('HS-1301', `There is no tier ${JSON.stringify(tier)}.`);
  if (rank === 0) return yes(`Tier ${tier} needs no license.`);
  if (license === null || state === 'none')
    return no('HS-1301', `Tier ${tier} needs a license; without one only ${covers.join(', ')} is covered.`);
  if (!covers.includes(tier)) {
    return no(
      'HS-1301',
      `The license of ${license.customer} is for tier ${license.tier} and covers ${covers.join(', ')}, not ${tier}.`,
    );
  }
  if (ALLOWED[state].includes(action)) return yes(`The license of ${license.customer} covers tier ${tier}.`);
  return no(REFUSAL[state], `${explain(state, license)} ${action} is not possible.`);
}

function explain(state: Exclude<LicenseState, 'none'>, license: License): string {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  switch (state) {
    case 'active':
      return `The license of ${license.customer} is active.`;
    case 'grace':
      return `The license of ${license.customer} expired on ${day(license.expires)}; grace ends on ${day(license.expires + license.graceDays * DAY_MS)}.`;
    case 'expired':
      return `The license of ${license.customer} expired on ${day(license.expires)} and its grace of ${license.graceDays} days is over.`;
    case 'not-yet':
      return `The license of ${license.customer} begins on ${day(license.notBefore)}.`;
    case 'clock-suspect':
      return 'This machine’s clock stands before a time that the vendor has already signed.';
  }
}
