import { sha256 } from '../sha256.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex: the form in which hashes are keys of maps and of the durable image. */
export function hashKey(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** SHA-256 of a list of hashes under a tag, so that a list is never mistaken for another statement. */
export function hashList(tag: number, hashes: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(1 + 32 * hashes.length);
  joined[0] = tag;
  hashes.forEach((hash, i) => joined.set(hash, 1 + 32 * i));
  return sha256(joined);
}
