import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { generatedPages } from '../src/index.ts';

const room = fileURLToPath(new URL('..', import.meta.url));

it('the generated pages are current (run `npm run docs`)', () => {
  const stale = [...generatedPages()].filter(([path, text]) => readText(path) !== text).map(([path]) => path);
  expect(stale).toEqual([]);
});

it('no page of a code that is gone is left', () => {
  expect(readdirSync(join(room, 'errors')).filter((name) => !generatedPages().has(`errors/${name}`))).toEqual([]);
});

function readText(path: string): string | null {
  try {
    return readFileSync(join(room, path), 'utf8');
  } catch {
    return null;
  }
}
