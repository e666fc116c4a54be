import { describe, expect, it } from 'vitest';
import { CrdtDocument, type Mutation } from '../src/index.ts';

const insert = (index: number, text: string): Mutation => ({ type: 'text', action: 'insert', index, text });
const cut = (index: number, length: number): Mutation => ({ type: 'text', action: 'delete', index, length });
const at = (field: string, mutation: Mutation): Mutation => ({ type: 'or-map', action: 'update', field, mutation });

const textOf = (document: CrdtDocument): string => {
  const [value] = document.read('t');
  return value?.type === 'text' ? value.text : '';
};

function pair(): [CrdtDocument, CrdtDocument] {
  return [new CrdtDocument(0, 2), new CrdtDocument(1, 2)];
}

function meet(a: CrdtDocument, b: CrdtDocument): void {
  expect(b.apply(a.missing(b.vector))).toBe('joined');
  expect(a.apply(b.missing(a.vector))).toBe('joined');
  expect(a.root()).toBe(b.root());
}

describe('a text', () => {
  it('keeps what two write at one place apart, forwards and backwards', () => {
    const [a, b] = pair();
    b.apply(a.mutate('t', insert(0, '()')));
    for (const [i, unit] of ['a', 'b', 'c'].entries()) a.mutate('t', insert(1 + i, unit));
    for (const unit of ['z', 'y', 'x']) b.mutate('t', insert(1, unit));
    meet(a, b);
    expect(textOf(a)).toBe('(abcxyz)');
  });

  it('inserts beside what is deleted, and does not bring it back', () => {
    const [a, b] = pair();
    b.apply(a.mutate('t', insert(0, 'hello world')));
    a.mutate('t', cut(0, 6));
    b.mutate('t', insert(5, ' new'));
    meet(a, b);
    expect(textOf(a)).toBe(' newworld');
  });

  it('that is typed is a few runs, whoever typed what', () => {
    const [a, b] = pair();
    for (let i = 0; i < 1_000; i++) b.apply(a.mutate('t', insert(i, 'x')));
    for (const document of [a, b]) expect(document.save().length).toBeLessThan(1_100);
  });

  it('saves and loads, and goes on where it was', () => {
    const [a, b] = pair();
    b.apply(a.mutate('t', insert(0, 'one two three')));
    b.mutate('t', cut(3, 4));
    const again = CrdtDocument.load(b.save(), 1, 2)!;
    expect([textOf(again), again.root()]).toEqual(['one three', b.root()]);
    a.mutate('t', insert(7, '!'));
    meet(a, again);
    expect(textOf(a)).toBe('one! three');
  });

  it('costs what is left of it, once all know of the deletions', () => {
    const [a, b] = pair();
    for (let i = 0; i < 400; i++) {
      b.apply(a.mutate('t', insert((i * 7) % (10 * i + 1), `${i}`.padEnd(10, '.'))));
    }
    const full = a.save().length;
    for (let left = 4_000; left > 40; left -= 40) a.apply(b.mutate('t', cut((left * 13) % (left - 40), 40)));
    const before = a.save().length;
    for (const document of [a, b]) document.compact([a.vector, b.vector]);
    const after = a.save().length;
    expect(full).toBeGreaterThan(4_000);
    expect(before).toBeGreaterThan(10 * after);
    expect(after).toBeLessThan(250);
    expect(textOf(CrdtDocument.load(a.save(), 0, 2)!)).toBe(textOf(b));
  });

  it('refuses places that are not there', () => {
    const [a] = pair();
    a.mutate('t', insert(0, 'abc'));
    expect(() => a.mutate('t', insert(4, 'x'))).toThrow(RangeError);
    expect(() => a.mutate('t', cut(1, 3))).toThrow(RangeError);
    expect(() => a.mutate('t', { type: 'list', action: 'clear' })).toThrow(RangeError); // it is a text
  });
});

describe('maps in maps', () => {
  const add = (element: string): Mutation => ({ type: 'or-set', action: 'add', element });

  it('go with everything below, but for what was added meanwhile', () => {
    const [a, b] = pair();
    a.mutate('m', at('shop', at('fruit', add('apple'))));
    a.mutate('m', at('shop', at('note', insert(0, 'ripe'))));
    meet(a, b);
    a.mutate('m', { type: 'or-map', action: 'remove', field: 'shop' });
    b.mutate('m', at('shop', at('fruit', add('pear'))));
    b.mutate('m', at('shop', at('note', insert(4, '!'))));
    meet(a, b);
    const fruit = { type: 'or-set', elements: ['pear'] };
    const note = { type: 'text', text: '!' };
    const shop = {
      type: 'or-map',
      fields: [
        ['fruit', [fruit]],
        ['note', [note]],
      ],
    };
    expect(a.read('m')).toEqual([{ type: 'or-map', fields: [['shop', [shop]]] }]);
  });

  it('hold one type per field where that can be seen, and are 16 deep at most', () => {
    const [a] = pair();
    a.mutate('m', at('x', at('y', add('e'))));
    expect(() => a.mutate('m', at('x', add('e')))).toThrow(RangeError);
    expect(() => a.mutate('m', at('x', at('y', insert(0, 'e'))))).toThrow(RangeError);
    const nested = (depth: number): Mutation => (depth === 0 ? add('e') : at('d', nested(depth - 1)));
    a.mutate('n', nested(16));
    expect(() => a.mutate('n', nested(17))).toThrow(RangeError);
  });
});

describe('what one is sent', () => {
  it('is early before what it builds on, and bad where it makes no sense', () => {
    const [a, b] = pair();
    const first = a.mutate('t', insert(0, 'a'));
    const second = a.mutate('t', insert(1, 'b'));
    expect([b.apply(second), b.apply(first), b.apply(second)]).toEqual(['early', 'joined', 'joined']);
    expect(b.apply(new Uint8Array([1, 2, 3]))).toBe('bad');
    expect(CrdtDocument.load(second, 0, 2)).toBeNull();
  });
});
