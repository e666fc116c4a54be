import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { canonicalJson, sha256Hex, toUtf8 } from '@hypersync/base';
import { Key } from '@tufjs/models';

/** A TUF key that exists only in this process: Ed25519, as every role's key. */
export interface FakeTufKey {
  readonly key: Key;
  sign(bytes: Uint8Array): string;
}

/** A key that signs packages, as the signer policy names it. */
export interface FakeSigningKey {
  readonly id: string;
  readonly algorithm: 'ecdsa-p256-sha256' | 'ed25519' | 'ml-dsa-87';
  /** SPKI, DER, base64. */
  readonly spki: string;
  readonly privateKey: KeyObject;
  sign(bytes: Uint8Array): Uint8Array;
}

export function fakeTufKey(): FakeTufKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const body = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  const keyID = sha256Hex(toUtf8(canonicalJson(body)));
  const key = new Key({ keyID, keyType: body.keytype, scheme: body.scheme, keyVal: body.keyval });
  return { key, sign: (bytes) => sign(null, bytes, privateKey).toString('hex') };
}

export function fakeSigningKey(
  id: string,
  algorithm: FakeSigningKey['algorithm'] = 'ecdsa-p256-sha256',
): FakeSigningKey {
  const { publicKey, privateKey } = keyPair(algorithm);
  const digest = algorithm === 'ecdsa-p256-sha256' ? 'sha256' : null;
  return {
    id,
    algorithm,
    spki: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
    privateKey,
    sign: (bytes) => sign(digest, bytes, privateKey),
  };
}

function keyPair(algorithm: FakeSigningKey['algorithm']): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  if (algorithm === 'ml-dsa-87') return generateKeyPairSync('ml-dsa-87');
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}
