import { ByteReader, ByteWriter } from '@hypersync/consensus-kit';
import { rangeOfDot } from '../delta.ts';
import type { Entry } from '../entry.ts';
import type { Plan } from './plan.ts';

/**
 * Grow-only and positive-negative counter: per member one live entry with everything it ever added, and subtracted. Only the
 * member itself replaces its entry, so nothing is counted twice and nothing is lost, however often deltas arrive.
 */
export function planCounter(entries: readonly Entry[], amount: number, self: number): Plan | null {
  const own = entries.filter((entry) => entry.author === self);
  const [before] = own;
  const { plus, minus } = before === undefined ? { plus: 0, minus: 0 } : readShare(before.payload);
  const share = { plus: plus + Math.max(amount, 0), minus: minus + Math.max(-amount, 0) };
  if (!Number.isSafeInteger(share.plus) || !Number.isSafeInteger(share.minus)) return null;
  const payload = new ByteWriter().varint(share.plus).varint(share.minus).finish();
  return { add: { field: '', payload }, remove: own.map(rangeOfDot) };
}

/** Beyond 2^53 the total saturates: shares are exact, their sum may not fit a number. */
export function counterTotal(entries: readonly Entry[]): number {
  let total = 0n;
  for (const entry of entries) {
    const { plus, minus } = readShare(entry.payload);
    total += BigInt(plus) - BigInt(minus);
  }
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(total > most ? most : total < -most ? -most : total);
}

function readShare(payload: Uint8Array): { readonly plus: number; readonly minus: number } {
  const reader = new ByteReader(payload);
  return { plus: reader.varint(), minus: reader.varint() };
}
