import { sha512Hex, toUtf8 } from '@hypersync/base';
import { expect, test } from 'vitest';
import { parseAddress } from '../src/index.ts';
import { connect, serve, serveProxy, serveTls, testAuthority, type Handler } from './servers.ts';

const ok: Handler = (_, response) => void response.end('{}');
const failsWith = (code: string, message: RegExp | string = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const TIMESTAMP = 'metadata/timestamp.json';

test('metadata: bytes, null for 404, and a limit', async () => {
  await using server = await serve((request, response) => {
    if (request.url?.endsWith('timestamp.json') === true) response.end('0123456789');
    else response.writeHead(404).end();
  });
  const registry = await connect(server.address);
  expect(await registry.metadata(TIMESTAMP, 10)).toEqual(toUtf8('0123456789'));
  expect(server.seen[0]?.path).toBe('/-/hypersync/tuf/metadata/timestamp.json');
  expect(await registry.metadata('metadata/2.root.json', 10)).toBeNull();
  await expect(registry.metadata(TIMESTAMP, 9)).rejects.toThrow(failsWith('HS-1008', 'larger than 9 bytes'));
});

test('endless chunked metadata stops one byte after the limit (attack T24)', async () => {
  await using server = await serve((_, response) => {
    const more = (): void => void (!response.destroyed && response.write('x'.repeat(10_000), () => setImmediate(more)));
    more();
  });
  const registry = await connect(server.address);
  await expect(registry.metadata(TIMESTAMP, 1000)).rejects.toThrow(failsWith('HS-1008'));
  expect(server.seen.length).toBe(1);
});

test.each([
  '../x',
  'metadata/../../x',
  '/metadata/x',
  'metadata//x',
  'metadata/.x',
  'metadata/x?y',
  'metadata/x#y',
  'a\0b',
  '%2e%2e/x',
])('the metadata path %j is not sent (attack T22)', async (path) => {
  await using server = await serve(ok);
  const registry = await connect(server.address);
  await expect(registry.metadata(path, 10)).rejects.toThrow(failsWith('HS-1416'));
  expect(server.seen).toEqual([]);
});

test('a bundle of another size than the manifest names is refused', async () => {
  await using server = await serve((_, response) => void response.end('12345'));
  const registry = await connect(server.address);
  const wanted = { name: '@hypersync/mechanism-raft', version: '1.0.0', size: 6 };
  await expect(registry.bundle(wanted)).rejects.toThrow(failsWith('HS-1408', 'has 5 bytes instead of 6'));
  expect(await registry.bundle({ ...wanted, size: 5 })).toEqual(toUtf8('12345'));
  expect(server.seen.at(-1)?.path).toBe('/-/hypersync/bundles/mechanism-raft-1.0.0.sigstore.json');
});

/** N33 and the answers of DESIGN 6: each status has its own code; only trouble is asked again. */
test.each([
  [400, 'HS-1417', 1],
  [401, 'HS-1411', 1],
  [403, 'HS-1412', 1],
  [407, 'HS-1410', 1],
  [410, 'HS-1414', 1],
  [418, 'HS-1417', 1],
  [429, 'HS-1415', 5],
  [500, 'HS-1415', 5],
  [503, 'HS-1415', 5],
])('status %i is %s after %i requests', async (status, code, requests) => {
  await using server = await serve((_, response) => void response.writeHead(status).end());
  const registry = await connect(server.address);
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith(code));
  expect(server.seen.length).toBe(requests);
});

