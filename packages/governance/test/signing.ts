import { ByteReader, ByteWriter, sha256, type Signed } from '@hypersync/consensus-kit';
import type { ConflictRule, Inquiry, SignedStatement } from '../src/index.ts';

/** Signatures for tests: what a member's key would make of a payload. Nobody else calls it with that member's name. */
export function signAs(signer: string, payload: Uint8Array): SignedStatement {
  return { payload, signature: signatureOf(signer, payload) };
}

function signatureOf(signer: string, payload: Uint8Array): Uint8Array {
  return sha256(new ByteWriter().string(signer).bytes(payload).finish());
}

export function isValid({ signer, payload, signature }: Signed): boolean {
  return signatureOf(signer, payload).every((byte, i) => byte === signature[i]) && signature.length === 32;
}

/** The driver's answer to an inquiry. */
export function check(inquiry: Inquiry): boolean {
  return inquiry.statements.every(isValid);
}

/** A vote for a value at a height: what the contradictions of these tests are made of. */
export function vote(height: number, value: string): Uint8Array {
  return new ByteWriter().u8(7).varint(height).string(value).finish();
}

/** Two different votes for one height. */
export const doubleVote: ConflictRule = (first, second) => {
  const [a, b] = [readVote(first), readVote(second)];
  return a !== null && b !== null && a.height === b.height && a.value !== b.value ? 'double-vote' : null;
};

function readVote(payload: Uint8Array): { height: number; value: string } | null {
  const reader = new ByteReader(payload);
  const tag = reader.u8();
  const read = { height: reader.varint(), value: reader.string(32) };
  return reader.done() && tag === 7 ? read : null;
}
