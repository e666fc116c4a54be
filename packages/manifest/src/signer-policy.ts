import { readInstallationDocument } from './read-installation-document.ts';

/** A public key that may sign packages. `spki` is base64 DER; `revoked` keys verify nothing. */
export interface SignerKey {
  /** The hint in the Sigstore bundle: 1 to 64 of `a-z 0-9 -`. */
  readonly id: string;
  readonly algorithm: 'ecdsa-p256-sha256' | 'ed25519' | 'ml-dsa-87';
  readonly spki: string;
  readonly revoked: boolean;
}

/** What a package's evidence must look like. Exact matches, no patterns. */
export interface PackageRule {
  /** npm name, exact. */
  readonly package: string;
  readonly mode: 'public-key';
  /** Ids of keys that may sign it. */
  readonly keys: readonly string[];
  /** Compared with SLSA `runDetails.builder.id` and `buildDefinition.externalParameters.source.uri` where provenance is demanded. */
  readonly builder: string;
  readonly source: string;
}

export interface SignerPolicy {
  readonly schemaVersion: 1;
  readonly kind: 'signer-policy';
  readonly keys: readonly SignerKey[];
  readonly rules: readonly PackageRule[];
}

export function parseSignerPolicy(bytes: Uint8Array, source: string): SignerPolicy {
  return readInstallationDocument('signer-policy', bytes, source);
}
