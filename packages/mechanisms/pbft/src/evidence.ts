import type { NodeId } from '@hypersync/interface';
import type { Signed } from '@hypersync/consensus-kit';
import { settle } from './receiving.ts';
import type { VoteMessage } from './messages.ts';
import type { Conflict, State } from './state.ts';
import { encodeStatement, readStatement, type Phase, type Statement } from './statements.ts';

const OFFENCES = {
  'PRE-PREPARE': 'double-pre-prepare',
  PREPARE: 'double-prepare',
  COMMIT: 'double-commit',
  CHECKPOINT: 'double-checkpoint',
  'NEW-VIEW': 'double-new-view',
} as const;

/**
 * Two things that no honest replica signs: different digests at one place of the protocol. (Two VIEW-CHANGEs for one
 * view are no offence: the second may know of a newer checkpoint.)
 */
export function conflictRule(first: Uint8Array, second: Uint8Array): string | null {
  const [a, b] = [readStatement(first), readStatement(second)];
  if (a === null || b === null || a.t !== b.t || a.t === 'VIEW-CHANGE') return null;
  if (placeOf(a) !== placeOf(b) || a.digest.every((byte, i) => byte === b.digest[i])) return null;
  return OFFENCES[a.t];
}

function placeOf(statement: Statement): string {
  const view = 'view' in statement ? statement.view : 0;
  return `${view}/${'number' in statement ? statement.number : 0}`;
}

interface Said {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

interface Place {
  readonly t: Phase;
  readonly view: number;
  readonly number: number;
}

function signedAt(signer: NodeId, { t, view, number }: Place, { digest, signature }: Said): Signed {
  return { signer, payload: encodeStatement({ t, view, number, digest }), signature };
}

/** Both signatures are known to be good: proof. */
export function reportContradiction(s: State, culprit: NodeId, place: Place, one: Said, other: Said): void {
  s.guard.contradiction(s.now, culprit, signedAt(culprit, place, one), signedAt(culprit, place, other));
}

/** A vote that differs from an earlier one of the same voter: asks whether both were really signed. */
export function suspectContradiction(s: State, from: NodeId, place: VoteMessage, one: Said, other: Said): void {
  if (!s.signs) return s.guard.suspect(s.now, from, 'equivocation');
  const conflict: Conflict = {
    t: 'CONFLICT',
    first: signedAt(from, place, one),
    second: signedAt(from, place, other),
  };
  const tag = s.inbox.enter(from, conflict, 256);
  if (tag === null) return s.drop('flood', from);
  settle(s, s.authenticator.verifyGroup(s.fx, from, tag, [conflict.first, conflict.second]));
}

export function onConflict(s: State, { first, second }: Conflict): void {
  s.guard.contradiction(s.now, first.signer, first, second);
}
