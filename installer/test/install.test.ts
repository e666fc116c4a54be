import { HyperSyncError } from '@hypersync/base';
import { createFakeVendor, type FakeVendor } from '@hypersync/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { failed, Host, passed, ROOT } from './fixture.ts';

let vendor: FakeVendor;
let host: Host;

beforeEach(async () => {
  vendor = await createFakeVendor();
  host = new Host(vendor);
});

/** A license file on the host. */
async function license(...[tier, terms]: Parameters<FakeVendor['license']>): Promise<string> {
  return writeSecret(await vendor.license(tier, terms));
}

/** License files are read from the real disk, by the registry client. */
async function writeSecret(text: string): Promise<string> {
  const { mkdtempSync, writeFileSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const path = `${mkdtempSync(`${tmpdir()}/hs-license-`)}/license.jwt`;
  writeFileSync(path, `${text}\n`);
  return path;
}

const nothingOnDisk = (): void => expect(host.disk.stat(ROOT)).toBeNull();

describe('a new host', () => {
  it('gets CORE without a license, verified and tested', async () => {
    const run = await host.json('--tier', 'core');
    expect(run).toMatchObject({ code: 0, json: { kind: 'apply', changed: true, generation: 1, tier: 'core' } });
    expect(run.json.changes.map((change: { id: string; action: string }) => `${change.action} ${change.id}`)).toEqual([
      'add runtime',
      'add crdt',
      'add gossip',
    ]);
    expect(host.current).toBe('generations/1');
    const verify = await host.json('verify');
    expect(verify.json.plugins.map((plugin: { id: string }) => plugin.id)).toEqual(['crdt', 'gossip']);
    expect(verify.json.plugins[0].evidence).toMatchObject({ keys: ['plugins-1'] });
    expect(verify.json.manifest).toMatchObject({ release: 1, role: 'tier-core', roleVersion: 1 });
    expect((await host.json('validate')).code).toBe(0);
  });

  it('gets PRO with a PRO license, and keeps the license for later', async () => {
    const run = await host.json('--tier', 'PRO', '--license', await license('pro'));
    expect(run).toMatchObject({ code: 0, json: { tier: 'pro' } });
    expect(run.json.changes).toHaveLength(5);
    expect(host.disk.stat(`${ROOT}/license/license.jwt`)?.mode).toBe(0o600);
    await vendor.addPlugin('raft', '1.1.0');
    vendor.publish();
    expect(await host.json('upgrade')).toMatchObject({ code: 0, json: { generation: 2, previous: 1 } });
  });

  it('is told once, and at once, what is no matter of one artifact', async () => {
    let asked = 0;
    const honest = host.registry;
    host.registry = (options) => ({
      ...honest(options),
      bundle: async ({ name }) => {
        asked++;
        throw new HyperSyncError(asked === 1 ? 'HS-1401' : 'HS-1413', `bundle of ${name}`);
      },
    });
    const run = await host.json('--tier', 'PRO', '--license', await license('pro'));
    expect(run).toMatchObject({
      code: 69,
      json: { error: { code: 'HS-1401', message: expect.stringMatching(/^bundle of .*$/) } },
    });
  });

  it('writes nothing any more once it has ended, whatever still arrives', async () => {
    let arrive = (): void => {};
    const later = new Promise<void>((resolve) => (arrive = resolve));
    const honest = host.registry;
    host.registry = (options) => {
      const registry = honest(options);
      return {
        ...registry,
        bundle: async (wanted) => {
          if (wanted.name.endsWith('crdt')) throw new HyperSyncError('HS-1401', 'the network is gone');
          return registry.bundle(wanted);
        },
        tarball: async (...asked) => {
          await later;
          return registry.tarball(...asked);
        },
      };
    };
    expect((await host.json('--tier', 'core')).code).toBe(69);
    const written = host.disk.readDirectory(`${ROOT}/store`);
    arrive();
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(host.disk.readDirectory(`${ROOT}/store`)).toEqual(written);
    expect(written).toEqual([]);
  });

  it('shows the license only where it is needed', async () => {
    const shown: string[] = [];
    const honest = host.registry;
    host.registry = (options) => {
      const registry = honest(options);
      const metadata: typeof registry.metadata = (path, maxBytes) => {
        if (options.token !== null) shown.push(path);
        return registry.metadata(path, maxBytes);
      };
      return { ...registry, metadata };
    };
    await host.run('--tier', 'PRO', '--license', await license('pro'));
    expect(host.opened.map(({ token }) => token !== null)).toEqual([false, true]);
    expect(shown.filter((path) => !path.startsWith('targets/pro/'))).toEqual([]);
    expect(shown).toHaveLength(1);
    host.opened.length = 0;
    await host.run('--tier', 'core', '--yes');
    expect(host.opened.map(({ token }) => token)).toEqual([null, null]);
  });
});

describe('the license decides first', () => {
  it('no license: exit 77 without a request, and nothing on disk', async () => {
    const run = await host.json('--tier', 'pro');
    expect(run).toMatchObject({ code: 77, json: { error: { code: 'HS-1301', details: { covers: ['CORE'] } } } });
    expect(vendor.requests).toEqual([]);
    nothingOnDisk();
  });

  it('a smaller license: exit 77 names the tiers that it covers', async () => {
    const run = await host.run('--tier', 'pro', '--license', await license('basic'));
    expect(run.code).toBe(77);
    expect(run.stderr).toContain('CORE, Basic');
    expect(vendor.requests.some((path) => path.includes('pro'))).toBe(false);
    nothingOnDisk();
  });

  it('a forged, a revoked, an early one', async () => {
    const [head, body] = (await vendor.license('pro')).split('.');
    expect(
      (await host.run('--tier', 'pro', '--license', await writeSecret(`${head}.${body}.${'A'.repeat(86)}`))).code,
    ).toBe(77);
    const early = await license('pro', { notBefore: vendor.now + 86_400_000 });
    expect((await host.json('--tier', 'pro', '--license', early)).json.error.code).toBe('HS-1302');
    const path = await license('pro');
    vendor.revokedSerials.push('L-0001');
    vendor.publish();
    expect((await host.json('--tier', 'pro', '--license', path)).json.error.code).toBe('HS-1307');
    nothingOnDisk();
  });

  it('L04 a clock that was set back: no new installation', async () => {
    host.clock.set(vendor.now - 3_600_000);
    const path = await license('pro', { issuedAt: vendor.now - 86_400_000, notBefore: vendor.now - 86_400_000 });
    expect((await host.json('--tier', 'pro', '--license', path)).json.error.code).toBe('HS-1304');
    expect((await host.json('--tier', 'core')).json.error.code).toBe('HS-1603');
    nothingOnDisk();
  });

  it('L06 expired: upgrade in grace, nothing new after it; verify, validate and rollback always', async () => {
    vendor.repository.lifetimes['timestamp'] = 400;
    vendor.repository.lifetimes['snapshot'] = 400;
    vendor.repository.lifetimes['targets'] = 400;
    vendor.publish();
    await host.run('--tier', 'pro', '--license', await license('pro', { expires: vendor.now + 10 * 86_400_000 }));
    await vendor.addPlugin('raft', '1.1.0');
    vendor.publish();
    host.clock.set(vendor.now + 12 * 86_400_000);
    expect(await host.json('upgrade')).toMatchObject({ code: 0, json: { generation: 2 } });
    const other = new Host(vendor);
    other.clock.set(host.clock.now());
    const grace = await license('pro', { expires: vendor.now + 10 * 86_400_000 });
    expect((await other.json('--tier', 'pro', '--license', grace)).json.error.code).toBe('HS-1305');
    host.clock.set(vendor.now + 60 * 86_400_000);
    expect((await host.json('upgrade')).json.error.code).toBe('HS-1303');
    for (const command of ['verify', 'validate', 'rollback', 'generations', 'gc']) {
      expect((await host.run(command)).code, command).toBe(0);
    }
  });

  it('L10 a smaller tier drops plugins, after a question', async () => {
    await host.run('--tier', 'pro', '--license', await license('pro'));
    const smaller = await license('basic', { serial: 'L-2' });
    const refused = await host.json('--tier', 'basic', '--license', smaller);
    expect(refused).toMatchObject({ code: 64, json: { error: { code: 'HS-1612' } } });
    expect(host.current).toBe('generations/1');
    host.overrides = { confirm: async (question) => question.includes('paxos') };
    expect((await host.run('--tier', 'basic', '--license', smaller)).code).toBe(0);
    expect((await host.json('verify')).json.plugins).toHaveLength(3);
  });
});

describe('a second run', () => {
  beforeEach(async () => void (await host.run('--tier', 'core')));

  it('has nothing to do and changes nothing', async () => {
    vendor.requests.length = 0;
    const run = await host.run('--tier', 'CORE');
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
    expect(vendor.requests).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
    expect(host.current).toBe('generations/1');
  });

  it('fetches only what changed', async () => {
    await vendor.addPlugin('gossip', '1.1.0');
    vendor.publish();
    vendor.requests.length = 0;
    const run = await host.json('upgrade');
    expect(run.json.changes.find((change: { id: string }) => change.id === 'gossip')).toMatchObject({
      action: 'upgrade',
      from: '1.0.0',
      to: '1.1.0',
    });
    expect(new Set(vendor.requests.filter((path) => path.startsWith('@')))).toEqual(
      new Set(['@hypersync/mechanism-gossip@1.1.0']),
    );
    expect((await host.json('verify', '--generation', '1')).code).toBe(0);
  });

  it('repairs damaged files', async () => {
    const [digest] = host.disk.readDirectory(`${ROOT}/store`);
    const path = `${ROOT}/store/${digest}/README.md`;
    const other = host.disk.stat(path) === null ? `${ROOT}/store/${digest}/LICENSE` : path;
    host.disk.remove(other);
    expect((await host.json('verify')).json.error.code).toBe('HS-1503');
    expect(
      (await host.json('--tier', 'core')).json.changes.filter(
        (change: { action: string }) => change.action === 'repair',
      ),
    ).toHaveLength(1);
    expect((await host.run('verify')).code).toBe(0);
    expect((await host.run('verify', '--generation', '1')).code).toBe(0);
  });

  it('brings a withdrawal to the disk although no plugin changed', async () => {
    vendor.revocations.push({
      package: '@hypersync/mechanism-gossip',
      version: '1.0.0',
      level: 'warn',
      reason: 'slow',
      replacement: null,
      at: '2030-01-01T00:00:00Z',
    });
    vendor.publish();
    const run = await host.json('upgrade');
    expect(run).toMatchObject({ code: 0, json: { changed: true, generation: 2 } });
    expect(run.stderr).toContain('was withdrawn (warn): slow');
  });
});

describe('yank levels', () => {
  const yank = (level: 'hidden' | 'warn' | 'block' | 'quarantine', version = '1.0.0'): void => {
    vendor.revocations.push({
      package: '@hypersync/mechanism-gossip',
      version,
      level,
      reason: 'it loses messages',
      replacement: '1.0.1',
      at: '2030-01-01T00:00:00Z',
    });
    vendor.publish();
  };

  it.each(['hidden', 'warn'] as const)('%s: installed with a warning', async (level) => {
    yank(level);
    const run = await host.run('--tier', 'core');
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('1.0.1 instead') });
  });

  it('block: not installed anew, but kept where it is', async () => {
    await host.run('--tier', 'core');
    yank('block');
    expect((await host.run('--tier', 'core')).code).toBe(0);
    const other = new Host(vendor);
    expect(await other.json('--tier', 'core')).toMatchObject({
      code: 81,
      json: { error: { code: 'HS-1610', details: { replacement: '1.0.1' } } },
    });
    expect(other.disk.stat(ROOT)).toBeNull();
  });

  it('quarantine: neither installed nor kept nor verified nor gone back to', async () => {
    await host.run('--tier', 'core');
    yank('quarantine');
    expect((await host.json('--tier', 'core')).json.error.code).toBe('HS-1212');
    expect((await host.json('plan')).json.error.code, 'said by the plan already').toBe('HS-1212');
    await vendor.addPlugin('gossip', '1.0.1');
    vendor.publish();
    expect((await host.json('--tier', 'core')).code).toBe(0);
    expect(await host.json('rollback')).toMatchObject({ code: 81, json: { error: { code: 'HS-1212' } } });
    expect(host.current).toBe('generations/2');
    expect((await host.json('verify', '--generation', '1')).code).toBe(81);
  });
});

