import { seededRandom, sha512Hex } from '@hypersync/base';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LruMap } from '../src/lru-map.ts';
import { createTarballStore, type Tarball } from '../src/tarball-store.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tarballs-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LIMITS = { memory: 10_000, small: 4000 };
const put = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, `${name}.new`), bytes);
  renameSync(join(folder, `${name}.new`), join(folder, name));
  return sha512Hex(bytes);
};
async function bytesOf(tarball: Tarball): Promise<Buffer> {
  if ('bytes' in tarball) return Buffer.from(tarball.bytes);
  return Buffer.concat(await tarball.stream(0, tarball.size - 1).toArray());
}

test.each([
  ['small, from memory', 3000],
  ['large, streamed', 300_000],
])('%s: exactly the bytes, or nothing', async (_, size) => {
  const store = createTarballStore(folder, LIMITS);
  const bytes = seededRandom(size).bytes(size);
  const sha512 = put('a.tgz', bytes);
  const tarball = await store.read('a.tgz', sha512);
  expect('bytes' in tarball).toBe(size <= LIMITS.small);
  expect([tarball.size, tarball.sha512]).toEqual([size, sha512]);
  expect(await bytesOf(tarball)).toEqual(Buffer.from(bytes));
  await expect(store.read('a.tgz', '0'.repeat(128))).rejects.toThrow(expect.objectContaining({ code: 'HS-1807' }));
  await expect(store.read('b.tgz', sha512)).rejects.toThrow(expect.objectContaining({ code: 'HS-1807' }));
});

test('a large tarball that is replaced is hashed anew', async () => {
  const store = createTarballStore(folder, LIMITS);
  const first = put('a.tgz', seededRandom(1).bytes(300_000));
  await store.read('a.tgz', first);
  const second = put('a.tgz', seededRandom(2).bytes(300_000));
  await expect(store.read('a.tgz', first)).rejects.toThrow(expect.objectContaining({ code: 'HS-1807' }));
  expect((await store.read('a.tgz', second)).sha512).toBe(second);
});

test('without a digest, the file states its own', async () => {
  const store = createTarballStore(folder, LIMITS);
  const small = put('a.tgz', seededRandom(1).bytes(100));
  const large = put('b.tgz', seededRandom(1).bytes(300_000));
  expect((await store.read('a.tgz', null)).sha512).toBe(small);
  expect((await store.read('b.tgz', null)).sha512).toBe(large);
});

test('a failure is not remembered', async () => {
  const store = createTarballStore(folder, LIMITS);
  const bytes = seededRandom(1).bytes(100);
  await expect(store.read('a.tgz', sha512Hex(bytes))).rejects.toThrow(expect.objectContaining({ code: 'HS-1807' }));
  put('a.tgz', bytes);
  expect((await store.read('a.tgz', sha512Hex(bytes))).size).toBe(100);
});

test('memory is bounded: what was not used for the longest time goes first', () => {
  const map = new LruMap<string, number>(10);
  map.set('a', 1, 4);
  map.set('b', 2, 4);
  expect(map.get('a')).toBe(1);
  map.set('c', 3, 4);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  map.set('huge', 4, 11);
  expect([map.get('huge'), map.get('a'), map.get('c')]).toEqual([undefined, 1, 3]);
  map.set('a', 5, 8);
  expect([map.get('a'), map.get('c')]).toEqual([5, undefined]);
});
