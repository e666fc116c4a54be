import { checkOutput } from '@hypersync/manifest/output-schemas';
import { fixedClock } from '@hypersync/base';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FakeVendor } from '@hypersync/testkit';
import { backup, createRegistryServer } from '../src/index.ts';
import { makeTree } from './bench.ts';

let tree: string;
let vendor: FakeVendor;
let folder: string;
beforeEach(async () => {
  ({ tree, vendor } = await makeTree());
  folder = mkdtempSync(join(tmpdir(), 'backup-'));
});
afterEach(() => {
  for (const path of [tree, folder]) rmSync(path, { recursive: true, force: true });
});

const clock = () => ({ clock: fixedClock(vendor.now), wait: async () => undefined });

function contents(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(root, path)).isFile(),
  );
  return Object.fromEntries(files.sort().map((path) => [path, readFileSync(join(root, path)).toString('base64')]));
}

test('a folder: the same files, sound, and a server starts on it', async () => {
  const to = join(folder, 'copy');
  const report = await backup(tree, to, clock());
  checkOutput(report);
  expect(contents(to)).toEqual(contents(tree));
  expect(report).toMatchObject({
    form: 'directory',
    files: Object.keys(contents(tree)).length,
    check: { ok: true, tree: expect.stringContaining(to) },
  });
  const server = await createRegistryServer({ tree: to, clock: fixedClock(vendor.now) });
  await server.close();
});

test('a tar, which any tar unpacks to the same files; twice the same bytes', async () => {
  for (const name of ['one.tar', 'two.tar']) await backup(tree, join(folder, name), clock());
  expect(readFileSync(join(folder, 'one.tar'))).toEqual(readFileSync(join(folder, 'two.tar')));
  mkdirSync(join(folder, 'unpacked'));
  execFileSync('tar', ['-xf', join(folder, 'one.tar'), '-C', join(folder, 'unpacked')]);
  expect(contents(join(folder, 'unpacked'))).toEqual(contents(tree));
});

test('what the publisher keeps comes along, its lock and staging do not', async () => {
  mkdirSync(join(tree, '.publish/staging'), { recursive: true });
  for (const name of ['lock', 'lock-journal', 'staging/0', 'catalog.json'])
    writeFileSync(join(tree, '.publish', name), '{}');
  await backup(tree, join(folder, 'copy'), clock());
  expect(readdirSync(join(folder, 'copy/.publish'))).toEqual(['catalog.json']);
});

/** What a publisher does, during the copy. */
function publishAgain(): void {
  writeFileSync(join(tree, 'registry.json.new'), readFileSync(join(tree, 'registry.json')));
  renameSync(join(tree, 'registry.json.new'), join(tree, 'registry.json'));
}

test('a publication meanwhile: copied anew until none came between', async () => {
  let publications = 2;
  let reads = 0;
  const racing = { now: () => (reads++, publications-- > 0 && publishAgain(), vendor.now) };
  const report = await backup(tree, join(folder, 'copy'), { clock: racing, wait: async () => undefined });
  expect(report.check.ok).toBe(true);
  expect(reads).toBeGreaterThan(2);
  expect(contents(join(folder, 'copy'))).toEqual(contents(tree));
});

test('a publication that never ends: try again later, and nothing is left', async () => {
  mkdirSync(join(tree, '.publish'));
  writeFileSync(join(tree, '.publish/journal.json'), '{}');
  let waits = 0;
  const wait = async (): Promise<void> => void waits++;
  await expect(backup(tree, join(folder, 'copy'), { clock: fixedClock(vendor.now), wait })).rejects.toThrow(
    expect.objectContaining({ code: 'HS-1810', exitCode: 75 }),
  );
  expect(waits).toBe(4);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['copy', 'copy.tar'])('a tree with a fault is not backed up as if it were whole: %s', async (name) => {
  rmSync(join(tree, 'packages/@hypersync/mechanism-raft/-/mechanism-raft-1.0.0.tgz'));
  await expect(backup(tree, join(folder, name), clock())).rejects.toThrow(
    expect.objectContaining({
      code: 'HS-1809',
      message: expect.stringContaining('mechanism-raft-1.0.0.tgz: is missing'),
    }),
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('stale metadata is no reason not to back up', async () => {
  const report = await backup(tree, join(folder, 'copy'), { clock: fixedClock(vendor.now + 1000 * 86_400_000) });
  expect(report.check.faults.map((fault) => fault.kind)).toEqual(['stale']);
  expect(existsSync(join(folder, 'copy/registry.json'))).toBe(true);
});

test('nothing is overwritten, and what is left of a killed backup is no obstacle', async () => {
  mkdirSync(join(folder, 'there'));
  await expect(backup(tree, join(folder, 'there'), clock())).rejects.toThrow(
    expect.objectContaining({ code: 'HS-1005' }),
  );
  mkdirSync(join(folder, 'copy.unfinished'));
  writeFileSync(join(folder, 'copy.unfinished/x'), '');
  await backup(tree, join(folder, 'copy'), clock());
  expect(readdirSync(folder).sort()).toEqual(['copy', 'there']);
  expect(existsSync(join(folder, 'copy/x'))).toBe(false);
});

test('where nothing can be created, the error says where', async () => {
  await expect(backup(tree, join(tree, 'access.json/copy'), clock())).rejects.toThrow(
    expect.objectContaining({ code: 'HS-1005', message: expect.stringContaining('access.json/copy') }),
  );
});
