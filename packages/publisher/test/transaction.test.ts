import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toUtf8 } from '@hypersync/base';
import { memoryMetadataStore } from '@hypersync/trust';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish, rotateKeys } from '../src/index.ts';
import { readKeys } from '../src/keyring.ts';
import { lockTree } from '../src/tree-lock.ts';
import { commitFiles, recoverTree } from '../src/tree-transaction.ts';
import { readTree, removeTemplates, vendorThat, type VendorBox } from './vendor-box.ts';

const hidden = (path: string): boolean => path.startsWith('.publish/');

describe('commitFiles', () => {
  let tree = '';
  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'hyper-tree-'));
    writeFileSync(join(tree, 'a.json'), 'old a');
    writeFileSync(join(tree, 'b.json'), 'old b');
  });
  afterEach(() => rmSync(tree, { recursive: true }));
  const files = [
    { path: 'a.json', bytes: toUtf8('new a') },
    { path: 'deep/c.json', bytes: toUtf8('new c') },
    { path: 'b.json', bytes: toUtf8('new b') },
  ];
  const OLD = { 'a.json': 'old a', 'b.json': 'old b' };
  const NEW = { 'a.json': 'new a', 'b.json': 'new b', 'deep/c.json': 'new c' };
  const now = (): object => Object.fromEntries(readTree(tree, hidden));

  it('dies at every step: before the journal nothing has happened, after it the next run finishes', () => {
    const steps: string[] = [];
    commitFiles(tree, files, (step) => void steps.push(step));
    expect(now()).toEqual(NEW);
    expect(steps.length).toBeGreaterThanOrEqual(2 + 2 * files.length);
    for (const [number, fatal] of steps.entries()) {
      rmSync(tree, { recursive: true });
      mkdirSync(tree);
      for (const [path, text] of Object.entries(OLD)) writeFileSync(join(tree, path), text);
      let count = 0;
      const die = (): void => {
        if (count++ === number) throw Object.assign(new Error(fatal), { fatal: true });
      };
      expect(() => commitFiles(tree, files, die)).toThrow(fatal);
      const decided = existsSync(join(tree, '.publish', 'journal.json'));
      if (!decided) expect(now()).toEqual(OLD);
      expect(recoverTree(tree)).toBe(decided);
      expect(now()).toEqual(decided ? NEW : OLD);
      commitFiles(tree, files);
      expect(now()).toEqual(NEW);
    }
  });

  it('dies again while it recovers, and still ends in the new tree', () => {
    const die = (after: number) => {
      let left = after;
      return (step: string): void => {
        if (step.startsWith('place') && left-- === 0) throw new Error('dead');
      };
    };
    expect(() => commitFiles(tree, files, die(1))).toThrow('dead');
    expect(() => recoverTree(tree, die(1))).toThrow('dead');
    expect(recoverTree(tree)).toBe(true);
    expect(now()).toEqual(NEW);
  });

  it('does not finish with other bytes than were decided', () => {
    expect(() =>
      commitFiles(tree, files, (step) => {
        if (step === 'place a.json') throw new Error('dead');
      }),
    ).toThrow('dead');
    writeFileSync(join(tree, '.publish', 'staging', '0'), 'forged');
    expect(() => recoverTree(tree)).toThrow(expect.objectContaining({ code: 'HS-1710' }));
  });

  it.each(['../x.json', 'a/../../x.json', '/etc/x.json', ''])(
    'does not follow a journal out of the tree (%j)',
    (path) => {
      mkdirSync(join(tree, '.publish', 'staging'), { recursive: true });
      const journal = { schemaVersion: 1, files: [{ path, sha512: 'ab'.repeat(64) }] };
      writeFileSync(join(tree, '.publish', 'journal.json'), JSON.stringify(journal));
      expect(() => recoverTree(tree)).toThrow(expect.objectContaining({ code: 'HS-1710' }));
    },
  );
});

