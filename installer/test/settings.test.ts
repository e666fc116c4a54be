import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeVendor, type FakeVendor } from '@hypersync/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Host } from './fixture.ts';

let vendor: FakeVendor;
let host: Host;
let box: string;
beforeAll(async () => {
  vendor = await createFakeVendor({ mechanisms: ['gossip'], tiers: ['core'] });
  box = mkdtempSync(join(tmpdir(), 'hs settings '));
});
afterAll(() => rmSync(box, { recursive: true, force: true }));
beforeEach(() => {
  host = new Host(vendor);
});

function config(text: string): string {
  const path = join(box, 'install.yaml');
  writeFileSync(path, text);
  return path;
}

describe('where settings come from', () => {
  it('a flag goes before the environment, which goes before the file, which goes before the default', async () => {
    const path = config('tier: core\nroot: /srv/file\nregistry: http://127.0.0.1:1\n');
    await host.run('--config', path);
    expect(host.disk.stat('/srv/file/current')).not.toBeNull();
    expect(host.opened[0]?.address).toBe('http://127.0.0.1:1');
    host.overrides = { env: { HYPERSYNC_CONFIG: path, HYPERSYNC_ROOT: '/srv/env', HYPERSYNC_TIER: 'CORE' } };
    await host.run();
    expect(host.disk.stat('/srv/env/current')).not.toBeNull();
    await host.run('--root', '/srv/flag');
    expect(host.disk.stat('/srv/flag/current')).not.toBeNull();
  });

  it('the default root is the system’s for its owner, and below the user’s data for others (XDG)', async () => {
    const machine = { node: 'v24.21.0', cores: 8, memoryBytes: 2 ** 40, home: '/home/u', isAdministrator: false };
    host.overrides = { machine };
    await host.run('--tier', 'core');
    expect(host.disk.stat('/home/u/.local/share/hypersync/current')).not.toBeNull();
    host.overrides = { machine, env: { XDG_DATA_HOME: '/data' } };
    await host.run('--tier', 'core');
    expect(host.disk.stat('/data/hypersync/current')).not.toBeNull();
  });

  it('paths are relative to where they were written, and a home is a home', async () => {
    await host.run('--tier', 'core', '--root', 'a/../b//c/');
    expect(host.disk.stat('/tmp/b/c/current')).not.toBeNull();
    await host.run('--config', config('tier: core\nroot: roots/x\n'));
    expect(host.disk.stat(`${box}/roots/x/current`)).not.toBeNull();
    await host.run('--tier', 'core', '--root', '~/z');
    expect(host.disk.stat('/home/u/z/current')).not.toBeNull();
  });
});

describe('what is refused', () => {
  it.each([
    ['teir: core', 'HS-1007', /no setting "teir"/],
    ['anchor: {}', 'HS-1007', /no setting "anchor"/],
    ['root: [1]', 'HS-1007', /neither a text nor a number/],
    ['- x', 'HS-1007', /not a list of/],
    ['registry_kind: x', 'HS-1007', /install.yaml: registry_kind is "x"; use one of/],
    ['wait: soon', 'HS-1007', /not a number of seconds/],
    ['a: &x 1\nb: *x', 'HS-1104', /./],
    ['root: "', 'HS-1104', /./],
  ])('%j in a file: %s', async (text, code, words) => {
    const { json } = await host.json('--tier', 'core', '--config', config(text));
    expect(json.error).toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it('a file that was named and is not there, or is a folder', async () => {
    for (const path of [join(box, 'none.yaml'), box]) {
      expect((await host.json('generations', '--config', path)).json.error.code).toBe('HS-1004');
    }
  });

  it('a license, token or authority file that cannot be read', async () => {
    for (const option of ['--license', '--token-file', '--ca']) {
      const run = await host.json('--tier', 'core', option, join(box, 'none'));
      if (option === '--license') expect(run.code, 'CORE needs none, so it is not looked at').toBe(0);
      else expect(run.json.error.code, option).toMatch(/^HS-1(404|004)$/);
    }
  });

  it('the environment is judged like the rest', async () => {
    host.overrides = { env: { HYPERSYNC_OUTPUT: 'xml' } };
    expect((await host.run('generations')).stderr).toContain('HYPERSYNC_OUTPUT is "xml"');
    host.overrides = { env: { HYPERSYNC_OUTPUT: 'json' } };
    expect((await host.run('generations')).json.kind).toBe('generations');
  });
});
