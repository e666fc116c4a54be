import type { NodeId } from '@hypersync/interface';
import type { PartialSignature } from './aggregated-signature.ts';
import type { Collection } from './collection.ts';

/**
 * One signature to be checked by whoever has the cores for it: `ml-dsa-87` of `node:crypto`, a pool of worker threads, or
 * a mechanism's `verify` effect (which looks the key up by `signer`).
 */
export interface VerificationRequest {
  readonly id: number;
  readonly signer: NodeId;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** The seam to a driver that has this member's private key: what `bytesToSign` gave in, a signature out. */
export type MessageSigner = (message: Uint8Array) => Uint8Array | PromiseLike<Uint8Array>;

/** The seam to a driver that has the cores: requests in, answers out, in any order and from any thread. */
export type SignatureVerifier = (request: VerificationRequest) => boolean | PromiseLike<boolean>;

export type VerificationOutcome =
  | {
      readonly kind: 'partial';
      readonly messageHash: Uint8Array;
      readonly signer: NodeId;
      /** To be charged when not valid. */
      readonly from: NodeId;
      readonly valid: boolean;
      /** `finalizeAggregation` will succeed. */
      readonly ready: boolean;
    }
  | { readonly kind: 'aggregate'; readonly id: number; readonly valid: boolean };

type Purpose =
  | {
      readonly kind: 'partial';
      readonly collection: Collection;
      readonly partial: PartialSignature;
      readonly from: NodeId;
    }
  | { readonly kind: 'aggregate'; readonly id: number };

interface Question {
  readonly purpose: Purpose;
  readonly since: number | null;
}

interface Answered extends Question {
  /** Of the whole aggregate; null while it is open. */
  readonly verdict: boolean | null;
}

/** Which questions are under way, and how many answers each aggregate still needs. */
export class VerificationQueue {
  #next = 1;
  readonly #questions = new Map<number, Question>();
  readonly #outstanding = new Map<number, number>();

  /** Aggregates being verified. */
  get aggregates(): number {
    return this.#outstanding.size;
  }

  ask(purpose: Purpose, what: Omit<VerificationRequest, 'id'>, since: number | null): VerificationRequest {
    const id = this.#next++;
    this.#questions.set(id, { purpose, since });
    return { id, ...what };
  }

  askAll(
    checks: readonly Omit<VerificationRequest, 'id'>[],
    since: number | null,
  ): { readonly id: number; readonly requests: readonly VerificationRequest[] } {
    const id = this.#next++;
    this.#outstanding.set(id, checks.length);
    return { id, requests: checks.map((what) => this.ask({ kind: 'aggregate', id }, what, since)) };
  }

  /** Null for an id that was not given out or is answered already. */
  answer(id: number, valid: boolean): Answered | null {
    const question = this.#questions.get(id);
    if (question === undefined) return null;
    this.#questions.delete(id);
    return {
      ...question,
      verdict: question.purpose.kind === 'aggregate' ? this.#count(question.purpose.id, valid) : null,
    };
  }

  /** The first bad answer decides, the last good one, too. */
  #count(aggregate: number, valid: boolean): boolean | null {
    const left = (this.#outstanding.get(aggregate) ?? 0) - 1;
    if (left < 0) return null;
    if (valid && left > 0) this.#outstanding.set(aggregate, left);
    else this.#outstanding.delete(aggregate);
    return valid && left > 0 ? null : valid;
  }
}
