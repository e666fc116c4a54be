import { sha512Hex, sha512Integrity, toUtf8 } from '@hypersync/base';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openRegistry, publishPackage, secretOf, type Registry } from '../src/index.ts';
import { serve, serveTls, testAuthority, type Handler, type TestServer } from './servers.ts';

const RAFT = '@hypersync/mechanism-raft';
const TARBALL = toUtf8('the tarball of raft');
const METADATA = toUtf8('the tarball of metadata');
const WANTED = { name: RAFT, version: '1.0.0', size: TARBALL.length, sha512: sha512Hex(TARBALL) };
const failsWith = (code: string, message: RegExp | string = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

/** A stock registry with two packages; `edit` changes a packument before it is served. */
function stock(
  edit: (
    packument: { versions: Record<string, { dist: Record<string, unknown> }> } & Record<string, unknown>,
  ) => void = () => undefined,
): Handler {
  return (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const origin = `http://${request.headers.host}`;
    const packument = (name: string, version: string, tarball: Uint8Array): void => {
      const dist = {
        tarball: `${origin}/${name}/-/${name.split('/')[1]}-${version}.tgz`,
        integrity: sha512Integrity(sha512Hex(tarball)),
      };
      const value = { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } };
      edit(value);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    };
    if (path === `/${RAFT}`) packument(RAFT, '1.0.0', TARBALL);
    else if (path === '/@hypersync/metadata') packument('@hypersync/metadata', '1.0.7', METADATA);
    else if (path === `/${RAFT}/-/mechanism-raft-1.0.0.tgz`) response.end(TARBALL);
    else if (path === '/@hypersync/metadata/-/metadata-1.0.7.tgz') response.end(METADATA);
    else response.writeHead(404).end('{"error":"not found"}');
  };
}

const FILES = new Map([
  ['package/tuf/metadata/timestamp.json', toUtf8('{"timestamp":1}')],
  ['package/tuf/targets/pro/ab.manifest.json', toUtf8('{"manifest":1}')],
  ['package/bundles/mechanism-raft-1.0.0.sigstore.json', toUtf8('{"bundle":1}')],
]);

function open(server: TestServer, kind: 'npm' | 'auto' = 'npm', more: { ca?: string } = {}): Promise<Registry> {
  return openRegistry(
    {
      address: server.address,
      token: secretOf('npm-token'),
      kind,
      partials: null,
      environment: {},
      wait: async () => undefined,
      ...more,
    },
    async (tarball) => {
      expect(Buffer.from(tarball)).toEqual(Buffer.from(METADATA));
      return FILES;
    },
  );
}

test('metadata and bundles come from @hypersync/metadata, tarballs from where the packument says', async () => {
  await using server = await serve(stock());
  const registry = await open(server, 'auto');
  expect(registry.kind).toBe('npm');
  expect(await registry.metadata('metadata/timestamp.json', 100)).toEqual(toUtf8('{"timestamp":1}'));
  expect(await registry.metadata('targets/pro/ab.manifest.json', 100)).toEqual(toUtf8('{"manifest":1}'));
  expect(await registry.metadata('metadata/2.root.json', 100)).toBeNull();
  expect(await registry.tarball(WANTED)).toEqual(TARBALL);
  expect(await registry.bundle({ name: RAFT, version: '1.0.0', size: 12 })).toEqual(toUtf8('{"bundle":1}'));
  expect(server.seen.map((request) => request.path)).toEqual([
    '/-/hypersync/tuf/metadata/timestamp.json',
    '/@hypersync%2fmetadata',
    '/@hypersync/metadata/-/metadata-1.0.7.tgz',
    '/@hypersync%2fmechanism-raft',
    '/@hypersync/mechanism-raft/-/mechanism-raft-1.0.0.tgz',
  ]);
  expect(new Set(server.seen.map((request) => request.authorization))).toEqual(new Set(['Bearer npm-token']));
  await registry.close();
});

