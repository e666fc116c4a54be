import { fixedClock } from '@hypersync/base';
import { createFakeVendor, writeVendorTree, type FakeVendor } from '@hypersync/testkit';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createRegistryServer } from '../src/index.ts';
import { makeTree, openBench, type Bench } from './bench.ts';

const RAFT = '@hypersync/mechanism-raft';
const TARBALL = `/${RAFT}/-/mechanism-raft-1.0.0.tgz`;
const PACKUMENT = '/@hypersync%2fmechanism-raft';
const ABBREVIATED = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8' };

interface Packument {
  name: string;
  'dist-tags': Record<string, string>;
  versions: Record<
    string,
    { dist: { tarball: string; integrity: string; signatures: { keyid: string; sig: string }[] } } & Record<
      string,
      unknown
    >
  >;
  time?: Record<string, string>;
  modified?: string;
}

async function packumentOf(bench: Bench, target: string, token: string | null): Promise<Packument> {
  const answer = await bench.get(target, { token });
  expect(answer.status).toBe(200);
  return answer.json() as unknown as Packument;
}

/** Publishes in place, as hyper-publish does: files first, registry.json and the timestamp last, by rename. */
async function republish(bench: Bench): Promise<void> {
  bench.vendor.publish();
  await writeVendorTree(bench.vendor, bench.tree);
  for (const path of ['registry.json', 'tuf/metadata/timestamp.json']) {
    const file = join(bench.tree, path);
    writeFileSync(`${file}.new`, readFileSync(file));
    renameSync(`${file}.new`, file);
  }
}

