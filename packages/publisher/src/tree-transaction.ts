import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonicalJsonBytes, HyperSyncError, isSha512Hex, LIMITS, parseJson, sha512Hex } from '@hypersync/base';
import { diskError, readBounded, syncDirectory, writeDurably, writeFlushed } from './durable-files.ts';

/** One file of a publication: path below the tree, and its bytes. Written in order; the last one makes it visible. */
export interface TreeFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

interface Journal {
  readonly files: readonly { readonly path: string; readonly sha512: string }[];
}

const MAX_FILE = 256 * 1024 * 1024;

/**
 * Puts all files into the tree, or none: first everything is staged and flushed, then the journal is written (from here
 * on the publication happens, also after a crash), then each file is renamed into place in order. `onStep` is told before
 * every change of the disk, so that tests can die there.
 */
export function commitFiles(tree: string, files: readonly TreeFile[], onStep: (step: string) => void = () => {}): void {
  const staging = join(tree, '.publish', 'staging');
  onStep('clear');
  rmSync(staging, { recursive: true, force: true });
  try {
    mkdirSync(staging, { recursive: true });
    for (const [number, file] of files.entries()) {
      onStep(`stage ${file.path}`);
      writeFlushed(join(staging, String(number)), file.bytes);
    }
    syncDirectory(staging);
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).syscall === undefined ? cause : diskError(staging, cause);
  }
  onStep('journal');
  const journal = { schemaVersion: 1, files: files.map(({ path, bytes }) => ({ path, sha512: sha512Hex(bytes) })) };
  writeDurably(journalPath(tree), canonicalJsonBytes(journal));
  finishCommit(tree, onStep);
}

/** Finishes what a dead publisher had decided, or forgets what it had not. True when there was something to finish. */
export function recoverTree(tree: string, onStep: (step: string) => void = () => {}): boolean {
  if (!existsSync(journalPath(tree))) {
    rmSync(join(tree, '.publish', 'staging'), { recursive: true, force: true });
    return false;
  }
  finishCommit(tree, onStep);
  return true;
}

export function isInterrupted(tree: string): boolean {
  return existsSync(journalPath(tree));
}

function finishCommit(tree: string, onStep: (step: string) => void): void {
  const staging = join(tree, '.publish', 'staging');
  const folders = new Set<string>();
  for (const [number, { path, sha512 }] of readJournal(tree).files.entries()) {
    const [staged, target] = [join(staging, String(number)), join(tree, path)];
    if (existsSync(staged)) {
      onStep(`place ${path}`);
      place(staged, target);
      folders.add(dirname(target));
    }
    const placed = readBounded(target, MAX_FILE);
    if (placed === null || sha512Hex(placed) !== sha512) {
      throw new HyperSyncError('HS-1710', `${target} is not what the interrupted publication wrote.`);
    }
  }
  // Only now may the journal go: a rename that a power cut undoes is done again from it.
  for (const folder of folders) syncDirectory(folder);
  onStep('done');
  rmSync(journalPath(tree), { force: true });
  rmSync(staging, { recursive: true, force: true });
}

function place(staged: string, target: string): void {
  try {
    mkdirSync(dirname(target), { recursive: true });
    renameSync(staged, target);
  } catch (cause) {
    throw diskError(target, cause);
  }
}

function readJournal(tree: string): Journal {
  const path = journalPath(tree);
  const bytes = readBounded(path, LIMITS.tufTargetsBytes) ?? new Uint8Array();
  const value = parseJson(bytes, { maxBytes: LIMITS.tufTargetsBytes, maxDepth: 6, source: path }) as unknown as Journal;
  const sound =
    Array.isArray(value.files) &&
    value.files.every(({ path, sha512 }) => typeof path === 'string' && isSha512Hex(sha512) && isBelow(path));
  if (!sound) throw new HyperSyncError('HS-1710', `${path} is not the journal of a publication.`);
  return value;
}

function isBelow(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '..' && part !== '.');
}

function journalPath(tree: string): string {
  return join(tree, '.publish', 'journal.json');
}

/** Names in a folder of the tree; none where it does not exist. */
export function namesIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}
