import {
  chmodSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, Vendor } from './vendor.ts';

const CORE = ['crdt', 'gossip', 'merkle-tree', 'simple-bft', 'vector-clock'];
const ALL = readdirSync(new URL('../../packages/mechanisms', import.meta.url)).sort();
const PRO = [...CORE, 'paxos', 'proof-of-stake', 'quorum', 'raft'].sort();

let vendor: Vendor;
let pro = '';
beforeAll(async () => {
  vendor = await Vendor.create();
  pro = await vendor.license('PRO');
});
afterAll(async () => vendor.close());

const plugins = (root: string): string[] => readdirSync(vendor.path(root, 'current/plugins')).sort();

describe('with the vendor’s installer bundle', () => {
  it('--tier CORE without a license installs five plugins', async () => {
    expect(await vendor.install('core', '--tier', 'CORE')).toMatchObject({ code: 0, json: { tier: 'core' } });
    expect(plugins('core')).toEqual(CORE);
  });

  it('--tier PRO with a PRO license installs nine', async () => {
    expect(await vendor.install('pro', '--tier', 'PRO', '--license', pro)).toMatchObject({
      code: 0,
      json: { tier: 'pro' },
    });
    expect(plugins('pro')).toEqual(PRO);
  });

  it('--tier "QM Imperium" with its license installs fourteen, and all of them decide', async () => {
    const imperium = await vendor.license('QM Imperium');
    const args = ['--tier', 'QM Imperium', '--license', imperium];
    expect(await vendor.install('imperium', ...args)).toMatchObject({ code: 0, json: { tier: 'qm-imperium' } });
    expect(plugins('imperium')).toEqual(ALL);
    expect((await vendor.install('imperium', 'validate')).code).toBe(0);
  });

  it('verify names for each plugin the keys, manifest version and evidence that admitted it', async () => {
    const { code, json } = await vendor.install('pro', 'verify');
    expect(code).toBe(0);
    expect(json.manifest).toMatchObject({ role: 'tier-pro', roleVersion: 1 });
    expect(json.plugins.map((plugin: { id: string }) => plugin.id).sort()).toEqual(PRO);
    for (const plugin of json.plugins) {
      expect(plugin.evidence).toMatchObject({ keys: ['plugins-1'], mode: 'public-key' });
      expect(plugin.evidence.provenance).toMatchObject({ builder: expect.any(String), source: expect.any(String) });
    }
  });

  it('--tier Advanced with a PRO license exits 77 and says which tiers the license covers', async () => {
    const refused = await vendor.install('advanced', '--tier', 'Advanced', '--license', pro);
    expect(refused).toMatchObject({
      code: 77,
      json: { error: { code: 'HS-1301', details: { covers: ['CORE', 'Basic', 'PRO'] } } },
    });
  });

  it('an unknown tier is an error that names the seven', async () => {
    const refused = await vendor.install('advanced', '--tier', 'platinum');
    expect(refused.code).toBe(64);
    for (const tier of ['CORE', 'Basic', 'PRO', 'Advanced', 'QM Venture', 'QM Campaign', 'QM Imperium']) {
      expect(JSON.stringify(refused.json)).toContain(tier);
    }
  });
});

describe('one changed byte', () => {
  /** Replaces a file, read-only folders or not, and gives back how to undo it. */
  function flip(file: string): () => void {
    const [real, folder] = [realpathSync(file), join(realpathSync(file), '..')];
    const genuine = readFileSync(real);
    const { mode } = statSync(folder);
    const put = (bytes: Uint8Array): void => {
      chmodSync(folder, 0o755);
      writeFileSync(`${real}.put`, bytes);
      renameSync(`${real}.put`, real);
      chmodSync(folder, mode);
    };
    const changed = Buffer.from(genuine);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    put(changed);
    return () => put(genuine);
  }

  it.each([
    ['a plugin', 'current/plugins/raft/plugin.mjs'],
    ['a plugin’s SBOM', 'current/plugins/crdt/sbom.cdx.json'],
    ['the runtime', 'current/runtime/prelude.mjs'],
    ['the lock file', 'current/lock.json'],
    ['the tier manifest', 'current/manifest.json'],
    ['the metadata', 'current/metadata/timestamp.json'],
    ['a bundle', 'current/metadata/mechanism-raft-1.0.0.sigstore.json'],
  ])('in %s: verify and the host refuse with exit 80', async (_name, file) => {
    const undo = flip(vendor.path('pro', file));
    try {
      expect((await vendor.install('pro', 'verify')).code).toBe(80);
      const host = await vendor.runtime('pro', 'run', '--mechanism', 'raft', '--propose', 'x');
      expect(host.code).toBe(80);
      expect(host.json.error.code).toMatch(/^HS-1[25]\d\d$|^HS-20\d\d$/);
    } finally {
      undo();
    }
    expect((await vendor.install('pro', 'verify')).code).toBe(0);
  });

  it('and the next installation repairs it', async () => {
    flip(vendor.path('pro', 'current/plugins/raft/plugin.mjs'));
    expect((await vendor.install('pro', 'verify')).code).toBe(80);
    expect((await vendor.install('pro', '--tier', 'PRO')).code).toBe(0);
    expect((await vendor.install('pro', 'verify')).code).toBe(0);
  });
});