describe('answers', () => {
  test('the tarball is exactly what was published, for ever, for whoever was allowed to see it', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    const answer = await bench.get(TARBALL, { token });
    const published = bench.vendor.artifacts.get(`${RAFT}@1.0.0`);
    expect(answer.body).toEqual(Buffer.from(published?.tarball ?? []));
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'cache-control': 'private, max-age=31536000, immutable',
      vary: 'Authorization',
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'content-length': String(published?.tarball.length),
    });
    const again = await bench.get(TARBALL, { token, headers: { 'if-none-match': answer.headers.etag ?? '' } });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const head = await bench.get(TARBALL, { token, method: 'HEAD' });
    expect(head.headers['content-length']).toBe(answer.headers['content-length']);
  });

  test('a valid ETag is no way around the license', async () => {
    await using bench = await openBench();
    const { headers } = await bench.get(TARBALL, { token: await bench.vendor.license('pro') });
    for (const etag of [headers.etag ?? '', '*']) {
      expect((await bench.get(TARBALL, { headers: { 'if-none-match': etag } })).status).toBe(401);
    }
  });

  test.each([
    ['bytes=10-', 206, 10, null],
    ['bytes=0-9', 206, 0, 10],
    ['bytes=5-999999999', 206, 5, null],
    ['bytes=999999999-', 416, 0, 0],
    ['bytes=9-5', 416, 0, 0],
    ['bytes=-5', 200, 0, null],
    ['bytes=0-1,3-4', 200, 0, null],
    ['lines=1-2', 200, 0, null],
  ])('Range: %s is %i', async (range, status, start, end) => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    const whole = Buffer.from(bench.vendor.artifacts.get(`${RAFT}@1.0.0`)?.tarball ?? []);
    const answer = await bench.get(TARBALL, { token, headers: { range } });
    expect(answer.status).toBe(status);
    if (status === 416) {
      expect(answer.json()).toMatchObject({ code: 'HS-1813' });
      expect(answer.headers['content-range']).toBe(`bytes */${whole.length}`);
    } else expect(answer.body).toEqual(whole.subarray(start, end ?? whole.length));
    if (status === 206)
      expect(answer.headers['content-range']).toBe(`bytes ${start}-${start + answer.body.length - 1}/${whole.length}`);
    const stale = await bench.get(TARBALL, { token, headers: { range, 'if-range': '"other"' } });
    expect([stale.status, stale.body.length]).toEqual([200, whole.length]);
  });

  test('packuments: full and abbreviated, gzip, ETag per form, and their own Vary', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    const full = await bench.get(PACKUMENT, { token });
    const short = await bench.get(PACKUMENT, { token, headers: ABBREVIATED });
    const packed = await bench.get(PACKUMENT, { token, headers: { 'accept-encoding': 'gzip, br' } });
    expect(full.headers).toMatchObject({
      'cache-control': 'private, no-cache',
      vary: 'Authorization, Accept, Accept-Encoding',
    });
    expect(short.headers['content-type']).toBe('application/vnd.npm.install-v1+json; charset=utf-8');
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body)).toEqual(full.body);
    expect(new Set([full, short, packed].map((answer) => answer.headers.etag)).size).toBe(3);
    for (const [answer, headers] of [
      [full, {}],
      [short, ABBREVIATED],
      [packed, { 'accept-encoding': 'gzip' }],
    ] as const) {
      const again = await bench.get(PACKUMENT, {
        token,
        headers: { ...headers, 'if-none-match': `"x", W/${answer.headers.etag}` },
      });
      expect(again.status).toBe(304);
    }
    expect((full.json() as unknown as Packument).time?.['1.0.0']).toBe('2030-01-01T00:00:00Z');
    const abbreviated = short.json() as unknown as Packument;
    expect(Object.keys(abbreviated).sort()).toEqual(['dist-tags', 'modified', 'name', 'versions']);
    expect(Object.keys(abbreviated.versions['1.0.0'] ?? {}).sort()).toEqual(['dist', 'name', 'version']);
  });

  test('npm registry signatures verify against the served keys', async () => {
    await using bench = await openBench();
    const { versions } = await packumentOf(bench, PACKUMENT, await bench.vendor.license('pro'));
    const keys = (await bench.get('/-/npm/v1/keys')).json()['keys'] as unknown as { keyid: string; key: string }[];
    const { integrity, signatures } = versions['1.0.0']?.dist ?? { integrity: '', signatures: [] };
    const [signature] = signatures;
    const key = keys.find((candidate) => candidate.keyid === signature?.keyid);
    const spki = createPublicKey({ key: Buffer.from(key?.key ?? '', 'base64'), format: 'der', type: 'spki' });
    expect(
      verify('sha256', Buffer.from(`${RAFT}@1.0.0:${integrity}`), spki, Buffer.from(signature?.sig ?? '', 'base64')),
    ).toBe(true);
    expect(versions['1.0.0']?.dist).not.toHaveProperty('attestations');
  });

  test('tarballs lie at the public origin, whatever Host the client claims; within a view, below that view', async () => {
    await using bench = await openBench({ server: { origin: 'https://registry.example' } });
    const token = await bench.vendor.license('pro');
    const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
    const root = (await bench.get(PACKUMENT, { token, headers })).json() as unknown as Packument;
    expect(root.versions['1.0.0']?.dist.tarball).toBe(`https://registry.example${TARBALL}`);
    const view = await packumentOf(bench, `/tiers/basic${PACKUMENT}`, token);
    expect(view.versions['1.0.0']?.dist.tarball).toBe(`https://registry.example/tiers/basic${TARBALL}`);
  });

  test('bundle and attestations: the same bundle, as bytes and as npm wants it', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    const bundle = await bench.get('/-/hypersync/bundles/mechanism-raft-1.0.0.sigstore.json', { token });
    expect(bundle.body).toEqual(Buffer.from(bench.vendor.artifacts.get(`${RAFT}@1.0.0`)?.bundle ?? []));
    const { attestations } = (
      await bench.get(`/-/npm/v1/attestations/@hypersync%2fmechanism-raft@1.0.0`, { token })
    ).json() as unknown as {
      attestations: { predicateType: string; bundle: unknown }[];
    };
    expect(attestations).toEqual([{ predicateType: 'https://slsa.dev/provenance/v1', bundle: bundle.json() }]);
  });

  test('search objects have every field that npm prints, and only what is in sight is found', async () => {
    await using bench = await openBench();
    const names = async (query: string, token: string | null): Promise<string[]> => {
      const answer = (await bench.get(`/-/v1/search?${query}`, { token })).json() as unknown as {
        objects: { package: Record<string, unknown> }[];
        total: number;
      };
      for (const one of answer.objects) {
        expect(one).toMatchObject({
          package: {
            version: '1.0.0',
            scope: 'hypersync',
            keywords: expect.any(Array),
            maintainers: [{ username: 'Example Vendor' }],
            publisher: { username: 'Example Vendor' },
            date: expect.stringMatching(/^2030-01-01T/),
            links: {},
          },
          score: { final: expect.any(Number), detail: { quality: expect.any(Number) } },
          searchScore: expect.any(Number),
        });
      }
      return answer.objects.map((one) => String(one.package['name'])).sort();
    };
    const core = ['@hypersync/mechanism-crdt', '@hypersync/mechanism-gossip', '@hypersync/runtime'];
    expect(await names('text=hypersync', null)).toEqual(core);
    expect(await names('text=hypersync', await bench.vendor.license('basic'))).toEqual([
      ...core.slice(0, 2),
      RAFT,
      '@hypersync/runtime',
    ]);
    expect(await names('text=paxos', await bench.vendor.license('basic'))).toEqual([]);
    expect(await names('text=hypersync&size=1&from=1', null)).toHaveLength(1);
    expect((await bench.get('/-/v1/search?text=x', { token: 'bad' })).status).toBe(401);
  });

  test('TUF metadata is served as signed; only the timestamp is asked for again', async () => {
    await using bench = await openBench();
    for (const [path, bytes] of bench.vendor.repository.files) {
      if (!path.startsWith('metadata/')) continue;
      const answer = await bench.get(`/-/hypersync/tuf/${path}`);
      expect(answer.body).toEqual(Buffer.from(bytes));
      expect(answer.headers['cache-control']).toBe(
        path.endsWith('timestamp.json') ? 'public, no-cache' : 'public, max-age=31536000, immutable',
      );
    }
    expect((await bench.get('/-/hypersync/tuf/metadata/2.root.json')).status).toBe(404);
  });
});

