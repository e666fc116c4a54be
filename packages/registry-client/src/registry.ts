import { HyperSyncError, LIMITS, systemRandom, type Random } from '@hypersync/base';
import { createAgents } from './agents.ts';
import { parseAddress } from './address.ts';
import { fetchBytes, hypersyncRegistry, type Connection } from './hypersync-registry.ts';
import { npmClient } from './npm-fetch.ts';
import { npmRegistry, type Unpack } from './npm-registry.ts';
import { realWait, type Wait } from './retry.ts';
import type { Secret } from './secret.ts';
import { createTransport, PATIENCE, type Patience } from './transport.ts';

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
  /** Where HTTPS_PROXY and NO_PROXY are read; default: the process's environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Seams for tests: jitter, pauses between attempts, and how long a server may take. */
  readonly random?: Random;
  readonly wait?: Wait;
  readonly patience?: Patience;
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
export async function openRegistry(options: RegistryOptions, unpack: Unpack): Promise<Registry> {
  const { token, signal, ca, environment = process.env } = options;
  const base = parseAddress(options.address);
  const agents = createAgents({ ca, environment });
  const connection: Connection = {
    base,
    transport: createTransport({ base, token, agents, patience: options.patience ?? PATIENCE, signal }),
    retry: { random: options.random ?? systemRandom, wait: options.wait ?? realWait, signal },
    partials: options.partials,
  };
  const kind = options.kind === 'auto' ? await askKind(connection) : options.kind;
  if (kind === 'hypersync') return hypersyncRegistry(connection);
  return npmRegistry(connection, npmClient({ base, token, signal, ca, environment }), unpack);
}

/** Ours has a TUF timestamp, open to everybody; no other registry has that path. */
async function askKind(connection: Connection): Promise<'hypersync' | 'npm'> {
  try {
    await fetchBytes(
      connection,
      '-/hypersync/tuf/metadata/timestamp.json',
      LIMITS.tufTimestampBytes,
      'application/json',
    );
    return 'hypersync';
  } catch (error) {
    if (error instanceof HyperSyncError && error.code === 'HS-1413') return 'npm';
    connection.transport.close();
    throw error;
  }
}
