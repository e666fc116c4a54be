import type { Micros } from '@hypersync/interface';
import type { StateWriter } from '../state-writer.ts';

/**
 * One agreement among the members, as a deterministic automaton over what each of them said, in the order in which they said
 * it. It says its own statements once; they come back to it through `hear` when they are durable, and count from then on.
 * Links neither lose nor repeat nor reorder, but a lying member says different things to different members.
 */
export interface AgreementProtocol {
  /** This member's reading takes part. */
  readonly joined: boolean;
  /** Some member's reading surely takes part, so that those who have nothing new take part too. */
  readonly begun: boolean;
  /** The coordinates as big-endian doubles, once this member's decision is durable. */
  readonly output: Uint8Array | null;
  /** When `time` is wanted; null for never. */
  readonly deadline: Micros | null;
  /** Takes part with a reading that the protocol's own `admit` has encoded. At most once. */
  join(now: Micros, reading: Uint8Array): void;
  /** After a restart, before anything else: this member has said so, and must not say it again, or otherwise. False for none. */
  recall(statement: Uint8Array): boolean;
  /** A member's next statement; false when no correct member would make it. */
  hear(now: Micros, from: number, statement: Uint8Array): boolean;
  time(now: Micros): void;
  /** What this member has to say since the last call, in order. */
  takeStatements(): Uint8Array[];
  /** Members heard to contradict themselves since the last call. */
  takeContradicting(): number[];
  /** For `status().detail`. */
  detail(): Readonly<Record<string, number | string | boolean>>;
  clone(): AgreementProtocol;
  writeTo(state: StateWriter): void;
}

/** Bounds on what one member may say in one agreement. */
export interface StatementLimits {
  readonly statements: number;
  /** Of one statement. */
  readonly bytes: number;
}
