import { ERRORS, EXIT_CODES } from '@hypersync/base';
import { describe, expect, it } from 'vitest';
import { filesBelow, read } from './source-files.ts';

const sources = ['packages', 'registry', 'installer', 'deployment'].flatMap((root) =>
  filesBelow(root, (path) => path.endsWith('.ts') && path.includes('/src/') && !path.includes('base/src/errors/')),
);
const used = new Map<string, string>();
for (const path of sources) for (const match of read(path).matchAll(/'(HS-\d{4})'/g)) used.set(match[1] ?? '', path);

describe('the error table', () => {
  it('has a row for every code that the source names', () => {
    expect([...used].filter(([code]) => !Object.hasOwn(ERRORS, code))).toEqual([]);
  });

  it('has no row that nothing throws', () => {
    expect(Object.keys(ERRORS).filter((code) => !used.has(code))).toEqual([]);
  });

  it.each(Object.entries(ERRORS))('%s is written for a person', (_code, row) => {
    expect(row.title).toMatch(/^[A-Z][^.]{3,70}$/);
    expect(row.cause).toMatch(/^.{20,}\.$/s);
    expect(row.hint).toMatch(/^.{10,}\.$/s);
    expect(Object.keys(EXIT_CODES).map(Number)).toContain(row.exit);
    expect(row.http).toBeGreaterThanOrEqual(400);
    expect(row.http).toBeLessThan(600);
  });

  it('throws no bare Error in product code (TypeError and RangeError are for mistakes of the program itself)', () => {
    const bare = sources.flatMap((path) =>
      /packages\/(testkit|benchmark|mechanisms|consensus-kit|interface|base)\//.test(path)
        ? []
        : read(path)
            .split('\n')
            .map((line, index) => ({ line: line.trim(), where: `${path}:${index + 1}` }))
            .filter(({ line }) => /\bthrow new Error\(/.test(line)),
    );
    expect(bare).toEqual([]);
  });
});
