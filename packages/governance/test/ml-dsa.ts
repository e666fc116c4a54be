import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { MessageSigner, SignatureVerifier } from '../src/index.ts';

/** What precedes the key in the DER of an ML-DSA-87 public key (RFC 9881): the raw key is the rest. */
const PREFIX = Buffer.from('30820a32300b060960864801650304031303820a2100', 'hex');

export interface MlDsaKey {
  readonly publicKey: Uint8Array;
  readonly sign: MessageSigner;
}

export function newMlDsaKey(): MlDsaKey {
  const { publicKey, privateKey } = generateKeyPairSync('ml-dsa-87');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { publicKey: new Uint8Array(der.subarray(PREFIX.length)), sign: (message) => sign(null, message, privateKey) };
}

/** The seam, on the main thread: what a pool of worker threads does in the host. */
export const verifyMlDsa: SignatureVerifier = ({ publicKey, message, signature }) => {
  const key = createPublicKey({ key: Buffer.concat([PREFIX, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
};