test('auto knows our registry by its TUF timestamp', async () => {
  await using server = await serve((_, response) => void response.end('{}'));
  expect((await open(server, 'auto')).kind).toBe('hypersync');
});

test('a bundle that was not carried along, and limits', async () => {
  await using server = await serve(stock());
  const registry = await open(server);
  await expect(registry.bundle({ name: RAFT, version: '2.0.0', size: 12 })).rejects.toThrow(
    failsWith('HS-1413', 'has no bundles/mechanism-raft-2.0.0'),
  );
  await expect(registry.bundle({ name: RAFT, version: '1.0.0', size: 13 })).rejects.toThrow(failsWith('HS-1408'));
  await expect(registry.metadata('metadata/timestamp.json', 5)).rejects.toThrow(failsWith('HS-1008'));
  await expect(registry.metadata('../package.json', 5)).rejects.toThrow(failsWith('HS-1416'));
});

test('a tarball at another host is refused and the token never goes there (attack N24)', async () => {
  await using thief = await serve((_, response) => void response.end(TARBALL));
  await using server = await serve(
    stock((packument) => {
      for (const version of Object.values(packument.versions)) version.dist['tarball'] = `${thief.address}/raft.tgz`;
    }),
  );
  const registry = await open(server);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1418', thief.address));
  await expect(registry.metadata('metadata/timestamp.json', 100)).rejects.toThrow(failsWith('HS-1418'));
  expect(thief.seen).toEqual([]);
});

test("npm's own client may not carry the token to another port, nor to plain http (attack N25)", async () => {
  await using thief = await serve(stock());
  await using server = await serve(
    (_, response) => void response.writeHead(302, { location: `${thief.address}/${RAFT}` }).end(),
  );
  const registry = await open(server);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1406', `redirects to 127.0.0.1:${thief.port}`));
  expect(thief.seen).toEqual([]);

  await using secure = await serveTls((_, response) => void response.writeHead(302, { location: thief.address }).end());
  const overTls = await open(secure, 'npm', { ca: testAuthority() });
  await expect(overTls.tarball(WANTED)).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^HS-14/) }),
  );
  expect(thief.seen).toEqual([]);
});

test('a metadata package whose bytes differ from its packument is refused', async () => {
  await using server = await serve(
    stock((packument) => {
      for (const version of Object.values(packument.versions))
        version.dist['integrity'] = sha512Integrity('0'.repeat(128));
    }),
  );
  await expect((await open(server)).metadata('metadata/timestamp.json', 100)).rejects.toThrow(failsWith('HS-1408'));
});

test.each([
  ['another package', (packument: Record<string, unknown>) => void (packument['name'] = '@hypersync/other'), 'HS-1417'],
  ['no versions', (packument: Record<string, unknown>) => void delete packument['versions'], 'HS-1417'],
  [
    'a tarball that is no address',
    (packument: Record<string, unknown>) => void (packument['versions'] = { '1.0.0': { dist: { tarball: 7 } } }),
    'HS-1417',
  ],
  ['no such version', (packument: Record<string, unknown>) => void (packument['versions'] = {}), 'HS-1413'],
])('a packument of %s is refused', async (_, edit, code) => {
  await using server = await serve(stock(edit));
  await expect((await open(server)).tarball(WANTED)).rejects.toThrow(failsWith(code));
});

test('an endless packument is cut off', async () => {
  await using server = await serve((_, response) => {
    const more = (): void => void (!response.destroyed && response.write(' '.repeat(65_536), () => setImmediate(more)));
    more();
  });
  await expect((await open(server)).tarball(WANTED)).rejects.toThrow(failsWith('HS-1008'));
});

test('a packument that unfolds without end is cut off while it unfolds', async () => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
  await using server = await serve(
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  );
  await expect((await open(server)).tarball(WANTED)).rejects.toThrow(
    failsWith('HS-1008', 'mechanism-raft is larger than 4194304 bytes'),
  );
});

