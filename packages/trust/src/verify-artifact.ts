import { HyperSyncError, LIMITS, sha512Hex } from '@hypersync/base';
import {
  yankOf,
  type ArtifactEntry,
  type EvidenceDemand,
  type LockedArtifact,
  type PackageRule,
  type RevocationList,
  type SignerPolicy,
} from '@hypersync/manifest';
import { openEnvelope } from './envelope.ts';
import { checkStatement } from './statement.ts';

declare const verifiedArtifact: unique symbol;

/** What was offered for one entry of a verified manifest. */
export interface ArtifactClaim {
  readonly entry: ArtifactEntry;
  readonly tarball: Uint8Array;
  readonly bundle: Uint8Array;
}

/** What proved an artifact's origin; goes into lock file and `verify` output. */
export type AdmittedEvidence = LockedArtifact['evidence'];

/** Bytes whose digest the signed manifest names and whose signatures obey the policy. Only this room makes one. */
export interface VerifiedArtifact {
  readonly [verifiedArtifact]: true;
  readonly entry: ArtifactEntry;
  readonly tarball: Uint8Array;
  readonly bundle: Uint8Array;
  readonly evidence: AdmittedEvidence;
}

/** The policy side of a check: who may sign, what must be proven, what was withdrawn. */
export interface ArtifactRules {
  readonly policy: SignerPolicy;
  readonly evidence: EvidenceDemand;
  readonly revocations: RevocationList;
}

/**
 * Order: limits, digests, signature mode, signatures, statement (subject, name, version, provenance where demanded).
 * Any throw inside is a refusal with HS-12xx. `quarantine` in the revocations refuses too (HS-1212, exit 81).
 */
export function verifyArtifact(claim: ArtifactClaim, rules: ArtifactRules): VerifiedArtifact {
  const { entry, tarball, bundle } = claim;
  checkBytes(entry, 'tarball', tarball, entry.tarball, LIMITS.tarballBytes);
  const evidence = verifyEvidence(entry, bundle, rules);
  return Object.freeze({ entry, tarball, bundle, evidence }) as VerifiedArtifact;
}

/**
 * The same without the tarball, for a tree whose files are compared one by one with `entry.files`: the bundle is the
 * listed one, signed by an allowed key, and states the listed tarball digest. What the host does at every load.
 */
export function verifyEvidence(entry: ArtifactEntry, bundle: Uint8Array, rules: ArtifactRules): AdmittedEvidence {
  checkQuarantine(entry, rules.revocations);
  checkBytes(entry, 'bundle', bundle, entry.bundle, LIMITS.bundleBytes);
  const rule = ruleFor(entry, rules.policy);
  const { keyId, payload } = openEnvelope(entry.name, bundle, rule, rules.policy);
  const provenance = checkStatement(entry, payload, rules.evidence.provenance ? rule : null);
  return { keys: [keyId], mode: rule.mode, provenance };
}

function checkBytes(
  entry: ArtifactEntry,
  kind: 'tarball' | 'bundle',
  bytes: Uint8Array,
  listed: { readonly size: number; readonly sha512: string },
  limit: number,
): void {
  const what = `The ${kind} of ${entry.name}@${entry.version}`;
  if (bytes.length > limit)
    throw new HyperSyncError('HS-1211', `${what} has ${bytes.length} bytes, more than ${limit}.`);
  if (bytes.length !== listed.size) {
    throw new HyperSyncError('HS-1211', `${what} has ${bytes.length} bytes; the signed manifest lists ${listed.size}.`);
  }
  const digest = sha512Hex(bytes);
  if (digest === listed.sha512) return;
  throw new HyperSyncError(
    'HS-1211',
    `${what} has SHA-512 ${digest.slice(0, 16)}…; the signed manifest lists ${listed.sha512.slice(0, 16)}….`,
    {
      details: { package: entry.name, version: entry.version, kind, expected: listed.sha512, actual: digest },
    },
  );
}

/** Throws HS-1212 where the vendor withdrew this version for safety. */
export function checkQuarantine(entry: ArtifactEntry, revocations: RevocationList): void {
  const yank = yankOf(revocations, entry.name, entry.version);
  if (yank?.level !== 'quarantine') return;
  const instead = yank.replacement === null ? '' : ` Use ${yank.replacement} instead.`;
  throw new HyperSyncError('HS-1212', `${entry.name}@${entry.version} is quarantined: ${yank.reason}${instead}`, {
    details: { package: entry.name, version: entry.version, reason: yank.reason, replacement: yank.replacement },
  });
}

function ruleFor(entry: ArtifactEntry, policy: SignerPolicy): PackageRule {
  const rules = policy.rules.filter((rule) => rule.package === entry.name);
  const [rule] = rules;
  if (rule === undefined || rules.length !== 1) {
    throw new HyperSyncError(
      'HS-1214',
      `The signer policy has ${rules.length} rules for ${entry.name}; exactly one is needed.`,
    );
  }
  return rule;
}
