import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publish, runPublisher } from '../src/index.ts';
import { checkOutput } from './output-schema.ts';
import { removeTemplates, vendorThat, type VendorBox } from './vendor-box.ts';

let vendor: VendorBox;
beforeEach(async () => {
  vendor = await vendorThat('built');
  writeFileSync(pass(), 'correct horse battery\n', { mode: 0o600 });
});
afterEach(() => vendor.remove());
afterAll(removeTemplates);
const pass = (): string => join(vendor.box, 'pass');

async function run(args: readonly string[], stdin = '') {
  let [stdout, stderr] = ['', ''];
  const code = await runPublisher(args, {
    clock: vendor.clock,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    stdin: (async function* () {
      yield stdin;
    })(),
    env: { HYPERSYNC_WORKSPACE: vendor.workspace.directory },
  });
  const json = (): Record<string, never> => {
    const value = JSON.parse(stdout) as Record<string, never>;
    checkOutput(value);
    return value;
  };
  return { code, stdout, stderr, json };
}

describe('hyper-publish', () => {
  it('goes from sources to a license, each step as text and as JSON', async () => {
    expect(await run(['build', '--source', vendor.checkout])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('@hypersync/runtime@0.1.0'),
    });
    const dry = await run(['publish', '--dry-run', '--output', 'json']);
    expect(dry).toMatchObject({ code: 0, stderr: expect.stringContaining('CORE         new, 6 packages') });
    expect(dry.json()).toMatchObject({
      schemaVersion: 1,
      kind: 'publication',
      dryRun: true,
      written: false,
      release: { from: 0, to: 1 },
    });
    expect(await run(['publish', '--passphrase-file', pass()])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Release 1 is published \(\d+ files\)\.\n$/),
    });
    expect(await run(['publish', '--passphrase-stdin'], 'correct horse battery\nrest')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('Nothing to do'),
    });
    expect(
      (await run(['build', 'crdt', '--source', vendor.checkout, '--output', 'json'])).json()['packages'],
    ).toHaveLength(1);
    const out = join(vendor.box, 'globex.jwt');
    const issued = await run([
      'license',
      'issue',
      '--customer',
      'Globex',
      '--tier',
      'qm_venture',
      '--passphrase-file',
      pass(),
      '--out',
      out,
      '--output',
      'json',
    ]);
    expect(issued.json()).toMatchObject({ kind: 'license', tier: 'qm-venture', file: out });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(issued.stdout + issued.stderr).not.toContain(readFileSync(out, 'utf8').trim());
    expect((await run(['license', 'show', '--output', 'json'])).json()).toMatchObject({
      kind: 'licenses',
      licenses: [{ customer: 'Globex', revoked: false }],
    });
    expect((await run(['keys', 'list', '--output', 'json'])).json()['keys']).toHaveLength(17);
  });

  it('rotates, stages, promotes and yanks', async () => {
    await publish(vendor.workspace, vendor.passphrase);
    const key = ['--passphrase-file', pass()];
    expect(await run(['keys', 'rotate', '--role', 'plugins', ...key])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('new key plugins-2'),
    });
    await vendor.build('1.1.0', ['gossip']);
    await run(['publish', '--stage', 'candidate', ...key]);
    expect((await run(['promote', '--output', 'json', ...key])).json()).toMatchObject({ release: { from: 1, to: 2 } });
    const rotated = await run(['keys', 'rotate', '--role', 'npm', '--output', 'json', ...key]);
    expect(rotated.json()).toMatchObject({ made: 'npm-2', changed: [{ id: 'npm-1', state: 'accepted' }] });
    await run(['license', 'issue', '--customer', 'x', '--tier', 'CORE', '--serial', 'S1', ...key]);
    expect((await run(['license', 'revoke', 'S1', '--output', 'json', ...key])).json()).toMatchObject({
      serial: 'S1',
      written: true,
    });
    const yanked = await run([
      'yank',
      'gossip@1.1.0',
      '--level',
      'block',
      '--reason',
      'slow',
      '--use',
      '1.0.0',
      ...key,
    ]);
    expect(yanked).toMatchObject({ code: 0, stderr: expect.stringContaining('1.1.0 -> 1.0.0') });
  });

  it.each([
    [['publish', '--bogus'], 64, 'unknown option'],
    [['yank', 'gossip@1.0.0'], 64, '--level'],
    [['publish', '--passphrase-file', '/nowhere/pass'], 64, 'HS-1706'],
    [['publish', '--passphrase-file', 'a', '--passphrase-stdin'], 64, 'exclude each other'],
    [['license', 'issue', '--customer', 'x', '--tier', 'GOLD', '--passphrase-stdin'], 64, 'HS-1101'],
    [['license', 'issue', '--customer', 'x', '--tier', 'PRO', '--days', '-3', '--passphrase-stdin'], 64, '--days'],
    [['license', 'show', 'L-1'], 65, 'HS-1715'],
    [['build', 'nonsense'], 65, 'HS-1711'],
    [['keys', 'list', '--workspace', '/nowhere'], 78, 'HS-1701'],
    [['keys', 'rotate', '--role', 'npm'], 64, 'HS-1706'],
  ])('%j ends with exit %i and says why', async (args, code, words) => {
    const result = await run(args, 'correct horse battery\n');
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(words);
  });

  it('tells an error to programs too', async () => {
    const result = await run(['publish', 'raft', '--output', 'json', '--passphrase-file', pass()]);
    expect(result.code).toBe(65);
    expect(result.json()).toMatchObject({ schemaVersion: 1, kind: 'error', error: { code: 'HS-1711', exitCode: 65 } });
  });

  it('shows help with examples for every command, without loading anything heavy', async () => {
    for (const command of [
      ['init'],
      ['build'],
      ['publish'],
      ['promote'],
      ['yank'],
      ['installer'],
      ['license', 'issue'],
      ['license', 'show'],
      ['license', 'revoke'],
      ['keys', 'list'],
      ['keys', 'rotate'],
    ]) {
      const { code, stdout } = await run([...command, '--help']);
      expect(code).toBe(0);
      expect(stdout).toContain(`$ hyper-publish ${command.join(' ')}`);
    }
  });

  it('makes a vendor and its installer as a real process', async () => {
    const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
    const start = (...args: string[]) =>
      spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', cwd: vendor.box });
    const made = start(
      'init',
      '-w',
      'fresh',
      '--vendor',
      'New',
      '--registry',
      'http://127.0.0.1:4873',
      '--passphrase-file',
      pass(),
    );
    expect(made).toMatchObject({ status: 0, stdout: expect.stringContaining('17 keys') });
    expect(
      start(
        'init',
        '-w',
        'fresh',
        '--vendor',
        'New',
        '--registry',
        'http://127.0.0.1:4873',
        '--passphrase-file',
        pass(),
      ).status,
    ).toBe(64);
    expect(existsSync(join(vendor.box, 'fresh', 'tree', 'tuf', 'metadata', '1.root.json'))).toBe(true);
  });
});
