import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { ML_DSA_87, type MessageSigner, type SignatureVerifier } from '@hypersync/governance';

/** What precedes the raw key in the DER of an ML-DSA-87 public key (RFC 9881). */
const DER_PREFIX = Buffer.from('30820a32300b060960864801650304031303820a2100', 'hex');
/** A committee's keys are parsed once; more than so many committees at a time are not expected. */
const MAX_KEYS = 1024;

/** ML-DSA-87 (FIPS 204) for `MultiSignatureManager`, in Node's pool of threads, so that a node goes on while it computes. */
export interface MultiSignatureDriver {
  readonly sign: MessageSigner;
  /** False for a key that is none and for any signature that does not fit; never rejects. */
  readonly verify: SignatureVerifier;
}

/** The private key stays here. Throws RangeError for one of another kind. */
export function multiSignatureDriver(privateKey: KeyObject): MultiSignatureDriver {
  if (privateKey.asymmetricKeyType !== 'ml-dsa-87') throw new RangeError('a private key of ML-DSA-87 is needed');
  const keys = new Map<string, KeyObject | null>();
  const keyOf = (raw: Uint8Array): KeyObject | null => {
    const name = Buffer.from(raw).toString('latin1');
    const known = keys.get(name);
    if (known !== undefined) return known;
    const key = publicKeyFrom(raw);
    if (keys.size >= MAX_KEYS) keys.delete(keys.keys().next().value!);
    keys.set(name, key);
    return key;
  };
  return {
    sign: (message) =>
      new Promise((resolve, reject) => {
        sign(null, message, privateKey, (error, signature) => (error === null ? resolve(signature) : reject(error)));
      }),
    verify: ({ publicKey, message, signature }) => {
      const key = keyOf(publicKey);
      if (key === null) return false;
      return new Promise((resolve) => {
        verify(null, message, key, signature, (error, valid) => resolve(error === null && valid));
      });
    },
  };
}

/** A member's key pair, the public one raw, as `registerPublicKey` takes it. */
export function newMultiSignatureKey(): { readonly privateKey: KeyObject; readonly publicKey: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ml-dsa-87');
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return { privateKey, publicKey: new Uint8Array(der.subarray(DER_PREFIX.length)) };
}

function publicKeyFrom(raw: Uint8Array): KeyObject | null {
  if (raw.length !== ML_DSA_87.publicKeyBytes) return null;
  try {
    return createPublicKey({ key: Buffer.concat([DER_PREFIX, raw]), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