describe('withdrawn versions', () => {
  async function withYank(
    level: 'hidden' | 'warn' | 'block' | 'quarantine',
    edit: (vendor: FakeVendor) => Promise<unknown>,
  ): Promise<Bench> {
    const vendor = await createFakeVendor();
    await edit(vendor);
    vendor.revocations.push({
      package: RAFT,
      version: '1.1.0',
      level,
      reason: 'It forgets votes.',
      replacement: '1.0.0',
      at: '2030-01-01T00:00:00Z',
    });
    vendor.publish();
    return openBench({ vendor });
  }

  test.each(['hidden', 'block'] as const)(
    '%s: gone from packuments and search, still there for locks that hold it',
    async (level) => {
      await using bench = await withYank(level, (vendor) => vendor.addPlugin('raft', '1.1.0'));
      const token = await bench.vendor.license('pro');
      expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0']);
      const search = await bench.get('/-/v1/search?text=raft', { token });
      expect(search.json()['objects']).toMatchObject([{ package: { version: '1.0.0' } }]);
      expect((await bench.get(`/${RAFT}/1.1.0`, { token })).status).toBe(404);
      expect((await bench.get(`/${RAFT}/-/mechanism-raft-1.1.0.tgz`, { token })).status).toBe(200);
      expect((await bench.get('/-/hypersync/bundles/mechanism-raft-1.1.0.sigstore.json', { token })).status).toBe(200);
    },
  );

  test('a withdrawn version that its publisher left out of the packument is still there for locks', async () => {
    await using bench = await withYank('block', (vendor) => vendor.addPlugin('raft', '1.1.0'));
    const token = await bench.vendor.license('pro');
    const file = join(bench.tree, 'packages', RAFT, 'packument.json');
    const packument = JSON.parse(readFileSync(file, 'utf8')) as Packument;
    delete packument.versions['1.1.0'];
    writeFileSync(file, JSON.stringify(packument));
    touch(bench);
    const tarball = await bench.get(`/${RAFT}/-/mechanism-raft-1.1.0.tgz`, { token });
    expect(tarball.body).toEqual(Buffer.from(bench.vendor.artifacts.get(`${RAFT}@1.1.0`)?.tarball ?? []));
    expect((await bench.get('/-/hypersync/bundles/mechanism-raft-1.1.0.sigstore.json', { token })).status).toBe(200);
    expect((await bench.get(`/${RAFT}/-/mechanism-raft-1.2.0.tgz`, { token })).status).toBe(404);
  });

  test('a warned version stays listed, deprecated, but not as latest; views leave it out', async () => {
    await using bench = await withYank('warn', (vendor) => vendor.addPlugin('raft', '1.1.0'));
    const token = await bench.vendor.license('pro');
    const { versions, 'dist-tags': tags } = await packumentOf(bench, PACKUMENT, token);
    expect(Object.keys(versions)).toEqual(['1.0.0', '1.1.0']);
    expect([versions['1.0.0']?.['deprecated'], versions['1.1.0']?.['deprecated']]).toEqual([
      undefined,
      'It forgets votes.',
    ]);
    expect((await bench.get(`/tiers/pro${PACKUMENT}`, { token })).status).toBe(404);
    promote(bench, 'pro', ['1.0.0', '1.1.0']);
    expect((await packumentOf(bench, PACKUMENT, token))['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(Object.keys((await packumentOf(bench, `/tiers/pro${PACKUMENT}`, token)).versions)).toEqual(['1.0.0']);
    expect(tags['latest']).toBeDefined();
  });

  test('quarantine: 410 with reason and replacement, only for who may know of it', async () => {
    await using bench = await withYank('quarantine', (vendor) => vendor.addPlugin('raft', '1.1.0'));
    const addresses = [
      `/${RAFT}/-/mechanism-raft-1.1.0.tgz`,
      `/tiers/pro/${RAFT}/-/mechanism-raft-1.1.0.tgz`,
      '/-/hypersync/bundles/mechanism-raft-1.1.0.sigstore.json',
      '/-/npm/v1/attestations/@hypersync%2fmechanism-raft@1.1.0',
      `/${RAFT}/1.1.0`,
    ];
    const token = await bench.vendor.license('pro');
    for (const address of addresses) {
      const answer = await bench.get(address, { token });
      expect(answer.status, address).toBe(410);
      expect(answer.json()).toMatchObject({
        code: 'HS-1805',
        reason: 'It forgets votes.',
        replacement: '1.0.0',
        detail: `${RAFT}@1.1.0 is in quarantine since 2030-01-01T00:00:00Z: It forgets votes. Use 1.0.0 instead.`,
      });
      expect((await bench.get(address, { token: await bench.vendor.license('core') })).status).toBe(403);
      expect((await bench.get(address)).status).toBe(401);
    }
  });

  test('latest falls back to the newest version that is left', async () => {
    await using bench = await withYank('hidden', async (vendor) => {
      await vendor.addPlugin('raft', '0.9.0');
      await vendor.addPlugin('raft', '1.1.0');
    });
    promote(bench, 'pro', ['0.9.0', '1.0.0', '1.1.0']);
    const token = await bench.vendor.license('pro');
    const packument = await packumentOf(bench, PACKUMENT, token);
    expect(Object.keys(packument.versions).sort()).toEqual(['0.9.0', '1.0.0']);
    expect(packument['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(Object.keys(packument.time ?? {}).sort()).toEqual(['0.9.0', '1.0.0', 'created', 'modified']);
    expect((await bench.get(`/${RAFT}/latest`, { token })).json()['version']).toBe('1.0.0');
  });

  test('a candidate is listed for who asks for it, never as latest, and in no view', async () => {
    const vendor = await createFakeVendor();
    await vendor.addPlugin('raft', '2.0.0');
    await using bench = await openBench({ vendor });
    for (const tier of ['basic', 'pro'] as const) promote(bench, tier, ['1.0.0']);
    const token = await bench.vendor.license('pro');
    const packument = await packumentOf(bench, PACKUMENT, token);
    expect(Object.keys(packument.versions)).toEqual(['1.0.0', '2.0.0']);
    expect(packument['dist-tags']).toEqual({ latest: '1.0.0' });
    expect(Object.keys((await packumentOf(bench, `/tiers/pro${PACKUMENT}`, token)).versions)).toEqual(['1.0.0']);
  });

  function promote(bench: Bench, tier: string, versions: string[]): void {
    const file = join(bench.tree, `views/${tier}.json`);
    const view = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, string[]> };
    writeFileSync(file, JSON.stringify({ ...view, packages: { ...view.packages, [RAFT]: versions } }));
    touch(bench);
  }
});

/** What tells the server that something was published. */
function touch(bench: Bench): void {
  const file = join(bench.tree, 'registry.json');
  writeFileSync(`${file}.new`, readFileSync(file));
  renameSync(`${file}.new`, file);
}

describe('a tree that changes', () => {
  test('what is published is served without a restart, and a license revoked meanwhile counts no more', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0']);
    await bench.vendor.addPlugin('raft', '1.1.0');
    await republish(bench);
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0', '1.1.0']);
    bench.vendor.revokedSerials.push('L-0001');
    await republish(bench);
    expect((await bench.get(PACKUMENT, { token })).json()).toMatchObject({
      code: 'HS-1802',
      detail: expect.stringContaining('was revoked'),
    });
  });

  test('a publication that begins while the tree is read is waited for', async () => {
    let journal = '';
    const info = (_: object, message: string): void => {
      if (message === 'tree read' && journal !== '') writeFileSync(journal, '{}');
    };
    await using bench = await openBench({
      server: { logger: { info, warn: () => undefined, error: () => undefined } },
    });
    const token = await bench.vendor.license('pro');
    await bench.vendor.addPlugin('raft', '1.1.0');
    await republish(bench);
    mkdirSync(join(bench.tree, '.publish'));
    journal = join(bench.tree, '.publish/journal.json');
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0']);
    rmSync(journal);
    journal = '';
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0', '1.1.0']);
  });

  test('a candidate is picked up, too, though nothing but its packument changes', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    expect((await bench.get(`/${RAFT}/-/mechanism-raft-1.1.0.tgz`, { token })).status).toBe(404);
    const file = join(bench.tree, 'packages', RAFT, 'packument.json');
    await bench.vendor.addPlugin('raft', '1.1.0');
    const other = await makeTree(bench.vendor);
    for (const name of ['-/mechanism-raft-1.1.0.tgz', 'packument.json']) {
      cpSync(join(other.tree, 'packages', RAFT, name), join(bench.tree, 'packages', RAFT, name));
    }
    rmSync(other.tree, { recursive: true });
    expect(readFileSync(file, 'utf8')).toContain('1.1.0');
    expect((await bench.get(`/${RAFT}/-/mechanism-raft-1.1.0.tgz`, { token })).status).toBe(200);
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0', '1.1.0']);
  });

  test('while a publication is under way, the state before it is served', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    mkdirSync(join(bench.tree, '.publish'));
    writeFileSync(join(bench.tree, '.publish/journal.json'), '{}');
    await bench.vendor.addPlugin('raft', '1.1.0');
    await republish(bench);
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0']);
    rmSync(join(bench.tree, '.publish/journal.json'));
    expect(Object.keys((await packumentOf(bench, PACKUMENT, token)).versions)).toEqual(['1.0.0', '1.1.0']);
  });

  test('a new state that cannot be read is not served; the old one goes on, and the log says so', async () => {
    const errors: object[] = [];
    const logger = { info: () => undefined, warn: () => undefined, error: (facts: object) => void errors.push(facts) };
    await using bench = await openBench({ server: { logger } });
    const token = await bench.vendor.license('pro');
    writeFileSync(join(bench.tree, 'access.json'), '{ "schemaVersion": 1');
    touch(bench);
    expect((await bench.get(PACKUMENT, { token })).status).toBe(200);
    expect((await bench.get('/@hypersync%2fmechanism-paxos')).status).toBe(401);
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).toContain('access.json');
  });

  test.each([
    ['is tampered with', (file: string) => writeFileSync(file, Buffer.from('other bytes'))],
    ['is missing', (file: string) => rmSync(file)],
    [
      'leads out of the tree',
      (file: string) => {
        rmSync(file);
        symlinkSync('/etc/passwd', file);
      },
    ],
  ])('a tarball that %s is not served', async (_, damage) => {
    await using bench = await openBench();
    damage(join(bench.tree, 'packages', RAFT, '-/mechanism-raft-1.0.0.tgz'));
    const answer = await bench.get(TARBALL, { token: await bench.vendor.license('pro') });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.body.toString()).not.toContain(bench.tree);
    expect(answer.body.toString()).not.toContain('root:');
  });

  test('a bundle or signed file that leads out of the tree is not served', async () => {
    await using bench = await openBench();
    const token = await bench.vendor.license('pro');
    const outside = join(bench.tree, '..', 'outside.json');
    writeFileSync(outside, '{"secret":1}');
    const manifest = [...bench.vendor.repository.files.keys()].find((path) => path.startsWith('targets/pro/')) ?? '';
    for (const [file, address] of [
      [
        `packages/${RAFT}/-/mechanism-raft-1.0.0.sigstore.json`,
        '/-/hypersync/bundles/mechanism-raft-1.0.0.sigstore.json',
      ],
      [`tuf/${manifest}`, `/-/hypersync/tuf/${manifest}`],
    ] as const) {
      rmSync(join(bench.tree, file));
      symlinkSync(outside, join(bench.tree, file));
      const answer = await bench.get(address, { token });
      expect(answer.status).toBe(500);
      expect(answer.body.toString()).not.toContain('secret');
    }
    rmSync(outside);
  });
});