describe('a publisher that dies', () => {
  let vendor: VendorBox;
  beforeEach(async () => {
    vendor = await vendorThat('published');
  });
  afterEach(() => vendor.remove());
  afterAll(removeTemplates);

  const dieAt = (wanted: (step: string) => boolean) => ({
    onStep: (step: string): void => {
      if (wanted(step)) throw Object.assign(new Error(step), { dead: true });
    },
  });

  it('leaves a tree that customers accept at every step, and the next run converges', async () => {
    await vendor.build('1.1.0', ['gossip']);
    const seen = new Set<string>();
    for (;;) {
      // Staging is private to the publisher; the test of `commitFiles` dies in it.
      const next = dieAt((step) => !step.startsWith('stage') && !seen.has(step) && seen.add(step).size > 0);
      try {
        await publish(vendor.workspace, vendor.passphrase, next);
        break;
      } catch (error) {
        expect(error).toMatchObject({ dead: true });
      }
      const { manifest } = await (await vendor.client()).tierManifest('core');
      const gossip = manifest.plugins.find((plugin) => plugin.mechanism.id === 'gossip');
      expect(['1.0.0', '1.1.0']).toContain(gossip?.version);
    }
    expect([...seen].filter((step) => step.startsWith('place')).length).toBeGreaterThan(8);
    await expect((await vendor.client()).tierManifest('core')).resolves.toMatchObject({ manifest: { release: 2 } });
    expect(await publish(vendor.workspace, vendor.passphrase)).toMatchObject({ written: false });
  });

  it.each(['journal', 'place tuf/metadata/timestamp.json', 'place tuf/metadata/2.root.json', 'done'])(
    'in a rotation, before “%s”, leaves keys and tree that agree',
    async (fatal) => {
      const store = memoryMetadataStore();
      await vendor.client({ store });
      const rotation = rotateKeys(
        vendor.workspace,
        vendor.passphrase,
        { role: 'timestamp' },
        dieAt((step) => step === fatal),
      );
      await expect(rotation).rejects.toMatchObject({ dead: true });
      await expect(vendor.client({ store })).resolves.toBeDefined();
      await vendor.build('1.1.0', ['gossip']);
      await publish(vendor.workspace, vendor.passphrase);
      const decided = fatal !== 'journal';
      await expect(vendor.client({ store })).resolves.toMatchObject({ rootVersion: decided ? 2 : 1 });
      const active = readKeys(vendor.workspace).filter((key) => key.role === 'timestamp' && key.state === 'active');
      expect(active.map((key) => key.id)).toEqual([decided ? 'timestamp-2' : 'timestamp-1']);
    },
  );
});

describe('two publishers at once', () => {
  it('are serialised: both end well and the tree holds the work of both', async () => {
    const vendor = await vendorThat('published');
    await vendor.build('1.1.0', ['gossip', 'crdt']);
    const run = (id: string) => publish(vendor.workspace, vendor.passphrase, { only: [id] });
    const results = await Promise.all([run('gossip'), run('crdt')]);
    expect(results.map((result) => result.plan.release.to).toSorted((a, b) => a - b)).toEqual([2, 3]);
    const { manifest } = await (await vendor.client()).tierManifest('core');
    const versions = manifest.plugins
      .filter((plugin) => plugin.version === '1.1.0')
      .map((plugin) => plugin.mechanism.id);
    expect(versions).toEqual(['crdt', 'gossip']);
    vendor.remove();
  });

  it('the second is told when it does not want to wait, and a killed one holds nothing', async () => {
    const tree = mkdtempSync(join(tmpdir(), 'hyper-lock-'));
    const program = join(tree, 'holder.mjs');
    const lock = new URL('../src/tree-lock.ts', import.meta.url).href;
    writeFileSync(
      program,
      `import { lockTree } from ${JSON.stringify(lock)};\nawait lockTree(${JSON.stringify(tree)}, 0);\nprocess.send('held');\nsetInterval(() => {}, 1000);\n`,
    );
    const holder = fork(program);
    await once(holder, 'message');
    await expect(lockTree(tree, 0)).rejects.toMatchObject({ code: 'HS-1709', exitCode: 75 });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const release = await lockTree(tree, 0);
    release();
    expect(readFileSync(join(tree, '.publish', 'lock')).length).toBe(0);
    rmSync(tree, { recursive: true });
  });
});
