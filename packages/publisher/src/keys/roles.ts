import { TIERS, type TierId } from '@hypersync/manifest';
import type { KeyAlgorithm } from './signer.ts';

/** What a key may be used for. TUF roles carry the TUF names (formats.md 2). */
export type KeyRole = 'root' | 'targets' | 'snapshot' | 'timestamp' | `tier-${TierId}` | 'plugin' | 'npm' | 'license';

export interface RoleRule {
  readonly role: KeyRole;
  readonly algorithm: KeyAlgorithm;
  /** How many keys the role has, and how many must sign. */
  readonly keys: number;
  readonly threshold: number;
  /** Offline keys are needed for rare acts only and belong on another medium. */
  readonly offline: boolean;
}

/**
 * npm's client verifies ECDSA P-256 only, and Sigstore bundles are most widely understood with it; licenses are EdDSA by
 * format; the rest is Ed25519.
 */
export const ROLE_RULES: readonly RoleRule[] = [
  { role: 'root', algorithm: 'ed25519', keys: 3, threshold: 2, offline: true },
  { role: 'targets', algorithm: 'ed25519', keys: 2, threshold: 2, offline: true },
  { role: 'snapshot', algorithm: 'ed25519', keys: 1, threshold: 1, offline: false },
  { role: 'timestamp', algorithm: 'ed25519', keys: 1, threshold: 1, offline: false },
  ...TIERS.map((tier): RoleRule => ({
    role: `tier-${tier}`,
    algorithm: 'ed25519',
    keys: 1,
    threshold: 1,
    offline: false,
  })),
  { role: 'plugin', algorithm: 'ecdsa-p256-sha256', keys: 1, threshold: 1, offline: true },
  { role: 'npm', algorithm: 'ecdsa-p256-sha256', keys: 1, threshold: 1, offline: false },
  { role: 'license', algorithm: 'ed25519', keys: 1, threshold: 1, offline: false },
];

export function ruleOf(role: KeyRole): RoleRule {
  const rule = ROLE_RULES.find((candidate) => candidate.role === role);
  if (rule === undefined) throw new TypeError(`no rule for the role ${role}`);
  return rule;
}
