import { HyperSyncError, LIMITS } from '@hypersync/base';
import type { MetadataStore } from '@hypersync/trust';
import { codeOf, writeError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { makeFolders } from './folders.ts';

export interface FileMetadataStore extends MetadataStore {
  /** Like `write` for each of them, but the disk is waited for once. Each file is replaced as a whole; the set is not. */
  writeAll(files: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

/**
 * `<root>/trust/` as a metadata store: temp file, flush, rename, flush of the folder. What cannot be read counts as
 * absent: the chain starts again from the anchor (attack T32). Needs no lock; each file is replaced as a whole.
 */
export function fileMetadataStore(directory: string, fs: FileSystem): FileMetadataStore {
  const pathOf = (name: string): string => {
    if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(name)) return `${directory}/${name}`;
    throw new HyperSyncError('HS-1510', `Metadata cannot be kept under the name ${JSON.stringify(name.slice(0, 80))}.`);
  };
  return {
    read: async (name) => {
      const path = pathOf(name);
      try {
        return fs.readFile(path, LIMITS.tufTargetsBytes);
      } catch {
        return null;
      }
    },
    write: async (name, bytes) => {
      const path = pathOf(name);
      try {
        if (holds(fs, path, bytes)) return;
        await makeFolders(fs, directory);
        await replaceFiles(fs, directory, new Map([[name, bytes]]), 0o644);
      } catch (thrown) {
        throw writeError(thrown, `Keeping the trust metadata ${path}`);
      }
    },
    writeAll: async (files) => {
      const changed = new Map([...files].filter(([name, bytes]) => !holds(fs, pathOf(name), bytes)));
      if (changed.size === 0) return;
      try {
        await makeFolders(fs, directory);
        await replaceFiles(fs, directory, changed, 0o644);
      } catch (thrown) {
        throw writeError(thrown, `Keeping trust metadata in ${directory}`);
      }
    },
    remove: async (name) => {
      try {
        fs.remove(pathOf(name));
        await fs.sync([directory]);
      } catch (thrown) {
        if (codeOf(thrown) !== 'ENOENT') throw writeError(thrown, `Removing ${name} from ${directory}`);
      }
    },
  };
}

/** Most refreshes learn nothing new, and a flush is the dearest thing here. */
function holds(fs: FileSystem, path: string, bytes: Uint8Array): boolean {
  try {
    return Buffer.compare(fs.readFile(path, bytes.length), bytes) === 0;
  } catch {
    return false;
  }
}

/** Each has old bytes or new bytes, never a part: the temporary names are this process's own. */
export async function replaceFiles(
  fs: FileSystem,
  folder: string,
  files: ReadonlyMap<string, Uint8Array>,
  mode: number,
): Promise<void> {
  const temporary = (name: string): string => `${folder}/.new-${process.pid}-${name}`;
  for (const [name, bytes] of files) {
    if (fs.stat(temporary(name)) !== null) fs.remove(temporary(name));
    fs.writeFile(temporary(name), bytes, mode);
  }
  // Whole before it takes the place of what is there.
  await fs.sync([...files.keys()].map(temporary));
  for (const name of files.keys()) fs.rename(temporary(name), `${folder}/${name}`);
  await fs.sync([folder]);
}
