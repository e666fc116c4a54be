import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toUtf8 } from '@hypersync/base';
import { fileMetadataStore, nodeFileSystem, nodeLockFiles } from '@hypersync/store';
import { faultyDisk, installFake, MemoryDisk, powerCut } from '@hypersync/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshRoot, sharedVendor, storeAt } from './fixture.ts';

/** Another process that takes the lock of a root and never gives it back. */
async function otherHolder(root: string) {
  const script = `
    const { openStore, nodeFileSystem } = await import(${JSON.stringify(import.meta.resolve('@hypersync/store'))});
    const store = openStore({ root: process.argv[1], fs: nodeFileSystem, clock: Date });
    await store.write('install', async () => { console.log('held'); await new Promise(() => setInterval(() => {}, 1000)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

describe('the lock', () => {
  it('refuses a second writer, names the first, and is gone when its owner is killed (C04)', async () => {
    const root = freshRoot();
    const child = await otherHolder(root);
    const refused = storeAt(root).write('rollback', async () => 'ran');
    await expect(refused).rejects.toMatchObject({ code: 'HS-1502', exitCode: 75 });
    await expect(refused).rejects.toThrow(new RegExp(`process ${child.pid}: install, since`));
    expect(storeAt(root).state().pending).toBeNull();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await storeAt(root).write('rollback', async () => 'ran')).toBe('ran');
  });

  it('lets a second writer wait for the first', async () => {
    const root = freshRoot();
    const order: string[] = [];
    const [begun, ending] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = storeAt(root).write('install', async () => {
      order.push('first begins');
      begun.resolve();
      await ending.promise;
      order.push('first ends');
    });
    await begun.promise;
    await storeAt(root)
      .write('gc', async () => {})
      .catch((thrown: unknown) => order.push((thrown as { code: string }).code));
    const second = storeAt(root).write('gc', async () => void order.push('second'), { waitMs: 10_000 });
    ending.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['first begins', 'HS-1502', 'first ends', 'second']);
  });

  it('is released when the command fails', async () => {
    const root = freshRoot();
    await expect(storeAt(root).write('x', async () => Promise.reject(new Error('boom')))).rejects.toThrow('boom');
    expect(await storeAt(root).write('x', async () => 1)).toBe(1);
    expect(readdirSync(join(root, 'lock'))).toEqual(['write']);
  });

  it('is shared by users of a generation and excludes its removal', async () => {
    const root = freshRoot();
    await installFake(await sharedVendor(), 'core', root);
    const store = storeAt(root);
    const [first, second] = [store.use(1), store.use(1)];
    const path = join(root, 'lock/generation-1');
    expect(nodeLockFiles.acquire(path, 'exclusive')).toBeNull();
    first();
    expect(nodeLockFiles.acquire(path, 'exclusive')).toBeNull();
    second();
    const removal = nodeLockFiles.acquire(path, 'exclusive');
    expect(() => store.use(1)).toThrow(expect.objectContaining({ code: 'HS-1502' }) as Error);
    removal?.();
  });
});

describe('the root', () => {
  it('is made with its parents; the license folder is private', async () => {
    const root = join(freshRoot(), 'a/b c/d');
    await storeAt(root).write('x', (session) => session.keepLicense(' token \n'));
    expect(lstatSync(join(root, 'license')).mode & 0o777).toBe(0o700);
    expect(lstatSync(join(root, 'license/license.jwt')).mode & 0o777).toBe(0o600);
    expect(storeAt(root).readLicense()).toBe('token');
  });

  it('is never somebody else’s folder', async () => {
    const root = freshRoot();
    mkdirSync(root, { recursive: true });
    writeFileSync(join(root, 'thesis.txt'), 'draft');
    await expect(storeAt(root).write('x', async () => {})).rejects.toMatchObject({ code: 'HS-1507', exitCode: 78 });
    expect(readdirSync(root)).toEqual(['thesis.txt']);
  });

  it('reports health: untested, healthy, unhealthy', async () => {
    const root = freshRoot();
    const vendor = await sharedVendor();
    await installFake(vendor, 'core', root);
    await storeAt(root).write('x', (session) => session.markUnhealthy(1));
    expect(storeAt(root).state().generations[0]).toMatchObject({ health: 'unhealthy', healthy: false });
    writeFileSync(join(root, 'generations/1.health.json'), '{"heal');
    expect(storeAt(root).state().generations[0]).toMatchObject({ health: 'untested', healthy: true });
  });

  it('shows a damaged lock file as null instead of failing', async () => {
    const disk = new MemoryDisk();
    await installFake(await sharedVendor(), 'core', '/hs', { fs: disk });
    disk.remove('/hs/generations/1/lock.json');
    expect(storeAt('/hs', disk).state().generations).toMatchObject([{ id: 1, lock: null }]);
  });
});

const CUTS = ['all', 'contents', 'some'] as const;

describe('the metadata store', () => {
  const bytes = toUtf8('{"a":1}');

  it('keeps, replaces and forgets files', async () => {
    const folder = join(freshRoot(), 'trust');
    const store = fileMetadataStore(folder, nodeFileSystem);
    expect(await store.read('1.root.json')).toBeNull();
    await store.write('1.root.json', toUtf8('old'));
    await store.write('1.root.json', bytes);
    expect(await store.read('1.root.json')).toEqual(bytes);
    expect(readdirSync(folder)).toEqual(['1.root.json']);
    await store.remove('1.root.json');
    await store.remove('1.root.json');
    expect(await store.read('1.root.json')).toBeNull();
  });

  it('counts what it cannot read as absent, and never reads or writes through a link', async () => {
    const folder = join(freshRoot(), 'trust');
    const store = fileMetadataStore(folder, nodeFileSystem);
    await store.write('x.json', bytes);
    const secret = join(folder, '../secret');
    writeFileSync(secret, 'secret');
    symlinkSync(secret, join(folder, 'linked.json'));
    expect(await store.read('linked.json')).toBeNull();
    await store.write('linked.json', bytes);
    expect(readFileSync(secret, 'utf8')).toBe('secret');
    for (const name of ['../x', 'a/b', '.hidden', '', 'a\0b']) {
      await expect(store.write(name, bytes), name).rejects.toMatchObject({ code: 'HS-1510' });
    }
  });

  it('holds the old or the new bytes when the process dies at any operation', async () => {
    const disk = new MemoryDisk();
    await fileMetadataStore('/trust', disk).write('t.json', toUtf8('old'));
    const dry = faultyDisk(disk.clone(), null);
    await fileMetadataStore('/trust', dry).write('t.json', toUtf8('new'));
    const seen = new Set<string>();
    for (const [at] of dry.log.entries()) {
      for (const kind of ['kill', 'torn'] as const) {
        const copy = disk.clone();
        await expect(
          fileMetadataStore('/trust', faultyDisk(copy, { kind, at })).write('t.json', toUtf8('new')),
        ).rejects.toThrow('killed');
        for (const after of [copy, ...CUTS.map((cut) => copy.afterPowerCut(powerCut(cut, at)))]) {
          seen.add(Buffer.from((await fileMetadataStore('/trust', after).read('t.json')) ?? []).toString());
        }
        await fileMetadataStore('/trust', copy).write('t.json', toUtf8('new'));
      }
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
  });
});
