import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { HyperSyncError } from '@hypersync/base';

/** Writes beside, flushes, renames, flushes the folder: a reader sees the old or the new file, also after a power cut. */
export function writeDurably(path: string, bytes: Uint8Array, mode = 0o644): void {
  const directory = dirname(path);
  const temporary = `${path}.${process.pid}.new`;
  try {
    mkdirSync(directory, { recursive: true });
    rmSync(temporary, { force: true });
    writeFlushed(temporary, bytes, mode);
    renameSync(temporary, path);
    syncDirectory(directory);
  } catch (cause) {
    throw diskError(path, cause);
  }
}

/** A new file, its content flushed; its name is durable once the folder is. Throws Node's errors. */
export function writeFlushed(path: string, bytes: Uint8Array, mode = 0o644): void {
  const file = openSync(path, 'wx', mode);
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Null where there is no such file; HS-1008 above `maxBytes`. */
export function readBounded(path: string, maxBytes: number): Uint8Array | null {
  let size: number;
  try {
    size = statSync(path).size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw diskError(path, cause);
  }
  if (size > maxBytes) throw new HyperSyncError('HS-1008', `${path} has ${size} bytes, more than ${maxBytes}.`);
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw diskError(path, cause);
  }
}

const NO_ROOM: readonly (string | undefined)[] = ['ENOSPC', 'EDQUOT', 'EROFS', 'EMFILE', 'ENFILE'];

export function diskError(path: string, cause: unknown): HyperSyncError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new HyperSyncError(NO_ROOM.includes(code) ? 'HS-1005' : 'HS-1004', `${path}: ${message}`, { cause });
}
