/**
 * The reader and writer under the border codec. Own code rather than TextEncoder and friends, because it also runs in the
 * confined realm, which has nothing but ECMAScript. Everything malformed throws RangeError or TypeError; the driver on
 * either side turns that into its own refusal.
 */
const TWO_31 = 2 ** 31;
/** Seven bits each: eight bytes hold any safe integer. */
const UINT_BYTES = 8;

/** Appends to one growing buffer, up to `maxBytes`. `reset` keeps the buffer, so that steps do not allocate. */
export class BorderWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView<ArrayBuffer>;
  #length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number, initialBytes = 4096) {
    this.#maxBytes = maxBytes;
    this.#bytes = new Uint8Array(Math.min(initialBytes, maxBytes));
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** The buffer written to. Another one after growth. */
  get buffer(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  reset(): void {
    this.#length = 0;
  }

  /** Forgets what was written after `length`: how a batch takes back the input that no longer fits. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** A view of what was written; the next write after `reset` changes it. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  flag(value: boolean): void {
    if (typeof value !== 'boolean') throw new TypeError('not a boolean');
    this.byte(value ? 1 : 0);
  }

  /** LEB128 of a safe integer from 0 on. Division instead of shifts above 31 bits, where shifts wrap. */
  uint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a non-negative safe integer');
    this.#reserve(UINT_BYTES);
    let rest = value;
    while (rest >= TWO_31) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  float(value: number): void {
    if (typeof value !== 'number') throw new TypeError('not a number');
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  bytes(value: Uint8Array): void {
    if (!(value instanceof Uint8Array)) throw new TypeError('not a Uint8Array');
    const length = value.length;
    this.uint(length);
    this.#reserve(length);
    this.#bytes.set(value, this.#length);
    this.#length += length;
  }

  /** UTF-8 after its length in bytes. Lone surrogates are refused: two keys must never become one. */
  text(value: string): void {
    if (typeof value !== 'string') throw new TypeError('not a string');
    const length = utf8Length(value);
    this.uint(length);
    this.#reserve(length);
    this.#length = writeUtf8(this.#bytes, this.#length, value, length);
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.uint(items.length);
    for (const item of items) write(item);
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    if (wanted > this.#maxBytes) throw new RangeError(`more than ${this.#maxBytes} bytes`);
    const grown = new Uint8Array(Math.min(this.#maxBytes, Math.max(wanted, this.#bytes.length * 2)));
    grown.set(this.written());
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Throws RangeError on a lone surrogate. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(utf8Length(text));
  writeUtf8(bytes, 0, text, bytes.length);
  return bytes;
}

/** Throws RangeError on anything but the shortest form of well-formed text. */
export function decodeUtf8(bytes: Uint8Array): string {
  return readUtf8(bytes, 0, bytes.length);
}

/** Bytes in UTF-8; throws RangeError on a lone surrogate. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit >= 0xd800 && unit < 0xe000) {
      const next = text.charCodeAt(i + 1);
      if (unit >= 0xdc00 || !(next >= 0xdc00 && next < 0xe000)) throw new RangeError('text has a lone surrogate');
      length += 2;
      i++;
    } else {
      length += unit < 0x800 ? 1 : 2;
    }
  }
  return length;
}

/** Writes text of that many bytes at a place that has room; returns the end. */
function writeUtf8(into: Uint8Array, at: number, text: string, length: number): number {
  let end = at;
  if (length === text.length) {
    for (let i = 0; i < length; i++) into[end++] = text.charCodeAt(i);
    return end;
  }
  for (let i = 0; i < text.length; i++) {
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i++;
    end = putUtf8(into, end, point);
  }
  return end;
}

function putUtf8(into: Uint8Array, at: number, point: number): number {
  let end = at;
  if (point < 0x80) {
    into[end++] = point;
  } else if (point < 0x800) {
    into[end++] = 0xc0 | (point >> 6);
    into[end++] = 0x80 | (point & 63);
  } else if (point < 0x1_0000) {
    into[end++] = 0xe0 | (point >> 12);
    into[end++] = 0x80 | ((point >> 6) & 63);
    into[end++] = 0x80 | (point & 63);
  } else {
    into[end++] = 0xf0 | (point >> 18);
    into[end++] = 0x80 | ((point >> 12) & 63);
    into[end++] = 0x80 | ((point >> 6) & 63);
    into[end++] = 0x80 | (point & 63);
  }
  return end;
}

/**
 * Reads what a writer wrote; throws RangeError at the first byte that no writer would have written. With `copy`, byte
 * strings are copies: who gets them can neither see nor change the buffer they came in.
 */
export class BorderReader {
  readonly #bytes: Uint8Array;
  readonly #copy: boolean;
  #offset = 0;

  constructor(bytes: Uint8Array, copy: boolean) {
    this.#bytes = bytes;
    this.#copy = copy;
  }

  byte(): number {
    const value = this.#bytes[this.#offset];
    if (value === undefined) throw new RangeError('ends too early');
    this.#offset++;
    return value;
  }

  flag(): boolean {
    const value = this.byte();
    if (value > 1) throw new RangeError('not a boolean');
    return value === 1;
  }

  uint(): number {
    let value = 0;
    let unit = 1;
    for (let read = 0; read < UINT_BYTES; read++) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) {
        // One number, one form: no trailing zero group, nothing above 2^53 - 1.
        if ((byte === 0 && read > 0) || !Number.isSafeInteger(value)) throw new RangeError('not a canonical integer');
        return value;
      }
      unit *= 128;
    }
    throw new RangeError('integer too long');
  }

  float(): number {
    const start = this.#take(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8).getFloat64(0);
  }

  bytes(): Uint8Array {
    const length = this.uint();
    const start = this.#take(length);
    return this.#copy ? this.#bytes.slice(start, start + length) : this.#bytes.subarray(start, start + length);
  }

  text(): string {
    const length = this.uint();
    const start = this.#take(length);
    return readUtf8(this.#bytes, start, start + length);
  }

  /** The length of a list. Every element takes at least one byte, so a lie cannot make us allocate. */
  count(): number {
    const count = this.uint();
    if (count > this.#bytes.length - this.#offset) throw new RangeError('list longer than its bytes');
    return count;
  }

  list<T>(read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.count(); left > 0; left--) items.push(read());
    return items;
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** Everything that is left. */
  rest(): Uint8Array {
    const start = this.#take(this.#bytes.length - this.#offset);
    return this.#copy ? this.#bytes.slice(start) : this.#bytes.subarray(start);
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) throw new RangeError('bytes after the end');
  }

  #take(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) throw new RangeError('ends too early');
    this.#offset = start + length;
    return start;
  }
}

/** Strict: shortest form only, no surrogates, nothing above U+10FFFF. */
function readUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let i = start; i < end;) {
    const first = bytes[i] ?? 0;
    i++;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || i + more > end) throw new RangeError('not UTF-8');
    let point = first & (0x3f >> more);
    for (let left = more; left > 0; left--) {
      const byte = bytes[i++] ?? 0;
      if ((byte & 0xc0) !== 0x80) throw new RangeError('not UTF-8');
      point = (point << 6) | (byte & 63);
    }
    const least = more === 1 ? 0x80 : more === 2 ? 0x800 : 0x1_0000;
    if (point < least || point > 0x10_ffff || (point >= 0xd800 && point < 0xe000)) throw new RangeError('not UTF-8');
    text += String.fromCodePoint(point);
  }
  return text;
}
