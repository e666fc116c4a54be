import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { ByteReader, ByteWriter, decodeUtf8, encodeUtf8 } from '../src/index.ts';

describe('byte codec', () => {
  it('reads back what was written', () => {
    const bytes = new ByteWriter(1)
      .u8(255)
      .bool(true)
      .u16(65535)
      .u32(0xffffffff)
      .varint(Number.MAX_SAFE_INTEGER)
      .f64(-0.1)
      .string('añ€😀')
      .bytes(Uint8Array.of(1, 2))
      .list([1, 300], (w, x) => w.varint(x))
      .finish();
    const reader = new ByteReader(bytes);
    expect([reader.u8(), reader.bool(), reader.u16(), reader.u32(), reader.varint(), reader.f64()]).toEqual([
      255,
      true,
      65535,
      0xffffffff,
      Number.MAX_SAFE_INTEGER,
      -0.1,
    ]);
    expect(reader.string(10)).toBe('añ€😀');
    expect(reader.bytes(2)).toEqual(Uint8Array.of(1, 2));
    expect(reader.list(2, (r) => r.varint())).toEqual([1, 300]);
    expect(reader.done()).toBe(true);
  });

  it('latches the first bad read and gives nothing afterwards', () => {
    const reader = new ByteReader(Uint8Array.of(9, 1, 7));
    expect(reader.u32()).toBe(0);
    expect(reader.ok).toBe(false);
    expect([reader.u8(), reader.varint(), reader.remaining]).toEqual([0, 0, 0]);
    expect(reader.bytes(10)).toEqual(new Uint8Array(0));
  });

  it.each([
    ['trailing bytes', [1, 0], (r: ByteReader) => r.u8()],
    ['overlong varint', [0x80, 0x00], (r: ByteReader) => r.varint()],
    ['varint beyond 2^53', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f], (r: ByteReader) => r.varint()],
    ['varint that never ends', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], (r: ByteReader) => r.varint()],
    ['varint over its limit', [11], (r: ByteReader) => r.varint(10)],
    ['boolean 2', [2], (r: ByteReader) => r.bool()],
    ['bytes over their limit', [3, 1, 2, 3], (r: ByteReader) => r.bytes(2)],
    ['bytes shorter than their length', [3, 1, 2], (r: ByteReader) => r.bytes(9)],
    ['bad UTF-8', [1, 0xff], (r: ByteReader) => r.string(9)],
    ['list over its limit', [3, 1, 1, 1], (r: ByteReader) => r.list(2, (x) => x.u8())],
    ['list with a forged count', [200, 1, 7], (r: ByteReader) => r.list(1000, (x) => x.u8())],
  ])('refuses %s', (_, bytes, read) => {
    const reader = new ByteReader(Uint8Array.from(bytes));
    read(reader);
    expect(reader.done()).toBe(false);
  });

  it('never throws on arbitrary bytes, and accepts only one encoding of a value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const reader = new ByteReader(bytes);
        const [number, text, flag] = [reader.varint(), reader.string(20), reader.bool()];
        if (!reader.done()) return;
        expect(new ByteWriter().varint(number).string(text).bool(flag).finish()).toEqual(bytes);
      }),
    );
  });

  it('throws on values that do not fit, since they are our own', () => {
    for (const write of [
      (w: ByteWriter) => w.u8(256),
      (w: ByteWriter) => w.u16(-1),
      (w: ByteWriter) => w.u32(1.5),
      (w: ByteWriter) => w.varint(2 ** 53),
      (w: ByteWriter) => w.varint(Number.NaN),
    ])
      expect(() => write(new ByteWriter())).toThrow(RangeError);
  });

  it('round-trips every string, lone surrogates included, as UTF-8 where UTF-8 exists', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }), (units) => {
        const text = String.fromCharCode(...units);
        expect(decodeUtf8(encodeUtf8(text))).toBe(text);
        if (text.isWellFormed()) expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
    expect(decodeUtf8(Uint8Array.of(0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80))).toBeNull(); // a pair in two halves
    expect(decodeUtf8(Uint8Array.of(0xc0, 0x80))).toBeNull();
    expect(decodeUtf8(Uint8Array.of(0xf4, 0x90, 0x80, 0x80))).toBeNull();
    expect(decodeUtf8(Uint8Array.of(0xe2, 0x82))).toBeNull();
  });
});
