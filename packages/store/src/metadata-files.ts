import { HyperSyncError, LIMITS } from '@hypersync/base';
import type { MetadataStore } from '@hypersync/trust';
import { codeOf, writeError } from './disk-error.ts';
import type { FileSystem } from './file-system.ts';
import { makeFolders } from './folders.ts';

/**
 * `<root>/trust/` as a metadata store: temp file, flush, rename, flush of the folder. What cannot be read counts as
 * absent: the chain starts again from the anchor (attack T32). Needs no lock; each file is replaced as a whole.
 */
export function fileMetadataStore(directory: string, fs: FileSystem): MetadataStore {
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
        makeFolders(fs, directory);
        replaceFile(fs, path, bytes, 0o644);
      } catch (thrown) {
        throw writeError(thrown, `Keeping the trust metadata ${path}`);
      }
    },
    remove: async (name) => {
      try {
        fs.remove(pathOf(name));
        fs.syncDirectory(directory);
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

/** Old bytes or new bytes, never a part: the temporary name is this process's own. */
export function replaceFile(fs: FileSystem, path: string, bytes: Uint8Array, mode: number): void {
  const cut = path.lastIndexOf('/');
  const folder = path.slice(0, cut);
  const temporary = `${folder}/.new-${process.pid}-${path.slice(cut + 1)}`;
  if (fs.stat(temporary) !== null) fs.remove(temporary);
  fs.writeFile(temporary, bytes, mode);
  fs.rename(temporary, path);
  fs.syncDirectory(folder);
}
