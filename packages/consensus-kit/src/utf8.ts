/**
 * Generalised UTF-8 (WTF-8, Sapin 2016), written here because a confined plugin has no TextEncoder. Every JavaScript string
 * has exactly one encoding, lone surrogates included, so encoding never throws and decoding is its exact inverse.
 */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let n = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code < 0x80) out[n++] = code;
    else if (code < 0x800) {
      out[n++] = 0xc0 | (code >> 6);
      out[n++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      out[n++] = 0xe0 | (code >> 12);
      out[n++] = 0x80 | ((code >> 6) & 0x3f);
      out[n++] = 0x80 | (code & 0x3f);
    } else {
      i++; // a pair of surrogates: two UTF-16 units, four bytes
      out[n++] = 0xf0 | (code >> 18);
      out[n++] = 0x80 | ((code >> 12) & 0x3f);
      out[n++] = 0x80 | ((code >> 6) & 0x3f);
      out[n++] = 0x80 | (code & 0x3f);
    }
  }
  return out.slice(0, n);
}

const SMALLEST = [0, 0, 0x80, 0x800, 0x10000] as const;

/** Null unless the bytes are the one encoding of some string: no overlong forms, no split pairs, nothing beyond U+10FFFF. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  // names and keys are short and ASCII nearly always
  if (bytes.length <= 256 && bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
  let text = '';
  let afterHighSurrogate = false;
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    const size = sizeOf(lead);
    if (size === 0 || i + size > bytes.length) return null;
    let code = size === 1 ? lead : lead & (0x7f >> size);
    for (let k = 1; k < size; k++) {
      const next = bytes[i + k]!;
      if ((next & 0xc0) !== 0x80) return null;
      code = (code << 6) | (next & 0x3f);
    }
    if (code < SMALLEST[size] || code > 0x10ffff) return null;
    if (afterHighSurrogate && code >= 0xdc00 && code <= 0xdfff) return null;
    afterHighSurrogate = code >= 0xd800 && code <= 0xdbff;
    text += String.fromCodePoint(code);
    i += size;
  }
  return text;
}

function sizeOf(lead: number): 0 | 1 | 2 | 3 | 4 {
  if (lead < 0x80) return 1;
  if (lead >= 0xc0 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf8 ? 4 : 0;
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}
