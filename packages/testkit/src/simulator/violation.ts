import type { Micros } from '@hypersync/interface';

/** What was broken, in words that tests can tell apart. */
export type ViolationKind =
  | 'contract' // threw, bad tokens, bad deadlines, clock or randomness of its own
  | 'ticket' // not exactly one outcome
  | 'agreement' // two honest nodes differ where they must not
  | 'order' // a gap, a repetition, or an effect before its cause
  | 'validity' // something was delivered that nobody proposed
  | 'durability' // an acknowledged write is gone
  | 'linearizability'
  | 'convergence' // replicas that saw the same differ
  | 'accountability' // an honest node was framed
  | 'liveness' // no recovery within the bound
  | 'invariant'; // one of the mechanism's own rules

export interface Violation {
  readonly kind: ViolationKind;
  readonly message: string;
  /** Virtual time of the discovery. */
  readonly at: Micros;
}

/** Thrown inside a run; never leaves this room. */
export class ViolationError extends Error {
  readonly kind: ViolationKind;
  constructor(kind: ViolationKind, message: string) {
    super(message);
    this.name = 'ViolationError';
    this.kind = kind;
  }
}

export function violated(kind: ViolationKind, message: string): never {
  throw new ViolationError(kind, message);
}
