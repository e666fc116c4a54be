import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSecretFile, secretOf } from '../src/index.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'secret-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const write = (content: string): string => {
  writeFileSync(join(folder, 'license'), content);
  return join(folder, 'license');
};

test('the first line, trimmed', async () => {
  expect((await readSecretFile(write('  abc.def.ghi \r\nsecond line\n'))).reveal()).toBe('abc.def.ghi');
});

test('no way of printing shows it', () => {
  const secret = secretOf('hunter2');
  for (const text of [
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret, { depth: 5, showHidden: true }),
    String(new Error(String(secret)).stack),
  ]) {
    expect(text).not.toContain('hunter2');
  }
});

test.each([
  ['empty', ''],
  ['blank', ' \nabc'],
  ['not text', 'abc\u0000def'],
  ['two words', 'Bearer abc'],
  ['too large', 'x'.repeat(9000)],
])('a file that is %s is refused, and its content is not quoted', async (_, content) => {
  const error = await readSecretFile(write(content)).catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ code: 'HS-1404' });
  expect((error as Error).message).not.toContain('abc');
});

test.each([
  ['missing', 'nowhere'],
  ['a folder', '.'],
])('%s is refused by name', async (_, name) => {
  await expect(readSecretFile(join(folder, name))).rejects.toThrow(
    expect.objectContaining({ code: 'HS-1404', message: expect.stringContaining(join(folder, name)) }),
  );
});
