import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { canonicalJsonBytes, fromUtf8, sha512Hex, type JsonValue } from '@hypersync/base';
import { nodeFileSystem, type FileSystem } from '@hypersync/store';
import { createFakeVendor, installFake, type FakeVendor } from '@hypersync/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { freshRoot, sharedVendor, smallVendor, storeAt, verify } from './fixture.ts';

let vendor: FakeVendor;
beforeAll(async () => {
  vendor = await sharedVendor();
});

async function installedRoot(): Promise<string> {
  const root = freshRoot();
  await installFake(vendor, 'core', root);
  return root;
}

/** Every regular file of an installation that its generation is made of. */
function filesOf(root: string): string[] {
  return ['store', 'generations/1'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}

function edit(path: string, change: (bytes: Buffer) => Buffer): void {
  const bytes = readFileSync(path);
  chmodSync(path, 0o644);
  writeFileSync(path, change(bytes));
}

/** Rewrites lock.json and the seal, as an attacker with the disk but without the vendor's keys would. */
function forgeLock(root: string, change: (lock: Record<string, JsonValue>) => void): void {
  const folder = join(root, 'generations/1');
  const lock = JSON.parse(fromUtf8(readFileSync(join(folder, 'lock.json')))) as Record<string, JsonValue>;
  change(lock);
  const bytes = canonicalJsonBytes(lock);
  edit(join(folder, 'lock.json'), () => Buffer.from(bytes));
  edit(join(folder, 'seal.json'), (seal) => {
    const value = JSON.parse(seal.toString()) as { files: Record<string, string> };
    value.files['lock.json'] = sha512Hex(bytes);
    return Buffer.from(canonicalJsonBytes(value));
  });
}

describe('a loaded generation', () => {
  it('has every plugin with the bytes that were hashed, and what admitted it', async () => {
    const root = await installedRoot();
    const generation = await verify(root, vendor);
    expect([...generation.plugins.keys()]).toEqual(['crdt', 'gossip']);
    const gossip = generation.plugins.get('gossip');
    expect(gossip?.evidence).toMatchObject({ keys: ['plugins-1'], mode: 'public-key' });
    expect(gossip?.files.get('plugin.mjs')).toEqual(
      new Uint8Array(readFileSync(join(root, 'current/plugins/gossip/plugin.mjs'))),
    );
    expect(generation.runtimeFiles.has('runtime.mjs')).toBe(true);
    expect(generation.license).toBeNull();
    expect(generation.latestSignedTime).toBe(vendor.now);
  });

  it('carries the kept license', async () => {
    const root = freshRoot();
    const license = await vendor.license('pro');
    await installFake(vendor, 'core', root, { license });
    expect((await verify(root, vendor)).license).toBe(license);
    expect(storeAt(root).readLicense()).toBe(license);
  });

  it('does without a license that only its owner may read', async () => {
    const root = freshRoot();
    await installFake(vendor, 'core', root, { license: await vendor.license('pro') });
    const refusing: FileSystem = {
      ...nodeFileSystem,
      readFile: (path, max) => {
        if (!path.includes('/license/')) return nodeFileSystem.readFile(path, max);
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
      },
    };
    expect((await verify(root, vendor, undefined, refusing)).license).toBeNull();
    expect(() => storeAt(root, refusing).readLicense()).toThrow(expect.objectContaining({ code: 'HS-1004' }) as Error);
  });

  it('does not mind modes and times', async () => {
    const root = await installedRoot();
    for (const path of filesOf(root)) chmodSync(path, 0o600);
    await verify(root, vendor);
  });

  it('is refused where nothing is installed, and where the number is unknown', async () => {
    await expect(verify(freshRoot(), vendor)).rejects.toMatchObject({ code: 'HS-1501' });
    await expect(verify(await installedRoot(), vendor, 9)).rejects.toMatchObject({ code: 'HS-1505' });
  });
});

describe('one changed byte is refused with exit 80', () => {
  it('in any file of the installation, wherever the byte is', async () => {
    const root = await installedRoot();
    const paths = filesOf(root);
    expect(paths.length).toBeGreaterThan(25);
    for (const path of paths) {
      const whole = readFileSync(path);
      for (const at of [0, whole.length >> 1, whole.length - 1]) {
        edit(path, (bytes) => {
          const changed = Buffer.from(bytes);
          changed[at] = (changed[at] ?? 0) ^ 1;
          return changed;
        });
        await expect(verify(root, vendor), `${path} at ${at}`).rejects.toMatchObject({ exitCode: 80 });
        writeFileSync(path, whole);
      }
      edit(path, (bytes) => Buffer.concat([bytes, Buffer.from(' ')]));
      await expect(verify(root, vendor), path).rejects.toMatchObject({ exitCode: 80 });
      writeFileSync(path, whole);
    }
    await verify(root, vendor);
  });

  it('in file sets: an extra, a missing, a renamed file or folder', async () => {
    const attacks: ((root: string, tree: string) => void)[] = [
      (_root, tree) => writeFileSync(join(tree, 'x.mjs'), ''),
      (_root, tree) => mkdirSync(join(tree, 'empty')),
      (_root, tree) => rmSync(join(tree, 'LICENSE')),
      (_root, tree) => renameSync(join(tree, 'LICENSE'), join(tree, 'LICENCE')),
      (root) => writeFileSync(join(root, 'generations/1/metadata/x.json'), '{}'),
      (root) => rmSync(join(root, 'generations/1/metadata/timestamp.json')),
      (root) => writeFileSync(join(root, 'generations/1/x'), ''),
      (root) => rmSync(join(root, 'generations/1/seal.json')),
      (root) => symlinkSync('../../../store', join(root, 'generations/1/plugins/raft')),
    ];
    for (const attack of attacks) {
      const root = await installedRoot();
      const tree = join(root, 'current/runtime');
      for (const folder of [
        tree,
        ...['', '/metadata', '/plugins'].map((inner) => join(root, `generations/1${inner}`)),
      ]) {
        chmodSync(folder, 0o755);
      }
      attack(root, tree);
      await expect(verify(root, vendor), attack.toString()).rejects.toMatchObject({ exitCode: 80 });
    }
  });

  it('and links where files or folders should be, even to equal bytes', async () => {
    const attacks: ((root: string, tree: string) => void)[] = [
      (_root, tree) => {
        renameSync(join(tree, 'runtime.mjs'), `${tree}-moved`);
        symlinkSync(`${tree}-moved`, join(tree, 'runtime.mjs'));
      },
      (root) => {
        const store = join(root, 'store');
        const [name] = readdirSync(store);
        renameSync(join(store, name ?? ''), `${root}-elsewhere`);
        symlinkSync(`${root}-elsewhere`, join(store, name ?? ''));
      },
      (root) => {
        const link = join(root, 'generations/1/runtime');
        rmSync(link);
        symlinkSync('../../store/../store', link);
      },
      (root) => {
        const link = join(root, 'generations/1/plugins/gossip');
        rmSync(link);
        mkdirSync(link);
      },
      (root) => {
        const path = join(root, 'generations/1/lock.json');
        renameSync(path, `${root}-lock`);
        symlinkSync(`${root}-lock`, path);
      },
    ];
    for (const attack of attacks) {
      const root = await installedRoot();
      const tree = join(root, 'store', readlinkName(root));
      for (const folder of [tree, join(root, 'generations/1'), join(root, 'generations/1/plugins')])
        chmodSync(folder, 0o755);
      attack(root, tree);
      await expect(verify(root, vendor), attack.toString()).rejects.toMatchObject({ exitCode: 80 });
    }
  });
});

describe('a forged record is refused although the seal was forged with it', () => {
  const forgeries: [string, (lock: Record<string, JsonValue>) => void][] = [
    ['release', (lock) => Object.assign(lock['manifest'] as object, { release: 99 })],
    ['role version', (lock) => Object.assign(lock['manifest'] as object, { roleVersion: 99 })],
    ['a plugin less', (lock) => delete (lock['plugins'] as Record<string, unknown>)['gossip']],
    [
      'another digest',
      (lock) => Object.assign((lock['plugins'] as { gossip: object }).gossip, { sha512: 'a'.repeat(128) }),
    ],
    [
      'other evidence',
      (lock) =>
        Object.assign((lock['plugins'] as { gossip: { evidence: object } }).gossip.evidence, { keys: ['somebody'] }),
    ],
    [
      'other evidence of the runtime',
      (lock) => Object.assign((lock['runtime'] as { evidence: object }).evidence, { keys: ['somebody'] }),
    ],
    ['another generation', (lock) => Object.assign(lock, { generation: 2 })],
    ['another tier', (lock) => Object.assign(lock, { tier: 'pro' })],
  ];
  it.each(forgeries)('%s', async (_name, forge) => {
    const root = await installedRoot();
    forgeLock(root, forge);
    await expect(verify(root, vendor)).rejects.toMatchObject({ exitCode: 80 });
  });

  it('and a generation of another vendor, complete in itself', async () => {
    const stranger = await smallVendor();
    const root = freshRoot();
    await installFake(stranger, 'core', root);
    await verify(root, stranger);
    await expect(verify(root, vendor)).rejects.toMatchObject({ exitCode: 80 });
  });
});

it('re-verifies nine plugins in less than 50 ms', async () => {
  const nine = [
    'gossip',
    'vector-clock',
    'crdt',
    'merkle-tree',
    'simple-bft',
    'quorum',
    'raft',
    'paxos',
    'proof-of-stake',
  ];
  const filler = `// ${'x'.repeat(100_000)}\n`;
  const big = await createFakeVendor({
    mechanisms: nine,
    tiers: ['pro'],
    plugin: (id) => `${filler}export default ${JSON.stringify(id)};`,
  });
  const root = freshRoot();
  await installFake(big, 'pro', root);
  const times: number[] = [];
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    expect((await verify(root, big)).plugins.size).toBe(9);
    times.push(performance.now() - start);
  }
  expect(Math.min(...times)).toBeLessThan(50);
});

function readlinkName(root: string): string {
  const runtime = JSON.parse(readFileSync(join(root, 'generations/1/lock.json'), 'utf8')) as {
    runtime: { sha512: string };
  };
  return `sha512-${runtime.runtime.sha512}`;
}
