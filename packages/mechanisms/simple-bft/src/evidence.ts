import type { Misbehaviour, NodeId } from '@hypersync/interface';
import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { bytesSame } from './bytes-same.ts';
import { MAX_SIGNATURE, readStatement } from './vote.ts';

/** Two statements that no honest node signs both. */
export type Offence = 'double-proposal' | 'double-notarize' | 'double-finalize' | 'finalize-and-skip';

export interface SignedStatement {
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** The rule broken by one signer of both payloads; null when an honest node may sign both. Needs nothing but the payloads. */
export function offenceOf(first: Uint8Array, second: Uint8Array): Offence | null {
  const a = readStatement(first);
  const b = readStatement(second);
  if (a === null || b === null || a.height !== b.height) return null;
  const same = bytesSame(a.hash, b.hash);
  if (a.proposal || b.proposal) return a.proposal && b.proposal && !same ? 'double-proposal' : null;
  if (a.kind === b.kind) {
    if (same || a.kind === 'dummy') return null;
    return a.kind === 'notarize' ? 'double-notarize' : 'double-finalize';
  }
  const kinds = new Set([a.kind, b.kind]);
  return kinds.has('finalize') && kinds.has('dummy') ? 'finalize-and-skip' : null;
}

/** Proof for third parties: both payloads with their signatures. */
export function makeEvidence(culprit: NodeId, first: SignedStatement, second: SignedStatement): Misbehaviour | null {
  const kind = offenceOf(first.payload, second.payload);
  if (kind === null) return null;
  const writer = new ByteWriter(256);
  for (const { payload, signature } of [first, second]) writer.bytes(payload).bytes(signature);
  return { culprit, kind, provable: true, proof: writer.finish() };
}

/** The two statements of a proof, for whoever can check signatures; null when they do not contradict each other. */
export function readEvidence(proof: Uint8Array): readonly [SignedStatement, SignedStatement] | null {
  const reader = new ByteReader(proof);
  const one = (): SignedStatement => ({ payload: reader.bytes(64), signature: reader.bytes(MAX_SIGNATURE) });
  const pair = [one(), one()] as const;
  return reader.done() && offenceOf(pair[0].payload, pair[1].payload) !== null ? pair : null;
}
