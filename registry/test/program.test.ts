import { fileURLToPath } from 'node:url';
import { checkOutput } from '@hypersync/manifest/output-schemas';
import { fixedClock } from '@hypersync/base';
import type { FakeVendor } from '@hypersync/testkit';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../src/index.ts';
import { makeTree } from './bench.ts';

let tree: string;
let vendor: FakeVendor;
beforeEach(async () => void ({ tree, vendor } = await makeTree()));
afterEach(() => rmSync(tree, { recursive: true, force: true }));

interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

async function run(argv: string[], served: (stdout: string) => Promise<unknown> = async () => undefined): Promise<Run> {
  const texts = { stdout: '', stderr: '' };
  const exitCode = await runProgram({
    argv,
    stdout: { write: (text) => (texts.stdout += text) },
    stderr: { write: (text) => (texts.stderr += text) },
    clock: fixedClock(vendor.now),
    stop: () => served(texts.stdout),
  });
  return { exitCode, ...texts };
}

function json(text: string, kind: string): Record<string, unknown> {
  const value = JSON.parse(text) as Record<string, unknown>;
  expect(value['kind']).toBe(kind);
  checkOutput(value);
  return value;
}

test('serve answers, says where in one line, logs to stderr, and stops when told to', async () => {
  const token = await vendor.license('pro');
  let status = 0;
  const { exitCode, stdout, stderr } = await run(
    ['serve', '--tree', tree, '--port', '0', '--output', 'json'],
    async (line) => {
      const { address, release } = json(line, 'serving') as { address: string; release: number };
      expect(release).toBe(1);
      ({ status } = await fetch(`${address}/@hypersync%2fmechanism-raft`, {
        headers: { authorization: `Bearer ${token}` },
      }));
    },
  );
  expect([exitCode, status]).toEqual([0, 200]);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.find((line) => line['msg'] === 'request')).toMatchObject({
    method: 'GET',
    status: 200,
    customer: 'Example Customer',
    path: '/@hypersync%2fmechanism-raft',
  });
  expect(stderr).not.toContain(token);
});

test('serve speaks TLS', async () => {
  const certificates = fileURLToPath(new URL('../../packages/registry-client/test/fixtures/', import.meta.url));
  const flags = ['--tls-cert', join(certificates, 'server.pem'), '--tls-key', join(certificates, 'server.key')];
  const { exitCode, stdout } = await run([
    'serve',
    '--tree',
    tree,
    '--port',
    '0',
    '--host',
    '0.0.0.0',
    ...flags,
    '--log-level',
    'silent',
  ]);
  expect([exitCode, stdout]).toEqual([
    0,
    expect.stringMatching(/^Serving .* \(release 1\) at https:\/\/0\.0\.0\.0:\d+\n$/),
  ]);
});

test.each([
  [['serve', '--tree', 'TREE', '--host', '0.0.0.0'], 78, 'HS-1812'],
  [['serve', '--tree', 'TREE', '--tls-cert', 'x'], 64, 'HS-1002'],
  [['serve', '--tree', 'TREE', '--tls-cert', '/nowhere', '--tls-key', '/nowhere'], 78, 'HS-1004'],
  [['serve', '--tree', 'TREE', '--port', '70000'], 64, 'HS-1002'],
  [['serve', '--tree', 'TREE', '--origin', 'registry'], 64, 'HS-1002'],
  [['serve', '--tree', '/nowhere'], 78, 'HS-1004'],
  [['serve', '--tree', 'TREE/access.json'], 78, 'HS-1004'],
  [['fsck', '--tree', '/nowhere'], 78, 'HS-1004'],
  [['backup', '--tree', '/nowhere', '--to', '/nowhere'], 78, 'HS-1004'],
])('%j is refused with exit code %i', async (argv, exitCode, code) => {
  const words = argv.map((word) => word.replace('TREE', tree));
  const result = await run([...words, '--output', 'json', ...(words[0] === 'serve' ? ['--log-level', 'silent'] : [])]);
  expect(result.exitCode).toBe(exitCode);
  expect(json(result.stdout, 'error')['error']).toMatchObject({ code, exitCode });
  expect(result.stderr).toMatch(new RegExp(`^error ${code} .*\n .*\n {2}What to do: `));
});

test('serve refuses a tree without access.json, and says so on stderr', async () => {
  rmSync(join(tree, 'access.json'));
  const { exitCode, stdout, stderr } = await run(['serve', '--tree', tree, '--port', '0']);
  expect([exitCode, stdout]).toEqual([78, '']);
  expect(stderr).toContain('HS-1808');
});

test('fsck: 0 and a line, or 65 and what is wrong', async () => {
  expect(await run(['fsck', '--tree', tree])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/5 packages, 5 versions, 3 tiers, \d+ files: sound\n$/),
  });
  writeFileSync(join(tree, 'packages/left-behind'), '');
  const broken = await run(['fsck', '--tree', tree, '--output', 'json']);
  expect(broken.exitCode).toBe(65);
  expect(json(broken.stdout, 'fsck')).toMatchObject({
    ok: false,
    faults: [{ kind: 'orphan', path: 'packages/left-behind' }],
  });
  expect(broken.stderr).toContain('HS-1809');
  expect((await run(['fsck', '--tree', tree])).stdout).toContain(
    'orphan: packages/left-behind: nothing leads to this file',
  );
});

test('backup says how much it wrote', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'to-'));
  const { exitCode, stdout } = await run(['backup', '--tree', tree, '--to', join(folder, 'x.tar'), '--output', 'json']);
  expect(exitCode).toBe(0);
  expect(json(stdout, 'backup')).toMatchObject({ form: 'tar', to: join(folder, 'x.tar') });
  rmSync(folder, { recursive: true });
});

test.each([
  [['--help'], 0],
  [['serve', '--help'], 0],
  [['--version'], 0],
  [[], 64],
  [['serv'], 64],
  [['serve'], 64],
  [['fsck', '--tree', 'x', '--output', 'xml'], 64],
  [['serve', '--tree', 'x', '--bogus'], 64],
])('%j exits with %i', async (argv, exitCode) => {
  const result = await run(argv);
  expect(result.exitCode).toBe(exitCode);
  expect((exitCode === 0 ? result.stdout : result.stderr).length).toBeGreaterThan(3);
});

test('the program has an entry that can be started', () => {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    bin: Record<string, string>;
  };
  expect(readFileSync(new URL(join('..', manifest.bin['hyper-registry'] ?? ''), import.meta.url), 'utf8')).toMatch(
    /^#!\/usr\/bin\/env node\n/,
  );
});
