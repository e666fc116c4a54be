import { describe, expect, it } from 'vitest';
import {
  bytesEqual,
  canonicalJson,
  concatBytes,
  describeError,
  errorFrom,
  fixedClock,
  fromHex,
  hexFromIntegrity,
  HyperSyncError,
  isHyperSyncError,
  seededRandom,
  sha512Hex,
  sha512Integrity,
  toHex,
  toUtf8,
  type JsonValue,
} from '../src/index.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts keys by UTF-16 units, at every depth, and leaves undefined out', () => {
    expect(canonicalJson({ b: 1, a: { d: [3, { z: 0, y: 0 }], c: undefined } })).toBe(
      '{"a":{"d":[3,{"y":0,"z":0}]},"b":1}',
    );
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ud83d\ude00': 3, '\ufb33': 4 })).toBe(
      '{"\\r":2,"\u20ac":1,"\ud83d\ude00":3,"\ufb33":4}',
    );
  });
  it('prints numbers as the RFC’s appendix B does', () => {
    expect(canonicalJson([0, -0, 1e21, 5e-324, 333333333.3333333])).toBe('[0,0,1e+21,5e-324,333333333.3333333]');
  });
  it.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', [{ x: Number.NaN }]] as JsonValue[])(
    'refuses %j',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});

describe('digests', () => {
  it('match the standard’s vector and go to and fro', () => {
    const hex = sha512Hex(toUtf8('abc'));
    expect(hex.slice(0, 32)).toBe('ddaf35a193617abacc417349ae204131');
    expect(hexFromIntegrity(sha512Integrity(hex))).toBe(hex);
  });
  it('take no other algorithm for sha512', () => {
    expect(hexFromIntegrity('sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=')).toBeNull();
    expect(hexFromIntegrity('sha512-AAAA')).toBeNull();
  });
});

describe('bytes', () => {
  it('compare, join and print', () => {
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(bytesEqual(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(toHex(concatBytes([Uint8Array.of(0, 255), Uint8Array.of(16)]))).toBe('00ff10');
    expect(fromHex('00ff10')).toEqual(Uint8Array.of(0, 255, 16));
  });
  it.each(['0', 'AA', 'zz', ' 00'])('refuse %j as hex', (text) => {
    expect(() => fromHex(text)).toThrow(RangeError);
  });
});

describe('errors', () => {
  it('carry code, exit code and hint from the table', () => {
    const error = new HyperSyncError('HS-1005', 'The disk is full.', { details: { free: 0 } });
    expect(error).toMatchObject({ code: 'HS-1005', exitCode: 73, httpStatus: 507 });
    expect(error.toJSON()).toMatchObject({ code: 'HS-1005', message: 'The disk is full.', details: { free: 0 } });
    expect(error.hint).toContain('Free space');
  });
  it('wrap what is not ours and leave ours alone', () => {
    const cause = new Error('boom');
    expect(errorFrom(cause)).toMatchObject({ code: 'HS-1001', message: 'boom', cause });
    const ours = new HyperSyncError('HS-1002', 'x');
    expect(errorFrom(ours)).toBe(ours);
    expect(isHyperSyncError({ name: 'HyperSyncError', code: 'HS-1002' })).toBe(false);
  });
  it('are looked up by codes from outside, which may be anything', () => {
    expect(describeError('HS-1001')?.exit).toBe(70);
    expect(describeError('toString')).toBeNull();
  });
});

describe('seams', () => {
  it('give the same bytes for the same seed', () => {
    const bytes = (seed: number) => toHex(seededRandom(seed).bytes(16));
    expect(bytes(7)).toBe(bytes(7));
    expect(bytes(7)).not.toBe(bytes(8));
  });
  it('hold time still until it is set', () => {
    const clock = fixedClock(5);
    expect(clock.now()).toBe(5);
    clock.set(6);
    expect(clock.now()).toBe(6);
  });
});
