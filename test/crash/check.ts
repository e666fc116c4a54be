import { loadGeneration, type FileSystem, type LockFiles } from '@hypersync/store';
import { runCommand } from './run-command.ts';
import type { Scenario } from './scenarios.ts';

export interface Disk {
  readonly fs: FileSystem;
  readonly locks?: LockFiles;
}

/** What an interruption left must be whole, and the same command must then finish. Throws with everything one needs to know. */
export async function checkOutcome(
  scenario: Scenario,
  root: string,
  disk: Disk,
  where: string,
): Promise<'old' | 'new'> {
  const { release } = scenario;
  const complain = (what: string): never => {
    throw new Error(`${scenario.name}, ${where}: ${what}`);
  };
  const isNew = (id: number | null): boolean => id !== null && scenario.new.includes(id);
  const current = currentIn(root, disk.fs);
  if (current !== scenario.old && !isNew(current)) complain(`generation ${current} is in place`);
  if (current !== null) await verified(current, 'after the interruption');
  const again = await runCommand(release, root, scenario.argv, disk);
  if (again.code !== 0) complain(`the same command ended with ${again.code}: ${again.stderr}`);
  const last = currentIn(root, disk.fs);
  if (last === null || !isNew(last)) return complain(`generation ${last} is in place at last`);
  await verified(last, 'at last');
  const left = leftovers(root, disk.fs);
  if (left.length > 0) complain(`left behind: ${left.join(', ')}`);
  const trees = disk.fs.readDirectory(`${root}/store`).length;
  if (trees !== scenario.trees) complain(`${trees} trees instead of ${scenario.trees}`);
  return isNew(current) ? 'new' : 'old';

  async function verified(generation: number, when: string): Promise<void> {
    try {
      await loadGeneration({ root, generation, anchor: release.anchor, fs: disk.fs });
    } catch (thrown) {
      complain(`${when}, generation ${generation}: ${(thrown as Error).message}`);
    }
  }
}

function currentIn(root: string, fs: FileSystem): number | null {
  if (fs.stat(`${root}/current`) === null) return null;
  return Number(/^generations\/(\d+)$/.exec(fs.readLink(`${root}/current`))?.[1]);
}

/** Work in progress. Below `trust` it may stay for an hour: a refresh needs no lock, so another process could own it. */
function leftovers(root: string, fs: FileSystem): readonly string[] {
  const folders = ['', '/store', '/generations', '/license', '/journal'];
  return folders.flatMap((folder) =>
    fs
      .readDirectory(`${root}${folder}`)
      .filter((name) => name.startsWith('.') || folder === '/journal')
      .map((name) => `${folder}/${name}`),
  );
}