describe('the self-test decides whether a generation stays', () => {
  it('first installation that fails: nothing is in place', async () => {
    host.selfTest = () => failed;
    const run = await host.json('--tier', 'core');
    expect(run).toMatchObject({ code: 83, json: { error: { code: 'HS-1608' } } });
    expect(run.json.error.message).toContain('raft decided nothing');
    expect(host.current).toBeNull();
    expect((await host.json('generations')).json.generations).toMatchObject([
      { id: 1, health: 'unhealthy', current: false },
    ]);
    expect((await host.json('verify')).json.error.code).toBe('HS-1501');
  });

  it.each([
    ['fails', failed, 'HS-1608'],
    ['hangs', { ...passed, exitCode: null, timedOut: true }, 'HS-1609'],
    ['crashes', { ...passed, exitCode: null, stdout: '', stderr: 'Segmentation fault' }, 'HS-1608'],
    ['says nothing', { ...passed, stdout: '' }, 'HS-1608'],
    ['says that it is not ok', { ...passed, stdout: '{"ok":false}' }, 'HS-1608'],
  ])(
    'C06 an upgrade that %s: the old generation comes back, the new one is not chosen again',
    async (_name, outcome, code) => {
      await host.run('--tier', 'core');
      await vendor.addPlugin('gossip', '1.1.0');
      vendor.publish();
      host.selfTest = () => outcome;
      const run = await host.json('upgrade');
      expect(run).toMatchObject({ code: 83, json: { error: { code } } });
      expect(run.json.error.message).toContain('Generation 1 is in place again.');
      expect(host.current).toBe('generations/1');
      host.selfTest = () => passed;
      expect((await host.run('validate')).code).toBe(0);
      expect((await host.json('upgrade')).json.generation).toBe(3);
      expect((await host.json('rollback')).json.generation).toBe(1);
    },
  );

  it('tests what an interrupted command left untested', async () => {
    await host.run('--tier', 'core');
    host.disk.remove(`${ROOT}/generations/1.health.json`);
    let tests = 0;
    host.selfTest = () => (tests++, passed);
    await host.run('--tier', 'core');
    await host.run('--tier', 'core');
    expect(tests).toBe(1);
  });
});

