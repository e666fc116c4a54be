import { describe, expect, it } from 'vitest';
import { parseJson, toUtf8 } from '../src/index.ts';

const limits = { maxBytes: 1000, maxDepth: 4, source: 'given.json' };
const parse = (text: string) => parseJson(toUtf8(text), limits);
const refused = (code: string, words: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(words) });

describe('JSON from outside', () => {
  it('reads what JSON.parse reads', () => {
    const text = '{"a":[1,-2.5e3,"\\u0041\\"\\\\"],"b":{"a":null,"":true}}';
    expect(parse(text)).toEqual(JSON.parse(text));
  });

  it('refuses a key that stands twice, also when written with an escape', () => {
    expect(() => parse('{"a":1,"a":2}')).toThrow(refused('HS-1003', 'twice'));
    expect(() => parse('{"a":1,"\\u0061":2}')).toThrow(refused('HS-1003', 'twice'));
    expect(() => parse('{"x":{"k":1},"y":{"k":1}}')).not.toThrow();
    expect(() => parse('["a","a"]')).not.toThrow();
  });

  it('refuses __proto__ in every spelling', () => {
    expect(() => parse('{"__proto__":{}}')).toThrow(refused('HS-1003', '__proto__'));
    expect(() => parse('{"a":{"__pr\\u006fto__":1}}')).toThrow(refused('HS-1003', '__proto__'));
  });

  it('stops at its depth and its size', () => {
    expect(() => parse('[[[[1]]]]')).not.toThrow();
    expect(() => parse('[[[[[1]]]]]')).toThrow(refused('HS-1008', 'deeper than 4'));
    expect(() => parse(`"${'x'.repeat(999)}"`)).toThrow(refused('HS-1008', '1000'));
    expect(() => parse('['.repeat(900))).toThrow(refused('HS-1008', 'deeper'));
  });

  it.each(['', '{', '{"a":}', '{"a":1}x', '{"a', '"\\', "{'a':1}", 'NaN'])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(refused('HS-1003', 'given.json'));
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), limits)).toThrow(refused('HS-1003', 'UTF-8'));
  });
});
