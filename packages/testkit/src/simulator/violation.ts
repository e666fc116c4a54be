import type { Micros } from '@hypersync/interface';

/** What was broken, in words that tests can tell apart. */
export const VIOLATION_KINDS = [
  'contract', // threw, bad tokens, bad deadlines, clock or randomness of its own
  'ticket', // not exactly one outcome
  'agreement', // two honest nodes differ where they must not
  'order', // a gap, a repetition, or an effect before its cause
  'validity', // something was delivered that nobody proposed
  'durability', // an acknowledged write is gone
  'causality', // a session reads or writes without what it had seen before
  'linearizability',
  'convergence', // replicas that saw the same differ
  'accountability', // an honest node was framed
  'liveness', // no recovery within the bound
  'invariant', // one of the mechanism's own rules
] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];

export interface Violation {
  readonly kind: ViolationKind;
  /** The check that found it: the kind, or `invariant: <name>`. What `ignore` takes. */
  readonly check: string;
  readonly message: string;
  /** Virtual time of the discovery. */
  readonly at: Micros;
}

/** Thrown inside a run; never leaves this room. */
export class ViolationError extends Error {
  readonly kind: ViolationKind;
  readonly check: string;
  constructor(kind: ViolationKind, message: string, check: string = kind) {
    super(message);
    this.name = 'ViolationError';
    this.kind = kind;
    this.check = check;
  }
}

/** Per check, how often it would have ended the run if it had not been switched off. */
export type OverlookedCounts = Record<string, number>;

/** Checks that the run going on does without. A run is synchronous, so one is enough. */
let switchedOff: ReadonlySet<string> = new Set();

let overlooked: OverlookedCounts = {};

/** Runs `body` with some checks switched off, to see what the others would miss. */
export function withoutChecks<T>(checks: readonly string[], body: (overlooked: OverlookedCounts) => T): T {
  const before = [switchedOff, overlooked] as const;
  switchedOff = new Set(checks);
  const counts: OverlookedCounts = {};
  overlooked = counts;
  try {
    return body(counts);
  } finally {
    [switchedOff, overlooked] = before;
  }
}

/** Ends the run, unless the check is switched off: then it returns, and the caller goes on as well as it can. */
export function violated(kind: ViolationKind, message: string, check: string = kind): void {
  if (!switchedOff.has(check) && !switchedOff.has(kind)) throw new ViolationError(kind, message, check);
  overlooked[check] = (overlooked[check] ?? 0) + 1;
}
