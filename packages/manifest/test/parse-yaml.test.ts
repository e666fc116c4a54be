import { toUtf8 } from '@hypersync/base';
import { expect, test } from 'vitest';
import { parseYaml } from '../src/index.ts';

const limits = { maxBytes: 1 << 20, maxDepth: 32, source: 'x.yaml' };
const parse = (text: string): unknown => parseYaml(toUtf8(text), limits);

test('plain YAML becomes plain JSON values', () => {
  expect(parse('a: 1\nb: [x, true, null, 1.5]\nc: { d: "e" }\n')).toEqual({
    a: 1,
    b: ['x', true, null, 1.5],
    c: { d: 'e' },
  });
});

test.each([
  ['lists', '- '.repeat(40)],
  ['flow lists', `${'['.repeat(40)}${']'.repeat(40)}`],
  ['mappings', Array.from({ length: 40 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['flow lists far beyond the stack', '['.repeat(200_000)],
  ['lists far beyond the stack', '- '.repeat(200_000)],
])('nesting is bounded: %s', (_, text) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({ code: 'HS-1008', message: 'x.yaml: nested deeper than 32.' }),
  );
});

test('nesting up to the limit is accepted', () => {
  expect(() => parse(`${'['.repeat(32)}${']'.repeat(32)}`)).not.toThrow();
});

test('size is bounded', () => {
  const text = `a: ${'x'.repeat(200)}`;
  expect(() => parseYaml(toUtf8(text), { ...limits, maxBytes: 100 })).toThrow(
    expect.objectContaining({ code: 'HS-1008' }),
  );
});

test.each([
  ['an alias', 'a: &x 1\nb: *x\n'],
  ['a merge key with an alias', 'a: &x { p: 1 }\nb: { <<: *x }\n'],
  ['a key that is no text', '? [a]\n: 1\n'],
  ['bytes that are not UTF-8', '\uD800'],
  ['a custom tag', 'a: !secret x\n'],
])('refuses %s', (name, text) => {
  const bytes = name.startsWith('bytes') ? Uint8Array.of(0xff, 0xfe, 0x41) : toUtf8(text);
  expect(() => parseYaml(bytes, limits)).toThrow(expect.objectContaining({ code: 'HS-1104' }));
});

test('"__proto__" is refused in every position and pollutes nothing', () => {
  for (const text of ['__proto__: { polluted: true }', 'a: { __proto__: { polluted: true } }', '"__proto__": 1']) {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'HS-1104' }));
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
