import { readInstallationDocument } from './read-installation-document.ts';

/**
 * How hard a version is withdrawn. hidden: new plans do not choose it. warn: the same, and whoever has it is told.
 * block: it is not installed anew, locks that hold it still work. quarantine: it is not served and not loaded.
 */
export type YankLevel = 'hidden' | 'warn' | 'block' | 'quarantine';

export interface Revocation {
  readonly package: string;
  readonly version: string;
  readonly level: YankLevel;
  readonly reason: string;
  /** A version to use instead, or null. */
  readonly replacement: string | null;
  readonly at: string;
}

export interface RevocationList {
  readonly schemaVersion: 1;
  readonly kind: 'revocations';
  readonly yanked: readonly Revocation[];
}

export function parseRevocationList(bytes: Uint8Array, source: string): RevocationList {
  return readInstallationDocument('revocations', bytes, source);
}

export function yankOf(list: RevocationList, name: string, version: string): Revocation | null {
  return list.yanked.find((entry) => entry.package === name && entry.version === version) ?? null;
}
