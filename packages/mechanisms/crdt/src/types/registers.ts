import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { rangeOfDot } from '../delta.ts';
import { PAYLOAD_BYTES, type Entry } from '../entry.ts';
import type { MutationOf } from '../mutation.ts';
import type { CrdtValue } from '../value.ts';
import type { Plan } from './plan.ts';

type RegisterMutation = MutationOf<'lww-register' | 'mv-register'>;

/** Multi-value register: a write replaces what its replica had seen; concurrent writes stay side by side. */
export function planMvRegister(entries: readonly Entry[], mutation: RegisterMutation): Plan {
  const remove = entries.map(rangeOfDot);
  return mutation.action === 'clear' ? { remove } : { add: { field: '', payload: mutation.value }, remove };
}

export function mvRegisterValue(entries: readonly Entry[]): CrdtValue {
  return { type: 'mv-register', values: entries.map((entry) => entry.payload) };
}

/**
 * Last-writer-wins register: as above, but a read shows one of the concurrent writes, that with the latest stamp (ties: the
 * later dot). A stamp is beyond every stamp seen, and not before the wall clock where the driver tells it (`wall`,
 * microseconds since 1970, else 0): so causally later writes win whatever the clocks say.
 */
export function planLwwRegister(entries: readonly Entry[], mutation: RegisterMutation, wall: number): Plan | null {
  const remove = entries.map(rangeOfDot);
  if (mutation.action === 'clear') return { remove };
  const stamp = Math.max(wall, ...entries.map((entry) => readStamp(entry) + 1));
  if (!Number.isSafeInteger(stamp)) return null;
  const payload = new ByteWriter(16 + mutation.value.length).varint(stamp).raw(mutation.value).finish();
  return payload.length > PAYLOAD_BYTES ? null : { add: { field: '', payload }, remove };
}

export function lwwRegisterValue(entries: readonly Entry[]): CrdtValue {
  let winner: Entry | null = null;
  for (const entry of entries) if (winner === null || readStamp(entry) >= readStamp(winner)) winner = entry;
  return { type: 'lww-register', value: winner === null ? null : readContent(winner) };
}

function readStamp(entry: Entry): number {
  return new ByteReader(entry.payload).varint();
}

function readContent(entry: Entry): Uint8Array {
  const reader = new ByteReader(entry.payload);
  reader.varint();
  return reader.raw(reader.remaining);
}
