import { HyperSyncError } from '@hypersync/base';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface TreeListing {
  /** Relative path, with `/`, to size; sorted. */
  readonly files: ReadonlyMap<string, number>;
  /** Links, sockets, devices: nothing of a tree. */
  readonly strange: readonly string[];
}

/** Every file below `directory`, without following links. Throws HS-1004 where it cannot be read. */
export async function listTree(directory: string): Promise<TreeListing> {
  const files: (readonly [string, number])[] = [];
  const strange: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(directory, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) files.push([path, (await stat(join(directory, path))).size]);
      else strange.push(path);
    }
  };
  try {
    await walk('');
  } catch (cause) {
    throw new HyperSyncError('HS-1004', `${directory}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be read'}.`, {
      cause,
    });
  }
  return { files: new Map(files.sort(([a], [b]) => (a < b ? -1 : 1))), strange: strange.sort() };
}
