import { HyperSyncError } from '@hypersync/base';
import { codeOf } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { namesIn, type Layout } from './layout.ts';

/** With parents; durable. What is there already stays as it is. */
export async function makeFolders(fs: FileSystem, path: string): Promise<void> {
  const grown = new Set<string>();
  addFolders(fs, path, 0o755, grown);
  await fs.sync([...grown]);
}

/** `grown`: the folders that got entries, which are to be flushed. */
function addFolders(fs: FileSystem, path: string, mode: number, grown: Set<string>): void {
  if (path === '' || fs.stat(path) !== null) return;
  const parent = path.slice(0, path.lastIndexOf('/'));
  addFolders(fs, parent, 0o755, grown);
  try {
    fs.makeDirectory(path, mode);
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return;
    throw thrown;
  }
  grown.add(parent === '' ? '/' : parent);
}

/** The folders of an installation. Only the owner may look into `license`, which is also the registry's credential. */
export async function makeLayout(fs: FileSystem, layout: Layout): Promise<void> {
  refuseForeign(fs, layout);
  const grown = new Set<string>();
  for (const folder of [
    layout.trees,
    layout.generations,
    layout.trust,
    layout.journal,
    layout.locks,
    layout.receipts,
  ]) {
    addFolders(fs, folder, 0o755, grown);
  }
  addFolders(fs, layout.license, 0o700, grown);
  await fs.sync([...grown]);
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
