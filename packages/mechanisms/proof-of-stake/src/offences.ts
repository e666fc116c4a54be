import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter, hashKey, type Signed } from '@hypersync/consensus-kit';
import { MAX_SIGNATURE, readStatement, type AttestationData } from './attestation.ts';

/** What costs a validator its stake. The first two are the commandments of Casper FFG (Buterin, Griffith 2017). */
export type Offence = 'double-vote' | 'surround-vote' | 'double-proposal';

export interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Two statements of one culprit that contradict each other; convinces whoever can check signatures. */
export interface Evidence {
  readonly culprit: NodeId;
  readonly offence: Offence;
  readonly statements: readonly [SignedStatement, SignedStatement];
}

const MAX_PAYLOAD = 256;

/** The rule that one signer of both payloads has broken; null when an honest validator may sign both. */
export function offenceOf(first: Uint8Array, second: Uint8Array): Offence | null {
  const a = readStatement(first);
  const b = readStatement(second);
  if (a === null || b === null || hashKey(first) === hashKey(second)) return null;
  if (a.t === 'proposal' || b.t === 'proposal') {
    return a.t === 'proposal' && b.t === 'proposal' && a.slot === b.slot ? 'double-proposal' : null;
  }
  if (a.data.target.epoch === b.data.target.epoch) return 'double-vote';
  return surrounds(a.data, b.data) || surrounds(b.data, a.data) ? 'surround-vote' : null;
}

/** The span of `outer` contains that of `inner`. */
export function surrounds(outer: AttestationData, inner: AttestationData): boolean {
  return outer.source.epoch < inner.source.epoch && inner.target.epoch < outer.target.epoch;
}

export function makeEvidence(culprit: NodeId, first: SignedStatement, second: SignedStatement): Evidence | null {
  const offence = offenceOf(first.payload, second.payload);
  return offence === null ? null : { culprit, offence, statements: [first, second] };
}

export function writeEvidence(writer: ByteWriter, { culprit, statements }: Evidence): void {
  writer.string(culprit);
  for (const { payload, signature } of statements) writer.bytes(payload).bytes(signature);
}

/** Fails the reader unless the statements contradict each other. Signatures are not checked here. */
export function readEvidence(reader: ByteReader): Evidence | null {
  const culprit = reader.string(64);
  const one = (): SignedStatement => ({ payload: reader.bytes(MAX_PAYLOAD), signature: reader.bytes(MAX_SIGNATURE) });
  const evidence = makeEvidence(culprit, one(), one());
  if (evidence === null) reader.fail();
  return evidence;
}

export function encodeEvidence(evidence: Evidence): Uint8Array {
  const writer = new ByteWriter(512);
  writeEvidence(writer, evidence);
  return writer.finish();
}

export function evidenceSigned({ culprit, statements }: Evidence): Signed[] {
  return statements.map(({ payload, signature }) => ({ signer: culprit, payload, signature }));
}

export function toMisbehaviour(evidence: Evidence): Misbehaviour {
  const { culprit, offence } = evidence;
  return { culprit, kind: offence, provable: true, proof: encodeEvidence(evidence) };
}
