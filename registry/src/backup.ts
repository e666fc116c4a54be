import { HyperSyncError, type Clock } from '@hypersync/base';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fsck, type FsckReport } from './fsck.ts';
import { padding, TAR_END, tarHeader } from './tar-writer.ts';
import { treeFingerprint } from './tree-files.ts';
import { listTree } from './tree-listing.ts';

export interface BackupReport {
  readonly schemaVersion: 1;
  readonly kind: 'backup';
  readonly tree: string;
  readonly to: string;
  readonly form: 'directory' | 'tar';
  readonly files: number;
  readonly bytes: number;
  /** What fsck says about the copy; null for a tar, which is checked before it is written. */
  readonly check: FsckReport;
}

const ATTEMPTS = 5;
const PAUSE_MS = 1000;

/**
 * Copies a tree as it stands between two publications: to a new folder, or to a file that ends in `.tar`. What the
 * publisher keeps beside the tree comes along, its lock and staging do not. The copy appears under its name only when it
 * is whole, flushed, and checked. Throws HS-1005 (cannot create), HS-1809 (the tree has faults), HS-1810 (it kept changing).
 */
export async function backup(
  tree: string,
  to: string,
  options: { clock: Clock; wait?: (milliseconds: number) => Promise<unknown> },
): Promise<BackupReport> {
  const form = to.endsWith('.tar') ? 'tar' : 'directory';
  await refuseExisting(to);
  const unfinished = `${to}.unfinished`;
  const wait = options.wait ?? delay;
  try {
    for (let attempt = 1; ; attempt++) {
      await rm(unfinished, { recursive: true, force: true });
      const before = await treeFingerprint(tree);
      if (before !== null) {
        const copied = form === 'tar' ? await writeTar(tree, unfinished) : await copyTree(tree, unfinished);
        const check = await fsck(form === 'tar' ? tree : unfinished, options.clock);
        if ((await treeFingerprint(tree)) === before) {
          refuseFaults(check);
          await rename(unfinished, to);
          return { schemaVersion: 1, kind: 'backup', tree, to, form, ...copied, check };
        }
      }
      if (attempt === ATTEMPTS)
        throw new HyperSyncError('HS-1810', `${tree} changed during each of ${ATTEMPTS} attempts to copy it.`);
      await wait(PAUSE_MS);
    }
  } catch (error) {
    // What went wrong first is what counts.
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined);
    throw asRefusal(error, to);
  }
}

/** Stale metadata is no fault of the copy: a tree whose vendor is on holiday can be backed up too. */
function refuseFaults(check: FsckReport): void {
  const grave = check.faults.filter((fault) => fault.kind !== 'stale');
  const [first] = grave;
  if (first === undefined) return;
  throw new HyperSyncError(
    'HS-1809',
    `Not backed up, the tree has ${grave.length} fault(s); the first: ${first.path}: ${first.message}.`,
    {
      details: { faults: grave },
    },
  );
}

async function refuseExisting(to: string): Promise<void> {
  const exists = await stat(to).then(
    () => true,
    () => false,
  );
  if (exists)
    throw new HyperSyncError('HS-1005', `${to} exists already.`, {
      hint: 'Name a new folder or file; a backup never overwrites.',
    });
}

function asRefusal(error: unknown, to: string): unknown {
  if (error instanceof HyperSyncError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined
    ? error
    : new HyperSyncError('HS-1005', `${to}: ${code}.`, { cause: error, details: { code } });
}

/** Registry.json and the timestamp come last, as in a publication: a copy that is cut short is no tree. */
async function filesOf(tree: string): Promise<(readonly [string, number])[]> {
  const listing = await listTree(tree);
  const kept = [...listing.files].filter(
    ([path]) => !path.startsWith('.publish/lock') && !path.startsWith('.publish/staging/'),
  );
  const last = (path: string): number => ['tuf/metadata/timestamp.json', 'registry.json'].indexOf(path);
  return kept.sort(([a], [b]) => last(a) - last(b));
}

async function copyTree(tree: string, to: string): Promise<{ files: number; bytes: number }> {
  let bytes = 0;
  const files = await filesOf(tree);
  const folders = new Set<string>();
  for (const [path, size] of files) {
    const folder = dirname(join(to, path));
    if (!folders.has(folder)) await mkdir(folder, { recursive: true, mode: 0o755 });
    folders.add(folder);
    await copyFile(join(tree, path), join(to, path));
    await flush(join(to, path));
    bytes += size;
  }
  for (const folder of folders) await flush(folder);
  return { files: files.length, bytes };
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeTar(tree: string, to: string): Promise<{ files: number; bytes: number }> {
  let bytes = 0;
  const files = await filesOf(tree);
  const archive = await open(to, 'wx', 0o644);
  try {
    for (const [path, size] of files) {
      await archive.writeFile(tarHeader(path, size));
      await append(archive, join(tree, path), size);
      await archive.writeFile(padding(size));
      bytes += size;
    }
    await archive.writeFile(TAR_END);
    await archive.sync();
  } finally {
    await archive.close();
  }
  return { files: files.length, bytes };
}

/** Exactly `size` bytes, as the header has promised. */
async function append(archive: FileHandle, path: string, size: number): Promise<void> {
  let written = 0;
  if (size === 0) return;
  for await (const chunk of createReadStream(path, { end: size - 1 })) {
    await archive.writeFile(chunk as Uint8Array);
    written += (chunk as Uint8Array).length;
  }
  if (written !== size) throw new HyperSyncError('HS-1810', `${path} shrank while it was copied.`);
}