test("the registry's own words are passed on, printable and bounded", async () => {
  const problem = { code: 'HS-1803', detail: `PRO has it.\u001b[2J${'x'.repeat(1000)}`, tier: 'pro', secret: 'no' };
  await using server = await serve((_, response) => void response.writeHead(403).end(JSON.stringify(problem)));
  const registry = await connect(server.address);
  const error = await registry
    .metadata(TIMESTAMP, 100)
    .catch((thrown: unknown) => thrown as Error & { details: object });
  expect(error).toMatchObject({ code: 'HS-1412', details: { serverCode: 'HS-1803', tier: 'pro' } });
  expect((error as Error).message).toMatch(/It says: PRO has it\. \[2Jx+$/);
  expect((error as Error).message.length).toBeLessThan(500);
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('trouble that passes is not noticed', async () => {
  let requests = 0;
  await using server = await serve(
    (_, response) => void (++requests < 3 ? response.writeHead(503).end() : response.end('{}')),
  );
  const registry = await connect(server.address);
  expect(await registry.metadata(TIMESTAMP, 100)).toEqual(toUtf8('{}'));
});

test('pauses grow, are jittered, and obey Retry-After', async () => {
  const pauses: number[] = [];
  let requests = 0;
  await using server = await serve((_, response) => {
    requests++;
    response.writeHead(503, requests === 4 ? { 'retry-after': '3' } : {}).end();
  });
  const registry = await connect(server.address, {
    wait: async (milliseconds) => void pauses.push(milliseconds),
    random: { bytes: (length) => new Uint8Array(length).fill(128) },
  });
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1415'));
  expect(pauses.map((pause) => Math.round(pause / 10) * 10)).toEqual([100, 200, 400, 3000]);
});

test('a server that says nothing is given up (attack T25)', async () => {
  const patience = { idleMs: 60, minBytesPerSecond: 1, graceMs: 60_000 };
  await using server = await serve(() => undefined);
  const registry = await connect(server.address, { patience });
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1402', 'no byte for 60 ms'));
});

test('a server that creeps is given up (attack T25)', async () => {
  const patience = { idleMs: 60_000, minBytesPerSecond: 1000, graceMs: 60 };
  await using server = await serve((_, response) => {
    const timer = setInterval(() => response.write('x'), 10);
    response.on('close', () => clearInterval(timer));
  });
  const registry = await connect(server.address, { patience });
  await expect(registry.metadata(TIMESTAMP, 10_000)).rejects.toThrow(
    failsWith('HS-1402', 'fewer than 1000 bytes per second'),
  );
});

test('waiting for a free connection does not count as silence', async () => {
  const patience = { idleMs: 750, minBytesPerSecond: 1, graceMs: 60_000 };
  await using server = await serve((_, response) => void setTimeout(() => response.end('{}'), 300));
  const registry = await connect(server.address, { patience });
  // Six connections: the last six requests wait for 900 ms before they get one.
  const all = Array.from({ length: 24 }, (_, i) => registry.metadata(`metadata/${i}.x.json`, 100));
  await expect(Promise.all(all)).resolves.toHaveLength(24);
  expect(server.seen.length).toBe(24);
});

test('nothing listens: unreachable', async () => {
  const server = await serve(ok);
  await server[Symbol.asyncDispose]();
  const registry = await connect(server.address);
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1401', 'ECONNREFUSED'));
});

test('what answers is not HTTP', async () => {
  await using server = await serve((_, response) => void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'));
  const registry = await connect(server.address);
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1407', 'not HTTP'));
});

test('a redirect to another host is followed without the license (attack N25)', async () => {
  await using elsewhere = await serve((_, response) => void response.end('{"here":1}'));
  await using server = await serve((_, response) => {
    response.writeHead(302, { location: `${elsewhere.address}/signed?signature=abc` }).end();
  });
  const registry = await connect(server.address);
  expect(await registry.metadata(TIMESTAMP, 100)).toEqual(toUtf8('{"here":1}'));
  expect(server.seen[0]?.authorization).toBe('Bearer license-token');
  expect(elsewhere.seen).toEqual([
    { path: '/signed?signature=abc', method: 'GET', authorization: undefined, range: undefined },
  ]);
});

test('a redirect within the registry keeps the license', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/moved') response.end('{}');
    else response.writeHead(301, { location: '/moved' }).end();
  });
  const registry = await connect(server.address);
  await registry.metadata(TIMESTAMP, 100);
  expect(server.seen.map((request) => request.authorization)).toEqual(['Bearer license-token', 'Bearer license-token']);
});

test.each([
  ['plain http at another machine', 'http://registry.example/x', 'to plain http at registry.example'],
  ['a file', 'file:///etc/passwd', 'to what is no web address'],
  ['an address with credentials', 'https://u:p@127.0.0.1/x', 'to an address with credentials'],
])('a redirect to %s is refused (attack N25)', async (_, location, message) => {
  await using server = await serve((_, response) => void response.writeHead(302, { location }).end());
  const registry = await connect(server.address);
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1406', message));
  expect(server.seen.length).toBe(1);
});

test('redirects in a circle end', async () => {
  await using server = await serve(
    (request, response) => void response.writeHead(307, { location: `${request.url}x` }).end(),
  );
  const registry = await connect(server.address);
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1406', '4 redirects in a row'));
  expect(server.seen.length).toBe(4);
});

test('from https to http there is no redirect, not even on this machine', async () => {
  await using plain = await serve(ok);
  await using server = await serveTls((_, response) => void response.writeHead(302, { location: plain.address }).end());
  const registry = await connect(server.address, { ca: testAuthority() });
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1406', 'to plain http'));
  expect(plain.seen).toEqual([]);
});

test("a company's own authority is accepted when named, and only then", async () => {
  await using server = await serveTls(ok);
  const trusting = await connect(server.address, { ca: testAuthority() });
  expect(await trusting.metadata(TIMESTAMP, 100)).toEqual(toUtf8('{}'));
  const wary = await connect(server.address);
  await expect(wary.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1403', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
  await trusting.close();
});

test('a certificate for another name is refused', async () => {
  await using server = await serveTls(ok);
  const registry = await connect(`https://localhost:${server.port}`, { ca: testAuthority() });
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1403', 'ALTNAME'));
});

test('https goes through the proxy of the environment, with its credentials', async () => {
  await using server = await serveTls(ok);
  await using proxy = await serveProxy(server.port);
  const environment = { HTTPS_PROXY: `http://user:pass@127.0.0.1:${proxy.port}` };
  const registry = await connect('https://registry.test', { ca: testAuthority(), environment });
  expect(await registry.metadata(TIMESTAMP, 100)).toEqual(toUtf8('{}'));
  expect(proxy.seen).toEqual([
    {
      path: 'registry.test:443',
      method: 'CONNECT',
      authorization: `Basic ${Buffer.from('user:pass').toString('base64')}`,
      range: undefined,
    },
  ]);
  expect(server.seen[0]?.authorization).toBe('Bearer license-token');
  await registry.close();
});

test.each([407, 403, 502])('a proxy that refuses with %i is named as such (attack C08)', async (refuse) => {
  await using proxy = await serveProxy({ refuse });
  const registry = await connect('https://registry.test', { environment: { https_proxy: proxy.address } });
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(
    failsWith('HS-1410', `registry.test with status ${refuse}`),
  );
  expect(proxy.seen.length).toBe(1);
});

test('NO_PROXY is obeyed, and this machine is never reached through a proxy', async () => {
  await using proxy = await serveProxy({ refuse: 407 });
  await using server = await serve(ok);
  const environment = {
    HTTPS_PROXY: proxy.address,
    HTTP_PROXY: proxy.address,
    http_proxy: proxy.address,
    NO_PROXY: 'registry.test',
  };
  const local = await connect(server.address, { environment });
  expect(await local.metadata(TIMESTAMP, 100)).toEqual(toUtf8('{}'));
  await using secure = await serveTls(ok);
  const overTls = await connect(secure.address, { environment, ca: testAuthority() });
  expect(await overTls.metadata(TIMESTAMP, 100)).toEqual(toUtf8('{}'));
  const direct = await connect('https://registry.test', { environment });
  await expect(direct.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1401', 'registry.test'));
  expect(proxy.seen).toEqual([]);
});

test('a proxy that opens TLS with its own authority is refused until that authority is named', async () => {
  await using server = await serveTls(ok);
  await using proxy = await serveProxy(server.port);
  const registry = await connect('https://registry.test', { environment: { HTTPS_PROXY: proxy.address } });
  await expect(registry.metadata(TIMESTAMP, 100)).rejects.toThrow(failsWith('HS-1403'));
});

test.each([
  ['ftp://registry.example', 'uses ftp:'],
  ['registry.example', 'is not a URL'],
  ['http://registry.example', 'uses plain http to another machine'],
  ['http://127.0.0.1.evil.example', 'uses plain http to another machine'],
  ['https://user:pass@registry.example', 'carries credentials'],
  ['https://registry.example/?tier=pro', 'carries a query or fragment'],
])('the address %s is refused', (address, reason) => {
  expect(() => parseAddress(address)).toThrow(failsWith('HS-1405', reason));
});

test('credentials in an address do not reach the message', () => {
  expect(() => parseAddress('https://user:hunter2@registry.example')).toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});

test.each([
  'http://127.0.0.1:4873',
  'http://localhost/',
  'http://[::1]:80/prefix/',
  'https://registry.example/tiers/pro',
])('the address %s is accepted', (address) => {
  expect(parseAddress(address).pathname.endsWith('/') && parseAddress(address).pathname !== '/').toBe(false);
});

test('a path prefix of the registry is kept', async () => {
  await using server = await serve(ok);
  const registry = await connect(`${server.address}/mirror/`);
  await registry.metadata(TIMESTAMP, 100);
  const bytes = toUtf8('{}');
  await registry.tarball({ name: '@hypersync/runtime', version: '1.0.0', size: 2, sha512: sha512Hex(bytes) });
  expect(server.seen.map((request) => request.path)).toEqual([
    '/mirror/-/hypersync/tuf/metadata/timestamp.json',
    '/mirror/@hypersync/runtime/-/runtime-1.0.0.tgz',
  ]);
});
