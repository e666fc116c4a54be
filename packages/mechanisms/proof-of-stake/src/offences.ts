import type { NodeId } from '@hypersync/interface';
import { hashKey, type ByteReader, type ByteWriter, type Signed } from '@hypersync/consensus-kit';
import * as governance from '@hypersync/governance';
import { MAX_SIGNATURE, readStatement, type AttestationData } from './attestation.ts';

/** What costs a validator its stake. The first two are the commandments of Casper FFG (Buterin, Griffith 2017). */
export type Offence = 'double-vote' | 'surround-vote' | 'double-proposal';

export type { Evidence, SignedStatement } from '@hypersync/governance';

/** Largest payload of a statement, bytes. */
export const MAX_PAYLOAD = 256;
const MAX_EVIDENCE_BYTES = 2 * (MAX_PAYLOAD + MAX_SIGNATURE) + 128;

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

/** Null when an honest validator may have signed both. */
export function makeEvidence(
  culprit: NodeId,
  first: governance.SignedStatement,
  second: governance.SignedStatement,
): governance.Evidence | null {
  return governance.makeEvidence(offenceOf, culprit, first, second);
}

export function writeEvidence(writer: ByteWriter, evidence: governance.Evidence): void {
  writer.bytes(governance.encodeEvidence(evidence));
}

/** Fails the reader unless the statements contradict each other. Signatures are not checked here. */
export function readEvidence(reader: ByteReader): governance.Evidence | null {
  const evidence = decodeEvidence(reader.bytes(MAX_EVIDENCE_BYTES));
  if (evidence === null) reader.fail();
  return evidence;
}

/** What a proof says; null when it proves nothing. Signatures are not checked here. */
export function decodeEvidence(proof: Uint8Array): governance.Evidence | null {
  return governance.decodeEvidence(proof, offenceOf, MAX_PAYLOAD);
}

export function evidenceSigned(evidence: governance.Evidence): readonly Signed[] {
  return governance.signedStatements(evidence);
}
