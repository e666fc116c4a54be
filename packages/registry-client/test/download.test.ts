import { seededRandom, sha512Hex } from '@hypersync/base';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, serve, type Handler } from './servers.ts';

const BYTES = seededRandom(7).bytes(100_000);
const WANTED = { name: '@hypersync/mechanism-raft', version: '1.2.3', size: BYTES.length, sha512: sha512Hex(BYTES) };
const failsWith = (code: string, message: RegExp | string = /./) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

let partials: string;
beforeEach(() => void (partials = mkdtempSync(join(tmpdir(), 'partials-'))));
afterEach(() => rmSync(partials, { recursive: true, force: true }));

const whole: Handler = (_, response) => void response.writeHead(200, { 'content-length': BYTES.length }).end(BYTES);
const from = (range: string | undefined): number => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
const part = (response: ServerResponse, start: number, bytes: Uint8Array = BYTES): void =>
  void response
    .writeHead(206, {
      'content-range': `bytes ${start}-${BYTES.length - 1}/${BYTES.length}`,
      'content-length': BYTES.length - start,
    })
    .end(bytes.subarray(start));
/** Announces all, sends `until` bytes, hangs up. */
const breakOff = (response: ServerResponse, until: number): void => {
  response.writeHead(200, { 'content-length': BYTES.length });
  response.write(BYTES.subarray(0, until), () => response.destroy());
};

test('fetches the tarball from its place, reports progress, and sends the license', async () => {
  await using server = await serve(whole);
  const registry = await connect(server.address);
  const progress: number[] = [];
  expect(await registry.tarball(WANTED, ({ received }) => progress.push(received))).toEqual(BYTES);
  expect(progress.at(-1)).toBe(BYTES.length);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(server.seen).toEqual([
    {
      path: '/@hypersync/mechanism-raft/-/mechanism-raft-1.2.3.tgz',
      method: 'GET',
      authorization: 'Bearer license-token',
      range: undefined,
    },
  ]);
  await registry.close();
});

test('goes on where the connection broke', async () => {
  await using server = await serve((request, response) => {
    if (request.headers.range === undefined) breakOff(response, 60_000);
    else part(response, from(request.headers.range));
  });
  const registry = await connect(server.address);
  expect(await registry.tarball(WANTED)).toEqual(BYTES);
  expect(server.seen.map((request) => request.range)).toEqual([undefined, 'bytes=60000-']);
});

test('goes on in the next process from the partial file, and removes it', async () => {
  let broken = true;
  await using server = await serve((request, response) => {
    if (!broken) part(response, from(request.headers.range));
    else if (request.headers.range === undefined) breakOff(response, 60_000);
    else response.destroy();
  });
  const first = await connect(server.address, { partials });
  await expect(first.tarball(WANTED)).rejects.toThrow(failsWith('HS-1401'));
  expect(statSync(join(partials, `${WANTED.sha512}.partial`)).size).toBe(60_000);
  broken = false;
  const second = await connect(server.address, { partials });
  expect(await second.tarball(WANTED)).toEqual(BYTES);
  expect(server.seen.at(-1)?.range).toBe('bytes=60000-');
  expect(readdirSync(partials)).toEqual([]);
});

test('a partial file that was tampered with costs one more fetch and is never believed', async () => {
  writeFileSync(join(partials, `${WANTED.sha512}.partial`), new Uint8Array(60_000));
  await using server = await serve((request, response) => {
    const start = from(request.headers.range);
    if (start > 0) part(response, start);
    else whole(request, response);
  });
  const registry = await connect(server.address, { partials });
  expect(await registry.tarball(WANTED)).toEqual(BYTES);
  expect(server.seen.map((request) => request.range)).toEqual(['bytes=60000-', undefined]);
});

test('a server that always resumes with other bytes is given up after the second whole (attack C08)', async () => {
  const other = seededRandom(8).bytes(BYTES.length);
  await using server = await serve((request, response) => {
    if (request.headers.range === undefined) breakOff(response, 60_000);
    else part(response, from(request.headers.range), other);
  });
  const registry = await connect(server.address, { partials });
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1408', 'its SHA-512 differs'));
  expect(server.seen.map((request) => request.range)).toEqual([undefined, 'bytes=60000-', undefined, 'bytes=60000-']);
  expect(readdirSync(partials)).toEqual([]);
});

test('a server that ignores ranges is read from the start', async () => {
  writeFileSync(join(partials, `${WANTED.sha512}.partial`), BYTES.subarray(0, 50_000));
  await using server = await serve(whole);
  const registry = await connect(server.address, { partials });
  expect(await registry.tarball(WANTED)).toEqual(BYTES);
});

