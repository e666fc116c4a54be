import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Secret } from '@hypersync/registry-client';

export type SignatureAlgorithm = 'ecdsa-p256-sha256' | 'ed25519';

/**
 * Something that can sign. Files are one kind; an HSM or a Sigstore certificate authority is another that callers need not
 * tell apart, hence the promise and no access to a private key.
 */
export interface Signer {
  readonly id: string;
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** ECDSA: DER signature over SHA-256; Ed25519: 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export function signerOf(id: string, algorithm: SignatureAlgorithm, privateKey: KeyObject): Signer {
  const digest = algorithm === 'ed25519' ? null : 'sha256';
  return {
    id,
    algorithm,
    publicKey: new Uint8Array(createPublicKey(privateKey).export({ format: 'der', type: 'spki' })),
    sign: async (message) => new Uint8Array(sign(digest, message, privateKey)),
  };
}

export function makePrivateKey(algorithm: SignatureAlgorithm): KeyObject {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519').privateKey;
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
}

/** PKCS#8 PEM under a passphrase (PBES2, AES-256). */
export function sealPrivateKey(key: KeyObject, passphrase: Secret): string {
  return key
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: passphrase.reveal() })
    .toString();
}

export function unsealPrivateKey(pem: Uint8Array, passphrase: Secret): KeyObject {
  return createPrivateKey({ key: Buffer.from(pem), format: 'pem', passphrase: passphrase.reveal() });
}
