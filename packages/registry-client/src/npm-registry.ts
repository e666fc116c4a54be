import { hexFromIntegrity, HyperSyncError, LIMITS, sha512Hex, type JsonObject, type JsonValue } from '@hypersync/base';
import { below, checkMetadataPath, checkVersion, splitName } from './address.ts';
import { downloadExactly } from './download.ts';
import { shown } from './failures.ts';
import { checkSize, type Connection } from './hypersync-registry.ts';
import type { NpmClient } from './npm-fetch.ts';
import type { Registry } from './registry.ts';
import { withRetries } from './retry.ts';
import { memorySink } from './transport.ts';

export type Unpack = (tarball: Uint8Array) => Promise<ReadonlyMap<string, Uint8Array>>;

/** The package that carries what a stock registry cannot: `tuf/metadata/`, `tuf/targets/` (plain names) and `bundles/`. */
export const METADATA_PACKAGE = '@hypersync/metadata';

const ABBREVIATED = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';

/**
 * Any npm registry. What it says is believed as little as anywhere: TUF metadata by its signatures, tarballs and bundles
 * by the digests that the signed manifest names.
 */
export function npmRegistry(connection: Connection, client: NpmClient, unpack: Unpack): Registry {
  const { base } = connection;
  const packuments = new Map<string, Promise<JsonObject>>();
  const packument = (name: string): Promise<JsonObject> =>
    remembered(packuments, name, () => readPackument(connection, client, name));
  const carried = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>();
  const files = (): Promise<ReadonlyMap<string, Uint8Array>> =>
    remembered(carried, METADATA_PACKAGE, async () =>
      readMetadataPackage(connection, await packument(METADATA_PACKAGE), unpack),
    );

  return {
    address: base.href.replace(/\/$/, ''),
    kind: 'npm',
    async metadata(path, maxBytes) {
      const carried = await files();
      const name = `tuf/${checkMetadataPath(path)}`;
      // A name of 128 hex digits does not fit a plain archive header, so targets are carried without; the digest is checked
      // by whoever asked for it.
      const bytes = carried.get(name) ?? carried.get(name.replace(/\/[0-9a-f]{128}\.([^/]+)$/, '/$1')) ?? null;
      if (bytes !== null && bytes.length > maxBytes) {
        throw new HyperSyncError('HS-1008', `${path} in ${METADATA_PACKAGE} is larger than ${maxBytes} bytes.`);
      }
      return bytes;
    },
    async tarball(wanted, onProgress) {
      const url = tarballAddress(await packument(wanted.name), wanted.name, checkVersion(wanted.version), base);
      return downloadExactly(wanted, { ...connection, url }, (received) =>
        onProgress?.({ name: wanted.name, received, total: wanted.size }),
      );
    },
    async bundle(wanted) {
      const file = `bundles/${splitName(wanted.name).base}-${checkVersion(wanted.version)}.sigstore.json`;
      const bytes = (await files()).get(file);
      if (bytes === undefined)
        throw new HyperSyncError('HS-1413', `${METADATA_PACKAGE} on ${base.host} has no ${file}.`);
      return checkSize(bytes, wanted.size, file);
    },
    close: async () => connection.transport.close(),
  };
}

/** One request however many ask; a failure is not remembered. */
function remembered<T>(memory: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let value = memory.get(key);
  if (value === undefined) {
    value = make();
    memory.set(key, value);
    value.catch(() => memory.delete(key));
  }
  return value;
}

async function readPackument(connection: Connection, client: NpmClient, name: string): Promise<JsonObject> {
  const { scope, base } = splitName(name);
  const url = below(connection.base, `@${scope}%2f${base}`);
  const value = await withRetries(connection.retry, () => client.request({ method: 'GET', url, accept: ABBREVIATED }));
  if (!isObject(value) || value['name'] !== name || !isObject(value['versions'])) {
    throw new HyperSyncError('HS-1417', `${shown(url)} is no packument of ${name}.`);
  }
  return value;
}

async function readMetadataPackage(
  connection: Connection,
  packument: JsonObject,
  unpack: Unpack,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const tags = packument['dist-tags'];
  const latest = isObject(tags) ? tags['latest'] : undefined;
  if (typeof latest !== 'string')
    throw new HyperSyncError('HS-1417', `${METADATA_PACKAGE} has no version tagged latest.`);
  const url = tarballAddress(packument, METADATA_PACKAGE, checkVersion(latest), connection.base);
  const tarball = await withRetries(connection.retry, async () => {
    const body = memorySink(LIMITS.tarballBytes, url);
    await connection.transport.get(url, { accept: 'application/octet-stream', sink: body });
    return body.bytes();
  });
  // Not a question of trust (the packument is not signed), but a damaged download is told as such.
  const integrity = distOf(packument, METADATA_PACKAGE, latest)['integrity'];
  const sha512 = typeof integrity === 'string' ? hexFromIntegrity(integrity) : null;
  if (sha512 !== null && sha512 !== sha512Hex(tarball)) {
    throw new HyperSyncError('HS-1408', `${shown(url)} is not what its packument names: its SHA-512 differs.`);
  }
  const files = await unpack(tarball);
  return new Map([...files].map(([path, bytes]) => [path.replace(/^package\//, ''), bytes]));
}

function distOf(packument: JsonObject, name: string, version: string): JsonObject {
  const versions = packument['versions'] as JsonObject;
  const entry = Object.hasOwn(versions, version) ? versions[version] : undefined;
  if (!isObject(entry)) throw new HyperSyncError('HS-1413', `The registry has no ${name}@${version}.`);
  const dist = entry['dist'];
  if (!isObject(dist)) throw new HyperSyncError('HS-1417', `The packument of ${name}@${version} has no dist.`);
  return dist;
}

/** Where the packument says that the tarball lies; only within the registry itself (attack N24). */
function tarballAddress(packument: JsonObject, name: string, version: string, base: URL): URL {
  const text = distOf(packument, name, version)['tarball'];
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url === null) throw new HyperSyncError('HS-1417', `The packument of ${name}@${version} names no tarball.`);
  if (url.origin !== base.origin || url.username !== '' || url.password !== '') {
    throw new HyperSyncError(
      'HS-1418',
      `The tarball of ${name}@${version} lies at ${url.origin}, not at ${base.origin}.`,
    );
  }
  return url;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