describe('plans', () => {
  it('show, save, and are applied exactly', async () => {
    const shown = await host.run('plan', '--tier', 'core', '--out', 'p.json');
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('3 to add') });
    expect(host.disk.stat(ROOT)).toBeNull();
    expect((await host.run('plan', '--tier', 'core', '--detailed-exitcode')).code).toBe(2);
    expect(await host.json('apply', 'p.json')).toMatchObject({ code: 0, json: { generation: 1 } });
    expect((await host.run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('are refused once the release, the installation or the file changed', async () => {
    await host.run('plan', '--tier', 'core', '--out', '/tmp/p.json');
    const saved = Buffer.from(host.disk.readFile('/tmp/p.json', 1e6)).toString();
    await vendor.addPlugin('gossip', '1.1.0');
    vendor.publish();
    expect(await host.json('apply', 'p.json')).toMatchObject({ code: 65, json: { error: { code: 'HS-1606' } } });
    await host.run('--tier', 'core');
    await host.run('plan', '--out', '/tmp/p.json');
    host.file('/tmp/p.json', saved);
    expect((await host.json('apply', 'p.json')).json.error.code).toBe('HS-1606');
    for (const text of ['', '{}', 'no', '{"kind":"plan","schemaVersion":1}', saved.replace('"plan"', '"x"')]) {
      host.file('/tmp/p.json', text);
      expect((await host.json('apply', 'p.json')).json.error.code, text).toBe('HS-1607');
    }
    expect((await host.json('apply', 'none.json')).json.error.code).toBe('HS-1004');
    host.file('/tmp/p.json', saved.replace('/var/lib/hypersync', '/srv/x'));
    expect((await host.json('apply', 'p.json')).json.error.code).toBe('HS-1606');
    expect(host.current).toBe('generations/1');
  });
});

describe('what a release or a machine can lack', () => {
  it('space, Node, interface; memory and cores are warnings', async () => {
    const full = new Host(vendor);
    full.disk.freeBytes = () => 1000;
    expect(await full.json('--tier', 'core')).toMatchObject({ code: 73, json: { error: { code: 'HS-1602' } } });
    expect(full.disk.stat(ROOT)).toBeNull();
    const machine = { node: 'v24.21.0', cores: 64, memoryBytes: 2 ** 40, home: '/home/u', isAdministrator: true };
    host.overrides = { machine: { ...machine, node: 'v22.3.0' } };
    expect(await host.json('--tier', 'core')).toMatchObject({ code: 78, json: { error: { code: 'HS-1601' } } });
    host.overrides = { machine: { ...machine, cores: 0, memoryBytes: 1 } };
    expect(await host.run('--tier', 'core')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/memory: 1 B, but .*want/),
    });
    vendor.publish({
      manifest: (manifest) => ({ ...manifest, runtime: { ...manifest.runtime, interfaceRange: '^2.0.0' } }),
    });
    expect((await new Host(vendor).json('--tier', 'core')).json.error.code).toBe('HS-1605');
  });

  it('bytes that are not the signed ones leave the old generation and no tree', async () => {
    await host.run('--tier', 'core');
    const before = host.disk.readDirectory(`${ROOT}/store`);
    const made = await vendor.addPlugin('gossip', '1.1.0');
    vendor.publish();
    vendor.artifacts.set('@hypersync/mechanism-gossip@1.1.0', { ...made, tarball: made.tarball.with(30, 7) });
    expect(await host.json('upgrade')).toMatchObject({ code: 80, json: { error: { code: 'HS-1211' } } });
    vendor.artifacts.set('@hypersync/mechanism-gossip@1.1.0', { ...made, bundle: made.bundle.with(30, 7) });
    expect((await host.run('upgrade')).code).toBe(80);
    expect(host.disk.readDirectory(`${ROOT}/store`)).toEqual(before);
    expect(host.current).toBe('generations/1');
  });

  it('T29 one artifact of many that cannot be had: the whole tier stays', async () => {
    await host.run('--tier', 'core');
    await vendor.addPlugin('gossip', '1.1.0');
    await vendor.addPlugin('crdt', '1.1.0');
    vendor.publish();
    vendor.artifacts.delete('@hypersync/mechanism-gossip@1.1.0');
    expect((await host.run('upgrade')).code).not.toBe(0);
    expect(host.current).toBe('generations/1');
    expect((await host.run('verify')).code).toBe(0);
  });
});

