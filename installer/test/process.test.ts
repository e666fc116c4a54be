import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { idleRuntimeSource, runtimeFiles } from '@hypersync/testkit';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { serveVendor, type ServedVendor } from './vendor-server.ts';

const CHILD = fileURLToPath(new URL('child.ts', import.meta.url));
let served: ServedVendor;
let box: string;
let anchor: string;

beforeAll(async () => {
  served = await serveVendor({ mechanisms: ['gossip', 'crdt'], tiers: ['core'] });
  box = mkdtempSync(join(tmpdir(), 'hs process '));
  anchor = join(box, 'anchor.json');
  writeFileSync(anchor, JSON.stringify(served.vendor.anchor));
});
afterAll(async () => {
  await served.close();
  rmSync(box, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(root: string, ...argv: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [CHILD, anchor, ...argv, '--root', root], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr })) };
}

const run = (root: string, ...argv: string[]): Promise<Ended> => start(root, ...argv).ended;

it('installs, tests itself with a process of the installed runtime, and rolls back', async () => {
  const root = join(box, 'whole way');
  expect(await run(root, '--tier', 'core')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Self-test passed'),
  });
  await served.vendor.addPlugin('gossip', '1.1.0');
  served.vendor.publish();
  expect(await run(root, 'upgrade', '--output', 'json')).toMatchObject({ code: 0 });
  expect(await run(root, 'rollback')).toMatchObject({ code: 0, stdout: expect.stringContaining('Generation 1') });
  expect(await run(root, 'validate')).toMatchObject({ code: 0 });
});

it('a runtime that hangs is stopped, and the generation before it comes back', async () => {
  const root = join(box, 'hang');
  await run(root, '--tier', 'core');
  const other = await serveVendor({
    mechanisms: ['gossip'],
    tiers: ['core'],
    runtime: runtimeFiles('1.0.0', 'setInterval(() => {}, 1000);'),
  });
  onTestFinished(() => other.close());
  const file = join(box, 'hanging-anchor.json');
  writeFileSync(file, JSON.stringify(other.vendor.anchor));
  const fresh = join(box, 'hang first');
  const child = spawn(
    process.execPath,
    [CHILD, file, '--tier', 'core', '--root', fresh, '--self-test-timeout', '0.3'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toMatchObject({ code: 83, stderr: expect.stringContaining('HS-1609') });
  expect(existsSync(join(fresh, 'current'))).toBe(false);
});

it('SIGINT during a download or a self-test: exit 130, the old generation is in place', async () => {
  const root = join(box, 'interrupt');
  await run(root, '--tier', 'core');
  const before = readlinkSync(join(root, 'current'));
  await served.vendor.addPlugin('crdt', '1.2.0');
  served.vendor.publish();
  const reached = new Promise<void>((resolve) => {
    served.before = async (path) => {
      if (!path.endsWith('crdt-1.2.0.tgz')) return;
      resolve();
      await new Promise(() => {});
    };
  });
  const { child, ended } = start(root, 'upgrade');
  await reached;
  child.kill('SIGINT');
  const result = await ended;
  served.before = () => {};
  expect(result).toMatchObject({ code: 130, stderr: expect.stringContaining('HS-1006') });
  expect(readlinkSync(join(root, 'current'))).toBe(before);
  await served.vendor.addRuntime('1.5.0', {
    files: runtimeFiles(
      '1.5.0',
      `process.stderr.write('testing'); setInterval(() => {}, 1000); // ${idleRuntimeSource('').length}`,
    ),
  });
  served.vendor.publish();
  const second = start(root, 'upgrade');
  await new Promise<void>((resolve) => {
    second.child.stderr?.on('data', (text) => {
      if (String(text).includes('Self-test')) resolve();
    });
  });
  second.child.kill('SIGINT');
  expect((await second.ended).code).toBe(130);
  expect(readlinkSync(join(root, 'current'))).toBe(before);
  expect((await run(root, 'verify')).code).toBe(0);
  await served.vendor.addRuntime('1.6.0');
  served.vendor.publish();
});

it('two installers at once: one works, the other says 75, or waits and then has nothing to do', async () => {
  const root = join(box, 'two');
  await run(root, '--tier', 'core');
  await served.vendor.addPlugin('gossip', '1.7.0');
  served.vendor.publish();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => {
    served.before = async (path) => {
      if (!path.endsWith('gossip-1.7.0.tgz')) return;
      resolve();
      await held;
    };
  });
  const first = start(root, 'upgrade');
  await reached;
  expect(await run(root, 'upgrade')).toMatchObject({ code: 75, stderr: expect.stringMatching(/process \d+: upgrade/) });
  expect((await run(root, 'gc')).code).toBe(75);
  expect((await run(root, 'generations')).code).toBe(0);
  const waiting = start(root, 'upgrade', '--wait', '30');
  release();
  expect((await first.ended).code).toBe(0);
  expect(await waiting.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
  expect(readlinkSync(join(root, 'current'))).toBe('generations/2');
});
