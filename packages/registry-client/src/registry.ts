import type { Secret } from './secret.ts';

export interface RegistryOptions {
  /** Base address without a trailing slash; http is accepted only for loopback. */
  readonly address: string;
  readonly token: Secret | null;
  /** `hypersync`: formats.md 5. `npm`: any npm registry; metadata and bundles then come from `@hypersync/metadata`. `auto` asks. */
  readonly kind: 'hypersync' | 'npm' | 'auto';
  /** PEM bundle added to the system's roots. */
  readonly ca?: string;
  /** Folder for partial downloads, so that they resume; null: in memory only. */
  readonly partials: string | null;
  readonly signal?: AbortSignal;
}

export interface DownloadProgress {
  readonly name: string;
  readonly received: number;
  readonly total: number;
}

/** Unverified bytes by name. Every call is bounded; HS-14xx tells network, proxy, TLS, 401, 403, 404, 410 and lies apart. */
export interface Registry {
  readonly address: string;
  readonly kind: 'hypersync' | 'npm';
  /** Path below the TUF repository, e.g. `metadata/timestamp.json`; null for 404. */
  metadata(path: string, maxBytes: number): Promise<Uint8Array | null>;
  /** The tarball's bytes, at most `size`; resumes; refuses another digest early (HS-1408). */
  tarball(
    wanted: { name: string; version: string; size: number; sha512: string },
    onProgress?: (progress: DownloadProgress) => void,
  ): Promise<Uint8Array>;
  bundle(wanted: { name: string; version: string; size: number }): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** `unpack` turns the bytes of a `.tgz` into files; needed only for stock npm registries. */
export async function openRegistry(
  _options: RegistryOptions,
  _unpack: (tarball: Uint8Array) => Promise<ReadonlyMap<string, Uint8Array>>,
): Promise<Registry> {
  throw new Error('not written yet');
}
