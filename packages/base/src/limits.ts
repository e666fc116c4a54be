const KIB = 1024;
const MIB = 1024 * KIB;

/** Every bound on input from outside, in one place. Bytes unless the name says otherwise. */
export const LIMITS = {
  manifestBytes: 1 * MIB,
  manifestDepth: 32,
  licenseBytes: 8 * KIB,
  policyBytes: 256 * KIB,
  trustedRootBytes: 512 * KIB,
  tufRootBytes: 512 * KIB,
  tufTimestampBytes: 16 * KIB,
  tufSnapshotBytes: 2 * MIB,
  tufTargetsBytes: 5 * MIB,
  tufRootRotations: 256,
  tufDelegations: 32,
  /** Entries of any one list in a TUF document: signatures, keys, roles, targets. */
  tufListed: 256,
  bundleBytes: 128 * KIB,
  packumentBytes: 4 * MIB,
  tarballBytes: 32 * MIB,
  unpackedBytes: 128 * MIB,
  unpackRatio: 200,
  archiveEntries: 4096,
  archivePathBytes: 512,
  archiveDepth: 16,
  configBytes: 256 * KIB,
  keyFileBytes: 64 * KIB,
  generationsKept: 1000,
  /** Milliseconds without a byte, and the least average rate after the first five seconds. */
  downloadIdleMs: 20_000,
  downloadMinBytesPerSecond: 1024,
  downloadRetries: 4,
  downloadParallel: 6,
  messageBytes: 4 * MIB,
  proposalBytes: 1 * MIB,
  /** A history of operations to be checked, and one line of it. */
  historyBytes: 256 * MIB,
  historyLineBytes: 1 * MIB,
} as const;

export type Limits = typeof LIMITS;
