import { ByteReader, ByteWriter } from '../codec.ts';
import type { BroadcastStatement, BroadcastStep } from './reliable-broadcast.ts';

const STEPS: readonly BroadcastStep[] = ['send', 'echo', 'ready'];

/** Tags of broadcast statements; protocols on top number theirs from `FIRST_FREE_TAG`. */
export const FIRST_FREE_TAG = 4;

export function encodeBroadcast({ step, slot, payload }: BroadcastStatement): Uint8Array {
  return new ByteWriter(payload.length + 8)
    .u8(STEPS.indexOf(step) + 1)
    .varint(slot)
    .raw(payload)
    .finish();
}

/** Null for anything else, a payload above `maxPayload` included. */
export function decodeBroadcast(bytes: Uint8Array, maxPayload: number): BroadcastStatement | null {
  const reader = new ByteReader(bytes);
  const step = STEPS[reader.u8() - 1];
  const slot = reader.varint();
  if (!reader.ok || step === undefined || reader.remaining > maxPayload) return null;
  return { step, slot, payload: reader.raw(reader.remaining) };
}
