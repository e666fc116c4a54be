import { HyperSyncError, sha512Hex } from '@hypersync/base';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { LruMap } from './lru-map.ts';
import { openFileOf } from './tree-files.ts';

/** A tarball whose bytes are those that the packument names. */
export type Tarball =
  | { readonly size: number; readonly bytes: Uint8Array }
  | { readonly size: number; stream(start: number, end: number): Readable };

export interface TarballStore {
  /** Throws HS-1807 where the file is missing or has other bytes. */
  read(path: string, sha512: string): Promise<Tarball>;
}

const MIB = 1024 * 1024;

/**
 * Small tarballs stay in memory, read and hashed once; large ones are hashed at first use and again when the file has
 * changed, then streamed. Named by digest: a version that is published again with other bytes cannot meet an old entry.
 */
export function createTarballStore(directory: string, limits = { memory: 64 * MIB, small: 4 * MIB }): TarballStore {
  const small = new LruMap<string, Promise<Tarball>>(limits.memory);
  const checked = new LruMap<string, string>(4096);

  const load = async (path: string, sha512: string, key: string): Promise<Tarball> => {
    const opened = await openFileOf(directory, path);
    if (opened === null) throw damaged(path, 'it is missing');
    const { file, size } = opened;
    try {
      if (size > limits.small) return await large(file, path, sha512);
      const bytes = await file.readFile();
      if (sha512Hex(bytes) !== sha512) throw damaged(path, 'its SHA-512 differs');
      const tarball = { size: bytes.length, bytes };
      small.set(key, Promise.resolve(tarball), Math.max(1, bytes.length));
      return tarball;
    } finally {
      await file.close();
    }
  };

  const large = async (file: FileHandle, path: string, sha512: string): Promise<Tarball> => {
    const { ino, size, mtimeNs } = await file.stat({ bigint: true });
    const state = `${sha512}:${ino}:${size}:${mtimeNs}`;
    if (checked.get(path) !== state) {
      const hash = createHash('sha512');
      for await (const chunk of file.createReadStream({ autoClose: false, start: 0 })) hash.update(chunk as Uint8Array);
      if (hash.digest('hex') !== sha512) throw damaged(path, 'its SHA-512 differs');
      checked.set(path, state);
    }
    return { size: Number(size), stream: (start, end) => createReadStream(join(directory, path), { start, end }) };
  };

  return {
    read(path, sha512) {
      const key = `${sha512}:${path}`;
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

function damaged(path: string, what: string): HyperSyncError {
  return new HyperSyncError('HS-1807', `${path} is not served: ${what}.`, { details: { path } });
}
