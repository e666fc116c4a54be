import { chmodSync, lstatSync, readdirSync, symlinkSync, writeFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { generationContent, installFake } from '@hypersync/testkit';
import { describe, expect, it } from 'vitest';
import { freshRoot, leftovers, sharedVendor, smallVendor, storeAt, verify } from './fixture.ts';

describe('commit', () => {
  it('writes trees, one generation and `current`, all read-only', async () => {
    const vendor = await sharedVendor();
    const root = freshRoot();
    expect(await installFake(vendor, 'core', root)).toBe(1);
    const state = storeAt(root).state();
    expect(state).toMatchObject({ current: 1, pending: null, problem: null });
    expect(state.generations[0]).toMatchObject({ id: 1, current: true, healthy: true, health: 'healthy' });
    expect(Object.keys(state.generations[0]?.lock?.plugins ?? {})).toEqual(['crdt', 'gossip']);
    expect(readdirSync(join(root, 'store'))).toHaveLength(3);
    const tree = join(root, 'current/plugins/gossip');
    expect(lstatSync(join(tree, 'plugin.mjs')).mode & 0o777).toBe(0o444);
    expect(lstatSync(join(root, 'generations/1')).mode & 0o777).toBe(0o555);
    expect(leftovers(root)).toEqual([]);
  });

  it('counts on, keeps the old generation and shares trees that did not change', async () => {
    const vendor = await smallVendor();
    const root = freshRoot();
    await installFake(vendor, 'core', root);
    await vendor.addPlugin('gossip', '1.1.0');
    vendor.publish();
    expect(await installFake(vendor, 'core', root)).toBe(2);
    expect(readdirSync(join(root, 'store'))).toHaveLength(4);
    await verify(root, vendor, 1);
    expect((await verify(root, vendor)).plugins.get('gossip')?.entry.version).toBe('1.1.0');
  });

  it('keeps a tree that is there already, and repairs one that was damaged', async () => {
    const vendor = await sharedVendor();
    const root = freshRoot();
    await installFake(vendor, 'core', root);
    const content = await generationContent(vendor, 'core');
    const kept = { ...content, runtime: { artifact: content.runtime.artifact, files: null } };
    await storeAt(root).write('keep', (session) => session.commit(kept));
    const file = join(root, 'current/runtime/runtime.mjs');
    chmodSync(file, 0o644);
    writeFileSync(file, 'process.exit(0)');
    await expect(storeAt(root).write('keep', (session) => session.commit(kept))).rejects.toMatchObject({
      code: 'HS-1509',
    });
    expect(storeAt(root).state().current).toBe(2);
    expect(await installFake(vendor, 'core', root)).toBe(3);
    await verify(root, vendor, 1);
    expect(leftovers(root)).toEqual([]);
  });

  it('refuses files that are not the signed ones, before anything is written', async () => {
    const vendor = await sharedVendor();
    const root = freshRoot();
    const content = await generationContent(vendor, 'core');
    const files = new Map(content.runtime.files);
    const attempts: [string, Map<string, Uint8Array>][] = [
      ['extra', new Map([...files, ['lib/x.js', new Uint8Array(1)]])],
      ['missing', new Map([...files].filter(([path]) => path !== 'runtime.mjs'))],
      ['changed', new Map([...files, ['runtime.mjs', new Uint8Array(3)]])],
    ];
    for (const [, changed] of attempts) {
      const runtime = { ...content.runtime, files: changed } as typeof content.runtime;
      await expect(
        storeAt(root).write('install', (session) => session.commit({ ...content, runtime })),
      ).rejects.toMatchObject({ code: 'HS-1506' });
    }
    expect(readdirSync(join(root, 'store'))).toEqual([]);
    expect(storeAt(root).state().current).toBeNull();
  });

  it('refuses paths that leave the tree or collide', async () => {
    const vendor = await sharedVendor();
    const content = await generationContent(vendor, 'core');
    const { entry } = content.runtime.artifact;
    const digest = entry.files[0];
    if (digest === undefined) throw new Error('no file');
    for (const path of [
      '../x',
      '/x',
      'a//b',
      'a/./b',
      'C:x',
      'a\\b',
      'a\0b',
      'LICENSE/x',
      'license',
      'a/'.repeat(20),
    ]) {
      const listed = { ...entry, files: [...entry.files, { ...digest, path }] };
      const files = new Map([
        ...(content.runtime.files ?? []),
        [path, content.runtime.files?.get(digest.path) ?? new Uint8Array()],
      ]);
      const runtime = { artifact: { ...content.runtime.artifact, entry: listed }, files } as typeof content.runtime;
      const root = freshRoot();
      await expect(
        storeAt(root).write('install', (session) => session.commit({ ...content, runtime })),
        path,
      ).rejects.toMatchObject({ code: 'HS-1506' });
    }
  });

  it('refuses a lock file that lists something else', async () => {
    const vendor = await sharedVendor();
    const content = await generationContent(vendor, 'core');
    const { gossip: _gossip, ...plugins } = content.lock.plugins;
    const wrong = { ...content, lock: { ...content.lock, plugins } };
    await expect(storeAt(freshRoot()).write('install', (session) => session.commit(wrong))).rejects.toMatchObject({
      code: 'HS-1510',
    });
  });

  it('does not follow a link that was planted where it stages, and does not write outside (X09)', async () => {
    const vendor = await sharedVendor();
    const root = freshRoot();
    const outside = `${root}-outside`;
    mkdirSync(outside, { recursive: true });
    await storeAt(root).write('prepare', async () => {});
    const content = await generationContent(vendor, 'core');
    const staging = join(root, 'store', `.new-sha512-${content.runtime.artifact.entry.tarball.sha512}`);
    await storeAt(root).write('raced', async (session) => {
      // After the lock was taken and everything unfinished was swept away: somebody else has the folder open.
      symlinkSync(outside, staging);
      await expect(session.commit(content)).rejects.toMatchObject({ code: 'HS-1508' });
    });
    expect(readdirSync(outside)).toEqual([]);
    symlinkSync(outside, staging);
    await storeAt(root).write('install', (session) => session.commit(content));
    expect(readdirSync(outside)).toEqual([]);
    await verify(root, vendor);
  });
});

describe('switch', () => {
  it('goes to any generation and back', async () => {
    const vendor = await smallVendor();
    const root = freshRoot();
    await installFake(vendor, 'core', root);
    await vendor.addPlugin('gossip', '1.1.0');
    vendor.publish();
    await installFake(vendor, 'core', root);
    await storeAt(root).write('rollback', (session) => session.switchTo(1));
    expect((await verify(root, vendor)).plugins.get('gossip')?.entry.version).toBe('1.0.0');
    await storeAt(root).write('rollback', (session) => session.switchTo(2));
    expect(storeAt(root).state().current).toBe(2);
    expect(leftovers(root)).toEqual([]);
  });

  it('refuses a generation that is not there', async () => {
    const root = freshRoot();
    await installFake(await sharedVendor(), 'core', root);
    await expect(storeAt(root).write('rollback', (session) => session.switchTo(7))).rejects.toMatchObject({
      code: 'HS-1505',
    });
    expect(storeAt(root).state().current).toBe(1);
  });

  it('replaces a `current` that was tampered with', async () => {
    const vendor = await sharedVendor();
    const root = freshRoot();
    await installFake(vendor, 'core', root);
    rmSync(join(root, 'current'));
    symlinkSync('/etc', join(root, 'current'));
    expect(storeAt(root).state()).toMatchObject({ current: null, problem: expect.stringContaining('/etc') });
    await expect(verify(root, vendor)).rejects.toMatchObject({ code: 'HS-1504' });
    await storeAt(root).write('rollback', (session) => session.switchTo(1));
    await verify(root, vendor);
  });
});

describe('garbage collection', () => {
  async function three() {
    const vendor = await smallVendor();
    const root = freshRoot();
    await installFake(vendor, 'core', root);
    for (const version of ['1.1.0', '1.2.0']) {
      await vendor.addPlugin('gossip', version);
      vendor.publish();
      await installFake(vendor, 'core', root);
    }
    return { vendor, root };
  }

  it('keeps current and the newest, and removes trees that nothing refers to', async () => {
    const { vendor, root } = await three();
    await storeAt(root).write('rollback', (session) => session.switchTo(1));
    mkdirSync(join(root, 'partial'));
    writeFileSync(join(root, 'partial/half'), 'x'.repeat(1000));
    const done = await storeAt(root).write('gc', (session) => session.collectGarbage(1));
    expect(readdirSync(root)).not.toContain('partial');
    expect(done).toMatchObject({ generations: [2], inUse: [] });
    expect(done.trees).toHaveLength(1);
    expect(done.bytes).toBeGreaterThan(500);
    await verify(root, vendor, 1);
    await verify(root, vendor, 3);
    expect(leftovers(root)).toEqual([]);
  });

  it('does not touch a generation that a process uses (C07)', async () => {
    const { vendor, root } = await three();
    const release = storeAt(root).use(1);
    const done = await storeAt(root).write('gc', (session) => session.collectGarbage(0));
    expect(done).toMatchObject({ generations: [2], inUse: [1] });
    await verify(root, vendor, 1);
    release();
    const again = await storeAt(root).write('gc', (session) => session.collectGarbage(0));
    expect(again).toMatchObject({ generations: [1], inUse: [] });
    await verify(root, vendor);
  });

  it('removes no tree while one generation cannot be read', async () => {
    const { root } = await three();
    chmodSync(join(root, 'generations/3/plugins'), 0o755);
    rmSync(join(root, 'generations/3/plugins/gossip'));
    symlinkSync('nowhere', join(root, 'generations/3/plugins/gossip'));
    const done = await storeAt(root).write('gc', (session) => session.collectGarbage(0));
    expect(done).toMatchObject({ generations: [1, 2], trees: [] });
  });
});