describe('upgrade and rollback', () => {
  it('validate is green after each step', async () => {
    const before = readlinkSync(vendor.path('pro', 'current'));
    await vendor.publish('build', 'raft', '--version', '1.0.1');
    await vendor.publish('publish');
    const upgraded = await vendor.install('pro', 'upgrade');
    expect(upgraded.code).toBe(0);
    expect(upgraded.json.changes.filter((change: { action: string }) => change.action !== 'keep')).toMatchObject([
      { id: 'raft', from: '1.0.0', to: '1.0.1' },
    ]);
    expect((await vendor.install('pro', 'validate')).code).toBe(0);
    expect((await vendor.install('pro', 'rollback')).code).toBe(0);
    expect(readlinkSync(vendor.path('pro', 'current'))).toBe(before);
    expect((await vendor.install('pro', 'validate')).code).toBe(0);
  });

  it('a second run has nothing to do', async () => {
    expect(await vendor.install('core', '--tier', 'core')).toMatchObject({ code: 0 });
    expect(await vendor.install('core', '--tier', 'core')).toMatchObject({ code: 0, json: { changed: false } });
  });

  it('a quarantined version is neither served nor loaded any more', async () => {
    await vendor.publish('yank', 'raft@1.0.1', '--level', 'quarantine', '--reason', 'loses writes', '--use', '1.0.0');
    const url = `${vendor.address}/@hypersync/mechanism-raft/-/mechanism-raft-1.0.1.tgz`;
    const headers = { authorization: `Bearer ${readFileSync(pro, 'utf8').trim()}` };
    // The server takes up a publication within seconds, by itself.
    await expect.poll(async () => (await fetch(url, { headers })).status, { timeout: 10_000 }).toBe(410);
    expect(await (await fetch(url, { headers })).text()).toContain('loses writes');
    expect((await vendor.install('pro', 'upgrade')).code).toBe(0);
    expect(
      (await vendor.install('pro', 'verify')).json.plugins.find((plugin: { id: string }) => plugin.id === 'raft')
        .version,
    ).toBe('1.0.0');
  });
});

describe('without a network', () => {
  it('one file installs, verifies and validates all of PRO, and nobody knocks at the registry', async () => {
    const file = vendor.path('pro.tgz');
    const made = await vendor.install('carrier', 'bundle', '--tier', 'PRO', '--license', pro, '--out', file);
    expect(made).toMatchObject({ code: 0, json: { kind: 'bundle', tier: 'pro', artifacts: 10 } });
    const alone = await vendor.withoutNetwork(async () => [
      (await vendor.install('isolated', '--tier', 'PRO', '--license', pro, '--offline', file)).code,
      (await vendor.install('isolated', 'validate')).code,
    ]);
    expect(alone).toEqual({ result: [0, 0], knocks: 0 });
    expect(plugins('isolated')).toEqual(PRO);
    // That the door is there at all.
    const asking = await vendor.withoutNetwork(() => vendor.install('other', '--tier', 'CORE'));
    expect(asking.result.code).toBe(69);
    expect(asking.knocks).toBeGreaterThan(0);
  });
});

describe('the one-file form', () => {
  it('installs and validates on a host whose PATH has no Node', async () => {
    await vendor.publish('installer', '--platform', 'linux-x64', '--out', vendor.folder);
    const file = vendor.path('hyper-install-linux-x64');
    const env = { PATH: '/usr/bin:/bin', XDG_CACHE_HOME: vendor.path('cache') };
    const root = vendor.path('one file');
    expect(await run(file, ['--tier', 'CORE', '--root', root, '--output', 'json'], env)).toMatchObject({
      code: 0,
      json: { tier: 'core' },
    });
    expect(await run(file, ['validate', '--root', root, '--output', 'json'], env)).toMatchObject({ code: 0 });
  });
});