describe('start', () => {
  test.each([
    ['access.json is missing', 'access.json', null],
    ['access.json is malformed', 'access.json', '{}'],
    [
      'access.json names a tier that does not exist',
      'access.json',
      '{"schemaVersion":1,"kind":"access","packages":{"@hypersync/runtime":"free"}}',
    ],
    ['access.json has a key twice', 'access.json', '{"schemaVersion":1,"kind":"access","packages":{},"packages":{}}'],
    ['registry.json is missing', 'registry.json', null],
    ['the tree was never signed', 'tuf/metadata/1.root.json', null],
    ['the timestamp is missing', 'tuf/metadata/timestamp.json', null],
    ['the timestamp is not signed', 'tuf/metadata/timestamp.json', '{"signatures":[],"signed":{}}'],
    ['a packument is of another package', `packages/${RAFT}/packument.json`, '{"name":"x","versions":{}}'],
    [
      'a version has no integrity',
      `packages/${RAFT}/packument.json`,
      `{"name":"${RAFT}","versions":{"1.0.0":{"name":"${RAFT}","version":"1.0.0","dist":{}}}}`,
    ],
    [
      'a view is of another tier',
      'views/core.json',
      '{"schemaVersion":1,"kind":"tier-view","tier":"pro","packages":{}}',
    ],
    [
      'a view shows what its tier does not have',
      'views/core.json',
      `{"schemaVersion":1,"kind":"tier-view","tier":"core","packages":{"${RAFT}":["1.0.0"]}}`,
    ],
    [
      'a view shows what nobody has',
      'views/core.json',
      '{"schemaVersion":1,"kind":"tier-view","tier":"core","packages":{"@hypersync/x":["1.0.0"]}}',
    ],
  ])('is refused while %s', async (_, file, content) => {
    const { tree, vendor } = await makeTree();
    if (content === null) rmSync(join(tree, file));
    else writeFileSync(join(tree, file), content);
    await expect(createRegistryServer({ tree, clock: fixedClock(vendor.now) })).rejects.toThrow(
      expect.objectContaining({ code: 'HS-1808', exitCode: 78 }),
    );
    rmSync(tree, { recursive: true });
  });

  test('license keys that were changed on disk are refused: every signature is checked', async () => {
    const { tree, vendor } = await makeTree();
    const path = [...vendor.repository.files.keys()].find((name) => name.endsWith('.license-keys.json')) ?? '';
    const keys = readFileSync(join(tree, 'tuf', path), 'utf8');
    writeFileSync(join(tree, 'tuf', path), keys.replace('"revokedSerials":[]', '"revokedSerials":["x"]'));
    await expect(createRegistryServer({ tree })).rejects.toThrow(expect.objectContaining({ code: 'HS-1808' }));
    rmSync(tree, { recursive: true });
  });

  test('expired metadata is served (clients refuse it): a server that hid it would hide why', async () => {
    await using bench = await openBench({ server: { clock: fixedClock(Date.parse('2040-01-01')) } });
    expect((await bench.get('/-/hypersync/tuf/metadata/timestamp.json')).status).toBe(200);
  });

  test('a port that is taken is an error that says so', async () => {
    await using bench = await openBench();
    const other = await createRegistryServer({ tree: bench.tree });
    const port = Number(new URL(bench.address).port);
    await expect(other.listen({ port })).rejects.toThrow(
      expect.objectContaining({ code: 'HS-1811', message: `Cannot listen on 127.0.0.1 port ${port}: EADDRINUSE.` }),
    );
    await other.close();
  });
});

