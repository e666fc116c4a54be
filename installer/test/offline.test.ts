import { gunzipSync, gzipSync } from 'node:zlib';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createFakeVendor, fakeTarball, type FakeVendor } from '@hypersync/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { unpackTarball } from '../src/unpack.ts';
import { Host, ROOT, type Run } from './fixture.ts';

const FILE = '/tmp/pro.tgz';
const DAY = 86_400_000;

let vendor: FakeVendor;
/** The host with a network. */
let online: Host;
/** Has none: the attempt alone is a failure. */
let isolated: Host;
let license: string;

beforeEach(async () => {
  vendor = await createFakeVendor();
  online = new Host(vendor);
  isolated = new Host(vendor);
  isolated.registry = () => {
    throw new Error('a connection was made');
  };
  license = `${mkdtempSync(`${tmpdir()}/hs-license-`)}/license.jwt`;
  writeFileSync(license, await vendor.license('pro'));
});

const made = (): Uint8Array => online.disk.readFile(FILE, 1e9);
const make = (...more: string[]): Promise<Run> =>
  online.json('bundle', '--tier', 'pro', '--license', license, '--out', FILE, ...more);
const carry = (bytes: Uint8Array): void => {
  if (isolated.disk.stat(FILE) !== null) isolated.disk.remove(FILE);
  isolated.disk.writeFile(FILE, bytes, 0o644);
};
const install = (...more: string[]): Promise<Run> =>
  isolated.json('--tier', 'pro', '--license', license, '--offline', FILE, ...more);

async function bundled(): Promise<void> {
  expect((await make()).code).toBe(0);
  carry(made());
}

/** The bundle with some of its files changed. */
function edited(change: (files: Map<string, Uint8Array>) => void): Uint8Array {
  const files = new Map(unpackTarball(made(), 'the bundle'));
  change(files);
  return fakeTarball(files);
}

describe('a bundle', () => {
  it('says what it is and until when, and the same release gives the same bytes', async () => {
    const run = await make();
    expect(run).toMatchObject({ code: 0, json: { kind: 'bundle', tier: 'pro', release: 1, artifacts: 5, file: FILE } });
    const first = made();
    expect(run.json.bytes).toBe(first.length);
    expect((await make()).json.sha512).toBe(run.json.sha512);
    expect(Buffer.compare(made(), first)).toBe(0);
    // The end that it names is the end that is kept.
    carry(first);
    isolated.clock.set(Date.parse(run.json.expires) - 60_000);
    expect((await install()).code).toBe(0);
    isolated.disk = new Host(vendor).disk;
    carry(first);
    isolated.clock.set(Date.parse(run.json.expires) + 60_000);
    expect((await install()).json.error.code).toBe('HS-1207');
  });

  it('holds no license, and making it leaves nothing behind', async () => {
    await make();
    const token = await vendor.license('pro');
    const files = unpackTarball(made(), 'the bundle');
    for (const bytes of files.values()) expect(Buffer.from(bytes).includes(token.slice(0, 40))).toBe(false);
    expect(online.disk.stat(ROOT)).toBeNull();
    expect(online.disk.readDirectory('/tmp')).toEqual(['pro.tgz']);
    expect(online.opened.map(({ partials }) => partials)).toEqual([null, null]);
  });

  it('is made only of what the license covers and the vendor signed', async () => {
    expect(await online.json('bundle', '--tier', 'pro', '--out', FILE)).toMatchObject({ code: 77 });
    const honest = online.registry;
    online.registry = (options) => ({ ...honest(options), tarball: async () => new Uint8Array(9) });
    expect((await make()).code).toBe(80);
    expect(online.disk.stat(FILE)).toBeNull();
  });

  it('asks which tier where none is given and none is installed', async () => {
    expect(await online.json('bundle')).toMatchObject({ code: 64, json: { error: { code: 'HS-1002' } } });
    await online.json('--tier', 'core');
    expect(await online.json('bundle')).toMatchObject({
      code: 0,
      json: { tier: 'core', file: '/tmp/hypersync-core-1.tgz' },
    });
  });
});

