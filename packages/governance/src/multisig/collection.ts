import type { NodeId } from '@hypersync/interface';
import type { PartialSignature } from './aggregated-signature.ts';

/** The signatures under one message, as they come in. */
export class Collection {
  readonly messageHash: Uint8Array;
  /** When it was opened, seconds; null where nobody measures. */
  readonly since: number | null;
  readonly #accepted = new Map<NodeId, PartialSignature>();
  /** Senders with a partial being verified. */
  readonly #busy = new Set<NodeId>();
  /** Senders of a bad one. */
  readonly #rejected = new Set<NodeId>();

  constructor(messageHash: Uint8Array, since: number | null) {
    this.messageHash = messageHash;
    this.since = since;
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

  settle(partial: PartialSignature, from: NodeId, valid: boolean): void {
    this.#busy.delete(from);
    if (!valid) this.#rejected.add(from);
    else if (!this.#accepted.has(partial.signer)) this.#accepted.set(partial.signer, partial);
  }

  /** In the order of the signers' ids. */
  accepted(): PartialSignature[] {
    return [...this.#accepted.values()].sort((a, b) => (a.signer < b.signer ? -1 : 1));
  }
}
