import { HyperSyncError, sha512Hex } from '@hypersync/base';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LruMap } from './lru-map.ts';
import { openFileOf } from './tree-files.ts';

/** A tarball whose bytes have the SHA-512 that is stated here. */
export type Tarball = { readonly sha512: string; readonly size: number } & (
  | { readonly bytes: Uint8Array }
  | { stream(start: number, end: number): Readable }
);

export interface TarballStore {
  /**
   * Throws HS-1807 where the file is missing or has other bytes. `sha512` null: no packument names the digest any more; the
   * file's own is stated, and clients, who always know it from a signed manifest or a lock, check it.
   */
  read(path: string, sha512: string | null): Promise<Tarball>;
}

const MIB = 1024 * 1024;

/**
 * Small tarballs stay in memory, read and hashed once; large ones are hashed at first use and again when the file has
 * changed, then streamed. Named by digest: a version that is published again with other bytes cannot meet an old entry.
 */
export function createTarballStore(directory: string, limits = { memory: 64 * MIB, small: 4 * MIB }): TarballStore {
  const small = new LruMap<string, Promise<Tarball>>(limits.memory);
  const hashed = new LruMap<string, string>(4096);

  const load = async (path: string, sha512: string | null, key: string): Promise<Tarball> => {
    const opened = await openFileOf(directory, path);
    if (opened === null) throw damaged(path, 'it is missing');
    const { file, size } = opened;
    try {
      if (size > limits.small) return await large(file, path, sha512);
      const bytes = await file.readFile();
      const found = sha512Hex(bytes);
      if (sha512 !== null && found !== sha512) throw damaged(path, 'its SHA-512 differs');
      const tarball = { sha512: found, size: bytes.length, bytes };
      small.set(key, Promise.resolve(tarball), Math.max(1, bytes.length));
      return tarball;
    } finally {
      await file.close();
    }
  };

  const large = async (file: FileHandle, path: string, sha512: string | null): Promise<Tarball> => {
    const { ino, size, mtimeNs } = await file.stat({ bigint: true });
    const state = `${path}:${ino}:${size}:${mtimeNs}`;
    const found = hashed.get(state) ?? (await hashOf(file));
    hashed.set(state, found);
    if (sha512 !== null && found !== sha512) throw damaged(path, 'its SHA-512 differs');
    const stream = (start: number, end: number): Readable => createReadStream(join(directory, path), { start, end });
    return { sha512: found, size: Number(size), stream };
  };

  return {
    read(path, sha512) {
      const key = `${sha512 ?? '-'}:${path}`;
      const held = small.get(key);
      if (held !== undefined) return held;
      // While it loads, others wait for the same read; its weight counts once it is known.
      const loading = load(path, sha512, key);
      small.set(key, loading, 1);
      const forget = (): void => {
        if (small.get(key) === loading) small.delete(key);
      };
      loading.then((tarball) => void ('bytes' in tarball || forget()), forget);
      return loading;
    },
  };
}

async function hashOf(file: FileHandle): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function damaged(path: string, what: string): HyperSyncError {
  return new HyperSyncError('HS-1807', `${path} is not served: ${what}.`, { details: { path } });
}
