/** @file Builds, signs and publishes: the vendor's side, as functions. `hyper-publish` is a thin command line over them. */
export { initWorkspace, type InitOptions } from './init.ts';
export { openWorkspace, type ProgressEvent, type VendorFacts, type Workspace } from './workspace.ts';
export { buildable, buildPackages, readBuilds, type BuildOptions, type StoredBuild } from './builds.ts';
export { promote, publish, yank, type PublishOptions, type YankRequest } from './publish.ts';
export type { ChangeOptions, ChangeResult } from './change-catalog.ts';
export { formatPlan, type PublicationPlan, type TierChange, type TierOutlook } from './publication-plan.ts';
export { rotateKeys, type RotateRequest, type RotateResult } from './rotate-keys.ts';
export { KEY_ROLES, readKeys, type KeyRecord, type KeyRole, type KeyState } from './keyring.ts';
export type { Signer, SignatureAlgorithm } from './signer.ts';
export {
  issueWorkspaceLicense,
  licenseToken,
  listLicenses,
  revokeLicense,
  showLicense,
  type IssuedLicense,
  type LicenseRequest,
} from './licenses.ts';
export { currentAnchor, makeInstaller, type InstallerOptions } from './vendor-installer.ts';
export { publishToNpm, type NpmResult, type NpmTarget } from './publish-to-npm.ts';
export { ownCheckout } from './own-checkout.ts';
export { runPublisher } from './cli/program.ts';
export type { PublisherEnvironment } from './cli/console.ts';