describe('what a server must not do', () => {
  test('no token ever reaches the log', async () => {
    const lines: string[] = [];
    const note = (facts: object, message: string): void => void lines.push(JSON.stringify({ facts, message }));
    await using bench = await openBench({ server: { logger: { info: note, warn: note, error: note } } });
    const good = await bench.vendor.license('pro');
    for (const token of [good, `${good}x`, 'garbage-token', 'Basic c2VjcmV0']) {
      await bench.get(TARBALL, { token });
      await bench.get(`/-/whoami?token=${encodeURIComponent(token)}`, { token });
    }
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.join('\n')).toContain('"customer":"Example Customer"');
    for (const secret of [good, good.slice(0, 60), 'garbage-token', 'c2VjcmV0', 'token='])
      expect(lines.join('\n')).not.toContain(secret);
  });

  test('a body is never read: an upload without end is answered at once and cut off', async () => {
    await using bench = await openBench();
    const { port } = new URL(bench.address);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(text));
      socket.write(
        'PUT /@hypersync%2fx HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n{"a":',
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  });

  test('headers without end are refused', async () => {
    await using bench = await openBench();
    const answer = await bench.get('/-/ping', { headers: { 'x-long': 'a'.repeat(20_000) } });
    expect(answer.status).toBe(431);
  });

  test('stopping finishes what was begun', async () => {
    const bench = await openBench();
    const token = await bench.vendor.license('pro');
    const answers = Array.from({ length: 20 }, () => bench.get(TARBALL, { token }));
    await Promise.race(answers);
    await bench.server.close();
    const settled = await Promise.allSettled(answers);
    const answered = settled.filter((one) => one.status === 'fulfilled').map((one) => one.value);
    expect(answered.every(({ status }) => status === 200 || status === 503)).toBe(true);
    const good = answered.filter(({ status }) => status === 200);
    for (const answer of good)
      expect(createHash('sha512').update(answer.body).digest('hex')).toBe(
        bench.vendor.artifacts.get(`${RAFT}@1.0.0`)?.entry.tarball.sha512,
      );
    expect(good.length).toBeGreaterThan(0);
    await bench[Symbol.asyncDispose]();
  });
});
