import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { HyperSyncError } from '@hypersync/base';
import { diskError } from './durable-files.ts';

const SQLITE_BUSY = 5;
const POLL_MS = 50;

/**
 * One publisher at a time. The lock is the kernel's (SQLite's, on a database that is never written), so it goes away with
 * its process, however that ends. Throws HS-1709 when another holds it for longer than `waitMs`.
 */
export async function lockTree(tree: string, waitMs: number): Promise<() => void> {
  const path = join(tree, '.publish', 'lock');
  const deadline = performance.now() + waitMs;
  for (;;) {
    const release = tryLock(path);
    if (release !== null) return release;
    if (performance.now() >= deadline) throw new HyperSyncError('HS-1709', `Another publisher holds ${path}.`);
    await wait(POLL_MS);
  }
}

function tryLock(path: string): (() => void) | null {
  let database: DatabaseSync | null = null;
  try {
    mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY');
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database?.close();
    if ((thrown as { errcode?: number }).errcode === SQLITE_BUSY) return null;
    throw diskError(path, thrown);
  }
  const held = database;
  return () => held.close();
}
