import { sha256 } from './sha256.ts';
import { decodeUtf8, encodeUtf8, isAscii } from './utf8.ts';

const TWO_32 = 0x1_0000_0000;

/** For the bits of a double; shared, since it is filled and read in one go. A view per writer would cost more than the writing. */
const DOUBLE = new DataView(new ArrayBuffer(8));

/** Buffers of finished writers, to write into again: making one costs more than filling it. */
const SPARE: Uint8Array[] = [];
const SPARE_BYTES = 4096;
const MAX_SPARE = 16;

/** Without bytes there is nothing to change, so all share it. */
const EMPTY = new Uint8Array(0);
/** Names and keys: built letter by letter, which for longer strings costs more than a copy. */
const SHORT = 32;

/** Appends values to a growing buffer. Wrong values are this program's mistakes, so they throw RangeError. */
export class ByteWriter {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacity = 64) {
    this.#buffer = capacity <= SPARE_BYTES ? (SPARE.pop() ?? new Uint8Array(SPARE_BYTES)) : new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  #reserve(count: number): number {
    const at = this.#length;
    this.#length = at + count;
    if (this.#length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#buffer.length * 2));
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    return at;
  }

  #byte(value: number): void {
    const at = this.#reserve(1); // first: it may replace the buffer
    this.#buffer[at] = value;
  }

  u8(value: number): this {
    checkRange(value, 0xff, 'u8');
    this.#byte(value);
    return this;
  }

  bool(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  u16(value: number): this {
    checkRange(value, 0xffff, 'u16');
    const at = this.#reserve(2);
    this.#buffer[at] = value >>> 8;
    this.#buffer[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    checkRange(value, TWO_32 - 1, 'u32');
    const at = this.#reserve(4);
    this.#buffer[at] = value >>> 24;
    this.#buffer[at + 1] = value >>> 16;
    this.#buffer[at + 2] = value >>> 8;
    this.#buffer[at + 3] = value;
    return this;
  }

  /** A non-negative safe integer in 1 to 8 bytes: seven bits a byte, lowest first (LEB128). */
  varint(value: number): this {
    checkRange(value, Number.MAX_SAFE_INTEGER, 'varint');
    let rest = value;
    while (rest >= 0x80) {
      this.#byte((rest & 0x7f) | 0x80); // exact also above 2^32: the low bits of a safe integer
      rest = rest < TWO_32 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    this.#byte(rest);
    return this;
  }

  /** All NaNs are written as one, so that equal states have equal bytes. Big-endian. */
  f64(value: number): this {
    DOUBLE.setFloat64(0, Number.isNaN(value) ? Number.NaN : value);
    const at = this.#reserve(8);
    for (let i = 0; i < 8; i++) this.#buffer[at + i] = DOUBLE.getUint8(i);
    return this;
  }

  /** Length in bytes as varint, then generalised UTF-8: any JavaScript string. */
  string(value: string): this {
    if (!isAscii(value)) return this.bytes(encodeUtf8(value));
    this.varint(value.length);
    const at = this.#reserve(value.length);
    for (let i = 0; i < value.length; i++) this.#buffer[at + i] = value.charCodeAt(i);
    return this;
  }

  /** Length as varint, then the bytes. */
  bytes(value: Uint8Array): this {
    return this.varint(value.length).raw(value);
  }

  /** The bytes alone. */
  raw(value: Uint8Array): this {
    const at = this.#reserve(value.length);
    this.#buffer.set(value, at);
    return this;
  }

  /** Count as varint, then each item. */
  list<T>(items: readonly T[], write: (writer: this, item: T) => void): this {
    this.varint(items.length);
    for (const item of items) write(this, item);
    return this;
  }

  /** A copy of what was written. The writer may go on. */
  finish(): Uint8Array {
    const written = this.#buffer.slice(0, this.#length);
    if (this.#buffer.length === SPARE_BYTES && this.#length < SPARE_BYTES) {
      if (SPARE.length < MAX_SPARE) SPARE.push(this.#buffer);
      this.#buffer = written; // full, so that going on moves to a buffer of its own
    }
    return written;
  }

  /** SHA-256 of what was written, without a copy of it, and the end of this writer: it is empty afterwards. */
  hash(): Uint8Array {
    const digest = sha256(this.#buffer, this.#length);
    if (this.#buffer.length === SPARE_BYTES) {
      if (SPARE.length < MAX_SPARE) SPARE.push(this.#buffer);
      this.#buffer = EMPTY;
    }
    this.#length = 0;
    return digest;
  }
}

/**
 * Reads what a peer may have forged. Nothing throws: the first bad read turns `ok` false for good, and from then on every
 * read gives zero, '' or empty. A message is well-formed when `done()` is true at the end, which also refuses trailing
 * bytes. There is one encoding per value: overlong varints and booleans other than 0 and 1 are refused.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #ok = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** False once anything was wrong. */
  get ok(): boolean {
    return this.#ok;
  }

  get remaining(): number {
    return this.#ok ? this.#bytes.length - this.#offset : 0;
  }

  /** Marks the message as bad, for checks of the caller's own (an unknown tag, a value out of range). */
  fail(): void {
    this.#ok = false;
  }

  #take(count: number): number {
    const at = this.#offset;
    if (!this.#ok || count > this.#bytes.length - at) {
      this.#ok = false;
      return -1;
    }
    this.#offset = at + count;
    return at;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#bytes[at]!;
  }

  bool(): boolean {
    const value = this.u8();
    if (value > 1) this.fail();
    return value === 1;
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#bytes[at]! * 0x100 + this.#bytes[at + 1]!;
  }

  u32(): number {
    const at = this.#take(4);
    const bytes = this.#bytes;
    return at < 0 ? 0 : ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
  }

  /** A safe integer in [0, max]. */
  varint(max: number = Number.MAX_SAFE_INTEGER): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if ((byte === 0 && i > 0) || value > max) this.fail();
        return this.#ok ? value : 0;
      }
      scale *= 0x80;
    }
    this.fail();
    return 0;
  }

  f64(): number {
    const at = this.#take(8);
    if (at < 0) return 0;
    for (let i = 0; i < 8; i++) DOUBLE.setUint8(i, this.#bytes[at + i]!);
    return DOUBLE.getFloat64(0);
  }

  /** A string of at most `max` encoded bytes. */
  string(max: number): string {
    const length = this.varint(max);
    const at = this.#take(length);
    if (at < 0) return '';
    const ascii = length <= SHORT ? asciiAt(this.#bytes, at, at + length) : null;
    if (ascii !== null) return ascii;
    const text = decodeUtf8(this.#bytes.subarray(at, at + length));
    if (text === null) this.fail();
    return text ?? '';
  }

  /** A copy of at most `max` bytes. */
  bytes(max: number): Uint8Array {
    return this.raw(this.varint(max));
  }

  /** A copy of exactly `length` bytes. */
  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return at < 0 || length === 0 ? EMPTY : this.#bytes.slice(at, at + length);
  }

  /** How far it has read. */
  get offset(): number {
    return this.#offset;
  }

  /** A copy of what was read since `offset`; empty once not ok. */
  since(offset: number): Uint8Array {
    return this.#ok ? this.#bytes.slice(offset, this.#offset) : EMPTY;
  }

  /** At most `max` items; reading stops at the first bad one, so a forged count costs nothing. Empty once not ok. */
  list<T>(max: number, read: (reader: this) => T): T[] {
    const count = this.varint(max);
    const items: T[] = [];
    for (let i = 0; i < count && this.#ok; i++) items.push(read(this));
    return this.#ok ? items : [];
  }

  /** True when every read was good and no byte is left. */
  done(): boolean {
    return this.#ok && this.#offset === this.#bytes.length;
  }
}

/** Null unless all of it is ASCII. */
function asciiAt(bytes: Uint8Array, from: number, to: number): string | null {
  let text = '';
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function checkRange(value: number, max: number, what: string): void {
  if (!Number.isInteger(value) || value < 0 || value > max)
    throw new RangeError(`${what}: ${value} is not in [0, ${max}]`);
}