test('an endless error page is cut off', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(404);
    const more = (): void => void (!response.destroyed && response.write(' '.repeat(65_536), () => setImmediate(more)));
    more();
  });
  await expect((await open(server)).tarball(WANTED)).rejects.toThrow(
    expect.objectContaining({ code: expect.stringMatching(/HS-1008|HS-1413/) }),
  );
});

test.each([
  [401, 'HS-1411'],
  [403, 'HS-1412'],
  [404, 'HS-1413'],
  [410, 'HS-1414'],
  [500, 'HS-1415'],
])('a stock registry that answers %i is %s', async (status, code) => {
  await using server = await serve(
    (_, response) => void response.writeHead(status).end('{"error":"words of the registry"}'),
  );
  await expect((await open(server)).tarball(WANTED)).rejects.toThrow(failsWith(code, 'words of the registry'));
});

/** What a publisher sends, kept as npm registries do. */
function accepting(): {
  handler: Handler;
  held: Map<string, { versions: Record<string, { dist: Record<string, unknown> }> } & Record<string, unknown>>;
} {
  const held = new Map<
    string,
    { versions: Record<string, { dist: Record<string, unknown> }> } & Record<string, unknown>
  >();
  const handler: Handler = (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    if (request.method === 'GET') {
      const packument = held.get(path);
      if (packument === undefined) response.writeHead(404).end('{}');
      else response.end(JSON.stringify(packument));
      return;
    }
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      if (held.has(path)) return void response.writeHead(409).end('{"error":"this version exists"}');
      held.set(path, JSON.parse(Buffer.concat(chunks).toString()) as never);
      response.writeHead(201).end('{"ok":true}');
    });
  };
  return { handler, held };
}

const REQUEST = {
  token: secretOf('publish-token'),
  manifest: { name: RAFT, version: '1.0.0', description: 'Raft', dist: { signatures: [{ keyid: 'k', sig: 's' }] } },
  tarball: TARBALL,
  tag: 'latest',
  environment: {},
  wait: async () => undefined,
};

test('publishing sends what npm sends; again is "exists"; other bytes are refused', async () => {
  const { handler, held } = accepting();
  await using server = await serve(handler);
  const request = { ...REQUEST, address: server.address };
  expect(await publishPackage(request)).toBe('published');
  const sent = held.get(`/${RAFT}`);
  expect(sent).toMatchObject({
    _id: RAFT,
    'dist-tags': { latest: '1.0.0' },
    versions: {
      '1.0.0': { name: RAFT, dist: { integrity: sha512Integrity(sha512Hex(TARBALL)), signatures: [{ keyid: 'k' }] } },
    },
    _attachments: { [`${RAFT}-1.0.0.tgz`]: { data: Buffer.from(TARBALL).toString('base64'), length: TARBALL.length } },
  });
  expect(new Set(server.seen.map((one) => one.authorization))).toEqual(new Set(['Bearer publish-token']));

  expect(await publishPackage(request)).toBe('exists');
  await expect(publishPackage({ ...request, tarball: METADATA })).rejects.toThrow(
    failsWith('HS-1409', 'already published with other bytes'),
  );
});

test('of two publishers at once, the second learns whose bytes won', async () => {
  const { handler, held } = accepting();
  let first = true;
  await using server = await serve((request, response) => {
    // The packument appears between the look and the PUT.
    if (request.method === 'GET' && first) {
      first = false;
      held.set(`/${RAFT}`, { versions: { '1.0.0': { dist: { integrity: sha512Integrity(sha512Hex(TARBALL)) } } } });
      response.writeHead(404).end('{}');
    } else handler(request, response);
  });
  expect(await publishPackage({ ...REQUEST, address: server.address })).toBe('exists');
});

test('a name that is no scoped name is not published', async () => {
  const manifest = { ...REQUEST.manifest, name: '../evil' };
  await expect(publishPackage({ ...REQUEST, manifest, address: 'http://127.0.0.1:1' })).rejects.toThrow(
    failsWith('HS-1416'),
  );
});
