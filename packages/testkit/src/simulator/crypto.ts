import { createHash, timingSafeEqual } from 'node:crypto';
import { toUtf8 } from '@hypersync/base';
import type { NodeId } from '@hypersync/interface';

/**
 * Deterministic stand-in for signatures: a hash of a per-node secret and the message. Nobody inside the run knows another
 * node's secret, so nothing can be forged; only the simulator can check, which is all that is needed.
 */
export class SignatureOracle {
  readonly #secrets = new Map<NodeId, Uint8Array>();

  constructor(seed: number, ids: readonly NodeId[]) {
    for (const id of ids)
      this.#secrets.set(
        id,
        createHash('sha256')
          .update(toUtf8(`secret of ${id} in ${seed}`))
          .digest(),
      );
  }

  sign(signer: NodeId, message: Uint8Array): Uint8Array {
    const secret = this.#secrets.get(signer);
    if (secret === undefined) return new Uint8Array(32);
    return new Uint8Array(createHash('sha256').update(secret).update(message).digest());
  }

  verify(signer: NodeId, message: Uint8Array, signature: Uint8Array): boolean {
    if (!this.#secrets.has(signer) || signature.length !== 32) return false;
    return timingSafeEqual(this.sign(signer, message), signature);
  }
}
