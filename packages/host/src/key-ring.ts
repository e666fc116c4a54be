import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import type { NodeId } from '@hypersync/interface';

/** Answers a mechanism's crypto effects. Ed25519 (RFC 8032); off the main thread, in Node's pool. */
export interface KeyRing {
  sign(self: NodeId, message: Uint8Array): Promise<Uint8Array>;
  /** False for a signer that is no member, and for a signature of any other length. */
  verify(signer: NodeId, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** Fresh keys for the members of one in-process cluster; private keys never leave it. */
export function createKeyRing(members: readonly NodeId[]): KeyRing {
  const keys = new Map<NodeId, { privateKey: KeyObject; publicKey: KeyObject }>();
  for (const member of members) keys.set(member, generateKeyPairSync('ed25519'));
  return {
    sign: (self, message) =>
      new Promise((resolve, reject) => {
        const key = keys.get(self)?.privateKey;
        if (key === undefined) return reject(new RangeError(`${self} is no member`));
        sign(null, message, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
      }),
    verify: (signer, message, signature) =>
      new Promise((resolve) => {
        const key = keys.get(signer)?.publicKey;
        if (key === undefined) return resolve(false);
        verify(null, message, key, signature, (error, valid) => resolve(error === null && valid));
      }),
  };
}
