import { gzipSync } from 'node:zlib';
import { HyperSyncError, LIMITS, parseJson, sha512Hex, toUtf8 } from '@hypersync/base';
import type { TierId } from '@hypersync/manifest';
import type { Registry } from '@hypersync/registry-client';
import { readError } from '@hypersync/store';
import { Header } from 'tar';
import type { Context } from './context.ts';
import { unpackTarball } from './unpack.ts';

/** What a bundle says of itself, for people and for the error that names the wrong file; nothing is trusted for it. */
interface Label {
  readonly tier: TierId;
  readonly release: number;
}

const LABEL = 'offline.json';
const BLOCK = 512;

/**
 * One release of a tier as one file: what a registry would have answered (formats.md 7). It is a tarball of the strict kind
 * that plugins are, and holds neither a license nor anything that is not checked again by whoever reads it.
 */
export class OfflineContents {
  readonly #files = new Map<string, Uint8Array>();

  metadata(path: string, bytes: Uint8Array): void {
    this.#files.set(plainName(path), bytes);
  }

  artifact(entry: { name: string; version: string }, tarball: Uint8Array, bundle: Uint8Array): void {
    this.#files.set(tarballName(entry), tarball);
    this.#files.set(bundleName(entry), bundle);
  }

  /** The same contents give the same bytes. HS-1615 where no installer would read that much. */
  pack(label: Label): Uint8Array {
    this.#files.set(LABEL, toUtf8(`${JSON.stringify({ schemaVersion: 1, kind: 'offline-bundle', ...label })}\n`));
    const names = [...this.#files.keys()].sort();
    const blocks = names.flatMap((name) => archived(`package/${name}`, this.#files.get(name) ?? new Uint8Array()));
    const packed = gzipSync(Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]), { level: 1 });
    packed[9] = 255; // RFC 1952: no operating system, so that all of them write the same
    if (packed.length <= LIMITS.tarballBytes) return packed;
    throw new HyperSyncError(
      'HS-1615',
      `The bundle has ${packed.length} bytes; at most ${LIMITS.tarballBytes} are read.`,
    );
  }
}

function archived(path: string, bytes: Uint8Array): readonly Uint8Array[] {
  const header = new Header({ path, mode: 0o644, uid: 0, gid: 0, size: bytes.length, type: 'File' });
  const block = Buffer.alloc(BLOCK);
  if (header.encode(block, 0)) throw new HyperSyncError('HS-1001', `${path} does not fit a plain archive header.`);
  return [block, bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
}

/**
 * The file at `path` in place of a registry: the same questions, the same checks after them, and no connection. `address`
 * is the registry that it stands for. HS-1004, HS-1604, HS-1615.
 */
export function openOfflineBundle({ environment }: Context, path: string, address: string): Registry {
  const files = unpackTarball(readBundle(environment.fs, path), path);
  const label = labelOf(files.get(LABEL), path);
  const have = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes !== undefined) return bytes;
    throw new HyperSyncError('HS-1615', `${path} has no ${name}.`, { details: { path, missing: name } });
  };
  return {
    address,
    kind: 'hypersync',
    metadata: async (wanted, maxBytes) => {
      const bytes = files.get(plainName(wanted)) ?? null;
      if (bytes !== null && bytes.length > maxBytes) {
        throw new HyperSyncError('HS-1008', `${wanted} in ${path} is larger than ${maxBytes} bytes.`);
      }
      // What every registry has not, a next root, is no news; what a bundle of the right tier has, is.
      if (bytes === null && /tier-|targets\//.test(wanted)) {
        throw new HyperSyncError('HS-1615', `${path} has no ${wanted}; it says that it is for the tier ${label}.`);
      }
      return bytes;
    },
    tarball: async (wanted, onProgress) => {
      const { name, size, sha512 } = wanted;
      const bytes = have(tarballName(wanted));
      if (bytes.length !== size || sha512Hex(bytes) !== sha512) {
        throw new HyperSyncError('HS-1408', `${tarballName(wanted)} in ${path} is not what the signed manifest names.`);
      }
      onProgress?.({ name, received: size, total: size });
      return bytes;
    },
    bundle: async (wanted) => have(bundleName(wanted)),
    close: async () => {},
  };
}

function readBundle(fs: Context['environment']['fs'], path: string): Uint8Array {
  try {
    return fs.readFile(path, LIMITS.tarballBytes);
  } catch (thrown) {
    throw readError(thrown, `Reading the offline bundle ${path}`);
  }
}

/** The tier that the bundle says it is for. */
function labelOf(bytes: Uint8Array | undefined, path: string): string {
  const limits = { maxBytes: LIMITS.configBytes, maxDepth: 4, source: `${LABEL} in ${path}` };
  const label = (bytes === undefined ? null : parseJson(bytes, limits)) as Readonly<Record<string, unknown>> | null;
  if (label?.['kind'] === 'offline-bundle' && label['schemaVersion'] === 1) {
    return JSON.stringify(label['tier'] ?? null).slice(0, 40);
  }
  throw new HyperSyncError('HS-1615', `${path} is not an offline bundle of version 1.`);
}

/** A name of 128 hex digits does not fit a plain archive header; whoever asks knows the digest and checks it. */
const plainName = (path: string): string => `tuf/${path.replace(/\/[0-9a-f]{128}\.([^/]+)$/, '/$1')}`;

const fileBase = ({ name, version }: { name: string; version: string }): string =>
  `${name.slice(name.indexOf('/') + 1)}-${version}`;
const tarballName = (entry: { name: string; version: string }): string => `tarballs/${fileBase(entry)}.tgz`;
const bundleName = (entry: { name: string; version: string }): string => `bundles/${fileBase(entry)}.sigstore.json`;
