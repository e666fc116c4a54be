import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, sha256, type Signed } from '@hypersync/consensus-kit';
import { decodeHeader, MAX_HEADER, type Header } from './block.ts';
import { bytesSame } from './bytes-same.ts';
import { decodeMembers } from './validators.ts';
import { MAX_SIGNATURE, MAX_STATEMENT, readStatement, type ProposalHead, type Statement, type Vote } from './vote.ts';

/**
 * What signed messages alone can prove (CometBFT, "Fork accountability"). F1 equivocation: `double-proposal`,
 * `double-vote`. F2 amnesia, which also covers F3 (back to the past: a precommit made up afterwards for an earlier round
 * contradicts the prevotes that followed it). F4 `phantom`, F5 `lunatic`.
 */
export type Offence = 'double-proposal' | 'double-vote' | 'amnesia' | 'lunatic' | 'phantom';

export interface SignedPayload {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Evidence {
  readonly kind: Offence;
  readonly culprit: NodeId;
  /** All by the culprit; the proof holds once these signatures are found good. */
  readonly statements: readonly Signed[];
}

export const OFFENCES: readonly Offence[] = ['double-proposal', 'double-vote', 'amnesia', 'lunatic', 'phantom'];
const MAX_ATTACHMENT = 65_000;

/** The rule that one signer of both has broken; null when a correct node may sign both. */
export function offenceOf(
  first: Statement | null,
  second: Statement | null,
): 'double-proposal' | 'double-vote' | 'amnesia' | null {
  if (first === null || second === null) return null;
  if (first.kind === 'proposal' && second.kind === 'proposal') {
    return isSamePlace(first.head, second.head) && !isSameHead(first.head, second.head) ? 'double-proposal' : null;
  }
  if (first.kind === 'vote' && second.kind === 'vote' && first.vote.type === second.vote.type) {
    return isSamePlace(first.vote, second.vote) && !isSameHead(first.vote, second.vote) ? 'double-vote' : null;
  }
  return forgets(first, second) || forgets(second, first) ? 'amnesia' : null;
}

function isSamePlace(a: ProposalHead, b: ProposalHead): boolean {
  return a.height === b.height && a.round === b.round;
}

function isSameHead(a: ProposalHead, b: ProposalHead): boolean {
  return a.polRound === b.polRound && bytesSame(a.id, b.id);
}

/**
 * Lines 29 and 40: who precommits v in round r has locked it, and accepts (or proposes) another value later only with a
 * proof of lock from round r or above.
 */
function forgets(locking: Statement, later: Statement): boolean {
  if (locking.kind !== 'vote' || locking.vote.type !== 'precommit') return false;
  if (later.kind === 'vote' && later.vote.type !== 'prevote') return false;
  const lock = locking.vote;
  const choice = later.kind === 'vote' ? later.vote : later.head;
  if (lock.id.length === 0 || choice.id.length === 0 || bytesSame(lock.id, choice.id)) return false;
  return choice.height === lock.height && choice.round > lock.round && choice.polRound < lock.round;
}

function makeProof(
  kind: Offence,
  culprit: NodeId,
  statements: readonly SignedPayload[],
  attachments: readonly Uint8Array[] = [],
): Misbehaviour | null {
  const writer = new ByteWriter(512).u8(OFFENCES.indexOf(kind)).string(culprit);
  writer.list(statements, (w, { payload, signature }) => void w.bytes(payload).bytes(signature));
  const proof = writer.list(attachments, (w, bytes) => void w.bytes(bytes)).finish();
  return readEvidence(proof) === null ? null : { culprit, kind, provable: true, proof };
}

/** Two statements that contradict each other; null when they do not. */
export function contradiction(culprit: NodeId, first: SignedPayload, second: SignedPayload): Misbehaviour | null {
  const kind = offenceOf(readStatement(first.payload), readStatement(second.payload));
  return kind === null ? null : makeProof(kind, culprit, [first, second]);
}

/** A statement for a header that contradicts its own parent: no state in which a correct node accepts it. */
export function lunacy(
  culprit: NodeId,
  statement: SignedPayload,
  header: Uint8Array,
  parent: Uint8Array | null,
): Misbehaviour | null {
  return makeProof('lunatic', culprit, [statement], parent === null ? [header] : [header, parent]);
}

/** A vote for a header by somebody whom that header's validators do not include. */
export function phantom(
  culprit: NodeId,
  vote: SignedPayload,
  header: Uint8Array,
  validators: Uint8Array,
): Misbehaviour | null {
  return makeProof('phantom', culprit, [vote], [header, validators]);
}

/** Null unless the proof shows what it claims, signatures apart. Needs nothing but its bytes. */
export function readEvidence(proof: Uint8Array): Evidence | null {
  const reader = new ByteReader(proof);
  const kind = OFFENCES[reader.u8()];
  const culprit = reader.string(64);
  const signed = reader.list(2, (r) => ({
    signer: culprit,
    payload: r.bytes(MAX_STATEMENT),
    signature: r.bytes(MAX_SIGNATURE),
  }));
  const attachments = reader.list(2, (r) => r.bytes(MAX_ATTACHMENT));
  if (!reader.done() || kind === undefined) return null;
  const holds = isPair(kind)
    ? signed.length === 2 && attachments.length === 0 && contradicts(kind, signed)
    : signed.length === 1 && refutes(kind, culprit, signed[0]!.payload, attachments);
  return holds ? { kind, culprit, statements: signed } : null;
}

function isPair(kind: Offence): kind is 'double-proposal' | 'double-vote' | 'amnesia' {
  return kind !== 'lunatic' && kind !== 'phantom';
}

function contradicts(kind: Offence, [first, second]: readonly Signed[]): boolean {
  return offenceOf(readStatement(first!.payload), readStatement(second!.payload)) === kind;
}

function refutes(
  kind: 'lunatic' | 'phantom',
  culprit: NodeId,
  payload: Uint8Array,
  [headerBytes, other]: readonly Uint8Array[],
): boolean {
  const statement = readStatement(payload);
  const header = headerBytes === undefined ? null : decodeHeader(headerBytes.slice(0, MAX_HEADER));
  if (statement === null || headerBytes === undefined || header === null) return false;
  const head: ProposalHead | Vote = statement.kind === 'vote' ? statement.vote : statement.head;
  if (!bytesSame(head.id, sha256(headerBytes))) return false;
  if (kind === 'lunatic') return isLunatic(head.height, header, other ?? null);
  const validators = statement.kind === 'vote' && other !== undefined ? decodeMembers(other) : null;
  return validators !== null && validators.key === hashKey(header.validatorsHash) && !validators.has(culprit);
}

function isLunatic(height: number, header: Header, parentBytes: Uint8Array | null): boolean {
  if (header.height !== height) return true;
  const parent = parentBytes === null ? null : decodeHeader(parentBytes);
  if (parentBytes === null || parent === null || !bytesSame(sha256(parentBytes), header.parent)) return false;
  return (
    header.height !== parent.height + 1 ||
    header.time <= parent.time ||
    !bytesSame(header.validatorsHash, parent.nextValidatorsHash)
  );
}
