import { DatabaseSync } from 'node:sqlite';

/**
 * Locks that the kernel forgets together with their owner: no entry that a dead process leaves behind, no process id that
 * another container cannot judge. `shared` excludes only `exclusive`.
 */
export interface LockFiles {
  /** Null when somebody else holds it in a way that excludes this. */
  acquire(path: string, mode: 'exclusive' | 'shared'): (() => void) | null;
}

const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;

/** An open database that only a suspended function reaches could be collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/** SQLite's file locks (fcntl on POSIX, LockFileEx on Windows) on an empty database that is never written. */
export const nodeLockFiles: LockFiles = {
  acquire(path, mode) {
    let database: DatabaseSync | null = null;
    try {
      database = new DatabaseSync(path, { readOnly: mode === 'shared', timeout: 0 });
      // In memory, or the first exclusive lock would leave a journal file beside the empty database.
      database.exec('PRAGMA journal_mode = MEMORY');
      database.exec(mode === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT count(*) FROM sqlite_master');
    } catch (thrown) {
      database?.close();
      const { errcode } = thrown as { errcode?: number };
      if (errcode === SQLITE_BUSY) return null;
      // Everything else is a file that cannot be made or opened, or a disk that fails.
      const code = errcode === SQLITE_IOERR ? 'EIO' : 'EACCES';
      throw Object.assign(new Error(`${code}: ${(thrown as Error).message}: ${path}`, { cause: thrown }), { code });
    }
    const lock = database;
    held.add(lock);
    return () => {
      held.delete(lock);
      lock.close();
    };
  },
};
