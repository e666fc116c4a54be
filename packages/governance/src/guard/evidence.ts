import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, type Signed } from '@hypersync/consensus-kit';

/** What one member signed, as it can be shown to others. */
export interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Two statements of one culprit that contradict each other; convinces whoever can check the two signatures. */
export interface Evidence {
  readonly culprit: NodeId;
  /** The broken rule, in the words of the mechanism: `double-vote`, `double-proposal`, ... */
  readonly offence: string;
  /** In the order of their payloads, so that one pair has one form. */
  readonly statements: readonly [SignedStatement, SignedStatement];
}

/**
 * The rule of a mechanism: the name of the offence when no honest member signs both payloads, else null. Pure and
 * symmetric; never throws, whatever the bytes. At most 64 ASCII characters. Epoch and slot must be part of the payload, or honest statements of two
 * epochs would look like a contradiction.
 */
export type ConflictRule = (first: Uint8Array, second: Uint8Array) => string | null;

/** Room for every signature scheme in use; ML-DSA-87 has 4,627 bytes. */
export const MAX_SIGNATURE = 8192;
const MAX_ID = 64;
const VERSION = 1;

/** Null when an honest member may have signed both. Signatures are not looked at. */
export function makeEvidence(
  rule: ConflictRule,
  culprit: NodeId,
  first: SignedStatement,
  second: SignedStatement,
): Evidence | null {
  const order = compareBytes(first.payload, second.payload);
  if (order === 0) return null;
  const statements = order < 0 ? ([first, second] as const) : ([second, first] as const);
  const offence = rule(statements[0].payload, statements[1].payload);
  return offence === null ? null : { culprit, offence, statements };
}

export function encodeEvidence({ culprit, statements }: Evidence): Uint8Array {
  const writer = new ByteWriter(256).u8(VERSION).string(culprit);
  for (const { payload, signature } of statements) writer.bytes(payload).bytes(signature);
  return writer.finish();
}

/** Null unless the bytes are the one encoding of two statements that `rule` calls a contradiction. Signatures are not checked. */
export function decodeEvidence(bytes: Uint8Array, rule: ConflictRule, maxPayload: number): Evidence | null {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION) reader.fail();
  const culprit = reader.string(MAX_ID);
  const one = (): SignedStatement => ({ payload: reader.bytes(maxPayload), signature: reader.bytes(MAX_SIGNATURE) });
  const [first, second] = [one(), one()];
  if (!reader.done() || compareBytes(first.payload, second.payload) >= 0) return null;
  return makeEvidence(rule, culprit, first, second);
}

/** What has to be verified before anybody believes it. */
export function signedStatements({ culprit, statements }: Evidence): readonly Signed[] {
  return statements.map(({ payload, signature }) => ({ signer: culprit, payload, signature }));
}

export function toMisbehaviour(evidence: Evidence): Misbehaviour {
  return { culprit: evidence.culprit, kind: evidence.offence, provable: true, proof: encodeEvidence(evidence) };
}

/** Negative, zero or positive; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
