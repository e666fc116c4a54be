/** @file Licenses: issue, verify, decide. Pure: keys, clock and tokens come in as values. */
export { issueLicense, type LicenseTerms, type LicenseSigner } from './issue.ts';
export {
  parseLicenseKeys,
  refuseSuperseded,
  verifyLicense,
  type License,
  type LicenseKey,
  type LicenseKeySet,
  type TierName,
} from './license.ts';
export { decide, licenseState, type Decision, type LicenseAction, type LicenseState } from './decide.ts';
