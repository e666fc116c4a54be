import { readDocument } from './read-document.ts';
import type { TierId } from './tier.ts';

/** `registry.json`, the first file that a server reads. */
export interface RegistryInfo {
  readonly schemaVersion: 1;
  readonly kind: 'registry';
  readonly vendor: string;
  /** Public address without a trailing slash; `dist.tarball` of every packument begins with it. */
  readonly origin: string;
  /** Grows with every publication; 0 in a fresh tree. Written last, so that whoever sees it sees the rest. */
  readonly release: number;
}

/** `access.json`: npm name to the lowest tier that holds the package. The server refuses to start without it. */
export interface AccessTable {
  readonly schemaVersion: 1;
  readonly kind: 'access';
  readonly packages: Readonly<Record<string, TierId>>;
}

/** `views/<slug>.json`: npm name to the versions that have been promoted to the tier. */
export interface TierView {
  readonly schemaVersion: 1;
  readonly kind: 'tier-view';
  readonly tier: TierId;
  readonly packages: Readonly<Record<string, readonly string[]>>;
}

export function parseRegistryInfo(bytes: Uint8Array, source: string): RegistryInfo {
  return readDocument('registry-info', bytes, source);
}

export function parseAccessTable(bytes: Uint8Array, source: string): AccessTable {
  return readDocument('access-table', bytes, source);
}

export function parseTierView(bytes: Uint8Array, source: string): TierView {
  return readDocument('tier-view', bytes, source);
}
