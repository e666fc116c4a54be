import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { SignerKey } from '@hypersync/manifest';

/** Signature algorithms of the vendor's keys. ECDSA signatures are DER. */
export type KeyAlgorithm = Exclude<SignerKey['algorithm'], 'ml-dsa-87'>;

/**
 * Something that signs. Callers never see a private key, so an HSM (PKCS#11) or a certificate authority can take the
 * place of a file without a change elsewhere.
 */
export interface Signer {
  /** Unique in the vendor's workspace; also the hint in bundles and the kid in licenses. */
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** Signs with a private key in this process's memory. */
export function memorySigner(id: string, privateKey: KeyObject): Signer {
  const algorithm = algorithmOf(privateKey);
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    id,
    algorithm,
    spki,
    sign: async (message) => sign(algorithm === 'ed25519' ? null : 'sha256', message, privateKey),
  };
}

function algorithmOf(key: KeyObject): KeyAlgorithm {
  return key.asymmetricKeyType === 'ed25519' ? 'ed25519' : 'ecdsa-p256-sha256';
}
