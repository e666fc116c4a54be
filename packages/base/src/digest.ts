import { hash } from 'node:crypto';

/** 128 lower-case hex digits. */
export type Sha512Hex = string & { readonly __sha512?: never };

export function sha512Hex(bytes: Uint8Array): Sha512Hex {
  return hash('sha512', bytes, 'hex');
}

export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex');
}

export function isSha512Hex(value: unknown): value is Sha512Hex {
  return typeof value === 'string' && /^[0-9a-f]{128}$/.test(value);
}

/** The form of npm and Subresource Integrity: `sha512-<base64>`. */
export function sha512Integrity(hex: Sha512Hex): string {
  return `sha512-${Buffer.from(hex, 'hex').toString('base64')}`;
}

/** The inverse; null for any other algorithm or form. */
export function hexFromIntegrity(integrity: string): Sha512Hex | null {
  const match = /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(integrity);
  return match?.[1] === undefined ? null : Buffer.from(match[1], 'base64').toString('hex');
}
