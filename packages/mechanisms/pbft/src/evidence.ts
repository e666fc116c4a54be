import type { NodeId } from '@hypersync/interface';
import { hashKey, type Signed } from '@hypersync/consensus-kit';
import { settle } from './receiving.ts';
import type { VoteMessage } from './messages.ts';
import type { Conflict, State } from './state.ts';
import { encodeStatement, readStatement, type Commit, type Phase, type Statement } from './statements.ts';

const OFFENCES = {
  'PRE-PREPARE': 'double-pre-prepare',
  PREPARE: 'double-prepare',
  COMMIT: 'double-commit',
  CHECKPOINT: 'double-checkpoint',
  'NEW-VIEW': 'double-new-view',
} as const;

/**
 * Two things that no honest replica signs: different digests at one place of the protocol, or a commit and a later
 * VIEW-CHANGE that does not own up to it. (Two VIEW-CHANGEs for one view are no offence: the second may know of a newer
 * checkpoint.)
 */
export function conflictRule(first: Uint8Array, second: Uint8Array): string | null {
  const [a, b] = [readStatement(first), readStatement(second)];
  if (a === null || b === null) return null;
  if (a.t === 'COMMIT' && b.t === 'VIEW-CHANGE') return isForgotten(a, b) ? FORGOTTEN : null;
  if (b.t === 'COMMIT' && a.t === 'VIEW-CHANGE') return isForgotten(b, a) ? FORGOTTEN : null;
  if (a.t !== b.t || a.t === 'VIEW-CHANGE') return null;
  if (placeOf(a) !== placeOf(b) || hashKey(a.digest) === hashKey(b.digest)) return null;
  return OFFENCES[a.t];
}

const FORGOTTEN = 'forgotten-commit';

function placeOf(statement: Statement): string {
  const view = 'view' in statement ? statement.view : 0;
  return `${view}/${'number' in statement ? statement.number : 0}`;
}

/** Whoever says COMMIT has it in P from then on, until a later view prepares something there or a checkpoint covers it. */
function isForgotten(commit: Commit, change: Extract<Statement, { t: 'VIEW-CHANGE' }>): boolean {
  if (commit.view >= change.view || commit.number <= change.number) return false;
  const claim = change.prepared.find(({ number }) => number === commit.number);
  if (claim === undefined || claim.view < commit.view) return true;
  return claim.view === commit.view && claim.key !== hashKey(commit.digest);
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
