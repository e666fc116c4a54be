import type { ByteReader, ByteWriter } from '@hypersync/consensus-kit';

const MAX_BYTES = 16;
/** Amounts of stake are below this. */
export const MAX_AMOUNT = 1n << BigInt(8 * MAX_BYTES);

/** Big-endian without leading zeros, length first: one encoding per amount. */
export function writeAmount(writer: ByteWriter, amount: bigint): void {
  const bytes: number[] = [];
  for (let rest = amount; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  writer.bytes(Uint8Array.from(bytes.reverse()));
}

export function readAmount(reader: ByteReader): bigint {
  const bytes = reader.bytes(MAX_BYTES);
  if (bytes[0] === 0) reader.fail();
  return bytes.reduce((amount, byte) => (amount << 8n) | BigInt(byte), 0n);
}

/** Throws RangeError for what is no amount. */
export function checkAmount(amount: bigint, what: string): void {
  if (amount < 0n || amount >= MAX_AMOUNT) throw new RangeError(`${what}: ${amount} is not in [0, 2^${8 * MAX_BYTES})`);
}

/** The share (parts per million) of an amount, rounded up: a slash of anything takes at least one unit. */
export function shareOf(amount: bigint, share: number): bigint {
  return (amount * BigInt(share) + 999_999n) / 1_000_000n;
}