test('a range that cannot be had is given up, not asked for again', async () => {
  writeFileSync(join(partials, `${WANTED.sha512}.partial`), BYTES.subarray(0, 50_000));
  await using server = await serve((request, response) => {
    if (request.headers.range === undefined) whole(request, response);
    else response.writeHead(416).end();
  });
  const registry = await connect(server.address, { partials });
  expect(await registry.tarball(WANTED)).toEqual(BYTES);
});

test('206 for another range is refused, and the next attempt asks for the whole', async () => {
  const wrong: Handler = (request, response) => {
    if (request.headers.range === undefined) breakOff(response, 60_000);
    else response.writeHead(206, { 'content-range': `bytes 0-99/${BYTES.length}` }).end(BYTES.subarray(0, 100));
  };
  await using server = await serve(wrong);
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1407'));
  expect(server.seen.map((request) => request.range)).toEqual([
    undefined,
    'bytes=60000-',
    undefined,
    'bytes=60000-',
    undefined,
  ]);
});

test('206 where nothing was asked for is refused', async () => {
  await using server = await serve((_, response) => part(response, 10));
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1407', /its range is bytes 10-/));
});

test('other bytes of the same length are refused without a second attempt', async () => {
  const other = seededRandom(8).bytes(BYTES.length);
  await using server = await serve((_, response) => void response.end(other));
  const registry = await connect(server.address, { partials });
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1408', 'its SHA-512 differs'));
  expect(server.seen.length).toBe(1);
  expect(readdirSync(partials)).toEqual([]);
});

test('a Content-Length other than the signed size is refused before the body', async () => {
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 5_000_000_000 });
    response.flushHeaders();
  });
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(
    failsWith('HS-1408', 'Content-Length is 5000000000 instead of 100000'),
  );
});

test('a body without end stops at the signed size (attack T24)', async () => {
  let sent = 0;
  await using server = await serve((_, response) => {
    const chunk = BYTES.subarray(0, 50_000);
    const more = (): void => {
      sent += chunk.length;
      if (!response.destroyed) response.write(chunk, () => setImmediate(more));
    };
    more();
  });
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1408', 'it is larger than 100000 bytes'));
  expect(sent).toBeLessThan(50_000_000);
});

test('a body that always ends early is an error after the attempts are used up', async () => {
  await using server = await serve((_, response) => breakOff(response, 10));
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1407', 'it ended after 10 bytes of 100000'));
  expect(server.seen.length).toBe(5);
});

test('a chunked body that ends early is not taken for the whole', async () => {
  await using server = await serve((_, response) => {
    response.write(BYTES.subarray(0, 10), () => response.destroy());
  });
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1407'));
});

test('a compressed answer that nobody asked for is refused', async () => {
  await using server = await serve(
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BYTES),
  );
  const registry = await connect(server.address);
  await expect(registry.tarball(WANTED)).rejects.toThrow(failsWith('HS-1407', 'encoded as gzip'));
});

test.each([
  '@x/../../.git/hooks',
  '@hypersync/..',
  '@hypersync/raft/../x',
  '@hypersync/%2e%2e',
  'raft',
  '@HYPERSYNC/raft',
  '@hypersync/ra\0ft',
])('the name %j never becomes a request (attack N26)', async (name) => {
  await using server = await serve(whole);
  const registry = await connect(server.address);
  await expect(registry.tarball({ ...WANTED, name })).rejects.toThrow(failsWith('HS-1416'));
  await expect(registry.bundle({ ...WANTED, name })).rejects.toThrow(failsWith('HS-1416'));
  expect(server.seen).toEqual([]);
});

test.each(['1.2.3/../../x', '../1.0.0', '1.2', 'v1.2.3', '1.2.3+build', `1.2.3-${'a'.repeat(100)}`])(
  'the version %j never becomes a request',
  async (version) => {
    await using server = await serve(whole);
    const registry = await connect(server.address);
    await expect(registry.tarball({ ...WANTED, version })).rejects.toThrow(failsWith('HS-1416'));
    expect(server.seen).toEqual([]);
  },
);

test('stops at once when told to, and keeps what it has', async () => {
  const stop = new AbortController();
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-length': BYTES.length });
    response.write(BYTES.subarray(0, 60_000));
  });
  const registry = await connect(server.address, { partials, signal: stop.signal });
  const download = registry.tarball(WANTED, ({ received }) => void (received >= 60_000 && stop.abort()));
  await expect(download).rejects.toThrow(failsWith('HS-1006'));
  expect(statSync(join(partials, `${WANTED.sha512}.partial`)).size).toBe(60_000);
});
