import { HyperSyncError } from '@hypersync/base';
import { constants } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

export function packumentPath(name: string): string {
  return `packages/${name}/packument.json`;
}

export function tarballPath(name: string, version: string): string {
  return `packages/${name}/-/${baseOf(name)}-${version}.tgz`;
}

export function bundlePath(name: string, version: string): string {
  return `packages/${name}/-/${baseOf(name)}-${version}.sigstore.json`;
}

/** `raft` of `@hypersync/raft`. */
export function baseOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** Opens a regular file of the tree; null where there is none. A symbolic link is not followed out of the tree. */
export async function openFileOf(directory: string, path: string): Promise<{ file: FileHandle; size: number } | null> {
  let file: FileHandle;
  try {
    file = await open(join(directory, path), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new HyperSyncError('HS-1004', `${join(directory, path)}: ${code ?? 'cannot be read'}.`, { cause });
  }
  const facts = await file.stat();
  if (facts.isFile()) return { file, size: facts.size };
  await file.close();
  throw new HyperSyncError('HS-1004', `${join(directory, path)} is not a regular file.`);
}

/** The bytes of a file of the tree, null where there is none, HS-1008 beyond `maxBytes`. */
export async function readFileOf(directory: string, path: string, maxBytes: number): Promise<Uint8Array | null> {
  const opened = await openFileOf(directory, path);
  if (opened === null) return null;
  try {
    if (opened.size > maxBytes)
      throw new HyperSyncError('HS-1008', `${join(directory, path)} has ${opened.size} bytes, more than ${maxBytes}.`);
    return await opened.file.readFile();
  } finally {
    await opened.file.close();
  }
}

/** Exists from the first to the last change that a publication makes to the tree. */
export const JOURNAL_PATH = '.publish/journal.json';

/** Changes with every publication, also of a mere candidate. Null while a publication is under way. */
export async function treeFingerprint(directory: string): Promise<string | null> {
  const decisive = ['registry.json', 'access.json', 'keys/npm-keys.json', 'tuf/metadata/timestamp.json'];
  const views = (await namesIn(join(directory, 'views'))).map((name) => `views/${name}`);
  const scopes = await namesIn(join(directory, 'packages'));
  const packuments = scopes.map(async (scope) =>
    (await namesIn(join(directory, 'packages', scope))).map((name) => packumentPath(`${scope}/${name}`)),
  );
  const paths = [...decisive, ...views, ...(await Promise.all(packuments)).flat()];
  const found = await Promise.all(paths.map(async (path) => `${path} ${await identityOf(join(directory, path))}`));
  return (await identityOf(join(directory, JOURNAL_PATH))) === 'ENOENT' ? found.join('\n') : null;
}

async function identityOf(path: string): Promise<string> {
  try {
    const facts = await stat(path, { bigint: true });
    return `${facts.ino}:${facts.size}:${facts.mtimeNs}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable';
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch((): string[] => [])).sort();
}
