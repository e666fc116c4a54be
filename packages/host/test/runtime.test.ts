import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock, toUtf8 } from '@hypersync/base';
import { nodeFileSystem, openStore } from '@hypersync/store';
import { createFakeVendor, installFake, type FakeVendor } from '@hypersync/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHost } from '../src/host.ts';
import { runtimeBundle } from './bundle.ts';
import { SEQUENCER_DESCRIPTOR, sequencerSource } from './sequencer.ts';

/** A real installation: signed, stored, linked; its runtime is the bundled one, started as a process. */
const root = mkdtempSync(join(tmpdir(), 'hypersync host '));
const run = promisify(execFile);
let vendor: FakeVendor;

async function runtime(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const entry = join(root, 'current', 'runtime', 'runtime.mjs');
  try {
    return { code: 0, ...(await run(process.execPath, [entry, ...args])) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

beforeAll(async () => {
  vendor = await createFakeVendor({ mechanisms: [], tiers: ['core'] });
  const descriptor = { ...SEQUENCER_DESCRIPTOR, id: 'simple-bft' };
  const source = sequencerSource((text) =>
    text
      .replace(/const descriptor = .*/, `const descriptor = ${JSON.stringify(descriptor)};`)
      .replace("!== 'tickMs'", '=== 0'),
  );
  const files = new Map(
    Object.entries({ 'plugin.mjs': source, 'descriptor.json': JSON.stringify(descriptor, null, 2), LICENSE: 'x' }),
  );
  const bytes = (texts: ReadonlyMap<string, string>) => new Map([...texts].map(([path, text]) => [path, toUtf8(text)]));
  await vendor.addPlugin('simple-bft', '1.0.0', { files: bytes(files) });
  await vendor.addRuntime('1.0.1', { files: bytes(await runtimeBundle(JSON.stringify(vendor.anchor))) });
  vendor.publish();
  await installFake(vendor, 'core', root);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

it('refuses a runtime without its worker: there is nothing to confine plugins with', async () => {
  const bare = await createFakeVendor({ mechanisms: [], tiers: ['core'] });
  const other = join(root, 'bare');
  await installFake(bare, 'core', other);
  await expect(openHost({ root: other, anchor: bare.anchor })).rejects.toMatchObject({ code: 'HS-2002', exitCode: 80 });
});

it('keeps the installer from removing the generation while it is open', async () => {
  const store = openStore({ root, fs: nodeFileSystem, clock: systemClock });
  const gc = () => store.write('gc', (session) => session.collectGarbage(0));
  const host = await openHost({ root, anchor: vendor.anchor });
  vendor.publish();
  await installFake(vendor, 'core', root);
  expect((await gc()).generations).toEqual([]);
  host.close();
  expect((await gc()).generations).toEqual([host.generation]);
});

it('lists what is installed, from the installation that it lies in', async () => {
  const { code, stdout } = await runtime('list', '--output', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ tier: 'core', runtime: '1.0.1', mechanisms: [{ id: 'simple-bft' }] });
  expect(code).toBe(0);
});

it('passes its self-test in confined workers made from verified bytes', async () => {
  const { code, stdout, stderr } = await runtime('self-test', '--output', 'json');
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    mechanisms: [{ mechanism: 'simple-bft', nodes: 4, decided: 3 }],
  });
  expect(stderr).toMatch(/^ok .*agreed on 3 values in \d+ ms\n$/);
  expect(code).toBe(0);
});

it.each([
  'plugins/simple-bft/plugin.mjs',
  'plugins/simple-bft/descriptor.json',
  'runtime/prelude.mjs',
  'runtime/worker.mjs',
])('one changed byte of %s: exit 80, and nothing of it runs', async (path) => {
  const file = realpathSync(join(root, 'current', path));
  const before = readFileSync(file);
  const after = Buffer.from(before);
  after[after.length - 2] = (after[after.length - 2] ?? 0) ^ 1;
  chmodSync(file, 0o644);
  writeFileSync(file, after);
  try {
    const { code, stdout } = await runtime('self-test', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'error', error: { code: expect.stringMatching(/^HS-15/) } });
    expect(code).toBe(80);
  } finally {
    writeFileSync(file, before);
    chmodSync(file, 0o444);
  }
});
