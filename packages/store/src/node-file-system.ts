import fs from 'node:fs';
import type { FileStat, FileSystem } from './file-system.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** The real disk. */
export const nodeFileSystem: FileSystem = {
  stat(path) {
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    return stat === undefined
      ? null
      : { kind: kindOf(stat), size: stat.size, mode: stat.mode & 0o7777, mtimeMs: stat.mtimeMs };
  },

  readDirectory: (path) => fs.readdirSync(path).sort(),

  readFile(path, maxBytes) {
    // O_NONBLOCK: opening a FIFO that somebody planted must fail the check below, not wait for a writer.
    const handle = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = fs.fstatSync(handle);
      if (!stat.isFile()) throw systemError('EINVAL', `not a regular file: ${path}`);
      if (stat.size > maxBytes) throw systemError('EFBIG', `${stat.size} bytes, more than ${maxBytes}: ${path}`);
      return readWhole(handle, stat.size, path);
    } finally {
      fs.closeSync(handle);
    }
  },

  readLink: (path) => fs.readlinkSync(path),
  makeDirectory: (path, mode) => fs.mkdirSync(path, { mode }),

  writeFile(path, bytes, mode) {
    const handle = fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      for (let offset = 0; offset < bytes.length;) offset += fs.writeSync(handle, bytes, offset, bytes.length - offset);
      fs.fchmodSync(handle, mode);
    } finally {
      fs.closeSync(handle);
    }
  },

  makeLink: (target, path) => fs.symlinkSync(target, path),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.unlinkSync(path),
  removeDirectory: (path) => fs.rmdirSync(path),

  changeMode(path, mode) {
    // Through a handle, because chmod(2) follows links.
    const handle = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_DIRECTORY);
    try {
      fs.fchmodSync(handle, mode);
    } finally {
      fs.closeSync(handle);
    }
  },

  async sync(paths) {
    const failures: unknown[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < paths.length) {
        const index = next++;
        try {
          await flush(paths[index] as string);
        } catch (thrown) {
          failures[index] = thrown;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(FLUSHES_AT_ONCE, paths.length) }, lane));
    for (const failure of failures) if (failure !== undefined) throw failure;
  },

  freeBytes(path) {
    const stat = fs.statfsSync(path);
    return stat.bavail * stat.bsize;
  },
};

/** More than one, because a disk commits what waits for it at the same time in one go; bounded, because each holds a handle. */
const FLUSHES_AT_ONCE = 16;

/** A file or folder through a handle of its own: Linux reports a failed write-back also to who opens afterwards. */
function flush(path: string): Promise<void> {
  const handle = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  return new Promise((resolve, reject) => {
    fs.fsync(handle, (failure) => {
      fs.close(handle, (other) => {
        const error = failure ?? other;
        if (error === null || error === undefined) resolve();
        else reject(error);
      });
    });
  });
}

function kindOf(stat: fs.Stats): FileStat['kind'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'symlink' : 'other';
}

/** A file that shrinks or grows while it is read is refused: its size was part of what the caller decided on. */
function readWhole(handle: number, size: number, path: string): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  while (offset < size) {
    const count = fs.readSync(handle, bytes, offset, size - offset, offset);
    if (count === 0) throw systemError('EIO', `ended early: ${path}`);
    offset += count;
  }
  return bytes;
}

function systemError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
