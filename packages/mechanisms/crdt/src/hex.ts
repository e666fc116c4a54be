const DIGITS = '0123456789abcdef';

/** Lower-case. Written here because the shared one comes with a TextEncoder, which a confined plugin does not have. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += DIGITS[byte >> 4]! + DIGITS[byte & 15]!;
  return text;
}
