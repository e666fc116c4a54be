import type { NodeId } from '@hypersync/interface';
import type { PartialSignature } from './aggregated-signature.ts';

/** The signatures under one message, as they come in. */
export class Collection {
  readonly messageHash: Uint8Array;
  /** When it was opened, seconds; null where nobody measures. */
  readonly since: number | null;
  /** Of all accepted so far. */
  weight = 0;
  readonly #accepted = new Map<NodeId, PartialSignature>();
  /** Senders with a partial being verified. */
  readonly #busy = new Set<NodeId>();
  /** Senders of a bad one. */
  readonly #rejected = new Set<NodeId>();

  constructor(messageHash: Uint8Array, since: number | null) {
    this.messageHash = messageHash;
    this.since = since;
  }

  get size(): number {
    return this.#accepted.size;
  }

  has(signer: NodeId): boolean {
    return this.#accepted.has(signer);
  }

  enter(from: NodeId): 'entered' | 'sender-rejected' | 'sender-busy' {
    if (this.#rejected.has(from)) return 'sender-rejected';
    if (this.#busy.has(from)) return 'sender-busy';
    this.#busy.add(from);
    return 'entered';
  }

  /** `weight` is the signer's. */
  settle(partial: PartialSignature, from: NodeId, valid: boolean, weight: number): void {
    this.#busy.delete(from);
    if (!valid) this.#rejected.add(from);
    if (!valid || this.#accepted.has(partial.signer)) return;
    this.#accepted.set(partial.signer, partial);
    this.weight += weight;
  }

  /** In the order of the signers' ids. */
  accepted(): PartialSignature[] {
    return [...this.#accepted.values()].sort((a, b) => (a.signer < b.signer ? -1 : 1));
  }
}