describe('the kind of the registry', () => {
  it('is taken for granted at the vendor’s own address, and asked for at any other', async () => {
    await host.run('plan', '--tier', 'core');
    expect(host.opened.map(({ kind }) => kind)).toEqual(['hypersync', 'hypersync']);
    host.opened.length = 0;
    await host.run('plan', '--tier', 'core', '--registry', 'http://127.0.0.1:1');
    expect(host.opened[0]?.kind).toBe('auto');
  });

  it('is asked for after all where the vendor’s address has no metadata', async () => {
    const honest = host.registry;
    host.registry = (options) =>
      options.kind === 'hypersync' && host.opened.length <= 2
        ? { ...honest(options), metadata: async () => null }
        : { ...honest(options), kind: 'npm' };
    const run = await host.run('--tier', 'core');
    expect(run).toMatchObject({ code: 0, stderr: expect.stringContaining('is an npm registry') });
    expect(host.opened.map(({ kind }) => kind)).toEqual(['hypersync', 'hypersync', 'auto', 'npm']);
  });
});

it('L01 no source of settings replaces the anchor', async () => {
  host.overrides = { anchor: null };
  for (const command of [
    ['--tier', 'core'],
    ['verify'],
    ['validate'],
    ['rollback', '--to', '1'],
    ['plan', '--tier', 'core'],
  ]) {
    expect(await host.json(...command), command.join(' ')).toMatchObject({ json: { error: { code: 'HS-1201' } } });
  }
  host.overrides = {};
  const stranger = await createFakeVendor();
  host.registry = () => new Host(stranger).registry({} as never);
  expect((await host.json('--tier', 'core')).json.error.code).toMatch(/^HS-12/);
  nothingOnDisk();
});