describe('a host without a network', () => {
  it('installs the same as one with it, by the same checks, and upgrades', async () => {
    await bundled();
    expect(await install()).toMatchObject({ code: 0, json: { changed: true, tier: 'pro' } });
    await online.json('--tier', 'pro', '--license', license);
    const lock = `${ROOT}/generations/1/lock.json`;
    expect(isolated.disk.readFile(lock, 1e6)).toEqual(online.disk.readFile(lock, 1e6));
    expect((await isolated.json('verify')).json).toEqual((await online.json('verify')).json);
    await vendor.addPlugin('raft', '1.1.0');
    vendor.publish();
    await bundled();
    expect(await isolated.json('upgrade', '--offline', FILE)).toMatchObject({ code: 0, json: { generation: 2 } });
  });

  it('plans, applies the plan, and lets the doctor look, without a connection', async () => {
    await bundled();
    const common = ['--tier', 'pro', '--license', license, '--offline', FILE];
    expect(await isolated.json('plan', ...common, '--out', '/tmp/plan.json')).toMatchObject({
      json: { pending: true },
    });
    expect((await isolated.json('doctor', ...common)).json.findings).toContainEqual(
      expect.objectContaining({ id: 'registry', status: 'pass', message: expect.stringContaining(`${FILE} is fresh`) }),
    );
    expect((await isolated.json('apply', '/tmp/plan.json', '--license', license, '--offline', FILE)).code).toBe(0);
  });

  it('also with an installer from before a new root', async () => {
    vendor.repository.rotateRoot();
    vendor.publish();
    online.overrides = { anchor: vendor.anchor };
    isolated.overrides = { anchor: vendor.anchorAt(1) };
    await bundled();
    expect((await install()).code).toBe(0);
  });

  it('needs a license that counts, as with a network', async () => {
    await bundled();
    expect((await isolated.json('--tier', 'pro', '--offline', FILE)).code).toBe(77);
    vendor.revokedSerials.push('L-0001');
    vendor.publish();
    writeFileSync(license, await vendor.license('pro', { serial: 'L-0002' }));
    await bundled();
    writeFileSync(license, await vendor.license('pro', { serial: 'L-0001' }));
    expect((await install()).json.error.code).toBe('HS-1307');
  });
});

describe('what is refused, with nothing installed', () => {
  const TARBALL = 'tarballs/mechanism-raft-1.0.0.tgz';
  it.each<[string, (files: Map<string, Uint8Array>) => void, string]>([
    [
      'another plugin in its place',
      (files) => files.set(TARBALL, files.get('tarballs/mechanism-paxos-1.0.0.tgz')!),
      'HS-1408',
    ],
    ['a plugin left out', (files) => files.delete(TARBALL), 'HS-1615'],
    ['signatures left out', (files) => files.delete('bundles/mechanism-raft-1.0.0.sigstore.json'), 'HS-1615'],
    [
      'signatures of another plugin',
      (files) =>
        files.set(
          'bundles/mechanism-raft-1.0.0.sigstore.json',
          files.get('bundles/mechanism-paxos-1.0.0.sigstore.json')!,
        ),
      'HS-1211',
    ],
    [
      'a manifest changed',
      (files) => files.set('tuf/targets/pro/manifest.json', flipped(files.get('tuf/targets/pro/manifest.json')!)),
      'HS-1208',
    ],
    [
      'a timestamp that nobody signed',
      (files) => files.set('tuf/metadata/timestamp.json', flipped(files.get('tuf/metadata/timestamp.json')!)),
      'HS-1205',
    ],
    ['metadata left out', (files) => files.delete('tuf/metadata/timestamp.json'), 'HS-1218'],
    [
      'metadata without end',
      (files) => files.set('tuf/metadata/timestamp.json', new Uint8Array(100_000).fill(0x20)),
      'HS-1220',
    ],
    ['no label', (files) => files.delete('offline.json'), 'HS-1615'],
    [
      'a later form',
      (files) => files.set('offline.json', Buffer.from('{"schemaVersion":2,"kind":"offline-bundle"}')),
      'HS-1615',
    ],
  ])('%s', async (_, change, code) => {
    await bundled();
    carry(edited(change));
    expect((await install()).json.error.code).toBe(code);
    expect(isolated.current).toBeNull();
  });

  it.each<[string, () => Uint8Array, string]>([
    ['half of the file', () => made().subarray(0, made().length >> 1), 'HS-1604'],
    ['bytes after its end', () => Buffer.concat([made(), Buffer.from('x')]), 'HS-1604'],
    ['a tar that hides bytes', () => gzipSync(Buffer.concat([gunzipSync(made()), Buffer.from('x')])), 'HS-1604'],
    ['something else', () => Buffer.from('hello'), 'HS-1604'],
    ['a plugin', () => vendor.artifacts.get('@hypersync/mechanism-raft@1.0.0')!.tarball, 'HS-1615'],
  ])('%s', async (_, bytes, code) => {
    await bundled();
    carry(bytes());
    expect((await install()).json.error.code).toBe(code);
    expect(isolated.current).toBeNull();
  });

  it('a file that is not there', async () => {
    expect(await install()).toMatchObject({ code: 78, json: { error: { code: 'HS-1004' } } });
  });

  it('a bundle for another tier, another vendor’s, and one from before what this host has', async () => {
    await online.json('bundle', '--tier', 'core', '--out', FILE);
    carry(made());
    expect((await install()).json.error.code).toBe('HS-1615');
    const stranger = await createFakeVendor();
    online.registry = new Host(stranger).registry;
    online.overrides = { anchor: stranger.anchor };
    await online.json('bundle', '--tier', 'core', '--out', FILE);
    carry(made());
    expect((await isolated.json('--tier', 'core', '--offline', FILE)).json.error.code).toBe('HS-1205');
    online = new Host(vendor);
    await bundled();
    const old = made();
    vendor.repository.now += DAY;
    vendor.publish();
    isolated.clock.set(vendor.repository.now);
    online.clock.set(vendor.repository.now);
    await bundled();
    expect((await install()).code).toBe(0);
    carry(old);
    expect((await install()).json.error.code).toBe('HS-1206');
  });
});

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const at = copy.lastIndexOf(0x31);
  copy[at] = 0x32;
  return copy;
}
