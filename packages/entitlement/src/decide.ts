import type { License } from './license.ts';

/** `clock-suspect`: the clock stands before the latest signed time that this host has seen. */
export type LicenseState = 'none' | 'not-yet' | 'active' | 'grace' | 'expired' | 'clock-suspect';

/** What somebody wants to do. Running is never refused for a date. */
export type LicenseAction = 'fetch' | 'install' | 'upgrade' | 'scale-out' | 'run' | 'diagnose';

export interface Decision {
  readonly allowed: boolean;
  /** HS-13xx when refused. */
  readonly code: 'HS-1301' | 'HS-1302' | 'HS-1303' | 'HS-1304' | 'HS-1305' | null;
  readonly reason: string;
  readonly state: LicenseState;
  /** Tiers that the license covers, as slugs; CORE's always. */
  readonly covers: readonly string[];
}

/** `latestSignedTime`: the newest time in signed metadata that this host has accepted. */
export function licenseState(_license: License | null, _now: number, _latestSignedTime: number): LicenseState {
  throw new Error('not written yet');
}

/** `tiers` from smallest to largest. The first needs no license. */
export function decide(_request: {
  license: License | null;
  tier: string;
  action: LicenseAction;
  now: number;
  latestSignedTime: number;
  tiers: readonly string[];
}): Decision {
  throw new Error('not written yet');
}
