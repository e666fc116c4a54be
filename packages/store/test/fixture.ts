import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@hypersync/base';
import { loadGeneration, nodeFileSystem, openStore, type FileSystem, type Store } from '@hypersync/store';
import { createFakeVendor, memoryLockFiles, type FakeVendor } from '@hypersync/testkit';
import { onTestFinished } from 'vitest';

export function freshRoot(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hs store '));
  onTestFinished(() => {
    makeWritable(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, 'root');
}

/** Folders of trees are read-only; as root that does not matter, as a user it would. */
function makeWritable(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) nodeFileSystem.changeMode(join(entry.parentPath, entry.name), 0o755);
  }
}

let shared: Promise<FakeVendor> | null = null;

/** Two plugins of CORE, a second release of them ready to be published. */
export function smallVendor(): Promise<FakeVendor> {
  return createFakeVendor({ mechanisms: ['gossip', 'crdt'], tiers: ['core'] });
}

/** The same for tests that do not publish. */
export function sharedVendor(): Promise<FakeVendor> {
  return (shared ??= smallVendor());
}

export function storeAt(root: string, fs: FileSystem = nodeFileSystem): Store {
  const locks = fs === nodeFileSystem ? {} : { locks: memoryLockFiles() };
  return openStore({ root, fs, clock: fixedClock(Date.parse('2030-01-01T00:00:00Z')), ...locks });
}

export const verify = (root: string, vendor: FakeVendor, generation?: number, fs: FileSystem = nodeFileSystem) =>
  loadGeneration({ root, anchor: vendor.anchor, fs, ...(generation === undefined ? {} : { generation }) });

/** Whatever work in progress left: names with a dot, the journal's entry. */
export function leftovers(root: string, fs: FileSystem = nodeFileSystem): string[] {
  const names = (folder: string): readonly string[] => (fs.stat(folder) === null ? [] : fs.readDirectory(folder));
  const folders = [root, `${root}/store`, `${root}/generations`, `${root}/license`];
  return [...folders.flatMap(names).filter((name) => name.startsWith('.')), ...names(`${root}/journal`)];
}
