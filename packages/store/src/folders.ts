import { HyperSyncError } from '@hypersync/base';
import { codeOf } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { namesIn, type Layout } from './layout.ts';

/** With parents; durable. What is there already stays as it is. */
export function makeFolders(fs: FileSystem, path: string, mode = 0o755): void {
  if (path === '' || fs.stat(path) !== null) return;
  const parent = path.slice(0, path.lastIndexOf('/'));
  makeFolders(fs, parent);
  try {
    fs.makeDirectory(path, mode);
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return;
    throw thrown;
  }
  fs.syncDirectory(parent === '' ? '/' : parent);
}

/** The folders of an installation. Only the owner may look into `license`, which is also the registry's credential. */
export function makeLayout(fs: FileSystem, layout: Layout): void {
  refuseForeign(fs, layout);
  for (const folder of [
    layout.trees,
    layout.generations,
    layout.trust,
    layout.journal,
    layout.locks,
    layout.receipts,
  ]) {
    makeFolders(fs, folder);
  }
  makeFolders(fs, layout.license, 0o700);
}

/** `--root $HOME` must not make a home folder an installation. */
function refuseForeign(fs: FileSystem, layout: Layout): void {
  const names = namesIn(fs, layout.root);
  const ours = [
    layout.trees,
    layout.generations,
    layout.trust,
    layout.journal,
    layout.locks,
    layout.license,
    layout.receipts,
  ];
  const known = new Set(ours.map((path) => path.slice(layout.root.length + 1)));
  if (names.length === 0 || names.includes('generations')) return;
  const foreign = names.find((name) => !known.has(name) && name !== 'lost+found' && name !== 'partial');
  if (foreign === undefined) return;
  throw new HyperSyncError('HS-1507', `${layout.root} is not empty (${foreign}) and is not an installation.`);
}
