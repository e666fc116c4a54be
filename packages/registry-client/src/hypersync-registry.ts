import { HyperSyncError } from '@hypersync/base';
import { below, checkMetadataPath, checkVersion, splitName } from './address.ts';
import { downloadExactly } from './download.ts';
import type { Registry } from './registry.ts';
import { withRetries, type RetryPolicy } from './retry.ts';
import { memorySink, type Transport } from './transport.ts';

export interface Connection {
  readonly base: URL;
  readonly transport: Transport;
  readonly retry: RetryPolicy;
  readonly partials: string | null;
}

/** The whole body below `base`, at most `maxBytes`. */
export async function fetchBytes(
  connection: Connection,
  path: string,
  maxBytes: number,
  accept: string,
): Promise<Uint8Array> {
  const url = below(connection.base, path);
  return withRetries(connection.retry, async () => {
    const body = memorySink(maxBytes, url);
    await connection.transport.get(url, { accept, sink: body });
    return body.bytes();
  });
}

/** Our own protocol: formats.md 5. */
export function hypersyncRegistry(connection: Connection): Registry {
  const { base } = connection;
  return {
    address: base.href.replace(/\/$/, ''),
    kind: 'hypersync',
    async metadata(path, maxBytes) {
      try {
        return await fetchBytes(connection, `-/hypersync/tuf/${checkMetadataPath(path)}`, maxBytes, 'application/json');
      } catch (error) {
        if (error instanceof HyperSyncError && error.code === 'HS-1413') return null;
        throw error;
      }
    },
    async tarball(wanted, onProgress) {
      const name = splitName(wanted.name);
      const file = `${name.base}-${checkVersion(wanted.version)}.tgz`;
      const url = below(base, `@${name.scope}/${name.base}/-/${file}`);
      return downloadExactly(wanted, { ...connection, url }, (received) =>
        onProgress?.({ name: wanted.name, received, total: wanted.size }),
      );
    },
    async bundle(wanted) {
      const file = `${splitName(wanted.name).base}-${checkVersion(wanted.version)}.sigstore.json`;
      const bytes = await fetchBytes(connection, `-/hypersync/bundles/${file}`, wanted.size, 'application/json');
      return checkSize(bytes, wanted.size, file);
    },
    close: async () => connection.transport.close(),
  };
}

/** A bundle's digest is checked where it is verified; a wrong size is told early. */
export function checkSize(bytes: Uint8Array, size: number, what: string): Uint8Array {
  if (bytes.length === size) return bytes;
  throw new HyperSyncError('HS-1408', `${what} has ${bytes.length} bytes instead of ${size}.`);
}
